// The tables with constraints: their requests against the oracle and the peers, and the comparison of some of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { measureBacktracking } from "../../bench/backtracking.mjs";
import { failed } from "../../bench/race.mjs";
import { BESIDE, constraintTables, KINDS, makeConstrained } from "../../bench/constraints.mjs";
import { CONTENDERS, rightId } from "../../bench/contenders.mjs";
import { compareConstraints } from "../../bench/language.mjs";
import { NOT_FOUND } from "../../bench/requests.mjs";
import { parseRoutes } from "../../bench/routes.mjs";
import { Oracle } from "../oracle/oracle.mjs";

const COUNT = 100;
const PEERS = ["hono-regexp", "hono-trie", "find-my-way"];

function tablesOf(kind) {
  const { plain, constrained } = constraintTables(kind);
  return { plain: parseRoutes(plain), constrained: parseRoutes(constrained) };
}

for (const kind of KINDS) {
  const tables = tablesOf(kind);

  for (const set of ["hits", "misses"]) {
    const requests = makeConstrained(kind, tables, { set, count: COUNT });

    test(`${kind}: ${set}`, () => {
      for (const name of ["plain", "constrained"]) compareWithOracle(tables[name], requests[name]);
      const missed = requests.constrained.filter(({ id }) => id < 0).length;
      assert.equal(missed, set === "misses" && kind !== BESIDE ? COUNT : 0);
    });

    test(`${kind}: ${set}, the peers`, async () => {
      for (const name of PEERS) await comparePeer(name, kind, tables.constrained, requests.constrained);
    });
  }
}

function compareWithOracle(routes, requests) {
  const oracle = new Oracle();
  for (const { method, pattern, id } of routes) oracle.add(method, pattern, { id });
  for (const { method, path, id, values } of requests) {
    const found = oracle.match(method, path);
    const outcome = found.outcome === "NOT_FOUND" ? NOT_FOUND : found.outcome;
    assert.deepEqual({ path, id: outcome, values: found.raw ?? [] }, { path, id, values });
  }
}

async function comparePeer(name, kind, routes, requests) {
  const contender = CONTENDERS[name];
  const { refused, lookup } = await contender.build(routes, requests);
  // The one that makes one expression of all routes cannot tell two sorts of parameter apart at one place.
  assert.equal(refused.length > 0, name === "hono-regexp" && kind === BESIDE, `${name} refuses ${refused[0]?.why}`);
  if (!lookup) return;
  for (const { method, path, id } of requests) {
    assert.ok(rightId(contender, lookup(method, path), id), `${name}, ${path}: ${lookup(method, path)}, not ${id}`);
  }
}

test("the comparison runs with some of them", { timeout: 120_000 }, async (t) => {
  const log = t.mock.method(console, "log", () => {});
  const runtime = { title: "this Node", path: process.execPath };
  const kinds = ["<uint>", BESIDE];
  await compareConstraints({ runtime, programs: {}, effort: { rounds: 1, ms: 0, cold: true } }, kinds);
  const printed = log.mock.calls.flatMap(({ arguments: [text] }) => text.split("\n"));
  for (const kind of kinds) {
    const rows = printed.filter((line) => line.startsWith(`  ${kind}  `));
    assert.equal(rows.length, 2, kind);
    for (const row of rows) assert.doesNotMatch(row, /wrong|undefined|NaN/);
  }
  assert.equal(failed(), false);
});

test("expressions on which others backtrack are measured, for wye and for RegExp", async () => {
  const figures = await measureBacktracking({ bytes: 300, lengths: [14, 15], ms: 0 });
  assert.deepEqual(figures.map(({ expression }) => expression), ["(a+)+b", "(a|a)*b", "(.*a){12}"]);
  for (const { holds, fails, regexp } of figures) {
    for (const figure of [holds, fails, ...regexp]) assert.ok(figure > 0, String(figure));
    assert.equal(regexp.length, 2);
  }
});
