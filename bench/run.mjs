// The benchmark: `node bench/run.mjs`, or `make bench`, which builds first. `--help` lists the options.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { compareInNode, compareInWorkerd, compareOverHttp, compareWithSwitch, countShares } from "./app.mjs";
import { CONTENDERS as FRAMEWORKS } from "./app/contenders.mjs";
import { reportBacktracking } from "./backtracking.mjs";
import { reportEngine } from "./budgets.mjs";
import { fail, failed, race, results } from "./race.mjs";
import { CONTENDERS, packageVersion } from "./contenders.mjs";
import { compareCopies } from "./copy.mjs";
import { compareConstraints, compareHosts } from "./language.mjs";
import { compareTexts } from "./module.mjs";
import { buildNative } from "./native.mjs";
import { caption, table as printTable } from "./report.mjs";
import { HOSTS } from "./hosts.mjs";
import { makeRequests, writeRequests } from "./requests.mjs";
import { readRoutes, routeFile, TABLES } from "./routes.mjs";
import { findRuntimes } from "./runtimes.mjs";
import { compareStarts } from "./start.mjs";
import { compareWeights } from "./bundle-size.mjs";

const PARTS = [
  ...["native", "node", "sets", "hosts", "constraints", "backtracking", "alloc", "app", "http"],
  ...["size", "start", "copy", "module"]
];

const HELP = `node bench/run.mjs [options] [PART...]
  --quick            fewer and shorter rounds, the three GitHub tables only
  --table NAME,...   of ${TABLES.join(", ")}
  --only NAME,...    JavaScript contenders, of ${Object.keys(CONTENDERS).join(", ")}
  --node VERSION,... major versions of Node
  --part NAME,...    of ${PARTS.join(", ")}; as much as PART
  --hosts N          hosts of the tables that have many (10000)
  --lookups N        operations whose allocations are counted (1000000)`;

const EFFORT = { full: { rounds: 7, ms: 25 }, quick: { rounds: 3, ms: 20 } };

// A round is a process for each way in each runtime.
const COPY = { full: { rounds: 5, ms: 300 }, quick: { rounds: 2, ms: 100 } };

const NATIVE_PARTS = ["native", "hosts", "constraints"];
const NOTHING_NATIVE = { programs: {}, notes: [], versions: [] };

// The tables that every runtime is measured with; the others, and the other sets, with this major version only.
const MAIN_TABLES = TABLES.slice(0, 3);
const REFERENCE = "24.";

// The sets that are measured beside the hits, on one table.
const SET_TABLE = "github-2013";
const SETS = ["misses", "405", "escaped", "non-ascii"];

const out = fileURLToPath(new URL("../build/bench/", import.meta.url));
const options = readOptions();
results.command = `node ${["bench/run.mjs", ...process.argv.slice(2)].join(" ")}`;

await main();

function readOptions() {
  const text = { type: "string" };
  const { values, positionals } = parseArgs({ allowPositionals: true, options: {
    quick: { type: "boolean", default: false }, help: { type: "boolean", default: false },
    table: text, only: text, node: text, part: text, hosts: text, lookups: text
  } });
  const list = (value, all) => value?.split(",") ?? all;
  const named = [...list(values.part, []), ...positionals];
  const unknown = named.filter((part) => !PARTS.includes(part));
  if (unknown.length > 0) throw new Error(`no part ${unknown.join(", ")}: there are ${PARTS.join(", ")}`);
  return {
    help: values.help,
    quick: values.quick,
    effort: values.quick ? EFFORT.quick : EFFORT.full,
    tables: list(values.table, values.quick ? MAIN_TABLES : TABLES),
    only: list(values.only, Object.keys(CONTENDERS)),
    nodes: list(values.node, null),
    parts: named.length > 0 ? named : PARTS,
    hosts: Number(values.hosts ?? HOSTS),
    lookups: Number(values.lookups ?? (values.quick ? 250_000 : 1_000_000))
  };
}

async function main() {
  if (options.help) return console.log(HELP);
  mkdirSync(out, { recursive: true });
  const { tables, parts } = options;
  const runtimes = findRuntimes(options.nodes);
  const native = parts.some((part) => NATIVE_PARTS.includes(part)) ? buildNative() : NOTHING_NATIVE;
  printHead(runtimes, native);
  if (parts.includes("native")) await inTurn(tables, (table) => nativeTable(table, native.programs));
  if (runtimes.length === 0) throw new Error(`no Node of version ${options.nodes} is here`);
  const reference = runtimes.find(({ version }) => version.startsWith(REFERENCE)) ?? runtimes.at(-1);
  if (parts.includes("node")) await inTurn(runtimes, (runtime) => nodeTables(runtime, reference));
  if (parts.includes("sets")) await inTurn(SETS, (set) => nodeTable(reference, SET_TABLE, set, (only) => !only));
  const where = { runtime: reference, programs: native.programs, effort: options.effort };
  if (parts.includes("hosts")) await compareHosts(where, options.hosts);
  if (parts.includes("constraints")) await compareConstraints(where);
  if (parts.includes("backtracking")) backtrack(reference);
  if (parts.includes("alloc")) await inTurn(runtimes, countAllocations);
  if (parts.includes("app")) await compareApps(runtimes);
  if (parts.includes("http")) await compareOverHttp(options.quick ? "quick" : "full");
  if (parts.includes("size")) results.size = await compareWeights();
  if (parts.includes("start")) results.start = compareStarts(reference, options.quick ? 5 : 21);
  if (parts.includes("module")) results.module = compareTexts(reference, options.quick ? 5 : 21);
  if (parts.includes("copy")) results.copy = await compareCopies(runtimes, options.quick ? COPY.quick : COPY.full);
  writeFileSync(fileURLToPath(new URL("../build/bench.json", import.meta.url)), JSON.stringify(results, null, 1));
  process.exitCode = failed() ? 1 : 0;
}

