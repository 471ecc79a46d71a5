// Natively: what the allocator is asked for in each public function, and what tables take.

import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { functionsOf, headers } from "./api.mjs";
import { writeLoad } from "./load.mjs";
import { budgets } from "./table.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const out = `${root}build/budgets/`;
const sources = `${root}bench/budgets/native/`;

/** What the linker leads through native/count.c; the control there calls each of them once. */
export const ALLOCATOR = [
  "malloc", "calloc", "realloc", "reallocarray", "aligned_alloc", "memalign", "posix_memalign", "strdup", "mmap",
  "sbrk", "brk"
];

/** The programs that call the functions of all headers. */
const PROGRAMS = ["wye", "app"];

const HOT_CALLS = 10_000;

/** @returns {boolean} whether there is a compiler, and a linker that can lead calls elsewhere */
export const haveCompiler = () => process.platform === "linux" && spawnSync(compiler(), ["--version"]).status === 0;

const compiler = () => process.env.CC ?? "cc";

function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`${command}: ${error?.message ?? stderr}`);
  return stdout;
}

/**
 * Builds a program and runs it.
 * @param {string} name
 * @param {number} operations
 * @param {{ name?: string, sources?: string[], wrapped?: string[] }} [seeded] more sources, and functions that they
 *   take the place of, for a test that adds an allocation on purpose
 */
function measure(name, operations, { name: variant = "", sources: more = [], wrapped = [] } = {}) {
  const program = `${out}${name}${variant}`;
  const files = [name, "load", "count"].map((file) => `${sources}${file}.c`);
  const wraps = [...ALLOCATOR, ...wrapped].map((function_) => `-Wl,--wrap=${function_}`);
  const flags = ["-std=c11", "-O2", "-Wall", "-Wextra", `-I${root}include`, `-I${sources}`];
  run(compiler(), [...flags, "-o", program, ...files, ...more, `${root}build/libwye.a`, ...wraps]);
  return JSON.parse(run(program, [`${out}load.tsv`, String(operations)]));
}

/** One entry for each function, of all places where it is called. */
function byFunction(places) {
  const sums = new Map();
  for (const { function: name, operations, calls, bytes } of places) {
    const sum = sums.get(name) ?? { operations: 0, calls: 0, bytes: 0 };
    sums.set(name, { operations: sum.operations + operations, calls: sum.calls + calls, bytes: sum.bytes + bytes });
  }
  return sums;
}

/**
 * @param {{ operations?: number, seeded?: object }} [options]
 * @returns {{ rows: import("./table.mjs").Row[], tables: { name: string, builder: number, needed: number,
 *   image: number }[] }}
 */
export function nativeRows({ operations = 1_000_000, seeded } = {}) {
  mkdirSync(out, { recursive: true });
  writeLoad(`${out}load.tsv`);
  const found = PROGRAMS.map((program) => measure(program, operations, seeded));
  const places = byFunction(found.flatMap(({ functions }) => functions));
  const public_ = headers().flatMap(functionsOf);
  const rows = public_.map((name) => rowOf(name, places.get(name), operations));
  return { rows: [control(found), ...rows, ...gone(public_)], tables: found.flatMap(({ tables = [] }) => tables) };
}

const part = "native", unit = "allocator calls";

// Hot is what was called often enough to be believed.
function rowOf(name, measured, operations) {
  const { hot, cold } = budgets.native;
  const least = name in hot ? Math.min(HOT_CALLS, operations / 100) : 1;
  const enough = (measured?.operations ?? 0) >= least;
  const operation = `${name}${name in hot ? "" : " (cold)"}`;
  return { part, operation, unit, budget: hot[name] ?? cold[name], measured: enough ? measured.calls : undefined,
    operations: measured?.operations, exact: false };
}

// A counter that stands still would find nothing. It must have seen each function of the allocator in each program.
function control(found) {
  const seen = found.flatMap(({ functions }) => functions.filter(({ function: name }) => name === "use_allocator"));
  const measured = Math.min(...seen.map(({ calls }) => calls));
  return { part, operation: "control: the allocator's functions, once each", unit, budget: ALLOCATOR.length, measured,
    exact: true };
}

/** Entries for functions that no header has. */
function gone(names) {
  const { hot, cold } = budgets.native;
  const unknown = Object.keys({ ...hot, ...cold }).filter((name) => !names.includes(name));
  return unknown.map((operation) => ({ part, operation, unit, budget: 0, measured: undefined }));
}
