// `export default app`, started by each host's own program, from the packed tarball: the app of app.mjs over HTTP, and
// what docs/runtimes.md says of the host.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { BUN, DENO } from "../../bench/runtimes.mjs";
import { blocks, codes, read, tableBelow } from "../docs/markdown.mjs";
import { without } from "../support/skip.mjs";
import { REQUESTS, wrong } from "./app.mjs";
import { consumer, noTarball } from "./install.mjs";
import { SERVERS, WRANGLER, serving } from "./start.mjs";

const install = read("docs/runtimes.md");

/** By host: the option `clientAddress`, as code. */
const addresses = Object.fromEntries(
  tableBelow(install, "### The client's address").map(([host, option]) => [host, codes(option)[0]]),
);

/** The app of twenty routes, with a route that tells the client's address. */
const appFor = (host) => `import * as wye from "wye";
import * as cookies from "wye/cookies";
import * as middleware from "wye/middleware";
import { makeApp } from "./suite/app.mjs";

class Router extends wye.Router {
  constructor(options) {
    super({ ...options, clientAddress: ${addresses[host] ?? "undefined"} });
    this.get("/address", (c) => c.text(c.clientAddress));
    for (const name of ["length", "name", "prototype"]) this.get(\`/\${name}\`, (c) => c.text(name));
  }
}
const app = makeApp({ ...wye, ...cookies, ...middleware, Router });
`;

/** A consumer with the app as its files, each with its default export. */
function consumerOf(t, host, files) {
  const folder = consumer(t);
  fs.writeFileSync(`${folder}/package.json`, JSON.stringify({ type: "module" }));
  for (const [name, exported] of Object.entries(files)) fs.writeFileSync(`${folder}/${name}`, appFor(host) + exported);
  return folder;
}

async function checkApp(url, headers = {}) {
  for (const asked of REQUESTS) {
    const init = { method: asked.method, headers: { ...headers, ...asked.headers }, body: asked.body };
    const response = await fetch(url + asked.path, { ...init, redirect: "manual" });
    assert.equal(await wrong(asked, response), undefined);
  }
}

async function checkAddress(url) {
  assert.match(await (await fetch(`${url}/address`)).text(), /^(::ffff:)?127\.0\.0\.1$/);
}

const APP = "export default app;\n";

// ---------------------------------------------------------------- Bun, Deno

const noBun = noTarball || without(BUN, "Linux on x86-64");
const noDeno = noTarball || without(DENO, "Linux on x86-64");

test("Bun: bun run app.js, bun app.ts", { skip: noBun }, async (t) => {
  const folder = consumerOf(t, "Bun", { "app.js": APP, "app.ts": APP });
  for (const command of [["run", "app.js"], ["app.ts"]]) {
    await serving(folder, [BUN, ...command], async (url) => {
      await checkApp(url);
      await checkAddress(url);
      for (const name of ["length", "name", "prototype"]) // properties of the functions that Bun takes for options
        assert.equal(await (await fetch(`${url}/${name}`)).text(), name);
    }, { PORT: "0" });
  }
});

test("Bun reads only fetch and routes from an app", { skip: noBun }, async (t) => {
  const folder = consumerOf(t, "Bun", {
    "app.js": `const read = new Set();
app.get("/read", (c) => c.json([...read].filter((name) => name in app)));
export default new Proxy(app, {
  get(target, name) {
    read.add(name);
    return Reflect.get(target, name);
  },
});
`,
  });
  await serving(folder, [BUN, "app.js"], async (url) => {
    // `routes` is a function without properties of its own that Bun could see: it adds nothing.
    assert.deepEqual((await (await fetch(`${url}/read`)).json()).sort(), ["fetch", "routes"]);
  }, { PORT: "0" });
});

