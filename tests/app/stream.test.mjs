// Streamed responses: what they are made of, how they end, and what is told of errors.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Router } from "#wye";
import { HERE, later, logged, rounds, said } from "./support.mjs";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A ReadableStream of texts; `fate` tells what becomes of it. */
function streamOf(texts, fate = {}) {
  const left = texts.map((text) => encoder.encode(text));
  return new ReadableStream({
    pull(controller) {
      if (left.length === 0) return controller.close();
      return controller.enqueue(left.shift());
    },
    cancel(reason) {
      fate.cancelled = reason ?? true;
    },
  });
}

async function* generate(texts, fate = {}) {
  try {
    for (const text of texts) yield text;
    fate.ended = true;
  } finally {
    fate.finished = true;
  }
}

/** Each kind of source, for texts. */
const SOURCES = {
  "a ReadableStream": (texts, fate) => streamOf(texts, fate),
  "an async generator": (texts, fate) => generate(texts, fate),
  "a generator of bytes": (texts, fate) => generate(texts.map((text) => encoder.encode(text)), fate),
  "an async iterable without return()": (texts) => {
    const left = [...texts];
    const next = async () => ({ done: left.length === 0, value: left.shift() });
    return { [Symbol.asyncIterator]: () => ({ next }) };
  },
  "a function that waits for its writes": (texts) => async (writer) => {
    for (const text of texts) await writer.write(text);
  },
  "a function that does not": (texts) => (writer) => {
    for (const text of texts) writer.write(encoder.encode(text));
  },
  "a generator function": (texts, fate) => async function* () {
    yield* generate(texts, fate);
  },
  "a generator function that does not wait": (texts) => function* () {
    yield* texts;
  },
  "a function that returns a generator": (texts, fate) => () => generate(texts, fate),
  "a function that returns a stream later": (texts, fate) => async () => (await null, streamOf(texts, fate)),
  "a function that writes, then returns a generator later": (texts, fate) => async (writer) => {
    await writer.write(texts[0]);
    return generate(texts.slice(1), fate);
  },
  "an array": (texts) => texts,
  "a set": (texts) => new Set(texts),
};

/** An app that streams at /x. */
function streaming(makeSource, ...middleware) {
  const app = new Router();
  if (middleware.length > 0) app.use(...middleware);
  app.get("/x", (c) => c.stream(makeSource(c), { headers: { "x-a": "1" } }));
  return app;
}

for (const [kind, source] of Object.entries(SOURCES)) {
  test(`${kind}: is sent`, async () => {
    const app = streaming(() => source(["é", "b", "", "c"]));
    const response = await app.request("/x");
    assert.deepEqual([response.status, response.headers.get("x-a")], [200, "1"]);
    assert.equal(response.headers.get("content-type"), null);
    assert.equal(await response.text(), "ébc");
  });

  test(`${kind}: its reader leaves in the middle, or before it begins`, async () => {
    const fate = {};
    const app = streaming(() => source(["a", "b", "c", "d", "e"], fate));
    const reader = (await app.request("/x")).body.getReader();
    assert.equal(decoder.decode((await reader.read()).value), "a");
    await reader.cancel("enough");
    await rounds();
    if (kind.includes("stream") || kind.includes("Stream")) assert.ok(fate.cancelled);
    if (kind.includes("an async generator")) assert.deepEqual(fate, { finished: true });
    const other = {};
    await (await streaming(() => source(["a"], other)).request("/x")).body.cancel();
    await rounds();
    assert.deepEqual(other, kind === "a ReadableStream" ? { cancelled: true } : {});
  });

  test(`${kind}: HEAD has no body`, async () => {
    const app = streaming(() => source(["a", "b"]));
    const response = await app.request("/x", { method: "HEAD" });
    assert.deepEqual([response.status, response.body, response.headers.get("x-a")], [200, null, "1"]);
    await rounds();
  });

  test(`${kind}: another response takes its place`, async (t) => {
    logged(t);
    const responses = [
      (c) => c.text("other"),
      () => new Response("other"),
      () => {
        throw new Error("other");
      },
      (c) => c.stream(generate(["other"])),
    ];
    for (const respond of responses) {
      const app = streaming(() => source(["a", "b"]), async (c, next) => {
        await next();
        return respond(c);
      });
      const text = await (await app.request("/x")).text();
      assert.ok(["other", "500 Internal Server Error"].includes(text));
      await rounds();
    }
  });

  test(`${kind}: a middleware wraps the response`, async () => {
    const wraps = {
      "a new Response": (r) => new Response(r.body, r),
      "through a TransformStream": (r) => new Response(r.body.pipeThrough(new TransformStream()), r),
      "a clone": (r) => {
        r.clone().body.cancel();
        return r;
      },
      "a text": async (r) => new Response(await r.text(), r),
    };
    for (const [how, wrap] of Object.entries(wraps)) {
      const app = streaming(() => source(["a", "b", "c"]), async (c, next) => {
        c.header("x-outer", "1");
        return wrap(await next());
      });
      const response = await app.request("/x");
      assert.deepEqual([response.headers.get("x-a"), response.headers.get("x-outer")], ["1", "1"], how);
      assert.equal(await response.text(), "abc", how);
      if (how === "a clone") continue;
      const left = await app.request("/x");
      await left.body.cancel();
      await rounds();
    }
  });
}

