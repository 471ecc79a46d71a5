// timeout, by a clock that the test moves.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HttpError, Router } from "#wye";
import { logger } from "../../js/middleware/logger.js";
import { timeout } from "../../js/middleware/timeout.js";
import { Clock, deferred, settle } from "./clock.mjs";

/** An app with one route. */
function appWith(handler, options, inside = []) {
  const clock = new Clock();
  const app = new Router();
  app.use(timeout({ timers: clock.timers, ...options }), ...inside);
  app.get("/", handler);
  return { app, clock };
}

/** Fails the test if nobody handles a rejection. */
function watchRejections(t) {
  const unhandled = t.mock.fn();
  process.on("unhandledRejection", unhandled);
  t.after(() => {
    process.off("unhandledRejection", unhandled);
    assert.equal(unhandled.mock.callCount(), 0);
  });
}

test("a response in time goes through, and no timer is left", async () => {
  const answer = deferred();
  const { app, clock } = appWith(async (c) => c.text(await answer.promise), { ms: 100 });
  const response = app.request("/");
  await clock.pass(99);
  assert.equal(clock.pending, 1);
  answer.resolve("in time");
  assert.deepEqual([(await response).status, await (await response).text()], [200, "in time"]);
  assert.equal(clock.pending, 0);
});

test("a response that is there at once takes no timer and no promise", () => {
  const { app, clock } = appWith((c) => c.text("now"), { ms: 100 });
  assert.equal(app.fetch(new Request("http://localhost/")).status, 200);
  assert.equal(clock.pending, 0);
});

test("504 when the time is over, and the signal says why", async () => {
  let signal;
  const { app, clock } = appWith((c) => ((signal = c.get("signal")), new Promise(() => {})), { ms: 100 });
  const response = app.request("/");
  await clock.pass(99);
  assert.equal(signal.aborted, false);
  await clock.pass(1);
  assert.equal((await response).status, 504);
  assert.equal(await (await response).text(), "504 Gateway Timeout: no response within 100 ms");
  assert.ok(signal.aborted && signal.reason instanceof HttpError && signal.reason.status === 504);
});

test("a step around it may catch that and respond otherwise", async () => {
  const clock = new Clock();
  const app = new Router();
  app.use(async (c, next) => {
    try {
      return await next();
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

test("what a late handler comes to is thrown away: a response is cancelled, an error is nobody's", async (t) => {
  watchRejections(t);
  let cancelled = 0;
  const body = () => new ReadableStream({ cancel: () => void cancelled++ });
  const locked = new Response(body());
  locked.body.getReader();
  const ends = [
    (late) => late.resolve(new Response(body())),
    (late) => late.resolve(locked),
    (late) => late.resolve(new Response(null)),
    (late) => late.resolve(undefined),
    (late) => late.reject(new Error("late")),
    (late) => late.reject(undefined),
  ];
  for (const end of ends) {
    const late = deferred();
    const { app, clock } = appWith(() => late.promise, { ms: 100 });
    const response = app.request("/");
    await clock.pass(100);
    assert.equal((await response).status, 504);
    end(late);
    await settle();
    assert.equal(clock.pending, 0);
  }
  assert.equal(cancelled, 1);
});

test("a late handler still has its own c", async () => {
  const late = deferred();
  const seen = deferred();
  const clock = new Clock();
  const app = new Router();
  app.use(timeout({ ms: 100, timers: clock.timers }));
  app.get("/late/:id", async (c) => {
    await late.promise;
    seen.resolve(c.param("id"));
    return c.text("never seen");
  });
  app.get("/other/:id", (c) => c.text(c.param("id")));
  const first = app.request("/late/1");
  await clock.pass(100);
  assert.equal((await first).status, 504);
  assert.equal(await (await app.request("/other/2")).text(), "2");
  late.resolve();
  assert.equal(await seen.promise, "1");
});

test("steps inside go on to their ends: a logger prints its line, the host keeps the request", async (t) => {
  watchRejections(t);
  for (const [end, wanted] of [
    [(late) => late.resolve(new Response("late")), /^GET \/ 200 /],
    [(late) => late.reject(new HttpError(502, "late")), /^GET \/ 502 /],
    [(late) => late.reject(new Error("late")), /^GET \/ error: late /],
  ]) {
    const late = deferred();
    const lines = [];
    const { app, clock } = appWith(() => late.promise, { ms: 100 }, [logger({ print: (line) => lines.push(line) })]);
    const kept = [];
    const response = app.request("/", {}, {}, { waitUntil: (promise) => kept.push(promise) });
    await clock.pass(100);
    assert.equal((await response).status, 504);
    assert.equal(kept.length, 1);
    end(late);
    await kept[0];
    await settle();
    assert.equal(lines.length, 1);
    assert.match(lines[0], wanted);
  }
});

test("next() of a step that was given up still gives a response, or rejects", async (t) => {
  watchRejections(t);
  const seen = [];
  const outer = async (c, next) => {
    try {
      seen.push((await next()).status);
    } catch (error) {
      seen.push(error.message.slice(0, 15));
    }
  };
  const silent = async (c, next) => void (await next());
  for (const value of [new Response("late", { status: 201 }), undefined, "text"]) {
    const late = deferred();
    const { app, clock } = appWith(() => late.promise, { ms: 100 }, [outer, silent]);
    const response = app.request("/");
    await clock.pass(100);
    assert.equal((await response).status, 504);
    late.resolve(value);
    await settle();
  }
  assert.deepEqual(seen, [201, "a step returned", "a step returned"]);
});

test("a logger around it prints 504", async () => {
  const clock = new Clock();
  const app = new Router();
  const lines = [];
  app.use(logger({ print: (line) => lines.push(line) }), timeout({ ms: 5, timers: clock.timers }));
  app.get("/", () => new Promise(() => {}));
  const response = app.request("/");
  await clock.pass(5);
  assert.equal((await response).status, 504);
  assert.match(lines.join(), /^GET \/ 504 /);
});

test("the signal follows the request's own, also when the response is made and its body goes on", async () => {
  const client = new AbortController();
  let signal;
  const { app, clock } = appWith(async (c) => ((signal = c.get("signal")), c.text("x")), { ms: 100 });
  await app.request("/", { signal: client.signal });
  await clock.pass(1000);
  assert.equal(signal.aborted, false, "the time does not matter any more");
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

test("a timeout inside another one: each has its time, and the outer one aborts the inner signal", async (t) => {
  watchRejections(t);
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
  await clock.pass(50);
  assert.equal(clock.pending, 0);
});

test("an error of the handler goes through as it is", async () => {
  const { app, clock } = appWith(async () => Promise.reject(new HttpError(418, "no")), { ms: 100 });
  assert.equal((await app.request("/")).status, 418);
  assert.equal(clock.pending, 0);
});

test("invalid options are errors", () => {
  for (const ms of [undefined, 0, -1, NaN, Infinity, 2 ** 31, "100"])
    assert.throws(() => timeout({ ms }), { code: "BAD_ARGUMENT", message: /timeout: ms must be a number/ });
  assert.throws(() => timeout(), { code: "BAD_ARGUMENT", message: /the options of timeout must be an object/ });
  assert.throws(() => timeout({ ms: 1, seconds: 1 }), {
    code: "BAD_ARGUMENT",
    message: /timeout has no option seconds; its options are ms, timers/,
  });
});
