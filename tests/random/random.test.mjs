/*
 * The random differential test: native and wasm against the oracle. WYE_SEED= repeats a run (each table has a seed of
 * its own, which a difference tells), WYE_LOOKUPS= says how many requests each of them is asked.
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { drivers, noDriver } from "../native/driver.mjs";
import { askOracle, describe, firstDifference, shrink } from "./compare.mjs";
import { nativeContender, wasmContender } from "./contenders.mjs";
import { randomScript } from "./generate.mjs";
import { randomFrom } from "./numbers.mjs";

const LOOKUPS_A_TABLE = 100;
const lookups = Number(process.env.WYE_LOOKUPS ?? 1000000);
const seed = Number(process.env.WYE_SEED ?? Date.now() % 1000000000);

/** The first of the differences, as few steps as it needs. */
async function differenceOf(contenders, asked) {
  const found = await Promise.all(contenders.map((contender) => firstDifference(contender, asked)));
  const difference = found.find(Boolean);
  return difference ? shrink(difference) : null;
}

/** One table; what its requests ended with is counted. */
async function runTable(contenders, tableSeed, count, outcomes) {
  const asked = askOracle(randomScript(randomFrom(tableSeed), count));
  const difference = await differenceOf(contenders, asked);
  if (difference) assert.fail(`WYE_SEED=${tableSeed}: ${describe(difference)}`);
  for (const { inBytes } of asked.results) {
    const name = inBytes === undefined ? null : typeof inBytes.outcome === "number" ? "hit" : inBytes.outcome;
    if (name) outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
  }
}

/* The native builds take turns, so that wasm and native are asked as many requests. */
async function run(wasm, native) {
  const outcomes = new Map();
  for (let done = 0, i = 0; done < lookups; done += LOOKUPS_A_TABLE, i++) {
    const all = native.length ? [wasm, native[(seed + i) % native.length]] : [wasm];
    await runTable(all, seed + i, Math.min(LOOKUPS_A_TABLE, lookups - done), outcomes);
  }
  return outcomes;
}

const what = `${lookups} random lookups, WYE_SEED=${seed}`;

const natives = drivers.map(({ name, file }) => nativeContender(name, file));
after(() => Promise.all(natives.map((native) => native.end())));
const names = ["wasm", ...natives.map(({ name }) => name)];

test(`${names.join("; ")}: against the oracle, ${what}`, async (t) => {
  const outcomes = await run(wasmContender(), natives);
  t.diagnostic(`they ended with ${Array.from(outcomes, ([name, count]) => `${count} ${name}`).join(", ")}`);
});
if (natives.length === 0) test("native against the oracle", { skip: noDriver });
