// concurrencyLimit, by a clock that the test moves.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { HttpError, Router } from "#wye";
import { concurrencyLimit } from "../../js/middleware/concurrency-limit.js";
import { Semaphore } from "../../js/middleware/lib/semaphore.js";
import { timeout } from "../../js/middleware/timeout.js";
import { Clock, deferred, settle } from "./clock.mjs";

/** An app whose handlers run until the test lets them end: `running` has them, by the last segment of the path. */
function appWith(options, around = [], inside = []) {
  const clock = new Clock();
  const { now, timers } = clock;
  const app = new Router();
  const running = new Map();
  const limit = concurrencyLimit({ now, timers, ...options });
  app.use(...around.map((make) => make({ now, timers })), limit, ...inside.map((ms) => timeout({ ms, timers })));
  app.get("/:id", async (c) => {
    const id = c.param("id");
    const end = deferred();
    running.set(id, end);
    try {
      return await end.promise;
    } finally {
      running.delete(id);
    }
  });
  const ask = (id, init) => app.request(`/${id}`, init);
  const let_ = (id, response = new Response(id)) => running.get(id).resolve(response);
  return { app, clock, running, ask, end: let_ };
}

const statusOf = async (response) => (await response).status;

test("up to the limit run, the next ones wait, and beyond the queue it is 503", async () => {
  const { clock, running, ask, end } = appWith({ limit: 2, queue: 2, retryAfter: 7 });
  const responses = ["a", "b", "c", "d"].map((id) => ask(id));
  await settle();
  assert.deepEqual([...running.keys()], ["a", "b"]);
  const refused = await ask("e");
  assert.deepEqual([refused.status, refused.headers.get("retry-after")], [503, "7"]);
  end("b");
  assert.equal(await (await responses[1]).text(), "b");
  await settle();
  assert.deepEqual([...running.keys()], ["a", "c"]);
  end("a");
  end("c");
  assert.equal(await (await responses[0]).text() + (await (await responses[2]).text()), "ac");
  await settle();
  end("d");
  assert.equal(await (await responses[3]).text(), "d");
  assert.equal(clock.pending, 0, "timers");
});

test("without a queue nobody waits", async () => {
  const { ask } = appWith({ limit: 1 });
  ask("a");
  await settle();
  assert.equal(await statusOf(ask("b")), 503);
});

test("first come, first served: nobody overtakes those that wait", async () => {
  const { running, ask, end } = appWith({ limit: 1, queue: 9 });
  const order = [];
  const ids = ["a", "b", "c", "d"];
  const all = ids.map((id) => ask(id).then((response) => response.text()).then((text) => order.push(text)));
  await settle();
  for (const id of ids) {
    assert.deepEqual([...running.keys()], [id]);
    end(id);
    all.push(ask(`${id} late`).then((response) => response.text()));
    await settle();
  }
  for (const id of ids) {
    end(`${id} late`);
    await settle();
  }
  await Promise.all(all);
  assert.deepEqual(order, ids);
});

test("a request that waits too long gets 503", async () => {
  const { clock, ask, end } = appWith({ limit: 1, queue: 1, maxWait: 500 });
  const first = ask("a");
  const second = ask("b");
  await clock.pass(499);
  assert.equal(await statusOf(ask("c")), 503, "the queue is full");
  await clock.pass(1);
  assert.equal(await statusOf(second), 503);
  end("a");
  assert.equal(await statusOf(first), 200);
});

test("errors release permits, also those thrown at once", async () => {
  const { running, ask, end } = appWith({ limit: 1 });
  for (let i = 0; i < 3; i++) {
    const failing = ask("a");
    await settle();
    running.get("a").reject(new HttpError(418, "no"));
    assert.equal(await statusOf(failing), 418);
  }
  const app = new Router();
  app.use(concurrencyLimit({ limit: 1 }));
  app.get("/", () => {
    throw new HttpError(418, "at once");
  });
  assert.deepEqual([await statusOf(app.request("/")), await statusOf(app.request("/"))], [418, 418]);
  const fine = ask("b");
  await settle();
  end("b");
  assert.equal(await statusOf(fine), 200);
});

