// The responses that c makes: bodies, statuses, and the fields that are set before and after.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HttpError, Router } from "wye";
import { ask, assertAllBack, logged, said, saying } from "./support.mjs";

/** The answer of an app whose only handler this is, behind this middleware. */
async function answerOf(handler, ...middleware) {
  const app = new Router();
  if (middleware.length > 0) app.use(...middleware);
  app.get("/x", handler);
  const answer = await ask(app, "/x");
  assertAllBack(app);
  return answer;
}

const TEXT = "text/plain;charset=UTF-8";
const HTML = "text/html;charset=UTF-8";

/* ------------------------------------------------------------------ each way to answer */

const ANSWERS = {
  // handler: status, text, content-type
  "text": [(c) => c.text("é"), 200, "é", TEXT],
  "text and a status": [(c) => c.text("x", 201), 201, "x", TEXT],
  "text and c.status": [(c) => (c.status(202), c.text("x")), 202, "x", TEXT],
  "a status beside c.status": [(c) => (c.status(202), c.text("x", 203)), 203, "x", TEXT],
  "a status in an object": [(c) => (c.status(202), c.text("x", { status: 203 })), 203, "x", TEXT],
  "an object without a status": [(c) => (c.status(202), c.text("x", { statusText: "y" })), 202, "x", TEXT],
  "a type of its own": [(c) => c.text("x", { headers: { "Content-Type": "a/b" } }), 200, "x", "a/b"],
  "a type by c.header": [(c) => (c.header("Content-Type", "a/b"), c.text("x")), 200, "x", "a/b"],
  "a type in init before c.header": [
    (c) => (c.header("content-type", "a/b"), c.text("x", { headers: { "content-type": "c/d" } })), 200, "x", "c/d",
  ],
  "empty text": [(c) => c.text(""), 200, "", TEXT],
  "html": [(c) => c.html("<p>é"), 200, "<p>é", HTML],
  "html and a status": [(c) => c.html("x", 404), 404, "x", HTML],
  "json": [(c) => c.json({ a: ["é"] }), 200, '{"a":["é"]}', "application/json"],
  "json null": [(c) => c.json(null), 200, "null", "application/json"],
  "json and a status": [(c) => c.json(1, 201), 201, "1", "application/json"],
  "json with toJSON": [(c) => c.json({ toJSON: () => "x" }), 200, '"x"', "application/json"],
  "bytes": [(c) => c.body(new Uint8Array([120])), 200, "x", null],
  "a buffer and fields": [(c) => c.body(new Uint8Array([120]).buffer, { headers: [["x-a", "1"]] }), 200, "x", null],
  "a stream": [(c) => c.body(new Blob(["x"]).stream()), 200, "x", null],
  "no body": [(c) => c.body(null), 200, "", null],
  "204": [(c) => c.body(null, 204), 204, "", null],
  "304 by c.status": [(c) => (c.status(304), c.body(null)), 304, "", null],
  "a Response": [() => new Response("x", { status: 203 }), 203, "x", TEXT],
  "Response.json": [() => Response.json(1), 200, "1", "application/json"],
  "an immutable one": [() => Response.redirect("http://h/"), 302, "", null],
};

for (const [what, [handler, status, text, type]] of Object.entries(ANSWERS)) {
  test(`answers: ${what}`, async () => {
    for (const step of [handler, async (c) => handler(c)]) {
      const answer = await answerOf(step);
      assert.deepEqual([answer.status, answer.text, answer.headers.get("content-type")], [status, text, type]);
    }
  });
}

const REDIRECTS = [
  [["/a"], 302, "/a"],
  [["/a", 301], 301, "/a"],
  [["https://h/a?b#c", 308], 308, "https://h/a?b#c"],
  [[new URL("https://h/a"), 303], 303, "https://h/a"],
  [["a b", 307], 307, "a b"],
];