/* ------------------------------------------------------------------ c in a stream */

test("c can be used during the stream and after it, and belongs to its own request", async () => {
  const seen = [];
  const doors = [later(), later()];
  let kept;
  const app = new Router();
  app.get("/:x", (c) =>
    c.stream(async (writer) => {
      kept = c;
      c.set("k", "v");
      for (const door of doors) {
        await door.promise;
        seen.push([c.param("x"), c.query("q"), c.get("k"), c.path]);
        await writer.write("piece");
      }
    }),
  );
  app.get("/other/:x", (c) => c.text(c.param("x")));
  const text = app.request("/mine?q=1").then((response) => response.text());
  await rounds();
  for (const door of doors) {
    assert.equal(await said(app, "/other/2"), "200 2");
    door.resolve();
    await rounds();
  }
  assert.equal(await text, "piecepiece");
  assert.deepEqual(seen, [["mine", "1", "v", "/mine"], ["mine", "1", "v", "/mine"]]);
  assert.deepEqual([kept.param("x"), kept.query("q"), kept.get("k"), kept.path], ["mine", "1", "v", "/mine"]);
});

test("c works in a generator's finally, after an end and after a cancel", async () => {
  const seen = [];
  const app = streaming((c) =>
    (async function* () {
      try {
        yield "a";
        yield "b";
      } finally {
        seen.push(c.path);
      }
    })(),
  );
  assert.equal(await said(app, "/x"), "200 ab");
  const reader = (await app.request("/x")).body.getReader();
  await reader.read();
  await reader.cancel();
  await rounds();
  assert.deepEqual(seen, ["/x", "/x"]);
});

test("c works in timers, in waitUntil and in callbacks, long after its response", async () => {
  const told = [];
  const kept = [];
  const app = new Router();
  app.post("/:x", async (c) => {
    kept.push(c);
    c.set("k", c.param("x"));
    const tell = (where) => async () =>
      told.push([where, c.param("x"), c.get("k"), c.query("q"), c.path, c.header("x-a"), c.env.E, await c.readText()]);
    setTimeout(tell("timer"), 5);
    c.executionCtx.waitUntil(rounds(4).then(tell("waitUntil")));
    await c.read();
    return c.text(c.requestId);
  });
  const waits = [];
  const executionCtx = { waitUntil: (promise) => waits.push(promise) };
  const initOf = (n) => ({ method: "POST", body: `${n}`, headers: { "x-a": `${n}` } });
  const send = (n) => app.request(`/${n}?q=${n}`, initOf(n), { E: n }, executionCtx);
  const ids = await Promise.all(Array.from({ length: 50 }, async (_, n) => (await send(n)).text()));
  await Promise.all(waits);
  await new Promise((resolve) => setTimeout(resolve, 20));
  for (let i = 0; i < 100; i++) await send(1000 + i);
  assert.equal(told.length >= 100, true);
  for (const [where, x, k, q, path, field, env, body] of told)
    assert.deepEqual([k, q, path, field, String(env), body], [x, x, `/${x}`, x, x, x], where);
  for (const [n, c] of kept.slice(0, 50).entries()) {
    assert.deepEqual([c.requestId, c.int("x"), c.params(), c.routePattern], [ids[n], n, { x: `${n}` }, "/:x"]);
    assert.equal(await c.text("still").text(), "still");
  }
});

