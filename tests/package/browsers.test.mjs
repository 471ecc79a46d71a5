// The package in Chromium: the files of the tarball as they are, by script tag, in workers, under a policy.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { consumer } from "./install.mjs";
import { chromium, html, noChromium, ranInNode, reportOf, serveFolder } from "./web.mjs";

const NAMES = ["index", "table", "middleware", "cookies", "proxy"];
const files = Object.fromEntries(NAMES.map((name) => [name, `/node_modules/wye/dist/default/${name}.js`]));

const { index: wye, ...others } = files;
const below = Object.entries(others).map(([name, file]) => [`wye/${name}`, file]);
const IMPORT_MAP = JSON.stringify({ imports: { wye, ...Object.fromEntries(below) } });

/** A module that imports the package by path: workers have no import map. @param {string} code */
const byPath = (code) => code.replaceAll(/"wye(?:\/(\w+))?"/g, (_, name = "index") => JSON.stringify(files[name]));

const MAIN = 'import { run } from "ENTRY";\nrun().then((result) => console.log(JSON.stringify(result)));\n';

const START_WORKER = `const worker = new Worker("/suite/main-path.mjs", { type: "module" });
worker.onerror = (event) => console.error(event.message);
`;

// An app that is served by a service worker, without a network.
const SERVICE_WORKER = `import * as wye from "wye";
import * as cookies from "wye/cookies";
import * as middleware from "wye/middleware";
import { makeApp } from "/suite/app.mjs";
import { run } from "/suite/entry-path.mjs";

const app = makeApp({ ...wye, ...cookies, ...middleware });
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => event.respondWith(app.fetch(event.request)));
self.addEventListener("message", async (event) => event.source.postMessage(await run()));
`;

// fetch() follows redirects, and "origin" and "cookie" are fields that it does not take.
const USE_SERVICE_WORKER = `import { REQUESTS, wrong } from "/suite/app.mjs";

const { serviceWorker } = navigator;
const changed = new Promise((resolve) => serviceWorker.addEventListener("controllerchange", resolve));
const [registration] = await Promise.all([serviceWorker.register("/sw.mjs", { type: "module" }), changed]);
const result = new Promise((resolve) => serviceWorker.addEventListener("message", ({ data }) => resolve(data)));
serviceWorker.controller.postMessage("run");
const { ran, failures } = await result;
for (const asked of REQUESTS) {
  const { path, method, headers, body, status, fields } = asked;
  if (headers?.cookie) continue;
  const response = await fetch(path, { method, headers, body });
  const isRedirect = status > 300 && status < 400;
  const at = new URL(response.url).pathname;
  if (isRedirect && at === fields.location) continue;
  const fault = isRedirect ? path + " led to " + at : await wrong(asked, response);
  if (fault !== undefined) failures.push(fault);
}
await registration.unregister();
console.log(JSON.stringify({ ran, failures }));
`;

/** @param {string} folder of consumer() */
function addPages(folder) {
  const write = (name, text) => fs.writeFileSync(path.join(folder, name), text);
  const script = (name) => `<script type="module" src="${name}"></script>`;
  write("suite/main.mjs", MAIN.replace("ENTRY", "./entry.mjs"));
  write("suite/main-path.mjs", MAIN.replace("ENTRY", "./entry-path.mjs"));
  write("suite/entry-path.mjs", byPath(fs.readFileSync(path.join(folder, "suite/entry.mjs"), "utf8")));
  write("sw.mjs", byPath(SERVICE_WORKER));
  write("worker.mjs", START_WORKER);
  write("service-worker.mjs", USE_SERVICE_WORKER);
  write("map.html", html(`<script type="importmap">${IMPORT_MAP}</script>${script("/suite/main.mjs")}`));
  write("no-body.html", html(`<script>delete Request.prototype.body;</script>${script("/suite/main-path.mjs")}`));
  write("path.html", html(script("/suite/main-path.mjs")));
  write("worker.html", html(script("/worker.mjs")));
  write("service-worker.html", html(script("/service-worker.mjs")));
}

const PAGES = {
  "map.html": "by the package's names, with an import map",
  "path.html": "by path",
  "no-body.html": "where requests have no `body`, as in Firefox",
  "worker.html": "in a worker",
  "service-worker.html": "in a service worker, which serves the app",
};

const REFUSING = "default-src 'none'; img-src data:; worker-src 'self'; script-src 'self'";

test("the files of the package in Chromium", { skip: noChromium }, async (t) => {
  const folder = consumer(t);
  addPages(folder);
  const expected = await ranInNode(folder);
  const browser = await chromium(t);
  const page = async (name, headers) => reportOf(browser, `${await serveFolder(t, folder, headers)}/${name}`);

  for (const [name, title] of Object.entries(PAGES)) {
    await t.test(title, async () => assert.deepEqual(await page(name), expected));
  }

  for (const name of ["path.html", "worker.html"]) {
    await t.test(`under a Content-Security-Policy: ${name}`, async () => {
      const under = (policy) => page(name, { "content-security-policy": policy });
      assert.deepEqual(await under(`${REFUSING} 'wasm-unsafe-eval'`), expected);
      await assert.rejects(under(REFUSING), /no WebAssembly: .*: add 'wasm-unsafe-eval' to the script-src/);
    });
  }
});
