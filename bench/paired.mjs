// What a change costs: the module of another revision and that of this checkout in one process, in turns, each with its
// own `js/`. `node bench/paired.mjs --base REVISION`, or `make bench-paired BASE=REVISION`; `--help` lists the options.

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { geometricMean, median, quantile, rotated } from "./statistics.mjs";
import { grid, machine } from "./report.mjs";
import { makeRequests, SETS, writeRequests } from "./requests.mjs";
import { readRoutes, routeFile, TABLES } from "./routes.mjs";
import { findRuntimes } from "./runtimes.mjs";

const EFFORT = {
  full: { processes: 5, rounds: 7, ms: 25, warm: 400 },
  quick: { processes: 2, rounds: 3, ms: 20, warm: 200 }
};

// The sets beside the hits are measured on one table.
const SET_TABLE = "github-2013";
const DEFAULT_SETS = ["hits", "misses", "405", "escaped"];

const HELP = `node bench/paired.mjs --base REVISION [options]
  --base REVISION  the commit, branch or tag that this checkout is compared with
  --quick          fewer processes and rounds
  --table NAME,... of ${TABLES.join(", ")}
  --set NAME,...   of ${Object.keys(SETS).join(", ")}
  --node VERSION   major version of Node; without it the newest that is here`;

const root = fileURLToPath(new URL("../", import.meta.url));
const out = `${root}build/bench/paired/`;
const BUILDS = ["base", "control", "this"];

/**
 * Copies what a build needs to run: two copies of one build are two modules to the runtime.
 * @param {string} from a checkout in which `make js` was done
 * @param {string} to
 */
export function copyBuild(from, to) {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  for (const name of ["package.json", "js"]) cpSync(`${from}/${name}`, `${to}/${name}`, { recursive: true });
}

/**
 * One process, in which builds take turns.
 * @param {{ folders: string[], routes: string, requests: string, node?: string,
 *   options: { rounds: number, ms: number, warm: number } }} what
 * @returns {{ wrong: number, figures: { match: number[], matchUrl: number[] } }[]} for each folder
 */
export function runPair({ folders, routes, requests, options, node = process.execPath }) {
  const pair = fileURLToPath(new URL("paired/process.mjs", import.meta.url));
  const { WYE_WASM: _, ...env } = process.env; // each build has a module of its own
  const args = [pair, routes, requests, JSON.stringify(options), ...folders];
  const { status, stdout, stderr } = spawnSync(node, args, { encoding: "utf8", env });
  if (status !== 0) throw new Error(`the comparison failed: ${stderr}`);
  return stdout.trim().split("\n").map((line) => JSON.parse(line));
}

// ------------------------------------------------------------------ the other revision

function git(...args) {
  return run("git", ["-C", root, ...args]).trim();
}

function run(command, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", ...options });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? (stderr || stdout)}`);
  return stdout;
}

// The worktree lies below this checkout, so the packages of this one are found from it. Make is told that they are
// installed. Of a make that started this, nothing is handed on.
function buildBase(commit) {
  const worktree = `${out}worktree`;
  const { MAKEFLAGS: _, MAKELEVEL: __, MFLAGS: ___, TOOLCHAIN: ____, ...env } = process.env;
  rmSync(worktree, { recursive: true, force: true }); // left by a run that was interrupted
  git("worktree", "add", "--detach", "--force", worktree, commit);
  try {
    run("make", ["-o", "node_modules/.package-lock.json", "js"], { cwd: worktree, env });
    for (const name of ["base", "control"]) copyBuild(worktree, out + name);
  } finally {
    git("worktree", "remove", "--force", worktree);
  }
}

// ------------------------------------------------------------------ the figures

function compareTable([table, set], { effort, node }) {
  const routes = fileURLToPath(routeFile(table));
  const requests = `${out}${table}.${set}.tsv`;
  writeRequests(requests, makeRequests(readRoutes(routes), set));
  const all = Object.fromEntries(BUILDS.map((name) => [name, { wrong: 0, figures: { match: [], matchUrl: [] } }]));
  for (let i = 0; i < effort.processes; i++) {
    const order = rotated(BUILDS, i); // what is loaded first has other places in memory than what comes after
    const found = runPair({ folders: order.map((name) => out + name), routes, requests, node, options: effort });
    found.forEach((one, at) => join(all[order[at]], one));
  }
  return { title: `${table}, ${set}`, ...all };
}

