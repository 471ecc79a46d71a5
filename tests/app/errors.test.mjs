// Handlers that fail, in whichever way: the slot comes back, the client gets an answer, the others are unharmed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HttpError, Router } from "wye";
import { HERE, ask, assertAllBack, later, logged, rounds, said, saying } from "./support.mjs";

const reject = async (error) => {
  throw error;
};

const raise = (error) => {
  throw error;
};

/** What a step may do wrong, and what onError is told. */
const WRONGS = {
  "throws": [() => { throw new Error("own"); }, /^own$/],
  "rejects": [() => reject(new Error("own")), /^own$/],
  "throws a string": [() => raise("text"), undefined],
  "rejects with nothing": [() => reject(undefined), undefined],
  "throws null": [() => raise(null), undefined],
  "returns nothing": [() => {}, /returned undefined where a Response must be/],
  "resolves to nothing": [async () => {}, /returned undefined where a Response must be/],
  "returns null": [() => null, /returned null/],
  "returns a string": [() => "x", /returned string/],
  "resolves to an object": [async () => ({ status: 200 }), /returned an object/],
  "returns what looks like a Response": [() => ({ status: 200, headers: new Headers(), body: null }), /an object/],
  "returns a thenable to nothing": [() => ({ then: (resolve) => resolve() }), /returned undefined/],
  "returns a thenable that fails": [() => ({ then: (_, no) => no(new Error("own")) }), /^own$/],
  "returns a thenable that throws": [() => ({ then: () => { throw new Error("own"); } }), /^own$/],
  "returns what cannot be looked at": [() => ({ get then() { throw new Error("own"); } }), /^own$/],
  "has a body for 204": [(c) => c.text("x", 204), /./],
  "has a status that is none": [(c) => c.text("x", 99), /./],
  "sends what is no JSON": [(c) => c.json(undefined), /c\.json.*undefined/],
  "sends JSON that goes round": [(c) => { const round = {}; return c.json((round.round = round)); }, /circular/i],
  "redirects with 200": [(c) => c.redirect("/", 200), /c\.redirect: 200/],
  "streams what is no source": [(c) => c.stream(5), /c\.stream/],
  "sets a field of no name": [(c) => { c.header("a b", "x"); return c.text("x"); }, /a b/],
  "sets a field to two lines": [(c) => { c.header("x-a", "1\r\nx-b: 2"); return c.text("x"); }, /./],
  "sets such a field later": [(c) => { const r = c.text("x"); c.header("x-a", "1\r\nx-b: 2"); return r; }, /./],
  "sets a field beyond Latin-1": [(c) => { c.header("x-a", "€"); return c.text("x"); }, /./],
};

for (const [what, [handler, says]] of Object.entries(WRONGS)) {
  test(`a handler that ${what}: onError answers`, async () => {
    const told = [];
    const app = new Router();
    app.use((c) => {
      c.header("x-good", "1");
      return c.next();
    });
    app.onError((error, c) => {
      told.push([error, c.error, c.path]);
      return c.text("handled", 500);
    });
    app.get("/x", handler).get("/y", saying("y"));
    for (let i = 0; i < 2; i++) {
      const { status, text, headers } = await ask(app, "/x");
      assert.deepEqual([status, text, headers.get("x-good")], [500, "handled", "1"]);
      assert.deepEqual([headers.get("x-a"), headers.get("x-b")], [null, null]);
    }
    assert.equal(told.length, 2);
    for (const [error, same, path] of told) {
      assert.equal(error, same);
      assert.equal(path, "/x");
      if (says) assert.match(error.message, says);
    }
    assert.equal(await said(app, "/y"), "200 y");
    assertAllBack(app);
  });

  test(`a handler that ${what}: by default that is a 500, which is logged and tells nothing`, async (t) => {
    const errors = logged(t);
    const app = new Router();
    app.get("/x", handler);
    assert.equal(await said(app, "/x"), "500 500 Internal Server Error");
    assert.equal(errors.length, 1);
    assertAllBack(app);
  });
}

