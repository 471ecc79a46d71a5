// The time of a request above the switch by hand: both serve the same fresh requests in one process, in turns, a batch
// each, so what else the machine does hits both. Of each batch the median of its differences counts.
//
//     sync     three middlewares that wait for nothing
//     async    three async middlewares, and a switch with as many async functions and awaits
//     step     each asynchronous step, beyond its own await: a third of what `async` takes more than `sync`
//
// `node bench/app/above.mjs [--ms N]` prints them. Beside the medians is what is left if of each batch the tenth
// percentiles of both are compared: on a busy machine a median has the work of others in it.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median, rotated } from "../statistics.mjs";
import { grid } from "../report.mjs";
import { makeContender, STYLES } from "./contenders.mjs";
import { BATCH, makeLoop } from "./loop.mjs";
import { makeRequests } from "./routes.mjs";

const COUNT = 4000, WARM_PASSES = 15, PROCESSES = 5, STEPS = 3;

// No collection comes in between: what is allocated has figures of its own.
const FLAGS = ["--min-semi-space-size=64", "--max-semi-space-size=64"];

/**
 * @typedef {{ median: number, tenth: number }} Figure nanoseconds of a request
 * @typedef {{ sync: Figure, async: Figure, step: Figure }} Above
 */

/**
 * Measures in several processes: what V8 makes of the code differs between them. The medians of these count.
 * @param {{ node?: string, ms?: number, processes?: number }} [options] `ms`: how long each process serves
 * @returns {Above}
 */
export function measureAbove({ node = process.execPath, ms = 5000, processes = PROCESSES } = {}) {
  const all = Array.from({ length: processes }, () => STYLES.map((style) => measuredIn(node, style, ms)));
  const middle = (i, key) => median(all.map((styles) => styles[i][key]));
  const [sync, async] = STYLES.map((_, i) => ({ median: middle(i, "median"), tenth: middle(i, "tenth") }));
  const ofStep = (key) => (async[key] - sync[key]) / STEPS;
  return { sync, async, step: { median: ofStep("median"), tenth: ofStep("tenth") } };
}

function measuredIn(node, style, ms) {
  const args = [...FLAGS, fileURLToPath(import.meta.url), "--style", style, "--ms", String(ms)];
  const { status, stdout, stderr } = spawnSync(node, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`the time above the switch could not be measured: ${stderr}`);
  return JSON.parse(stdout);
}

// ------------------------------------------------------------------ in the process that measures

async function measure(style, ms) {
  const requests = makeRequests("hits", COUNT);
  const loops = [await loopOf("by-hand", style, requests), await loopOf("wye", style, requests)];
  for (let pass = 0; pass < WARM_PASSES; pass++) await timePass(loops, pass);
  const passes = [];
  for (const start = performance.now(); passes.length === 0 || performance.now() - start < ms; )
    passes.push(await timePass(loops, passes.length));
  const batches = passes[0].map((_, batch) => passes.map((times) => times[batch]));
  const differences = batches.map((times) => median(times.map(([hand, wye]) => wye - hand)));
  const tenths = batches.map((times) => tenth(times.map(([, wye]) => wye)) - tenth(times.map(([hand]) => hand)));
  return { median: nanoseconds(differences), tenth: nanoseconds(tenths) };
}

const nanoseconds = (batches) => (batches.reduce((sum, ms) => sum + ms, 0) * 1e6) / COUNT;

const tenth = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 10)];

async function loopOf(name, style, requests) {
  const loop = makeLoop(await makeContender(name, style), requests);
  const problems = await loop.verify();
  if (problems.length > 0) throw new Error(`${name}, ${style}: ${problems[0]} (of ${problems.length})`);
  return loop;
}

/** The times of each batch, by loop. */
async function timePass(loops, pass) {
  const batches = [];
  for (let from = 0; from < COUNT; from += BATCH) {
    const times = new Map();
    const to = Math.min(from + BATCH, COUNT);
    for (const loop of rotated(loops, pass)) times.set(loop, await timeBatch(loop, from, to));
    batches.push(loops.map((loop) => times.get(loop)));
  }
  return batches;
}

async function timeBatch({ renew, serve }, from, to) {
  renew(from, to);
  const start = performance.now();
  await serve(from, to);
  return performance.now() - start;
}

// ------------------------------------------------------------------ the command

/**
 * @param {string} title the runtime
 * @param {Above} above
 */
export function aboveTable(title, { sync, async, step }) {
  const row = (what, { median, tenth }) => [what, median.toFixed(0), tenth.toFixed(0), ""];
  return grid(`above the switch by hand, ns, ${title}: medians, and without what slows a busy machine down`, [
    ["", "median", "tenth", ""],
    row("three middlewares that wait for nothing", sync),
    row("three async middlewares", async),
    row("each asynchronous step, beyond its own await", step)
  ]);
}

async function main() {
  const { values } = parseArgs({ options: { ms: { type: "string" }, style: { type: "string" } } });
  const ms = values.ms && Number(values.ms);
  if (values.style) console.log(JSON.stringify(await measure(values.style, ms)));
  else console.log(aboveTable(`Node ${process.version}`, measureAbove({ ms })));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
