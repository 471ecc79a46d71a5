// Expressions on which an engine that tries one way after the other does not come back: wye on thousands of bytes,
// JavaScript's RegExp, and with it every router that is made of it, on so few that it does.
//
// `node bench/backtracking.mjs [--bytes N] [--lengths N,...] [--ms N]` prints it; `measureBacktracking` gives the same
// figures to a test.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { freshPaths } from "./fresh-paths.mjs";
import { median } from "./statistics.mjs";
import { grid } from "./report.mjs";

const some = (bytes) => "a".repeat(bytes);
const thenB = (bytes) => `${some(bytes - 1)}b`;

/** Each with values of so many bytes: one that satisfies it, and one that fails only at its end. */
const EXPRESSIONS = {
  "(a+)+b": { holds: thenB, fails: some },
  "(a|a)*b": { holds: thenB, fails: some },
  "(.*a){12}": { holds: some, fails: thenB }
};

const AT_A_TIME = 32, WARM_PASSES = 30;
const DEFAULTS = { bytes: 4000, lengths: [25, 26, 27, 28], ms: 100 };

/**
 * @param {{ bytes?: number, lengths?: number[], ms?: number }} [options] bytes of the values for wye; of those for
 *   RegExp; milliseconds for each figure of wye
 * @returns {Promise<{ expression: string, holds: number, fails: number, regexp: number[] }[]>} microseconds of wye, and
 *   milliseconds of RegExp for each length, where the value fails
 */
export async function measureBacktracking(options) {
  const { bytes, lengths, ms } = { ...DEFAULTS, ...options };
  const { RouteTable } = await import("../js/index.js");
  return Object.entries(EXPRESSIONS).map(([expression, values]) => {
    const table = new RouteTable();
    table.add("GET", `/:value(${expression})`);
    const holds = timeWye(table, `/${values.holds(bytes)}`, 0, ms);
    const fails = timeWye(table, `/${values.fails(bytes)}`, RouteTable.NOT_FOUND, ms);
    return { expression, holds, fails, regexp: lengths.map((length) => timeRegExp(expression, values, length)) };
  });
}

// The median pass over some fresh strings.
function timeWye(table, path, expected, ms) {
  const paths = freshPaths(Array.from({ length: AT_A_TIME }, () => ({ path })));
  const passes = [];
  for (let spent = 0, pass = 0; spent < ms || pass < 2 * WARM_PASSES; pass++) {
    paths.renew();
    const start = performance.now();
    for (const fresh of paths.pool) table.match("GET", fresh);
    const time = performance.now() - start;
    if (pass >= WARM_PASSES) passes.push(time);
    if (pass === 0) verify(table, paths.pool, expected);
    spent += time;
  }
  return (median(passes) * 1000) / AT_A_TIME;
}

function verify(table, paths, expected) {
  for (const path of paths) {
    const id = table.match("GET", path);
    if (id !== expected) throw new Error(`wye answered ${id} instead of ${expected} for ${path.length} bytes`);
    if (id === 0 && table.param("value") !== path.slice(1)) throw new Error("wye gave another value");
  }
}

function timeRegExp(expression, { holds, fails }, length) {
  const regexp = new RegExp(`^(?:${expression})$`);
  if (!regexp.test(holds(length))) throw new Error(`RegExp refused what ${expression} takes`);
  const value = fails(length);
  const start = performance.now();
  if (regexp.test(value)) throw new Error(`RegExp took what ${expression} refuses`);
  return performance.now() - start;
}

/**
 * Measures in a process of its own, which prints, and returns the figures.
 * @param {{ node?: string, title?: string }} options
 */
export function reportBacktracking({ node = process.execPath, title }) {
  const args = [fileURLToPath(import.meta.url), "--json"];
  const { status, stdout, stderr } = spawnSync(node, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`the measurement of expressions failed: ${stderr}`);
  const figures = JSON.parse(stdout);
  print(figures, DEFAULTS, title);
  return figures;
}

function print(figures, { bytes, lengths }, title = `Node ${process.versions.node}`) {
  const head = ["", `wye, ${bytes} bytes, hit`, "miss", ...lengths.map((length) => `RegExp, ${length} bytes, miss`)];
  const us = (time) => `${time.toFixed(1)} us`;
  const milliseconds = (time) => `${time.toFixed(0)} ms`;
  const rows = figures.map(({ expression, holds, fails, regexp }) =>
    [`(${expression})`, us(holds), us(fails), ...regexp.map(milliseconds), ""]);
  console.log(grid(`expressions that make others backtrack, ${title}`, [[...head, ""], ...rows]));
}

async function main() {
  const text = { type: "string" };
  const { values } = parseArgs({ options: { bytes: text, lengths: text, ms: text, json: { type: "boolean" } } });
  const options = {
    bytes: Number(values.bytes ?? DEFAULTS.bytes),
    lengths: values.lengths?.split(",").map(Number) ?? DEFAULTS.lengths,
    ms: Number(values.ms ?? DEFAULTS.ms)
  };
  const figures = await measureBacktracking(options);
  if (values.json) console.log(JSON.stringify(figures));
  else print(figures, options);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