test("a function that goes on after its reader has left fails by itself", async () => {
  const failures = [];
  const app = streaming(() => async (writer) => {
    for (;;) {
      try {
        await writer.write("piece");
      } catch (error) {
        failures.push(error);
        throw error;
      }
    }
  });
  const reader = (await app.request("/x")).body.getReader();
  await reader.read();
  await reader.cancel();
  await rounds();
  assert.equal(failures.length, 1);
});

test("a write waits for its reader", async () => {
  let written = 0;
  const app = streaming(() => async (writer) => {
    for (; written < 100; written++) await writer.write("x");
  });
  const response = await app.request("/x");
  await rounds(10);
  assert.ok(written < 5, `${written} pieces were written that nobody has read`);
  assert.equal((await response.text()).length, 100);
});

/* ------------------------------------------------------------------ errors */

const FAILING = {
  async *"a generator that throws" () {
    yield "a";
    throw new Error("broken");
  },
  "a function that throws": async (writer) => {
    await writer.write("a");
    throw new Error("broken");
  },
  "a function that throws at once": () => {
    throw new Error("broken");
  },
  async *"a generator of numbers" () {
    yield 5;
  },
  async *"a generator of nothing" () {
    yield undefined;
  },
  "a function that writes an object": async (writer) => {
    await writer.write({});
  },
  "a ReadableStream of objects": () => undefined,
  "a ReadableStream that fails": () => undefined,
};

const failingSource = (kind) => {
  if (kind === "a ReadableStream of objects")
    return new ReadableStream({ start: (controller) => controller.enqueue({}) });
  if (kind === "a ReadableStream that fails")
    return new ReadableStream({ start: (controller) => controller.error(new Error("broken")) });
  return FAILING[kind].constructor.name === "AsyncGeneratorFunction" ? FAILING[kind]() : FAILING[kind];
};

for (const kind of Object.keys(FAILING)) {
  test(`${kind}: the body breaks off, and what is told of errors is told`, async (t) => {
    const errors = logged(t);
    const told = [];
    const tell = (error, c) => told.push([error.message, c.path]);
    for (const options of [{}, { report: tell }]) {
      const app = new Router(options);
      app.get("/x", (c) => c.stream(failingSource(kind))).onError(() => assert.fail("onError was asked"));
      const response = await app.request("/x");
      await assert.rejects(response.text(), /broken|c\.stream: a piece must be a string or a Uint8Array/);
      await rounds();
    }
    assert.deepEqual(told, [[errors[0].message, "/x"]]);
    assert.equal(errors.length, 1);
  });
}

test("an error after the reader has left is not reported", async (t) => {
  const errors = logged(t);
  const door = later();
  const app = streaming(() => async (writer) => {
    await writer.write("a");
    await door.promise;
    throw new Error("late");
  });
  const reader = (await app.request("/x")).body.getReader();
  await reader.read();
  await reader.cancel();
  door.resolve();
  await rounds();
  assert.deepEqual(errors, []);
});

test("cancel does not wait for the source's cleanup", async () => {
  const never = new Promise(() => {});
  for (const source of [
    () => (async function* () {
      try {
        yield "a";
        yield "b";
      } finally {
        await never;
      }
    })(),
    () => async (writer) => {
      await writer.write("a");
      await never;
    },
    () => new ReadableStream({ pull: (controller) => controller.enqueue(encoder.encode("a")), cancel: () => never }),
    () => ({ [Symbol.asyncIterator]: () => ({ next: async () => ({ value: "a" }), return: () => never }) }),
  ]) {
    const reader = (await streaming(source).request("/x")).body.getReader();
    await reader.read();
    const { body } = await streaming(source).request("/x");
    for (const cancelled of [reader.cancel(), body.cancel()]) {
      const first = await Promise.race([cancelled.then(() => "cancelled"), rounds(20).then(() => "waits")]);
      assert.equal(first, "cancelled");
    }
  }
});

test("a writer learns that its reader left, at once or when it asks", async () => {
  const told = [];
  let writer;
  const app = streaming(() => async (given) => {
    writer = given;
    given.onAbort(() => told.push("listener"));
    await given.write("a");
    await later().promise;
  });
  const reader = (await app.request("/x")).body.getReader();
  await reader.read();
  assert.equal(writer.aborted, false);
  await reader.cancel();
  assert.equal(writer.aborted, true);
  writer.onAbort(() => told.push("late listener"));
  assert.deepEqual(told, ["listener", "late listener"]);
});

