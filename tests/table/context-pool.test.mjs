// ContextPool: by hand, and under random interleavings beside a Map. WYE_SEED= repeats a run, WYE_RUNS= says how many
// there are.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ContextPool, RouteTable } from "#wye";
import { runCount, seed } from "../support/seed.mjs";

const RUNS = runCount(150);

const STALE = { name: "WyeError", code: "STALE" };

/* ------------------------------------------------------------------ by hand */

/** Every way to ask about a handle. */
const READERS = {
  outcome: (pool, handle) => pool.outcome(handle),
  paramCount: (pool, handle) => pool.paramCount(handle),
  param: (pool, handle) => pool.param(handle, "x"),
  rawParam: (pool, handle) => pool.rawParam(handle, 0),
  paramStart: (pool, handle) => pool.paramStart(handle, 0),
  paramEnd: (pool, handle) => pool.paramEnd(handle, 0),
  params: (pool, handle) => pool.params(handle),
  pattern: (pool, handle) => pool.pattern(handle),
  routeName: (pool, handle) => pool.routeName(handle),
  release: (pool, handle) => pool.release(handle),
};

function tableOf(...patterns) {
  const table = new RouteTable();
  for (const [i, pattern] of patterns.entries()) table.add("GET", pattern, { name: `r${i}` });
  return table;
}

test("a handle gives what the table gave, also after the table's next lookup", () => {
  const table = tableOf("/a/:x/*rest", "/b");
  const pool = new ContextPool();
  assert.equal(table.match("GET", "/a/%C3%A9/é/2?q"), 0);
  const handle = pool.acquire(table);
  assert.equal(table.match("GET", "/b"), 1);
  assert.equal(table.paramCount, 0);
  assert.deepEqual(
    Object.values(READERS).slice(0, -1).map((read) => read(pool, handle)),
    [0, 2, "é", "%C3%A9", 3, 9, { x: "é", rest: "é/2" }, "/a/:x/*rest", "r0"],
  );
  pool.release(handle);
});

test("a miss can be kept, too", () => {
  const table = tableOf("/a");
  const pool = new ContextPool();
  assert.equal(table.match("GET", "/none"), RouteTable.NOT_FOUND);
  const handle = pool.acquire(table);
  assert.equal(table.match("GET", "/a"), 0);
  assert.deepEqual(
    Object.values(READERS).slice(0, -1).map((read) => read(pool, handle)),
    [RouteTable.NOT_FOUND, 0, undefined, undefined, -1, -1, {}, undefined, undefined],
  );
});

test("a handle outlives changes of its table, and the table itself", () => {
  const table = tableOf("/:x");
  const pool = new ContextPool();
  table.match("GET", "/1");
  const handle = pool.acquire(table);
  for (let i = 0; i < 50; i++) {
    table.add("GET", `/${i}/:y`);
    table.match("GET", `/${i}/2`);
  }
  assert.deepEqual([pool.param(handle, "x"), pool.pattern(handle)], ["1", "/:x"]);
  table.free();
  assert.deepEqual([pool.param(handle, "x"), pool.pattern(handle)], ["1", "/:x"]);
});

test("an invalid handle is an error", () => {
  const table = tableOf("/:x");
  table.match("GET", "/1");
  const pool = new ContextPool({ maximum: 2 });
  const wrong = [0, -1, 1, 0.5, NaN, Infinity, 2 ** 53, 65536, 65537, undefined, null, "x", {}];
  for (const handle of wrong) for (const read of Object.values(READERS)) assert.throws(() => read(pool, handle), STALE);
  const handle = pool.acquire(table);
  for (const near of [handle + 0.5, -handle, handle + 1, handle + 65536, handle - 65536, handle + 2 ** 32])
    for (const read of Object.values(READERS)) assert.throws(() => read(pool, near), STALE);
  assert.equal(pool.param(handle, "x"), "1");
  pool.release(handle);
  for (const read of Object.values(READERS)) assert.throws(() => read(pool, handle), STALE);
  const next = pool.acquire(table);
  assert.notEqual(next, handle);
  for (const read of Object.values(READERS)) assert.throws(() => read(pool, handle), STALE);
  assert.equal(pool.param(next, "x"), "1");
});

test("a full pool, and a table without a match, refuse", () => {
  const table = tableOf("/:x");
  const pool = new ContextPool({ maximum: 1 });
  assert.throws(() => pool.acquire(table), { code: "BAD_ARGUMENT" });
  table.match("GET", "/1");
  const handle = pool.acquire(table);
  for (let i = 0; i < 3; i++) assert.throws(() => pool.acquire(table), { code: "EXHAUSTED" });
  assert.equal(pool.param(handle, "x"), "1");
  pool.release(handle);
  pool.release(pool.acquire(table));
  assert.deepEqual(pool.stats, { slots: 1, used: 0, highWater: 1, maximum: 1 });
  for (const maximum of [0, -1, 1.5, 65537, "1", null])
    assert.throws(() => new ContextPool({ maximum }), { code: "BAD_ARGUMENT" });
});

