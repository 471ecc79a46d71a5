import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { HttpError, Router, WyeError } from "#wye";
import { cache, cors, etag, requestId } from "#wye/middleware.js";
import { steadyClock } from "../../js/middleware/lib/clock.js";
import { later, rounds } from "../app/support.mjs";

setFlagsFromString("--expose-gc");
globalThis.gc ??= runInNewContext("gc");

/**
 * An app behind a cache whose clock the test drives. Each response of `/x` counts how often the handler ran; `handler`
 * makes it of that number and of `c`.
 */
function cached(handler = (c, count) => c.text(`${count}`), options = {}, outside = [], inside = []) {
  let time = 1_000_000;
  let count = 0;
  const middleware = cache({ now: () => time, ...options });
  const app = new Router().use(...outside, middleware, ...inside);
  app.all("/x", (c) => handler(c, ++count)).all("/y", (c) => handler(c, ++count));
  const get = async (headers = {}, path = "/x", method = "GET") => {
    const response = await app.request(path, { method, headers });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
  const texts = async (...requests) => {
    const all = [];
    for (const headers of requests) all.push((await get(headers)).text);
    return all.join(" ");
  };
  const wait = (seconds) => (time += 1000 * seconds);
  return { app, get, texts, wait, stats: middleware.stats, clear: middleware.clear, count: () => count };
}

const withHeaders = (headers) => (c, count) => c.text(`${count}`, { headers });

// ---------------------------------------------------------------- what is kept

test("the second request gets the first one's response, with its age", async () => {
  const { get, wait } = cached((c, count) => c.json({ count }, { headers: { "x-own": "1" } }));
  const first = await get();
  wait(7.9);
  const second = await get();
  assert.deepEqual([first.text, second.text], ['{"count":1}', '{"count":1}']);
  const fields = { "content-type": "application/json", "x-own": "1" };
  assert.deepEqual(Object.fromEntries(first.headers), fields);
  assert.deepEqual(Object.fromEntries(second.headers), { age: "7", ...fields });
});

test("bytes are stored unchanged, also those of a stream", async () => {
  const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => i * 7);
  const pieces = async function* () {
    for (let at = 0; at < 70_000; at += 999) yield bytes.subarray(at, at + 999);
  };
  const bodies = {
    bytes: (c) => c.body(bytes),
    blob: () => new Response(new Blob([bytes])),
    stream: (c) => c.stream(pieces()),
    empty: (c) => c.text(""),
    none: (c) => c.body(null),
  };
  for (const [name, body] of Object.entries(bodies)) {
    const { app, count } = cached(body);
    const read = async () => new Uint8Array(await (await app.request("/x")).arrayBuffer());
    const [first, second] = [await read(), await read()];
    assert.equal(count(), 1, name);
    assert.deepEqual(first, name.startsWith("e") || name === "none" ? new Uint8Array(0) : bytes, name);
    assert.deepEqual(second, first, name);
  }
});

test("a client that changes its chunks changes nobody else's", async () => {
  const scribble = async (c, next) => {
    const response = await next();
    const whole = new Uint8Array(await response.arrayBuffer());
    const copy = whole.slice();
    whole.fill(0);
    return new Response(copy, response);
  };
  const { texts } = cached((c, count) => c.text(`answer ${count}`), {}, [scribble]);
  assert.equal(await texts({}, {}, {}), "answer 1 answer 1 answer 1");
});

test("the key is the URL: host, path and query", async () => {
  const { app } = cached();
  const urls = ["//a/x", "//b/x", "//a:81/x", "//a/x?", "//a/x?q=1", "//a/x?q=2"].map((url) => `http:${url}`);
  const ask = async () => {
    const texts = [];
    for (const url of urls) texts.push(await (await app.request(url)).text());
    return texts.join(" ");
  };
  assert.equal(await ask(), "1 2 3 4 5 6");
  assert.equal(await ask(), "1 2 3 4 5 6");
});

test("a key of its own; undefined bypasses the cache", async () => {
  const { get } = cached(undefined, { key: (c) => (c.query("fresh") === undefined ? c.path : undefined) });
  const texts = [];
  for (const path of ["/x?a", "/x?b", "/x?fresh", "/x?fresh", "/x"]) texts.push((await get({}, path)).text);
  assert.equal(texts.join(" "), "1 1 2 3 1");
});

test("a key may be a promise; what is neither a string nor undefined is an error, for every method", async (t) => {
  t.mock.method(console, "error", () => {});
  const { get } = cached(undefined, { key: async (c) => (c.query("fresh") === undefined ? c.path : undefined) });
  const texts = [];
  for (const path of ["/x?a", "/x?b", "/y", "/x?fresh", "/x?fresh", "/x"]) texts.push((await get({}, path)).text);
  assert.equal(texts.join(" "), "1 1 2 3 4 1");
  await get({}, "/x", "POST");
  assert.equal((await get()).text, "6", "POST drops what is under a promised key");
  for (const value of [{}, null, 7, true, ["/x"], Symbol("key"), Promise.resolve({}), Promise.resolve(null)]) {
    const errors = [];
    const wrong = cached(undefined, { key: () => value });
    wrong.app.onError((error, c) => (errors.push(error), c.text("", 500)));
    for (const method of ["GET", "HEAD", "POST"]) assert.equal((await wrong.get({}, "/x", method)).status, 500);
    for (const { code, message } of errors) {
      assert.equal(code, "BAD_ARGUMENT");
      assert.match(message, /cache: key must return a string, undefined, or a promise of one of these, not ./);
    }
    assert.deepEqual([errors.length, wrong.count()], [3, 0]);
  }
  const failing = cached(undefined, { key: () => Promise.reject(new HttpError(400, "no key")) });
  assert.equal((await failing.get()).status, 400);
});

test("HEAD is served from what GET stored, and stores nothing", async () => {
  const { get, texts, count } = cached();
  assert.deepEqual((await get({}, "/x", "HEAD")).status, 200);
  assert.equal(await texts({}, {}), "2 2");
  const head = await get({}, "/x", "HEAD");
  assert.deepEqual([head.status, head.text, head.headers.get("age"), count()], [200, "", "0", 2]);
});

