// Handlers that fail, in whichever way: the client gets a response, what failed is told, the others are unharmed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HttpError, Router } from "#wye";
import { HERE, ask, later, logged, raise, rounds, said, saying } from "./support.mjs";

const reject = async (error) => {
  throw error;
};

const NO_FIELDS = { get() {}, forEach: () => raise(new Error("own")) };

/** A Response of another realm, with these headers. */
const unreadable = (headers) => ({ status: 200, headers, body: null });

function revoked() {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** What a step may do wrong, and what onError is told. */
const WRONGS = {
  "throws": [() => { throw new Error("own"); }, /^own$/],
  "rejects": [() => reject(new Error("own")), /^own$/],
  "throws a string": [() => raise("text"), undefined],
  "rejects with nothing": [() => reject(undefined), undefined],
  "throws null": [() => raise(null), undefined],
  "returns nothing": [() => {}, /returned nothing, and did not call next/],
  "resolves to nothing": [async () => {}, /returned nothing, and did not call next/],
  "returns null": [() => null, /returned null/],
  "returns a string": [() => "x", /returned string/],
  "resolves to an object": [async () => ({ status: 200 }), /returned an object/],
  "returns what only looks like a Response": [() => ({ status: 200, headers: {}, body: null }), /an object/],
  "returns a Response without a status": [() => ({ status: 99, headers: new Headers(), body: null }), /an object/],
  "returns Response.error()": [() => Response.error(), /an object/],
  "returns a Response whose status cannot be read": [() => ({ get status() { throw new Error("no"); } }), /an object/],
  "returns a Response whose fields cannot be read": [() => unreadable(NO_FIELDS), /own/],
  "returns a Response whose fields are none": [() => unreadable(new Map([["a b", "x"]])), /./],
  "returns a Response with a bad status text": [() => ({ ...unreadable(new Headers()), statusText: "\n" }), /./],
  "returns a revoked proxy": [() => revoked(), /./],
  "throws a revoked proxy": [() => raise(revoked()), undefined],
  "throws what cannot be looked at": [() => raise({ get status() { throw new Error("no"); } }), undefined],
  "throws a Response that cannot be read": [() => raise(unreadable(NO_FIELDS)), /own/],
  "returns a thenable to nothing": [() => ({ then: (resolve) => resolve() }), /returned nothing/],
  "returns a thenable that fails": [() => ({ then: (_, no) => no(new Error("own")) }), /^own$/],
  "returns a thenable that throws": [() => ({ then: () => { throw new Error("own"); } }), /^own$/],
  "returns what cannot be looked at": [() => ({ get then() { throw new Error("own"); } }), /^own$/],
  "has a body for 204": [(c) => c.text("x", 204), /./],
  "has a status that is none": [(c) => c.text("x", 99), /./],
  "sends what is no JSON": [(c) => c.json(undefined), /c\.json.*undefined/],
  "sends JSON that goes round": [(c) => { const round = {}; return c.json((round.round = round)); }, /circular/i],
  "redirects with 200": [(c) => c.redirect("/", 200), /c\.redirect: the status must be .* not 200/],
  "streams what is no source": [(c) => c.stream(5), /c\.stream/],
  "sets a field of no name": [(c) => { c.header("a b", "x"); return c.text("x"); }, /a b/],
  "sets a field to two lines": [(c) => { c.header("x-a", "1\r\nx-b: 2"); return c.text("x"); }, /./],
  "sets such a field later": [(c) => { const r = c.text("x"); c.header("x-a", "1\r\nx-b: 2"); return r; }, /./],
  "sets a field beyond Latin-1": [(c) => { c.header("x-a", "€"); return c.text("x"); }, /./],
};

for (const [what, [handler, says]] of Object.entries(WRONGS)) {
  const later = async (c) => (await null, handler(c));
  for (const [when, step] of [["", handler], [", later", later]]) {
    test(`a handler that ${what}${when}: onError responds`, async () => {
      const told = [];
      const app = new Router();
      app.use("/x", (c, next) => {
        c.header("x-good", "1");
        return next();
      });
      app.onError((error, c) => {
        told.push([error, c.error, c.path]);
        return c.text("handled", 500);
      });
      app.get("/x", step).get("/alone", step).get("/y", saying("y"));
      for (let i = 0; i < 2; i++) {
        const { status, text, headers } = await ask(app, "/x");
        assert.deepEqual([status, text, headers.get("x-good")], [500, "handled", "1"]);
        assert.deepEqual([headers.get("x-a"), headers.get("x-b")], [null, null]);
        assert.equal(await said(app, "/alone"), "500 handled");
      }
      assert.equal(told.length, 4);
      for (const [error, same, path] of told) {
        assert.equal(error, same);
        assert.match(path, /^\/(x|alone)$/);
        if (says) assert.match(error.message, says);
      }
      assert.equal(await said(app, "/y"), "200 y");
    });

    test(`a handler that ${what}${when}: by default a 500, which is logged and reveals nothing`, async (t) => {
      const errors = logged(t);
      const app = new Router();
      app.get("/x", step);
      assert.equal(await said(app, "/x"), "500 500 Internal Server Error");
      assert.equal(errors.length, 1);
    });
  }

  test(`onError that ${what}: a plain 500, and its own error is logged`, async (t) => {
    const errors = logged(t);
    for (const step of [handler, later]) {
      errors.length = 0;
      const app = new Router();
      app.use("/wrapped/*", (c, next) => (c.header("x-good", "1"), next()));
      app.onError((error, c) => step(c));
      app.get("/x", () => reject(new Error("first"))).get("/wrapped/x", () => raise("first"));
      assert.equal(await said(app, "/x"), "500 500 Internal Server Error");
      const { status, headers } = await ask(app, "/wrapped/x");
      assert.deepEqual([status, headers.get("x-good")], [500, "1"]);
      assert.equal(errors.length, 2);
      if (says) for (const { message } of errors) assert.match(message, says);
    }
  });

  test(`notFound that ${what}: onError responds`, async () => {
    for (const step of [handler, later]) {
      const app = new Router();
      app.notFound(step).onError((error, c) => c.text("handled", 500));
      assert.equal(await said(app, "/x"), "500 handled");
      app.use((c, next) => (c.header("x-good", "1"), next()));
      assert.equal(await said(app, "/x"), "500 handled");
    }
  });
}

test("a thenable that calls back twice counts once", async () => {
  const app = new Router();
  let again;
  app.get("/twice", (c) => ({
    then(resolve) {
      const response = c.text("once");
      resolve(response);
      again = () => resolve(response);
    },
  }));
  assert.equal(await said(app, "/twice"), "200 once");
  again();
  await rounds();
  assert.equal(await said(app, "/twice"), "200 once");
});

/* ------------------------------------------------------------------ HttpError */

test("the response to an HttpError has its status, message and fields; nothing is logged", async (t) => {
  const errors = logged(t);
  const app = new Router();
  app.use((c, next) => {
    c.header("x-outer", "1");
    return next();
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

test("an error in notFound goes to onError, and middleware may catch it", async () => {
  const app = new Router();
  app.use("/caught/*", async (c, next) => {
    try {
      return await next();
    } catch (error) {
      return c.text(`caught ${error.message}`);
    }
  });
  app.notFound(() => reject(new Error("none"))).onError((error, c) => c.text(`handled ${error.message}`, 500));
  assert.equal(await said(app, "/x"), "500 handled none");
  assert.equal(await said(app, "/caught/x"), "200 caught none");
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

test("a response is gone when a step fails after its next", async () => {
  const app = new Router();
  app.use(async (c, next) => {
    await next();
    throw new Error("late");
  });
  app.get("/x", (c) => c.text("x", { headers: { "x-a": "1" } }));
  app.onError((error, c) => c.text(error.message, 500));
  const { status, text, headers } = await ask(app, "/x");
  assert.deepEqual([status, text, headers.get("x-a")], [500, "late", null]);
});

/* ------------------------------------------------------------------ thrown Responses */

const thrown = () => new Response("thrown", { status: 418, headers: { "x-own": "1" } });

const THROWING = {
  "a handler that throws": [() => raise(thrown())],
  "a handler that rejects": [() => reject(thrown())],
  "a middleware that throws": [() => raise(thrown()), saying("never")],
  "a middleware that rejects": [() => reject(thrown()), saying("never")],
  "a middleware that throws after its next": [async (c, next) => (await next(), raise(thrown())), saying("gone")],
  "a middleware that throws what its next gave": [async (c, next) => raise(await next()), () => thrown()],
  "a handler that throws one of another realm": [() => raise({ ...fieldsOf(thrown()) })],
};

/** A Response taken apart: one of another realm. */
function fieldsOf({ status, headers, body }) {
  return { status, headers, body };
}

for (const [what, steps] of Object.entries(THROWING)) {
  test(`${what} a Response: that is the response, no error, and what is around it sees it`, async (t) => {
    const errors = logged(t);
    const seen = [];
    const app = new Router();
    app.onError((error, c) => (errors.push(error), c.text("error", 500)));
    app.use("/in/*", async (c, next) => {
      c.header("x-outer", "1");
      const response = await next();
      seen.push(response.status);
      response.headers.set("x-late", "1");
    });
    app.get("/x", steps).get("/in/x", steps);
    const alone = await ask(app, "/x");
    assert.deepEqual([alone.status, alone.text, alone.headers.get("x-own")], [418, "thrown", "1"]);
    const { status, text, headers } = await ask(app, "/in/x");
    assert.deepEqual([status, text], [418, "thrown"]);
    assert.deepEqual(["x-own", "x-outer", "x-late"].map((name) => headers.get(name)), ["1", "1", "1"]);
    assert.deepEqual([seen, errors], [[418], []]);
  });
}

test("a Response that onError throws is the response, and so is one that notFound throws", async (t) => {
  const errors = logged(t);
  const app = new Router();
  app.get("/x", () => raise(new Error("x"))).onError(() => raise(thrown())).notFound(() => reject(thrown()));
  assert.equal(await said(app, "/x"), "418 thrown");
  assert.equal(await said(app, "/none"), "418 thrown");
  assert.deepEqual(errors, []);
});

/* ------------------------------------------------------------------ what is told of errors */

test("report gets errors with their c, and its own errors fail nobody", async (t) => {
  const errors = logged(t);
  const told = [];
  const app = new Router({ report: (error, c) => told.push([error.message, c.param("id"), c.path]) });
  app.get("/:id", (c) => raise(new Error(`no ${c.param("id")}`)));
  assert.equal(await said(app, "/7"), "500 500 Internal Server Error");
  assert.deepEqual(told, [["no 7", "7", "/7"]]);
  assert.deepEqual(errors, []);
  const failing = new Router({ report: () => raise(new Error("report")) });
  failing.get("/x", () => raise(new Error("x")));
  assert.equal(await said(failing, "/x"), "500 500 Internal Server Error");
  assert.deepEqual(errors.map(({ message }) => message), ["report"]);
});

/* ------------------------------------------------------------------ clients that leave, requests within requests */

test("a client that has left does not end a handler that goes on", async () => {
  const app = new Router();
  const door = later();
  app.get("/:x", async (c) => {
    await door.promise;
    return c.text(c.param("x"));
  });
  const client = new AbortController();
  const response = app.fetch(new Request(`${HERE}/1`, { signal: client.signal }));
  client.abort();
  door.resolve();
  assert.equal(await (await response).text(), "1");
});

test("an app may send requests to itself", async () => {
  const app = new Router();
  app.get("/:n", async (c) => {
    const n = c.int("n");
    const inner = n === 0 ? "" : await (await app.request(`/${n - 1}`)).text();
    return c.text(`${c.param("n")} ${inner}`);
  });
  assert.equal(await said(app, "/5"), "200 5 4 3 2 1 0 ");
});

test("a Response whose body was already sent is an error, not a broken body", async (t) => {
  const errors = logged(t);
  const constant = new Response("x");
  const app = new Router();
  app.get("/x", () => constant);
  assert.equal(await said(app, "/x"), "200 x");
  assert.equal(await said(app, "/x"), "500 500 Internal Server Error");
  assert.match(errors[0].message, /a body can be sent once/);
});
