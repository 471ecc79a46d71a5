// How long each way takes to copy a string into linear memory, in each runtime that is found.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { serve } from "../examples/worker/serve.mjs";
import { median } from "./statistics.mjs";
import { grid } from "./report.mjs";
import { makeRequests } from "./requests.mjs";
import { readRoutes, routeFile } from "./routes.mjs";
import { BUN, DENO } from "./runtimes.mjs";
import { WAYS } from "./copy/ways.mjs";

const local = (path) => fileURLToPath(new URL(path, import.meta.url));
const out = local("../build/bench/copy/");

const OTHERS = {
  Deno: [DENO, "run", "--no-config", "--no-lock", "-A"],
  Bun: [BUN, "run"]
};

/** Paths of ASCII, as a `Request` has them. */
export function copiedPaths() {
  const requests = makeRequests(readRoutes(routeFile("github-2013")), "hits");
  return requests.map(({ path }) => path).filter((path) => /^[\0-\x7f]*$/.test(path));
}

/**
 * @typedef {(way: string, paths: string[], ms: number) => Promise<{ ns?: number, chosen: string }>} Ask
 *
 * Each runtime that is there: a function that times a way in it, and one that ends it.
 * @param {{ title: string, path: string }[]} nodes
 * @returns {Promise<{ title: string, ask: Ask, stop?: () => Promise<void> }[]>}
 */
export async function copiers(nodes) {
  mkdirSync(out, { recursive: true });
  const bundled = (name) => esbuild.build({
    entryPoints: [local(`copy/${name}.mjs`)], outfile: `${out}${name}.mjs`, bundle: true, format: "esm",
    external: ["node:*"], logLevel: "warning"
  });
  await Promise.all([bundled("process"), bundled("worker")]);
  const others = Object.entries(OTHERS).filter(([, [file]]) => existsSync(file));
  const commands = [...nodes.map(({ title, path }) => [title, [path]]), ...others];
  const inProcesses = commands.map(([title, command]) => ({ title, ask: askProcess(command) }));
  const workers = [await startWorkerd("workerd", []), await startWorkerd("workerd, nodejs_compat", ["nodejs_compat"])];
  return [...inProcesses, ...workers];
}

// The date is before 2026-08-04: from then on, `nodejs_compat` is the default.
const config = (flags) => `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "copy", worker = .copy)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "copy")],
);

const copy :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.mjs")],
  compatibilityDate = "2026-03-17",
  compatibilityFlags = ${JSON.stringify(flags)},
);
`;

/** With `nodejs_compat`, workerd has Node's Buffer, and says that it is Node. */
async function startWorkerd(title, flags) {
  const file = `${out}${title.replace(/\W+/g, "-")}.capnp`;
  writeFileSync(file, config(flags));
  const { port, stop } = await serve(file, 0);
  return { title, ask: askWorker(`http://127.0.0.1:${port}/`), stop };
}

function askProcess([command, ...args]) {
  return async (way, paths, ms) => {
    writeFileSync(`${out}paths.json`, JSON.stringify(paths));
    const all = [...args, `${out}process.mjs`, way, String(ms), `${out}paths.json`];
    const { status, stdout, stderr } = spawnSync(command, all, { encoding: "utf8" });
    if (status !== 0) throw new Error(`${command}, ${way}: ${stderr}`);
    return JSON.parse(stdout);
  };
}

function askWorker(origin) {
  return async (way, paths, ms) => {
    const url = `${origin}?${new URLSearchParams({ way, ms: String(ms) })}`;
    const response = await fetch(url, { method: "POST", body: JSON.stringify(paths) });
    if (!response.ok) throw new Error(`workerd, ${way}: ${await response.text()}`);
    return response.json();
  };
}

/**
 * Prints a table; returns its figures by runtime and way.
 * @param {{ title: string, path: string }[]} nodes
 * @param {{ rounds: number, ms: number }} effort
 */
export async function compareCopies(nodes, { rounds, ms }) {
  const paths = copiedPaths();
  const runtimes = await copiers(nodes);
  const figures = {};
  for (const { title, ask } of runtimes) {
    const all = Object.fromEntries(Object.keys(WAYS).map((way) => [way, []]));
    let chosen;
    for (let round = 0; round < rounds; round++) {
      for (const way of Object.keys(WAYS)) {
        const answer = await ask(way, paths, ms);
        chosen = answer.chosen;
        if (answer.ns !== undefined) all[way].push(answer.ns);
      }
    }
    const ways = Object.entries(all).map(([way, ns]) => [way, ns.length > 0 ? median(ns) : undefined]);
    figures[title] = { chosen, ways: Object.fromEntries(ways) };
  }
  await Promise.all(runtimes.map(({ stop }) => stop?.()));
  console.log(`\n${copyTable(figures, paths)}`);
  return figures;
}

function copyTable(figures, paths) {
  const characters = paths.reduce((sum, path) => sum + path.length, 0) / paths.length;
  const [nothing, ...ways] = Object.keys(WAYS);
  const cell = ({ chosen, ways: ns }, way) => {
    if (ns[way] === undefined) return "-";
    return `${(ns[way] - ns[nothing]).toFixed(0)}${chosen === way ? " *" : "  "}`;
  };
  const rows = ways.map((way) => [way, ...Object.values(figures).map((figure) => cell(figure, way)), ""]);
  const title = `nanoseconds to copy a path of ${characters.toFixed(0)} characters, less the loop; *: what wye uses`;
  return grid(title, [["", ...Object.keys(figures), ""], ...rows]);
}