test("If-None-Match is answered from the entry, also with a tag made inside the cache", async () => {
  for (const inside of [[], [etag()]]) {
    const handler = inside.length ? (c) => c.text("hello") : (c) => c.text("hello", { headers: { etag: '"7"' } });
    const { get, count } = cached(handler, {}, [], inside);
    const tag = (await get()).headers.get("etag");
    const known = await get({ "if-none-match": `W/${tag}` });
    assert.deepEqual([known.status, known.text, known.headers.get("etag")], [304, "", tag]);
    assert.equal(known.headers.get("content-type"), null);
    const head = await get({ "if-none-match": tag }, "/x", "HEAD");
    assert.equal(head.status, 304);
    const other = await get({ "if-none-match": '"8"' });
    assert.deepEqual([other.status, other.text, count()], [200, "hello", 1]);
  }
});

const LIVES = [
  { title: "not stated", headers: {}, lives: 60 },
  { title: "max-age", headers: { "cache-control": "max-age=5" }, lives: 5 },
  { title: "s-maxage before max-age", headers: { "cache-control": "max-age=5, S-MaxAge=9" }, lives: 9 },
  { title: "s-maxage of 0", headers: { "cache-control": "max-age=5, s-maxage=0" }, lives: 0 },
  { title: "in quotes", headers: { "cache-control": 'public, max-age="5"' }, lives: 5 },
  { title: "max-age before Expires", headers: { "cache-control": "max-age=5", "expires": "0" }, lives: 5 },
  { title: "Expires and Date", lives: 30,
    headers: { expires: "Thu, 01 Jan 2026 00:00:30 GMT", date: "Thu, 01 Jan 2026 00:00:00 GMT" } },
  { title: "Expires alone", headers: { expires: new Date(1_000_000 + 20_000).toUTCString() }, lives: 20 },
  { title: "Expires that is no date", headers: { expires: "0" }, lives: 0 },
  { title: "Expires of another form", headers: { expires: "2050" }, lives: 0 },
  { title: "Expires long ago", headers: { expires: "Thu, 01 Jan 1970 00:00:00 GMT" }, lives: 0 },
  { title: "Expires, and a Date that is none", lives: 20,
    headers: { expires: new Date(1_000_000 + 20_000).toUTCString(), date: "0" } },
  { title: "Age, of another cache", headers: { "cache-control": "max-age=50", "age": "20" }, lives: 30, age: 20 },
  { title: "Age over the life", headers: { "cache-control": "max-age=50", "age": "50" }, lives: 0 },
  { title: "public", headers: { "cache-control": "public" }, lives: 60 },
  { title: "max-age=0", headers: { "cache-control": "max-age=0" }, lives: 0 },
  { title: "max-age that is no number", headers: { "cache-control": "max-age=many" }, lives: 0 },
  { title: "max-age below zero", headers: { "cache-control": "max-age=-1" }, lives: 0 },
  { title: "max-age without a value", headers: { "cache-control": "max-age" }, lives: 0 },
  { title: "max-age twice", headers: { "cache-control": "max-age=5, max-age=6" }, lives: 0 },
  { title: "no-store", headers: { "cache-control": "no-store" }, lives: 0 },
  { title: "NO-STORE among others", headers: { "cache-control": "public,max-age=5 , NO-STORE" }, lives: 0 },
  { title: "private", headers: { "cache-control": "private, max-age=5" }, lives: 0 },
  { title: "private for a field", headers: { "cache-control": 'private="x-a", max-age=5' }, lives: 0 },
  { title: "no-cache", headers: { "cache-control": "no-cache" }, lives: 0 },
  { title: "no-cache for a field", headers: { "cache-control": 'no-cache="set-cookie"' }, lives: 0 },
  { title: "a word in quotes", headers: { "cache-control": 'ext="no-store, private", max-age=5' }, lives: 5 },
  { title: "a quote that does not end", headers: { "cache-control": 'ext="private, max-age=5' }, lives: 0 },
];

for (const { title, headers, lives, age = 0 } of LIVES) {
  test(`an answer is good for ${lives} seconds: ${title}`, async () => {
    const { get, wait } = cached(withHeaders(headers));
    await get();
    if (lives > 0) {
      wait(lives - 0.001);
      const old = await get();
      assert.deepEqual([old.text, old.headers.get("age")], ["1", String(age + lives - 1)]);
      wait(0.001);
    }
    assert.equal((await get()).text, "2");
  });
}

test("maxAge 0 stores only responses that say that they may be stored", async () => {
  assert.equal(await cached(undefined, { maxAge: 0 }).texts({}, {}), "1 2");
  assert.equal(await cached(withHeaders({ "cache-control": "max-age=5" }), { maxAge: 0 }).texts({}, {}), "1 1");
});

// ---------------------------------------------------------------- what one client never gets from another

const PERSONAL = [
  { title: "Upgrade", headers: { upgrade: "websocket" } },
  { title: "the length of a body", headers: { "content-length": "5" } },
  { title: "Authorization", headers: { authorization: "Bearer a" } },
  { title: "Cookie", headers: { cookie: "session=1" } },
  { title: "Range", headers: { range: "bytes=0-1" } },
];

for (const { title, headers } of PERSONAL) {
  test(`a request with ${title} is neither stored nor served`, async () => {
    assert.equal(await cached().texts(headers, headers, {}, headers, {}), "1 2 3 4 3");
    const stated = cached(withHeaders({ "cache-control": "public, max-age=9" }));
    assert.equal(await stated.texts(headers, {}, headers), "1 2 3");
  });
}

test("cookies: true, requests with Cookie use the cache too", async () => {
  assert.equal(await cached(undefined, { cookies: true }).texts({ cookie: "a=1" }, { cookie: "a=2" }, {}), "1 1 1");
  const vary = withHeaders({ vary: "Cookie" });
  const [one, two] = [{ cookie: "a=1" }, { cookie: "a=2" }];
  assert.equal(await cached(vary, { cookies: true }).texts(one, two, {}, one, {}), "1 2 3 1 3");
  assert.equal(await cached(undefined, { cookies: true }).texts({ authorization: "a" }, {}), "1 2");
});

const cookie = (c) => c.header("set-cookie", "a=b", { append: true });
const before = (c, next) => (cookie(c), next());
const after = async (c, next) => {
  await next();
  cookie(c);
};
const SETTERS = {
  "by init": [(c, count) => c.text(`${count}`, { headers: { "set-cookie": "a=b" } })],
  "in a Response of its own": [(_, count) => new Response(`${count}`, { headers: { "set-cookie": "a=b" } })],
  "by c.header": [(c, count) => (cookie(c), c.text(`${count}`))],
  "by c.setCookie": [(c, count) => (c.setCookie("a", "b"), new Response(`${count}`))],
  "by c.header, with a Response of its own": [(c, count) => (cookie(c), new Response(`${count}`))],
  "by middleware inside, before": [undefined, {}, [], [before]],
  "by middleware inside, after": [undefined, {}, [], [after]],
};

