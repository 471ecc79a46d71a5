import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { Router, WyeError } from "#wye";
import { cors, etag } from "#wye/middleware.js";

const tagOf = (text) => `"${createHash("sha256").update(text).digest("base64").replace("=", "")}"`;

function appOf(handler, options) {
  const app = new Router().use(etag(options));
  return app.get("/x", handler).post("/x", handler);
}

const ask = (app, headers, method = "GET") => app.request("/x", { method, headers });

test("the tag is the SHA-256 of the body, weak if the option says so", async () => {
  const strong = await ask(appOf((c) => c.text("hello")));
  assert.deepEqual([strong.status, strong.headers.get("etag"), await strong.text()], [200, tagOf("hello"), "hello"]);
  const weak = await ask(appOf((c) => c.text("hello"), { weak: true }));
  assert.equal(weak.headers.get("etag"), `W/${tagOf("hello")}`);
  assert.notEqual(tagOf("hello"), tagOf("hello "));
});

const HELLO = tagOf("hello");
const LISTS = [
  { list: HELLO, known: true },
  { list: `W/${HELLO}`, known: true },
  { list: `"a", ${HELLO}`, known: true },
  { list: `"a,b",W/"c" ,\t${HELLO}`, known: true },
  { list: "*", known: true },
  { list: " * ", known: true },
  { list: '"a"', known: false },
  { list: `"a${HELLO.slice(1)}`, known: false },
  { list: HELLO.slice(1, -1), known: false },
  { list: HELLO.slice(0, -1), known: false },
  { list: "", known: false },
  { list: "W/*", known: false },
  { list: `w/"x", "y`, known: false },
];

for (const { list, known } of LISTS) {
  test(`If-None-Match: ${list} is ${known ? "known: 304" : "not known"}`, async () => {
    for (const weak of [false, true]) {
      const response = await ask(appOf((c) => c.text("hello"), { weak }), { "if-none-match": list });
      const expected = known ? [304, ""] : [200, "hello"];
      assert.deepEqual([response.status, await response.text()], expected);
      assert.equal(response.headers.get("etag"), (weak ? "W/" : "") + HELLO);
    }
  });
}

test("an entity tag may have a comma", async () => {
  const app = appOf((c) => (c.header("etag", '"a,b"'), new Response("x", { headers: { etag: '"a,b"' } })));
  for (const [list, status] of [['"a,b"', 304], ['"a", "b"', 200], ['"z", "a,b"', 304]])
    assert.equal((await ask(app, { "if-none-match": list })).status, status, list);
});

test("a 304 keeps all fields but those that describe the content", async () => {
  const kept = {
    "cache-control": "max-age=5",
    "content-location": "/x.txt",
    "date": "Thu, 01 Jan 2026 00:00:00 GMT",
    "etag": HELLO,
    "expires": "Thu, 01 Jan 2026 00:00:05 GMT",
    "set-cookie": "a=b",
    "vary": "Accept, Origin",
    "x-own": "1",
  };
  const dropped = {
    "content-type": "text/css",
    "content-language": "en",
    "content-length": "5",
    "last-modified": "Wed, 31 Dec 2025 00:00:00 GMT",
  };
  const byInit = (c) => c.text("hello", { headers: { ...kept, ...dropped } });
  const byHeader = (c) => {
    for (const [name, value] of Object.entries({ ...kept, ...dropped })) c.header(name, value);
    return c.text("hello");
  };
  const own = () => new Response("hello", { headers: { ...kept, ...dropped } });
  for (const handler of [byInit, byHeader, own]) {
    const app = new Router().use(cors({ origin: ["http://a", "http://b"] }), etag()).get("/x", handler);
    const { status, headers } = await ask(app, { "if-none-match": HELLO, "origin": "http://a" });
    assert.equal(status, 304, handler.name);
    assert.deepEqual(Object.fromEntries(headers), { "access-control-allow-origin": "http://a", ...kept }, handler.name);
  }
});

