// The package in bundles: for browsers, and for Node, Bun and Deno, where the bundle is a single file.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import vm from "node:vm";
import * as esbuild from "esbuild";
import { BUN, DENO } from "../../bench/runtimes.mjs";
import { local, scratch } from "../support/files.mjs";
import { requireAll, without } from "../support/skip.mjs";
import { REQUESTS, wrong } from "./app.mjs";
import { consumer } from "./install.mjs";
import { chromium, html, noChromium, noTools, ranInNode, reportOf, serveFolder, tool, toolFile } from "./web.mjs";

const noRuntimes = noTools || without(BUN, "Bun and Deno: make runtimes");
const onlyRequired = !requireAll && "takes long: set WYE_REQUIRE_ALL=1";

// ------------------------------------------------------------------ what is bundled

const REPORT = "run().then((result) => console.log(JSON.stringify(result)));\n";

const SOURCES = {
  // By name, so that a bundler can drop what is not used; it must keep what makes the instance.
  "main.mjs": `import { HttpError, RouteTable, Router } from "wye";
import { getSignedCookie, setSignedCookie } from "wye/cookies";
import { cors, etag, requestId } from "wye/middleware";
import { tables } from "./cases.mjs";
import { runSuite } from "./suite.mjs";

const wye = { HttpError, RouteTable, Router, cors, etag, getSignedCookie, requestId, setSignedCookie };
const run = () => runSuite(wye, tables);
${REPORT}`,
  "everything.mjs": `import { run } from "./entry.mjs";\n${REPORT}`,
  "main.cjs": `const { run } = require("./entry.cjs");\n${REPORT}`,
  "lambda.mjs": `import { HttpError, Router } from "wye";
import { getSignedCookie, setSignedCookie } from "wye/cookies";
import { cors, etag, requestId } from "wye/middleware";
import { makeApp } from "./app.mjs";

const app = makeApp({ HttpError, Router, cors, etag, getSignedCookie, requestId, setSignedCookie });

export async function handler({ rawPath, rawQueryString, headers, body, requestContext }) {
  const { http: { method }, domainName } = requestContext;
  const query = rawQueryString === "" ? "" : "?" + rawQueryString;
  const request = new Request("https://" + domainName + rawPath + query, { method, headers, body });
  const response = await app.fetch(request);
  return { statusCode: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
}
`,
};

/** Installs the package with what is bundled. */
function install(t) {
  const folder = consumer(t);
  const write = (name, text) => fs.writeFileSync(path.join(folder, name), text);
  for (const [name, text] of Object.entries(SOURCES)) write(`suite/${name}`, text);
  write("index.html", html('<script type="module" src="suite/main.mjs"></script>'));
  // Parcel reads "exports" only with this.
  const config = { name: "consumer", private: true, "@parcel/resolver-default": { packageExports: true } };
  write("package.json", JSON.stringify(config));
  return folder;
}

// ------------------------------------------------------------------ bundlers

/**
 * A bundler takes { folder, entry, out, file }: where the package is installed, what to bundle, and where the bundle
 * goes. It returns what it warned of.
 */
const bundledByEsbuild = (options) => async ({ entry, file }) => {
  const { warnings } = await esbuild.build({
    ...{ entryPoints: [entry], outfile: file, bundle: true, minify: true, logLevel: "silent" },
    ...options,
  });
  return warnings.map(({ text }) => text);
};

const bundledByRollup = (options) => async ({ entry, file }) => {
  const warnings = [];
  const plugins = [tool("@rollup/plugin-node-resolve").nodeResolve(options)];
  const onLog = (level, { message }) => warnings.push(message);
  const bundle = await tool("rollup").rollup({ input: entry, plugins, onLog });
  await bundle.write({ file, format: "es" });
  await bundle.close();
  return warnings;
};

const bundledByWebpack = (target) => async ({ folder, entry, file }) => {
  const output = { path: path.dirname(file), filename: path.basename(file) };
  // Without "performance" it warns of what is large: the suite is.
  const config = { mode: "production", target, context: folder, entry, output, performance: false };
  const stats = await promisify(tool("webpack"))(config);
  const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
  return [...errors, ...warnings].map(({ message }) => message);
};

const vite = () => import(pathToFileURL(toolFile("vite")).href);

