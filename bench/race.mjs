// Contenders side by side, and what comes of it: the figures, and the failures that make the benchmark fail.

import { budgets } from "./budgets/table.mjs";
import { measure, start } from "./processes.mjs";

/** All that is written to `build/bench.json`. */
export const results = { figures: [] };

const complained = new Set();
let failures = 0;

/** Says what is wrong; the benchmark goes on, and fails at its end. */
export function fail(what) {
  failures++;
  console.log(`FAILED: ${what}`);
}

/** @returns {boolean} whether anything failed */
export const failed = () => failures > 0;

/**
 * @typedef {object} Entry one that is to be measured
 * @property {string} title
 * @property {string} [command]
 * @property {string[]} [args]
 * @property {() => Promise<import("./processes.mjs").Contestant>} [start] where a command would not do
 * @property {Record<string, string>} [kinds] the kinds of work that it is asked for, by the column they go to
 * @property {object} [bytes] what it takes, for the record
 * @property {boolean} [judged] it is wye: its answers must be right, and its budgets hold
 */

/**
 * Starts those that can be started, times them in turns, stops and records them.
 * @param {object} where what the figures belong to
 * @param {Entry[]} entries
 * @param {{ rounds: number, ms: number }} effort
 */
export async function race(where, entries, effort) {
  const started = await Promise.all(entries.map(async (entry) => ({ entry, running: await tryStart(entry) })));
  const there = started.filter(({ running }) => running);
  const figures = await measure(there.map(({ running }) => running), effort);
  for (const { running } of there) running.stop();
  const rows = there.map(({ entry, running }) => ({ ...entry, hello: running.hello, figures: figures.get(running) }));
  for (const row of rows) record(where, row);
  return rows;
}

async function tryStart(entry) {
  try {
    return await (entry.start ?? start)(entry);
  } catch (error) {
    if (entry.judged) fail(error.message);
    else if (!complained.has(entry.title)) console.log(`note: left out: ${error.message}`);
    complained.add(entry.title);
    return null;
  }
}

function record(where, { title, hello, figures, judged, bytes }) {
  results.figures.push({ ...where, contender: title, ...hello, figures, bytes });
  if (!judged) return;
  const wrong = hello.wrong ? hello.wrong.id + hello.wrong.params : 0;
  const calls = Object.values(figures).reduce((sum, figure) => sum + (figure.calls ?? 0), 0);
  if (hello.refused > 0) fail(`${title} refused ${hello.refused} routes`);
  if (wrong > 0) fail(`${title} gave ${wrong} wrong answers`);
  if (calls > budgets.native.hot.wye_match) fail(`${title} called the allocator ${calls} times`);
}
