// Slots of requests that never end come back, in Node; those of requests that only take long are left alone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate, setTimeout } from "node:timers/promises";
import { Router } from "wye";
import { collect } from "./collect.mjs";

const never = () => new Promise(() => {});

/** A promise that is settled from outside, and what settles it. */
function outside() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}

/** Begins requests whose answers nobody waits for. */
function drop(app, path, count, init) {
  for (let i = 0; i < count; i++) app.fetch(new Request(`http://localhost${path}/${i}`, init));
}

const statuses = async (app, count) => {
  const answers = await Promise.all(Array.from({ length: count }, (_, i) => app.request(`/wait/${i}`)));
  return answers.filter(({ status }) => status === 200).length;
};

/** An app with a route that takes two turns of the loop. */
function appOf(maxContexts) {
  const app = new Router({ maxContexts });
  app.get("/wait/:id", async (c) => {
    await setImmediate();
    return c.text(c.param("id"));
  });
  return app;
}

/** What a handler that nothing wakes may hang on. What it waits for hangs on the slot itself in some of them. */
const DEAD = {
  "a promise that nobody settles": (c) => never().then(() => c.text("")),
  "a promise in the store": async (c) => {
    c.set("user", never());
    return c.text(await c.get("user"));
  },
  "an error's handler": async () => {
    throw new Error("on purpose");
  },
  "the client's leaving": (c) =>
    new Promise((resolve) => c.request.signal.addEventListener("abort", () => resolve(c.text("")))),
  "a body that does not come": async (c) => c.text(await c.readText()),
  "the next step": async (c) => {
    const response = await c.next();
    return response;
  },
  "a stream that is not read": (c) => c.stream(async (writer) => writer.write(c.url)),
  "a stream without a word": (c) => c.stream(never),
};

for (const [what, handler] of Object.entries(DEAD)) {
  test(`slots of handlers that wait for ${what} come back`, async () => {
    const app = appOf(200);
    app.onError(never);
    app.post("/dead/:id", handler, never);
    const init = () => ({ method: "POST", body: new ReadableStream({ pull: never }), duplex: "half" });
    for (let i = 0; i < 200; i++) app.fetch(new Request(`http://localhost/dead/${i}`, init()));
    await setImmediate();
    assert.equal(app.contexts.used, 200);
    assert.equal(await statuses(app, 8), 0); // the pool is exhausted, and looks at its slots for the first time
    await collect();
    assert.equal(await statuses(app, 200), 200);
    assert.deepEqual(app.contexts, { slots: 200, used: 0, highWater: 200, maximum: 200 });
  });
}

test("a pool that can grow takes back what is lost before it grows further", async () => {
  const app = appOf(16384);
  app.get("/dead/:id", never);
  for (let round = 0; round < 24; round++) {
    drop(app, "/dead", 64);
    await collect();
  }
  assert.ok(app.contexts.slots <= 256, `${app.contexts.slots} slots for 64 requests at a time`);
});

test("an exhausted pool calls the collector by itself", async (t) => {
  const app = appOf(500);
  app.get("/dead/:id", never);
  drop(app, "/dead", 500);
  let refused = 0;
  while ((await statuses(app, 1)) === 0 && refused < 4096) {
    refused++;
    await setImmediate();
  }
  t.diagnostic(`${refused} requests were refused until it came`);
  assert.ok(refused < 4096, "4096 requests were refused on end");
});

/** Handlers that take long, each held by nothing but what will wake it. */
const ALIVE = {
  "a promise": async (c, wake) => {
    await wake;
    return c.text(c.param("id"));
  },
  "a promise, without c": async (c, wake) => {
    const id = c.param("id");
    c = undefined;
    await wake;
    return new Response(id);
  },
  "a promise in the store": async (c, wake) => {
    c.set("wake", wake.then(() => c.param("id")));
    const id = await c.get("wake");
    return c.text(c.get("wake") === undefined ? "the store is empty" : id);
  },
  "the next step": async (c, wake) => {
    c.set("wake", wake);
    return await c.next();
  },
  "a late next": async (c, wake) => {
    await wake;
    c.set("wake", wake);
    return c.next();
  },
  "an error": async (c, wake) => {
    await wake;
    throw new Error(c.param("id"));
  },
  "a stream": (c, wake) => c.stream(async (writer) => {
    await wake;
    await writer.write(c.param("id"));
  }),
  "a generator": (c, wake) => c.stream((async function* () {
    await wake;
    yield c.param("id");
  })()),
  "a body": async (c) => c.text(`${await c.readText()}`),
};

