// The responses that c makes: bodies, statuses, and the fields that are set before and after.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HttpError, Router } from "#wye";
import { ask, logged, rounds, said, saying } from "./support.mjs";

/** The response of an app whose only handler this is, after this middleware. */
async function responseOf(handler, ...middleware) {
  const app = new Router();
  if (middleware.length > 0) app.use(...middleware);
  app.get("/x", handler);
  const response = await ask(app, "/x");
  return response;
}

const TEXT = "text/plain;charset=UTF-8";
const HTML = "text/html;charset=UTF-8";

/* ------------------------------------------------------------------ each way to respond */

const RESPONSES = {
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

for (const [what, [handler, status, text, type]] of Object.entries(RESPONSES)) {
  test(`responds with ${what}`, async () => {
    for (const step of [handler, async (c) => handler(c)]) {
      const response = await responseOf(step);
      assert.deepEqual([response.status, response.text, response.headers.get("content-type")], [status, text, type]);
    }
  });
}

const REDIRECTS = [
  [["/a"], 302, "/a"],
  [["/a", 301], 301, "/a"],
  [["https://h/a?b#c", 308], 308, "https://h/a?b#c"],
  [[new URL("https://h/a"), 303], 303, "https://h/a"],
  [[new URL("https://h/[a]?b=|#^")], 302, "https://h/%5Ba%5D?b=%7C#%5E"],
  [["a b", 307], 307, "a%20b"],
  [["/小"], 302, "/%E5%B0%8F"],
  [["/café?q=ü#é"], 302, "/caf%C3%A9?q=%C3%BC#%C3%A9"],
  [["/a%20b%zz%"], 302, "/a%20b%25zz%25"],
  [["/\u{1f600}\ud800"], 302, "/%F0%9F%98%80%EF%BF%BD"],
  [["/a\r\nset-cookie: x"], 302, "/a%0D%0Aset-cookie:%20x"],
  [["/\\evil.example"], 302, "/%5Cevil.example"],
  [["/a#b#c"], 302, "/a#b%23c"],
  [["//h/ü"], 302, "//h/%C3%BC"],
  [["https://bücher.example/ü"], 302, "https://xn--bcher-kva.example/%C3%BC"],
  [["http://a b/"], 302, "http://a%20b/"],
  [["?q=1"], 302, "?q=1"],
  [["#x"], 302, "#x"],
  [[""], 302, ""],
  [["http://a b/"], 302, "http://a%20b/"],
  [["mailto:a@b.c?subject=ä"], 302, "mailto:a@b.c?subject=%C3%A4"],
];

const NO_REDIRECTS = [
  [[5], /string or a URL/], [[undefined], /string or a URL/], [["/", 200], /200/],
];

for (const [args, says] of NO_REDIRECTS)
  test(`c.redirect(${args.join(", ")}) is an error`, async () => {
    const response = await responseOf((c) => {
      assert.throws(() => c.redirect(...args), says);
      return c.text("x");
    });
    assert.equal(response.status, 200);
  });

for (const [args, status, location] of REDIRECTS)
  test(`c.redirect(${JSON.stringify(args)})`, async () => {
    const response = await responseOf((c) => (c.header("x-a", "1"), c.redirect(...args)));
    assert.deepEqual([response.status, response.text, response.headers.get("location")], [status, "", location]);
    assert.equal(response.headers.get("x-a"), "1");
  });

test("c.status is for one response, the next that c makes", async () => {
  const response = await responseOf((c) => {
    c.status(202);
    const first = c.text("first");
    const second = c.text("second");
    return c.text([first.status, second.status].join());
  });
  assert.equal(response.text, "202,200");
});

test("the status set for a response that failed does not apply to the error's", async () => {
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

const set = (name, value, options) => (c, next) => {
  c.header(name, value, options);
  return next();
};

const setLater = (name, value, options) => async (c, next) => {
  const response = await next();
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
    const response = await responseOf(
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
    const { headers } = response;
    assert.equal(headers.get("x-a"), ["c.text with fields", "a Response"].includes(what) ? "own" : "before");
    assert.equal(headers.get("x-b"), "before"); // another step's
    assert.equal(headers.get("x-after"), "after");
    assert.deepEqual(headers.getSetCookie(), ["c=3", "b=2", "a=1"]); // from the inside out
    assert.equal(headers.get("x-list"), "2, 1");
  });
}

test("fields are on misses, errors, and responses that replace another one", async (t) => {
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
  app.get("/replaced", async (c, next) => {
    await next();
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

test("an appended field is there once, however often it is copied, beside those of init", async () => {
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
  const wrap = async (c, next) => {
    const response = await next();
    return new Response(response.body, response);
  };
  for (const middleware of [[], [wrap], [wrap, wrap]]) {
    const { headers } = await responseOf(appending, ...middleware);
    const told = ["x-a", "vary", "x-undone", "x-set", "x-own"].map((name) => headers.get(name));
    assert.deepEqual(told, ["1, 1", "c, a, b", null, "2, 3", "1"]);
  }
});

test("changes that a middleware makes to the response of c persist", async () => {
  const { headers } = await responseOf(
    (c) => {
      c.header("cache-control", "no-store");
      c.header("x-gone", "1");
      return c.text("x");
    },
    async (c, next) => {
      const response = await next();
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

test("changes that a middleware makes to a copy of the response of c persist", async () => {
  const { headers } = await responseOf(
    (c) => {
      c.header("cache-control", "no-store");
      return c.text("x");
    },
    async (c, next) => {
      const response = await next();
      const copy = new Response(response.body, response);
      copy.headers.set("cache-control", "max-age=1");
      c.header("x-late", "1");
      return copy;
    },
  );
  assert.deepEqual([headers.get("cache-control"), headers.get("x-late")], ["max-age=1", "1"]);
});

test("a field may be set again, and removed", async () => {
  const { headers } = await responseOf((c) => {
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

test("setting undefined after next removes a field of the response", async () => {
  const { headers } = await responseOf(
    (c) => c.text("x", { headers: { etag: '"1"' } }), setLater("etag", undefined), setLater("content-type", undefined),
  );
  assert.deepEqual([headers.get("etag"), headers.get("content-type")], [null, null]);
});

test("the init that a handler gives stays as it was", async () => {
  const init = { status: 201, headers: new Headers({ "x-a": "1" }) };
  for (let i = 0; i < 2; i++) {
    const response = await responseOf((c) => (c.header("x-b", "1"), c.text("x", init)));
    assert.equal(response.headers.get("x-b"), "1");
  }
  assert.deepEqual([...init.headers], [["x-a", "1"]]);
  assert.equal(init.status, 201);
});

test("fields do not leak into the next response", async () => {
  const app = new Router();
  app.get("/a", (c) => (c.header("x-a", "1"), c.status(202), c.text("a"))).get("/b", saying("b"));
  for (let i = 0; i < 3; i++) {
    await app.request("/a");
    const { status, headers } = await ask(app, "/b");
    assert.deepEqual([status, [...headers]], [200, [["content-type", TEXT]]]);
  }
});

/* ------------------------------------------------------------------ wrong arguments */

const WRONG = {
  "an unknown option": [(c) => c.text("x", { stauts: 201 }), /c\.text has no option stauts; its options are status/],
  "an option of Hono": [(c) => c.json({}, { header: { a: "b" } }), /c\.json has no option header/],
  "an unknown option of c.header": [(c) => c.header("x-a", "1", { apend: true }), /c\.header has no option apend/],
  "an unknown option of c.setCookie": [(c) => c.setCookie("a", "1", { httponly: true }), /no option httponly; its/],
  "a status out of range": [(c) => c.status(600), /from 200 to 599/],
  "a status that is no integer": [(c) => c.status("201"), /from 200 to 599/],
  "a value that is no string": [(c) => c.header("x-a", 1), /value of x-a must be a string, not number/],
  "a null value": [(c) => c.header("x-a", null), /not null/],
  "c.onOutcome without a function": [(c) => c.onOutcome("x"), /must be a function, not string/],
};

for (const [what, [act, says]] of Object.entries(WRONG))
  test(`${what} is an error`, async () => {
    const response = await responseOf((c) => {
      assert.throws(() => act(c), says);
      return c.text("x");
    });
    assert.deepEqual([response.status, [...response.headers.keys()]], [200, ["content-type"]]);
  });

/* ------------------------------------------------------------------ what is ignored, and what is discarded */

test("a response that c made and nobody returned is ignored: its source never starts", async () => {
  const started = [];
  async function* source() {
    started.push("generator");
    yield "x";
  }
  const stream = new ReadableStream({ pull: () => void started.push("stream") }, { highWaterMark: 0 });
  const response = await responseOf((c) => {
    c.stream(source());
    c.stream(source);
    c.stream(stream);
    c.stream(() => void started.push("function"));
    c.events(source);
    c.text("unused", { status: 500, headers: { "x-a": "1" } });
    return c.text("used");
  });
  await rounds(3);
  assert.deepEqual([response.status, response.text, response.headers.get("x-a"), started], [200, "used", null, []]);
});

test("HEAD cancels the body, and the source of a stream", async () => {
  const fates = [];
  const body = () => new ReadableStream({ cancel: () => void fates.push("cancelled") });
  const app = new Router();
  app.use("/wrapped/*", (c, next) => (c.header("x-a", "1"), next()));
  for (const prefix of ["", "/wrapped"]) {
    app.get(`${prefix}/raw`, () => new Response(body(), { headers: { "content-length": "5" } }));
    app.get(`${prefix}/stream`, (c) => c.stream(body()));
    app.get(`${prefix}/body`, (c) => c.body(body()));
    for (const path of ["raw", "stream", "body"]) {
      fates.length = 0;
      const { status, text, headers } = await ask(app, `${prefix}/${path}`, { method: "HEAD" });
      await rounds(2);
      assert.deepEqual([status, text, fates], [200, "", ["cancelled"]], path);
      assert.equal(headers.get("content-length"), path === "raw" ? "5" : null);
    }
  }
});
