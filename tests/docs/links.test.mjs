// The documents as a whole: their links, the files and functions that they name, the index, and who runs their samples.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { codes, prose, read, root } from "./markdown.mjs";

const filesBelow = (folder) =>
  fs.readdirSync(new URL(folder, root), { recursive: true }).map((name) => `${folder}/${name}`);
const exists = (file) => fs.existsSync(new URL(file, root));

const pages = filesBelow("docs").filter((name) => name.endsWith(".md"));
const documents = [
  ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...pages],
  ...["bench", "tests", "examples"].flatMap(filesBelow).filter((file) => file.endsWith("README.md")),
].filter((file) => !file.includes("node_modules"));

const sources = ["include", "src", "js", "wasm", "tests", "bench"].flatMap(filesBelow);
const code = sources.filter((file) => /\.([chm]?js|[ch]|py|d\.ts)$/.test(file)).map(read).join("\n");

/** A heading as the anchor that it becomes on the pages of code hosts. */
const anchor = (heading) => heading.toLowerCase().replaceAll(/[^\w\- ]/g, "").replaceAll(" ", "-");

function anchorsOf(text) {
  const headings = Array.from(prose(text).matchAll(/^#+ (.*)$/gm), ([, heading]) => anchor(heading));
  return [...headings, ...Array.from(text.matchAll(/<a id="(.*?)">/g), ([, id]) => id)];
}

/** The relative links of a document: each as it is written, the file that it leads to, and the anchor. */
function linksOf(file, text = read(file)) {
  const links = Array.from(prose(text).matchAll(/\]\(([^)]*)\)/g), ([, link]) => link);
  return links.filter((link) => !/^https:/.test(link)).map((link) => {
    const [target, id] = link.split("#");
    return { link, id, to: target ? path.join(path.dirname(file), target) : file };
  });
}

/** The links that lead to no file, or to no heading of it. */
function brokenLinks(file, text) {
  const leads = ({ to, id }) => exists(to) && (!id || anchorsOf(read(to)).includes(id));
  return linksOf(file, text).filter((link) => !leads(link)).map(({ link }) => link);
}

test("a broken link is found", () => {
  const text = "[a](nowhere.md), [b](guide.md#nowhere), [c](guide.md#routing), [d](../README.md), [e](https://e.org)";
  assert.deepEqual(brokenLinks("docs/README.md", text), ["nowhere.md", "guide.md#nowhere"]);
});

for (const file of documents) {
  test(`${file}: links lead somewhere`, () => assert.deepEqual(brokenLinks(file), []));

  test(`${file}: files and functions that it names are there`, () => {
    for (const name of codes(prose(read(file)))) {
      if (/^(src|js|wasm|tests|bench|docs|include|examples)\/[\w./-]*\w$/.test(name)) assert.ok(exists(name), name);
      if (/^wye__?\w+$/.test(name)) assert.match(code, new RegExp(`\\b${name}\\b`), name);
    }
  });
}

test("the index lists every page, and the README links to the index", () => {
  const listed = linksOf("docs/README.md").map(({ to }) => to);
  const missing = ["CONTRIBUTING.md", "CHANGELOG.md", ...pages].filter((page) => !listed.includes(page));
  assert.deepEqual(missing.filter((page) => page !== "docs/README.md"), []);
  assert.ok(linksOf("README.md").some(({ to }) => to === "docs/README.md"));
});

test("the first screen of the README links to one lookup", () => {
  const [, screen] = /^([^]*?)\n## /.exec(read("README.md"));
  assert.ok(screen.includes("(docs/lookup.md)"));
});

// ---------------------------------------------------------------- who runs the samples

/** The samples that tests run, by the words of their fences. "js" is a line that registers a service worker. */
const SAMPLES = {
  "README.md": ["js worker", "c"],
  "docs/guide.md": ["js guide"],
  "docs/patterns.md": ["js hosts"],
  "docs/route-table.md": ["js outcomes", "js options", "js urls", "ts"],
  "docs/command.md": ["console"],
  "docs/c.md": ["c"],
  "docs/c-handlers.md": ["c"],
  "docs/abi.md": ["python"],
  "docs/runtimes.md": [
    ...["jsonc wrangler", "js node-server", "js srvx", "html page", "js page", "js core", "js table", "js cjs"],
    "js",
  ],
};

/** They draw bytes and quote the code: docs.test.mjs checks their numbers. */
const QUOTES = ["docs/image.md", "docs/lookup.md", "docs/memory.md"];

const LANGUAGES = /^(jsx?|ts|c|console|html|jsonc|python)\b/;
const tests = filesBelow("tests").filter((file) => /\.test\.mjs$|\.py$/.test(file) && !/node_modules|links/.test(file));

for (const file of ["README.md", ...pages].filter((page) => !QUOTES.includes(page))) {
  test(`${file}: a test runs every sample`, () => {
    const fences = Array.from(read(file).matchAll(/^```(.*)\n[^]*?^```$/gm), ([, words]) => words);
    const samples = fences.filter((words) => LANGUAGES.test(words));
    const kinds = new Set(samples.map((words) => words.replace(/^jsx? guide .*/, "js guide")));
    assert.deepEqual([...kinds].sort(), (SAMPLES[file] ?? []).sort());
    if (samples.length) assert.ok(tests.some((name) => read(name).includes(file)), "no test reads it");
  });
}