for (const [what, handler] of Object.entries(ALIVE)) {
  test(`slots of handlers that will go on by ${what} are left alone`, async () => {
    const app = appOf(100);
    const { promise, resolve } = outside();
    app.onError((error, c) => c.text(c.error === error && error.message === c.param("id") ? error.message : "wrong"));
    app.post("/alive/:id", (c) => handler(c, promise), async (c) => {
      await c.get("wake");
      return c.text(c.param("id"));
    });
    const sent = (id, controller) => promise.then(() => (controller.enqueue(Buffer.from(id)), controller.close()));
    const body = (id) => new ReadableStream({ pull: (controller) => sent(id, controller) });
    const ask = (id) => app.request(`/alive/${id}`, { method: "POST", body: body(id), duplex: "half" });
    const answers = Array.from({ length: 100 }, (_, i) => ask(`${i}`).then((response) => response.text()));
    for (let round = 0; round < 5; round++) {
      await collect();
      assert.equal(await statuses(app, 10), 0);
    }
    resolve();
    assert.deepEqual(await Promise.all(answers), Array.from({ length: 100 }, (_, i) => `${i}`));
    assert.equal(app.contexts.used, 0);
  });
}

test("a kept c is good while its request may go on, and stale when the slot was taken back", async () => {
  const app = appOf(1);
  const kept = [];
  app.get("/dead/:id", (c) => (kept.push(c), never()));
  drop(app, "/dead", 1);
  assert.equal(await statuses(app, 1), 0);
  assert.equal(kept[0].param("id"), "0"); // in doubt, and taken up again
  assert.equal(await statuses(app, 1), 0);
  await collect();
  assert.equal(await statuses(app, 1), 1);
  assert.throws(() => kept[0].param("id"), { code: "STALE" });
  drop(app, "/dead", 1);
  assert.throws(() => kept[0].next(), { code: "STALE" });
  assert.equal(kept[1].param("id"), "0");
});

test("clients that left: their slots are taken where no more may be made, and only there", async () => {
  const app = appOf(128);
  const { promise, resolve } = outside();
  const late = [];
  app.get("/late/:id", async (c) => {
    await promise;
    late.push(await Promise.resolve().then(() => c.param("id")).catch(({ code }) => code));
    throw new Error("after its client left");
  });
  app.onError(({ message }, c) => c.text(message, 500));
  const client = new AbortController();
  const answers = Array.from({ length: 128 }, (_, i) => app.request(`/late/${i}`, { signal: client.signal }));
  assert.equal(app.contexts.highWater, 128);
  client.abort();
  assert.equal(await statuses(app, 28), 28);
  resolve();
  const given = (await Promise.all(answers)).map(({ status }) => status);
  assert.equal(late.length, 128);
  const taken = late.flatMap((read, i) => (read === "STALE" ? [i] : []));
  assert.ok(taken.length >= 28, `${taken.length} slots were taken`);
  for (const [i, read] of late.entries()) assert.equal(read, taken.includes(i) ? "STALE" : `${i}`);
  assert.deepEqual(given, late.map((read) => (read === "STALE" ? 499 : 500)));
  assert.equal(app.contexts.used, 0);

  const roomy = appOf(129);
  roomy.get("/late/:id", async (c) => (await setTimeout(5), c.text(c.param("id"))));
  const gone = Array.from({ length: 128 }, (_, i) => roomy.request(`/late/${i}`, { signal: AbortSignal.abort() }));
  assert.equal(await statuses(roomy, 1), 1);
  const read = await Promise.all(gone.map(async (answer) => (await answer).text()));
  assert.deepEqual(read, Array.from({ length: 128 }, (_, i) => `${i}`));
});

test("a handler that throws after its client left gives its slot back", async () => {
  const app = appOf(64);
  app.onError((error, c) => c.text(error.message, 500));
  app.get("/throws/:id", async (c) => {
    await setImmediate();
    throw new Error(c.param("id"));
  });
  const client = new AbortController();
  const answers = Array.from({ length: 64 }, (_, i) => app.request(`/throws/${i}`, { signal: client.signal }));
  client.abort();
  assert.deepEqual((await Promise.all(answers)).map(({ status }) => status), Array(64).fill(500));
  assert.equal(app.contexts.used, 0);
});

test("streams that their clients cancel give their slots back at once", async () => {
  const app = appOf(64);
  app.get("/endless/:id", (c) => c.stream(async (writer) => {
    for (;;) await writer.write(`${c.param("id")}\n`);
  }));
  for (let round = 0; round < 10; round++) {
    const answers = await Promise.all(Array.from({ length: 64 }, (_, i) => app.request(`/endless/${i}`)));
    const readers = answers.map(({ body }) => body.getReader());
    assert.equal(app.contexts.used, 64);
    for (const [i, reader] of readers.entries()) {
      assert.equal(new TextDecoder().decode((await reader.read()).value), `${i}\n`);
      await reader.cancel();
    }
    assert.equal(app.contexts.used, 0);
  }
});
