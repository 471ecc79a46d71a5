// timeout, by a clock that the test moves.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HttpError, Router } from "wye";
import { timeout } from "../../js/middleware/timeout.js";
import { Clock, deferred, settle } from "./clock.mjs";

/** An app with one route; `asked` resolves with the handler's `c` when it is called. */
function appWith(handler, options) {
  const clock = new Clock();
  const app = new Router();
  app.use(timeout({ timers: clock.timers, ...options }));
  app.get("/", handler);
  return { app, clock };
}

test("an answer in time goes through, and no timer is left", async () => {
  const answer = deferred();
  const { app, clock } = appWith(async (c) => c.text(await answer.promise), { ms: 100 });
  const response = app.request("/");
  await clock.pass(99);
  assert.equal(clock.pending, 1);
  answer.resolve("in time");
  assert.deepEqual([(await response).status, await (await response).text()], [200, "in time"]);
  assert.equal(clock.pending, 0);
});

test("an answer that is there at once takes no timer", async () => {
  const { app, clock } = appWith((c) => c.text("now"), { ms: 100 });
  assert.equal((await app.request("/")).status, 200);
  assert.equal(clock.pending, 0);
});

test("504 when the time is over, the slot is free, and the signal says why", async () => {
  let signal;
  const { app, clock } = appWith((c) => ((signal = c.get("signal")), new Promise(() => {})), { ms: 100 });
  const response = app.request("/");
  await clock.pass(99);
  assert.deepEqual([app.contexts.used, signal.aborted], [1, false]);
  await clock.pass(1);
  assert.equal((await response).status, 504);
  assert.equal(await (await response).text(), "504 Gateway Timeout: no answer within 100 ms");
  assert.equal(app.contexts.used, 0);
  assert.ok(signal.aborted && signal.reason instanceof HttpError && signal.reason.status === 504);
});

test("who catches it may answer something else", async () => {
  const clock = new Clock();
  const app = new Router();
  app.use(async (c) => {
    try {
      return await c.next();
    } catch (error) {
      return c.text(`caught ${error.status}`);
    }
  });
  app.use(timeout({ ms: 5, timers: clock.timers }));
  app.get("/", () => new Promise(() => {}));
  const response = app.request("/");
  await clock.pass(5);
  assert.equal(await (await response).text(), "caught 504");
});

test("what a late handler comes to is thrown away: a response, an error", async (t) => {
  const unhandled = t.mock.fn();
  process.on("unhandledRejection", unhandled);
  t.after(() => process.off("unhandledRejection", unhandled));
  let cancelled = 0;
  const body = () => new ReadableStream({ cancel: () => void cancelled++ });
  for (const end of [(d) => d.resolve(new Response(body())), (d) => d.reject(new Error("late"))]) {
    const late = deferred();
    const { app, clock } = appWith(() => late.promise, { ms: 100 });
    const response = app.request("/");
    await clock.pass(100);
    assert.equal((await response).status, 504);
    end(late);
    await settle();
  }
  assert.equal(unhandled.mock.callCount(), 0);
  assert.equal(cancelled, 1, "the body of the late response");
});

test("a late handler finds its c stale, also when the slot serves another request", async () => {
  const late = deferred();
  const seen = deferred();
  const clock = new Clock();
  const app = new Router();
  app.use(timeout({ ms: 100, timers: clock.timers }));
  app.get("/late/:id", async (c) => {
    await late.promise;
    try {
      seen.resolve(c.param("id"));
    } catch (error) {
      seen.resolve(error.code);
    }
    return c.text("never seen");
  });
  const other = deferred();
  app.get("/other/:id", async (c) => c.text((await other.promise) + c.param("id")));
  const first = app.request("/late/1");
  await clock.pass(100);
  assert.equal((await first).status, 504);
  const second = app.request("/other/2");
  await settle();
  assert.equal(app.contexts.used, 1);
  late.resolve();
  assert.equal(await seen.promise, "STALE");
  other.resolve("it is ");
  assert.equal(await (await second).text(), "it is 2");
});

test("the signal follows the request's own, also when the answer is made and its body goes on", async () => {
  const client = new AbortController();
  let signal;
  const { app, clock } = appWith(async (c) => ((signal = c.get("signal")), c.text("x")), { ms: 100 });
  await app.request("/", { signal: client.signal });
  await clock.pass(1000);
  assert.equal(signal.aborted, false, "the time is no matter any more");
  client.abort(new Error("gone"));
  await settle();
  assert.equal(signal.aborted, true);
  assert.equal(signal.reason.message, "gone");
});

test("a client that has left already", async () => {
  let signal;
  const { app } = appWith((c) => ((signal = c.get("signal")), c.text("x")), { ms: 100 });
  await app.request("/", { signal: AbortSignal.abort() });
  assert.equal(signal.aborted, true);
});

test("a timeout inside another one: each has its time, and the outer one aborts the inner signal", async () => {
  const clock = new Clock();
  const app = new Router();
  let signal;
  app.use(timeout({ ms: 50, timers: clock.timers }));
  app.get("/", timeout({ ms: 100, timers: clock.timers }), (c) => {
    signal = c.get("signal");
    return new Promise(() => {});
  });
  const response = app.request("/");
  await clock.pass(50);
  assert.match(await (await response).text(), /within 50 ms/);
  assert.equal(signal.aborted, true);
});

test("an error of the handler goes through as it is", async () => {
  const { app, clock } = appWith(async () => Promise.reject(new HttpError(418, "no")), { ms: 100 });
  assert.equal((await app.request("/")).status, 418);
  assert.equal(clock.pending, 0);
});

test("a time that is none", () => {
  for (const ms of [undefined, 0, -1, NaN, Infinity, 2 ** 31, "100"])
    assert.throws(() => timeout({ ms }), { code: "BAD_ARGUMENT", message: /timeout: ms is a number of milliseconds/ });
});
