// What a lookup allocates, counted exactly: bytes of the JavaScript heap, and growth of the linear memory.
//
// `node bench/alloc.mjs [--lookups N] [--json]` prints it and fails if a budget of budgets.json is passed;
// `measureAllocation` gives the same figures to a test.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bytesAllocated } from "./bytes.mjs";
import { freshPaths } from "./fresh.mjs";
import { makeRequests } from "./requests.mjs";
import { readRoutes, routeFile } from "./routes.mjs";

/**
 * @typedef {object} Allocation
 * @property {string} work
 * @property {string} set of requests
 * @property {number} lookups (for `param`: parameters read)
 * @property {number} bytes of the heap, all lookups together
 */

/**
 * @typedef {object} Allocations
 * @property {Allocation[]} measured
 * @property {Allocation[]} control the same measurement of lookups that allocate on purpose: what each must find
 * @property {{ before: number, after: number }} linearMemory bytes
 */

/**
 * Measures in a process of its own, in which nothing else runs.
 * @param {{ lookups?: number, node?: string }} [options] lookups by `match`, in all sets together; the Node to use
 * @returns {Allocations}
 */
export function measureAllocation({ lookups = 1_000_000, node = process.execPath } = {}) {
  const args = ["--expose-gc", fileURLToPath(import.meta.url), "--child", "--lookups", String(lookups)];
  const { status, stdout, stderr } = spawnSync(node, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`the measurement of allocations failed: ${stderr}`);
  return JSON.parse(stdout);
}

/** The most that each kind of work may allocate, in bytes a lookup. */
export const BUDGETS = JSON.parse(readFileSync(new URL("budgets.json", import.meta.url), "utf8"));

/**
 * @param {Allocations} allocations
 * @returns {string[]} what passes its budget; empty if all is well
 */
export function overBudget({ measured, linearMemory }) {
  const over = measured.filter(({ work, lookups, bytes }) => bytes > BUDGETS[work].bytes * lookups);
  const complain = ({ work, set, lookups, bytes }) => `${work}, ${set}: ${bytes} bytes in ${lookups} lookups`;
  const complaints = over.map(complain);
  const grown = linearMemory.after - linearMemory.before;
  return grown > 0 ? [...complaints, `linear memory grew by ${grown} bytes`] : complaints;
}

// ------------------------------------------------------------------ in the process that measures

// Tables whose lookups take turns, as those of several applications would.
const TABLES = ["github-2013-overlaps", "github-2026"];
const SET_NAMES = ["hits", "misses", "405", "escaped", "non-ascii", "equivalent"];
const ORIGIN = "https://api.example.com";
const WARM_PASSES = 20;
const RUNS = 5;

async function child(lookups) {
  const memories = watchMemories();
  const { RouteTable } = await import("../js/index.js");
  const tables = TABLES.map((name) => fillTable(new RouteTable(), readRoutes(routeFile(name))));
  const sets = makeSets(tables);
  const jobs = Object.keys(WORK).flatMap((work) => [...sets].map(([set, requests]) => makeJob(work, set, requests)));
  jobs.push(paramJob(sets.get("hits")));
  for (const job of jobs) warm(job);
  const before = bytesOf(memories);
  const measured = jobs.map((job) => count(job, share(job, lookups) / sets.size));
  const linearMemory = { before, after: bytesOf(memories) };
  return { measured, control: [1, 4096].map((every) => control(sets.get("hits"), every)), linearMemory };
}

// All of them are for `match`, the other kinds of work get some more beside.
const share = ({ work }, lookups) => (work === "match" ? lookups : lookups / 10);

// The shim keeps its memory to itself, so each instance that is made is watched from the start.
function watchMemories() {
  const memories = [];
  const keep = (exports) => Object.values(exports).find((value) => value instanceof WebAssembly.Memory);
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
    construct(target, args, newTarget) {
      const instance = Reflect.construct(target, args, newTarget);
      memories.push(keep(instance.exports));
      return instance;
    }
  });
  return memories;
}

const bytesOf = (memories) => memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);

function fillTable(table, routes) {
  for (const { method, pattern, id } of routes) table.add(method, pattern, { id });
  return { table, routes };
}

// Each set asks both tables in turn; the last one has requests of all sets, one after the other.
function makeSets(tables) {
  const sets = new Map(SET_NAMES.map((set) => [set, tables.map(({ table, routes }) => tagged(table, routes, set))]));
  for (const [set, [first, second]] of sets) sets.set(set, first.flatMap((request, i) => [request, second[i]]));
  const all = [...sets.values()];
  return sets.set("mixed", all[0].map((_, i) => all[i % all.length][i]));
}

