import assert from "node:assert/strict";
import { test } from "node:test";
import vm from "node:vm";
import { HttpError, Router, WyeError } from "#wye";
import { recover } from "#wye/middleware.js";

/** The response of an app whose only handler throws `thrown`, and what was reported. */
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
  { title: "an Error of another realm, with details", thrown: vm.runInNewContext('new TypeError("from afar")'),
    options: { details: true }, problem: { ...usual, detail: "from afar" }, reported: true },
  { title: "an HttpError of 5xx with a cause", thrown: new HttpError(502, "no origin", { cause: secret }),
    problem: { type: "about:blank", title: "Bad Gateway", status: 502, detail: "no origin", instance: "/x" },
    reported: true },
  { title: "an HttpError of 4xx with a cause", thrown: new HttpError(400, "no JSON", { cause: secret }),
    problem: { type: "about:blank", title: "Bad Request", status: 400, detail: "no JSON", instance: "/x" } },
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

test("no response has a stack, whatever the options", async () => {
  for (const thrown of [secret, new HttpError(400, "bad", { cause: secret })]) {
    const { problem } = await answerTo(thrown, { details: true });
    assert.doesNotMatch(JSON.stringify(problem), /recover\.test|at |stack|cause/);
  }
});

test("an HttpError's headers are kept, also where the handler has set others", async () => {
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

test("`problem` may be asynchronous, and what it throws goes on", async (t) => {
  const error = t.mock.method(console, "error", () => {});
  const { problem } = await answerTo("oops", { problem: async (usual) => ({ ...usual, code: 17 }) });
  assert.equal(problem.code, 17);
  const app = new Router().use(recover({ report: () => {}, problem: () => { throw new Error("no problem"); } }));
  app.get("/x", () => { throw secret; });
  assert.equal(await (await app.request("/x")).text(), "500 Internal Server Error");
  for (const nothing of [undefined, "text", null]) {
    const other = new Router().use(recover({ report: () => {}, problem: () => nothing }));
    assert.equal((await other.request("/none")).status, 500);
  }
  assert.equal(error.mock.callCount(), 4);
});

test("`report` cannot fail the request", async (t) => {
  const error = t.mock.method(console, "error", () => {});
  const report = () => { throw new Error("no log"); };
  assert.deepEqual((await answerTo(secret, { report })).problem, usual);
  assert.match(String(error.mock.calls[0].arguments[0]), /no log/);
});

const MISSES = [
  { title: "404", path: "/none", status: 404, name: "Not Found" },
  { title: "405, with its Allow", path: "/x", method: "DELETE", status: 405, name: "Method Not Allowed",
    fields: { allow: "GET, HEAD, OPTIONS" } },
  { title: "414", path: `/${"x".repeat(70_000)}`, status: 414, name: "URI Too Long" },
  { title: "c.notFound() of a handler", path: "/missing", status: 404, name: "Not Found" },
];

for (const { title, path, method = "GET", status, name, fields = {} } of MISSES) {
  test(`the app's own ${title} is a problem too`, async () => {
    const app = new Router().use(recover({ problem: (usual, error) => ({ ...usual, of: error.name }) }));
    app.get("/x", (c) => c.text("ok")).get("/missing", (c) => c.notFound());
    const response = await app.request(path, { method });
    const problem = { type: "about:blank", title: name, status, instance: path, of: "HttpError" };
    assert.deepEqual(
      [response.status, Object.fromEntries(response.headers), await response.json()],
      [status, { "content-type": "application/problem+json", ...fields }, problem],
    );
  });
}

test("the app's own 400 of a malformed URL is a problem too", async () => {
  const app = new Router().use(recover());
  const response = await app.fetch({ method: "GET", url: "http://a b", headers: new Headers(), body: null });
  assert.deepEqual([response.status, (await response.json()).title], [400, "Bad Request"]);
});

test("redirects and OPTIONS stay what they are", async () => {
  const app = new Router({ trailingSlash: "redirect" }).use(recover()).get("/x", (c) => c.text("ok"));
  const moved = await app.request("/x/?a");
  assert.deepEqual([moved.status, moved.headers.get("location"), await moved.text()], [301, "/x?a", ""]);
  const posted = await app.request("/x", { method: "OPTIONS" });
  assert.deepEqual([posted.status, posted.headers.get("content-type")], [204, null]);
});

test("an app's own notFound and onOutcome come first, and other parts of it are left alone", async () => {
  const own = new Router().use(recover()).get("/x", (c) => c.text("ok"));
  own.notFound((c) => c.text("own", 404)).onOutcome(({ message }, c) => c.text(`own ${message}`, 405));
  assert.equal(await (await own.request("/none")).text(), "own");
  assert.equal(await (await own.request("/x", { method: "PUT" })).text(), "own 405 Method Not Allowed");
  const part = new Router().use("/api/*", recover()).get("/x", (c) => c.text("ok"));
  const types = await Promise.all(["/api/none", "/none"].map(async (path) => (await part.request(path)).headers));
  assert.deepEqual(types.map((headers) => headers.get("content-type")?.split(";")[0]), [
    "application/problem+json", "text/plain",
  ]);
});

test("a thrown Response is the response", async () => {
  const app = new Router().use(recover({ report: assert.fail }));
  app.get("/x", () => { throw new Response("teapot", { status: 418, headers: { "x-own": "1" } }); });
  const response = await app.request("/x");
  assert.deepEqual([response.status, response.headers.get("x-own"), await response.text()], [418, "1", "teapot"]);
});

test("a synchronous chain stays synchronous", () => {
  const app = new Router().use(recover({ report: () => {} })).get("/fails", () => { throw secret; });
  app.get("/x", (c) => c.text("ok"));
  for (const path of ["/x", "/fails", "/none"])
    assert.ok(app.fetch(new Request(`http://h${path}`)) instanceof Response, path);
});

test("invalid options are errors when the middleware is made", () => {
  for (const options of [null, () => {}, { problem: {} }, { report: 1 }, { details: "yes" }, { onError: () => {} }])
    assert.throws(() => recover(options), (error) => error instanceof WyeError && error.code === "BAD_ARGUMENT");
});

test("responses pass through unchanged", async () => {
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
