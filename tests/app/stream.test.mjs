// Streamed answers: how they end, and that the slot is held until they do and not longer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Router } from "wye";
import { HERE, STALE, assertAllBack, later, logged, rounds, said } from "./support.mjs";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A ReadableStream of texts; what becomes of it stands in `fate`. */
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
};

/** An app that streams at /x. */
function streaming(makeSource, ...middleware) {
  const app = new Router();
  if (middleware.length > 0) app.use(...middleware);
  app.get("/x", (c) => c.stream(makeSource(c), { headers: { "x-a": "1" } }));
  return app;
}

for (const [kind, source] of Object.entries(SOURCES)) {
  test(`${kind}: is sent, and the slot is held until the end`, async () => {
    const app = streaming(() => source(["é", "b", "", "c"]));
    const response = await app.request("/x");
    assert.deepEqual([response.status, response.headers.get("x-a")], [200, "1"]);
    assert.equal(response.headers.get("content-type"), null);
    assert.equal(app.contexts.used, 1);
    assert.equal(await response.text(), "ébc");
    assertAllBack(app);
  });

  test(`${kind}: its reader leaves in the middle, or before it begins`, async () => {
    const fate = {};
    const app = streaming(() => source(["a", "b", "c", "d", "e"], fate));
    const reader = (await app.request("/x")).body.getReader();
    assert.equal(decoder.decode((await reader.read()).value), "a");
    assert.equal(app.contexts.used, 1);
    await reader.cancel("enough");
    assertAllBack(app);
    if (kind === "a ReadableStream") assert.ok(fate.cancelled);
    if (kind.includes("generator")) assert.deepEqual(fate, { finished: true });
    await (await app.request("/x")).body.cancel();
    assertAllBack(app);
    await rounds();
  });

  test(`${kind}: HEAD has no body, and the slot comes back`, async () => {
    const app = streaming(() => source(["a", "b"]));
    const response = await app.request("/x", { method: "HEAD" });
    assert.deepEqual([response.status, response.body, response.headers.get("x-a")], [200, null, "1"]);
    assertAllBack(app);
    await rounds();
  });

  test(`${kind}: another answer takes its place`, async (t) => {
    logged(t);
    const answers = [
      (c) => c.text("other"),
      () => new Response("other"),
      () => {
        throw new Error("other");
      },
      () => undefined,
      (c) => c.stream(generate(["other"])),
    ];
    for (const answer of answers) {
      const app = streaming(() => source(["a", "b"]), async (c) => {
        await c.next();
        return answer(c);
      });
      const text = await (await app.request("/x")).text();
      assert.ok(["other", "500 Internal Server Error"].includes(text));
      await rounds();
      assertAllBack(app);
    }
  });

  test(`${kind}: a middleware wraps the answer`, async () => {
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
      const app = streaming(() => source(["a", "b", "c"]), async (c) => {
        c.header("x-outer", "1");
        return wrap(await c.next());
      });
      const response = await app.request("/x");
      assert.deepEqual([response.headers.get("x-a"), response.headers.get("x-outer")], ["1", "1"], how);
      if (how !== "a text") assert.equal(app.contexts.used, 1, how);
      assert.equal(await response.text(), "abc", how);
      await rounds(1);
      assertAllBack(app);
      if (how === "a clone") continue;
      const left = await app.request("/x");
      await left.body.cancel();
      await rounds();
      assertAllBack(app);
    }
  });
}

/* ------------------------------------------------------------------ c in a stream */

test("c can be used until the stream ends, and not longer; nor does it see another request", async () => {
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
  assert.throws(() => kept.param("x"), STALE);
  assertAllBack(app);
});

test("c in a generator's finally, behind an end and behind a cancel", async () => {
  const seen = [];
  const app = streaming((c) =>
    (async function* () {
      try {
        yield "a";
        yield "b";
      } finally {
        try {
          seen.push(c.path);
        } catch (error) {
          seen.push(error.code);
        }
      }
    })(),
  );
  assert.equal(await said(app, "/x"), "200 ab");
  await (await app.request("/x")).body.cancel();
  await rounds();
  assert.deepEqual(seen, ["/x", "STALE"]);
  assertAllBack(app);
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
  assertAllBack(app);
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
  assertAllBack(app);
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
  test(`${kind}: the reader is told, the slot comes back`, async () => {
    const app = streaming(() => failingSource(kind));
    const response = await app.request("/x");
    await assert.rejects(response.text(), /broken|c\.stream: a piece is a string or a Uint8Array/);
    assertAllBack(app);
    await rounds();
  });
}

test("a generator of what cannot be sent is ended", async () => {
  const fate = {};
  const app = streaming(() => generate([5, 6], fate));
  await assert.rejects((await app.request("/x")).text());
  await rounds();
  assert.deepEqual(fate, { finished: true });
});

const NO_SOURCES = { nothing: undefined, null: null, "a text": "x", "an array": ["x"], "a number": 1 };

for (const [what, source] of Object.entries(NO_SOURCES))
  test(`${what} is no source`, async () => {
    const app = streaming(() => source);
    app.onError((error, c) => c.text(error.message, 500));
    assert.match(await said(app, "/x"), /^500 c\.stream: .*ReadableStream, an async iterable or a function/);
    assertAllBack(app);
  });

test("a stream that someone reads already is no source", async () => {
  const source = streamOf(["a"]);
  source.getReader();
  const app = streaming(() => source);
  app.onError((error, c) => c.text("told", 500));
  assert.equal(await said(app, "/x"), "500 told");
  assertAllBack(app);
});

/* ------------------------------------------------------------------ two streams */

test("c.stream twice: the first one is cancelled, the second one is sent", async () => {
  const fate = {};
  const app = new Router();
  app.get("/x", (c) => {
    c.stream(streamOf(["first"], fate));
    return c.stream(generate(["second"]));
  });
  const response = await app.request("/x");
  assert.equal(app.contexts.used, 1);
  assert.equal(await response.text(), "second");
  assert.ok(fate.cancelled);
  assertAllBack(app);
});

test("c.stream once the answer is given is an error, and the slot is not held for it", async () => {
  let told;
  const app = streaming((c) => async (writer) => {
    try {
      c.stream(generate(["never read"]));
    } catch (error) {
      told = error;
    }
    await writer.write("x");
  });
  app.get("/later", (c) =>
    c.stream(async (writer) => {
      await rounds(1);
      try {
        c.stream(generate(["never read"]));
      } catch (error) {
        told = error;
      }
      await writer.write("x");
    }),
  );
  assert.equal(await said(app, "/later"), "200 x");
  assert.match(told.message, /c\.stream/);
  assertAllBack(app);
});

test("a stream that is empty, and one that had ended before the answer was given", async () => {
  const app = streaming(() => generate([]), async (c) => {
    const response = await c.next();
    await rounds();
    return response;
  });
  assert.equal(await said(app, "/x"), "200 ");
  assertAllBack(app);
});

test("many streams at once, each with its own c", async () => {
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
  assertAllBack(app);
});
