// Lookups over the whole route language allocate nothing: hosts, constraints, optional segments, redirects.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { BUDGETS } from "../../bench/alloc.mjs";

let result;

before(() => {
  const args = ["--expose-gc", fileURLToPath(new URL("language.mjs", import.meta.url))];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  result = JSON.parse(stdout);
});

test("no kind of lookup passes its budget", () => {
  const over = result.measured.filter(({ work, bytes }) => bytes > BUDGETS[work].bytes * result.lookups);
  assert.deepEqual(over, []);
});

test("both ways to ask were measured, and the linear memory stayed as it was", () => {
  const ways = new Set(result.measured.map(({ work }) => work));
  assert.deepEqual([...ways].sort(), ["match", "matchUrl"]);
  assert.ok(result.measured.length > 30, `${result.measured.length}`);
  assert.equal(result.grown, 0);
});
