// In V8: bytes of the heap an operation, and collections, in each Node that is here.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { members } from "./api.mjs";
import { budgets } from "./table.mjs";

const jobs = fileURLToPath(new URL("jobs.mjs", import.meta.url));

// Collector and compiler in the thread that is measured, so that neither comes in between at another place each time;
// and room for what an allocating pass makes.
const FLAGS = ["--expose-gc", "--single-threaded-gc", "--no-concurrent-recompilation", "--min-semi-space-size=16"];

/**
 * @typedef {object} Measured
 * @property {Record<string, { operations: number, bytes: number, collections: number }>} measured
 * @property {{ before: number, after: number, slots: number, highWater: number }} memory
 */

/**
 * Measures in a process of its own, in which nothing else runs.
 * @param {{ operations?: number, node?: string, seeded?: string, only?: string }} [options] `seeded`: a module that is
 *   loaded before all others, for a test that adds an allocation on purpose; `only`: a part of the work, by its name
 * @returns {Promise<Measured>}
 */
export async function measure({ operations = 1_000_000, node = process.execPath, seeded, only = "" } = {}) {
  const before = seeded ? ["--import", seeded] : [];
  const args = [...FLAGS, ...before, jobs, String(operations), only];
  const child = spawn(node, args, { stdio: ["ignore", "pipe", "pipe"] });
  const [text, complaint, status] = await Promise.all([read(child.stdout), read(child.stderr), ended(child)]);
  if (status !== 0) throw new Error(`the measurement in V8 failed: ${complaint}`);
  return JSON.parse(text);
}

async function read(stream) {
  let text = "";
  for await (const chunk of stream.setEncoding("utf8")) text += chunk;
  return text;
}

const ended = (child) => new Promise((resolve) => void child.once("close", resolve));

/**
 * @param {string} part the runtime
 * @param {Measured} measured
 * @returns {import("./table.mjs").Row[]}
 */
export function v8Rows(part, { measured }) {
  return Object.entries(measured).flatMap(([operation, { operations, bytes, collections }]) => {
    const budget = budgets.v8.hot[operation];
    return [
      { part, operation, unit: "bytes", budget: budget?.bytes, measured: bytes / operations },
      { part, operation, unit: "collections", budget: budget?.collections, measured: collections }
    ];
  });
}

/** Rows for what has no budget, is not measured, or is not there any more. */
export async function missingRows({ measured }) {
  const { hot, cold } = budgets.v8;
  const named = [...Object.values(hot).flatMap(({ measures }) => measures), ...Object.values(cold).flat()];
  const all = await members();
  const none = { part: "V8", unit: "bytes", budget: undefined, measured: undefined };
  const row = (operation, rest) => ({ ...none, operation, ...rest });
  return [
    ...all.filter((member) => !named.includes(member)).map((member) => row(member, {})),
    ...named.filter((member) => !all.includes(member)).map((member) => row(member, { budget: 0 })),
    ...Object.keys(hot).filter((name) => !(name in measured)).map((name) => row(name, { budget: hot[name].bytes }))
  ];
}