for (const [title, parts] of Object.entries(SETTERS))
  test(`a response that sets a cookie is not stored: ${title}`, async () => {
    const { get, texts, stats } = cached(...parts);
    assert.match((await get()).headers.get("set-cookie"), /^a=b/);
    assert.equal(await texts({}), "2");
    assert.equal(stats().entries, 0);
  });

for (const [title, outside] of Object.entries({ before, after }))
  test(`a cookie that is set outside is each request's own, and is not stored: ${title} its next`, async () => {
    const mark = (c, next) => (c.header("x-who") ? outside(c, next) : next());
    const { get } = cached(undefined, {}, [mark]);
    for (const who of ["ada", undefined, "bob", undefined]) {
      const { text, headers } = await get(who && { "x-who": who });
      assert.deepEqual([text, headers.get("set-cookie")], ["1", who ? "a=b" : null]);
    }
  });

test("fields that middleware inside sets by c.header count too", async () => {
  const later = (name, value) => async (c, next) => {
    await next();
    c.header(name, value);
  };
  for (const [name, value] of [["cache-control", "private"], ["cache-control", "no-store"], ["vary", "*"]])
    assert.equal(await cached(undefined, {}, [], [later(name, value)]).texts({}, {}), "1 2");
  const varied = cached(undefined, {}, [], [later("vary", "x-user")]);
  assert.equal(await varied.texts({ "x-user": "a" }, { "x-user": "b" }, { "x-user": "a" }), "1 2 1");
  const { get } = cached(undefined, {}, [], [later("x-late", "1")]);
  for (const age of [null, "0"]) {
    const { headers, text } = await get();
    assert.deepEqual([text, headers.get("x-late"), headers.get("age")], ["1", "1", age]);
  }
});

test("fields that are set outside the cache are each request's own, and none is stored", async () => {
  let id = 0;
  const origins = ["http://a", "http://b"];
  const outside = [requestId({ generator: () => `id-${++id}` }), cors({ origin: origins, credentials: true })];
  const handlers = {
    made: [undefined, 1],
    own: [(_, count) => new Response(`${count}`), 1],
    vary: [(c, count) => c.text(`${count}`, { headers: { vary: "Origin" } }), 4], // three origins and none
  };
  for (const [name, [handler, runs]] of Object.entries(handlers)) {
    const { get, count } = cached(handler, {}, outside);
    for (const origin of ["http://a", "http://b", undefined, "http://evil", "http://a", "http://b"]) {
      const { headers } = await get(origin && { origin });
      const allowed = origins.includes(origin) ? origin : null;
      const fields = ["access-control-allow-origin", "access-control-allow-credentials", "vary", "x-request-id"];
      const seen = fields.map((field) => headers.get(field));
      assert.deepEqual(seen, [allowed, allowed && "true", "Origin", `id-${id}`], name);
    }
    assert.equal(count(), runs, name);
  }
});

test("a field set on both sides of the cache: each request gets its own outer part", async () => {
  const hint = (c, next) => (c.header("x-hint", `of-${c.header("x-who")}`, { append: true }), next());
  const inner = (c, next) => (c.header("x-hint", "inner", { append: true }), next());
  const handlers = {
    made: (c) => c.text("", { headers: { "x-hint": "first" } }),
    own: () => new Response("", { headers: { "x-hint": "first" } }),
  };
  for (const [name, handler] of Object.entries(handlers)) {
    const { get, count } = cached(handler, {}, [hint], [inner]);
    for (const who of ["ada", "bob", "$&"]) {
      const hints = (await get({ "x-who": who })).headers.get("x-hint").split(", ").sort();
      assert.deepEqual(hints, ["first", "inner", `of-${who}`].sort(), name);
    }
    assert.equal(count(), 1);
  }
});

test("fields set outside do not replace what the handler says", async () => {
  const says = (name, value, options) => (c, next) => (c.header(name, value, options), next());
  const body = (c, count) => `${c.header("origin")}${count}`;
  const responses = {
    made: (headers) => (c, count) => c.text(body(c, count), { headers }),
    own: (headers) => (c, count) => new Response(body(c, count), { headers }),
  };
  for (const response of Object.values(responses)) {
    const vary = cached(response({ vary: "Origin" }), {}, [says("vary", "Origin", { append: true })]);
    assert.equal(await vary.texts({ origin: "a" }, { origin: "b" }, { origin: "a" }), "a1 b2 a1");
    const secret = cached(response({ "cache-control": "private" }), {}, [says("cache-control", "public")]);
    assert.equal(await secret.texts({ origin: "a" }, { origin: "b" }), "a1 b2");
    const cookie = cached(response({ "set-cookie": "a=1" }), {}, [says("set-cookie", undefined)]);
    assert.equal(await cookie.texts({ origin: "a" }, { origin: "b" }), "a1 b2");
  }
});

const one = { "accept-language": "de" };
const two = { "accept-language": "fr" };
const VARYING = [
  { title: "a field", vary: "Accept-Language", requests: [one, two, one, two, {}, {}], texts: "1 2 1 2 3 3" },
  { title: "absent and empty differ", vary: "x-a", requests: [{}, { "x-a": "" }, {}], texts: "1 2 1" },
  { title: "values that look like two", vary: "x-a, x-b",
    requests: [{ "x-a": "1", "x-b": "2" }, { "x-a": '1","2' }, { "x-b": "2" }, { "x-a": "1,2" }],
    texts: "1 2 3 4" },
  { title: "fields that are not named do not matter", vary: "x-a", requests: [one, two, {}], texts: "1 1 1" },
  { title: "everything", vary: "*", requests: [{}, {}], texts: "1 2" },
  { title: "everything, among others", vary: "x-a, *", requests: [{}, {}], texts: "1 2" },
  { title: "Authorization passes by", vary: "Authorization",
    requests: [{ authorization: "a" }, {}, { authorization: "a" }, {}], texts: "1 2 3 2" },
];

for (const { title, vary, requests, texts } of VARYING)
  test(`Vary: ${title}`, async () => assert.equal(await cached(withHeaders({ vary })).texts(...requests), texts));

test("a response that begins to vary hides what was stored before, and the reverse", async () => {
  const varies = ["", "x-a", "x-b", ""];
  const { texts, wait } = cached((c, count) => c.text(`${count}`, { headers: { vary: varies[(count - 1) % 4] } }));
  assert.equal(await texts({ "x-a": "1" }, { "x-a": "2" }), "1 1");
  wait(60);
  assert.equal(await texts({ "x-a": "1" }, { "x-a": "1" }, { "x-a": "2", "x-b": "1" }), "2 2 3");
  assert.equal(await texts({ "x-a": "1", "x-b": "1" }, { "x-a": "1" }, { "x-a": "2" }), "3 4 4");
});