async function compareApps(runtimes) {
  await inTurn(runtimes, (runtime) => compareInNode(runtime, options.effort));
  await compareInWorkerd(options.effort);
  await inTurn(runtimes, (runtime) => compareWithSwitch(runtime, options.effort));
  await inTurn(runtimes, (runtime) => countShares(runtime, options.lookups));
}

async function inTurn(list, visit) {
  for (const item of list) await visit(item);
}

function printHead(runtimes, native) {
  const contenders = [...Object.values(CONTENDERS), ...Object.values(FRAMEWORKS)];
  const peers = [...new Set(contenders.map((contender) => contender.module).filter(Boolean))];
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const versions = [`wye ${version}`, ...runtimes.map(({ title }) => title)];
  versions.push(...peers.map((peer) => `${peer} ${packageVersion(peer)}`), ...native.versions);
  results.caption = caption({ versions, command: results.command, effort: options.effort });
  console.log(results.caption);
  if (runtimes.length === 1 && !options.nodes) native.notes.push("one runtime only: there is no Node from npm");
  for (const note of native.notes) console.log(`note: ${note}`);
}

// ------------------------------------------------------------------ tables

function requestsFile(table, set) {
  const file = `${out}${table}.${set}.tsv`;
  writeRequests(file, makeRequests(readRoutes(routeFile(table)), set));
  return file;
}

async function nativeTable(table, programs) {
  const args = [fileURLToPath(routeFile(table)), requestsFile(table, "hits")];
  const wye = (title, kinds) =>
    programs.wye && { title, command: programs.wye, args, kinds, judged: title === "wye" };
  const matchit = programs.matchit && { title: "matchit", command: programs.matchit, args };
  const contenders = [
    wye("wye", { id: "id", params: "params" }),
    wye("wye, method as text", { id: "text" }),
    wye("scan for slashes", { id: "scan" }),
    matchit
  ];
  const there = contenders.filter(Boolean);
  if (there.length > 0) await compare({ runtime: "native", table, set: "hits", unit: "calls" }, there);
}

async function nodeTables(runtime, reference) {
  const wanted = (only) => only !== "urls" && (runtime === reference || only !== "extra");
  const tables = options.tables.filter((table) => runtime === reference || MAIN_TABLES.includes(table));
  await inTurn(tables, (table) => nodeTable(runtime, table, "hits", wanted));
}

async function nodeTable(runtime, table, set, wanted) {
  const files = [fileURLToPath(routeFile(table)), requestsFile(table, set)];
  const program = fileURLToPath(new URL("process.mjs", import.meta.url));
  const count = readRoutes(routeFile(table)).length;
  const fits = (name) => !CONTENDERS[name].most || count <= CONTENDERS[name].most;
  const names = options.only.filter((name) => wanted(CONTENDERS[name].only));
  for (const name of names.filter((name) => !fits(name)))
    console.log(`note: ${CONTENDERS[name].title} is left out of ${table}: it tries its ${count} routes one by one`);
  const contenders = names.filter(fits).map((name) => ({
    title: CONTENDERS[name].title, command: runtime.path, args: ["--expose-gc", program, name, ...files],
    judged: name === "wye"
  }));
  await compare({ runtime: runtime.title, table, set, unit: "bytes" }, contenders);
}

async function compare(where, contenders) {
  const rows = await race(where, contenders, options.effort);
  console.log(`\n${printTable(heading(where), rows, where.unit)}`);
}

function heading({ runtime, table, set }) {
  const routes = readRoutes(routeFile(table)).length;
  return `${table}, ${routes} routes, ${set}, ${runtime}`;
}

// ------------------------------------------------------------------ expressions, allocations

function backtrack({ title, path }) {
  console.log("");
  results.backtracking = reportBacktracking({ node: path, title });
}

async function countAllocations(runtime) {
  const { rows, complaints } = await reportEngine(runtime, options.lookups);
  results.allocations = { ...results.allocations, [runtime.title]: rows };
  for (const complaint of complaints) fail(complaint);
}
