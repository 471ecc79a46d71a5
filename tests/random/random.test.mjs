/*
 * The random differential test: native and wasm against the oracle. WYE_SEED= repeats a run (each table has a seed of
 * its own, which a difference tells), WYE_LOOKUPS= says how many requests each of them is asked.
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { drivers, noDriver } from "../native/driver.mjs";
import { seed } from "../support/seed.mjs";
import { askOracle, describe, firstDifference, shrink } from "./compare.mjs";
import { nativeContender, wasmContender } from "./contenders.mjs";
import { randomScript } from "./generate.mjs";
import { randomFrom } from "./numbers.mjs";

const LOOKUPS_A_TABLE = 100;
const lookups = Number(process.env.WYE_LOOKUPS ?? 1000000);

/** Fails with the first of the differences, as few steps as it needs. */
async function check(tableSeed, differences) {
  const difference = (await Promise.all(differences)).find(Boolean);
  if (difference) assert.fail(`WYE_SEED=${tableSeed}: ${describe(await shrink(difference))}`);
}

const nameOf = ({ outcome }) => (typeof outcome === "number" ? "hit" : outcome);

const nameOfAll = ({ length }) => (length < 2 ? `searches for all with ${length} match(es)` : "with more");

/** Counts what the requests ended with. */
function count(outcomes, { results }) {
  for (const { inBytes } of results.filter((result) => result.inBytes)) {
    const name = Array.isArray(inBytes) ? nameOfAll(inBytes) : nameOf(inBytes);
    outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
  }
}

/*
 * The native builds take turns, so that wasm and native are asked as many requests. Each works while this process makes
 * the next table.
 */
async function run(wasm, native) {
  const outcomes = new Map();
  let before = Promise.resolve();
  for (let done = 0, i = 0; done < lookups; done += LOOKUPS_A_TABLE, i++) {
    const asked = askOracle(randomScript(randomFrom(seed + i), Math.min(LOOKUPS_A_TABLE, lookups - done)));
    count(outcomes, asked);
    await before;
    const turn = native.length ? [native[(seed + i) % native.length], wasm] : [wasm];
    before = check(seed + i, turn.map((contender) => firstDifference(contender, asked)));
    before.catch(() => {}); /* it is awaited one round later */
  }
  await before;
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
