// Writes dist/, which is what the package publishes. It has a folder for each way to load the WebAssembly module:
//
//     node         Node, Deno, Bun: the module as base64, which they decode fastest
//     default      browsers and all other hosts: the module as text that compresses well
//     workerd      the module is imported from wye.wasm
//     edge-light   the same, as "wye.wasm?module"
//     core         wye/core: the user gives the module to `init`
//     cjs          CommonJS, for `require`: the module as base64
//     cjs/core     wye/core as CommonJS
//
// Each folder has a file for each name that can be imported (ENTRIES), and shared.js, which they share: the layers
// below the app, whose state must exist only once. Besides, dist/ has types/ and cjs/types/, for TypeScript, and
// command.js, which runs wye-cli.wasm.

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { encodeBytes } from "./wasm/load/bytes.js";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

/** For each folder: the file in js/wasm/load/ that loads the module. */
const LOADERS = {
  node: "base64",
  default: "inline",
  workerd: "workerd",
  "edge-light": "edge-light",
  core: "none",
  cjs: "base64",
  "cjs/core": "none",
};

const ENTRIES = {
  index: "js/index.js",
  table: "js/table.js",
  middleware: "js/middleware.js",
  cookies: "js/cookies.js",
  proxy: "js/proxy.js",
};

/** Constants are not in shared.js: esbuild copies those that an entry uses into its code. */
const INLINED = ["constants.js", "outcomes.js"];

/** What shared.js has: all other files of the layers below the app. */
const SHARED = ["js/base", "js/wasm", "js/table"].flatMap((folder) => {
  const names = fs.readdirSync(folder).filter((name) => name.endsWith(".js") && !INLINED.includes(name));
  return names.map((name) => path.resolve(folder, name));
});

const wasm = fs.readFileSync("js/wasm/wye.wasm");
const TEXTS = { "#base64": wasm.toString("base64"), "#text": encodeBytes(wasm) };

/**
 * Resolves "#module" to the loader, and "#base64" and "#text", which loaders import, to the module as text.
 * @param {string} loader
 * @returns {esbuild.Plugin}
 */
const moduleBy = (loader) => ({
  name: "module",
  setup(build) {
    build.onResolve({ filter: /^#module$/ }, () => ({ path: path.resolve(`js/wasm/load/${loader}.js`) }));
    build.onResolve({ filter: /^#(base64|text)$/ }, ({ path: name }) => ({ path: name, namespace: "text" }));
    build.onLoad({ filter: /.*/, namespace: "text" }, ({ path: name }) => ({ contents: TEXTS[name], loader: "text" }));
    build.onResolve({ filter: /wye\.wasm/ }, ({ path: name }) => ({ path: name, external: true }));
  },
});

/** The sources that an entry imports instead of bundling them, and from where: shared.js, or another entry. */
const ELSEWHERE = new Map([
  ...SHARED.map((file) => /** @type {const} */ ([file, "./shared.js"])),
  [path.resolve(ENTRIES.index), "./index.js"],
  [path.resolve(ENTRIES.table), "./table.js"],
]);

/** @type {esbuild.Plugin} */
const importElsewhere = {
  name: "elsewhere",
  setup(build) {
    build.onResolve({ filter: /^\./ }, ({ path: name, resolveDir, kind, importer }) => {
      const file = ELSEWHERE.get(path.resolve(resolveDir, name));
      const isCore = importer === path.resolve("js/core.js");
      if (file === undefined || kind === "entry-point" || (isCore && file === "./index.js")) return undefined;
      return { path: file, external: true, sideEffects: false };
    });
  },
};

/** @type {esbuild.BuildOptions} */
const OPTIONS = {
  bundle: true,
  target: "es2022",
  platform: "neutral",
  charset: "ascii",
  // This halves the bytes that a process reads when it starts. Names stay, for stack traces.
  minifySyntax: true,
  minifyWhitespace: true,
  // Before the message of an uncaught error, Node prints the line that threw: without a limit, 128 KB.
  lineLimit: 120,
  legalComments: "none",
  logLevel: "warning",
};

const SHARED_SOURCE = SHARED.map((file) => `export * from ${JSON.stringify(file)};`).join("\n");

async function build(folder, loader) {
  const outdir = `dist/${folder}`;
  const options = { ...OPTIONS, format: /** @type {const} */ (folder.startsWith("cjs") ? "cjs" : "esm") };
  const stdin = { contents: SHARED_SOURCE, resolveDir: "js" };
  await esbuild.build({ ...options, stdin, outfile: `${outdir}/shared.js`, plugins: [moduleBy(loader)] });
  const entryPoints = folder.endsWith("core") ? { ...ENTRIES, index: "js/core.js" } : ENTRIES;
  await esbuild.build({ ...options, entryPoints, outdir, plugins: [importElsewhere] });
  for (const name of ["shared", ...Object.keys(ENTRIES)]) tidy(`${outdir}/${name}.js`);
}

/**
 * Undoes two things that esbuild does. It breaks strings at the line limit, too, which makes the module's text a tenth
 * larger by gzip: here that gets a line of its own. And for a class that mentions itself, it writes
 * "WyeError = class _WyeError": Node would print the second name.
 */
function tidy(file) {
  const text = fs.readFileSync(file, "utf8").replaceAll("\\\n", "").replace(/var \w+="[^"]{9999,}";/, "\n$&\n");
  const names = Array.from(text.matchAll(/=class _(\w+)/g), ([, name]) => name);
  const named = text.replace(/=class _\w+/g, "=class");
  fs.writeFileSync(file, named.replace(/\b_(\w+)\b/g, (all, name) => (names.includes(name) ? name : all)));
}

fs.rmSync("dist", { recursive: true, force: true });
for (const [folder, loader] of Object.entries(LOADERS)) await build(folder, loader);
fs.copyFileSync("js/wasm/wye.wasm", "dist/workerd/wye.wasm");
fs.copyFileSync("js/command.js", "dist/command.js");
fs.chmodSync("dist/command.js", 0o755);
fs.copyFileSync("build/wye-cli.wasm", "dist/wye-cli.wasm");

/** Declarations by file name: those of the entries, and those that these import. */
const declarations = new Map();

// Older resolvers do not know names such as "#app".
const NAMES = { "#app": "app/types.js", "#params": "table/params.js" };

function declare(name) {
  if (declarations.has(name)) return;
  const file = [`js/${name}`, `build/types/${name}`].find(fs.existsSync);
  const up = "../".repeat(name.split("/").length - 1) || "./";
  const text = fs.readFileSync(file, "utf8").replace(/"(#\w+)"/g, (_, hash) => `"${up}${NAMES[hash]}"`);
  declarations.set(name, text);
  for (const [, other] of text.matchAll(/"(\.\.?\/[^"]+)\.js"/g)) declare(path.posix.join(name, "..", `${other}.d.ts`));
}

for (const file of [...Object.values(ENTRIES), "js/core.js", "js/wasm/wye.wasm.js"])
  declare(file.replace("js/", "").replace(/js$/, "d.ts"));

// The nearest package.json decides whether TypeScript reads a declaration as an ES module or as CommonJS, so there are
// two copies.
for (const folder of ["dist/types", "dist/cjs/types"]) {
  for (const [name, text] of declarations) {
    fs.mkdirSync(path.dirname(`${folder}/${name}`), { recursive: true });
    fs.writeFileSync(`${folder}/${name}`, text);
  }
}
fs.writeFileSync("dist/cjs/package.json", '{ "type": "commonjs" }\n');
