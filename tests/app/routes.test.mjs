// How routes are added: methods, groups, mounts, hosts; and what is refused leaves everything as it was.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HttpError, RouteTable, Router, WyeError } from "#wye";
import { HERE, ask, logged, marking, said, saying } from "./support.mjs";

/* ------------------------------------------------------------------ methods */

const METHODS = ["get", "post", "put", "patch", "delete", "head", "options"];

for (const name of METHODS) {
  test(`app.${name} adds a route for ${name.toUpperCase()}`, async () => {
    const app = new Router();
    assert.equal(app[name]("/x", (c) => c.body(null, { headers: { "x-method": c.method } })), app);
    const { status, headers } = await ask(app, "/x", { method: name.toUpperCase() });
    assert.deepEqual([status, headers.get("x-method")], [200, name.toUpperCase()]);
    assert.deepEqual(app.routes().map(({ method, pattern }) => `${method} ${pattern}`), [`${name.toUpperCase()} /x`]);
  });
}

test("all() takes every method that has no route of its own there", async () => {
  const app = new Router();
  app.all("/x", (c) => c.text(`any ${c.method}`)).get("/x", saying("get"));
  assert.equal(await said(app, "/x"), "200 get");
  for (const method of ["POST", "DELETE", "OPTIONS", "PURGE"])
    assert.equal(await said(app, "/x", { method }), `200 any ${method}`);
});

test("on() takes one method or a list of them, of any name, and the standard ones in lower case", async () => {
  const app = new Router();
  app.on("PURGE", "/one", saying("one")).on(["put", "PATCH", "X-Y"], "/two", saying("two"));
  assert.equal(await said(app, "/one", { method: "PURGE" }), "200 one");
  for (const method of ["PUT", "PATCH", "X-Y"]) assert.equal(await said(app, "/two", { method }), "200 two");
  assert.equal((await ask(app, "/two")).status, 405);
});

test("slashes stay escaped in a catch-all, and in no other parameter", async () => {
  const app = new Router();
  app.get("/f/:x/*path", (c) => c.text(`${c.param("x")} ${c.param("path")} ${JSON.stringify(c.params())}`));
  const values = { x: "a/b", path: "..%2Fc d%5c" };
  assert.equal(await said(app, "/f/a%2Fb/..%2Fc%20d%5c"), `200 a/b ..%2Fc d%5c ${JSON.stringify(values)}`);
});

test("names are those of c.routeName, url() and routes()", async () => {
  const app = new Router();
  app.get("/users/:id<int>", { name: "user" }, marking([], ""), (c) => c.text(`${c.routeName} ${c.routePattern}`));
  app.group("/g", (g) => g.get("/:x", { name: "inner" }, saying("")));
  assert.equal(await said(app, "/users/7"), "200 user /users/:id<int>");
  assert.equal(app.url("user", { id: 7 }), "/users/7");
  assert.equal(app.url("inner", { x: "a b" }), "/g/a%20b");
  assert.throws(() => app.url("nobody"), { code: "NOT_FOUND" });
  assert.throws(() => app.url("user"), { code: "BAD_VALUE" });
  assert.deepEqual(app.routes()[0], {
    id: 0, method: "GET", pattern: "/users/:id<int>", host: undefined, name: "user",
  });
});

test("routes may be added between requests", async () => {
  const app = new Router();
  assert.equal((await ask(app, "/a")).status, 404);
  app.get("/a", saying("a"));
  assert.equal(await said(app, "/a"), "200 a");
  app.get("/b", saying("b"));
  assert.equal(await said(app, "/a"), "200 a");
  assert.equal(await said(app, "/b"), "200 b");
});

test("a request under way keeps its route while others are added and looked up", async () => {
  const app = new Router();
  let go;
  const wait = new Promise((resolve) => (go = resolve));
  app.get("/:a/:b", { name: "two" }, async (c) => {
    await wait;
    return c.text([c.param("a"), c.param("b"), c.routeName, c.routePattern, c.path, c.query("q")].join(" "));
  });
  const answer = said(app, "/%61/é?q=1");
  for (let i = 0; i < 20; i++) {
    app.get(`/${i}/:x/:y/:z`, saying("three"));
    assert.equal(await said(app, `/${i}/1/2/3`), "200 three");
  }
  go();
  assert.equal(await answer, "200 a é two /:a/:b /%61/%C3%A9 1");
});

/* ------------------------------------------------------------------ the app itself */

test("fetch works without its app", async () => {
  const { fetch } = new Router().get("/x", saying("x"));
  assert.equal(await (await fetch(new Request(`${HERE}/x`))).text(), "x");
});

test("fetch responds at once where nothing waits", () => {
  const app = new Router();
  app.use((c, next) => next()).get("/x", saying("x"));
  assert.ok(app.fetch(new Request(`${HERE}/x`)) instanceof Response);
});

test("env and executionCtx reach the handler", async () => {
  const app = new Router();
  app.get("/x", (c) => c.json([c.env, c.executionCtx]));
  assert.equal(await said(app, "/x", undefined, { A: 1 }, { waits: true }), '200 [{"A":1},{"waits":true}]');
  assert.equal(await said(app, "/x"), "200 [null,null]");
});