test("the maximum number of handles can be held at once", () => {
  const table = tableOf("/:x");
  const pool = new ContextPool({ maximum: 65536 });
  const handles = Array.from({ length: 65536 }, (_, i) => (table.match("GET", `/${i}`), pool.acquire(table)));
  assert.equal(new Set(handles).size, 65536);
  assert.throws(() => pool.acquire(table), { code: "EXHAUSTED" });
  for (const [i, handle] of handles.entries()) if (i % 97 === 0) assert.equal(pool.param(handle, "x"), String(i));
  for (const handle of handles) pool.release(handle);
  assert.deepEqual(pool.stats, { slots: 65536, used: 0, highWater: 65536, maximum: 65536 });
});

/* ------------------------------------------------------------------ ContextPool at random */

const many = (count) => Array.from({ length: count }, (_, i) => `/:p${i}`).join("");

/** Routes of 1, 2, 12 and 40 parameters: more than a slot begins with. */
const PATTERNS = ["/:a", "/x/:a<int>/*rest", many(12), many(40)];

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ take: fc.nat(PATTERNS.length - 1), value: fc.nat(9999) }) },
  { weight: 4, arbitrary: fc.record({ give: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ read: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ readOld: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ burst: fc.nat(100), value: fc.nat(9999) }) },
  { weight: 1, arbitrary: fc.record({ ebb: fc.nat(100) }) },
);

/** A path for a pattern, and the parameters that it has. */
function pathOf(index, value) {
  if (index === 0) return [`/v${value}`, { a: `v${value}` }];
  if (index === 1) return [`/x/${value}/%C3%A9/${value}`, { a: `${value}`, rest: `é/${value}` }];
  const count = index === 2 ? 12 : 40;
  const values = Array.from({ length: count }, (_, i) => `${value + i}`);
  return [`/${values.join("/")}`, Object.fromEntries(values.map((one, i) => [`p${i}`, one]))];
}

/** A pool, and beside it a Map from handles to what they must tell. */
class Model {
  table = tableOf(...PATTERNS);
  held = new Map();
  old = [];
  highWater = 0;

  constructor(maximum) {
    this.pool = new ContextPool({ maximum });
    this.maximum = maximum;
  }

  take(index, value) {
    const [path, params] = pathOf(index, value);
    assert.equal(this.table.match("GET", path), index);
    if (this.held.size === this.maximum) {
      assert.throws(() => this.pool.acquire(this.table), { code: "EXHAUSTED" });
      return;
    }
    const handle = this.pool.acquire(this.table);
    assert.ok(Number.isSafeInteger(handle) && handle > 0);
    assert.ok(!this.held.has(handle) && !this.old.includes(handle), `handle ${handle} was there before`);
    this.held.set(handle, { pattern: PATTERNS[index], params });
    this.highWater = Math.max(this.highWater, this.held.size);
  }

  pick(number) {
    return [...this.held.keys()][number % this.held.size];
  }

  give(number) {
    if (this.held.size === 0) return;
    const handle = this.pick(number);
    this.check(handle);
    this.pool.release(handle);
    this.held.delete(handle);
    this.old.push(handle);
  }

  check(handle) {
    const { pattern, params } = this.held.get(handle);
    assert.equal(this.pool.pattern(handle), pattern);
    assert.deepEqual(this.pool.params(handle), params);
    assert.equal(this.pool.paramCount(handle), Object.keys(params).length);
  }

  checkOld(number) {
    if (this.old.length === 0) return;
    const handle = this.old[number % this.old.length];
    for (const read of Object.values(READERS)) assert.throws(() => read(this.pool, handle), STALE);
  }

  checkStats() {
    const { slots, used, highWater, maximum } = this.pool.stats;
    assert.deepEqual([used, highWater, maximum], [this.held.size, this.highWater, this.maximum]);
    assert.ok(slots >= highWater && slots <= maximum);
  }

  run(action) {
    if ("take" in action) this.take(action.take, action.value);
    if ("give" in action) this.give(action.give);
    if ("read" in action && this.held.size > 0) this.check(this.pick(action.read));
    if ("readOld" in action) this.checkOld(action.readOld);
    if ("burst" in action) for (let i = 0; i < action.burst; i++) this.take(i % PATTERNS.length, action.value + i);
    if ("ebb" in action) for (let i = 0; i < action.ebb; i++) this.give(i);
    this.checkStats();
  }
}

test("a pool gives what a Map gives, under any interleaving", () => {
  const holds = (maximum, actions) => {
    const model = new Model(maximum);
    for (const action of actions) model.run(action);
    for (const handle of model.held.keys()) model.check(handle);
    model.table.free();
  };
  const maximum = fc.constantFrom(1, 3, 64, 65, 200, 1000);
  fc.assert(fc.property(maximum, fc.array(step, { maxLength: 60 }), holds), { seed, numRuns: RUNS });
});
