import assert from "node:assert/strict";
import { test } from "node:test";
import { Router, WyeError } from "#wye";
import { recover, validate } from "#wye/middleware.js";

/** A schema of Standard Schema v1. */
const schema = (check) => ({ "~standard": { version: 1, vendor: "test", validate: check } });
const later = (check) => schema(async (value) => check(value));
const any = schema((value) => ({ value }));
const issue = (message, ...path) => ({ issues: [{ message, path }] });

/** An object with a page that is a number. */
const paged = (value) =>
  /^\d+$/.test(value.page) ? { value: { page: Number(value.page) } } : issue("Expected a number", "page");

/** What a handler gets after validation, or the refusal. */
async function validated(target, given, { options, path = "/x", pattern = "/x", ...init } = {}) {
  const app = new Router({ report: () => {} });
  app.all(pattern, validate(target, given, options), async (c) => c.json(await shown(c.get(target))));
  const response = await app.request(`http://h${path}`, init);
  const text = await response.text();
  return response.status === 200 ? JSON.parse(text) : `${response.status} ${text}`;
}

/** A value with its files as texts. */
async function shown(value) {
  if (value instanceof Blob) return { file: await value.text() };
  if (Array.isArray(value)) return Promise.all(value.map(shown));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(async ([key, one]) => [key, await shown(one)]);
  return Object.fromEntries(await Promise.all(entries));
}

const json = (value, type = "application/json") => ({
  method: "POST", body: JSON.stringify(value), headers: { "content-type": type },
});

function form(...fields) {
  const body = new FormData();
  for (const [name, value] of fields) body.append(name, value);
  return { method: "POST", body };
}

const TARGETS = [
  // title, target, request, what the schema is given
  ["a body", "json", json({ page: "1", list: [1, null] }), { page: "1", list: [1, null] }],
  ["a body of null", "json", json(null), null],
  ["a body of another JSON type", "json", json([1], "application/problem+json; charset=utf-8"), [1]],
  ["a form", "form", form(["a", "1"], ["b", "2"], ["a", "3"], ["a", "4"]), { a: ["1", "3", "4"], b: "2" }],
  ["a file", "form", form(["f", new File(["hello"], "x")]), { f: { file: "hello" } }],
  ["a form, urlencoded", "form", { method: "POST", body: new URLSearchParams("a=1&a=2") }, { a: ["1", "2"] }],
  ["a query", "query", { path: "/x?a=1&b=%20&a=2&c" }, { a: ["1", "2"], b: " ", c: "" }],
  ["no query", "query", {}, {}],
  ["names that objects have", "query", { path: "/x?constructor=1&toString=2&toString=3" },
    { constructor: "1", toString: ["2", "3"] }],
  ["parameters", "param", { pattern: "/:a/*rest", path: "/1%20/2/3" }, { a: "1 ", rest: "2/3" }],
  ["fields", "header", { headers: { "X-One": "1", "accept": "a, b" } }, { "x-one": "1", "accept": "a, b" }],
  ["cookies", "cookie", { headers: { cookie: "a=1; b=%20" } }, { a: "1", b: " " }],
];

for (const [title, target, init, value] of TARGETS) {
  test(`validate: ${title}`, async () => {
    let seen;
    const noting = (given) => {
      seen = given;
      return { value: given };
    };
    for (const given of [schema(noting), later(noting)]) {
      assert.deepEqual(await validated(target, given, init), value);
      assert.deepEqual(await shown(seen), value);
    }
  });
}

test("validate: the handler gets what the schema returns", async () => {
  assert.deepEqual(await validated("query", schema(paged), { path: "/x?page=7" }), { page: 7 });
  assert.deepEqual(await validated("query", later(paged), { path: "/x?page=7" }), { page: 7 });
  assert.equal(await validated("query", schema(() => ({ value: null }))), null);
});

test("validate: __proto__ in a query is a name like any other", async () => {
  let own;
  const check = (value) => {
    own = [Object.keys(value), Object.getPrototypeOf(value) === Object.prototype];
    return { value: null };
  };
  await validated("query", schema(check), { path: "/x?__proto__=1" });
  assert.deepEqual(own, [["__proto__"], true]);
});

const REFUSALS = [
  ["query", "/x?page=x", {}, "400 the query is not valid: page: Expected a number"],
  ["json", "/x", json({ page: "x" }), "400 the body is not valid: page: Expected a number"],
  ["form", "/x", form(["page", "x"]), "400 the form is not valid: page: Expected a number"],
  ["param", "/x", {}, "400 the path is not valid: page: Expected a number"],
  ["header", "/x", {}, "400 the header is not valid: page: Expected a number"],
  ["cookie", "/x", {}, "400 the cookie header is not valid: page: Expected a number"],
];

