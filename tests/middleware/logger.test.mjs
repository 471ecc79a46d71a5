import assert from "node:assert/strict";
import { test } from "node:test";
import vm from "node:vm";
import { HttpError, Router, WyeError } from "#wye";
import { logger, recover, timeout } from "#wye/middleware.js";

/** An app whose clock advances when a handler says so, and what was printed. */
function logged() {
  const lines = [];
  let time = 1000;
  const app = new Router();
  app.use(logger({ print: (line) => lines.push(line), now: () => time }));
  app.onError((error, c) => c.text("failed", error?.status ?? 500));
  return { app, lines, wait: (milliseconds) => (time += milliseconds) };
}

const HANDLERS = [
  { title: "an answer", handler: (c) => c.text("ok"), line: "GET /x 200 0 ms" },
  { title: "a promise of one", handler: async (c) => c.text("made", 201), line: "GET /x 201 0 ms" },
  {
    title: "an HttpError by its status",
    handler: () => { throw new HttpError(409, "taken"); },
    line: "GET /x 409 0 ms",
  },
  {
    title: "an error by its message",
    handler: async () => { throw new TypeError("no database"); },
    line: "GET /x error: no database 0 ms",
  },
  {
    title: "a thrown text",
    handler: () => { throw "text"; }, // eslint-disable-line no-throw-literal
    line: "GET /x error: text 0 ms",
  },
  {
    title: "a thrown nothing",
    handler: () => { throw undefined; }, // eslint-disable-line no-throw-literal
    line: "GET /x error: undefined 0 ms",
  },
  {
    title: "a message that would forge a line",
    handler: () => { throw new Error("one\r\nGET /forged 200\u2028two\u001b[2K"); },
    line: "GET /x error: one GET /forged 200 two [2K 0 ms",
  },
  {
    title: "an error of another realm by its message",
    handler: () => { throw vm.runInNewContext('new Error("from afar")'); },
    line: "GET /x error: from afar 0 ms",
  },
  {
    title: "a thrown Response as the response that it is",
    handler: () => { throw new Response(null, { status: 418 }); },
    line: "GET /x 418 0 ms",
  },
  {
    title: "a long message, cut",
    handler: () => { throw new Error("m".repeat(100_000)); },
    line: `GET /x error: ${"m".repeat(200)} 0 ms`,
  },
];

for (const { title, handler, line } of HANDLERS) {
  test(`logger prints ${title}`, async () => {
    const { app, lines } = logged();
    app.get("/x", handler);
    await app.request("/x");
    assert.deepEqual(lines, [line]);
  });
}

test("logger measures the time of everything inside", async () => {
  const { app, lines, wait } = logged();
  app.get("/x", async (c) => {
    await null;
    wait(12.345);
    return c.text("late");
  });
  assert.equal(await (await app.request("/x")).text(), "late");
  assert.deepEqual(lines, ["GET /x 200 12.3 ms"]);
});

test("logger prints misses too, and the path as the request wrote it, without the query", async () => {
  const { app, lines } = logged();
  app.get("/x", (c) => c.text("ok"));
  for (const [path, init] of [["/none?token=secret"], ["/x", { method: "DELETE" }], ["/x%2F?", { method: "HEAD" }]])
    await app.request(path, init);
  assert.deepEqual(lines, ["GET /none 404 0 ms", "DELETE /x 405 0 ms", "HEAD /x%2F 404 0 ms"]);
});

test("logger before recover sees the response", async () => {
  const { app, lines } = logged();
  app.use(recover({ report: () => {} }));
  app.get("/x", () => { throw new Error("broken"); });
  assert.equal((await app.request("/x")).status, 500);
  assert.deepEqual(lines, ["GET /x 500 0 ms"]);
});

/** Gives up on the steps inside it, as \`timeout\` does. */
const givingUp = (promise) => (c, next) => Promise.race([next(), promise]);

test("a logger inside a step that gives up prints when the steps inside end", async () => {
  for (const [settle, line] of [
    ["resolve", "GET /x 200 50 ms"],
    ["reject", "GET /x error: too late 50 ms"],
  ]) {
    const lines = [];
    const inside = Promise.withResolvers?.() ?? withResolvers();
    let time = 0;
    const app = new Router();
    const failed = Promise.reject(new HttpError(504, "too slow"));
    app.use(givingUp(failed), logger({ print: (text) => lines.push(text), now: () => time }));
    app.get("/x", () => inside.promise);
    assert.equal((await app.request("/x")).status, 504);
    assert.deepEqual(lines, []);
    time = 50;
    inside[settle](settle === "resolve" ? new Response("late") : new Error("too late"));
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(lines, [line]);
  }
});

test("a logger inside timeout", async () => {
  const lines = [];
  const app = new Router().use(timeout({ ms: 10 }), logger({ print: (line) => lines.push(line), now: () => 0 }));
  app.get("/x", (c) => new Promise((resolve) => {
    c.get("signal").addEventListener("abort", () => resolve(c.text("too late", 201)));
  }));
  assert.equal((await app.request("/x")).status, 504);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(lines, ["GET /x 201 0 ms"]);
});

function withResolvers() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}

test("a malformed URL is logged unchanged", async () => {
  const { app, lines } = logged();
  for (const url of ["http://a b/x?y", "", "http://", "//", "http://h/\r\nGET /forged 200", "no url", "http://h#"])
    await app.fetch({ method: "GET", url, headers: new Headers(), body: null });
  assert.deepEqual(lines.map((line) => line.replace(/ \d{3} 0 ms$/, "")), [
    "GET /x", "GET /", "GET /", "GET //", "GET / GET /forged 200", "GET no url", "GET /",
  ]);
});

test("a print that throws does not fail the request", async (t) => {
  const error = t.mock.method(console, "error", () => {});
  for (const print of [() => { throw new Error("full"); }, async () => { throw new Error("full"); }]) {
    const app = new Router().use(logger({ print })).get("/x", (c) => c.text("ok"));
    assert.equal(await (await app.request("/x")).text(), "ok");
  }
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(error.mock.calls.map((call) => call.arguments[0].message), ["full", "full"]);
});

test("a synchronous chain stays synchronous", () => {
  const { app, lines } = logged();
  app.get("/x", (c) => c.text("ok")).get("/fails", () => { throw new Error("broken"); });
  assert.ok(app.fetch(new Request("http://h/x")) instanceof Response);
  assert.ok(app.fetch(new Request("http://h/fails")) instanceof Response);
  assert.deepEqual(lines, ["GET /x 200 0 ms", "GET /fails error: broken 0 ms"]);
});

test("invalid options are errors when the middleware is made", () => {
  for (const options of [console.log, null, { print: "x" }, { now: 1 }, { format: "tiny" }])
    assert.throws(() => logger(options), (error) => error instanceof WyeError && error.code === "BAD_ARGUMENT");
});
