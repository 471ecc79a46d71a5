import assert from "node:assert/strict";
import { test } from "node:test";
import { HttpError, Router, WyeError } from "#wye";
import { cors } from "#wye/middleware.js";

const ONE = "https://one.example";
const TWO = "https://two.example";
const EVIL = "https://evil.example";

/** Status and the fields that CORS is about; `reached` is how often a handler ran. */
async function ask(options, { method = "GET", path = "/x", ...headers } = {}) {
  let reached = 0;
  const app = new Router().use(cors(options));
  const handler = (c) => (reached++, c.text("ok"));
  app.get("/x", handler).put("/x", handler);
  app.options("/own", handler);
  app.get("/raw", () => new Response("raw", { headers: { vary: "Accept" } }));
  app.get("/fails", () => { throw new HttpError(409); });
  const response = await app.request(path, { method, headers });
  const fields = [...response.headers].filter(([name]) => name === "vary" || name.startsWith("access-control-"));
  return { status: response.status, reached, ...Object.fromEntries(fields) };
}

const preflight = (origin, more) => ({ method: "OPTIONS", origin, "access-control-request-method": "PUT", ...more });
const allow = (origin) => ({ "access-control-allow-origin": origin });
const METHODS = { "access-control-allow-methods": "GET, HEAD, PUT, POST, DELETE, PATCH" };
const VARY = { vary: "Origin" };
const ok = { status: 200, reached: 1 };
const none = { status: 204, reached: 0 };