const NOT_STORED = {
  "another status": (c, count) => c.text(`${count}`, 203),
  "a miss": (c, count) => c.text(`${count}`, 404),
  "an encoded body": (c, count) => c.body(`${count}`, { headers: { "content-encoding": "br" } }),
  "a stream of events": (c, count) => c.body(`${count}`, { headers: { "content-type": "text/event-stream" } }),
};

for (const [title, handler] of Object.entries(NOT_STORED))
  test(`not stored: ${title}`, async () => assert.equal(await cached(handler).texts({}, {}), "1 2"));

test("errors, misses and redirects pass through", async () => {
  const { get, app } = cached((c, count) => { throw new HttpError(503, `${count}`); });
  app.get("/elsewhere", () => Response.redirect("http://h/"));
  assert.deepEqual([(await get()).text, (await get()).text], ["1", "2"]);
  assert.equal((await get({}, "/none")).status, 404);
  assert.equal((await app.request("/elsewhere")).status, 302);
});

test("POST is not stored, and drops what it may have changed, but only if it succeeds", async () => {
  const handler = (c, count) => c.text(`${count}`, c.header("x-status") ? Number(c.header("x-status")) : 200);
  const { get, texts } = cached(handler);
  assert.equal(await texts({}, {}), "1 1");
  for (const status of ["400", "404", "500"]) await get({ "x-status": status }, "/x", "POST");
  for (const method of ["OPTIONS", "HEAD"]) await get({}, "/x", method);
  await get({}, "/y", "POST");
  assert.equal(await texts({}), "1");
  for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
    const before = await texts({}, {});
    const { text } = await get({ authorization: "a" }, "/x", method);
    assert.notEqual(text, before.split(" ")[0]);
    assert.equal(await texts({}), String(Number(text) + 1));
  }
});

test("a POST drops all variants", async () => {
  const { get, texts } = cached(withHeaders({ vary: "x-a" }));
  assert.equal(await texts({ "x-a": "1" }, { "x-a": "2" }, { "x-a": "1" }), "1 2 1");
  await get({}, "/x", "POST");
  assert.equal(await texts({ "x-a": "1" }, { "x-a": "2" }, { "x-a": "1" }), "4 5 4");
});

// ---------------------------------------------------------------- bounds

test("a response whose client leaves is not stored, nor is one that fails", async (t) => {
  t.mock.method(console, "error", () => {});
  const endless = (c) => c.stream(async function* () { for (;;) yield "12345"; }());
  const left = cached(endless);
  const { body } = await left.app.request("/x");
  const reader = body.getReader();
  await reader.read();
  await reader.cancel();
  assert.equal(left.stats().entries, 0);

  const failing = cached((c) => c.stream(async function* () { yield "12345"; throw new Error("broken"); }()));
  const response = await failing.app.request("/x");
  await assert.rejects(response.text());
  assert.equal(failing.stats().entries, 0);
});

test("maxBody: a longer body passes unchanged, also if only the stream knows its length", async () => {
  const pieces = (count) => (c) => c.stream(async function* () { for (let i = 0; i < count; i++) yield "12345"; }());
  for (const [handler, entries] of [[pieces(2), 1], [pieces(3), 0], [pieces(1000), 0], [pieces(0), 1]]) {
    const { get, stats } = cached(handler, { maxBody: 10 });
    assert.equal((await get()).text, (await get()).text);
    assert.equal(stats().entries, entries);
  }
  let made;
  const init = { headers: { "content-length": "11" } };
  const stated = cached((c) => (made = c.body("12345678901", init)), { maxBody: 10 });
  assert.equal(await stated.app.request("/x"), made);
  assert.equal(made.bodyUsed, false);
});

test("a client reads at its own pace while the response is stored", async () => {
  let read = 0;
  const pull = (controller) => (read++ < 100 ? controller.enqueue(new Uint8Array(5)) : controller.close());
  const { app } = cached(() => new Response(new ReadableStream({ pull }, { highWaterMark: 0 })));
  const reader = (await app.request("/x")).body.getReader();
  assert.equal(read, 0);
  for (let i = 1; i <= 5; i++) {
    await reader.read();
    assert.equal(read, i);
  }
  await reader.cancel();
});

test("maxEntries: the least recently used goes first", async () => {
  const { get, stats } = cached(undefined, { maxEntries: 3 });
  const ask = async (query) => (await get({}, `/x?${query}`)).text;
  for (const query of ["a", "b", "c"]) await ask(query);
  assert.equal(await ask("a"), "1");
  assert.equal(await ask("d"), "4");
  assert.deepEqual([await ask("a"), await ask("c"), await ask("d"), await ask("b")], ["1", "3", "4", "5"]);
  assert.equal(stats().entries, 3);
});

test("maxBytes: entries stay within them, whatever is requested", async () => {
  const maxBytes = 20_000;
  const sizes = [0, 10, 1000, 5000, 15_000, 19_000, 25_000];
  const handler = (c, count) => {
    return c.body("x".repeat(sizes[count % sizes.length]), { headers: { vary: count % 3 ? "x-a" : "" } });
  };
  const { get, stats } = cached(handler, { maxBytes });
  let most = 0;
  for (let i = 0; i < 500; i++) {
    await get({ "x-a": String(i % 7) }, `/x?${i % 2 ? i % 41 : "often"}`);
    assert.ok(stats().bytes <= maxBytes, `${stats().bytes}`);
    most = Math.max(most, stats().entries);
  }
  assert.ok(most >= 4 && stats().hits >= 10, JSON.stringify(stats()));
});

test("keys and fields count too", async () => {
  const { get, stats } = cached(withHeaders({ "x-long": "v".repeat(1000) }));
  await get();
  const { bytes } = stats();
  assert.ok(bytes > 1000, `${bytes}`);
  await get({}, `/x?${"q".repeat(3000)}`);
  assert.ok(stats().bytes > 2 * bytes + 6000 - 100, `${stats().bytes}`);
});

test("without room nothing is stored", async () => {
  for (const options of [{ maxEntries: 0 }, { maxBytes: 0 }, { maxBody: 0 }]) {
    const { texts, stats } = cached(undefined, options);
    assert.equal(await texts({}, {}), "1 2");
    assert.deepEqual([stats().entries, stats().bytes], [0, 0]);
  }
});