test("request() takes a path, a URL and a Request", async () => {
  const app = new Router();
  app.all("/*", (c) => c.text(`${c.method} ${c.url}`));
  const init = { method: "PUT" };
  assert.equal(await said(app, "/a?b", init), `200 PUT ${HERE}/a?b`);
  assert.equal(await said(app, "a"), `200 GET ${HERE}/a`);
  assert.equal(await said(app, "https://h/a"), "200 GET https://h/a");
  assert.equal(await said(app, new URL("https://h/a")), "200 GET https://h/a");
  assert.equal(await said(app, new Request("https://h/a", { method: "POST", body: "x" })), "200 POST https://h/a");
  assert.equal(await said(app, new Request("https://h/a"), init), "200 PUT https://h/a");
});

test("c has the parts of the request", async () => {
  const app = new Router();
  app.get("/:a/*", (c) =>
    c.json({
      url: c.url, path: c.path, method: c.method, a: c.param("a"), raw: c.rawParam("a"), first: c.param(0),
      rest: c.param("*"), none: c.param("b") === undefined, all: c.params(), same: c.request.url === c.url,
      header: c.header("X-A"), absent: c.header("x-b") === undefined, error: c.error === undefined,
      unset: c.get("k") === undefined,
    }),
  );
  const { text } = await ask(app, "http://h:81/%61%20b/c/d?x=1#y", { headers: { "x-a": "1" } });
  assert.deepEqual(JSON.parse(text), {
    url: "http://h:81/%61%20b/c/d?x=1#y", path: "/%61%20b/c/d", method: "GET", a: "a b", raw: "%61%20b", first: "a b",
    rest: "c/d", none: true, all: { a: "a b", "*": "c/d" }, same: true, header: "1", absent: true, error: true,
    unset: true,
  });
});

/* ------------------------------------------------------------------ static */

test("static responses are encoded once, for GET and HEAD", async () => {
  const app = new Router();
  const bytes = new Uint8Array([1, 2, 3]);
  app.static("/text", "é").static("/bytes", bytes).static("/buffer", bytes.buffer);
  app.static("/json", "{}", { status: 201, statusText: "Made", headers: { "Content-Type": "application/json" } });
  bytes[0] = 9;
  const text = await ask(app, "/text");
  assert.deepEqual([text.status, text.text, text.headers.get("content-type")], [200, "é", "text/plain;charset=UTF-8"]);
  for (const path of ["/bytes", "/buffer"]) {
    const response = await app.request(path);
    assert.deepEqual([...new Uint8Array(await response.arrayBuffer())], [1, 2, 3]);
    assert.equal(response.headers.get("content-type"), null);
  }
  const made = await app.request("/json");
  assert.deepEqual([made.status, made.statusText, await made.text()], [201, "Made", "{}"]);
  assert.equal(made.headers.get("content-type"), "application/json");
  assert.equal(await said(app, "/text", { method: "HEAD" }), "200 ");
  assert.equal((await ask(app, "/text", { method: "POST" })).status, 405);
});

test("each static response is one of its own, with all of its fields", async () => {
  const app = new Router();
  app.use((c, next) => {
    const response = next();
    response.headers.append("x-n", "1");
    return response;
  });
  app.static("/x", "x", { headers: [["set-cookie", "a=1"], ["set-cookie", "b=2"]] });
  for (let i = 0; i < 2; i++) {
    const { headers, text } = await ask(app, "/x");
    assert.deepEqual([headers.getSetCookie(), headers.get("x-n"), text], [["a=1", "b=2"], "1", "x"]);
  }
});

/* ------------------------------------------------------------------ groups */

test("a group has a prefix, and `/` in it is the prefix itself", async () => {
  const app = new Router();
  app.group("/v1", (g) => {
    assert.equal(g.get("/", saying("root")), g);
    g.get("/:x", (c) => c.text(`x ${c.param("x")}`));
    g.group("/in/:y", (inner) => inner.get("/:z", (c) => c.text(`${c.param("y")} ${c.param("z")}`)));
  });
  assert.equal(await said(app, "/v1"), "200 root");
  assert.equal((await ask(app, "/v1/")).status, 404);
  assert.equal(await said(app, "/v1/a"), "200 x a");
  assert.equal(await said(app, "/v1/in/a/b"), "200 a b");
});

test("a group's middleware runs only for its routes, after the app's and before the steps inside", async () => {
  const ran = [];
  const app = new Router();
  app.use(marking(ran, "app"));
  app.group("/v1", marking(ran, "g1"), marking(ran, "g2"), (g) => {
    g.get("/early", saying(""));
    g.use(marking(ran, "late"));
    g.group("/in", marking(ran, "in"), (inner) => inner.get("/x", marking(ran, "own"), saying("")));
  });
  app.group("/", marking(ran, "free"), (g) => g.get("/free", saying("")));
  app.get("/out", saying(""));
  const after = async (path) => {
    ran.length = 0;
    await app.request(path);
    return ran.join(" ");
  };
  assert.equal(await after("/v1/early"), "app g1 g2");
  assert.equal(await after("/v1/in/x"), "app g1 g2 late in own");
  assert.equal(await after("/free"), "app free");
  assert.equal(await after("/out"), "app");
  assert.equal(await after("/nowhere"), "app");
});