function join(sum, { wrong, figures }) {
  sum.wrong = Math.max(sum.wrong, wrong);
  for (const [entry, rounds] of Object.entries(figures)) sum.figures[entry].push(...rounds);
}

/** The time over the base's, round by round. */
const ratios = ({ figures }, base, entry) => figures[entry].map((ns, i) => ns / base.figures[entry][i]);

/** The median, and between which figures the middle half lies. */
function spread(numbers) {
  const at = (share) => quantile(numbers, share).toFixed(3);
  return `${median(numbers).toFixed(3)} (${at(0.25)}-${at(0.75)})`;
}

// ------------------------------------------------------------------ the command

function readOptions() {
  const text = { type: "string" }, flag = { type: "boolean", default: false };
  const { values } = parseArgs({
    options: { base: text, table: text, set: text, node: text, quick: flag, help: flag }
  });
  const tables = values.table?.split(",") ?? TABLES, sets = values.set?.split(",") ?? DEFAULT_SETS;
  const wanted = (set) => tables.filter((table) => set === "hits" || table === SET_TABLE);
  const jobs = sets.flatMap((set) => wanted(set).map((table) => [table, set]));
  return { ...values, jobs, effort: EFFORT[values.quick ? "quick" : "full"] };
}

function main() {
  const { base, help, jobs, effort, node: version } = readOptions();
  if (help) return console.log(HELP);
  if (!base) throw new Error("which revision is this checkout to be compared with? Write BASE=REVISION");
  const commit = git("rev-parse", "--verify", `${base}^{commit}`);
  const runtime = findRuntimes(version ? [version] : null).at(-1);
  if (!runtime) throw new Error(`no Node of version ${version} is here`);
  copyBuild(root, `${out}this`);
  buildBase(commit);
  console.log(head(`${base} (${commit.slice(0, 12)})`, runtime, effort));
  const compared = jobs.map((job) => compareTable(job, { effort, node: runtime.path }));
  for (const entry of ["match", "matchUrl"]) console.log(`\n${report(entry, compared)}`);
  if (compared.some((table) => table.this.wrong > 0)) throw new Error("this checkout gave wrong answers");
}

function head(base, { title }, { processes, rounds, ms }) {
  const bytes = (name) => {
    const files = ["js/wasm/wye.wasm", "js/wye.wasm"]; // the second one is where older revisions have it
    const wasm = readFileSync(files.map((file) => `${out}${name}/${file}`).find(existsSync));
    return `${wasm.length} bytes (${gzipSync(wasm, { level: 9 }).length} in gzip)`;
  };
  return [
    `${machine()}, ${title}`,
    `base: ${base}; this: the checkout as it is. wye.wasm: ${bytes("base")}; ${bytes("this")}.`,
    `${processes} processes a table, in each ${rounds} rounds of ${ms} ms a build; they take turns at each pass.`,
    "ratio: time over base's in the same round, the median of all rounds, and where the middle half of them lies.",
    "control: a second copy of base, treated as this is: what it is off 1 by is noise."
  ].join("\n");
}

function report(entry, compared) {
  const rows = compared.map(({ title, base, control, this: own }) => [
    title, median(base.figures[entry]).toFixed(1), median(own.figures[entry]).toFixed(1),
    spread(ratios(own, base, entry)), spread(ratios(control, base, entry)), `${base.wrong} / ${own.wrong}`, ""
  ]);
  const ratioOf = (name) => (table) => median(ratios(table[name], table.base, entry));
  const mean = (name) => geometricMean(compared.map(ratioOf(name))).toFixed(3);
  const last = ["geometric mean", "", "", mean("this"), mean("control"), "", ""];
  return grid(`${entry}, ns a lookup`, [["", "base", "this", "ratio", "control", "wrong", ""], ...rows, last]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