for (const [target, path, init, text] of REFUSALS) {
  test(`validate: a refusal of ${target}`, async () => {
    for (const given of [schema(paged), later(paged)])
      assert.equal(await validated(target, given, { path, ...init }), text);
  });
}

test("validate: missing and malformed bodies are refused", async () => {
  const post = (body, type) => ({ method: "POST", body, headers: { "content-type": type } });
  const not = "415 the body is not JSON: its type is not application/json";
  assert.equal(await validated("json", any, post("{", "application/json")), "400 the body is not valid JSON");
  assert.equal(await validated("json", any, post("{}", "text/plain")), not);
  assert.equal(await validated("json", any, post("{}", "application/jsonp")), not);
  assert.equal(await validated("json", any), not);
  assert.match(await validated("form", any, post("{}", "application/json")), /^415 the body is not a form/);
});

test("validate: issues are given as text and as data", async () => {
  const found = { issues: [
    { message: "all wrong" },
    { message: "Required", path: ["user", { key: "tags" }, 0, Symbol.iterator] },
    { message: "x".repeat(1000), path: [] },
    ...Array.from({ length: 20 }, (_, i) => ({ message: `${i}` })),
  ] };
  const app = new Router().use(recover({ problem: (usual, error) => ({ ...usual, of: error.cause }) }));
  app.get("/x", validate("query", schema(() => found)), (c) => c.text("never"));
  const { detail, of } = await (await app.request("/x")).json();
  assert.equal(
    detail,
    "the query is not valid: all wrong; user.tags.0.Symbol(Symbol.iterator): Required; " +
      `${"x".repeat(200)}; 0; 1; 2; 3; 4; 5; 6; and 13 more`,
  );
  assert.equal(of.target, "query");
  assert.equal(of.issues.length, 23);
  assert.deepEqual(of.issues[1], { message: "Required", path: ["user", "tags", 0, "Symbol(Symbol.iterator)"] });
  assert.deepEqual(of.issues[0], { message: "all wrong", path: [] });
});

test("validate: onInvalid may return the response, or leave it to validate", async () => {
  const ask = (onInvalid) => validated("query", schema(paged), { options: { onInvalid } });
  const found = [{ message: "Expected a number", path: ["page"] }];
  for (const onInvalid of [(issues, c) => c.json(issues, 422), async (issues, c) => c.json(issues, 422)])
    assert.equal(await ask(onInvalid), `422 ${JSON.stringify(found)}`);
  assert.equal(await ask(() => undefined), "400 the query is not valid: page: Expected a number");
  assert.equal(await ask(async () => {}), "400 the query is not valid: page: Expected a number");
  assert.equal(await ask(() => { throw new Error("no"); }), "500 500 Internal Server Error");
});

test("validate: several targets are validated, and a schema that throws is an error", async () => {
  const app = new Router({ report: () => {} });
  app.get("/:page", validate("param", schema(paged)), validate("query", later(paged)), (c) =>
    c.json([c.get("param"), c.get("query")]));
  assert.deepEqual(await (await app.request("/1?page=2")).json(), [{ page: 1 }, { page: 2 }]);
  assert.equal((await app.request("/x?page=2")).status, 400);
  assert.equal(await validated("query", schema(() => { throw new Error("no"); })), "500 500 Internal Server Error");
});

test("validate: a schema may be a function", async () => {
  const callable = Object.assign(() => {}, schema((value) => ({ value })));
  assert.deepEqual(await validated("query", callable, { path: "/x?a=1" }), { a: "1" });
});

test("validate: the schema's own `this` is kept", async () => {
  class Own {
    get "~standard"() {
      return { version: 1, vendor: "x", own: 7, validate() { return { value: this.own }; } };
    }
  }
  assert.equal(await validated("query", new Own()), 7);
});

test("validate: a synchronous chain stays synchronous", () => {
  const app = new Router().get("/x", validate("query", any), validate("header", any), (c) => c.text("ok"));
  assert.ok(app.fetch(new Request("http://h/x")) instanceof Response);
});

const WRONG = [
  () => validate(),
  () => validate("body", any),
  () => validate("toString", any),
  () => validate("json"),
  () => validate("json", {}),
  () => validate("json", (value) => value),
  () => validate("json", any, () => {}),
  () => validate("json", any, { hook: () => {} }),
  () => validate("json", any, { onInvalid: 7 }),
];

for (const make of WRONG)
  test(`refused when it is made: ${String(make).slice(6)}`, () => {
    assert.throws(make, (error) => error instanceof WyeError && error.code === "BAD_ARGUMENT");
  });