test("Deno: deno serve, without permissions", { skip: noDeno }, async (t) => {
  const folder = consumerOf(t, "Deno", { "app.js": APP, "app.ts": APP });
  const env = { DENO_DIR: `${folder}/deno`, DENO_NO_UPDATE_CHECK: "1" };
  for (const file of ["app.js", "app.ts"]) {
    const command = [DENO, "serve", "--no-prompt", "--host", "127.0.0.1", "--port", "0", file];
    await serving(folder, command, async (url) => {
      await checkApp(url);
      await checkAddress(url);
    }, env);
  }
});

// ---------------------------------------------------------------- Workers

test("Workers: wrangler dev", { skip: noTarball || without(WRANGLER, "wrangler: make wrangler") }, async (t) => {
  const folder = consumerOf(t, "Cloudflare Workers", { "worker.js": APP });
  fs.writeFileSync(`${folder}/wrangler.jsonc`, blocks(install, "jsonc wrangler")[0]);
  const env = { CI: "1", WRANGLER_SEND_METRICS: "false", XDG_CONFIG_HOME: folder };
  const command = [process.execPath, WRANGLER, "dev", "--ip", "127.0.0.1", "--port", "0"];
  await serving(folder, command, async (url, output) => {
    await checkApp(url);
    const headers = { "cf-connecting-ip": "192.0.2.7" };
    assert.equal(await (await fetch(`${url}/address`, { headers })).text(), "192.0.2.7");
    assert.doesNotMatch(output(), /compatibility.date/i);
  }, env);
});

test("the oldest wrangler that npm gives, tests/npm/wrangler, is the one that docs/runtimes.md names", () => {
  const { wrangler } = JSON.parse(read("tests/npm/wrangler/package.json")).devDependencies;
  assert.ok(install.includes(`wrangler ${wrangler.replace(/\.\d+$/, "")},`), wrangler);
});

// ---------------------------------------------------------------- Vercel

const noVercel = noTarball || without(`${SERVERS}/@vercel/node`, "@vercel/node: make servers");

test("Vercel: functions and Edge functions", { skip: noVercel }, async (t) => {
  const edge = `export const config = { runtime: "edge" };\nexport default app.fetch;\n`;
  const folder = consumerOf(t, "Vercel", { "function.js": APP, "edge.js": edge });
  assert.ok(install.includes(edge.split(";")[0]), "the configuration is that of docs/runtimes.md");
  const vercel = createRequire(`${SERVERS}/`)("@vercel/node");
  for (const entrypoint of ["function.js", "edge.js"]) {
    const options = { entrypoint, workPath: folder, repoRootPath: folder, config: { zeroConfig: true } };
    const { port, shutdown } = await vercel.startDevServer({ ...options, files: {}, meta: {} });
    try {
      // What Vercel's proxy adds.
      const forwarded = { "x-forwarded-host": "localhost", "x-forwarded-proto": "http", "x-forwarded-port": `${port}` };
      await checkApp(`http://127.0.0.1:${port}`, forwarded);
    } finally {
      await shutdown();
    }
  }
});

// ---------------------------------------------------------------- other ways to import it

test("CommonJS, wye/core and wye/table: the samples of docs/runtimes.md", { skip: noTarball }, (t) => {
  const folder = consumer(t);
  const run = (name, code) => {
    fs.writeFileSync(`${folder}/${name}`, code);
    return execFileSync(process.execPath, [name], { cwd: folder, encoding: "utf8" });
  };
  const print = (code) => code.replaceAll(/^(.*); \/\/ .*$/gm, "console.log($1);");
  const values = (code) => Array.from(code.matchAll(/; \/\/ "?(.*?)"?$/gm), ([, value]) => `${value}\n`).join("");
  for (const name of ["core", "table"]) {
    const [code] = blocks(install, `js ${name}`);
    assert.equal(run(`${name}.mjs`, print(code)), values(code));
  }
  const [code] = blocks(install, "js cjs");
  assert.equal(run("sample.cjs", code), values(code));
});