test("middleware covers the routes that are added after it, not those before", async () => {
  const ran = [];
  const app = new Router();
  app.get("/before", saying("")).use(marking(ran, "mw")).get("/behind", saying(""));
  await app.request("/before");
  assert.deepEqual(ran, []);
  await app.request("/behind");
  assert.deepEqual(ran, ["mw"]);
});

/* ------------------------------------------------------------------ hosts */

test("routes of a host come first, and so do its parameters", async () => {
  const app = new Router();
  app.get("/:x", (c) => c.text(`any ${c.param(0)}`));
  app.domain(":tenant.example.com", (h) => {
    h.get("/:x", { name: "t" }, (c) => c.text(`${c.param("tenant")} ${c.param(1)}`));
    h.group("/in", (g) => g.get("/x", saying("in")));
  });
  app.group("/v1", (g) => g.domain("api.example.com", (h) => h.get("/x", saying("api"))));
  assert.equal(await said(app, "http://Acme.example.com/a"), "200 acme a");
  assert.equal(await said(app, "http://acme.example.com/in/x"), "200 in");
  assert.equal(await said(app, "http://api.example.com/v1/x"), "200 api");
  assert.equal((await ask(app, "http://h/v1/x")).status, 404);
  assert.equal(await said(app, "http://h/a"), "200 any a");
  assert.equal(app.url("t", { tenant: "acme", x: "1" }), "//acme.example.com/1");
  assert.deepEqual(app.routes()[1].host, ":tenant.example.com");
  assert.equal(app.host, undefined); // which Bun would take for an option
});

test("a host's middleware runs only for its routes", async () => {
  const ran = [];
  const app = new Router();
  app.domain("a.b", marking(ran, "host"), (h) => h.use("/x/*", marking(ran, "x")).get("/x/:y", saying("")));
  app.get("/x/:y", saying("any"));
  await app.request("http://a.b/x/1");
  assert.deepEqual(ran, ["host", "x"]);
  assert.equal(await said(app, "http://c.d/x/1"), "200 any");
  assert.equal(ran.length, 2);
});

/* ------------------------------------------------------------------ mounts */

function users() {
  const other = new Router();
  other.get("/", saying("all")).get("/:id", { name: "user" }, (c) => c.text(`user ${c.param("id")} ${c.routePattern}`));
  return other;
}

test("a mount has the routes of the other app as they are then, below its prefix", async () => {
  const other = users();
  const app = new Router();
  assert.equal(app.route("/users", other), app);
  other.get("/later/x", saying("later"));
  assert.equal(await said(app, "/users"), "200 all");
  assert.equal(await said(app, "/users/1"), "200 user 1 /users/:id");
  assert.equal((await ask(app, "/users/later/x")).status, 404);
  assert.equal(app.url("user", { id: 1 }), "/users/1");
  assert.equal(await said(other, "/1"), "200 user 1 /:id");
});

test("an app can be mounted at `/`, twice, in a group, and in a mount", async () => {
  const inner = new Router();
  inner.get("/x", (c) => c.text(`${c.path} ${c.param("a") ?? ""}`));
  const middle = new Router();
  middle.route("/in", inner);
  const app = new Router();
  app.route("/", middle).route("/p/:a", middle).route("/q", inner);
  app.group("/g", (g) => g.route("/m", middle));
  assert.equal(await said(app, "/in/x"), "200 /in/x ");
  assert.equal(await said(app, "/p/1/in/x"), "200 /p/1/in/x 1");
  assert.equal(await said(app, "/q/x"), "200 /q/x ");
  assert.equal(await said(app, "/g/m/in/x"), "200 /g/m/in/x ");
});

test("the middleware of both apps runs: the outer first, and each where its own pattern says", async () => {
  const ran = [];
  const inner = new Router();
  inner.use(marking(ran, "inner")).use("/deep/*", marking(ran, "deep"));
  inner.get("/x", saying("")).get("/deep/x", marking(ran, "own"), saying(""));
  inner.group("/", marking(ran, "free"), (g) => g.get("/free", saying("")));
  const middle = new Router();
  middle.use(marking(ran, "middle")).route("/in", inner);
  const app = new Router();
  app.use("/v2/*", marking(ran, "v2")).use("/deep/*", marking(ran, "no")).route("/v2", middle);
  const after = async (path) => {
    ran.length = 0;
    await app.request(path);
    return ran.join(" ");
  };
  assert.equal(await after("/v2/in/x"), "v2 middle inner");
  assert.equal(await after("/v2/in/deep/x"), "v2 middle inner deep own");
  assert.equal(await after("/v2/in/free"), "v2 middle inner free");
  assert.equal(await after("/v2/nowhere"), "v2 middle");
  assert.equal(await after("/v2/in/nowhere"), "v2 middle inner");
});