for (const [args, status, location] of REDIRECTS)
  test(`c.redirect(${args.join(", ")})`, async () => {
    const answer = await answerOf((c) => (c.header("x-a", "1"), c.redirect(...args)));
    assert.deepEqual([answer.status, answer.text, answer.headers.get("location")], [status, "", location]);
    assert.equal(answer.headers.get("x-a"), "1");
  });

test("c.status is for one response, the next that c makes", async () => {
  const answer = await answerOf((c) => {
    c.status(202);
    const first = c.text("first");
    const second = c.text("second");
    return c.text([first.status, second.status].join());
  });
  assert.equal(answer.text, "202,200");
});

test("the status of an answer that failed is not the error's", async () => {
  const app = new Router();
  app.get("/x", (c) => {
    c.status(201);
    c.text("never sent");
    throw new Error("x");
  });
  app.onError((error, c) => c.text("handled"));
  assert.equal(await said(app, "/x"), "200 handled");
});

/* ------------------------------------------------------------------ fields */

const set = (name, value, options) => (c) => {
  c.header(name, value, options);
  return c.next();
};

const setLater = (name, value, options) => async (c) => {
  const response = await c.next();
  c.header(name, value, options);
  return response;
};

const make = {
  "c.text": saying("x"),
  "c.text with fields": (c) => c.text("x", { headers: { "x-own": "own", "x-a": "own" } }),
  "a Response": () => new Response("x", { headers: { "x-a": "own" } }),
  "Response.redirect, whose fields cannot change": () => Response.redirect("http://h/", 307),
  "fetch, whose fields cannot change": () => fetch("data:text/plain,x"),
};

for (const [what, handler] of Object.entries(make)) {
  test(`fields on ${what}: before, after, appended, taken back`, async () => {
    const answer = await answerOf(
      handler,
      set("x-a", "before"),
      set("x-b", "before"),
      set("x-b", undefined),
      set("set-cookie", "a=1", { append: true }),
      set("set-cookie", "b=2", { append: true }),
      set("x-list", "1", { append: true }),
      setLater("x-list", "2", { append: true }),
      setLater("x-after", "after"),
      setLater("set-cookie", "c=3", { append: true }),
    );
    const { headers } = answer;
    assert.equal(headers.get("x-a"), what === "c.text with fields" ? "own" : "before");
    assert.equal(headers.get("x-b"), null);
    assert.equal(headers.get("x-after"), "after");
    assert.deepEqual(headers.getSetCookie(), ["a=1", "b=2", "c=3"]);
    assert.equal(headers.get("x-list"), "1, 2");
  });
}

test("fields reach misses, errors, and answers that take another one's place", async (t) => {
  logged(t);
  const app = new Router();
  app.use(set("x-before", "1"), setLater("x-after", "1"), set("set-cookie", "a=1", { append: true }));
  app.get("/x", saying("x"));
  app.get("/throws", () => {
    throw new HttpError(400, "bad");
  });
  app.get("/fails", (c) => {
    c.text("x");
    throw new Error("x");
  });
  app.get("/replaced", async (c) => {
    await c.next();
    return new Response("other");
  }, saying("x"));
  app.static("/static", "x");
  for (const [path, method, after] of [
    ["/x", "GET", "1"], ["/x", "HEAD", "1"], ["/none", "GET", "1"], ["/x", "POST", "1"], ["/x", "OPTIONS", "1"],
    ["/throws", "GET", null], ["/fails", "GET", null], ["/replaced", "GET", "1"], ["/static", "GET", "1"],
  ]) {
    const { headers } = await ask(app, path, { method });
    assert.deepEqual([headers.get("x-before"), headers.get("x-after")], ["1", after], `${method} ${path}`);
    assert.deepEqual(headers.getSetCookie(), ["a=1"], `${method} ${path}`);
  }
});