const only = (...origins) => ({ origin: origins });
const CASES = [
  { title: "*: any origin", ask: { origin: ONE }, is: { ...ok, ...allow("*") } },
  { title: "*: without an origin, for caches", ask: {}, is: { ...ok, ...allow("*") } },
  { title: "*: the null origin", ask: { origin: "null" }, is: { ...ok, ...allow("*") } },
  { title: "one origin: always the same", options: { origin: ONE }, ask: { origin: TWO },
    is: { ...ok, ...allow(ONE) } },
  { title: "one origin: without an origin", options: { origin: ONE }, ask: {}, is: { ...ok, ...allow(ONE) } },
  { title: "a list of one", options: only(ONE), ask: { origin: TWO }, is: { ...ok, ...allow(ONE) } },
  { title: "a list: the first", options: only(ONE, TWO), ask: { origin: ONE }, is: { ...ok, ...allow(ONE), ...VARY } },
  { title: "a list: the last", options: only(ONE, TWO), ask: { origin: TWO }, is: { ...ok, ...allow(TWO), ...VARY } },
  { title: "a list: another one", options: only(ONE, TWO), ask: { origin: EVIL }, is: { ...ok, ...VARY } },
  { title: "a list: none, which caches must tell apart", options: only(ONE, TWO), ask: {}, is: { ...ok, ...VARY } },
  { title: "a list: no prefix", options: only(ONE, TWO), ask: { origin: `${ONE}.evil.example` },
    is: { ...ok, ...VARY } },
  { title: "a list: not in other letters", options: only(ONE, TWO), ask: { origin: ONE.toUpperCase() },
    is: { ...ok, ...VARY } },
  { title: "a list: the null origin is not allowed by itself", options: only(ONE, TWO), ask: { origin: "null" },
    is: { ...ok, ...VARY } },
  { title: "a list: the null origin if it is listed", options: only(ONE, "null"), ask: { origin: "null" },
    is: { ...ok, ...allow("null"), ...VARY } },
  { title: "an empty list allows nobody", options: only(), ask: { origin: ONE }, is: { ...ok, ...VARY } },
  { title: "an origin of an extension", options: { origin: "chrome-extension://abcdef" }, ask: {},
    is: { ...ok, ...allow("chrome-extension://abcdef") } },
  { title: "a function: true", options: { origin: (origin, c) => origin === ONE && c.path === "/x" },
    ask: { origin: ONE }, is: { ...ok, ...allow(ONE), ...VARY } },
  { title: "a function: false", options: { origin: () => false }, ask: { origin: ONE }, is: { ...ok, ...VARY } },
  { title: "a function: what is only like true", options: { origin: () => "yes" }, ask: { origin: ONE },
    is: { ...ok, ...VARY } },
  { title: "a function: later true", options: { origin: async () => true }, ask: { origin: ONE },
    is: { ...ok, ...allow(ONE), ...VARY } },
  { title: "a function: later false", options: { origin: async () => false }, ask: { origin: ONE },
    is: { ...ok, ...VARY } },
  { title: "a function: the origin itself, as in Hono", options: { origin: (origin) => origin }, ask: { origin: ONE },
    is: { ...ok, ...allow(ONE), ...VARY } },
  { title: "a function: another origin", options: { origin: () => TWO }, ask: { origin: ONE }, is: { ...ok, ...VARY } },
  { title: "a function: nothing, later", options: { origin: async () => null }, ask: { origin: ONE },
    is: { ...ok, ...VARY } },
  { title: "an expression", options: { origin: /^https:\/\/(one|two)\.example$/ }, ask: { origin: TWO },
    is: { ...ok, ...allow(TWO), ...VARY } },
  { title: "an expression: not the whole of it", options: { origin: /^https:\/\/(one|two)\.example$/ },
    ask: { origin: `${TWO}.evil.example` }, is: { ...ok, ...VARY } },
  { title: "an expression without anchors", options: { origin: /x/ }, ask: { origin: ONE },
    is: { ...ok, ...allow(ONE), ...VARY } },
  { title: "expressions in a list: the origin itself", options: only(ONE, /two/), ask: { origin: ONE },
    is: { ...ok, ...allow(ONE), ...VARY } },
  { title: "expressions in a list: one of them", options: only(ONE, /none/, /two/), ask: { origin: TWO },
    is: { ...ok, ...allow(TWO), ...VARY } },
  { title: "expressions in a list: none", options: only(ONE, /two/), ask: { origin: EVIL }, is: { ...ok, ...VARY } },
  { title: "a list of one expression: caches must tell apart", options: only(/two/), ask: {}, is: { ...ok, ...VARY } },
  { title: "a star among others", options: only(/two/, "*"), ask: { origin: EVIL }, is: { ...ok, ...allow("*") } },
  { title: "an expression, with credentials", options: { origin: /two/, credentials: true }, ask: { origin: TWO },
    is: { ...ok, ...allow(TWO), "access-control-allow-credentials": "true", ...VARY } },
  { title: "a function is not asked without an origin", options: { origin: () => assert.fail() }, ask: {},
    is: { ...ok, ...VARY } },
  { title: "credentials", options: { origin: ONE, credentials: true }, ask: { origin: ONE },
    is: { ...ok, ...allow(ONE), "access-control-allow-credentials": "true" } },
  { title: "credentials are not for others", options: { ...only(ONE, TWO), credentials: true }, ask: { origin: EVIL },
    is: { ...ok, ...VARY } },
  { title: "fields that pages may read", options: { exposeHeaders: ["X-One", "X-Two"] }, ask: { origin: ONE },
    is: { ...ok, ...allow("*"), "access-control-expose-headers": "X-One, X-Two" } },
  { title: "a miss", ask: { origin: ONE, path: "/none" }, is: { status: 404, reached: 0, ...allow("*") } },
  { title: "a 405", ask: { origin: ONE, method: "DELETE" }, is: { status: 405, reached: 0, ...allow("*") } },
  { title: "an error", ask: { origin: ONE, path: "/fails" }, is: { status: 409, reached: 0, ...allow("*") } },
  { title: "an error, with a list", options: only(ONE, TWO), ask: { origin: ONE, path: "/fails" },
    is: { status: 409, reached: 0, ...allow(ONE), ...VARY } },
  { title: "a Response of the handler's own keeps its Vary", options: only(ONE, TWO),
    ask: { origin: ONE, path: "/raw" }, is: { status: 200, reached: 0, ...allow(ONE), vary: "Accept, Origin" } },
];