test("clear drops everything, also what is being stored", async () => {
  const { app, get, texts, stats, clear } = cached(withHeaders({ vary: "x-a" }));
  await texts({}, { "x-a": "1" });
  const under = await app.request("/x?slow");
  clear();
  assert.deepEqual(stats(), { entries: 0, bytes: 0, hits: 0, misses: 3 });
  assert.equal(await under.text(), "3");
  assert.equal(stats().entries, 0);
  assert.equal((await get()).text, "4");
});

test("the same request many times at once: each gets a response, and one is stored", async () => {
  const { get, count } = cached(async (c, number) => {
    await new Promise((resolve) => void setTimeout(resolve, 5));
    return c.text(`${number}`);
  });
  const all = await Promise.all(Array.from({ length: 20 }, () => get()));
  assert.equal(new Set(all.map(({ text }) => text)).size, 20);
  await get();
  assert.equal(count(), 20);
});

test("a Response whose headers cannot be changed", async (t) => {
  const { createServer } = await import("node:http");
  const server = createServer((_, response) => response.end("hello"));
  await new Promise((resolve) => void server.listen(0, "127.0.0.1", resolve));
  t.after(() => (server.closeAllConnections(), server.close()));
  const { get, count } = cached(() => fetch(`http://127.0.0.1:${server.address().port}/`), {}, [requestId()]);
  for (let i = 0; i < 2; i++) {
    const { text, headers } = await get();
    assert.equal(text, "hello");
    assert.notEqual(headers.get("x-request-id"), null);
  }
  assert.equal(count(), 1);
});

// ---------------------------------------------------------------- what is stored while other things happen

/** Parts that the test lets go on: what the handler waits for, and the responses that it has begun. */
function gated() {
  const runs = [];
  const handler = (c, number) => {
    if (c.method !== "GET") return c.text(`${c.method} ${number}`);
    const run = { number, ...later() };
    runs.push(run);
    return run.promise.then((body) => (body instanceof Response ? body : c.text(body ?? `${number}`)));
  };
  return { handler, runs };
}

for (const method of ["PUT", "DELETE", "PATCH", "POST", "PROPPATCH", "FROBNICATE"]) {
  test(`a fill that began before ${method} has ended is not stored`, async () => {
    const { handler, runs } = gated();
    const { app, get, wait, stats } = cached(handler);
    const slow = get();
    await rounds();
    wait(1);
    assert.equal((await get({}, "/x", method)).status, 200);
    wait(1);
    runs[0].resolve("old");
    assert.equal((await slow).text, "old");
    assert.equal(stats().entries, 0);
    const fresh = get();
    await rounds();
    runs[1].resolve("new");
    assert.equal((await fresh).text, "new");
    assert.equal((await get()).text, "new");
    assert.equal((await app.request("/x", { method: "HEAD" })).headers.get("age"), "0");
  });
}

test("a response that is read slowly while PUT drops its key is not stored", async () => {
  const { handler, runs } = gated();
  const { app, get, stats } = cached(handler);
  const slow = app.request("/x");
  await rounds();
  runs[0].resolve(new Response(new Blob(["old"]).stream()));
  const reader = (await slow).body.getReader();
  await reader.read();
  await get({}, "/x", "PUT");
  assert.equal((await reader.read()).done, true);
  await rounds();
  assert.equal(stats().entries, 0);
});

test("a response older than the stored one is not stored, however long its client reads", async () => {
  for (const vary of ["", "x-a"]) {
    const { handler, runs } = gated();
    const { app, get, wait } = cached(handler);
    const response = (text) => new Response(new Blob([text]).stream(), { headers: vary ? { vary } : {} });
    const slow = app.request("/x");
    await rounds();
    wait(1);
    const quick = get();
    await rounds();
    runs[0].resolve(response("old"));
    runs[1].resolve(response("new"));
    assert.equal((await quick).text, "new");
    wait(1);
    assert.equal(await (await slow).text(), "old");
    await rounds();
    assert.equal((await get()).text, "new", `vary: ${vary}`);
  }
});

test("storing one variant does not keep another one out", async () => {
  const { handler, runs } = gated();
  const { get, wait, count } = cached(handler);
  const vary = { headers: { vary: "x-a" } };
  for (const round of [0, 1]) {
    const one = get({ "x-a": `1 ${round}` });
    await rounds();
    wait(1);
    const two = get({ "x-a": `2 ${round}` });
    await rounds();
    runs[1 + 2 * round].resolve(new Response("two", vary));
    await two;
    runs[2 * round].resolve(new Response("one", vary));
    await one;
    const before = count();
    // In the first round the newer one was first to say that there are variants.
    if (round === 1) assert.equal((await get({ "x-a": `1 ${round}` })).text, "one");
    assert.equal((await get({ "x-a": `2 ${round}` })).text, "two");
    assert.equal(count(), before);
  }
});

test("the safe methods of IANA's registry keep what is stored; all others drop it", async () => {
  const { get, count } = cached((c, number) => c.text(`${number}`));
  await get();
  for (const method of ["HEAD", "OPTIONS", "PROPFIND", "QUERY", "REPORT", "SEARCH"]) {
    await get({}, "/x", method);
    const before = count();
    assert.equal((await get()).text, "1", method);
    assert.equal(count(), before, method);
  }
  const unsafe = ["ACL", "BIND", "COPY", "DELETE", "LINK", "LOCK", "MERGE", "MKCALENDAR", "MKCOL", "MOVE", "PATCH"]
    .concat(["POST", "PROPPATCH", "PUT", "UNLOCK", "PURGE", "propfind", "Search"]);
  for (const method of unsafe) {
    const { text } = await get();
    await get({}, "/x", method);
    assert.notEqual((await get()).text, text, method);
  }
});

test("no two requests get the same object, and each can change its own", async () => {
  const { app } = cached((c) => c.text("hello", { headers: { "x-own": "1" } }));
  await (await app.request("/x")).text();
  const all = await Promise.all(Array.from({ length: 3 }, () => app.request("/x")));
  for (const response of all) {
    assert.equal(response.headers.get("x-own"), "1");
    response.headers.set("x-own", "spoilt");
    response.headers.append("set-cookie", "a=b");
    const { value } = await response.body.getReader().read();
    assert.equal(new TextDecoder().decode(value), "hello");
    value.fill(0);
  }
  const { headers } = await app.request("/x");
  assert.deepEqual([headers.get("x-own"), headers.get("set-cookie")], ["1", null]);
});

// ---------------------------------------------------------------- Cache-Control for responses that say none