test("a tag that the handler sets is kept, and the body is not read", async () => {
  let cancelled = 0;
  const app = appOf(() => {
    const source = { pull: () => assert.fail("read"), cancel: () => void cancelled++ };
    return new Response(new ReadableStream(source, { highWaterMark: 0 }), { headers: { etag: 'W/"7"' } });
  });
  const full = await ask(app);
  assert.deepEqual([full.status, full.headers.get("etag")], [200, 'W/"7"']);
  await full.body.cancel();
  assert.equal(cancelled, 1);
  assert.equal((await ask(app, { "if-none-match": '"7"' })).status, 304);
  assert.equal(cancelled, 2);
});

test("HEAD has the tag of GET, and its 304", async () => {
  const app = appOf((c) => c.text("hello"));
  const head = await ask(app, {}, "HEAD");
  assert.deepEqual([head.status, head.headers.get("etag"), head.body], [200, HELLO, null]);
  assert.equal((await ask(app, { "if-none-match": HELLO }, "HEAD")).status, 304);
});

const bodyWith = (headers) => (c) => c.body("hello world", { headers });
const UNTOUCHED = [
  { title: "POST", method: "POST", handler: (c) => c.text("hello") },
  { title: "another status", handler: (c) => c.text("hello", 201) },
  { title: "an error", handler: (c) => c.text("hello", 500) },
  { title: "no body", handler: (c) => c.body(null) },
  { title: "an encoded body", handler: bodyWith({ "content-encoding": "br" }) },
  { title: "a stream of events", handler: bodyWith({ "content-type": "Text/Event-Stream" }) },
  { title: "a stated length over the size", handler: bodyWith({ "content-length": "11" }) },
];

for (const { title, method, handler } of UNTOUCHED) {
  test(`without a tag: ${title}`, async () => {
    let made;
    const app = appOf((c) => (made = handler(c)), { maxBytes: 10 });
    const response = await ask(app, { "if-none-match": "*" }, method);
    assert.deepEqual([response.status, response.headers.get("etag")], [made.status, null]);
    if (made.body !== null) assert.equal(response, made);
  });
}

/** A stream that counts what is read of it. */
function counted(pieces) {
  const seen = { read: 0, cancelled: false };
  const stream = new ReadableStream(
    {
      pull(controller) {
        if (seen.read === pieces.length) return controller.close();
        controller.enqueue(new TextEncoder().encode(pieces[seen.read++]));
      },
      cancel: () => void (seen.cancelled = true),
    },
    { highWaterMark: 0 },
  );
  return { stream, seen };
}

const SIZES = [
  { pieces: ["12345", "67890"], tagged: true },
  { pieces: ["1", "", "2"], tagged: true },
  { pieces: [], tagged: true },
  { pieces: ["12345", "678901"], tagged: false },
  { pieces: ["12345678901"], tagged: false },
  { pieces: ["12345", "67890", "1", "2", "3"], tagged: false },
];

for (const { pieces, tagged } of SIZES) {
  const sizes = pieces.map((piece) => piece.length).join(" + ");
  test(`a stream of ${sizes || "no"} bytes has ${tagged ? "a" : "no"} tag where 10 may be read`, async () => {
    const response = await ask(appOf(() => new Response(counted(pieces).stream), { maxBytes: 10 }));
    const text = pieces.join("");
    assert.equal(response.headers.get("etag"), tagged ? tagOf(text) : null);
    assert.equal(await response.text(), text);
  });
}

test("a stream above maxBytes is read at the client's pace, and cancelled with the client", async () => {
  const { stream, seen } = counted(Array(100).fill("12345"));
  const { body } = await ask(appOf(() => new Response(stream), { maxBytes: 10 }));
  assert.equal(seen.read, 3);
  const reader = body.getReader();
  const lengths = [];
  for (let i = 0; i < 4; i++) lengths.push((await reader.read()).value.byteLength);
  assert.deepEqual([lengths, seen.read], [[10, 5, 5, 5], 5]);
  await reader.cancel();
  assert.equal(seen.cancelled, true);
});

test("a stream that fails while etag reads it is an error; one that fails later fails for the client", async (t) => {
  t.mock.method(console, "error", () => {});
  const failing = (good) => {
    let count = 0;
    return new ReadableStream({ pull(controller) {
      if (count++ < good) controller.enqueue(new Uint8Array(5));
      else controller.error(new Error("broken"));
    } }, { highWaterMark: 0 });
  };
  assert.equal((await ask(appOf(() => new Response(failing(1)), { maxBytes: 10 }))).status, 500);
  const late = await ask(appOf(() => new Response(failing(4)), { maxBytes: 10 }));
  assert.equal(late.status, 200);
  await assert.rejects(late.text(), /broken/);
});