const PREFLIGHTS = [
  { title: "reaches no handler", ask: preflight(ONE), is: { ...none, ...allow("*"), ...METHODS } },
  { title: "without a route", ask: preflight(ONE, { path: "/none" }), is: { ...none, ...allow("*"), ...METHODS } },
  { title: "with an OPTIONS route", ask: preflight(ONE, { path: "/own" }), is: { ...none, ...allow("*"), ...METHODS } },
  { title: "a list: allowed", options: only(ONE, TWO), ask: preflight(TWO),
    is: { ...none, ...allow(TWO), ...METHODS, vary: "Origin, Access-Control-Request-Headers" } },
  { title: "a list: not allowed", options: only(ONE, TWO), ask: preflight(EVIL), is: { ...none, ...VARY } },
  { title: "a function, later", options: { origin: async (origin) => origin === ONE }, ask: preflight(ONE),
    is: { ...none, ...allow(ONE), ...METHODS, vary: "Origin, Access-Control-Request-Headers" } },
  { title: "fields that are asked for", ask: preflight(ONE, { "access-control-request-headers": "x-a,x-b" }),
    is: { ...none, ...allow("*"), ...METHODS, "access-control-allow-headers": "x-a,x-b" } },
  { title: "fields that are no names", ask: preflight(ONE, { "access-control-request-headers": "x-a, b c" }),
    is: { ...none, ...allow("*"), ...METHODS } },
  { title: "fields and methods that are listed", options: { headers: ["X-A"], methods: ["GET", "PURGE"], maxAge: 600 },
    ask: preflight(ONE, { "access-control-request-headers": "x-b" }),
    is: { ...none, ...allow("*"), "access-control-allow-methods": "GET, PURGE", "access-control-allow-headers": "X-A",
      "access-control-max-age": "600", vary: undefined } },
  { title: "no fields", options: { headers: [] }, ask: preflight(ONE, { "access-control-request-headers": "x-b" }),
    is: { ...none, ...allow("*"), ...METHODS, vary: undefined } },
  { title: "maxAge 0", options: { maxAge: 0 }, ask: preflight(ONE),
    is: { ...none, ...allow("*"), ...METHODS, "access-control-max-age": "0" } },
  { title: "exposed fields are of no use there", options: { exposeHeaders: ["X-One"] }, ask: preflight(ONE),
    is: { ...none, ...allow("*"), ...METHODS } },
  { title: "private network, not allowed", ask: preflight(ONE, { "access-control-request-private-network": "true" }),
    is: { ...none, ...allow("*"), ...METHODS } },
  { title: "private network", options: { privateNetwork: true },
    ask: preflight(ONE, { "access-control-request-private-network": "true" }),
    is: { ...none, ...allow("*"), ...METHODS, "access-control-allow-private-network": "true" } },
  { title: "private network, not asked for", options: { privateNetwork: true }, ask: preflight(ONE),
    is: { ...none, ...allow("*"), ...METHODS } },
];

for (const { title, options, ask: request, is } of CASES)
  test(`cors: ${title}`, async () => assert.deepEqual(await ask(options, request), is));

for (const { title, options, ask: request, is } of PREFLIGHTS) {
  test(`cors, preflight: ${title}`, async () => {
    const reflected = options?.headers === undefined && is["access-control-allow-origin"] && !("vary" in is);
    const expected = { ...is, ...(reflected && { vary: "Access-Control-Request-Headers" }) };
    if (expected.vary === undefined) delete expected.vary;
    assert.deepEqual(await ask(options, request), expected);
  });
}

test("cors: OPTIONS that is not a preflight goes to the app", async () => {
  assert.deepEqual(await ask({}, { method: "OPTIONS", path: "/own", origin: ONE }), { ...ok, ...allow("*") });
  assert.deepEqual(await ask({}, { method: "OPTIONS", origin: ONE }), { status: 204, reached: 0, ...allow("*") });
});