test("hosts of a mounted app stay, and a mount inside of a host gets that host", async () => {
  const other = new Router();
  other.get("/any", saying("any")).domain("a.b", (h) => h.get("/x", saying("a.b")));
  const app = new Router();
  app.route("/m", other);
  assert.equal(await said(app, "http://a.b/m/x"), "200 a.b");
  assert.equal((await ask(app, "http://c.d/m/x")).status, 404);
  assert.equal(await said(app, "http://c.d/m/any"), "200 any");
  const inside = new Router();
  inside.domain("a.b", (h) => h.route("/m", other));
  assert.equal(await said(inside, "http://a.b/m/any"), "200 any");
  assert.equal((await ask(inside, "http://c.d/m/any")).status, 404);
  const within = () => new Router().domain("c.d", (h) => h.route("/m", other));
  assert.throws(within, { code: "BAD_ARGUMENT", message: /a\.b/ });
});

test("a mounted app responds to its own errors and misses", async (t) => {
  const errors = logged(t);
  const ran = [];
  const other = new Router();
  other.use(marking(ran, "other"));
  other.get("/throws", () => {
    throw new Error("sync");
  });
  other.get("/rejects", async () => {
    throw new Error("async");
  });
  other.onError((error, c) => c.text(`other ${error.message} ${c.error === error}`, 418));
  other.notFound((c) => c.text(`other has no ${c.path}`, 404));
  const app = new Router();
  app.use(async (c, next) => {
    const response = await next();
    response.headers.set("x-seen", String(response.status));
    return response;
  });
  app.route("/o", other);
  app.get("/throws", () => {
    throw new Error("outer");
  });
  app.onError((error, c) => c.text(`app ${error.message}`, 500));
  assert.equal(await said(app, "/o/throws"), "418 other sync true");
  const rejected = await ask(app, "/o/rejects");
  assert.equal(`${rejected.status} ${rejected.text}`, "418 other async true");
  assert.equal(rejected.headers.get("x-seen"), "418");
  assert.equal(await said(app, "/o/nowhere"), "404 other has no /o/nowhere");
  assert.equal(await said(app, "/o"), "404 other has no /o");
  assert.equal(await said(app, "/nowhere"), "404 404 Not Found");
  assert.equal(await said(app, "/throws"), "500 app outer");
  assert.equal((await ask(app, "/o/throws", { method: "POST" })).status, 405);
  assert.deepEqual(errors, []);
});

test("an error in a mounted app's error handler goes to the outer one", async () => {
  const other = new Router();
  other.get("/x", () => {
    throw new Error("first");
  });
  other.onError((error) => {
    throw new Error(`${error.message} and second`);
  });
  const app = new Router();
  app.onError((error, c) => c.text(error.message, 500)).route("/o", other);
  assert.equal(await said(app, "/o/x"), "500 first and second");
});

test("middleware that is added after a mount covers the misses that the mounted app responds to", async () => {
  const ran = [];
  const other = new Router();
  other.notFound(saying("other"));
  const app = new Router();
  app.route("/o", other).use(marking(ran, "late"));
  assert.equal(await said(app, "/o/nowhere"), "200 other");
  assert.deepEqual(ran, ["late"]);
});

test("of nested mounted apps, the innermost responds to a miss", async () => {
  const inner = new Router();
  inner.notFound(saying("inner"));
  const middle = new Router();
  middle.notFound(saying("middle")).route("/in", inner);
  const app = new Router();
  app.notFound(saying("app")).route("/m", middle);
  assert.equal(await said(app, "/m/in/x"), "200 inner");
  assert.equal(await said(app, "/m/x"), "200 middle");
  assert.equal(await said(app, "/x"), "200 app");
});

/* ------------------------------------------------------------------ refusals */

const dull = saying("");