function tagged(table, routes, set) {
  return makeRequests(routes, set, { count: 4096 }).map((request) => ({ ...request, table }));
}

// What is done with a request. Each stands alone, so that V8 optimizes each as an application's would be.
const WORK = {
  match: ({ tables, methods, paths, size }) => {
    for (let i = 0; i < size; i++) tables[i].match(methods[i], paths.pool[i]);
  },
  matchUrl: ({ tables, methods, urls, size }) => {
    for (let i = 0; i < size; i++) tables[i].matchUrl(methods[i], urls.pool[i]);
  },
  spans: ({ tables, methods, paths, size }) => {
    let sum = 0;
    for (let i = 0; i < size; i++) {
      const table = tables[i];
      table.match(methods[i], paths.pool[i]);
      for (let j = table.paramCount - 1; j >= 0; j--) sum = (sum + table.paramEnd(j) - table.paramStart(j)) | 0;
    }
    return sum;
  }
};

function makeJob(work, set, requests) {
  const urls = requests.map(({ path }) => ({ path: ORIGIN + path }));
  const job = {
    tables: requests.map(({ table }) => table),
    methods: requests.map(({ method }) => method),
    paths: freshPaths(requests),
    urls: freshPaths(urls),
    size: requests.length
  };
  const text = work === "matchUrl" ? job.urls : job.paths;
  const { methods, size } = job;
  return { work, set, methods, size, pool: text.pool, renew: () => text.renew(), run: () => WORK[work](job) };
}

// Reading a parameter makes the one string that it returns, kept here so that V8 cannot do without it.
const kept = new Array(1024);

function paramJob(requests) {
  const job = makeJob("match", "hits", requests);
  const tables = requests.map(({ table }) => table);
  const run = () => {
    for (let i = 0; i < job.size; i++) {
      tables[i].match(job.methods[i], job.pool[i]);
      for (let j = tables[i].paramCount - 1; j >= 0; j--) kept[(i + j) & 1023] = tables[i].param(j);
    }
  };
  const params = requests.reduce((sum, { values }) => sum + values.length, 0);
  return { ...job, work: "param", counted: params, run };
}

// Until V8 has compiled all of it: compiled code lies on the heap too, but belongs to no lookup.
function warm(job) {
  for (let i = 0; i < WARM_PASSES; i++) {
    job.renew();
    bytesAllocated(job.run);
  }
}

function count({ work, set, size, counted = size, renew, run }, lookups) {
  const sum = { work, set, lookups: 0, bytes: 0 };
  for (; sum.lookups < lookups; sum.lookups += counted) {
    sum.bytes += bytesAllocated(run, { runs: RUNS, prepare: renew });
  }
  return sum;
}

// Proof that the counter counts: an object with one field, for every lookup or for very few of them.
function control(requests, every) {
  const job = makeJob("match", "hits", requests);
  const run = () => {
    job.run();
    for (let i = 0; i < job.size; i += every) kept[i & 1023] = { i };
  };
  const lavish = { ...job, work: `control: an object every ${every}`, run };
  warm(lavish);
  return count(lavish, job.size * 10);
}

// ------------------------------------------------------------------ the command

function print({ measured, control: controls, linearMemory }) {
  for (const [work, parts] of groups([...measured, ...controls])) console.log(`  ${work.padEnd(30)} ${summary(parts)}`);
  console.log(`  ${"linear memory".padEnd(30)} ${linearMemory.before} bytes before, ${linearMemory.after} after`);
}

function groups(parts) {
  const found = new Map();
  for (const part of parts) found.set(part.work, [...(found.get(part.work) ?? []), part]);
  return found;
}

function summary(parts) {
  const total = (key) => parts.reduce((sum, part) => sum + part[key], 0);
  const [lookups, bytes] = [total("lookups"), total("bytes")];
  const sets = parts.map(({ set }) => set).join(", ");
  return `${bytes} bytes in ${lookups} (${Math.round((bytes / lookups) * 1000) / 1000} each): ${sets}`;
}

/** Measures, prints, and returns the figures with what is over its budget. */
export function reportAllocation(options) {
  const allocations = measureAllocation(options);
  print(allocations);
  const over = overBudget(allocations);
  for (const complaint of over) console.log(`  OVER BUDGET: ${complaint}`);
  return { ...allocations, over };
}

async function main() {
  const options = { lookups: { type: "string", default: "1000000" }, child: { type: "boolean", default: false } };
  const { values } = parseArgs({ options });
  if (values.child) return console.log(JSON.stringify(await child(Number(values.lookups))));
  process.exitCode = reportAllocation({ lookups: Number(values.lookups) }).over.length > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