test("a request that a timeout has responded for counts until its handler settles, or its lease ends", async () => {
  const orders = { around: (limit, time) => [time, limit], inside: (limit, time) => [limit, time] };
  for (const [where, order] of Object.entries(orders)) {
    const clock = new Clock();
    const { now, timers } = clock;
    const app = new Router();
    const late = deferred();
    let running = 0;
    app.use(...order(concurrencyLimit({ limit: 1, lease: 1000, now, timers }), timeout({ ms: 100, timers })));
    app.get("/late", () => (running++, late.promise));
    app.get("/never", () => (running++, new Promise(() => {})));
    app.get("/now", (c) => c.text("now"));
    const first = app.request("/late");
    await clock.pass(100);
    assert.equal(await statusOf(first), 504, where);
    for (let i = 0; i < 20; i++) assert.equal(await statusOf(app.request("/late")), 503, where);
    assert.equal(running, 1, where);
    late.resolve(new Response("late"));
    await settle();
    const second = app.request("/never");
    await clock.pass(100);
    assert.equal(await statusOf(second), 504, where);
    await clock.pass(899);
    assert.equal(await statusOf(app.request("/now")), 503, where);
    await clock.pass(1);
    assert.equal(await statusOf(app.request("/now")), 200, where);
  }
});

test("two timeouts inside: what the inner one has abandoned counts too", async () => {
  const { clock, running, ask, end } = appWith({ limit: 1 }, [], [50, 100]);
  const first = ask("a");
  await clock.pass(50);
  assert.equal(await statusOf(first), 504);
  await clock.pass(50);
  assert.equal(await statusOf(ask("b")), 503);
  end("a");
  await settle();
  ask("c");
  await settle();
  assert.deepEqual([...running.keys()], ["c"]);
});

test("a handler that obeys the signal makes room at once", async () => {
  const clock = new Clock();
  const { now, timers } = clock;
  const app = new Router();
  app.use(concurrencyLimit({ limit: 1, queue: 1, now, timers }), timeout({ ms: 100, timers }));
  app.get("/", (c) => {
    const signal = c.get("signal");
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("stopped"))));
  });
  const [first, second] = [app.request("/"), app.request("/")];
  await clock.pass(100);
  assert.equal(await statusOf(first), 504);
  await clock.pass(100);
  assert.equal(await statusOf(second), 504, "it ran");
});

test("clients that abort at once: never more handlers than the limit, 200 times", async () => {
  const { running, ask, end } = appWith({ limit: 2, queue: 1 });
  let most = 0;
  for (let i = 0; i < 200; i++) {
    const client = new AbortController();
    ask(`${i}`, { signal: client.signal });
    await settle();
    client.abort();
    most = Math.max(most, running.size);
  }
  assert.equal(most, 2);
  const next = ask("next");
  for (const id of [...running.keys()]) end(id);
  await settle();
  end("next");
  assert.equal(await statusOf(next), 200);
});

test("a client that leaves while it waits gives its place in the queue to another one", async () => {
  const { running, ask, end } = appWith({ limit: 1, queue: 1 });
  const waiter = new AbortController();
  ask("a");
  await settle();
  const gone = ask("b", { signal: waiter.signal });
  await settle();
  waiter.abort();
  assert.equal(await statusOf(gone), 503, "for nobody");
  const next = ask("c");
  await settle();
  assert.deepEqual([...running.keys()], ["a"]);
  end("a");
  await settle();
  end("c");
  assert.equal(await statusOf(next), 200);
});

test("a response whose client has left is over at once, even if somebody reads it", async () => {
  const { running, ask, end } = appWith({ limit: 1 });
  const client = new AbortController();
  ask("a", { signal: client.signal });
  await settle();
  client.abort();
  const source = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1)) });
  end("a", new Response(source));
  await settle();
  ask("b");
  await settle();
  assert.deepEqual([...running.keys()], ["b"]);
});

test("a response whose body is used or locked, or anything but a response, loses no permit", async (t) => {
  t.mock.method(console, "error", () => {});
  const used = new Response("used");
  await used.text();
  const locked = new Response("locked");
  locked.body.getReader();
  for (const response of [used, locked, undefined, null, 17, "text", Response.error()]) {
    for (const around of [[], [({ timers }) => timeout({ ms: 100, timers })]]) {
      const { clock, running, ask, end } = appWith({ limit: 1 }, around);
      const first = ask("a");
      await clock.pass(around.length > 0 ? 100 : 0);
      end("a", response);
      await first;
      await settle();
      ask("b");
      await settle();
      assert.deepEqual([...running.keys()], ["b"]);
    }
  }
});

test("a synchronous chain stays synchronous", () => {
  const app = new Router();
  app.use(concurrencyLimit({ limit: 1 }));
  app.get("/", (c) => c.body(null, 204));
  for (let i = 0; i < 3; i++) assert.equal(app.fetch(new Request("http://localhost/")).status, 204);
});

test("the clock steps by an hour, either way: the time to wait and the leases still end", async () => {
  for (const hour of [-3600000, 3600000]) {
    const clock = new Clock();
    let step = 0;
    const app = new Router();
    const { timers } = clock;
    const now = () => clock.now() + step;
    app.use(concurrencyLimit({ limit: 1, queue: 2, lease: 5000, maxWait: 1000, now, timers }));
    app.get("/never", () => new Promise(() => {}));
    app.get("/now", (c) => c.body(null, 204));
    app.request("/never");
    await settle();
    const second = app.request("/now");
    await clock.pass(100);
    step = hour;
    await clock.pass(2000);
    assert.equal(await statusOf(second), hour < 0 ? 503 : 204);
    await clock.pass(5000);
    assert.equal(await statusOf(app.request("/now")), 204);
  }
});