test("a middleware that returns nothing is told as a handler is", async (t) => {
  const [first, second] = [logged(t), new Router()];
  second.use((c) => void c.next());
  second.get("/x", saying("x"));
  assert.equal(await said(second, "/x"), "500 500 Internal Server Error");
  assert.match(first[0].message, /middleware, returned undefined.*c\.next\(\) gave/s);
});

test("a thenable that calls back twice is heard once, and harms nobody", async () => {
  const app = new Router({ maxContexts: 1 });
  let again;
  app.get("/twice", (c) => ({
    then(resolve) {
      const response = c.text("once");
      resolve(response);
      again = () => resolve(response);
    },
  }));
  const door = later();
  app.get("/held/:x", async (c) => {
    await door.promise;
    return c.text(c.param("x"));
  });
  assert.equal(await said(app, "/twice"), "200 once");
  const held = said(app, "/held/mine");
  again();
  await rounds();
  assert.equal(app.contexts.used, 1);
  door.resolve();
  assert.equal(await held, "200 mine");
  assertAllBack(app);
});

/* ------------------------------------------------------------------ HttpError */

test("an HttpError is answered by its status, message and fields; nothing is logged", async (t) => {
  const errors = logged(t);
  const app = new Router();
  app.use((c) => {
    c.header("x-outer", "1");
    return c.next();
  });
  app.get("/x", () => {
    throw new HttpError(418, "tea", { headers: { "x-a": "1", "content-type": "text/plain" } });
  });
  app.get("/y", () => reject(new HttpError(503)));
  const { status, text, headers } = await ask(app, "/x");
  assert.deepEqual([status, text, headers.get("x-a"), headers.get("x-outer")], [418, "tea", "1", "1"]);
  assert.equal(await said(app, "/y"), "503 HTTP status 503");
  assert.deepEqual(errors, []);
});

/* ------------------------------------------------------------------ errors in the error handler */

const BAD_HANDLERS = {
  "throws": () => {
    throw new Error("second");
  },
  "rejects": () => reject(new Error("second")),
  "returns nothing": () => {},
  "resolves to nothing": async () => {},
  "calls next()": (_, c) => c.next(),
  "sets a bad field": (_, c) => {
    c.header("x-a", "a\nb");
    return c.text("x");
  },
};

for (const [what, onError] of Object.entries(BAD_HANDLERS)) {
  test(`onError ${what}: the plainest of answers, and the second error is logged`, async (t) => {
    const errors = logged(t);
    const app = new Router();
    app.get("/x", () => reject(new Error("first"))).onError(onError);
    for (let i = 0; i < 2; i++) assert.equal(await said(app, "/x"), "500 500 Internal Server Error");
    assert.equal(errors.length, 2);
    assert.notEqual(errors[0].message, "first");
    assertAllBack(app);
  });
}

test("an error in notFound goes to onError, and middleware may catch it", async () => {
  const app = new Router();
  app.use("/caught/*", async (c) => {
    try {
      return await c.next();
    } catch (error) {
      return c.text(`caught ${error.message}`);
    }
  });
  app.notFound(() => reject(new Error("none"))).onError((error, c) => c.text(`handled ${error.message}`, 500));
  assert.equal(await said(app, "/x"), "500 handled none");
  assert.equal(await said(app, "/caught/x"), "200 caught none");
  assertAllBack(app);
});

test("onError may itself wait, and read the body", async () => {
  const app = new Router();
  app.post("/x", async (c) => {
    await c.read();
    throw new Error("x");
  });
  app.onError(async (error, c) => c.text(`${error.message} ${await c.readText()}`, 500));
  assert.equal(await said(app, "/x", { method: "POST", body: "body" }), "500 x body");
});

test("an answer that was made is gone when a step behind it fails", async () => {
  const app = new Router();
  app.use(async (c) => {
    await c.next();
    throw new Error("late");
  });
  app.get("/x", (c) => c.text("x", { headers: { "x-a": "1" } }));
  app.onError((error, c) => c.text(error.message, 500));
  const { status, text, headers } = await ask(app, "/x");
  assert.deepEqual([status, text, headers.get("x-a")], [500, "late", null]);
});

/* ------------------------------------------------------------------ too many, and those that never end */

