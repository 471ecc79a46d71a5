// Slots of requests that workerd has dropped, or whose clients have left, come back. docs/contexts.md says what workerd
// does with such requests.

import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { ask, begin, control, serveWatched } from "./workerd.mjs";
import { heapInUse } from "./inspector.mjs";

const MAXIMUM = 300;

const workers = {};
const agent = new http.Agent({ keepAlive: true, maxSockets: 50 });
before(async () => {
  workers.plain = await serveWatched("isolation-slots");
  workers.signal = await serveWatched("isolation-slots-signal", ["enable_request_signal"]);
});
after(async () => {
  agent.destroy();
  for (const worker of Object.values(workers)) await worker.stop();
});

/** An app of its own for each test: they differ in how many contexts there may be. */
let next = MAXIMUM;
const appOf = (worker, maximum = next++) => {
  const path = (rest) => `/abandoned/${maximum}/${rest}`;
  const get = (rest) => ask(agent, worker.port, { method: "GET", path: path(rest) });
  const stats = async () => JSON.parse((await get("stats")).text);
  const collect = () => heapInUse(worker.inspector, async () => void (await control(worker.port, "stats")));
  return { worker, maximum, path, get, stats, collect };
};

/** Waits for what comes about without us; where it does not, what is checked next says what is there. */
async function until(condition) {
  for (let tries = 0; tries < 400 && !(await condition()); tries++) await setTimeout(25);
}

/** Begins so many requests, by default as many as there may be contexts, and leaves when they have all arrived. */
async function leaveAll({ worker, maximum, path, stats }, kind, { count = maximum, reset = true } = {}) {
  const { started } = await stats();
  for (let from = 0; from < count; from += 100) {
    const ids = Array.from({ length: Math.min(100, count - from) }, (_, i) => from + i);
    const clients = ids.map((id) => begin(worker.port, { path: path(`${kind}/${id}`) }));
    await until(async () => (await stats()).started === started + from + ids.length);
    for (const leave of clients) leave(reset);
  }
}

/** How many of some requests, all at once, are answered. */
async function served({ get }, count) {
  const answers = await Promise.all(Array.from({ length: count }, (_, i) => get(`ok/${i}`)));
  for (const [i, { status, text }] of answers.entries()) if (status === 200) assert.equal(text, `${i}`);
  return answers.filter(({ status }) => status === 200).length;
}

/** Has the collector come until no slot is in use. */
async function giveBack(app) {
  for (let round = 0; (await app.stats()).used > 0 && round < 20; round++) {
    await served(app, app.maximum); // if they do not come back, the pool is exhausted now
    await app.collect();
  }
}

for (const [kind, what] of [
  ["never", "that workerd finds to be hung"],
  ["long", "whose clients have left"],
  ["hung-stream", "whose streams workerd finds to be hung"],
]) {
  test(`slots of requests ${what} come back, in an exhausted pool`, async (t) => {
    const app = appOf(workers.plain);
    await leaveAll(app, kind);
    const { used } = await app.stats();
    assert.ok(used > 0); // all of them, if the collector has not come by itself
    let refused = 0;
    while ((await served(app, 1)) === 0 && refused < 60_000) refused++;
    t.diagnostic(`${used} of ${app.maximum} slots were taken for nothing`);
    t.diagnostic(`${refused} requests were refused until they came back`);
    assert.ok(refused < 60_000, "60,000 requests were refused on end");
    await giveBack(app); // the others, too
    assert.equal(await served(app, 200), 200);
    assert.equal((await app.stats()).used, 0);
  });
}

test("a context that outlives its request by being kept is stale when its slot has come back", async () => {
  const app = appOf(workers.plain);
  await leaveAll(app, "long");
  const good = (await app.stats()).kept.filter((read) => read !== "STALE"); // the collector may have come by itself
  assert.ok(good.length > 0);
  assert.equal(new Set(good).size, good.length);
  await giveBack(app);
  assert.deepEqual((await app.stats()).kept, Array(app.maximum).fill("STALE"));
  await leaveAll(app, "long", { count: 60 }); // the slots serve others
  const now = (await app.stats()).kept;
  assert.deepEqual(now.slice(0, app.maximum), Array(app.maximum).fill("STALE"));
  assert.ok(now.slice(app.maximum).some((read) => read !== "STALE"));
});

test("a pool that can grow stays small when all of its requests are left", async (t) => {
  const app = appOf(workers.plain, 16_000);
  for (let round = 0; round < 12; round++) {
    await leaveAll(app, "long", { count: 100 });
    await app.collect();
  }
  const { slots } = await app.stats();
  t.diagnostic(`${slots} slots after 1200 requests that were left`);
  assert.ok(slots <= 512, `${slots} slots`);
});

test("with the flag enable_request_signal, slots of clients that left come back without the collector", async (t) => {
  const app = appOf(workers.signal);
  await leaveAll(app, "long");
  assert.equal((await app.stats()).used, app.maximum);
  const got = await served(app, 50);
  t.diagnostic(`${got} of the next 50 requests were served`);
  assert.equal(got, 50);
});

test("streams whose clients have left give their slots back at once", async () => {
  for (const worker of Object.values(workers)) {
    for (const how of [{ reset: true }, { reset: false }]) {
      const app = appOf(worker);
      await leaveAll(app, "endless", how);
      await until(async () => (await app.stats()).used === 0);
      assert.equal((await app.stats()).used, 0, JSON.stringify(how));
    }
    const app = appOf(worker);
    await leaveAll(app, "long-stream");
    await until(async () => (await app.stats()).used === 0);
    assert.equal((await app.stats()).used, 0, "while the stream waits");
  }
});

test("a client that closes without a reset is not noticed: its handler goes on, and its throwing ends it", async () => {
  const app = appOf(workers.plain);
  await leaveAll(app, "throws", { reset: false });
  await until(async () => (await app.stats()).used === 0);
  const { used, late } = await app.stats();
  assert.equal(used, 0);
  assert.deepEqual(late.map(Number).sort((a, b) => a - b), Array.from({ length: app.maximum }, (_, id) => id));
});
