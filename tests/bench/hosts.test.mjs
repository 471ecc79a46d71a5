// The tables with hosts: their requests against the oracle, and the whole comparison with a few hosts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { failed } from "../../bench/race.mjs";
import { hostTables, makeHosts } from "../../bench/hosts.mjs";
import { compareHosts } from "../../bench/language.mjs";
import { NOT_FOUND } from "../../bench/requests.mjs";
import { parseRoutes } from "../../bench/routes.mjs";
import { tableSize } from "../../bench/table-size.mjs";
import { Oracle } from "../oracle/oracle.mjs";

const HOSTS = 9, COUNT = 100;

for (const table of hostTables(HOSTS)) {
  const { lines, requests } = makeHosts(table, { count: COUNT });
  const routes = parseRoutes(lines);
  const oracle = new Oracle();
  for (const { method, pattern, host, id } of routes) oracle.add(method, pattern, { host, id });

  test(`${table.title}: the answers`, () => {
    for (const { method, path, id, values } of requests) {
      const found = table.pathOnly ? oracle.match(method, path) : oracle.matchUrl(method, path);
      const outcome = found.outcome === "NOT_FOUND" ? NOT_FOUND : found.outcome;
      assert.deepEqual({ path, id: outcome, values: found.raw ?? [] }, { path, id, values });
    }
  });

  test(`${table.title}: it has as many hosts as it says, and all are requested`, () => {
    const hosts = new Set(routes.map(({ host }) => host));
    assert.equal(hosts.size, table.hosts);
    const asked = new Set(requests.map(({ id }) => routes[id]?.host));
    assert.equal(asked.size, table.unknown ? 1 : (table.asked ?? table.hosts));
  });
}

test("a table's size grows with its hosts", () => {
  const sizeOf = (hosts) => {
    const table = hostTables(hosts).find(({ name }) => name === "exact");
    return tableSize(parseRoutes(makeHosts(table, { count: 1 }).lines));
  };
  const [few, many] = [sizeOf(2), sizeOf(2000)];
  assert.ok(many.image > 500 * few.image, `${few.image} and ${many.image} bytes`);
  assert.ok(many.memory > many.empty + many.image, `${many.memory} bytes in all`);
  assert.equal(few.empty, many.empty);
});

test("the comparison runs with a few hosts", { timeout: 120_000 }, async (t) => {
  const log = t.mock.method(console, "log", () => {});
  const runtime = { title: "this Node", path: process.execPath };
  await compareHosts({ runtime, programs: {}, effort: { rounds: 1, ms: 0, cold: true } }, HOSTS);
  const printed = log.mock.calls.flatMap(({ arguments: [text] }) => text.split("\n"));
  for (const { title } of hostTables(HOSTS)) {
    const rows = printed.filter((line) => line.startsWith(`  ${title}  `));
    assert.equal(rows.length, 1, title);
    assert.match(rows[0], / 0 \/ 0 .* image /);
  }
  assert.equal(failed(), false);
});
