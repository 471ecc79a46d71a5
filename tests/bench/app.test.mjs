// Every framework of the benchmark gives the same answers to the same requests, whatever its middleware waits for.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CONTENDERS, makeContender, STYLES } from "../../bench/app/contenders.mjs";
import { makeLoop } from "../../bench/app/loop.mjs";
import { makeRequests, ROUTES } from "../../bench/app/routes.mjs";
import { BUDGETS, measureShares, overShare } from "../../bench/app/share.mjs";

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

test("there are 40 routes, and each is asked for", () => {
  assert.equal(ROUTES.length, 40);
  const asked = makeRequests("hits", ROUTES.length);
  const methods = (list) => list.map(({ method }) => method).sort();
  assert.deepEqual(methods(asked), methods(ROUTES));
});

test("a wrong answer is found: in its status, its type, its body", async () => {
  const changes = [
    (answer) => ({ ...answer, status: 299 }), (answer) => ({ ...answer, type: "text/html" }),
    (answer) => ({ ...answer, value: undefined, body: "else" })
  ];
  for (const change of changes) {
    const spoil = ([first, ...rest]) => [{ ...first, answer: change(first.answer) }, ...rest];
    assert.equal((await problems("by-hand", "sync", "hits", spoil)).length, 1);
  }
});

test("a request takes one small object of wye's own, with integer handles nothing", () => {
  const shares = measureShares({ requests: 20_000 });
  assert.deepEqual(overShare(shares), []);
  const [alone, middlewares, handles, control] = shares;
  assert.deepEqual([alone.budget, middlewares.budget, handles.budget], ["router", "router", "handles"]);
  assert.ok(alone.own >= 16 * alone.requests, `c was not found: ${alone.own} bytes in ${alone.requests} requests`);
  const found = (control.own - alone.own) / control.requests;
  assert.ok(found >= 16 && found <= 40, `an object on purpose was not found: ${found} bytes a request`);
});

test("what takes more than its budget is named", () => {
  const share = { work: "some", budget: "router", requests: 10, host: 0 };
  assert.deepEqual(overShare([{ ...share, own: 10 * BUDGETS.router }]), []);
  assert.match(overShare([{ ...share, own: 10 * BUDGETS.router + 1 }])[0], /^some: 961 bytes in 10 requests/);
});
