// Bytes of the JavaScript heap that serving requests takes, as bench/bytes.mjs counts them, for work that may wait.

import v8 from "node:v8";
import { median } from "../statistics.mjs";

const RUNS = 9, TRIES = 20;

const nothing = async () => {};

/**
 * Needs --expose-gc. The median of several runs; what reading the counter allocates is taken off.
 * @param {import("./loop.mjs").Loop} loop
 * @param {number} count requests, which are made before
 */
export async function bytesServed({ renew, serve }, count) {
  const all = [];
  for (let i = 0; i < RUNS; i++) {
    renew(0, count);
    all.push((await grown(() => serve(0, count))) - (await grown(nothing)));
  }
  return median(all);
}

async function grown(work) {
  for (let i = 0; i < TRIES; i++) {
    globalThis.gc({ type: "minor" });
    const profiler = new v8.GCProfiler();
    profiler.start();
    const before = process.memoryUsage().heapUsed;
    await work();
    const after = process.memoryUsage().heapUsed;
    if (profiler.stop().statistics.length === 0) return after - before;
  }
  throw new Error("the garbage collector ran in each of the measurements: serve fewer requests at a time");
}
