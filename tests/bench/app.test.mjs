// Every framework of the benchmark gives the same answers to the same requests, whatever its middleware waits for.

import assert from "node:assert/strict";
import { test } from "node:test";
import { measureAbove } from "../../bench/app/above.mjs";
import { CONTENDERS, makeContender, STYLES } from "../../bench/app/contenders.mjs";
import { makeLoop } from "../../bench/app/loop.mjs";
import { makeRequests, ROUTES } from "../../bench/app/routes.mjs";
import { measureShares, shareRows } from "../../bench/app/share.mjs";
import { budgets, complaint, holds } from "../../bench/budgets/table.mjs";

const SETS = ["hits", "misses", "refused"];

async function problems(name, style, set, change = (requests) => requests) {
  const requests = change(makeRequests(set, 5 * ROUTES.length));
  const app = await makeContender(name, style, requests.map(({ answer }) => answer));
  return makeLoop(app, requests).verify();
}

for (const [name, { title, baseline }] of Object.entries(CONTENDERS)) {
  for (const style of STYLES) {
    for (const set of baseline ? ["hits"] : SETS) {
      test(`${title}, ${style}: ${set}`, async () => assert.deepEqual(await problems(name, style, set), []));
    }
  }
}

test("there are 40 routes, and each is requested", () => {
  assert.equal(ROUTES.length, 40);
  const asked = makeRequests("hits", ROUTES.length);
  const methods = (list) => list.map(({ method }) => method).sort();
  assert.deepEqual(methods(asked), methods(ROUTES));
});

test("a wrong status, type or body is found", async () => {
  const changes = [
    (answer) => ({ ...answer, status: 299 }), (answer) => ({ ...answer, type: "text/html" }),
    (answer) => ({ ...answer, value: undefined, body: "else" })
  ];
  for (const change of changes) {
    const spoil = ([first, ...rest]) => [{ ...first, answer: change(first.answer) }, ...rest];
    assert.equal((await problems("by-hand", "sync", "hits", spoil)).length, 1);
  }
});

test("a request stays within its budget, and a planted object is found", () => {
  const shares = measureShares({ requests: 20_000 });
  assert.deepEqual(shareRows("here", shares).filter((row) => !holds(row)).map(complaint), []);
  const [alone, , , control] = shares;
  const { request, next, later } = budgets.share;
  assert.deepEqual(shares.map(({ budget }) => budget), [request, request + 3 * next, later, undefined]);
  assert.ok(alone.own >= 100 * alone.requests, `c was not found: ${alone.own} bytes in ${alone.requests} requests`);
  const found = (control.own - alone.own) / control.requests;
  assert.ok(found > next && found <= next + 40, `an object on purpose was not found: ${found} bytes a request`);
});

test("a contender over its budget is named", () => {
  const share = { work: "some", budget: 10, requests: 2 };
  const [under, over] = shareRows("here", [{ ...share, own: 20 }, { ...share, own: 21 }]);
  assert.equal(holds(under), true);
  assert.equal(complaint(over), "OVER BUDGET: here, some: 10.5 bytes (budget: 10)");
});

test("the time above the switch by hand is measured", () => {
  const { sync, async, step } = measureAbove({ ms: 50, processes: 1 });
  for (const { median, tenth } of [sync, async, step]) assert.ok(Number.isFinite(median + tenth), `${median} ${tenth}`);
});
