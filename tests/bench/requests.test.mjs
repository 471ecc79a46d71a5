// The benchmark's requests against the oracle: what the contenders are judged by must itself be right.

import assert from "node:assert/strict";
import { test } from "node:test";
import { makeRequests, METHOD_NOT_ALLOWED, NOT_FOUND, SETS } from "../../bench/requests.mjs";
import { readRoutes, routeFile, TABLES } from "../../bench/routes.mjs";
import { Oracle } from "../oracle/oracle.mjs";

const OUTCOMES = { NOT_FOUND, METHOD_NOT_ALLOWED };
const SAMPLE = 100;

for (const table of TABLES) {
  const routes = readRoutes(routeFile(table));
  const oracle = new Oracle();
  for (const { method, pattern, id } of routes) oracle.add(method, pattern, { id });
  const sets = Object.keys(SETS).filter((set) => routes.some((route) => route.names.length > 0) || !needsParams(set));
  for (const set of sets) test(`${table}: ${set}`, () => compare(oracle, makeRequests(routes, set, { count: SAMPLE })));
}

function needsParams(set) {
  return set === "escaped" || set === "non-ascii";
}

function compare(oracle, requests) {
  for (const { method, path, id, values } of requests) {
    const found = oracle.match(method, path);
    const outcome = OUTCOMES[found.outcome] ?? found.outcome;
    assert.deepEqual({ method, path, id: outcome, values: found.raw }, { method, path, id, values });
  }
}

test("the same seed gives the same requests", () => {
  const routes = readRoutes(routeFile("gplus"));
  const make = (seed) => makeRequests(routes, "hits", { count: 50, seed });
  assert.deepEqual(make(7), make(7));
  assert.notDeepEqual(make(7), make(8));
});