test("what is appended is there once, however often it is copied, beside what init has", async () => {
  const appending = (c) => {
    c.header("x-a", "1", { append: true });
    c.header("x-a", "1", { append: true });
    c.header("vary", "a, b", { append: true });
    c.header("x-undone", "1", { append: true });
    c.header("X-Undone", undefined);
    c.header("x-set", "1", { append: true });
    c.header("x-set", "2");
    c.header("x-set", "3", { append: true });
    return c.text("x", { headers: { vary: "c", "x-own": "1" } });
  };
  const wrap = async (c) => {
    const response = await c.next();
    return new Response(response.body, response);
  };
  for (const middleware of [[], [wrap], [wrap, wrap]]) {
    const { headers } = await answerOf(appending, ...middleware);
    const told = ["x-a", "vary", "x-undone", "x-set", "x-own"].map((name) => headers.get(name));
    assert.deepEqual(told, ["1", "c, a, b", null, "2, 3", "1"]);
  }
});

test("what a middleware changes in the answer of c stays changed", async () => {
  const { headers } = await answerOf(
    (c) => {
      c.header("cache-control", "no-store");
      c.header("x-gone", "1");
      return c.text("x");
    },
    async (c) => {
      const response = await c.next();
      response.headers.set("cache-control", "max-age=1");
      response.headers.delete("x-gone");
      c.header("x-late", "1");
      return response;
    },
  );
  assert.deepEqual(
    [headers.get("cache-control"), headers.get("x-gone"), headers.get("x-late")], ["max-age=1", null, "1"],
  );
});

test("what a middleware changes in a copy of the answer of c stays changed", async () => {
  const { headers } = await answerOf(
    (c) => {
      c.header("cache-control", "no-store");
      return c.text("x");
    },
    async (c) => {
      const response = await c.next();
      const copy = new Response(response.body, response);
      copy.headers.set("cache-control", "max-age=1");
      c.header("x-late", "1");
      return copy;
    },
  );
  assert.deepEqual([headers.get("cache-control"), headers.get("x-late")], ["max-age=1", "1"]);
});

test("a field may be set again and again, and taken back", async () => {
  const { headers } = await answerOf((c) => {
    c.header("x-a", "1");
    c.header("X-A", "2");
    c.header("x-b", "1");
    c.header("x-b", undefined);
    c.header("x-b", "3");
    c.header("x-c", "1", { append: true });
    c.header("x-c", "2");
    c.header("x-d", "");
    c.header("x-e", "é");
    return c.text("x");
  });
  const names = ["x-a", "x-b", "x-c", "x-d", "x-e"];
  assert.deepEqual(names.map((name) => headers.get(name)), ["2", "3", "2", "", "é"]);
});

test("undefined behind the answer takes a field of the answer back", async () => {
  const { headers } = await answerOf(
    (c) => c.text("x", { headers: { etag: '"1"' } }), setLater("etag", undefined), setLater("content-type", undefined),
  );
  assert.deepEqual([headers.get("etag"), headers.get("content-type")], [null, null]);
});

test("the init that a handler gives stays as it was", async () => {
  const init = { status: 201, headers: new Headers({ "x-a": "1" }) };
  for (let i = 0; i < 2; i++) {
    const answer = await answerOf((c) => (c.header("x-b", "1"), c.text("x", init)));
    assert.equal(answer.headers.get("x-b"), "1");
  }
  assert.deepEqual([...init.headers], [["x-a", "1"]]);
  assert.equal(init.status, 201);
});

test("no field is left for the next response without one", async () => {
  const app = new Router();
  app.get("/a", (c) => (c.header("x-a", "1"), c.status(202), c.text("a"))).get("/b", saying("b"));
  for (let i = 0; i < 3; i++) {
    await app.request("/a");
    const { status, headers } = await ask(app, "/b");
    assert.deepEqual([status, [...headers]], [200, [["content-type", TEXT]]]);
  }
});

test("an answer of another status than c makes is left alone", async () => {
  const error = Response.error();
  const app = new Router();
  app.get("/x", () => error);
  assert.equal(await app.fetch(new Request("http://h/x")), error);
});