function viteOptions(folder) {
  const warnings = [];
  const warn = (text) => warnings.push(text);
  const customLogger = {
    ...{ info() {}, clearScreen() {}, warn, warnOnce: warn, error: warn },
    ...{ hasWarned: false, hasErrorLogged: () => false },
  };
  return { warnings, options: { root: folder, configFile: false, logLevel: "warn", customLogger } };
}

async function bundledByVite({ folder, out }) {
  const { options, warnings } = viteOptions(folder);
  const { build } = await vite();
  await build({ ...options, build: { outDir: out, emptyOutDir: true, chunkSizeWarningLimit: 2000 } });
  return warnings;
}

/** Puts esbuild where `deno bundle` looks before it downloads one. The version is the one that this Deno takes. */
function giveDenoEsbuild() {
  const file = local("build/package-web/deno/dl/esbuild-0.25.5-1/esbuild-linux-x64");
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.copyFileSync(local("build/package-web/node_modules/deno-esbuild/bin/esbuild"), file);
}

/** By a command. @param {(job: any) => string[]} command */
const bundledBy = (command) => async (job) => {
  const [program, ...args] = command(job);
  const nowhere = { NPM_CONFIG_REGISTRY: "http://127.0.0.1:9" }; // nothing is downloaded
  const env = { ...process.env, ...nowhere, DENO_DIR: local("build/package-web/deno"), NO_COLOR: "1" };
  const { stdout, stderr } = await promisify(execFile)(program, args, { cwd: job.folder, env });
  return `${stdout}${stderr}`.split("\n").filter((line) => /warn|polyfill/i.test(line));
};

const bun = (...options) => bundledBy(({ entry, file }) => [BUN, "build", ...options, entry, `--outfile=${file}`]);

const parcel = bundledBy(({ folder, out }) => [
  ...[process.execPath, toolFile("parcel"), "build", `${folder}/index.html`, `--dist-dir=${out}`],
  ...["--no-cache", "--no-autoinstall"],
]);

// ------------------------------------------------------------------ where bundles run

async function inPage(t, { out, file }, browser) {
  const page = path.join(out, "index.html");
  const script = `<script type="module" src="/${path.basename(file)}"></script>`;
  if (!fs.existsSync(page)) fs.writeFileSync(page, html(script));
  return reportOf(browser, `${await serveFolder(t, out)}/index.html`);
}

/** In a process of its own, by the file alone. @param {string[]} program */
const by = (...program) => async (t, { out, file }) => {
  assert.deepEqual(fs.readdirSync(out), [path.basename(file)]);
  const [command, ...args] = [...program, file];
  const { stdout, stderr } = await promisify(execFile)(command, args, { cwd: out });
  assert.equal(stderr, "");
  return JSON.parse(stdout);
};

const inNode = by(process.execPath);

/** By title: the bundler, what runs the bundle, the entry, the bundle's name, and why it is skipped. */
const BROWSERS = {
  "esbuild": { build: bundledByEsbuild({ format: "esm" }) },
  "esbuild, a script that is no module": { build: bundledByEsbuild({ format: "iife" }) },
  "esbuild, all names": { build: bundledByEsbuild({ format: "esm" }), entry: "everything.mjs" },
  "esbuild, CommonJS": { build: bundledByEsbuild({ format: "iife" }), entry: "main.cjs" },
  "webpack": { build: bundledByWebpack("web") },
  "Rollup, browser: true": { build: bundledByRollup({ browser: true }) },
  "Rollup": { build: bundledByRollup({}) },
  "Vite": { build: bundledByVite },
  "bun build --target=browser": { build: bun("--target=browser"), skip: noRuntimes },
  "Parcel": { build: parcel, skip: onlyRequired },
};

const HOSTS = {
  "esbuild, ESM": { build: bundledByEsbuild({ platform: "node", format: "esm" }) },
  "esbuild, CommonJS": { build: bundledByEsbuild({ platform: "node", format: "cjs" }), name: "bundle.cjs" },
  "esbuild, of CommonJS": {
    ...{ build: bundledByEsbuild({ platform: "node", format: "cjs" }), entry: "main.cjs", name: "bundle.cjs" },
  },
  "Rollup, exportConditions: node": { build: bundledByRollup({ exportConditions: ["node"] }) },
  "Rollup": { build: bundledByRollup({}) },
  "webpack": { build: bundledByWebpack("node"), name: "bundle.cjs" },
  "bun build --target=node": { build: bun("--target=node"), skip: noRuntimes },
  "bun build --target=bun": { build: bun("--target=bun"), run: by(BUN, "run"), skip: noRuntimes },
  "bun build --compile": { build: bun("--compile"), run: by(), name: "program", skip: noRuntimes },
  "deno bundle": {
    build(job) {
      giveDenoEsbuild();
      return bundledBy(({ entry, file }) => [DENO, "bundle", "--no-lock", "--quiet", entry, `--output=${file}`])(job);
    },
    ...{ run: by(DENO, "run", "--no-config", "--quiet"), skip: noRuntimes },
  },
};