test("cacheControl: set on responses without one, and obeyed", async () => {
  const cacheControl = "public, max-age=5, stale-while-revalidate=0";
  const { get, wait } = cached(undefined, { cacheControl, maxAge: 100 });
  for (const text of ["1", "1"]) {
    const one = await get();
    assert.deepEqual([one.text, one.headers.get("cache-control")], [text, cacheControl]);
  }
  wait(5);
  assert.equal((await get()).text, "2");
  const head = await get({}, "/y", "HEAD");
  assert.equal(head.headers.get("cache-control"), cacheControl);
});

const SAYS = {
  "Cache-Control in its init": [withHeaders({ "cache-control": "no-cache" }), "no-cache"],
  "Cache-Control by c.header": [(c) => (c.header("cache-control", "private"), new Response("")), "private"],
  "Expires": [withHeaders({ expires: "0" }), null],
  "a cookie": [withHeaders({ "set-cookie": "a=b" }), null],
  "another status": [(c) => c.text("", 404), null],
  "events": [() => new Response("", { headers: { "content-type": "text/event-stream" } }), null],
};

for (const [title, [handler, said]] of Object.entries(SAYS))
  test(`cacheControl leaves alone: ${title}`, async () => {
    const { get, stats } = cached(handler, { cacheControl: "public, max-age=60" });
    for (let i = 0; i < 2; i++) assert.equal((await get()).headers.get("cache-control"), said);
    assert.equal(stats().entries, 0);
  });

test("cacheControl leaves personal requests alone: a cache downstream would store one client's response", async () => {
  const { get } = cached(undefined, { cacheControl: "public, max-age=60" });
  for (const headers of [{ cookie: "a=1" }, { authorization: "Bearer a" }, { range: "bytes=0-" }])
    assert.equal((await get(headers)).headers.get("cache-control"), null);
  assert.equal((await get({}, "/x", "POST")).headers.get("cache-control"), null);
});

const CONTROLS = {
  'max-age: 60': /"max-age: 60" is not a directive/,
  'public; max-age=60': /"public; max-age=60" is not a directive/,
  'public max-age=60': /is not a directive/,
  'maxage=60': /a directive must be one of max-age, s-maxage, .*, not maxage/,
  'max-age': /max-age must be a number of seconds/,
  'max-age=1m': /max-age must be a number of seconds/,
  'max-age="60"': /max-age must be a number of seconds/,
  'max-age=-1': /max-age must be a number of seconds/,
  'public=1': /public takes no value/,
  'private=x-a': /private takes a list of names in quotes/,
  'max-age=1, Max-Age=2': /Max-Age appears twice/,
  'public,': /"" is not a directive/,
  '': /"" is not a directive/,
};

for (const [cacheControl, message] of Object.entries(CONTROLS))
  test(`cacheControl: ${JSON.stringify(cacheControl)} is refused`, () => {
    assert.throws(() => cache({ cacheControl }), { code: "BAD_ARGUMENT", message });
  });

test("cacheControl takes the directives of RFC 9111 and its companions", () => {
  const all = 'Public, max-age=0, s-maxage=9, no-cache="x-a, x-b", must-revalidate, immutable, stale-if-error=1';
  for (const cacheControl of [all, "no-store", "private", "stale-while-revalidate=60,max-age=1"])
    assert.doesNotThrow(() => cache({ cacheControl }));
});

// ---------------------------------------------------------------- stale responses

