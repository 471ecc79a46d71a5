import assert from "node:assert/strict";
import { test } from "node:test";
import { HttpError, Router } from "wye";
import { logger, recover } from "wye/middleware";

/** An app whose clock goes on when a handler says so, and what was printed. */
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

test("logger counts the milliseconds of all that is inside", async () => {
  const { app, lines, wait } = logged();
  app.get("/x", async (c) => {
    await null;
    wait(12.345);
    return c.text("late");
  });
  assert.equal(await (await app.request("/x")).text(), "late");
  assert.deepEqual(lines, ["GET /x 200 12.3 ms"]);
});

test("logger prints misses too, the path as it was written and without its query", async () => {
  const { app, lines } = logged();
  app.get("/x", (c) => c.text("ok"));
  for (const [path, init] of [["/none?token=secret"], ["/x", { method: "DELETE" }], ["/x%2F?", { method: "HEAD" }]])
    await app.request(path, init);
  assert.deepEqual(lines, ["GET /none 404 0 ms", "DELETE /x 405 0 ms", "HEAD /x%2F 404 0 ms"]);
});

test("logger in front of recover sees the answer", async () => {
  const { app, lines } = logged();
  app.use(recover({ report: () => {} }));
  app.get("/x", () => { throw new Error("broken"); });
  assert.equal((await app.request("/x")).status, 500);
  assert.deepEqual(lines, ["GET /x 500 0 ms"]);
});