test("a permit comes back when its lease ends; each part of a body renews the lease", async () => {
  const { clock, running, ask, end } = appWith({ limit: 1, lease: 1000 });
  ask("lost");
  await clock.pass(999);
  assert.equal(await statusOf(ask("a")), 503);
  await clock.pass(1);
  const streaming = ask("b");
  await settle();
  assert.deepEqual([...running.keys()], ["lost", "b"]);
  let source;
  end("b", new Response(new ReadableStream({ start: (controller) => void (source = controller) })));
  const reader = (await streaming).body.getReader();
  for (let part = 0; part < 3; part++) {
    await clock.pass(900);
    source.enqueue(new Uint8Array(1));
    await reader.read();
    assert.equal(await statusOf(ask("c")), 503);
  }
  await clock.pass(1000);
  ask("d");
  await settle();
  assert.ok(running.has("d"));
});

test("a permit is held until the body was read or cancelled, or broke off", async () => {
  const endings = {
    read: (reader, source) => (source.close(), reader.read()),
    cancelled: (reader) => reader.cancel("enough"),
    broken: (reader, source) => (source.error(new Error("broken")), reader.read().catch(() => {})),
  };
  for (const [name, finish] of Object.entries(endings)) {
    const { ask, end } = appWith({ limit: 1 });
    const first = ask("a");
    await settle();
    let source, reason;
    const start = (controller) => void (source = controller);
    end("a", new Response(new ReadableStream({ start, cancel: (why) => void (reason = why) }), { status: 203 }));
    const response = await first;
    assert.equal(response.status, 203);
    const reader = response.body.getReader();
    source.enqueue(new TextEncoder().encode("part"));
    assert.equal(new TextDecoder().decode((await reader.read()).value), "part");
    assert.equal(await statusOf(ask("b")), 503, name);
    await finish(reader, source);
    const second = ask("c");
    await settle();
    end("c");
    assert.equal(await statusOf(second), 200, name);
    assert.equal(reason, name === "cancelled" ? "enough" : undefined);
  }
});

test("bodies: false, a response without a body, and HEAD release it when the response is made", async () => {
  for (const [options, body, method] of [[{ bodies: false }, "text", "GET"], [{}, null, "GET"], [{}, "text", "HEAD"]]) {
    const { ask, end } = appWith({ limit: 1, ...options });
    for (let i = 0; i < 3; i++) {
      const response = ask("a", { method });
      await settle();
      end("a", new Response(body));
      assert.equal(await statusOf(response), 200);
      await settle();
    }
  }
});

test("a stream of c.stream holds its permit until it ends", async () => {
  const app = new Router();
  const go = deferred();
  app.get("/", concurrencyLimit({ limit: 1 }), (c) =>
    c.stream(async (writer) => {
      await writer.write("one ");
      await go.promise;
      await writer.write("two");
    }),
  );
  const response = await app.request("/");
  assert.equal(await statusOf(app.request("/")), 503);
  go.resolve();
  assert.equal(await response.text(), "one two");
  assert.equal(await (await app.request("/")).text(), "one two");
});

test("5,000 waiting requests do nothing for seconds, and are served in order", async () => {
  const app = new Router();
  const most = 5000;
  const order = [];
  const first = deferred();
  app.use(concurrencyLimit({ limit: 1, queue: most, maxWait: 60000 }));
  app.get("/first", () => first.promise);
  app.get("/:id", async (c) => {
    order.push(Number(c.param("id")));
    return c.body(null, 204);
  });
  app.request("/first");
  const all = Array.from({ length: most }, (_, i) => app.request(`/${i}`));
  await sleep(500);
  const before = process.cpuUsage();
  await sleep(2000);
  const { user, system } = process.cpuUsage(before);
  first.resolve(new Response(null));
  for (const response of await Promise.all(all)) assert.equal(response.status, 204);
  assert.deepEqual(order, Array.from({ length: most }, (_, i) => i));
  assert.ok(user + system < 200_000, `${(user + system) / 1000} ms of a processor in 2000 ms`);
});