test("a generator that yields something unsendable is ended", async (t) => {
  logged(t);
  const fate = {};
  const app = streaming(() => generate([5, 6], fate));
  await assert.rejects((await app.request("/x")).text());
  await rounds();
  assert.deepEqual(fate, { finished: true });
});

const NO_SOURCES = {
  nothing: undefined, null: null, "a text": "x", "a number": 1, "an object": {}, "bytes": new Uint8Array(1),
};

for (const [what, source] of Object.entries(NO_SOURCES))
  test(`${what} is no source`, async () => {
    const app = streaming(() => source);
    app.onError((error, c) => c.text(error.message, 500));
    assert.match(await said(app, "/x"), /^500 c\.stream: a source must be a ReadableStream, an iterable/);
  });

test("a locked stream is not a valid source", async () => {
  const source = streamOf(["a"]);
  source.getReader();
  const app = streaming(() => source);
  app.onError((error, c) => c.text(error.message, 500));
  assert.match(await said(app, "/x"), /^500 c\.stream: a ReadableStream must not be locked/);
});

/* ------------------------------------------------------------------ several streams */

test("a stream may be made inside another one, after the response was sent", async () => {
  const app = streaming((c) => async (writer) => {
    const inner = c.stream(generate(["inner"]));
    await writer.write(`<${await inner.text()}>`);
  });
  assert.equal(await said(app, "/x"), "200 <inner>");
});

test("an empty stream, and one that ended before the response was returned, are sent", async () => {
  const app = streaming(() => generate([]), async (c, next) => {
    const response = await next();
    await rounds();
    return response;
  });
  assert.equal(await said(app, "/x"), "200 ");
});

test("concurrent streams each have their own c", async () => {
  const app = new Router();
  app.get("/:n", (c) =>
    c.stream(async (writer) => {
      for (let i = 0; i < 3; i++) {
        await rounds((Number(c.param("n")) + i) % 3);
        await writer.write(`${c.param("n")} `);
      }
    }),
  );
  const texts = await Promise.all(
    Array.from({ length: 200 }, async (_, n) => (await app.fetch(new Request(`${HERE}/${n}`))).text()),
  );
  assert.deepEqual(texts, texts.map((_, n) => `${n} `.repeat(3)));
});

/* ------------------------------------------------------------------ events */

const EVENTS = [
  // event, its text
  ["a", "data: a\n\n"],
  ["a\nb\r\nc\rd", "data: a\ndata: b\ndata: c\ndata: d\n\n"],
  ["", "data: \n\n"],
  [{ data: { a: 1 } }, 'data: {"a":1}\n\n'],
  [{ data: "x", event: "tick", id: "7", retry: 500 }, "event: tick\nid: 7\nretry: 500\ndata: x\n\n"],
  [{ comment: "alive" }, ": alive\n\n"],
  [{ id: "7" }, "id: 7\n\n"],
];

test("c.events sends events from an iterable or a function", async () => {
  const app = new Router();
  const all = EVENTS.map(([event]) => event);
  app.get("/iterable", (c) => c.events(all)).get("/generator", (c) => c.events(async function* () {
    yield* all;
  }));
  app.get("/function", (c) => c.events(async ({ send }) => {
    for (const event of all) await send(event);
  }));
  for (const path of ["/iterable", "/generator", "/function"]) {
    const response = await app.request(path);
    assert.equal(await response.text(), EVENTS.map(([, text]) => text).join(""), path);
    const fields = ["content-type", "cache-control"].map((name) => response.headers.get(name));
    assert.deepEqual(fields, ["text/event-stream", "no-cache"]);
  }
});

const NO_EVENTS = [
  5, null, { dta: 1 }, { event: "a\nb" }, { id: "a\0" }, { retry: -1 }, { retry: 1.5 }, { data: () => {} },
];

for (const event of NO_EVENTS)
  test(`${JSON.stringify(event)} is no event: the stream breaks off, and that is told`, async (t) => {
    const errors = logged(t);
    const app = new Router();
    app.get("/x", (c) => c.events([event]));
    await assert.rejects((await app.request("/x")).text(), { message: /c\.events/ });
    assert.equal(errors.length, 1);
  });