test("a streamed response: with a tag, with a 304, and cancelled by the client", async () => {
  const short = async function* () { yield "12345"; yield "67890"; yield "1"; };
  let left = 0;
  const endless = async function* () { try { for (;;) yield "12345"; } finally { left++; } };
  const app = appOf((c) => c.stream(short()), { maxBytes: 11 });
  const tag = tagOf("12345678901");
  assert.equal(await (await ask(app)).text(), "12345678901");
  assert.equal((await ask(app, { "if-none-match": tag })).status, 304);
  assert.equal((await ask(app, {}, "HEAD")).headers.get("etag"), tag);
  const { body } = await ask(appOf((c) => c.stream(endless()), { maxBytes: 11 }));
  await body.cancel();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(left, 1);
});

/** Ways in which a handler sets a field of a Response that it makes itself. */
const SAYING = {
  "in its init": (name, value, body) => () => new Response(body(), { headers: { [name]: value } }),
  "by c.header": (name, value, body) => (c) => (c.header(name, value), new Response(body())),
  "by a step inside": (name, value, body) => [(c, next) => (c.header(name, value), next()), () => new Response(body())],
  "by a step inside, after its next": (name, value, body) => [
    async (c, next) => { await next(); c.header(name, value); },
    () => new Response(body()),
  ],
};

for (const [how, saying] of Object.entries(SAYING)) {
  test(`an ETag of its own that a handler says ${how} is what If-None-Match is compared with`, async () => {
    const app = new Router().use(etag()).get("/x", [saying("etag", '"7"', () => "hello")].flat());
    const full = await ask(app);
    assert.deepEqual([full.status, full.headers.get("etag"), await full.text()], [200, '"7"', "hello"]);
    assert.equal((await ask(app, { "if-none-match": '"7"' })).status, 304);
    assert.equal((await ask(app, { "if-none-match": HELLO })).status, 200);
  });

  for (const type of ["text/event-stream", "multipart/x-mixed-replace; boundary=x", "application/x-ndjson"]) {
    test(`a stream of ${type} passes unread, said ${how}`, { timeout: 5000 }, async () => {
      const seen = { read: 0 };
      const never = () => new ReadableStream({
        pull(controller) {
          if (seen.read++ === 0) controller.enqueue(new TextEncoder().encode("first"));
          else return new Promise(() => {}); // its second piece never comes
        },
      }, { highWaterMark: 0 });
      const app = new Router().use(etag()).get("/x", [saying("content-type", type, never)].flat());
      const { headers, body } = await ask(app);
      assert.deepEqual([headers.get("etag"), headers.get("content-type"), seen.read], [null, type, 0]);
      const reader = body.getReader();
      assert.equal(new TextDecoder().decode((await reader.read()).value), "first");
      await reader.cancel();
    });
  }
}

test("a Response whose headers cannot be changed", async (t) => {
  const { createServer } = await import("node:http");
  const server = createServer((_, response) => response.end("hello"));
  await new Promise((resolve) => void server.listen(0, "127.0.0.1", resolve));
  t.after(() => (server.closeAllConnections(), server.close()));
  const app = appOf(() => fetch(`http://127.0.0.1:${server.address().port}/`));
  const response = await ask(app);
  assert.deepEqual([response.headers.get("etag"), await response.text()], [HELLO, "hello"]);
  assert.equal((await ask(app, { "if-none-match": HELLO })).status, 304);
});

test("invalid options are errors when the middleware is made", () => {
  const bad = [...[-1, 1.5, "1", NaN, null].map((maxBytes) => ({ maxBytes })), { weak: "no" }, { week: true }, null];
  for (const options of bad) {
    const isRight = (error) => error instanceof WyeError && error.code === "BAD_ARGUMENT" && /etag/.test(error.message);
    assert.throws(() => etag(options), isRight, JSON.stringify(options));
  }
  assert.throws(() => etag({ week: true }), /etag has no option week; its options are weak, maxBytes/);
});
