// circuitBreaker, by a clock that the test moves.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { HttpError, Router } from "wye";
import { Breaker } from "../../js/middleware/breaker.js";
import { circuitBreaker } from "../../js/middleware/circuit-breaker.js";
import { Clock, deferred, settle } from "./clock.mjs";

function appWith(options = {}) {
  const clock = new Clock();
  const app = new Router();
  const calls = [];
  app.use(circuitBreaker({ failures: 3, window: 1000, cooldown: 5000, probes: 2, now: clock.now, ...options }));
  app.get("/", (c) => {
    const call = { ...deferred(), c };
    calls.push(call);
    return call.promise;
  });
  const ask = async (end) => {
    const response = app.request("/");
    await settle();
    if (end) end(calls.at(-1));
    return response;
  };
  const fails = ({ reject }) => reject(new HttpError(502, "down"));
  const works = ({ resolve }) => resolve(new Response("up"));
  const status = async (end) => (await ask(end)).status;
  return { app, clock, calls, ask, status, fails, works };
}

test("closed: a few failures do nothing; so many within the window open it", async () => {
  const { clock, calls, ask, status, fails, works } = appWith();
  assert.deepEqual([await status(fails), await status(works), await status(fails)], [502, 200, 502]);
  await clock.pass(1000); // the first two are too old now
  assert.deepEqual([await status(fails), await status(fails), await status(works)], [502, 502, 200]);
  assert.equal(await status(fails), 502);
  const refused = await ask();
  assert.deepEqual([refused.status, refused.headers.get("retry-after")], [503, "5"]);
  assert.equal(calls.length, 7);
  await clock.pass(4500);
  assert.equal((await ask()).headers.get("retry-after"), "1");
});

/** Three failures. */
async function opened(options) {
  const it = appWith(options);
  for (let i = 0; i < 3; i++) await it.status(it.fails);
  assert.equal(await it.status(), 503);
  return it;
}

test("half-open: exactly so many probes are let through, and when all have succeeded it is closed", async () => {
  const { app, clock, calls, status, works } = await opened();
  await clock.pass(5000);
  const responses = Array.from({ length: 20 }, () => app.request("/"));
  await settle();
  assert.equal(calls.length, 3 + 2);
  works(calls[3]);
  await settle();
  assert.equal(await status(), 503, "one of two");
  works(calls[4]);
  const all = (await Promise.all(responses)).map((response) => response.status);
  assert.deepEqual(all, [200, 200, ...Array(18).fill(503)]);
  assert.deepEqual([await status(works), calls.length], [200, 6]);
});

test("half-open: a probe that fails opens it again for a whole cooldown, whatever the others come to", async () => {
  const { app, clock, calls, status, works, fails } = await opened();
  await clock.pass(5000);
  const probes = [app.request("/"), app.request("/")];
  await settle();
  fails(calls[3]);
  await settle();
  works(calls[4]);
  await Promise.all(probes);
  assert.equal(await status(), 503);
  await clock.pass(4999);
  assert.equal(await status(), 503);
  await clock.pass(1);
  assert.deepEqual([await status(works), await status(works), await status(works)], [200, 200, 200]);
});

test("half-open: a probe that never answers is a failure when the cooldown has passed once more", async () => {
  const { app, clock, calls, ask, status, works } = await opened({ probes: 1 });
  await clock.pass(5000);
  app.request("/");
  await settle();
  assert.equal((await ask()).headers.get("retry-after"), "5");
  await clock.pass(5000);
  assert.equal(await status(), 503, "open again");
  await clock.pass(5000);
  assert.equal(await status(works), 200);
  assert.equal(calls.length, 5);
});

test("half-open: a probe whose client leaves gives its place to another one", async (t) => {
  t.mock.method(console, "error", () => {});
  const { app, clock, calls, status, works } = await opened({ probes: 1 });
  await clock.pass(5000);
  const client = new AbortController();
  const gone = app.request("/", { signal: client.signal });
  await settle();
  client.abort();
  calls.at(-1).reject(new Error("aborted"));
  await gone.catch(() => {});
  assert.equal(await status(works), 200);
});

test("closed: clients that leave count neither way, whatever their handlers throw", async (t) => {
  t.mock.method(console, "error", () => {});
  const { app, calls, status, works } = appWith();
  for (let i = 0; i < 9; i++) {
    const client = new AbortController();
    const gone = app.request("/", { signal: client.signal });
    await settle();
    client.abort();
    calls.at(-1).reject(new Error("aborted"));
    await gone;
  }
  assert.equal(await status(works), 200);
});

test("a failure that began before it opened does not count behind that", async () => {
  const { app, clock, calls, status, works, fails } = appWith({ probes: 1 });
  const old = app.request("/");
  await settle();
  for (let i = 0; i < 3; i++) await status(fails);
  await clock.pass(5000);
  assert.equal(await status(works), 200);
  fails(calls[0]);
  await old;
  assert.equal(await status(works), 200);
});

