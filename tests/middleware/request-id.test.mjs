import assert from "node:assert/strict";
import { test } from "node:test";
import { HttpError, Router, WyeError } from "#wye";
import { requestId } from "#wye/middleware.js";

function appWith(options) {
  const app = new Router().use(requestId(options));
  app.get("/x", (c) => c.text(c.get("requestId")));
  app.get("/raw", (c) => new Response(c.get("requestId")));
  app.get("/fails", () => { throw new HttpError(409, "taken"); });
  return app;
}

test("each request has its own id, in the handler and in the response", async () => {
  const app = appWith();
  const seen = new Set();
  for (let i = 0; i < 1000; i++) {
    const response = await app.request("/x");
    const id = response.headers.get("x-request-id");
    assert.equal(await response.text(), id);
    assert.match(id, /^[\w-]{16,64}$/);
    seen.add(id);
  }
  assert.equal(seen.size, 1000);
});

test("two apps give different ids", async () => {
  const [one, two] = await Promise.all([appWith().request("/x"), appWith().request("/x")]);
  assert.notEqual(one.headers.get("x-request-id"), two.headers.get("x-request-id"));
});

test("misses, errors and a handler's own Response have it too", async () => {
  const app = appWith({ generator: () => "abc" });
  for (const [path, status] of [["/x", 200], ["/raw", 200], ["/fails", 409], ["/none", 404]]) {
    const response = await app.request(path);
    assert.deepEqual([response.status, response.headers.get("x-request-id")], [status, "abc"], path);
  }
});

const BROUGHT = [
  { title: "a token", id: "a.b-c_1~!#$%&*+^|", taken: true },
  { title: "that of AWS", id: "Root=1-67891233-abcdef012345678912345678", taken: true },
  { title: "Base64", id: "a+b/c0==", taken: true },
  { title: "a URN, and brackets", id: "urn:x:[1](2){3}@4?", taken: true },
  { title: "a UUID", id: "0b8e3f0c-5d0e-4a6e-9a49-0c5a8c0f9d11", taken: true },
  { title: "128 characters", id: "x".repeat(128), taken: true },
  { title: "129 characters", id: "x".repeat(129), taken: false },
  { title: "nothing", id: "", taken: false },
  { title: "a blank", id: "a b", taken: false },
  { title: "two ids", id: "a, b", taken: false },
  { title: "two values", id: "a;b", taken: false },
  { title: "a quote", id: 'a"b', taken: false },
  { title: "an apostrophe", id: "a'b", taken: false },
  { title: "a backquote", id: "a`b", taken: false },
  { title: "a backslash", id: "a\\b", taken: false },
  { title: "markup", id: "<b>", taken: false },
  { title: "a tab", id: "a\tb", taken: false },
  { title: "DEL", id: "a\x7fb", taken: false },
  { title: "letters beyond ASCII", id: "\u00e9", taken: false },
];

for (const { title, id, taken } of BROUGHT) {
  test(`an id that is brought along: ${title} is ${taken ? "taken over" : "replaced"}`, async () => {
    const init = { headers: { "x-request-id": id } };
    const trusting = await appWith({ trust: true, generator: () => "made" }).request("/x", init);
    assert.equal(trusting.headers.get("x-request-id"), taken ? id : "made");
    const strict = await appWith({ generator: () => "made" }).request("/x", init);
    assert.equal(strict.headers.get("x-request-id"), "made");
  });
}

test("a generator may be asynchronous", async () => {
  const app = appWith({ generator: async (c) => `of ${c.path}` });
  for (const [path, status] of [["/x", 200], ["/raw", 200], ["/fails", 409], ["/none", 404]]) {
    const response = await app.request(path);
    assert.deepEqual([response.status, response.headers.get("x-request-id")], [status, `of ${path}`]);
  }
  const response = await app.request("/x");
  assert.equal(await response.text(), "of /x");
});

test("a generator that throws, or returns anything but a field's value, is an error", async (t) => {
  const error = t.mock.method(console, "error", () => {});
  for (const generator of [() => 7, async () => undefined, () => "a\nb", () => { throw new Error("no ids"); }])
    assert.equal((await appWith({ generator }).request("/x")).status, 500, String(generator));
  assert.match(String(error.mock.calls[0].arguments[0]), /requestId: generator must return a string, not number/);
  assert.equal(error.mock.callCount(), 4);
});

test("the id in another server's response is replaced", async () => {
  const app = appWith({ generator: () => "ours" });
  const theirs = () => new Response("x", { headers: { "x-request-id": "theirs" } });
  app.get("/fetched", theirs).get("/later", async () => theirs());
  for (const path of ["/fetched", "/later"])
    assert.equal((await app.request(path)).headers.get("x-request-id"), "ours");
});

test("c.requestId is the same id", async () => {
  const app = new Router().use((c, next) => (c.requestId, next()), requestId({ trust: true }));
  app.get("/x", (c) => c.text(c.requestId));
  const response = await app.request("/x", { headers: { "x-request-id": "brought" } });
  assert.deepEqual([await response.text(), response.headers.get("x-request-id")], ["brought", "brought"]);
});

test("a response with another server's id gets this request's", async () => {
  const app = new Router().use(requestId({ generator: () => "mine" }));
  const proxied = () => new Response("", { headers: { "x-request-id": "theirs" } });
  app.get("/now", proxied).get("/later", async () => proxied()).get("/thrown", () => { throw proxied(); });
  for (const path of ["/now", "/later", "/thrown"])
    assert.equal((await app.request(path)).headers.get("x-request-id"), "mine", path);
});

test("a synchronous chain stays synchronous", () => {
  const app = appWith({ trust: true });
  assert.ok(app.fetch(new Request("http://h/x")) instanceof Response);
});

test("the header has the name of the option", async () => {
  const app = appWith({ header: "X-Trace", trust: true, generator: (c) => `of ${c.path}` });
  assert.equal((await app.request("/x")).headers.get("x-trace"), "of /x");
  assert.equal((await app.request("/x", { headers: { "x-trace": "t1" } })).headers.get("x-trace"), "t1");
  assert.equal((await app.request("/x", { headers: { "x-request-id": "t1" } })).headers.get("x-request-id"), null);
});

test("invalid options are errors when the middleware is made", () => {
  const headers = ["", "a b", "a:", 7, null].map((header) => ({ header }));
  for (const options of [...headers, { trust: "no" }, { generator: "x" }, { headerName: "x-id" }, null, () => "id"])
    assert.throws(() => requestId(options), (error) => error instanceof WyeError && error.code === "BAD_ARGUMENT");
  const known = "its options are header, generator, trust. Did you mean header?";
  const message = `bad argument: requestId has no option headerName; ${known}`;
  assert.throws(() => requestId({ headerName: "x-id" }), { message });
});
