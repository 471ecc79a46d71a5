// The budgets find what they are there for: an allocation that is added on purpose turns them red, by the name of the
// function and with the figure. Without it they are green. (All of them, under the whole load: make budgets.)

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { declared, functionsOf, headers, members } from "../../bench/budgets/api.mjs";
import { haveCompiler, nativeRows } from "../../bench/budgets/native.mjs";
import { budgets, complaint, holds } from "../../bench/budgets/table.mjs";
import { measure, missingRows, v8Rows } from "../../bench/budgets/v8.mjs";
import { loadRows, tableRows } from "../../bench/budgets/wasm.mjs";

const seed = (name) => fileURLToPath(new URL(`seeds/${name}`, import.meta.url));
const red = (rows) => rows.filter((row) => !holds(row)).map(complaint);

// ------------------------------------------------------------------ C

const OPERATIONS = 100_000;
const withoutCompiler = { skip: haveCompiler() ? false : "needs a C compiler: apt-get install gcc" };

test("C: nothing is allocated, and every function of the headers was called", withoutCompiler, () => {
  const { rows } = nativeRows({ operations: OPERATIONS });
  assert.deepEqual(red(rows), []);
  assert.ok(rows.length > 80, `${rows.length}`);
});

test("C: a malloc in one of a thousand lookups is found", withoutCompiler, () => {
  const seeded = { name: "-malloc", sources: [seed("malloc.c")], wrapped: ["wye_match_method"] };
  const { rows } = nativeRows({ operations: OPERATIONS, seeded });
  assert.deepEqual(red(rows), ["OVER BUDGET: native, wye_match_method: 34 allocator calls (budget: 0)"]);
});

test("C: a function that nobody calls is found", withoutCompiler, () => {
  const { rows } = nativeRows({ operations: 2000 });
  const [row] = rows.filter(({ operation }) => operation === "wye_match");
  assert.equal(holds(row), true);
  assert.equal(holds({ ...row, measured: undefined }), false);
});

// ------------------------------------------------------------------ what must have a budget

test("every function of a header is found", () => {
  const source = `/* int wye_not(void); */
    #define WYE_ALSO_NOT(x) \\
      wye_not(x)
    typedef int wye_handler(struct wye_request *request);
    struct wye_transport { int (*wye_field)(int); };
    extern "C" {
    int32_t wye_first(void *block, int (*callback)(int));
    const struct wye_slot *
    wye_second(void);
    }`;
  assert.deepEqual(declared(source), ["wye_first", "wye_second"]);
  assert.deepEqual(headers(), ["wye.h", "wye_app.h", "wye_pool.h", "wye_ratelimit.h"]);
  assert.ok(functionsOf("wye.h").includes("wye_match_url"));
});

test("a function without a budget fails them", () => {
  const row = { part: "native", operation: "wye_new", unit: "allocator calls", budget: undefined, measured: 0 };
  assert.equal(complaint(row), "NO BUDGET: native, wye_new: 0 allocator calls (budget: none)");
  assert.equal(holds(row), false);
});

test("every public member of the classes has a budget, or a reason to have none", async () => {
  const all = await members();
  assert.ok(all.includes("RouteTable.match") && all.includes("Router.fetch") && all.includes("Context.param"));
  const measured = Object.fromEntries(Object.keys(budgets.v8.hot).map((name) => [name, {}]));
  assert.deepEqual((await missingRows({ measured })).map(complaint), []);
});

test("a new member, and work that was not measured, are found", async () => {
  const { ContextPool } = await import("#wye");
  ContextPool.prototype.added = () => {};
  const [added, ...rest] = await missingRows({ measured: {} });
  delete ContextPool.prototype.added;
  assert.equal(complaint(added), "NO BUDGET: V8, ContextPool.added: ? bytes (budget: none)");
  assert.equal(rest.length, Object.keys(budgets.v8.hot).length);
});

// ------------------------------------------------------------------ WebAssembly

test("WebAssembly: the tables take exactly their budgeted bytes", () => assert.deepEqual(red(tableRows()), []));

test("WebAssembly: a pool that takes a page now and then is found", async () => {
  const options = { operations: OPERATIONS, only: "ContextPool.acquire, release" };
  const { memory } = await measure({ ...options, seeded: seed("memory.mjs") });
  const complaints = red(loadRows(memory));
  assert.match(complaints[0], /^OVER BUDGET: wasm, the load, grown: \d{7,} bytes \(budget: 0\)$/);
});

// ------------------------------------------------------------------ V8

async function seededRows(only, module) {
  return v8Rows("V8", await measure({ operations: OPERATIONS, only, seeded: module && seed(module) }));
}

test("V8: lookups, contexts and requests stay within their budgets", async () => {
  for (const only of ["RouteTable.match", "ContextPool.acquire", "Router.fetch, three"]) {
    const rows = await seededRows(only);
    assert.deepEqual(red(rows), []);
    assert.ok(rows.length > 0);
  }
});

test("V8: a closure for each lookup is found, in bytes and in collections", async () => {
  const [bytes, collections] = red(await seededRows("RouteTable.match", "closure.mjs"));
  assert.match(bytes, /^OVER BUDGET: V8, RouteTable.match: (6\d|[789]\d|1\d\d)(\.\d+)? bytes \(budget: 0\)$/);
  assert.ok(collections === undefined || /collections/.test(collections));
});

test("V8: an object for one lookup in ten thousand is found", async () => {
  const [bytes] = red(await seededRows("RouteTable.match", "rare.mjs"));
  assert.match(bytes, /^OVER BUDGET: V8, RouteTable.match: 0.00\d bytes \(budget: 0\)$/);
});

test("V8: an object beside each request's c is found", async () => {
  const [bytes] = red(await seededRows("Router.fetch, three", "handle.mjs"));
  const { bytes: budget } = budgets.v8.hot["Router.fetch, three middlewares"];
  const [, text] = bytes.match(/^OVER BUDGET: V8, Router.fetch, three middlewares: ([\d.]+) bytes \(budget: [\d.]+\)$/);
  assert.ok(Number(text) >= budget + 24 && Number(text) <= budget + 128, bytes);
});
