// The page of docs/runtimes.md, in Chromium: dist/default/ of the packed tarball, without a bundler, under the policy
// that the document asks for.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import { test } from "node:test";
import { promisify } from "node:util";
import { blocks, read } from "../docs/markdown.mjs";
import { without } from "../support/skip.mjs";
import { consumer, noTarball } from "./install.mjs";
import { CHROMIUM } from "./web.mjs";

const install = read("docs/runtimes.md");

test("the page of docs/runtimes.md", { skip: noTarball || without(CHROMIUM, "Chromium") }, async (t) => {
  const folder = consumer(t);
  const [page] = blocks(install, "html page");
  const [script] = blocks(install, "js page");
  const [, map] = /<script type="importmap">(.*)<\/script>/.exec(page);
  const [policy] = /script-src 'self' 'wasm-unsafe-eval'/.exec(install);
  const hash = createHash("sha256").update(map).digest("base64");
  const server = http.createServer((request, response) => {
    const [, file] = /^\/wye\/([a-z]+\.js)$/.exec(request.url) ?? [];
    const isScript = request.url.endsWith(".js");
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    if (!isScript) response.setHeader("content-security-policy", `${policy} 'sha256-${hash}'`);
    if (file !== undefined) response.end(fs.readFileSync(`${folder}/node_modules/wye/dist/default/${file}`));
    else response.end(isScript ? script : page);
  });
  t.after(() => server.close());
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const args = ["--headless", "--no-sandbox", "--disable-gpu", `--user-data-dir=${folder}/profile`, "--dump-dom"];
  const url = `http://127.0.0.1:${server.address().port}/users/42`;
  const { stdout } = await promisify(execFile)(CHROMIUM, [...args, url]);
  assert.match(stdout, /<p id="page">\["user",\{"id":"42"\}\]<\/p>/);
});
