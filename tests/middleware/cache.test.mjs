import assert from "node:assert/strict";
import { test } from "node:test";
import { HttpError, Router, WyeError } from "wye";
import { cache, cors, etag, requestId } from "wye/middleware";

/**
 * An app behind a cache whose clock the test drives. Each answer of `/x` counts how often the handler ran; `handler`
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

test("the second request gets the first one's answer, with its age", async () => {
  const { get, wait } = cached((c, count) => c.json({ count }, { headers: { "x-own": "1" } }));
  const first = await get();
  wait(7.9);
  const second = await get();
  assert.deepEqual([first.text, second.text], ['{"count":1}', '{"count":1}']);
  const fields = { "content-type": "application/json", "x-own": "1" };
  assert.deepEqual(Object.fromEntries(first.headers), fields);
  assert.deepEqual(Object.fromEntries(second.headers), { age: "7", ...fields });
});

test("bytes are kept as they are, also those of a stream", async () => {
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
    assert.equal(app.contexts.used, 0, name);
  }
});

test("a client's pieces are its own: who changes them changes nobody else's", async () => {
  const scribble = async (c) => {
    const response = await c.next();
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

test("the key can be another one, and undefined passes by", async () => {
  const { get } = cached(undefined, { key: (c) => (c.query("fresh") === undefined ? c.path : undefined) });
  const texts = [];
  for (const path of ["/x?a", "/x?b", "/x?fresh", "/x?fresh", "/x"]) texts.push((await get({}, path)).text);
  assert.equal(texts.join(" "), "1 1 2 3 1");
});

test("HEAD is served from what GET has left, and leaves nothing", async () => {
  const { get, texts, count } = cached();
  assert.deepEqual((await get({}, "/x", "HEAD")).status, 200);
  assert.equal(await texts({}, {}), "2 2");
  const head = await get({}, "/x", "HEAD");
  assert.deepEqual([head.status, head.text, head.headers.get("age"), count()], [200, "", "0", 2]);
});

test("If-None-Match is answered from the entry, of a tag made behind the cache too", async () => {
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
  { title: "Age of a cache behind", headers: { "cache-control": "max-age=50", "age": "20" }, lives: 30, age: 20 },
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

test("maxAge 0 keeps only what says that it may be kept", async () => {
  assert.equal(await cached(undefined, { maxAge: 0 }).texts({}, {}), "1 2");
  assert.equal(await cached(withHeaders({ "cache-control": "max-age=5" }), { maxAge: 0 }).texts({}, {}), "1 1");
});

// ---------------------------------------------------------------- what one client never gets from another

const PERSONAL = [
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

test("where the answers do not depend on cookies, requests with Cookie are as good as others", async () => {
  assert.equal(await cached(undefined, { cookies: true }).texts({ cookie: "a=1" }, { cookie: "a=2" }, {}), "1 1 1");
  const vary = withHeaders({ vary: "Cookie" });
  const [one, two] = [{ cookie: "a=1" }, { cookie: "a=2" }];
  assert.equal(await cached(vary, { cookies: true }).texts(one, two, {}, one, {}), "1 2 3 1 3");
  assert.equal(await cached(undefined, { cookies: true }).texts({ authorization: "a" }, {}), "1 2");
});

const cookie = (c) => c.header("set-cookie", "a=b", { append: true });
const SETTERS = {
  "by init": [(c, count) => c.text(`${count}`, { headers: { "set-cookie": "a=b" } })],
  "in a Response of its own": [(_, count) => new Response(`${count}`, { headers: { "set-cookie": "a=b" } })],
  "by c.header": [(c, count) => (cookie(c), c.text(`${count}`))],
  "by c.header behind its own Response": [(c, count) => (cookie(c), new Response(`${count}`))],
  "by middleware inside, before": [undefined, {}, [], [(c) => (cookie(c), c.next())]],
  "by middleware inside, after": [undefined, {}, [], [async (c) => { const r = await c.next(); cookie(c); return r; }]],
  "by middleware outside, before": [undefined, {}, [(c) => (cookie(c), c.next())]],
};

for (const [title, parts] of Object.entries(SETTERS))
  test(`an answer that sets a cookie is not stored: ${title}`, async () => {
    assert.equal(await cached(...parts).texts({}, {}), "1 2");
  });

test("what middleware inside says by c.header counts too", async () => {
  const later = (name, value) => async (c) => {
    const response = await c.next();
    c.header(name, value);
    return response;
  };
  assert.equal(await cached(undefined, {}, [], [later("cache-control", "private")]).texts({}, {}), "1 2");
  assert.equal(await cached(undefined, {}, [], [later("vary", "*")]).texts({}, {}), "1 2");
  const { get } = cached(undefined, {}, [], [later("x-late", "1")]);
  for (const age of [null, "0"]) {
    const { headers, text } = await get();
    assert.deepEqual([text, headers.get("x-late"), headers.get("age")], ["1", "1", age]);
  }
});

test("fields that were set in front of the cache are each request's own", async () => {
  let id = 0;
  const origins = ["http://a", "http://b"];
  const outside = [requestId({ generator: () => `id-${++id}` }), cors({ origin: origins, credentials: true })];
  const handlers = {
    made: undefined,
    own: (_, count) => new Response(`${count}`),
    vary: (c, count) => c.text(`${count}`, { headers: { vary: "Origin" } }),
  };
  for (const [name, handler] of Object.entries(handlers)) {
    const { get, count } = cached(handler, {}, outside);
    for (const origin of ["http://a", "http://b", undefined, "http://evil", "http://a", "http://b"]) {
      const { headers } = await get(origin && { origin });
      const allowed = origins.includes(origin) ? origin : null;
      const fields = ["access-control-allow-origin", "access-control-allow-credentials", "vary", "x-request-id"];
      const seen = fields.map((field) => headers.get(field));
      assert.deepEqual(seen, [allowed, allowed && "true", "Origin", `id-${id}`], name);
    }
    assert.equal(count(), 4, name); // three origins and none
  }
});

test("a field that is set in front of the cache for some requests is not kept for the others", async () => {
  const mark = (c) => {
    const who = c.header("x-who");
    if (who !== undefined) c.header("x-for", who);
    return c.next();
  };
  const { get, count } = cached(undefined, {}, [mark]);
  for (const who of ["ada", undefined, "bob", undefined])
    assert.equal((await get(who && { "x-who": who })).headers.get("x-for"), who ?? null);
  assert.equal(count(), 1);
});

test("of a field that was set on both sides of the cache, each request gets the outer part of its own", async () => {
  const hint = (c) => (c.header("x-hint", `of-${c.header("x-who")}`, { append: true }), c.next());
  const inner = (c) => (c.header("x-hint", "inner", { append: true }), c.next());
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

test("what the outside says is no reason to forget what the handler says", async () => {
  const says = (name, value, options) => (c) => (c.header(name, value, options), c.next());
  const body = (c, count) => `${c.header("origin")}${count}`;
  const answers = {
    made: (headers) => (c, count) => c.text(body(c, count), { headers }),
    own: (headers) => (c, count) => new Response(body(c, count), { headers }),
  };
  for (const answer of Object.values(answers)) {
    const vary = cached(answer({ vary: "Origin" }), {}, [says("vary", "Origin", { append: true })]);
    assert.equal(await vary.texts({ origin: "a" }, { origin: "b" }, { origin: "a" }), "a1 b2 a1");
    const secret = cached(answer({ "cache-control": "private" }), {}, [says("cache-control", "private")]);
    assert.equal(await secret.texts({ origin: "a" }, { origin: "b" }), "a1 b2");
  }
  const replaced = cached(answers.own({ "cache-control": "private" }), {}, [says("cache-control", "public")]);
  assert.equal(await replaced.texts({ origin: "a" }, { origin: "b" }), "a1 b2");
  const varied = cached(answers.own({ vary: "Origin" }), {}, [says("vary", "Accept")]);
  assert.equal(await varied.texts({ origin: "a" }, { origin: "b" }), "a1 b2");
  const cookie = cached(answers.own({ "set-cookie": "a=1" }), {}, [says("set-cookie", undefined)]);
  assert.equal(await cookie.texts({ origin: "a" }, { origin: "b" }), "a1 b2");
});

const one = { "accept-language": "de" };
const two = { "accept-language": "fr" };
const VARYING = [
  { title: "a field", vary: "Accept-Language", requests: [one, two, one, two, {}, {}], texts: "1 2 1 2 3 3" },
  { title: "absent and empty differ", vary: "x-a", requests: [{}, { "x-a": "" }, {}], texts: "1 2 1" },
  { title: "values that look like two", vary: "x-a, x-b",
    requests: [{ "x-a": "1", "x-b": "2" }, { "x-a": '1","2' }, { "x-b": "2" }, { "x-a": "1,2" }],
    texts: "1 2 3 4" },
  { title: "fields that others have are no matter", vary: "x-a", requests: [one, two, {}], texts: "1 1 1" },
  { title: "everything", vary: "*", requests: [{}, {}], texts: "1 2" },
  { title: "everything, among others", vary: "x-a, *", requests: [{}, {}], texts: "1 2" },
  { title: "Authorization passes by", vary: "Authorization",
    requests: [{ authorization: "a" }, {}, { authorization: "a" }, {}], texts: "1 2 3 2" },
];

for (const { title, vary, requests, texts } of VARYING)
  test(`Vary: ${title}`, async () => assert.equal(await cached(withHeaders({ vary })).texts(...requests), texts));

test("an answer that begins to vary hides what was stored before, and back", async () => {
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

test("errors, misses and redirects go through", async () => {
  const { get, app } = cached((c, count) => { throw new HttpError(503, `${count}`); });
  app.get("/elsewhere", () => Response.redirect("http://h/"));
  assert.deepEqual([(await get()).text, (await get()).text], ["1", "2"]);
  assert.equal((await get({}, "/none")).status, 404);
  assert.equal((await app.request("/elsewhere")).status, 302);
});

test("POST is not stored, drops what it may have changed, but only if it succeeds", async () => {
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

test("an answer that is left on the way is not stored, nor is one that fails", async (t) => {
  t.mock.method(console, "error", () => {});
  const endless = (c) => c.stream(async function* () { for (;;) yield "12345"; }());
  const left = cached(endless);
  const { body } = await left.app.request("/x");
  const reader = body.getReader();
  await reader.read();
  assert.equal(left.app.contexts.used, 1);
  await reader.cancel();
  assert.deepEqual([left.app.contexts.used, left.stats().entries], [0, 0]);

  const failing = cached((c) => c.stream(async function* () { yield "12345"; throw new Error("broken"); }()));
  const response = await failing.app.request("/x");
  await assert.rejects(response.text());
  assert.deepEqual([failing.app.contexts.used, failing.stats().entries], [0, 0]);
});

test("maxBody: what is longer passes as it is, also if only the stream knows", async () => {
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
});

test("a client takes an answer at its own pace while it is stored", async () => {
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

test("maxEntries: what was not asked for the longest goes first", async () => {
  const { get, stats } = cached(undefined, { maxEntries: 3 });
  const ask = async (query) => (await get({}, `/x?${query}`)).text;
  for (const query of ["a", "b", "c"]) await ask(query);
  assert.equal(await ask("a"), "1");
  assert.equal(await ask("d"), "4");
  assert.deepEqual([await ask("a"), await ask("c"), await ask("d"), await ask("b")], ["1", "3", "4", "5"]);
  assert.equal(stats().entries, 3);
});

test("maxBytes: entries stay within them, whatever is asked for", async () => {
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
  assert.ok(bytes > 2000, `${bytes}`);
  await get({}, `/x?${"q".repeat(3000)}`);
  assert.ok(stats().bytes > 2 * bytes + 6000, `${stats().bytes}`);
});

test("no room at all is no cache", async () => {
  for (const options of [{ maxEntries: 0 }, { maxBytes: 0 }, { maxBody: 0 }]) {
    const { texts, stats } = cached(undefined, options);
    assert.equal(await texts({}, {}), "1 2");
    assert.deepEqual([stats().entries, stats().bytes], [0, 0]);
  }
});

test("clear drops everything, also what is on its way in", async () => {
  const { app, get, texts, stats, clear } = cached(withHeaders({ vary: "x-a" }));
  await texts({}, { "x-a": "1" });
  const under = await app.request("/x?slow");
  clear();
  assert.deepEqual(stats(), { entries: 0, bytes: 0, hits: 0, misses: 3 });
  assert.equal(await under.text(), "3");
  assert.equal(stats().entries, 0);
  assert.equal((await get()).text, "4");
});

test("the same at once: each has its answer, and one of them stays", async () => {
  const { get, count } = cached(async (c, number) => {
    await new Promise((resolve) => void setTimeout(resolve, 5));
    return c.text(`${number}`);
  });
  const all = await Promise.all(Array.from({ length: 20 }, () => get()));
  assert.equal(new Set(all.map(({ text }) => text)).size, 20);
  await get();
  assert.equal(count(), 20);
});

test("a Response whose headers cannot be changed", async () => {
  const { createServer } = await import("node:http");
  const server = createServer((_, response) => response.end("hello"));
  await new Promise((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { get, count } = cached(() => fetch(`http://127.0.0.1:${server.address().port}/`), {}, [requestId()]);
  for (let i = 0; i < 2; i++) {
    const { text, headers } = await get();
    assert.equal(text, "hello");
    assert.notEqual(headers.get("x-request-id"), null);
  }
  assert.equal(count(), 1);
  server.closeAllConnections();
  server.close();
});

for (const options of [{ maxEntries: -1 }, { maxBytes: 1.5 }, { maxBody: "1" }, { maxAge: NaN }, { key: "x" }]) {
  test(`${JSON.stringify(options)} is refused when the middleware is made`, () => {
    assert.throws(() => cache(options), (error) => error instanceof WyeError && error.code === "BAD_ARGUMENT");
  });
}