/** Bundles and runs. */
async function check(t, installed, row, expected, browser) {
  const { build, run = browser ? inPage : inNode, entry = "main.mjs", name = "bundle.mjs" } = row;
  const out = scratch(t, "wye-bundle-");
  const job = { folder: installed, entry: path.join(installed, "suite", entry), out, file: path.join(out, name) };
  assert.deepEqual(await build(job), []);
  assert.deepEqual(await run(t, job, browser), expected);
}

test("bundles for browsers", { skip: noChromium }, async (t) => {
  const folder = install(t);
  const expected = await ranInNode(folder);
  const browser = await chromium(t);
  for (const [title, row] of Object.entries(BROWSERS)) {
    await t.test(title, { skip: row.skip }, (each) => check(each, folder, row, expected, browser));
  }

  await t.test("Vite's development server", async (each) => {
    const { options, warnings } = viteOptions(folder);
    const server = await (await vite()).createServer({ ...options, server: { host: "127.0.0.1", port: 0 } });
    each.after(() => server.close());
    await server.listen();
    assert.deepEqual(await reportOf(browser, server.resolvedUrls.local[0]), expected);
    assert.deepEqual(warnings, []);
  });
});

test("bundles for Node, Bun and Deno", { skip: noTools }, async (t) => {
  const folder = install(t);
  const expected = await ranInNode(folder);
  for (const [title, row] of Object.entries(HOSTS)) {
    await t.test(title, { skip: row.skip }, (each) => check(each, folder, row, expected));
  }
});

test("a single CommonJS file works, as AWS Lambda takes it", { skip: noTools }, async (t) => {
  const folder = install(t);
  const file = path.join(scratch(t, "wye-bundle-"), "index.js");
  const build = bundledByEsbuild({ platform: "node", format: "cjs", target: "node20" });
  assert.deepEqual(await build({ entry: path.join(folder, "suite/lambda.mjs"), file }), []);
  const { handler } = createRequire(file)(file);
  for (const asked of REQUESTS) {
    const { path: asPath, method = "GET", headers = {}, body } = asked;
    const [rawPath, rawQueryString = ""] = asPath.split("?");
    const requestContext = { http: { method }, domainName: "localhost" };
    const answer = await handler({ rawPath, rawQueryString, headers, body, requestContext });
    const response = new Response(answer.body || null, { status: answer.statusCode, headers: answer.headers });
    assert.equal(await wrong(asked, response), undefined);
  }
});

// Bundlers replace these bare names by polyfills.
test("bundles for browsers name nothing that only Node has", { skip: noTools }, async (t) => {
  const folder = install(t);
  const names = ["Buffer", "process", "global", "setImmediate", "__dirname", "__filename", "import.meta"];
  const define = Object.fromEntries(names.map((name, i) => [name, `POLYFILL_${i}`]));
  for (const [format, entry] of [["esm", "everything.mjs"], ["iife", "main.cjs"]]) {
    const options = { entryPoints: [path.join(folder, "suite", entry)], bundle: true, write: false, define };
    const { outputFiles } = await esbuild.build({ ...options, format: /** @type {esbuild.Format} */ (format) });
    const lines = outputFiles[0].text.split("\n").filter((line) => line.includes("POLYFILL_"));
    assert.deepEqual(lines, [], `${names} are POLYFILL_0 and so on`);
  }
});

test("a host that compiles nothing at run time says what to do", { skip: noTools }, async (t) => {
  const folder = install(t);
  const file = path.join(scratch(t, "wye-bundle-"), "bundle.js");
  await bundledByEsbuild({ format: "iife" })({ entry: path.join(folder, "suite/main.mjs"), file });
  const context = vm.createContext({ TextEncoder, TextDecoder }, { codeGeneration: { strings: false, wasm: false } });
  assert.throws(() => vm.runInContext(fs.readFileSync(file, "utf8"), context), {
    code: "NO_WEBASSEMBLY",
    message: /^no WebAssembly: this host compiles none at run time: .*condition.* or import wye\/core/,
  });
});