/** The same, with an execution context that can be awaited, and handlers that fail or wait on demand. */
function stale(options = {}, headers = {}, inside = []) {
  const state = { instead: undefined, gate: undefined, reported: [], seen: [] };
  const handler = async (c, count) => {
    state.seen.push(c.request);
    await state.gate;
    const other = state.instead?.();
    if (other instanceof Error) throw other;
    return other ?? c.text(`${count}`, { headers: { ...headers } });
  };
  const report = (error, c) => state.reported.push([error, c.url]);
  const kit = cached(handler, { report, ...options }, [], inside);
  const waiting = [];
  const get = async (fields = {}, method = "GET") => {
    const ctx = { waitUntil: (promise) => void waiting.push(promise) };
    const response = await kit.app.request("/x", { method, headers: fields }, {}, ctx);
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
  const background = async () => void (await Promise.all(waiting.splice(0)));
  return { ...kit, state, get, background, waiting };
}

const STATED = [
  { title: "by the response", headers: { "cache-control": "max-age=10, stale-while-revalidate=20" } },
  { title: "by the response, beside s-maxage",
    headers: { "cache-control": "s-maxage=10, stale-while-revalidate=20" } },
  { title: "by the option", options: { maxAge: 10, staleWhileRevalidate: 20 } },
  { title: "by the response before the option", options: { staleWhileRevalidate: 99 },
    headers: { "cache-control": "max-age=10, stale-while-revalidate=20" } },
];

for (const { title, options, headers } of STATED)
  test(`stale-while-revalidate, stated ${title}: at once the old one, then the new one`, async () => {
    const { get, wait, background, state } = stale(options, headers);
    await get();
    await background();
    wait(10);
    const gate = later();
    state.gate = gate.promise;
    const old = await get();
    assert.deepEqual([old.text, old.headers.get("age")], ["1", "10"]);
    gate.resolve();
    await background();
    const fresh = await get();
    assert.deepEqual([fresh.text, fresh.headers.get("age")], ["2", "0"]);
    wait(29.999);
    assert.equal((await get()).text, "2");
    await background();
    wait(30);
    assert.equal((await get()).text, "4", "after that time nothing is stale, but over");
  });

test("no stale response where that is ruled out, and none by default", async () => {
  for (const control of ["max-age=10", "max-age=10, stale-while-revalidate=0", "max-age=10, stale-while-revalidate=x"]
    .concat(["must-revalidate", "proxy-revalidate"].map((rule) => `max-age=10, stale-while-revalidate=20, ${rule}`))) {
    const { get, wait } = stale({}, { "cache-control": control });
    await get();
    wait(10);
    assert.equal((await get()).text, "2", control);
  }
});

test("a response that is stale at once is stored for its revalidation", async () => {
  const { get, background } = stale({}, { "cache-control": "max-age=0, stale-while-revalidate=5" });
  const texts = [];
  for (let i = 0; i < 4; i++) texts.push((await get()).text, await background());
  assert.equal(texts.filter(Boolean).join(" "), "1 1 2 3");
});

test("one revalidation at a time; the next one when it has ended or is lost", async () => {
  const { get, wait, background, state, count } = stale({ maxAge: 10, staleWhileRevalidate: 1000 });
  await get();
  wait(10);
  const gate = later();
  state.gate = gate.promise;
  const all = await Promise.all(Array.from({ length: 20 }, () => get()));
  assert.deepEqual([new Set(all.map(({ text }) => text)), count()], [new Set(["1"]), 2]);
  wait(29);
  await get();
  assert.equal(count(), 2);
  wait(1); // 30 seconds: it is taken for lost
  await get();
  assert.equal(count(), 3);
  gate.resolve();
  await background();
  assert.equal(count(), 3);
  assert.notEqual((await get()).text, "1");
});

test("each variant has its own revalidation", async () => {
  const { get, wait, background, count } = stale({ maxAge: 10, staleWhileRevalidate: 1000 }, { vary: "x-a" });
  for (const a of ["1", "2"]) await get({ "x-a": a });
  wait(10);
  for (const a of ["1", "2", "1", "2"]) await get({ "x-a": a });
  await background();
  assert.equal(count(), 4);
  const texts = [await get({ "x-a": "1" }), await get({ "x-a": "2" })].map(({ text }) => text);
  assert.deepEqual([texts.sort(), count()], [["3", "4"], 4]);
});

test("a revalidation is a GET of its own: no conditions, no abort, and its fields are not the client's", async () => {
  const mark = async (c, next) => {
    c.header("x-inside", "1");
    c.set("value", (c.get("value") ?? 0) + 1);
    const response = await next();
    c.header("x-count", String(c.get("value")));
    return response;
  };
  const kit = stale({ maxAge: 10, staleWhileRevalidate: 100 }, {}, [mark, etag()]);
  const { app, state, wait, get } = kit;
  const { headers } = await get();
  wait(10);
  const client = new AbortController();
  const init = { headers: { "if-none-match": headers.get("etag"), "x-a": "1" }, signal: client.signal };
  const waiting = [];
  const known = await app.request("/x", init, {}, { waitUntil: (promise) => waiting.push(promise) });
  client.abort();
  await Promise.all(waiting);
  assert.equal(known.status, 304);
  const [, request] = state.seen;
  assert.deepEqual([request.method, request.headers.get("x-a")], ["GET", "1"]);
  assert.equal(request.headers.get("if-none-match"), null);
  assert.equal(request.signal.aborted, false);
  const fresh = await get();
  assert.deepEqual([fresh.status, fresh.text, fresh.headers.get("age")], [200, "2", "0"]);
  assert.deepEqual([fresh.headers.get("x-inside"), fresh.headers.get("x-count")], ["1", "1"]);
});

const FAILURES = {
  "an error": [() => new Error("down"), 1],
  "an HttpError of 503": [() => new HttpError(503, "down"), 1],
  "a status of 500": [() => new Response("down", { status: 500 }), 0],
};

for (const [title, [fail, reports]] of Object.entries(FAILURES))
  test(`a revalidation that fails keeps the old response until its time ends, and is reported: ${title}`, async (t) => {
    t.mock.method(console, "error", () => {});
    const { get, wait, background, state, count } = stale({ maxAge: 10, staleWhileRevalidate: 20 });
    await get();
    await background();
    wait(10);
    state.instead = fail;
    for (const runs of [2, 3]) {
      assert.equal((await get()).text, "1");
      await background();
      assert.equal(count(), runs, "each request that comes tries once more");
    }
    const reported = state.reported.map(([{ message }, url]) => [message, url]);
    assert.deepEqual(reported, Array(2 * reports).fill(["down", "http://localhost/x"]));
    wait(20);
    const over = await get();
    assert.ok(over.status >= 500);
    state.instead = undefined;
    assert.equal((await get()).text, "5");
  });

test("a report that fails, at once or later, fails neither request nor process", async (t) => {
  t.mock.method(console, "error", () => {});
  for (const report of [() => { throw new Error("no log"); }, async () => { throw new Error("no log"); }]) {
    const app = new Router();
    let now = 0, runs = 0;
    const options = { report, now: () => now, maxAge: 1, staleWhileRevalidate: 1, staleIfError: 9 };
    app.get("/x", cache(options), (c) => {
      if (runs++ > 0) throw new Error("down");
      return c.text("old");
    });
    await (await app.request("/x")).text();
    for (now of [1500, 5000]) assert.equal(await (await app.request("/x")).text(), "old"); // without waitUntil
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(runs, 3);
  }
  assert.equal(console.error.mock.callCount(), 4);
});

const OTHERWISE = {
  "404": () => new Response("gone", { status: 404 }),
  "an HttpError of 404": () => new HttpError(404, "gone"),
  "private": () => new Response("mine", { headers: { "cache-control": "private" } }),
  "a cookie": () => new Response("mine", { headers: { "set-cookie": "a=b" } }),
  "too long a body": () => new Response("x".repeat(100)),
};

for (const [title, make] of Object.entries(OTHERWISE))
  test(`a revalidation that comes to what is not stored drops the old response: ${title}`, async () => {
    const { get, wait, background, state, stats } = stale({ maxAge: 10, staleWhileRevalidate: 20, maxBody: 10 });
    await get();
    wait(10);
    state.instead = make;
    assert.equal((await get()).text, "1");
    await background();
    assert.equal(stats().entries, 0);
    state.instead = undefined;
    assert.equal((await get()).text, "3");
    assert.deepEqual(state.reported, []);
  });

test("a revalidation that began before PUT is not stored", async () => {
  const { app, get, wait, background, state, stats } = stale({ maxAge: 10, staleWhileRevalidate: 20 });
  await get();
  wait(10);
  const gate = later();
  state.gate = gate.promise;
  await get();
  state.gate = undefined;
  await app.request("/x", { method: "PUT" });
  gate.resolve();
  await background();
  assert.equal(stats().entries, 0);
});

test("HEAD gets the old response, too, and leaves the revalidation to GET", async () => {
  const { get, wait, background, count } = stale({ maxAge: 10, staleWhileRevalidate: 20 });
  await get();
  wait(10);
  const head = await get({}, "HEAD");
  await background();
  assert.deepEqual([head.status, head.headers.get("age"), count()], [200, "10", 1]);
});

test("without an execution context it works where the host lets it", async () => {
  const { app, wait } = stale({ maxAge: 10, staleWhileRevalidate: 20 });
  const text = async () => (await app.request("/x")).text();
  await text();
  wait(10);
  assert.equal(await text(), "1");
  await rounds();
  assert.equal(await text(), "2");
});

for (const stated of [{ headers: { "cache-control": "max-age=10, stale-if-error=20" } },
  { options: { maxAge: 10, staleIfError: 20 } }])
  test(`stale-if-error: ${JSON.stringify(stated)}`, async (t) => {
    t.mock.method(console, "error", () => {});
    for (const [fail, reports] of Object.values(FAILURES)) {
      const { get, wait, state } = stale(stated.options, stated.headers);
      await get();
      wait(10);
      state.instead = fail;
      for (const method of ["GET", "HEAD"]) {
        const old = await get({}, method);
        assert.deepEqual([old.status, old.headers.get("age")], [200, "10"]);
      }
      assert.equal(state.reported.length, 2 * reports);
      state.instead = () => new HttpError(404, "gone");
      assert.equal((await get()).status, 404, "that is no failure");
      state.instead = undefined;
      assert.equal((await get()).text, "5");
      wait(30);
      state.instead = fail;
      assert.ok((await get()).status >= 500);
    }
  });

// ---------------------------------------------------------------- clocks, memory, options

test("a clock that steps an hour either way neither keeps anything longer nor loses everything forever", async () => {
  for (const hour of [3600, -3600]) {
    const { get, wait } = cached(withHeaders({ "cache-control": "max-age=100" }));
    await get();
    wait(50);
    await get();
    wait(hour);
    const { text } = await get();
    assert.equal(text, hour < 0 ? "1" : "2");
    wait(49);
    assert.equal((await get()).text, text);
    wait(hour < 0 ? 1 : 51);
    assert.notEqual((await get()).text, text, "it is over when it would have been");
    const { text: now } = await get();
    for (let i = 0; i < 3; i++) {
      wait(30);
      assert.equal((await get()).text, now);
    }
  }
});

test("by default both clocks of the host count: either may step, or stand still", () => {
  const [wall, own] = [{ time: 5e12 }, { time: 0 }];
  const now = steadyClock([() => wall.time, () => own.time]);
  const pass = (byWall, byOwn) => {
    wall.time += byWall;
    own.time += byOwn;
    return now();
  };
  assert.equal(pass(1000, 1000), 1000);
  assert.equal(pass(-3_600_000 + 500, 500), 1500, "set back");
  assert.equal(pass(500, 500), 2000);
  assert.equal(pass(60_000, 0), 62_000, "asleep");
  assert.equal(pass(3_600_000, 10), 3_662_000, "set forward");
  assert.equal(pass(NaN, 10), 3_662_010);
});

/** The bytes that a cache takes with all that it holds, in the heap and outside it. */
async function heap() {
  for (let i = 0; i < 3; i++) {
    globalThis.gc();
    await new Promise((resolve) => void setTimeout(resolve, 20)); // what is outside goes later
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external; // external has the array buffers
}

const FULL = {
  "tiny keys and nothing else": { path: (i) => `/x?${i}`, handler: (c) => c.body(null) },
  "tiny bodies": { path: (i) => `/x?${i}`, handler: (c) => c.text("x") },
  "many fields": {
    path: (i) => `/x?${i}`,
    handler: (c) => c.text("x", { headers: Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`x-${i}`, "v"])) }),
  },
  "variants": {
    path: (i) => `/x?${i >> 3}`, headers: (i) => ({ "x-a": String(i) }),
    handler: (c) => c.text("x", { headers: { vary: "x-a, x-b, x-c" } }),
  },
  "keys that are cut from long texts": {
    path: (i) => `/x/${String(i).padStart(20, "0")}?${"q".repeat(4000)}`, key: (c) => c.path,
    handler: (c) => c.text("x"),
  },
  "fields that are cut from long texts": {
    path: (i) => `/x?${i}`,
    handler: (c) => c.text("x", { headers: { "x-cut": `${c.url}${"v".repeat(4000)}`.slice(0, 40) } }),
  },
  "keys beyond Latin-1": {
    path: (i) => `/x?${i}`, key: (c) => `${c.url}\u{1f600}${"ж".repeat(100)}`,
    handler: (c) => c.text(""),
  },
};