/** What is refused, its code, and what its message must say. */
const REFUSED = [
  ["a route without a handler", (app) => app.get("/x"), "BAD_ARGUMENT", /\/x/],
  ["a route with only options", (app) => app.get("/x", { name: "x" }), "BAD_ARGUMENT", /\/x/],
  ["a handler that is no function", (app) => app.get("/x", dull, "nope"), "BAD_ARGUMENT", /string/],
  ["null for options", (app) => app.get("/x", null, dull), "BAD_ARGUMENT", /\/x/],
  ["a pattern that is no string", (app) => app.get(/x/, dull), "BAD_ARGUMENT", /pattern/],
  ["a name that is no string", (app) => app.get("/x", { name: 1 }, dull), "BAD_ARGUMENT", /name/],
  ["a malformed pattern", (app) => app.get("/:a:b", dull), "BAD_PATTERN", /:/],
  ["a pattern without a slash", (app) => app.get("x", dull), "BAD_PATTERN", /"?\//],
  ["a pattern without a slash in a group", (app) => app.group("/g", (g) => g.get("x", dull)), "BAD_PATTERN", /"?\//],
  ["an empty pattern in a group", (app) => app.group("/g", (g) => g.get("", dull)), "BAD_PATTERN", /"?\//],
  ["a malformed method", (app) => app.on("A B", "/x", dull), "BAD_METHOD", /./],
  ["no method at all", (app) => app.on([], "/x", dull), "BAD_ARGUMENT", /method/],
  ["a method that is no string", (app) => app.on(["GET", 1], "/x", dull), "BAD_ARGUMENT", /method/],
  ["use without a function", (app) => app.use("/x"), "BAD_ARGUMENT", /use/],
  ["use without anything", (app) => app.use(), "BAD_ARGUMENT", /use/],
  ["use of a malformed pattern", (app) => app.use("/:a:b", dull), "BAD_PATTERN", /./],
  ["use of a pattern without a slash", (app) => app.use("x/*", dull), "BAD_PATTERN", /./],
  ["such a use in a group", (app) => app.group("/g", (g) => g.use("x/*", dull)), "BAD_PATTERN", /./],
  ["a prefix that ends with a slash", (app) => app.group("/x/", dull), "BAD_ARGUMENT", /prefix/],
  ["a prefix without a slash", (app) => app.group("x", dull), "BAD_ARGUMENT", /prefix/],
  ["a group without a function", (app) => app.group("/x"), "BAD_ARGUMENT", /group/],
  ["a host inside of a host", (app) => app.domain("a.b", (h) => h.domain("c.d", dull)), "BAD_ARGUMENT", /domain.*c\.d/],
  ["an empty host", (app) => app.domain("", (h) => h.get("/x", dull)), "BAD_ARGUMENT", /host/],
  ["a malformed host", (app) => app.domain("a..b", (h) => h.get("/x", dull)), "BAD_HOST", /./],
  ["a mount of something else", (app) => app.route("/x", {}), "BAD_ARGUMENT", /Router/],
  ["a mount of another's app", (app) => app.route("/x", { fetch() {} }), "BAD_ARGUMENT", /Router of this copy/],
  ["a mount of a group", (app) => app.group("/g", (g) => new Router().route("/x", g)), "BAD_ARGUMENT", /Router/],
  ["a mount at a bad prefix", (app) => app.route("x", new Router()), "BAD_ARGUMENT", /prefix/],
  ["notFound that is no function", (app) => app.notFound("x"), "BAD_ARGUMENT", /notFound/],
  ["onError that is no function", (app) => app.onError(), "BAD_ARGUMENT", /onError/],
  ["static with a number", (app) => app.static("/x", 5), "BAD_ARGUMENT", /static/],
  ["static with a mistyped init", (app) => app.static("/x", "x", { header: {} }), "TypeError", /no option header/],
  ["a mistyped option", (app) => app.get("/x", { nmae: "a" }, dull), "BAD_ARGUMENT", /"\/x"\) has no option nmae/],
  ["another option", (app) => app.on("PUT", "/x", { host: "a" }, dull), "BAD_ARGUMENT", /"\/x"\) has no option host/],
  ["a maxBody that is none", (app) => app.post("/x", { maxBody: "1" }, dull), "BAD_ARGUMENT", /post\("\/x"\): maxBody/],
  ["options after the handler", (app) => app.get("/x", dull, { name: "a" }), "BAD_ARGUMENT", /step 2 .* not object/],
  ["a step in an array that is none", (app) => app.get("/x", [dull, [5]], dull), "BAD_ARGUMENT", /step 2 .*number/],
  ["a promise of a step", (app) => app.get("/x", Promise.resolve(dull)), "BAD_ARGUMENT", /\/x/],
  ["empty arrays of steps", (app) => app.get("/x", [], [[]]), "BAD_ARGUMENT", /get\("\/x"\) needs a function/],
  ["use with options", (app) => app.use("/x", { name: "a" }, dull), "BAD_ARGUMENT", /use\("\/x"\): step 1 must/],
  ["use of an empty array", (app) => app.use([]), "BAD_ARGUMENT", /use needs a function/],
  ["a route in the middle of a group", (app) => app.group("/x", (g) => g.get("", dull)), "BAD_PATTERN", /./],
  ["a group that waits", (app) => app.group("/x", async (g) => void g.get("/x", dull)), "BAD_ARGUMENT", /a promise/],
];

for (const [what, action, code, says] of REFUSED) {
  test(`refused, and nothing has changed: ${what}`, async () => {
    const app = new Router();
    app.get("/a", saying("a"));
    assert.throws(() => action(app), (error) => {
      assert.equal(error instanceof WyeError ? error.code : error.name, code, String(error));
      assert.match(error.message, says);
      return true;
    });
    assert.deepEqual(app.routes().map(({ pattern }) => pattern), ["/a"]);
    assert.equal(await said(app, "/a"), "200 a");
    for (const path of ["/x", "/x/x", "/g/x"]) assert.equal(await said(app, path), "404 404 Not Found");
  });
}

const WRONG_OPTIONS = [
  [{ maxBody: -1 }, /maxBody/], [{ maxBody: 1.5 }, /maxBody/], [{ maxBody: NaN }, /maxBody/],
  [{ maxBody: "1" }, /maxBody/],
  [{ trailingSlash: "maybe" }, /trailingSlash must be one of strict, redirect, ignore, not maybe/],
  [{ methodNotAllowed: "no" }, /methodNotAllowed must be one of true, false, not no/],
  [{ caseSensitive: 0 }, /caseSensitive/], [{ cleanPath: true }, /cleanPath/],
  [{ maxPath: 0 }, /maxPath must be an integer from 1 to 65535 \(bytes\), not 0/],
  [{ strict: false }, /Router has no option strict; its options are trailingSlash, .*, clientAddress$/],
  [{ maxContexts: 1 }, /no option maxContexts/], [{ trailingslash: "ignore" }, /no option trailingslash/],
  [{ report: "x" }, /report must be a function, not string/], [{ clientAddress: 5 }, /clientAddress must be a string/],
  [null, /must be an object, not null/], ["strict", /must be an object, not string/],
];

for (const [options, says] of WRONG_OPTIONS)
  test(`refused: new Router(${JSON.stringify(options)})`, () => {
    assert.throws(() => new Router(options), { name: "WyeError", code: "BAD_ARGUMENT", message: says });
  });

test("a conflict in the second method of on() leaves the first one out, too", async () => {
  const app = new Router();
  app.post("/x/:a", saying("old"));
  assert.throws(() => app.on(["GET", "POST", "PUT"], "/x/:b", { name: "n" }, dull), { code: "CONFLICT" });
  assert.throws(() => app.on(["PUT", "PUT"], "/x/:b", dull), { code: "CONFLICT" });
  assert.deepEqual(app.routes().map(({ method, pattern }) => `${method} ${pattern}`), ["POST /x/:a"]);
  assert.equal((await ask(app, "/x/1")).headers.get("allow"), "OPTIONS, POST");
  assert.equal(await said(app, "/x/1", { method: "POST" }), "200 old");
  app.on(["GET", "PUT"], "/x/:b", saying("new"));
  assert.equal(await said(app, "/x/1"), "200 new");
  assert.equal(await said(app, "/x/1", { method: "PUT" }), "200 new");
});

test("a conflict in the middle of a mount leaves all of it out", async () => {
  const ran = [];
  const other = new Router();
  other.use(marking(ran, "other")).notFound(saying("other's")).onError(saying("other's"));
  for (const path of ["/a", "/b", "/c"]) other.get(path, saying(path));
  const app = new Router();
  app.get("/m/b", saying("old"));
  assert.throws(() => app.route("/m", other), { code: "CONFLICT", message: /\/m\/b/ });
  assert.deepEqual(app.routes().map(({ pattern }) => pattern), ["/m/b"]);
  assert.equal(await said(app, "/m/a"), "404 404 Not Found");
  assert.equal(await said(app, "/m/b"), "200 old");
  assert.deepEqual(ran, []);
});

test("a mount that is refused for its prefix leaves all of it out", () => {
  const other = new Router();
  other.get("/a", dull).get("/:x", dull);
  const app = new Router();
  assert.throws(() => app.route("/:x", other), { code: "BAD_PATTERN" });
  assert.deepEqual(app.routes(), []);
});

test("an app can be mounted in itself", async () => {
  const app = new Router();
  app.get("/x", saying("x")).route("/again", app);
  assert.equal(await said(app, "/again/x"), "200 x");
  assert.equal(app.routes().length, 2);
});

test("HttpError: its status, message, fields and cause", () => {
  const cause = new Error("why");
  const error = new HttpError(418, "tea", { headers: { "x-a": "1" }, cause });
  assert.ok(error instanceof Error);
  assert.deepEqual(
    [error.name, error.status, error.message, error.headers, error.cause],
    ["HttpError", 418, "tea", { "x-a": "1" }, cause],
  );
  assert.equal(new HttpError(404).message, "HTTP status 404");
  assert.deepEqual(new HttpError(404).headers, {});
  for (const status of [200, 399, 600, 404.5, "404", undefined]) assert.throws(() => new HttpError(status), RangeError);
});

test("a Router is not a RouteTable, and takes a table's options", async () => {
  assert.ok(!(new Router() instanceof RouteTable));
  const app = new Router({ caseSensitive: false, trailingSlash: "ignore", methodNotAllowed: false });
  app.get("/Abc", saying("x"));
  assert.equal(await said(app, "/aBC/"), "200 x");
  assert.equal((await ask(app, "/abc", { method: "POST" })).status, 404);
});

/* ------------------------------------------------------------------ arrays of steps */

test("arrays of steps are flattened wherever steps are given, however deep they are", async () => {
  const ran = [];
  const auth = marking(ran, "auth");
  const log = marking(ran, "log");
  const makes = {
    "get": (app) => app.get("/x", [auth], saying("x")),
    "get with options": (app) => app.get("/x", { name: "x" }, [auth], saying("x")),
    "get with the handler in it": (app) => app.get("/x", [auth, saying("x")]),
    "get, deep": (app) => app.get("/x", [[[]], [[auth]]], [[saying("x")]]),
    "on": (app) => app.on(["GET", "PUT"], "/x", [auth], [saying("x")]),
    "all": (app) => app.all("/x", [auth], saying("x")),
    "use": (app) => app.use([auth]).get("/x", saying("x")),
    "use with a pattern": (app) => app.use("/x", [[auth]]).get("/x", saying("x")),
    "group": (app) => app.group("/x", [auth], (g) => g.get("/", saying("x"))),
    "group with the function in it": (app) => app.group("/x", [auth, [(g) => g.get("/", saying("x"))]]),
    "domain": (app) => app.domain("localhost", [[auth]], (h) => h.get("/x", saying("x"))),
  };
  for (const [what, make] of Object.entries(makes)) {
    const app = new Router();
    make(app);
    ran.length = 0;
    assert.equal(await said(app, "/x"), "200 x", what);
    assert.deepEqual(ran, ["auth"], what);
  }
  const app = new Router();
  const steps = [auth, log];
  app.get("/x", steps, saying("x"));
  steps.length = 0;
  ran.length = 0;
  await app.request("/x");
  assert.deepEqual(ran, ["auth", "log"]);
});

/* ------------------------------------------------------------------ maxBody */

const sent = (length) => ({ method: "POST", body: "x".repeat(length) });
const reading = async (c) => c.text(`${(await c.read()).length}`);

test("maxBody is that of the route, otherwise of the mounted app, otherwise of the app", async () => {
  const inner = new Router({ maxBody: 20 });
  inner.post("/own", { maxBody: 5 }, reading).post("/usual", reading);
  const middle = new Router({ maxBody: 30 });
  middle.post("/usual", reading).route("/in", inner);
  const plain = new Router();
  plain.post("/usual", reading);
  const app = new Router({ maxBody: 10 });
  app.post("/usual", reading).post("/more", { maxBody: 100 }, reading).post("/none", { maxBody: 0 }, reading);
  app.route("/m", middle).route("/p", plain);
  const mosts = [
    ["/usual", 10], ["/more", 100], ["/none", 0], ["/m/usual", 30], ["/m/in/usual", 20], ["/m/in/own", 5],
    ["/p/usual", 1048576],
  ];
  for (const [path, most] of mosts) {
    assert.equal(await said(app, path, sent(most)), `200 ${most}`, path);
    assert.equal(await said(app, path, sent(most + 1)), `413 the body has more than ${most} bytes`, path);
  }
});

/* ------------------------------------------------------------------ mounts of apps with options */

const DIFFERING = [
  // the mounted app's options, this app's, what the error says
  [{ caseSensitive: false }, {}, /route\("\/s"\): the mounted app has caseSensitive: false, this one true/],
  [{}, { caseSensitive: false }, /caseSensitive: true, this one false/],
  [{ trailingSlash: "ignore" }, { trailingSlash: "redirect" }, /trailingSlash: "ignore", this one "redirect"/],
  [{ cleanPath: "redirect" }, {}, /cleanPath/],
  [{ methodNotAllowed: false }, {}, /methodNotAllowed/],
  [{ maxPath: 100 }, {}, /maxPath: 100, this one 8192/],
  [{ report: () => {} }, {}, /the mounted app has a report of its own/],
  [{ clientAddress: "x-real-ip" }, { clientAddress: "cf-connecting-ip" }, /has a clientAddress of its own/],
];

for (const [theirs, ours, says] of DIFFERING)
  test(`a mount of an app with ${Object.keys(theirs)} of its own: ${says}`, () => {
    const app = new Router(ours);
    const sub = new Router(theirs).get("/x", dull);
    assert.throws(() => app.route("/s", sub), { code: "BAD_ARGUMENT", message: says });
    assert.deepEqual(app.routes(), []);
  });

test("a mount of an app with the same options, said or not, is no error", async () => {
  const report = () => {};
  const same = { report, clientAddress: "x-real-ip", trailingSlash: "ignore" };
  const app = new Router({ ...same, caseSensitive: true });
  const sub = new Router({ ...same, cleanPath: "off", maxPath: 8192, maxBody: 1 });
  app.route("/s", sub.get("/x", (c) => c.text(c.clientAddress)));
  app.route("/t", new Router({ trailingSlash: "ignore" }).get("/x", (c) => c.text(c.clientAddress)));
  for (const path of ["/s/x/", "/t/x"])
    assert.equal(await said(app, path, { headers: { "x-real-ip": "192.0.2.1" } }), "200 192.0.2.1");
});

/* ------------------------------------------------------------------ names that several routes have */

test("one app with named routes mounted twice works; the url of such a name is the error", async () => {
  const sub = users();
  sub.route("/deep", new Router().get("/:x", { name: "inner" }, saying("inner")));
  const app = new Router();
  app.get("/home", { name: "home" }, saying("home"));
  app.route("/a", sub).route("/b", sub);
  for (const prefix of ["/a", "/b"]) assert.equal(await said(app, `${prefix}/1`), `200 user 1 ${prefix}/:id`);
  assert.equal(app.url("home"), "/home");
  const ambiguous = [["user", /"user": "\/a\/:id", "\/b\/:id"/], ["inner", /"inner": "\/a\/deep\/:x", "\/b\/deep/]];
  for (const [name, says] of ambiguous)
    assert.throws(() => app.url(name, { id: 1, x: 1 }), { name: "WyeError", code: "CONFLICT", message: says });
  const names = app.routes().map(({ name }) => name);
  assert.deepEqual(names, ["home", undefined, "user", "inner", undefined, "user", "inner"]);
  assert.equal(sub.url("user", { id: 1 }), "/1");
});

test("a name of two mounted apps, or of an app and one that is mounted, is ambiguous; of one app, refused", () => {
  const named = (pattern) => new Router().get(pattern, { name: "n" }, dull);
  const app = named("/own");
  assert.equal(app.url("n"), "/own");
  app.route("/s", named("/x"));
  assert.throws(() => app.url("n"), { code: "CONFLICT" });
  assert.throws(() => named("/x").get("/y", { name: "n" }, dull), { code: "BAD_NAME" });
  const methods = new Router();
  methods.get("/x", { name: "n" }, dull).post("/x", { name: "n" }, dull);
  assert.equal(methods.url("n"), "/x");
});

test("a name of a call that failed is free again, and one that was there before stays", () => {
  const app = new Router();
  app.get("/b", { name: "b" }, dull);
  const sub = new Router();
  sub.get("/new", { name: "n" }, dull).get("/other", { name: "b" }, dull).get("/:x", dull);
  app.get("/s/:z", dull);
  assert.throws(() => app.route("/s", sub), { code: "CONFLICT" });
  assert.equal(app.url("b"), "/b");
  assert.throws(() => app.url("n"), { code: "NOT_FOUND" });
  app.get("/n", { name: "n" }, dull);
  assert.equal(app.url("n"), "/n");
});

/* ------------------------------------------------------------------ nothing is kept of a call that fails */

/** Each fails in the middle. */
const FAILING = {
  "on, at its second method": (app) => app.on(["PUT", "POST"], "/taken", dull),
  "on, at a malformed method": (app) => app.on(["PUT", "A B"], "/free", dull),
  "a group, at its second route": (app, mark) => app.group("/g", mark, (g) => g.get("/free", dull).get("/:a:b", dull)),
  "a group, at its end": (app, mark) => app.group("/g", mark, (g) => {
    g.use(mark).get("/free", { name: "free" }, dull);
    throw new WyeError("BAD_ARGUMENT", "own");
  }),
  "a group in a group": (app, mark) => app.group("/g", mark, (g) => {
    g.group("/h", mark, (h) => h.get("/free", dull).use(mark));
    g.get("/:a:b", dull);
  }),
  "a group that adds to the app": (app, mark) => app.group("/g", (g) => {
    app.use(mark).get("/free", dull);
    g.get("/:a:b", dull);
  }),
  "a host": (app, mark) => app.domain("localhost", mark, (h) => h.get("/free", dull).get("/:a:b", dull)),
  "a host that is malformed": (app, mark) => app.domain("a..b", mark, (h) => h.get("/free", dull)),
  "a mount, at a route": (app, mark) => {
    const sub = new Router().use(mark).notFound(dull).onError(dull).onOutcome(dull);
    app.route("/", sub.get("/free", { name: "free" }, dull).get("/taken", dull).post("/taken", dull));
  },
  "a mount in a group": (app, mark) => app.group("/g", mark, (g) => {
    g.route("/s", new Router().use(mark).get("/free", dull));
    g.route("/t", {});
  }),
  "a use of a malformed pattern": (app, mark) => app.use("/:a:b/*", mark),
  "a use of a name that is another segment's": (app, mark) => app.use("/:x/*", (c, next) => next()).use("/g/:x", mark),
};

for (const [what, fail] of Object.entries(FAILING)) {
  test(`nothing is kept of ${what}`, async () => {
    const ran = [];
    const app = new Router();
    app.get("/kept", { name: "kept" }, saying("kept")).on(["GET", "POST"], "/taken", saying("taken"));
    const before = app.routes();
    assert.throws(() => fail(app, marking(ran, "left")), WyeError);
    assert.deepEqual(app.routes(), before);
    app.get("/after", saying("after"));
    for (const path of ["/free", "/g/free", "/g/h/free", "/g/s/free", "/g", "/nowhere"]) {
      assert.equal(await said(app, path), "404 404 Not Found", path);
      assert.equal(await said(app, path, { method: "PUT" }), "404 404 Not Found", path);
    }
    assert.equal((await ask(app, "/taken", { method: "PUT" })).headers.get("allow"), "GET, HEAD, OPTIONS, POST");
    for (const name of ["kept", "taken", "after"]) assert.equal(await said(app, `/${name}`), `200 ${name}`);
    assert.throws(() => app.url("free"), { code: "NOT_FOUND" });
    assert.deepEqual(ran, []);
    app.put("/free", { name: "free" }, saying("free")).group("/g", (g) => g.get("/free", saying("free")));
    assert.equal(await said(app, "/free", { method: "PUT" }), "200 free");
    assert.equal(await said(app, "/g/free"), "200 free");
    assert.equal(app.url("free"), "/free");
  });
}

test("an error that a group's function catches is not the group's failure", async () => {
  const app = new Router();
  app.group("/g", (g) => {
    g.get("/x", saying("x"));
    assert.throws(() => g.get("/:a:b", dull), WyeError);
  });
  assert.equal(await said(app, "/g/x"), "200 x");
});

test("a second notFound, onError or onOutcome is refused, not silently dropped", () => {
  const step = (c) => c.text("");
  for (const call of ["notFound", "onError", "onOutcome"]) {
    const message = new RegExp(`bad argument: ${call}: the handler must be a function, not `);
    for (const wrong of [[step, step], [step], undefined, null, "x"])
      assert.throws(() => new Router()[call](wrong), { message });
  }
});
