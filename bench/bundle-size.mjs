// What an app with five routes weighs once it is bundled and minified, for each framework and router.

import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { fail } from "./race.mjs";
import { packageVersion } from "./contenders.mjs";
import { SMALL_APPS, REQUESTS, fileOf, wrong } from "./small-app.mjs";
import { grid } from "./report.mjs";

const out = fileURLToPath(new URL("../build/bench/small-app/", import.meta.url));
const module = fileURLToPath(new URL("../dist/workerd/wye.wasm", import.meta.url));

/** How bundlers for workerd and for browsers find files; `node` is for what needs Node. */
const BUILDS = {
  workerd: { platform: "neutral", conditions: ["workerd"], mainFields: ["module", "main"], external: ["*.wasm"] },
  browser: { platform: "browser" },
  node: { platform: "node", format: "cjs" }
};

/**
 * @typedef {{ bytes: number, gzip: number, brotli: number }} Weight
 *
 * @param {Uint8Array} bytes
 * @returns {Weight}
 */
export function weightOf(bytes) {
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  return { bytes: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotli.length };
}

/**
 * Bundles an app as its users would.
 * @param {string} name of a file in small-app/
 * @param {keyof typeof BUILDS} build
 * @returns {Promise<string>} the file
 */
export async function bundleFive(name, build) {
  const outfile = `${out}${name}.${build}.${build === "node" ? "cjs" : "mjs"}`;
  const options = { bundle: true, minify: true, format: "esm", logLevel: "error", ...BUILDS[build] };
  await esbuild.build({ entryPoints: [fileURLToPath(fileOf(name))], outfile, ...options });
  return outfile;
}

/** The module, which is a file beside a bundle for workerd. */
export const wasmWeight = () => weightOf(readFileSync(module));

/**
 * @param {string} name
 * @returns {Promise<{ build: string, weight: Weight, problems: string[] }[]>} one for each way to bundle it
 */
export async function weigh(name) {
  const builds = SMALL_APPS[name].needsNode ? ["node"] : name.startsWith("wye") ? ["workerd", "browser"] : ["browser"];
  const weights = [];
  for (const build of builds) {
    const file = await bundleFive(name, build);
    const problems = build === "workerd" ? [] : await problemsOf(file);
    weights.push({ build, weight: weightOf(readFileSync(file)), problems });
  }
  return weights;
}

// A bundle must work. That for workerd is not run: but for the module, it is the same program as that for browsers.
async function problemsOf(file) {
  const { default: exported } = await import(pathToFileURL(file).href);
  const app = file.endsWith(".cjs") ? exported.default : exported;
  const problems = await Promise.all(REQUESTS.map(async (wanted) => {
    const { method, path } = wanted;
    return wrong(wanted, await app.fetch(new Request(`http://localhost${path}`, { method })));
  }));
  return problems.filter(Boolean);
}

/** Prints the table; returns its figures. */
export async function compareWeights() {
  mkdirSync(out, { recursive: true });
  copyFileSync(module, `${out}wye.wasm`);
  const rows = [], figures = {};
  const wasm = wasmWeight();
  for (const [name, { title, module: peer }] of Object.entries(SMALL_APPS)) {
    const version = peer ? ` ${packageVersion(peer)}` : "";
    for (const { build, weight, problems } of await weigh(name)) {
      for (const problem of problems) fail(`${title}, bundled: ${problem}`);
      if (build === "workerd") {
        rows.push(cells(`${title}: JavaScript`, weight), cells(`${title}: wye.wasm`, wasm));
        rows.push(cells(`${title}: both`, sum(weight, wasm)));
      } else if (build === "browser" && !peer) {
        rows.push(cells(`${title}: one file, module inside`, weight));
      } else {
        rows.push(cells(`${title}${version}`, weight));
      }
      figures[name] = { ...figures[name], [build]: weight };
    }
  }
  console.log(`\n${grid("an app with five routes, bundled and minified by esbuild, bytes",
    [["", "minified", "gzip -9", "brotli 11", ""], ...rows])}`);
  return { ...figures, wasm };
}

const sum = (a, b) => ({ bytes: a.bytes + b.bytes, gzip: a.gzip + b.gzip, brotli: a.brotli + b.brotli });
const cells = (title, { bytes, gzip, brotli }) => [title, String(bytes), String(gzip), String(brotli), ""];
