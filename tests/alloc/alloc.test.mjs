// What lookups allocate, against the budgets. The number of lookups: WYE_ALLOC_LOOKUPS, or a number that takes seconds.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { measureAllocation, overBudget } from "../../bench/alloc.mjs";

const LOOKUPS = Number(process.env.WYE_ALLOC_LOOKUPS ?? 400_000);

/** @type {import("../../bench/alloc.mjs").Allocations} */
let allocations;

before(() => {
  allocations = measureAllocation({ lookups: LOOKUPS });
});

test("no lookup passes its budget", () => {
  assert.deepEqual(overBudget(allocations), []);
});

test("every kind of request was measured", () => {
  const sets = new Set(allocations.measured.filter(({ work }) => work === "match").map(({ set }) => set));
  assert.deepEqual([...sets].sort(), ["405", "equivalent", "escaped", "hits", "misses", "mixed", "non-ascii"]);
  for (const { lookups } of allocations.measured) assert.ok(lookups > 0);
});

test("the linear memory was watched", () => {
  assert.ok(allocations.linearMemory.before > 0);
  assert.equal(allocations.linearMemory.after, allocations.linearMemory.before);
});

// A counter that always says 0 would pass all of the above.
test("an object made on purpose is found, even when it is rare", () => {
  const [each, rare] = allocations.control;
  assert.ok(each.bytes >= 16 * each.lookups, `${each.bytes} bytes in ${each.lookups} lookups`);
  assert.ok(rare.bytes >= 16 * (rare.lookups / 4096), `${rare.bytes} bytes in ${rare.lookups} lookups`);
  assert.ok(rare.bytes < each.bytes / 100);
  assert.equal(overBudget({ ...allocations, measured: [{ ...rare, work: "match" }] }).length, 1);
});