test("what is a failure: errors and 500 and more, but no HttpError below that; or what isFailure says", async (t) => {
  t.mock.method(console, "error", () => {});
  const ends = [
    [(d) => d.reject(new HttpError(404, "none")), false],
    [(d) => d.resolve(new Response("", { status: 404 })), false],
    [(d) => d.reject(new HttpError(503, "down")), true],
    [(d) => d.resolve(new Response("", { status: 500 })), true],
    [(d) => d.reject(new Error("bug")), true],
    [(d) => d.reject(undefined), true],
    [(d) => d.resolve(undefined), true],
  ];
  for (const [end, fails] of ends) {
    const { status, works } = appWith({ failures: 1 });
    await status(end);
    assert.equal(await status(works).catch(() => 503), fails ? 503 : 200, String(end));
  }
  const { status, works } = appWith({ failures: 1, isFailure: ({ response }) => response?.status === 418 });
  await status((d) => d.reject(new Error("bug")));
  assert.equal(await status((d) => d.resolve(new Response("", { status: 418 }))), 418);
  assert.equal(await status(works).catch(() => 503), 503);
});

test("an isFailure that throws is an error of that request, and a failure", async (t) => {
  const log = t.mock.method(console, "error", () => {});
  const isFailure = () => {
    throw new Error("isFailure is broken");
  };
  const { status, works } = appWith({ failures: 1, isFailure });
  assert.equal(await status(works), 500);
  assert.match(log.mock.calls[0].arguments[0].message, /isFailure is broken/);
  assert.equal(await status(), 503);
});

test("options that cannot be", () => {
  for (const options of [{ failures: 0 }, { window: 0 }, { cooldown: -1 }, { probes: 0 }, { isFailure: 500 }])
    assert.throws(() => circuitBreaker(options), { code: "BAD_ARGUMENT", message: /circuitBreaker: \w+ is/ });
});

// ---------------------------------------------------------------- the states alone

/** The dullest of breakers: it keeps everything that ever happened, and works its state out of that. */
class DullBreaker {
  events = []; // failures of this period
  state = "closed";
  period = 0;
  probes = [];

  constructor(options) {
    this.options = options;
  }

  become(state, now) {
    Object.assign(this, { state, period: this.period + 1, since: now, events: [], probes: [] });
  }

  look(now) {
    if (this.state === "open" && now >= this.since + this.options.cooldown) this.become("half-open", now);
    const isWaited = this.state === "half-open" && this.probes.some((probe) => probe.result === undefined);
    const last = Math.max(...this.probes.map((probe) => probe.at));
    if (isWaited && now >= last + this.options.cooldown) this.become("open", now);
  }

  enter(now) {
    this.look(now);
    const pass = { period: this.period, at: now, result: undefined };
    if (this.state === "closed") return pass;
    if (this.state === "open" || this.probes.length === this.options.probes) return undefined;
    this.probes.push(pass);
    return pass;
  }

  report(pass, outcome, now) {
    this.look(now);
    if (pass.period !== this.period) return;
    pass.result = outcome;
    if (this.state === "closed") {
      if (outcome === "failure") this.events.push(now);
      if (this.events.filter((at) => at > now - this.options.window).length >= this.options.failures)
        this.become("open", now);
      return;
    }
    if (outcome === "failure") return this.become("open", now);
    if (outcome === "unknown") this.probes.splice(this.probes.indexOf(pass), 1);
    else if (this.probes.filter(({ result }) => result === "success").length === this.options.probes)
      this.become("closed", now);
  }
}

test("random steps: it does what a dull one does, and never more probes at one time than told", () => {
  const to = (max) => fc.integer({ min: 1, max });
  const options = fc.record({ failures: to(4), window: to(30), cooldown: to(30), probes: to(3) });
  const outcome = fc.constantFrom("failure", "failure", "success", "success", "unknown");
  const step = fc.record({ enter: fc.boolean(), which: fc.nat(50), outcome, pause: fc.nat(12) });
  const property = (given, steps) => {
    const [breaker, dull] = [new Breaker(given), new DullBreaker(given)];
    const passed = [];
    let now = 0;
    for (const { enter, which, outcome: what, pause } of steps) {
      now += pause;
      if (enter) {
        const [period, pass] = [breaker.enter(now), dull.enter(now)];
        assert.equal(period >= 0, pass !== undefined);
        if (pass) passed.push({ period, pass });
        else assert.ok(breaker.wait(now) > 0);
      } else if (passed.length > 0) {
        const [{ period, pass }] = passed.splice(which % passed.length, 1);
        breaker.report(period, what, now);
        dull.report(pass, what, now);
      }
      dull.look(now);
      assert.equal(breaker.state(now), dull.state);
      const probing = passed.filter(({ pass }) => pass.period === dull.period && dull.state === "half-open");
      assert.ok(probing.length <= given.probes);
    }
  };
  // Two probes, of which the later one tells nothing: the earlier one is waited for from when it passed.
  const steps = [
    { enter: true, which: 0, outcome: "failure", pause: 0 },
    { enter: false, which: 0, outcome: "failure", pause: 0 },
    { enter: true, which: 0, outcome: "failure", pause: 6 },
    { enter: true, which: 0, outcome: "failure", pause: 1 },
    { enter: false, which: 1, outcome: "unknown", pause: 5 },
  ];
  property({ failures: 1, window: 1, cooldown: 6, probes: 2 }, steps);
  fc.assert(fc.property(options, fc.array(step, { maxLength: 150 }), property), { numRuns: 1000 });
});
