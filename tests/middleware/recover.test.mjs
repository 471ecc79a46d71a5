import assert from "node:assert/strict";
import { test } from "node:test";
import { HttpError, Router } from "wye";
import { recover } from "wye/middleware";

/** What an app answers whose only handler throws `thrown`, and what was reported. */
async function answerTo(thrown, options, path = "/x") {
  const reported = [];
  const app = new Router().use(recover({ report: (error) => reported.push(error), ...options }));
  app.get("/*", () => { throw thrown; });
  const response = await app.request(new Request(`http://h${path}`));
  return { response, problem: JSON.parse(await response.text()), reported };
}

const usual = { type: "about:blank", title: "Internal Server Error", status: 500, instance: "/x" };
const secret = new Error("password is 1234");

const THROWN = [
  {
    title: "an HttpError",
    thrown: new HttpError(404, "no such user"),
    problem: { type: "about:blank", title: "Not Found", status: 404, detail: "no such user", instance: "/x" },
  },
  {
    title: "an HttpError of a status without a name",
    thrown: new HttpError(499, "gone"),
    problem: { type: "about:blank", title: "Client Error", status: 499, detail: "gone", instance: "/x" },
  },
  {
    title: "an HttpError of 5xx",
    thrown: new HttpError(503, "full"),
    problem: { type: "about:blank", title: "Service Unavailable", status: 503, detail: "full", instance: "/x" },
  },
  { title: "an Error", thrown: secret, problem: usual, reported: true },
  { title: "an Error, with details", thrown: secret, options: { details: true },
    problem: { ...usual, detail: "password is 1234" }, reported: true },
  { title: "a text", thrown: "oops", problem: usual, reported: true },
  { title: "a text, with details", thrown: "oops", options: { details: true }, problem: { ...usual, detail: "oops" },
    reported: true },
  { title: "undefined, with details", thrown: undefined, options: { details: true }, problem: usual, reported: true },
  { title: "null", thrown: null, problem: usual, reported: true },
  { title: "an object that looks like an HttpError", thrown: { status: 404, message: "m", headers: { a: "b" } },
    problem: usual, reported: true },
];

for (const { title, thrown, options, problem, reported = false } of THROWN) {
  test(`recover from ${title}`, async () => {
    const answer = await answerTo(thrown, options);
    assert.deepEqual(answer.problem, problem);
    assert.equal(answer.response.status, problem.status);
    assert.equal(answer.response.headers.get("content-type"), "application/problem+json");
    assert.equal(answer.response.headers.get("cache-control"), "no-store");
    assert.deepEqual(answer.reported, reported ? [thrown] : []);
  });
}

test("no answer has a stack, whatever is asked for", async () => {
  for (const thrown of [secret, new HttpError(400, "bad", { cause: secret })]) {
    const { problem } = await answerTo(thrown, { details: true });
    assert.doesNotMatch(JSON.stringify(problem), /recover\.test|at |stack|cause/);
  }
});

test("an HttpError's headers are kept, also where the handler had set others", async () => {
  const app = new Router().use(recover());
  app.get("/x", (c) => {
    c.header("retry-after", "1");
    c.header("content-type", "text/csv");
    c.header("content-disposition", "attachment");
    c.header("etag", '"of the table"');
    c.header("cache-control", "max-age=3600");
    c.header("x-kept", "yes");
    c.status(201);
    throw new HttpError(429, "slower", { headers: { "Retry-After": "17", "cache-control": "max-age=5" } });
  });
  const { status, headers } = await app.request("/x");
  assert.equal(status, 429);
  assert.deepEqual(Object.fromEntries(headers), {
    "cache-control": "max-age=5",
    "content-type": "application/problem+json",
    "retry-after": "17",
    "x-kept": "yes",
  });
});

test("the instance is a reference to the path, also of one that begins with two slashes", async () => {
  const paths = { "/a%20b?secret=1": "/a%20b", "//evil.example/x": "/.//evil.example/x" };
  for (const [path, instance] of Object.entries(paths))
    assert.equal((await answerTo(secret, {}, path)).problem.instance, instance);
});

test("`problem` decides what is sent, and under which status", async () => {
  const teapot = (problem, error, c) => ({ ...problem, type: "/tea", status: 418, method: c.method, of: `${error}` });
  const { response, problem } = await answerTo("coffee", { problem: teapot });
  assert.equal(response.status, 418);
  assert.deepEqual(problem, { ...usual, type: "/tea", status: 418, method: "GET", of: "coffee" });
});

test("`problem` may leave the status out, and cannot make an error a success", async () => {
  for (const status of [undefined, 200, 204, 99, 600, "x", null, 4.5]) {
    const { response } = await answerTo(new HttpError(404, "none"), { problem: () => ({ status }) });
    assert.equal(response.status, 404, `${status}`);
  }
});

test("what is no error goes through as it is", async () => {
  const app = new Router().use(recover());
  app.get("/sync", (c) => c.text("ok", 201));
  app.get("/late", async (c) => c.text("ok", 202));
  for (const [path, status] of [["/sync", 201], ["/late", 202], ["/none", 404]])
    assert.equal((await app.request(path)).status, status);
});

test("a handler that returns nothing stays a 500", async (t) => {
  t.mock.method(console, "error", () => {});
  const app = new Router().use(recover());
  app.get("/x", () => {});
  assert.equal((await app.request("/x")).status, 500);
});
