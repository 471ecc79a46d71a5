// Chromium, the server that its pages come from, and what a page reports. `make package-web` installs what is needed.

import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { local } from "../support/files.mjs";
import { without } from "../support/skip.mjs";
import { noTarball } from "./install.mjs";

export const CHROMIUM = "/usr/bin/chromium";
const packages = createRequire(local("build/package-web/package.json"));

export const noTools = noTarball || without(local("build/package-web/.installed"), "the bundlers: make package-web");
export const noChromium = noTools || without(CHROMIUM, "Chromium: apt-get install chromium");

/** Loads a tool of build/package-web. @param {string} name */
export const tool = (name) => packages(name);

/** A file of a tool. @param {string} name as it would be imported */
export const toolFile = (name) => packages.resolve(name);

/** What the suite reports in Node, which all others have to report too. @param {string} folder of consumer() */
export async function ranInNode(folder) {
  const result = await (await import(pathToFileURL(`${folder}/suite/entry.mjs`).href)).run();
  assert.deepEqual(result.failures, []);
  return result;
}

/**
 * @typedef {{ after(fn: () => any): void }} Test whose end closes what it opened
 * @param {Test} t
 */
export async function chromium(t) {
  const { chromium: launcher } = tool("playwright-core");
  const browser = await launcher.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  t.after(() => browser.close());
  return browser;
}

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript" };

/**
 * Serves the files of a folder as they are; returns the address.
 * @param {Test} t
 * @param {string} folder
 * @param {Record<string, string>} [headers] of every response
 */
export async function serveFolder(t, folder, headers = {}) {
  const server = http.createServer((request, response) => {
    const file = path.join(folder, new URL(request.url ?? "/", "http://host").pathname);
    if (!fs.existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[path.extname(file)], ...headers });
    return response.end(fs.readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  t.after(() => server.close());
  return `http://127.0.0.1:${/** @type {any} */ (server.address()).port}`;
}

/** @param {string} tags in place of a body */
export const html = (tags) => `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">${tags}\n`;

/** Chromium also logs responses with an error status, which may be what the app must send. */
function isFault(message) {
  if (/^Failed to load/.test(message.text())) return /\.(m?js|html)$/.test(message.location().url);
  return ["error", "warning"].includes(message.type());
}

/**
 * Opens a page and returns what it logs first, as JSON. An error or a warning in its console is a failure.
 * @param {any} browser
 * @param {string} url
 */
export async function reportOf(browser, url) {
  const page = await browser.newPage();
  try {
    const report = new Promise((resolve, reject) => {
      page.on("pageerror", reject);
      page.on("crash", () => reject(new Error("the page crashed")));
      page.on("console", (message) => {
        if (message.type() === "log") resolve(message.text());
        else if (isFault(message)) reject(new Error(`${message.text()} (${message.location().url})`));
      });
    });
    const [text] = await Promise.all([report, page.goto(url)]);
    return JSON.parse(text);
  } finally {
    await page.close();
  }
}
