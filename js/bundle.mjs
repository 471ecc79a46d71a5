// Bundles what is published into dist/: a folder for each way in which a host brings the WebAssembly module.
//
//     node         Node, Deno, Bun: the module as base64, which they decode fastest
//     default      browsers and all others: the module as text that compresses well
//     workerd      the module is imported from wye.wasm
//     edge-light   the same, as "wye.wasm?module"
//     core         `init(module)` brings it
//     cjs          Node's `require`
//
// and beside them command.js, which runs wye-cli.wasm.
//
// In each a file for each name that can be imported (ENTRIES), and shared.js: route tables, and whatever else must be
// there only once.

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { encodeBytes } from "./load/bytes.js";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

/** By folder: the file in js/load/ that brings the module. */
const LOADERS = {
  node: "base64",
  default: "inline",
  workerd: "workerd",
  "edge-light": "edge-light",
  core: "none",
  cjs: "base64",
};

const ENTRIES = {
  index: "js/index.js",
  table: "js/table-only.js",
  middleware: "js/middleware/index.js",
  cookies: "js/cookies.js",
  proxy: "js/proxy.js",
};

const SHARED = ["arguments", "buckets", "context-pool", "error", "hits", "image", "instance", "methods", "table"]
  .concat("decode", "request-text", "url", "utf8", "app/http-error")
  .map((name) => path.resolve(`js/${name}.js`));

const wasm = fs.readFileSync("js/wye.wasm");
const TEXTS = { "#base64": wasm.toString("base64"), "#text": encodeBytes(wasm) };

/**
 * What brings the module, and the module as text.
 * @param {string} loader
 * @returns {esbuild.Plugin}
 */
const bringing = (loader) => ({
  name: "module",
  setup(build) {
    build.onResolve({ filter: /^#module$/ }, () => ({ path: path.resolve(`js/load/${loader}.js`) }));
    build.onResolve({ filter: /^#(base64|text)$/ }, ({ path: name }) => ({ path: name, namespace: "text" }));
    build.onLoad({ filter: /.*/, namespace: "text" }, ({ path: name }) => ({ contents: TEXTS[name], loader: "text" }));
    build.onResolve({ filter: /wye\.wasm/ }, ({ path: name }) => ({ path: name, external: true }));
  },
});

/** @type {esbuild.Plugin} */
const importingShared = {
  name: "shared",
  setup(build) {
    build.onResolve({ filter: /^\./ }, ({ path: name, resolveDir, kind }) => {
      const isShared = kind !== "entry-point" && SHARED.includes(path.resolve(resolveDir, name));
      return isShared ? { path: "./shared.js", external: true, sideEffects: false } : undefined;
    });
  },
};

/** @type {esbuild.BuildOptions} */
const OPTIONS = {
  bundle: true,
  target: "es2022",
  platform: "neutral",
  charset: "ascii",
  legalComments: "none",
  logLevel: "warning",
};

const all = SHARED.map((file) => `export * from ${JSON.stringify(file)};`).join("\n");

async function build(folder, loader) {
  const outdir = `dist/${folder}`;
  const options = { ...OPTIONS, format: /** @type {const} */ (folder === "cjs" ? "cjs" : "esm") };
  const stdin = { contents: all, resolveDir: "js" };
  await esbuild.build({ ...options, stdin, outfile: `${outdir}/shared.js`, plugins: [bringing(loader)] });
  const entryPoints = folder === "core" ? { ...ENTRIES, index: "js/core.js" } : ENTRIES;
  await esbuild.build({ ...options, entryPoints, outdir, plugins: [importingShared] });
}

fs.rmSync("dist", { recursive: true, force: true });
for (const [folder, loader] of Object.entries(LOADERS)) await build(folder, loader);
fs.copyFileSync("js/wye.wasm", "dist/workerd/wye.wasm");
fs.copyFileSync("js/command.js", "dist/command.js");
fs.copyFileSync("build/wye-cli.wasm", "dist/wye-cli.wasm");

// To TypeScript the declarations are of the kind that the package.json above them says.
const { imports } = JSON.parse(fs.readFileSync("package.json", "utf8"));
const types = Object.entries(imports).filter(([, value]) => value.types);
const ofTypes = types.map(([name, value]) => [name, { types: `./types/${path.basename(value.types)}` }]);
fs.writeFileSync("dist/cjs/package.json", JSON.stringify({ type: "commonjs", imports: Object.fromEntries(ofTypes) }));
fs.cpSync("js/types", "dist/cjs/types", { recursive: true });
for (const name of ["app.d.ts", "params.d.ts"]) fs.copyFileSync(`js/${name}`, `dist/cjs/types/${name}`);
