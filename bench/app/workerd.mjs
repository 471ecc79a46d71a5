// Processes of workerd, each with one framework in it: asked for measurements, or for the API itself.

import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { bundle } from "../../examples/worker/serve.mjs";
import { median } from "../statistics.mjs";
import { contenderSource } from "./contenders.mjs";
import { COUNTED, PADDING, RUNS } from "./worker.mjs";

const here = fileURLToPath(new URL("./", import.meta.url));
const out = fileURLToPath(new URL("../../build/bench/app/", import.meta.url));

const COMPATIBILITY_DATE = "2026-10-01";

// The young generation is as large as Node's in process.mjs; the other two are for counting bytes.
const V8_FLAGS = ["--expose-gc", "--trace-gc-nvp", "--min-semi-space-size=64"];

const config = (flags) => `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "bench", worker = .bench)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "bench")],
  v8Flags = [${flags.map((flag) => `"${flag}"`).join(", ")}],
);

const bench :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js"), (name = "wye.wasm", wasm = embed "wye.wasm")],
  compatibilityDate = "${COMPATIBILITY_DATE}",
);
`;

const SOURCES = {
  measured: (style) => `import { makeWorker } from "${here}worker.mjs";
export default makeWorker(makeContender, "${style}");`,
  served: (style) => `export default makeContender("${style}");`
};

/**
 * Bundles a framework's application, and starts workerd with it.
 * @param {string} name of the contender
 * @param {"sync" | "async"} style
 * @param {"measured" | "served"} use it is asked for measurements, or for the API
 * @returns {Promise<{ origin: string, pid: number, stdout: import("node:stream").Readable, stop(): void }>}
 */
async function run(name, style, use) {
  const folder = `${out}${use}-${name}-${style}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/entry.mjs`, `${contenderSource(name, here)}${SOURCES[use](style)}\n`);
  writeFileSync(`${folder}/config.capnp`, config(use === "measured" ? V8_FLAGS : []));
  await bundle(`${folder}/entry.mjs`, folder);
  return startWorkerd(`${folder}/config.capnp`);
}

/** Processes that nobody has stopped yet. */
const running = new Set();
process.once("exit", () => running.forEach((child) => child.kill()));

async function startWorkerd(configFile) {
  const { default: workerd } = createRequire(import.meta.url)("workerd");
  const args = ["serve", configFile, "config", "--control-fd=3"];
  const child = spawn(workerd, args, { stdio: ["ignore", "pipe", "pipe", "pipe"] });
  const stop = () => void (running.delete(child), child.kill());
  running.add(child);
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (complaints += text));
  const ended = new Promise((resolve) => void child.once("exit", resolve));
  const listening = new Promise((resolve) => void child.stdio[3].setEncoding("utf8").once("data", resolve));
  const line = await Promise.race([listening, ended]);
  if (typeof line !== "string") throw new Error(`workerd stopped before it listened: ${complaints}`);
  return { origin: `http://127.0.0.1:${JSON.parse(line).port}`, pid: child.pid, stdout: child.stdout, stop };
}

/** Serves the API itself. */
export const serveContender = (name, style) => run(name, style, "served");

/**
 * A contestant of `measure` in ../processes.mjs: what is asked of a process by a line is asked of a worker by a URL.
 * @param {string} name of the contender
 * @param {"sync" | "async"} style
 * @param {{ title: string, kinds: Record<string, string> }} entry
 * @returns {Promise<import("../processes.mjs").Contestant>}
 */
export async function startContender(name, style, { title, kinds }) {
  const { origin, stdout, stop } = await run(name, style, "measured");
  const collections = collectionsOf(stdout);
  const get = async (path) => (await fetch(`${origin}/${path}`)).json();
  const hello = await get("hello");
  const ask = (line) => {
    const [command, kind, ms] = line.split(" ");
    if (command === "bytes") return countBytes(() => get(`bytes/${kind}`), collections);
    return get(`${command}/${kind}?ms=${ms}`);
  };
  return { title, kinds, hello, ask, stop };
}

// ------------------------------------------------------------------ bytes

/**
 * What V8 said of the collections that were asked for, as `--trace-gc-nvp` has it written: the heap's size before and
 * after, and whether there was another one before it.
 */
function collectionsOf(stdout) {
  const found = [];
  let disturbed = false;
  createInterface({ input: stdout }).on("line", (line) => {
    const said = line.match(/: GC: (\{.*\})$/);
    if (!said) return;
    const { reason, start_object_size: before, end_object_size: after } = JSON.parse(said[1]);
    if (reason === "testing") found.push({ before, after, disturbed });
    disturbed = reason !== "testing";
  });
  return found;
}

/** The median of several runs, in bytes a request. */
async function countBytes(serve, collections) {
  const asked = 4 * RUNS;
  const start = collections.asked ?? 0;
  collections.asked = start + asked + PADDING;
  await serve();
  while (collections.length < start + asked) await setTimeout(5);
  const all = Array.from({ length: RUNS }, (_, run) => grown(collections.slice(start + 4 * run)));
  const counted = all.filter((bytes) => bytes !== undefined);
  if (counted.length === 0) throw new Error("the garbage collector ran in each of the measurements");
  return { bytes: median(counted) / COUNTED };
}

function grown([first, second, third, fourth]) {
  if (second.disturbed || fourth.disturbed) return undefined;
  return fourth.before - third.after - (second.before - first.after);
}