test("above maxContexts: 503 with Retry-After, and the next one after an end is served", async () => {
  const app = new Router({ maxContexts: 3 });
  const doors = [];
  app.get("/held", async (c) => {
    const door = later();
    doors.push(door);
    await door.promise;
    return c.text("held");
  });
  app.get("/x", saying("x"));
  const held = [0, 1, 2].map(() => said(app, "/held"));
  const refused = await ask(app, "/x");
  assert.deepEqual(
    [refused.status, refused.text, refused.headers.get("retry-after")], [503, "503 Service Unavailable", "1"],
  );
  assert.deepEqual(app.contexts, { slots: 3, used: 3, highWater: 3, maximum: 3 });
  doors[1].resolve();
  assert.equal(await held[1], "200 held");
  assert.equal(await said(app, "/x"), "200 x");
  doors[0].resolve();
  doors[2].resolve();
  assert.deepEqual(await Promise.all(held), Array(3).fill("200 held"));
  assertAllBack(app);
});

/** Asks until there is a slot: the pool looks through its slots for a few of the requests that it refuses. */
async function insisting(app, path) {
  for (let tries = 0; tries < 8; tries++) {
    await rounds(1);
    const { slots, used } = app.contexts;
    const answer = app.fetch(new Request(HERE + path));
    if (used < slots || answer instanceof Promise) return answer;
  }
  throw new Error("no slot came back");
}

test("a handler that never settles: its slot is taken back when it is needed and the client has left", async () => {
  const app = new Router({ maxContexts: 2 });
  const [stuck, running] = [later(), later()];
  const outcome = later();
  app.get("/stuck/:x", async (c) => {
    await stuck.promise;
    try {
      return c.text(c.param("x"));
    } catch (error) {
      outcome.resolve(error);
      throw error;
    }
  });
  app.get("/running/:x", async (c) => {
    await running.promise;
    return c.text(c.param("x"));
  });
  const client = new AbortController();
  const abandoned = app.fetch(new Request(`${HERE}/stuck/1`, { signal: client.signal }));
  const other = said(app, "/running/2");
  assert.equal((await ask(app, "/running/3")).status, 503);
  client.abort();
  const third = insisting(app, "/running/3");
  await rounds(10);
  assert.equal(app.contexts.used, 2);
  stuck.resolve();
  assert.equal((await outcome.promise).code, "STALE");
  assert.equal((await abandoned).status, 499);
  running.resolve();
  assert.deepEqual([await other, await (await third).text()], ["200 2", "3"]);
  assertAllBack(app);
});

test("a client that has left does not end a handler that goes on", async () => {
  const app = new Router();
  const door = later();
  app.get("/:x", async (c) => {
    await door.promise;
    return c.text(c.param("x"));
  });
  const client = new AbortController();
  const answer = app.fetch(new Request(`${HERE}/1`, { signal: client.signal }));
  client.abort();
  assert.equal(app.contexts.used, 1);
  door.resolve();
  assert.equal(await (await answer).text(), "1");
  assertAllBack(app);
});

test("a handler whose client had left before, and that asks its own app, where there is no slot left", async () => {
  const app = new Router({ maxContexts: 1 });
  app.get("/outer/:x", (c) => {
    const inner = app.fetch(new Request(`${HERE}/inner`));
    return c.text(`${c.param("x")} ${inner.status}`);
  });
  app.get("/inner", saying("inner"));
  const answer = await app.fetch(new Request(`${HERE}/outer/1`, { signal: AbortSignal.abort() }));
  assert.deepEqual([answer.status, await answer.text()], [200, "1 503"]);
  assertAllBack(app);
});

test("requests within requests", async () => {
  const app = new Router();
  app.get("/:n", async (c) => {
    const n = c.int("n");
    const inner = n === 0 ? "" : await (await app.request(`/${n - 1}`)).text();
    return c.text(`${c.param("n")} ${inner}`);
  });
  assert.equal(await said(app, "/5"), "200 5 4 3 2 1 0 ");
  assert.equal(app.contexts.highWater, 6);
  assertAllBack(app);
});