test("invalid options are errors", () => {
  const wrong = [{}, { limit: 0 }, { limit: 1.5 }, { queue: -1 }, { maxWait: 0 }, { lease: NaN }, { retryAfter: "x" }];
  wrong.push({ bodies: 1 }, { now: 5 });
  for (const options of wrong.map((one, i) => (i < 3 ? one : { limit: 1, ...one })))
    assert.throws(() => concurrencyLimit(options), { code: "BAD_ARGUMENT", message: /concurrencyLimit: \w+ must be/ });
  assert.throws(() => concurrencyLimit({ limit: 1, max: 2 }), {
    code: "BAD_ARGUMENT",
    message: /concurrencyLimit has no option max; its options are limit, queue,/,
  });
});

// ---------------------------------------------------------------- the semaphore alone

/** A waiter, as a semaphore sees it. */
class Waiter {
  isLive = true;
  woken = 0;

  wake() {
    this.woken++;
  }
}

/** A semaphore made of arrays, which is told who is silent. */
class DullSemaphore {
  held = [];
  queue = [];

  constructor(limit, most) {
    Object.assign(this, { limit, most });
  }

  next() {
    return this.held.length < this.limit && this.queue.length > 0 ? this.queue[0] : undefined;
  }
}

test("random steps: never more permits than the limit, never more waiters than the queue, always in order", () => {
  const step = fc.record({ what: fc.constantFrom("come", "give", "leave", "look"), which: fc.nat(20) });
  const property = (limit, queue, steps) => {
    const clock = new Clock();
    const semaphore = new Semaphore({ limit, queue, lease: 1e9, now: clock.now });
    const dull = new DullSemaphore(limit, queue);
    for (const { what, which } of steps) {
      if (what === "come") {
        const permit = semaphore.acquire();
        assert.equal(permit !== undefined, dull.held.length < limit && dull.queue.length === 0);
        if (permit) dull.held.push(permit);
        const waiter = new Waiter();
        const joined = permit === undefined && semaphore.join(waiter);
        assert.equal(joined, permit === undefined && dull.queue.length < queue);
        if (joined) dull.queue.push(waiter);
      } else if (what === "give" && dull.held.length > 0) {
        const [permit] = dull.held.splice(which % dull.held.length, 1);
        semaphore.release(permit);
        semaphore.release(permit);
      } else if (what === "leave" && dull.queue.length > 0) {
        semaphore.leave(dull.queue.splice(which % dull.queue.length, 1)[0]);
      } else if (what === "look" && dull.queue.length > 0) {
        const waiter = dull.queue[which % dull.queue.length];
        const permit = semaphore.acquire(waiter);
        assert.equal(permit !== undefined, waiter === dull.next());
        if (permit) dull.held.push(dull.queue.shift() && permit);
      }
      assert.deepEqual([semaphore.held, semaphore.waiting], [dull.held.length, dull.queue.length]);
    }
  };
  const limits = fc.integer({ min: 1, max: 4 });
  fc.assert(fc.property(limits, fc.nat(5), fc.array(step, { maxLength: 120 }), property), { numRuns: 300 });
});

test("silent waiters are passed over; one that turns up after all goes first", () => {
  const semaphore = new Semaphore({ limit: 1, queue: 2, lease: 1e9, now: () => 0 });
  const permit = semaphore.acquire();
  const [silent, other, third] = [1, 2, 3].map(() => new Waiter());
  semaphore.join(silent);
  semaphore.join(other);
  assert.equal(semaphore.join(third), false);
  silent.isLive = false;
  semaphore.release(permit);
  assert.deepEqual([silent.woken, other.woken], [0, 1]);
  const taken = semaphore.acquire(other);
  assert.ok(taken, "the silent one does not stop the next one");
  assert.equal(semaphore.join(third), true);
  silent.isLive = true;
  semaphore.release(taken);
  assert.ok(semaphore.acquire(silent));
});

test("a waiter that finds it is another's turn wakes that one", async () => {
  const clock = new Clock();
  const semaphore = new Semaphore({ limit: 1, queue: 2, lease: 100, now: clock.now });
  semaphore.acquire();
  const [first, second] = [new Waiter(), new Waiter()];
  semaphore.join(first);
  semaphore.join(second);
  assert.equal(semaphore.untilLease, 100);
  await clock.pass(100);
  assert.equal(semaphore.acquire(second), undefined);
  assert.deepEqual([first.woken, second.woken], [1, 0]);
  assert.ok(semaphore.acquire(first));
});

test("a full queue of silent waiters counts as empty", () => {
  const semaphore = new Semaphore({ limit: 1, queue: 2, lease: 1e9, now: () => 0 });
  semaphore.acquire();
  const waiters = [new Waiter(), new Waiter()];
  for (const waiter of waiters) assert.equal(semaphore.join(waiter), true);
  assert.equal(semaphore.join(new Waiter()), false);
  for (const waiter of waiters) waiter.isLive = false;
  assert.equal(semaphore.join(new Waiter()), true);
  assert.equal(semaphore.waiting, 1);
});
