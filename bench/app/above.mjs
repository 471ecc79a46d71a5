// The time of a request above the switch by hand: both serve the same fresh requests in one process, in turns, a batch
// each, and of each batch the median of the differences counts. So what else the machine does hits both.
//
//     sync   three middlewares that wait for nothing
//     step   what an asynchronous step takes beyond its own `await`: a third of what three async middlewares take more
//            than those of `sync`; the switch has as many async functions and as many awaits
//
// `node bench/app/above.mjs [--ms N]` prints both in nanoseconds.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median, rotated } from "../processes.mjs";
import { BATCH, makeLoop } from "./loop.mjs";
import { makeContender, STYLES } from "./contenders.mjs";
import { makeRequests } from "./routes.mjs";

const COUNT = 4000, WARM_PASSES = 10, PROCESSES = 5, STEPS = 3;

// No collection comes in between: what is allocated has its own figures.
const FLAGS = ["--min-semi-space-size=64", "--max-semi-space-size=64"];

/**
 * @typedef {object} Above nanoseconds of a request
 * @property {number} sync
 * @property {number} async
 * @property {number} step of each asynchronous step
 */

/**
 * Measures in processes of its own, the styles in turns: what V8 makes of the code differs a little between processes.
 * @param {{ node?: string, ms?: number, processes?: number }} [options] `ms`: how long each process serves
 * @returns {Above} medians of the processes
 */
export function measureAbove({ node = process.execPath, ms = 2000, processes = PROCESSES } = {}) {
  const all = Array.from({ length: processes }, () => STYLES.map((style) => measuredIn(node, style, ms)));
  const [sync, async] = STYLES.map((_, i) => median(all.map((figures) => figures[i])));
  return { sync, async, step: (async - sync) / STEPS };
}

function measuredIn(node, style, ms) {
  const args = [...FLAGS, fileURLToPath(import.meta.url), "--style", style, "--ms", String(ms)];
  const { status, stdout, stderr } = spawnSync(node, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`the time above the switch could not be measured: ${stderr}`);
  return Number(stdout);
}

// ------------------------------------------------------------------ in the process that measures

async function measure(style, ms) {
  const requests = makeRequests("hits", COUNT);
  const loops = [await loopOf("by-hand", style, requests), await loopOf("wye", style, requests)];
  for (let pass = 0; pass < WARM_PASSES; pass++) await timePass(loops, pass);
  const passes = [];
  for (let spent = 0, pass = 0; spent < ms; pass++) {
    const start = performance.now();
    passes.push(await timePass(loops, pass));
    spent += performance.now() - start;
  }
  const batches = passes[0].map((_, batch) => median(passes.map((differences) => differences[batch])));
  return (batches.reduce((sum, time) => sum + time, 0) * 1e6) / COUNT;
}

async function loopOf(name, style, requests) {
  const loop = makeLoop(await makeContender(name, style), requests);
  const problems = await loop.verify();
  if (problems.length > 0) throw new Error(`${name}, ${style}: ${problems[0]} (of ${problems.length})`);
  return loop;
}

/** How much longer the second of the loops takes, batch by batch. */
async function timePass(loops, pass) {
  const differences = [];
  for (let from = 0; from < COUNT; from += BATCH) {
    const times = new Map();
    const to = Math.min(from + BATCH, COUNT);
    for (const loop of rotated(loops, pass)) times.set(loop, await timeBatch(loop, from, to));
    differences.push(times.get(loops[1]) - times.get(loops[0]));
  }
  return differences;
}

async function timeBatch({ renew, serve }, from, to) {
  renew(from, to);
  const start = performance.now();
  await serve(from, to);
  return performance.now() - start;
}

// ------------------------------------------------------------------ the command

/** Measures, prints, and returns the figures. */
export function reportAbove(options) {
  const above = measureAbove(options);
  const [sync, later] = [above.sync.toFixed(0), above.async.toFixed(0)];
  console.log(`  three synchronous middlewares: ${sync} ns; three asynchronous ones: ${later}`);
  console.log(`  each asynchronous step, beyond its own await: ${above.step.toFixed(0)} ns`);
  return above;
}

async function main() {
  const { values } = parseArgs({ options: { ms: { type: "string", default: "2000" }, style: { type: "string" } } });
  const ms = Number(values.ms);
  if (values.style) console.log(await measure(values.style, ms));
  else reportAbove({ ms });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
