/*
 * The random differential test: native and wasm against the oracle. WYE_SEED= repeats a run (each table has a seed of
 * its own, which a difference tells), WYE_LOOKUPS= says how many requests.
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { drivers, noDriver } from "../native/driver.mjs";
import { askOracle, describe, firstDifference, nativeContender, prepare, shrink, wasmContender } from "./compare.mjs";
import { breakBytes, randomFrom, randomRequest, randomTable } from "./generate.mjs";

const LOOKUPS_A_TABLE = 100;
const lookups = Number(process.env.WYE_LOOKUPS ?? 200000);
const seed = Number(process.env.WYE_SEED ?? Date.now() % 1000000000);

function randomRequests(random, routes, count) {
  return Array.from({ length: count }, () => {
    const { method, path } = randomRequest(random, routes);
    return prepare(
      random.weigh([
        [18, { method, path }],
        [1, { method, bytes: breakBytes(random, path) }],
        [1, { method, path: `http://user@h:80${path}`, url: true }],
      ]),
    );
  });
}

async function runTable(all, tableSeed, count) {
  const random = randomFrom(tableSeed);
  const table = randomTable(random);
  const asked = askOracle(table, randomRequests(random, table.routes, count));
  for (const contender of all) {
    const difference = await firstDifference(contender, asked);
    if (difference) assert.fail(`seed ${tableSeed}: ${describe(await shrink(difference))}`);
  }
}

/* The native builds take turns, so that wasm and native are asked as many requests. */
async function run(wasm, native) {
  for (let done = 0, i = 0; done < lookups; done += LOOKUPS_A_TABLE, i++) {
    const all = native.length ? [wasm, native[(seed + i) % native.length]] : [wasm];
    await runTable(all, seed + i, Math.min(LOOKUPS_A_TABLE, lookups - done));
  }
}

const what = `${lookups} random lookups, WYE_SEED=${seed}`;

const natives = drivers.map(({ name, file }) => nativeContender(name, file));
after(() => Promise.all(natives.map((native) => native.end())));
const names = ["wasm", ...natives.map(({ name }) => name)];

test(`${names.join("; ")}: against the oracle, ${what}`, () => run(wasmContender(), natives));
if (natives.length === 0) test("native against the oracle", { skip: noDriver });
