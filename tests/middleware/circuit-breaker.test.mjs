// circuitBreaker, by a clock that the test moves.

import assert from "node:assert/strict";
import { test } from "node:test";
import http from "node:http";
import fc from "fast-check";
import { HttpError, Router } from "#wye";
import { BreakerState } from "../../js/middleware/lib/breaker-state.js";
import { circuitBreaker } from "../../js/middleware/circuit-breaker.js";
import { concurrencyLimit } from "../../js/middleware/concurrency-limit.js";
import { rateLimit } from "../../js/middleware/rate-limit.js";
import { timeout } from "../../js/middleware/timeout.js";
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

test("closed: a few failures do nothing; enough of them within the window open it", async () => {
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

test("half-open: exactly `probes` requests pass, and when all have succeeded it is closed", async () => {
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

test("half-open: a probe that fails opens it for another cooldown, whatever the others do", async () => {
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

test("half-open: a probe without a response is a failure after another cooldown", async () => {
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

test("closed: clients that leave do not count, whatever their handlers throw", async (t) => {
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

test("a failure of a request from before it opened does not count", async () => {
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

test("failures: errors and statuses from 500, but no HttpError below; or what isFailure says", async (t) => {
  t.mock.method(console, "error", () => {});
  const ends = [
    [(d) => d.reject(new HttpError(404, "none")), false],
    [(d) => d.resolve(new Response("", { status: 404 })), false],
    [(d) => d.reject(new HttpError(503, "down")), true],
    [(d) => d.resolve(new Response("", { status: 500 })), true],
    [(d) => d.reject(new Error("bug")), true],
    [(d) => d.reject(undefined), true],
    [(d) => d.resolve(undefined), true],
    [(d) => d.resolve(Response.error()), true],
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

test("an isFailure that throws, whatever it throws, is an error of that request, and a failure", async (t) => {
  const log = t.mock.method(console, "error", () => {});
  for (const thrown of [new Error("isFailure is broken"), undefined, null, 17, Object.freeze({})]) {
    const isFailure = () => {
      throw thrown;
    };
    const { clock, status, works, fails } = appWith({ failures: 1, probes: 1, isFailure });
    assert.equal(await status(works), 500);
    assert.equal(log.mock.calls.at(-1).arguments[0], thrown);
    assert.equal(await status(), 503);
    await clock.pass(5000);
    assert.equal(await status(fails), 500, "a probe's, too");
    assert.equal(await status(), 503);
  }
});

test("an isFailure that returns a promise counts as one that throws", async (t) => {
  const log = t.mock.method(console, "error", () => {});
  const { status, works } = appWith({ failures: 1, isFailure: async () => Promise.reject(new Error("nobody's")) });
  assert.equal(await status(works), 500);
  assert.match(log.mock.calls[0].arguments[0].message, /isFailure must return true or false, not a promise/);
  assert.equal(await status(), 503);
});

test("a synchronous chain stays synchronous", () => {
  const app = new Router();
  app.use(circuitBreaker({ failures: 1 }));
  app.get("/", (c) => c.text("up"));
  app.get("/down", () => {
    throw new HttpError(502, "down");
  });
  const ask = (path) => app.fetch(new Request(`http://localhost${path}`)).status;
  assert.deepEqual([ask("/"), ask("/down"), ask("/")], [200, 502, 503]);
});

test("the clock steps by an hour, either way: it opens, and closes again", async () => {
  for (const hour of [-3600000, 3600000]) {
    let step = 0;
    const clock = new Clock();
    const { status, works, fails } = appWith({ probes: 1, now: () => clock.now() + step });
    assert.equal(await status(fails), 502);
    step = hour;
    for (let i = 0; i < 3; i++) assert.equal(await status(fails), hour < 0 && i === 2 ? 503 : 502);
    assert.equal(await status(), 503);
    await clock.pass(5000);
    assert.equal(await status(works), 200);
    assert.equal(await status(works), 200);
  }
});

test("invalid options are errors", () => {
  const wrong = [{ failures: 0 }, { window: 0 }, { cooldown: -1 }, { probes: 0 }, { isFailure: 500 }, { now: 1 }];
  for (const options of wrong)
    assert.throws(() => circuitBreaker(options), { code: "BAD_ARGUMENT", message: /circuitBreaker: \w+ must be/ });
  assert.throws(() => circuitBreaker({ threshold: 5 }), {
    code: "BAD_ARGUMENT",
    message: /circuitBreaker has no option threshold; its options are failures, window, cooldown, probes, isFailure,/,
  });
});

// ---------------------------------------------------------------- uploads

/** A request whose body the test sends: `upload.send(text)`, `.end()`, `.breaks()`. */
function uploadTo(path, init) {
  let source;
  const body = new ReadableStream({ start: (controller) => void (source = controller) });
  return {
    request: new Request(`http://localhost${path}`, { method: "POST", body, duplex: "half", ...init }),
    send: (text) => source.enqueue(new TextEncoder().encode(text)),
    end: () => source.close(),
    breaks: () => source.error(new Error("the connection was reset")),
  };
}

/** A server that responds when it has the whole body. */
async function origin(t, respond = (text) => [200, `${text.length} bytes`]) {
  const server = http.createServer(async (request, response) => {
    let text = "";
    request.on("error", () => {});
    try {
      for await (const piece of request) text += piece;
    } catch {
      return;
    }
    const [status, message] = respond(text);
    response.writeHead(status).end(message);
  });
  await new Promise((resolve) => void server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${server.address().port}/`;
}

/** All ways to read an upload, and whether a broken body is then a 400. */
function readers(url) {
  return {
    "c.readText": [async (c) => c.text(await c.readText()), 400],
    "c.readForm": [async (c) => c.json([...(await c.readForm())]), 400],
    "c.request.text": [async (c) => c.text(await c.request.text()), 500],
    "c.request.body": [
      async (c) => {
        let length = 0;
        for await (const piece of c.request.body) length += piece.length;
        return c.text(String(length));
      },
      500,
    ],
    "a clone": [async (c) => c.text(await c.request.clone().text()), 500],
    "fetch with its body": [(c) => fetch(url, { method: "POST", body: c.request.body, duplex: "half" }), 500],
    "fetch with the request": [(c) => fetch(new Request(url, c.request)), 500],
  };
}

function uploadsApp(options, inside, handler) {
  const clock = new Clock();
  const app = new Router();
  const settings = { failures: 3, window: 60000, cooldown: 5000, now: clock.now, ...options };
  app.use(circuitBreaker(settings), ...inside(clock));
  app.post("/", handler);
  app.get("/", (c) => c.text("up"));
  app.get("/down", () => {
    throw new HttpError(502, "down");
  });
  const status = async (path) => (await app.request(path)).status;
  const opens = async () => {
    for (let i = 0; i < 3; i++) await status("/down");
    assert.equal(await status("/"), 503);
  };
  return { app, clock, status, opens };
}

const none = () => [];

/** A step that turns an error into a response, as the onError of a mounted app does. */
async function asResponse(c, next) {
  try {
    return await next();
  } catch (error) {
    return c.text("no", error.status);
  }
}

/** A step that throws the first error that it sees to all requests, as coalesce does. */
function sharing() {
  let shared;
  return async (c, next) => {
    if (shared !== undefined) throw shared;
    try {
      return await next();
    } catch (error) {
      throw (shared = error);
    }
  };
}

/** Lets a real server and its client continue. */
async function settleAll() {
  await new Promise((resolve) => setTimeout(resolve, 20));
  await settle();
}

test("what a handler reads is what was sent, however it reads it", async (t) => {
  const url = await origin(t, (text) => [200, text]);
  for (const [name, [handler]] of Object.entries(readers(url))) {
    if (name === "c.readForm") continue;
    const { app } = uploadsApp({}, none, handler);
    const upload = uploadTo("/", { headers: { "content-type": "text/plain", "x-a": "b" } });
    const response = app.fetch(upload.request);
    for (const text of ["one ", "two ", "three"]) {
      await settleAll();
      upload.send(text);
    }
    upload.end();
    assert.equal(await (await response).text(), name === "c.request.body" ? "13" : "one two three", name);
  }
});

test("uploads that break off, however they are read, do not count", async (t) => {
  t.mock.method(console, "error", () => {});
  const url = await origin(t);
  for (const [name, [handler, wanted]] of Object.entries(readers(url))) {
    const { app, status } = uploadsApp({}, none, handler);
    for (let i = 0; i < 5; i++) {
      const upload = uploadTo("/", { headers: { "content-type": "application/x-www-form-urlencoded" } });
      const response = app.fetch(upload.request);
      upload.send("a=b");
      await settleAll();
      upload.breaks();
      assert.equal((await response).status, wanted, name);
    }
    assert.equal(await status("/"), 200, name);
  }
});

test("uploads that stall until a timeout inside ends them do not count, however they are read", async (t) => {
  t.mock.method(console, "error", () => {});
  const url = await origin(t);
  const cases = Object.entries(readers(url)).flatMap(([name, [handler]]) => [
    [name, handler, []],
    [name, handler, [asResponse]],
  ]);
  for (const [name, handler, around] of cases) {
    const { app, clock, status } = uploadsApp({}, ({ timers }) => [...around, timeout({ ms: 100, timers })], handler);
    for (let i = 0; i < 5; i++) {
      const upload = uploadTo("/", { headers: { "content-type": "application/x-www-form-urlencoded" } });
      const response = app.fetch(upload.request);
      upload.send("a=b");
      await settleAll();
      await clock.pass(100);
      assert.equal((await response).status, 504, name);
    }
    assert.equal(await status("/"), 200, name);
  }
});

test("uploads that stall until their reader gives up do not count", async (t) => {
  t.mock.method(console, "error", () => {});
  const url = await origin(t);
  const send = (c, signal) => fetch(url, { method: "POST", body: c.request.body, duplex: "half", signal });
  const handlers = {
    "the signal of a timeout around it": [(c) => send(c, c.get("signal")), 504],
    "a signal of its own": [(c) => send(c, AbortSignal.timeout(30)), 500],
    "a 504 of its own": [
      async (c) => {
        const late = new Promise((_, reject) => setTimeout(reject, 30, new HttpError(504, "late")));
        return Promise.race([c.readText(), late]);
      },
      504,
    ],
    "a reader that is cancelled": [
      async (c) => {
        const reader = c.request.body.getReader();
        await reader.read();
        reader.read();
        await c.get("clock").pass(30);
        await reader.cancel();
        throw Object.assign(new Error("late"), { name: "TimeoutError" });
      },
      500,
    ],
    "an origin that hangs up": [
      async (c) => {
        await Promise.race([c.readText(), c.get("clock").pass(1000)]);
        throw new TypeError("fetch failed");
      },
      500,
    ],
  };
  for (const [name, [handler, wanted]] of Object.entries(handlers)) {
    const clock = new Clock();
    const app = new Router();
    const isAround = name.includes("around");
    if (isAround) app.use(timeout({ ms: 100, timers: clock.timers }));
    app.use((c, next) => (c.set("clock", clock), next()));
    app.use(circuitBreaker({ failures: 3, now: clock.now }));
    app.post("/", handler);
    app.get("/", (c) => c.text("up"));
    for (let i = 0; i < 5; i++) {
      const upload = uploadTo("/");
      const response = app.fetch(upload.request);
      upload.send("a=b");
      await settleAll();
      if (!/origin|reader/.test(name)) await clock.pass(100);
      assert.equal((await response).status, wanted, name);
      await settleAll();
    }
    assert.equal((await app.request("/")).status, 200, name);
  }
});

test("a backend that fails while a body arrives, or after it, counts", async (t) => {
  t.mock.method(console, "error", () => {});
  const failures = {
    "a response of 503 before the body has come": () => new Response("overloaded", { status: 503 }),
    "a response of 500 while the body is waited for": async (c) => {
      c.request.body.getReader().read();
      return new Response("no", { status: 500 });
    },
    "an error between two pieces": async (c) => {
      await c.request.body.getReader().read();
      throw new TypeError("fetch failed");
    },
    "a 504 after the whole body": async (c) => {
      await c.readText();
      throw new HttpError(504, "the backend is late");
    },
    "no connection": (c) => fetch("http://127.0.0.1:1/", { method: "POST", body: c.request.body, duplex: "half" }),
  };
  for (const [name, handler] of Object.entries(failures)) {
    const { app, status } = uploadsApp({}, none, handler);
    for (let i = 0; i < 3; i++) {
      const upload = uploadTo("/");
      const response = app.fetch(upload.request);
      upload.send("piece");
      if (name.includes("whole")) upload.end();
      assert.ok((await response).status >= 500, name);
    }
    assert.equal(await status("/"), 503, name);
  }
  const { app, clock, status } = uploadsApp({}, ({ timers }) => [timeout({ ms: 100, timers })], async (c) => {
    await c.readText();
    return new Promise(() => {});
  });
  for (let i = 0; i < 3; i++) {
    const upload = uploadTo("/");
    const response = app.fetch(upload.request);
    upload.end();
    await clock.pass(100);
    assert.equal((await response).status, 504);
  }
  assert.equal(await status("/"), 503, "a timeout after the whole body");
});

test("refusals of limits inside do not count, also where a step turns them into responses", async (t) => {
  t.mock.method(console, "error", () => {});
  const stalled = (c) => c.readText();
  const inside = {
    "no queue": ({ now, timers }) => [concurrencyLimit({ limit: 1, now, timers })],
    "a full queue": ({ now, timers }) => [concurrencyLimit({ limit: 1, queue: 1, now, timers })],
    "a wait that is too long": ({ now, timers }) => [concurrencyLimit({ limit: 1, queue: 9, maxWait: 5, now, timers })],
    "a timeout in the queue": ({ now, timers }) => [
      timeout({ ms: 5, timers }),
      concurrencyLimit({ limit: 1, queue: 9, now, timers }),
    ],
  };
  for (const [name, make] of Object.entries(inside)) {
    for (const around of [none, () => [asResponse], () => [sharing()]]) {
      const inside = (clock) => [...around(), ...make(clock)];
      const { app, clock, status } = uploadsApp({ cooldown: 1e6 }, inside, stalled);
      app.fetch(uploadTo("/").request);
      await settle();
      const refused = Array.from({ length: 5 }, () => status("/"));
      await clock.pass(10000);
      for (const one of await Promise.all(refused)) assert.ok(one === 503 || one === 504, `${name}: ${one}`);
      for (let i = 0; i < 5; i++) {
        const next = app.request("/");
        await clock.pass(10000);
        assert.doesNotMatch(await (await next).text(), /failed too often/, name);
      }
    }
  }
});

test("refusals of a breaker inside do not count", async () => {
  let reached = 0;
  const count = (c, next) => (reached++, next());
  const { status } = uploadsApp({ failures: 2 }, ({ now }) => [count, circuitBreaker({ failures: 1, now })], none);
  assert.equal(await status("/down"), 502);
  for (let i = 0; i < 5; i++) assert.equal(await status("/"), 503);
  assert.equal(reached, 6, "the one around it lets all of them through");
});

test("half-open: a request without a body takes the place of a probe that waits for its client, at once", async () => {
  for (const milliseconds of [0, 1]) {
    const { app, clock, status, opens } = uploadsApp({}, none, async (c) => c.text(await c.readText()));
    await opens();
    await clock.pass(5000);
    const upload = uploadTo("/");
    const stalled = app.fetch(upload.request);
    await clock.pass(milliseconds);
    assert.equal(await status("/"), 200);
    assert.equal(await status("/down"), 502, "it is closed: one failure does nothing");
    assert.equal(await status("/"), 200);
    upload.breaks();
    assert.equal((await stalled).status, 400);
  }
});

test("half-open: a request with a body takes it after that client has taken a second in all", async () => {
  const { app, clock, status, opens } = uploadsApp({}, none, async (c) => c.text(await c.readText()));
  await opens();
  await clock.pass(5000);
  const slow = uploadTo("/");
  app.fetch(slow.request);
  for (let i = 0; i < 9; i++) {
    slow.send("."); // a piece every 100 ms: it is never silent for long
    await clock.pass(100);
    assert.equal((await app.fetch(uploadTo("/").request)).status, 503);
  }
  slow.send(".");
  await clock.pass(100);
  const other = uploadTo("/");
  const response = app.fetch(other.request);
  other.end();
  assert.equal((await response).status, 200);
  assert.equal(await status("/"), 200, "closed");
});

test("half-open: a flood of stalled uploads that never end: the others get through", async () => {
  const { app, clock, status, opens } = uploadsApp({}, none, async (c) => c.text(await c.readText()));
  await opens();
  await clock.pass(5000);
  for (let i = 0; i < 100; i++) {
    app.fetch(uploadTo("/").request);
    await clock.pass(1);
  }
  assert.equal(await status("/"), 200);
});

test("half-open: a single probe that stalls opens nothing after another cooldown", async () => {
  const { app, clock, opens } = uploadsApp({}, none, async (c) => c.text(await c.readText()));
  await opens();
  await clock.pass(5000);
  app.fetch(uploadTo("/").request);
  await clock.pass(5000);
  const upload = uploadTo("/");
  const response = app.fetch(upload.request);
  upload.end();
  assert.equal((await response).status, 200);
});

test("half-open: a probe whose upload is complete is lost if it never ends", async () => {
  const { app, clock, status, opens } = uploadsApp({}, none, async (c) => {
    await c.readText();
    return new Promise(() => {});
  });
  await opens();
  await clock.pass(5000);
  const upload = uploadTo("/");
  app.fetch(upload.request);
  upload.end();
  await clock.pass(4999);
  assert.equal(await status("/"), 503, "its place is taken");
  await clock.pass(1);
  assert.equal(await status("/"), 503, "open again");
  await clock.pass(5000);
  assert.equal(await status("/"), 200);
});

test("half-open: broken uploads and refusals of a rate limit inside close nothing", async (t) => {
  t.mock.method(console, "error", () => {});
  const limits = ({ now }) => [rateLimit({ rate: 0.001, burst: 3, key: (c) => c.header("x-who") ?? "", now })];
  const { app, clock, status, opens } = uploadsApp({}, limits, async (c) => c.text(await c.readText()));
  await opens();
  await clock.pass(5000);
  assert.equal(await status("/"), 429);
  const upload = uploadTo("/", { headers: { "x-who": "ada" } });
  upload.breaks();
  assert.equal((await app.fetch(upload.request)).status, 400);
  const failing = await app.request("/down", { headers: { "x-who": "grace" } });
  assert.equal(failing.status, 502);
  assert.equal(await status("/"), 503, "it was half-open: one failure opens it");
});

// ---------------------------------------------------------------- the states alone

/** The dullest of breakers: it keeps everything that ever happened, and computes its state from that. */
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
    const overdue = this.probes.filter(({ at, result }) => result === undefined && now >= at + this.options.cooldown);
    if (overdue.some((probe) => probe.waits() === undefined)) return this.become("open", now);
    this.probes = this.probes.filter((probe) => !overdue.includes(probe));
  }

  enter(now, patience) {
    this.look(now);
    const pass = { period: this.period, at: now, result: undefined, waits: () => undefined };
    if (this.state === "closed") return pass;
    if (this.state === "open") return undefined;
    if (this.probes.length === this.options.probes) {
      const waits = (probe) => probe.result === undefined && (probe.waits() ?? -1) >= patience;
      const index = this.probes.findIndex(waits);
      if (index < 0) return undefined;
      this.probes.splice(index, 1);
    }
    this.probes.push(pass);
    return pass;
  }

  report(pass, outcome, now) {
    this.look(now);
    if (pass.period !== this.period) return;
    if (this.state === "closed") {
      if (outcome === "failure") this.events.push(now);
      if (this.events.filter((at) => at > now - this.options.window).length >= this.options.failures)
        this.become("open", now);
      return;
    }
    if (!this.probes.includes(pass)) return;
    pass.result = outcome;
    if (outcome === "failure") return this.become("open", now);
    if (outcome === "unknown") this.probes.splice(this.probes.indexOf(pass), 1);
    else if (this.probes.filter(({ result }) => result === "success").length === this.options.probes)
      this.become("closed", now);
  }
}

test("random steps: it does what a dull one does, and never lets too many probes through", () => {
  const to = (max) => fc.integer({ min: 1, max });
  const options = fc.record({ failures: to(4), window: to(30), cooldown: to(30), probes: to(3) });
  const outcome = fc.constantFrom("failure", "failure", "success", "success", "unknown");
  const waits = fc.constantFrom(undefined, undefined, 0, 1, 5);
  const patience = fc.constantFrom(0, 3, Infinity);
  const step = fc.record({ enter: fc.boolean(), which: fc.nat(50), outcome, pause: fc.nat(12), waits, patience });
  const property = (given, steps) => {
    const [breaker, dull] = [new BreakerState(given), new DullBreaker(given)];
    const passed = [];
    let now = 0;
    for (const { enter, which, outcome: what, pause, waits: ms, patience: most } of steps) {
      now += pause;
      if (enter) {
        const [pass, other] = [breaker.enter(now, most), dull.enter(now, most)];
        assert.equal(pass !== undefined, other !== undefined);
        if (pass) {
          pass.waits = other.waits = () => ms;
          passed.push({ pass, other });
        } else assert.ok(breaker.wait(now) > 0);
      } else if (passed.length > 0) {
        const [{ pass, other }] = passed.splice(which % passed.length, 1);
        breaker.report(pass, what, now);
        dull.report(other, what, now);
      }
      dull.look(now);
      assert.equal(breaker.state(now), dull.state);
      assert.ok(dull.probes.length <= given.probes);
    }
  };
  fc.assert(fc.property(options, fc.array(step, { maxLength: 150 }), property), { numRuns: 1000 });
});
