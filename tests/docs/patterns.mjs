// A row of a table of patterns, held against a table of routes.

import assert from "node:assert/strict";
import { RouteTable } from "wye";

/** The patterns as routes, with handler ids in their order. */
export function tableOf(patterns) {
  const table = new RouteTable();
  for (const pattern of patterns) table.add("GET", pattern);
  return table;
}

/** One of the patterns matches each path of `matches`, and none those of `misses`. */
export function checkPattern(patterns, matches, misses) {
  const table = tableOf(patterns);
  const hits = (path) => table.match("GET", path) >= 0;
  assert.ok(matches.length && misses.length, `${patterns}: nothing to check`);
  for (const path of matches) assert.ok(hits(path), `${patterns} ${path}`);
  for (const path of misses) assert.ok(!hits(path), `${patterns} ${path}`);
  table.free();
}