for (const [title, { path, headers = () => ({}), key, handler }] of Object.entries(FULL))
  test(`maxBytes bounds the memory of ${title}`, async (t) => {
    const maxBytes = 2 << 20;
    const middleware = cache({ maxEntries: 1e9, maxBytes, ...(key && { key }) });
    const app = new Router().use(middleware).get("/x/*", handler).get("/x", handler);
    const ask = async (i) => (await app.request(path(i), { headers: headers(i) })).arrayBuffer();
    for (let i = 0; i < 1000; i++) await ask(i >> 1); // what the engine makes of the code is not the cache's
    const warm = middleware.stats();
    middleware.clear();
    const before = await heap();
    let count = 0;
    while (middleware.stats().bytes < maxBytes - 50_000) await ask(count++);
    for (let i = 0; i < count; i++) await ask(i); // what is served takes more
    const { bytes, entries, hits } = middleware.stats();
    assert.equal(hits - warm.hits, count);
    const taken = (await heap()) - before;
    t.diagnostic(`${entries} entries, counted as ${bytes} bytes, take ${taken}`);
    assert.ok(bytes > maxBytes - 200_000 && bytes <= maxBytes, `${bytes}`);
    assert.ok(taken < maxBytes + 250_000, `${entries} entries take ${taken} bytes`);
    assert.ok(taken > bytes / 8, `${taken} of ${bytes} bytes: what is counted is far too much`);
  });

test("invalid options are errors when the middleware is made", () => {
  const bad = [
    { maxEntries: -1 }, { maxBytes: 1.5 }, { maxBody: "1" }, { maxBody: null }, { maxAge: NaN }, { key: "x" },
    { cookies: "no" }, { report: 1 }, { now: 5 }, { staleWhileRevalidate: -1 }, { staleIfError: "1" },
    { cacheControl: 60 }, { cacheControl: null }, { maxage: 1 }, { ttl: 60 }, { cacheName: "x" },
    { storage: undefined }, { storage: null }, { storage: {} }, { storage: "default" }, { storage: new Map() },
    { storage: () => {}, maxBytes: 5 }, { storage: () => {}, maxEntries: 5 },
  ];
  for (const options of bad) {
    const isRight = (error) => error instanceof WyeError && error.code === "BAD_ARGUMENT" && /cache/.test(error);
    assert.throws(() => cache(options), isRight, JSON.stringify(options));
  }
  assert.throws(() => cache({ ttl: 60 }), /cache has no option ttl; its options are maxEntries, maxBytes, .*storage/);
  const absent = { storage: globalThis.caches?.default };
  assert.throws(() => cache(absent), /cache: storage must be a Cache of the host .+, not undefined/);
});
