// The JavaScript samples of the documents, run as they are written in every runtime that can be had.

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { BUN, DENO } from "../../bench/runtimes.mjs";
import { serve } from "../../examples/worker/serve.mjs";
import { root } from "./markdown.mjs";

const local = (path) => fileURLToPath(new URL(path, root));

/** Below the checkout, so that a sample finds the package by its name. */
const folder = local("build/guide/");

/** `call; // value` and `call; // throws CODE` become checks of that. */
export function withChecks(code) {
  return code
    .replaceAll(/^(.*); \/\/ throws (\w+)$/gm, 'check.throws(() => $1, { name: "WyeError", code: "$2" });')
    .replaceAll(/^(.*); \/\/ (.*)$/gm, "check.deepEqual($1, $2);");
}

/**
 * A sample as a module: what it imports, and `run`, which does the rest. (A Worker may not do everything while it is
 * loaded.) `export default app` is returned.
 */
function moduleOf(code) {
  const lines = withChecks(code).split("\n");
  const isImport = (line) => line.startsWith("import ");
  const body = lines.filter((line) => !isImport(line)).join("\n").replace(/^export default /m, "return ");
  return `import check from "node:assert/strict";\n${lines.filter(isImport).join("\n")}
export async function run() {\n${body}\n}\n`;
}

/** Writes a sample, bundled for a runtime, and returns the file's name. */
async function bundled(name, code, { conditions, external = [], main }) {
  fs.mkdirSync(folder, { recursive: true });
  const entry = `${folder}${name}.sample.mjs`;
  const outfile = `${folder}${name}/${conditions.join("-") || "host"}/sample.mjs`;
  fs.writeFileSync(entry, `${moduleOf(code)}\n${main}`);
  const jsx = { jsx: "automatic", jsxImportSource: "hono/jsx", loader: { ".mjs": "jsx" } };
  await esbuild.build({
    ...{ entryPoints: [entry], outfile, bundle: true, format: "esm", platform: "neutral" },
    mainFields: ["module", "main"],
    ...{ conditions, external: ["node:*", "cloudflare:*", ...external], logLevel: "warning", ...jsx },
  });
  fs.copyFileSync(local("js/wasm/wye.wasm"), outfile.replace("sample.mjs", "wye.wasm"));
  return outfile;
}

const PRINT = 'await run();\nconsole.log("ran");\n';

const WORKER = `export default { async fetch() {
  try { await run(); return new Response("ran"); } catch (error) { return new Response(String(error?.stack ?? error)); }
} };\n`;

/** In a process of its own. @param {(file: string) => string[]} command */
const inProcess = (command) => async (name, code) => {
  const file = await bundled(name, code, { conditions: [], main: PRINT });
  const [program, ...args] = command(file);
  const { stdout, stderr, error } = spawnSync(program, args, { encoding: "utf8", timeout: 60_000 });
  return stdout.trim().endsWith("ran") ? "ran" : `${error ?? ""}${stderr}`;
};

const CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [
    (name = "sample.mjs", esModule = embed "sample.mjs"),
    (name = "wye.wasm", wasm = embed "wye.wasm"),
  ],
  compatibilityDate = "2026-10-01",
  compatibilityFlags = ["nodejs_compat"],
);
`;

async function inWorkerd(name, code) {
  const file = await bundled(name, code, { conditions: ["workerd"], external: ["*.wasm"], main: WORKER });
  const config = file.replace("sample.mjs", "config.capnp");
  fs.writeFileSync(config, CONFIG);
  const worker = await serve(config, 0);
  try {
    return await (await fetch(`http://127.0.0.1:${worker.port}/`)).text();
  } finally {
    await worker.stop();
  }
}

/** @type {Record<string, { run: (name: string, code: string) => Promise<string>, isThere: boolean }>} */
export const runtimes = {
  Node: { run: inProcess((file) => [process.execPath, file]), isThere: true },
  workerd: { run: inWorkerd, isThere: true },
  Deno: {
    run: inProcess((file) => [DENO, "run", "--quiet", "--no-config", "--no-lock", "--allow-read", "--allow-env", file]),
    isThere: fs.existsSync(DENO),
  },
  Bun: { run: inProcess((file) => [BUN, "run", file]), isThere: fs.existsSync(BUN) },
};