test("cors: for a part of the app", async () => {
  const app = new Router().use("/api/*", cors()).get("/api/x", (c) => c.text("")).get("/x", (c) => c.text(""));
  const origin = async (path) => (await app.request(path)).headers.get("access-control-allow-origin");
  assert.deepEqual([await origin("/api/x"), await origin("/api/none"), await origin("/x")], ["*", "*", null]);
});

test("cors: an expression with g or y gives the same result each time, and is not changed", async () => {
  const asked = [[/example/g, true, true, true], [/https/y, true, true, true], [/one/y, false, false]];
  for (const [expression, ...is] of asked) {
    expression.lastIndex = 3;
    const app = new Router().use(cors({ origin: expression })).get("/x", (c) => c.text(""));
    for (const allowed of is) {
      const { headers } = await app.request("/x", { headers: { origin: ONE } });
      assert.equal(headers.has("access-control-allow-origin"), allowed, String(expression));
    }
    assert.equal(expression.lastIndex, 3);
  }
});

test("cors: a function that returns anything but true or false is an error", async (t) => {
  const error = t.mock.method(console, "error", () => {});
  for (const origin of [() => ["match"], () => 1, async () => ({})])
    assert.equal((await ask({ origin }, { origin: ONE })).status, 500);
  assert.match(String(error.mock.calls[0].arguments[0]), /cors: .* true or false, not \["match"\]/);
});

test("cors: a synchronous chain stays synchronous", () => {
  for (const origin of ["*", ONE, [ONE, TWO], /one/, () => true]) {
    const app = new Router().use(cors({ origin })).get("/x", (c) => c.text(""));
    assert.ok(app.fetch(new Request("http://h/x", { headers: { origin: ONE } })) instanceof Response);
  }
});

test("cors: names of other libraries' options are errors that name ours", () => {
  const message = (options) => {
    try {
      return void cors(options);
    } catch (error) {
      return error.message;
    }
  };
  const known = "its options are origin, methods, headers, exposeHeaders, credentials, maxAge, privateNetwork";
  assert.equal(
    message({ allowMethods: ["GET"] }),
    `bad argument: cors has no option allowMethods; ${known}. Did you mean methods?`,
  );
  assert.match(message({ allowHeaders: [] }), /Did you mean headers\?$/);
  assert.match(message({ exposedHeaders: [] }), /has no option exposedHeaders; .* Did you mean headers\?$/);
  assert.equal(message({ nmae: 1 }), `bad argument: cors has no option nmae; ${known}`);
});

const WRONG = [
  { credentials: true },
  { origin: "*", credentials: true },
  { origin: [ONE, "*"], credentials: true },
  { origin: ONE, credentials: true, headers: ["*"] },
  { origin: ONE, credentials: true, methods: ["*"] },
  { origin: ONE, credentials: true, exposeHeaders: ["*"] },
  { origin: "https://one.example/" },
  { origin: "https://one.example/path" },
  { origin: "one.example" },
  { origin: "https://One.example" },
  { origin: "https://one.example:443" },
  { origin: "https://[" },
  { origin: "https://*.example" },
  { headers: "x-a" },
  { origin: "" },
  { origin: [7] },
  { headers: ["a b"] },
  { methods: ["GET,PUT"] },
  { maxAge: -1 },
  { maxAge: "5" },
  { credentials: "true" },
  { privateNetwork: 1 },
  { origin: null },
  { origin: [/x/, "one.example"] },
  { origin: [() => true] },
  { allowMethods: ["GET"] },
  null,
  "*",
];

for (const options of WRONG) {
  test(`cors: ${JSON.stringify(options)} is refused when the middleware is made`, () => {
    assert.throws(() => cors(options), (error) => error instanceof WyeError && error.code === "BAD_ARGUMENT");
  });
}
