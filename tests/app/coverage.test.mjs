// Which requests a middleware covers. A mistake here lets a request slip by the one that should have stopped it.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import fc from "fast-check";
import { RouteTable, Router, WyeError } from "#wye";
import { pathNear, route as anyRoute } from "../random/arbitraries.mjs";
import { runCount, seed } from "../support/seed.mjs";
import { HERE, marking, raise, said, saying } from "./support.mjs";

const RUNS = runCount(300);

/* ------------------------------------------------------------------ by hand */

/** Whether middleware for `cover` ran in a request for `path` to an app with a GET route for `pattern`. */
async function runs({ cover, pattern, path, options }) {
  const ran = [];
  const app = new Router(options);
  app.use(cover, marking(ran, "it")).get(pattern, saying("route"));
  const answer = await said(app, HERE + path);
  return { ran: ran.length, hit: answer === "200 route" };
}

const IGNORE = { trailingSlash: "ignore" };
const ANY_CASE = { caseSensitive: false };

const COVERED = [
  // cover, route, path, options
  ["/admin/*", "/admin", "/admin"],
  ["/admin/*", "/admin/", "/admin/"],
  ["/admin/*", "/admin/:x", "/admin/a"],
  ["/admin/*", "/:a/:b", "/admin/x"],
  ["/admin/*", "/:a/:b", "/%61dmin/x"],
  ["/admin/*", "/:a/:b", "/%61%64min/x"],
  ["/admin/*", "/:a", "/admin"],
  ["/admin/*", "/*", "/admin"],
  ["/admin/*", "/*", "/admin//x"],
  ["/admin/*", "/*rest", "/admin/a/b/c"],
  ["/admin/*", "/a:x", "/admin"],
  ["/admin/*", "/:x(\\w+)/b", "/admin/b"],
  ["/admin/*", "/:x<alpha>/b", "/admin/b"],
  ["/admin/*", "/admin/:x?", "/admin"],
  ["/admin/*", "/ADMIN/x", "/ADMIN/x", ANY_CASE],
  ["/admin/*", "/Admin/x", "/aDMIN/x", ANY_CASE],
  ["/admin/*", "/:a/x", "/ADMIN/x", ANY_CASE],
  ["/admin", "/admin", "/admin/", IGNORE],
  ["/admin", "/admin/", "/admin", IGNORE],
  ["/admin/", "/admin", "/admin", IGNORE],
  ["/admin", "/:a", "/admin/", IGNORE],
  ["/admin/secret", "/admin/*", "/admin/secret"],
  ["/admin/secret/key", "/admin/*", "/admin/secret/key"],
  ["/admin/secret/key", "/admin/*path", "/admin/secret/k%65y"],
  ["/admin/secret/key/*", "/admin/*path", "/admin/secret/key"],
  ["/admin/secret/key/*", "/*", "/admin/secret/key/1"],
  ["/admin/:x/key", "/admin/*", "/admin/a/key"],
  ["/admin/*rest", "/admin", "/admin"],
  ["/admin/*rest", "/admin/", "/admin/"],
  ["/admin/*rest", "/admin/a", "/admin/a"],
  ["/admin/*rest", "/admin/a/b", "/admin/a/b"],
  ["/admin/*rest", "/admin/:a/:b/:c", "/admin/a/b/c"],
  ["/admin/*rest", "/admin/*", "/admin/a/b"],
  ["/:x/*", "/admin", "/admin"],
  ["/:x/b", "/*/b", "/a/b"],
  ["/*/b", "/:x/b", "/a/b"],
  ["/:id<int>", "/:x", "/42"],
  ["/:id<int>", "/42", "/42"],
  ["/caf%C3%A9/*", "/café/x", "/caf%c3%a9/x"],
  ["/café/*", "/:x/:y", "/caf%C3%A9/x"],
  ["/a b", "/a%20b", "/a%20b"],
  ["/a\\?b", "/a%3Fb", "/a%3fb"],
  ["/a-:x", "/:y-b", "/a-b"],
  ["*", "/x", "/x"],
  ["/*", "/", "/"],
  ["/", "/", "/"],
  ["/:x?", "/", "/"],
];

const UNCOVERED = [
  ["/admin/*", "/administrator", "/administrator"],
  ["/admin/*", "/:a", "/administrator"],
  ["/admin/*", "/:a/:b", "/ADMIN/x"],
  ["/admin/*", "/x/admin/y", "/x/admin/y"],
  ["/admin", "/admin/", "/admin/"],
  ["/admin", "/admin/x", "/admin/x"],
  ["/admin", "/*", "/admin/x"],
  ["/admin/:x/key", "/admin/*", "/admin/a/b/key"],
  ["/:id<int>", "/:x", "/a"],
  ["/", "/*", "/x"],
  ["/a%2Fb", "/a/b", "/a/b"],
  ["/a/b", "/:x", "/a%2Fb"],
];

for (const [table, expected] of [[COVERED, 1], [UNCOVERED, 0]]) {
  for (const [cover, pattern, path, options] of table) {
    const policy = options ? ` (${JSON.stringify(options)})` : "";
    test(`use("${cover}") ${expected ? "covers" : "leaves"} ${path} on the route ${pattern}${policy}`, async () => {
      assert.deepEqual(await runs({ cover, pattern, path, options }), { ran: expected, hit: true });
    });
  }
}

const SLIPPING = [
  "/admin", "/admin/", "/admin/x", "/%61dmin/x", "/adm%69n", "/admin//x", "/admin/%2e%2e/x", "/x/../admin/x",
  "/./admin/x", "/admin/x/", "/admin/x?y", "/admin?x", "/admin#x", "/admin/%2F", "/admin/a%00", "/admin\\x",
];

test("no request gets past a middleware that refuses, whatever the routes", async () => {
  for (const pattern of ["/*", "/:a/*", "/admin/*", "/admin/:x", "/admin", "/:a", "/:a/:b", "/a:b", "/:a(.*)/:b"]) {
    const app = new Router();
    app.use("/admin/*", (c) => c.text("refused", 403)).get(pattern, saying("in"));
    for (const path of SLIPPING) {
      const target = new Request(HERE + path);
      const isBelow = /^\/(?:admin|%61dmin|adm%69n)(?:\/|$)/.test(new URL(target.url).pathname);
      const answer = await said(app, target);
      if (isBelow) assert.equal(answer, "403 refused", `${path} on ${pattern}`);
    }
  }
});

test("a catch-all that the path leaves out has no value, whatever else covers it", async () => {
  const app = new Router();
  app.use("/:lang/*", (c, next) => next());
  app.use("/admin/*rest", (c) => c.json([c.param("rest") ?? null, c.params()]));
  app.get("/:a", saying("a"));
  assert.equal(await said(app, "/admin"), '200 [null,{"a":"admin","lang":"admin"}]');
});

/* ------------------------------------------------------------------ misses */

const MISSES = [
  // path, method, status: what middleware runs around
  ["/nowhere", "GET", 404, "all"],
  ["/admin/nowhere", "GET", 404, "all admin"],
  ["/admin/x", "POST", 405, "all admin"],
  ["/admin/x", "OPTIONS", 204, "all admin"],
  ["/admin/x/", "GET", 301, "all admin"],
  ["/admin/x/", "PUT", 308, "all admin"],
  ["/admin/x/", "HEAD", 301, "all admin"],
  [`/${"x".repeat(70000)}`, "GET", 414, "all"],
];

for (const [path, method, status, expected] of MISSES) {
  test(`middleware covers ${method} ${path.slice(0, 20)}, a ${status}`, async () => {
    const ran = [];
    const app = new Router({ trailingSlash: "redirect" });
    app.on(["GET", "PUT"], "/admin/x", saying("x"));
    app.use(marking(ran, "all"));
    app.use("/admin/*", marking(ran, "admin"));
    app.use("/other/*", marking(ran, "other"));
    assert.equal((await app.request(path, { method })).status, status);
    assert.equal(ran.join(" "), expected);
  });
}

test("middleware covers a request whose URL has no path", async () => {
  const ran = [];
  const app = new Router();
  app.use(marking(ran, "all"));
  app.use("/x/*", marking(ran, "x"));
  assert.equal((await app.fetch(new Request("data:,x"))).status, 400);
  assert.deepEqual(ran, ["all"]);
});

test("a group's middleware covers the misses below its prefix, and no others", async () => {
  const ran = [];
  const app = new Router();
  app.group("/v1", marking(ran, "v1"), (g) => {
    g.use("/deep/*", marking(ran, "deep"));
    g.group("/in", marking(ran, "in"), (inner) => inner.get("/x", saying("x")));
  });
  const after = async (path) => {
    ran.length = 0;
    await app.request(path);
    return ran.join(" ");
  };
  assert.equal(await after("/v1"), "v1");
  assert.equal(await after("/v1/nowhere"), "v1");
  assert.equal(await after("/v1/deep/nowhere"), "v1 deep");
  assert.equal(await after("/v1/in/nowhere"), "v1 in");
  assert.equal(await after("/v1/in/x"), "v1 in");
  assert.equal(await after("/v2/nowhere"), "");
  assert.equal(await after("/v1x"), "");
});

test("a host's middleware covers the misses of that host", async () => {
  const ran = [];
  const app = new Router();
  app.domain(":tenant.example.com", marking(ran, "tenant"), (h) => h.get("/x", saying("x")));
  for (const url of ["http://a.example.com/no", "http://A.EXAMPLE.com:80/no", "http://a.example.com./no"])
    assert.equal((await app.request(url)).status, 404);
  assert.equal(ran.length, 3);
  assert.equal((await app.request("http://example.com/no")).status, 404);
  assert.equal((await app.request("http://b.a.example.com/no")).status, 404);
  assert.equal(ran.length, 3);
});

test("a mounted app's middleware covers the misses below its prefix", async () => {
  const ran = [];
  const other = new Router();
  other.use(marking(ran, "other"));
  other.use("/deep/*", marking(ran, "deep"));
  const app = new Router();
  app.route("/v2", other);
  for (const path of ["/v2", "/v2/no", "/v2/deep", "/v2/deep/no", "/no"]) {
    ran.push(path);
    await app.request(path);
  }
  assert.deepEqual(
    ran, ["/v2", "other", "/v2/no", "other", "/v2/deep", "other", "deep", "/v2/deep/no", "other", "deep", "/no"],
  );
});

/* ------------------------------------------------------------------ what a redirect or a 404 would tell */

/** Whoever has no credentials learns nothing of what is below the guard. */
const GUARDED = [
  // options, routes, host or nothing, paths that the guard decides, paths that it does not
  [{ cleanPath: "redirect" }, ["/admin/secret"], "",
    ["//admin/secret", "//admin/nothing", "//ADMIN/secret", "/x/..//admin/nothing", "/admin//secret", "/./admin/secret",
      "/x/%2e%2e/admin/secret", "//admin", "/Admin/Secret", "/admin/SECRET", "/admin/%2e/secret", "//%61dmin/secret"],
    ["//administrator", "/x/../adminx", "//x"]],
  [{ cleanPath: "redirect", trailingSlash: "redirect" }, ["/admin/secret", "/admin/dir/"], "",
    ["/admin/secret/", "//admin/secret/", "/admin/dir", "//admin//dir", "/ADMIN/dir", "/admin/none/", "/admin/"], []],
  [{ cleanPath: "redirect", trailingSlash: "ignore" }, ["/admin/secret"], "",
    ["/admin/secret/", "//admin/secret/", "//ADMIN/secret/", "//admin/nothing/"], []],
  [{ trailingSlash: "redirect" }, ["/admin/secret", "/admin/dir/"], "",
    ["/admin/secret/", "/admin/dir", "/admin/none/", "/admin/"], ["//admin/secret", "/ADMIN/secret/"]],
  [{ caseSensitive: false }, ["/Admin/secret"], "", ["/ADMIN/secret", "/admin/none", "/aDMIN"], ["//admin/secret"]],
  [{ cleanPath: "redirect" }, ["/admin/secret"], "api.example.com",
    ["//admin/secret", "//ADMIN/nothing", "/x/../admin/secret"], []],
];

for (const [options, routes, host, guarded, free] of GUARDED) {
  test(`a guard also covers redirects and misses: ${JSON.stringify(options)} ${host}`, async () => {
    for (const cover of ["/admin/*", "/admin/*rest", "/:area/*"]) {
      const app = new Router(options);
      const area = cover === "/:area/*" ? (c) => c.param("area").toLowerCase() === "admin" : () => true;
      const guard = (c, next) => (area(c) ? c.text("refused", 401) : next());
      const add = (to) => {
        to.use(cover, guard);
        for (const pattern of routes) to.get(pattern, saying("secret"));
      };
      if (host === "") add(app);
      else app.domain(host, add);
      const at = `http://${host || "localhost"}`;
      for (const method of ["GET", "HEAD", "POST", "OPTIONS", "DELETE"]) {
        for (const path of guarded) {
          if (cover === "/:area/*" && /^\/\/?%61/.test(path)) continue; // its value is decoded, and the route's is not
          const response = await app.fetch(rawRequest(method, at + path));
          assert.equal(response.status, 401, `${method} ${path} with ${cover}`);
          assert.equal(response.headers.get("location"), null);
        }
        for (const path of cover === "/:area/*" ? [] : free) {
          const { status } = await app.fetch(rawRequest(method, at + path));
          assert.notEqual(status, 401, `${method} ${path} with ${cover}`);
        }
      }
    }
  });
}

/** A request whose URL is as it is written: Request would tidy it up. */
const rawRequest = (method, url) => ({ method, url, headers: new Headers(), body: null, bodyUsed: false });

/* ------------------------------------------------------------------ names of middleware */

test("the names of a covering pattern can be read in every step, also where the route has others", async () => {
  const seen = [];
  const see = (where) => (c, next) => {
    const { tenant } = c.params();
    const told = [c.param("tenant"), c.rawParam("tenant"), c.param("id"), c.param(0), tenant];
    seen.push(`${where} ${told.map(String).join(" ")}`);
    return next ? next() : c.text("x");
  };
  const handler = (c) => see("handler")(c);
  const app = new Router();
  app.use(see("all"));
  app.use("/t/:tenant/*", see("guard"));
  app.get("/t/:id/data", see("own"), handler);
  const after = async (path, init) => {
    seen.length = 0;
    await app.request(path, init);
    return [...seen];
  };
  const hit = "a b a%20b a b a b a b";
  assert.deepEqual(await after("/t/a%20b/data"), ["all", "guard", "own", "handler"].map((where) => `${where} ${hit}`));
  const miss = "x x undefined undefined x";
  assert.deepEqual(await after("/t/x"), [`all ${miss}`, `guard ${miss}`]);
  assert.deepEqual(await after("/t/x/none/y"), [`all ${miss}`, `guard ${miss}`]);
  assert.deepEqual(await after("/t/x/data", { method: "POST" }), [`all ${miss}`, `guard ${miss}`]);
  const none = "undefined undefined undefined undefined undefined";
  assert.deepEqual(await after("/none"), [`all ${none}`]);
});

test("names can be read in notFound, onError, onOutcome and mounted apps too", async () => {
  const tell = (c) => c.text(`${c.param("tenant")}`, 418);
  const sub = new Router();
  sub.get("/data/:x", (c) => c.text(`${c.param("tenant")} ${c.param("x")}`));
  sub.get("/throws", () => raise(new Error("x")));
  const app = new Router();
  app.use("/t/:tenant/*", (c, next) => next());
  app.notFound(tell).onError((error, c) => tell(c)).onOutcome((outcome, c) => tell(c));
  app.route("/t/:id", sub);
  assert.equal(await said(app, "/t/a/none"), "418 a");
  assert.equal(await said(app, "/t/a/throws"), "418 a");
  assert.equal(await said(app, "/t/a/throws", { method: "POST" }), "418 a");
  assert.equal(await said(app, "/t/a/data/1"), "200 a 1");
});

test("more names and longer values than c has room for can be read", async () => {
  const names = Array.from({ length: 8 }, (_, i) => `n${i}`);
  const app = new Router({ maxPath: 65_535 });
  app.use(`/${names.map((name) => `:${name}`).join("/")}/*`, (c, next) => next());
  app.get(`/${names.map((_, i) => `:r${i}`).join("/")}/:last`, (c) => c.json(c.params()));
  const values = names.map((_, i) => `${i}`.repeat(i === 3 ? 40_000 : 2));
  const response = await app.request(`/${values.join("/")}/end`);
  const expected = Object.fromEntries(values.flatMap((value, i) => [[`r${i}`, value], [`n${i}`, value]]));
  assert.deepEqual(await response.json(), { ...expected, last: "end" });
});

test("middleware covers paths of any length that the app serves", async () => {
  for (const maxPath of [undefined, 100, 65_535]) {
    const app = new Router({ maxPath, cleanPath: "redirect", trailingSlash: "redirect" });
    const most = maxPath ?? 8192;
    app.use("/admin/*", (c) => c.text("guarded", 403)).get("/admin/*", saying("secret"));
    for (const start of ["/admin/", "/admin//"]) {
      const path = start.padEnd(most, "x");
      assert.equal(await said(app, path), "403 guarded", `${start}, ${most}`);
      assert.equal(await said(app, `${path}x`), "414 414 URI Too Long", `${start}, ${most}`);
    }
  }
});

test("patterns that are equal, or differ in names alone, run in the order in which they were added", async () => {
  const ran = [];
  const app = new Router();
  const note = (name) => (c, next) => {
    ran.push(`${name} ${c.param("a")} ${c.param("b")}`);
    return next();
  };
  app.use("/t/:a/*", note("1")).use("/t/:b/*", note("2")).use("/t/:a/*", note("3")).get("/t/:x/y", saying("x"));
  await app.request("/t/v/y");
  await app.request("/t/v/none");
  assert.deepEqual(ran, ["1 v v", "2 v v", "3 v v", "1 v v", "2 v v", "3 v v"]);
});

const CLASHES = [
  // middleware, then a route or more middleware, the name
  ["/t/:tenant/*", "/t/:id/:tenant", "tenant"],
  ["/:tenant/*", "/t/:tenant", "tenant"],
  ["/t/*tenant", "/t/:tenant/x", "tenant"],
  ["/t/:tenant/x", "/*tenant", "tenant"],
  ["/t/:tenant.json", "/t/:tenant", "tenant"],
];

for (const [cover, pattern, name] of CLASHES) {
  test(`use("${cover}") and "${pattern}" with another "${name}" is an error that names both`, () => {
    const says = ({ code, message }) =>
      code === "BAD_ARGUMENT" && [cover, pattern, name].every((text) => message.includes(`"${text}"`));
    const dull = (c, next) => next();
    const app = () => new Router().use(cover, dull);
    assert.throws(() => app().get(pattern, dull), says);
    assert.throws(() => new Router().use(pattern, dull).get(cover, dull), says);
    assert.throws(() => app().use(pattern, dull), says);
    assert.throws(() => app().group("/", dull, (g) => g.use(pattern, dull)), says);
    assert.throws(() => app().route("/", new Router().get(pattern, dull)), says);
    assert.throws(() => app().route("/", new Router().use(pattern, dull)), says);
    app().route("/m", new Router().use("/x/*", dull).get("/x/y", dull));
    new Router().get(pattern, dull).use(cover, dull); // it does not cover what came before it
  });
}

test("a host's parameter and a path's of one name are an error; the host's own are not", async () => {
  const dull = (c, next) => next();
  const app = new Router();
  app.use("/t/:tenant/*", dull);
  assert.throws(() => app.domain(":tenant.example.com", (h) => h.get("/t/:id/x", dull)), {
    code: "BAD_ARGUMENT", message: /"tenant".*"\/t\/:tenant\/\*"/,
  });
  app.domain(":shop.example.com", (h) => {
    h.use("/*", dull).use("/:x/*", dull).get("/:x/y", (c) => c.text(c.param("shop")));
  });
  assert.equal(await said(app, "http://a.example.com/x/y"), "200 a");
});

const SAME = [
  ["/t/:tenant/*", "/t/:tenant/data"], ["/t/:tenant/*", "/t/:tenant<int>/data"], ["/t/:tenant/*", "/t/:tenant?"],
  ["/:a/:b/*", "/x/:b/y"], ["/t/:tenant/*", "/u/:id/:tenant"], ["/t/:tenant/*", "/t/*rest"],
];

for (const [cover, pattern] of SAME)
  test(`use("${cover}") and "${pattern}" are no error`, () => {
    const dull = (c, next) => next();
    new Router().use(cover, dull).get(pattern, dull);
    new Router().use(cover, dull).use(pattern, dull);
  });

test("slashes in escapes stay escaped in a catch-all: a handler cannot be led around a guard", async () => {
  const app = new Router();
  app.use("/static/admin/*", (c) => c.text("refused", 403));
  app.get("/static/*path", (c) => c.json([c.param("path"), c.rawParam("path"), c.params().path, c.param(0)]));
  const cases = [
    ["admin%2Fx", "admin%2Fx"], ["..%2F..%2Fx", "..%2F..%2Fx"], ["..%5cx", "..%5cx"], ["%2e%2e%2Fx", "..%2Fx"],
    ["a%20b%2Fc%C3%A9", "a b%2Fcé"], ["%61dmin%2fx", "admin%2fx"],
  ];
  for (const [raw, value] of cases) {
    const response = await app.fetch(rawRequest("GET", `${HERE}/static/${raw}`));
    assert.deepEqual(await response.json(), [value, raw, value, value], raw);
  }
  for (const path of ["admin/x", "%61dmin/x", "admin/%2Fx", "admin"])
    assert.equal(await said(app, `/static/${path}`), "403 refused");
  const covering = new Router();
  covering.use("/files/*rest", (c) => c.text(c.param("rest"))).get("/files/:x", saying("x"));
  assert.equal(await said(covering, "/files/a%2Fb"), "200 a%2Fb");
});

/* ------------------------------------------------------------------ many of them */

test("what covers a request takes as many lookups in an app of 2,000 groups as in one of 1", async () => {
  const script = fileURLToPath(new URL("lookups.mjs", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, "1", "2000"]);
  const [few, many] = JSON.parse(stdout);
  assert.deepEqual(many, few);
  assert.deepEqual(few.ran, [0, 0, 0]);
  // Of a miss: the routes, and what covers it. What covers these hits is known from their routes' patterns.
  assert.deepEqual(few.counts, [2, 2, 1, 1, 1]);
});

/* ------------------------------------------------------------------ at random */

/** A small language in which patterns often overlap. */
const piece = fc.constantFrom(
  "a", "a", "b", "A", "ab", "%61", "é", "%C3%A9", ":p", ":p", ":p<int>", ":p<alpha>", ":p(a|b+)", "a:p", ":p-:q", "*",
  "1", "a-b", "%2F", "\\a", "",
);
const tail = fc.constantFrom("", "", "", "/", "/*", "/*", "/*rest", "/:last?", "/:last");

/** Gives the parameters names of their own. */
const numbered = (pattern) => {
  let count = 0;
  return pattern.replace(/:[pq]/g, () => `:p${count++}`);
};

const smallPattern = fc
  .tuple(fc.array(piece, { maxLength: 3 }), tail)
  .map(([pieces, end]) => numbered(pieces.map((one) => `/${one}`).join("") + end) || "/");

const smallPath = fc
  .array(
    fc.constantFrom("a", "b", "A", "ab", "%61", "%C3%A9", "%c3%A9", "1", "a-b", "bb", "", "%2F", "x", "a%2Db", "AB"),
    { minLength: 1, maxLength: 5 },
  )
  .map((pieces) => `/${pieces.join("/")}`);

const host = fc.constantFrom("", "", "", "api.example.com", ":h.example.com", "*.example.com");
const requestHost = fc.constantFrom("api.example.com", "API.example.com", "x.example.com", "a.b.example.com", "h");

const options = fc.record({
  trailingSlash: fc.constantFrom("strict", "redirect", "ignore"),
  cleanPath: fc.constantFrom("off", "redirect"),
  caseSensitive: fc.boolean(),
});

/** Does something that a table may refuse; false if it does. */
function accepted(action) {
  try {
    action();
    return true;
  } catch (error) {
    if (error instanceof WyeError && ["CONFLICT", "BAD_PATTERN"].includes(error.code)) return false;
    if (/^bad argument: the (route|middleware) .* has the parameter/.test(error.message)) return false;
    throw error;
  }
}

/** Tables for a cover: one with it, and one with it but for its last catch-all, since their forms may be alike. */
function tablesOf(cover, of, options) {
  const bare = cover.replace(/\/\*\w*$/, "");
  return [cover, ...(bare === cover ? [] : [bare || "/"])].map((pattern) => {
    const table = new RouteTable(options);
    table.add("*", pattern, of);
    return table;
  });
}

const ofHits = ({ trailingSlash, caseSensitive }) => ({
  trailingSlash: trailingSlash === "ignore" ? "ignore" : "strict",
  caseSensitive,
});

const ofMisses = ({ trailingSlash, caseSensitive, cleanPath }) => ({
  trailingSlash: trailingSlash === "strict" ? "strict" : "ignore",
  caseSensitive: cleanPath === "redirect" ? false : caseSensitive,
});

/** A path without empty segments and dot segments: RFC 3986 5.2.4, the dull way. */
function cleanedPath(path) {
  const kept = [];
  const segments = path.split("/").slice(1);
  for (const segment of segments) {
    const plain = segment.replaceAll(/%2e/gi, ".");
    if (plain === "..") kept.pop();
    else if (plain !== "." && plain !== "") kept.push(segment);
  }
  const last = segments.at(-1).replaceAll(/%2e/gi, ".");
  return `/${kept.join("/")}${["", ".", ".."].includes(last) && kept.length > 0 ? "/" : ""}`;
}

/**
 * Whether a cover takes a request: as its pattern says, under the app's options. Where nothing was hit, it also takes
 * what the app would redirect the request to: the path with its last slash more or less, and its clean form.
 */
function takesOf(cover, of, settings) {
  const [hits, misses] = [ofHits(settings), ofMisses(settings)].map((options) => tablesOf(cover, of, options));
  const hit = (url) => hits.some((table) => table.matchUrl("GET", url) >= 0);
  const miss = (url) => misses.some((table) => table.matchUrl("GET", url) >= 0);
  return (url, isHit) => {
    if (cover === "/*" && !of.host) return true;
    if (isHit) return hit(url);
    const [, start, path, end] = /^([a-z]+:\/\/[^/?#]*)([^?#]*)(.*)$/s.exec(url);
    return miss(url) || (settings.cleanPath === "redirect" && miss(start + cleanedPath(path) + end));
  };
}

/** Adds covers and routes to an app and asks it: which covers ran should be those that take the URL. */
async function compare({ settings, covers, routes, urls }) {
  const ran = [];
  const app = new Router(settings);
  const places = [...covers.keys()].filter((i) => accepted(() => app.use(covers[i], marking(ran, i))));
  for (const { pattern, host: name } of routes)
    accepted(() => (name ? app.domain(name, (h) => h.get(pattern, saying("x"))) : app.get(pattern, saying("x"))));
  const takes = places.map((i) => takesOf(covers[i], {}, settings));
  for (const url of urls) {
    const request = new Request(url);
    ran.length = 0;
    const isHit = (await (await app.fetch(request)).text()) === "x";
    const expected = places.filter((place, i) => takes[i](request.url, isHit));
    assert.deepEqual(ran, expected, `${request.url}, which covers ran of ${JSON.stringify(covers)}`);
  }
}

test("a middleware runs exactly where its pattern matches (patterns that overlap)", async () => {
  const one = fc.record({
    settings: options,
    covers: fc.array(smallPattern, { minLength: 1, maxLength: 5 }),
    routes: fc.array(fc.record({ pattern: smallPattern, host }), { minLength: 1, maxLength: 5 }),
    urls: fc.array(fc.tuple(requestHost, smallPath), { minLength: 1, maxLength: 12 }),
  });
  const holds = ({ urls, ...rest }) => compare({ ...rest, urls: urls.map(([name, path]) => `http://${name}${path}`) });
  await fc.assert(fc.asyncProperty(one, holds), { seed, numRuns: RUNS });
});

test("a middleware runs exactly where its pattern matches (the whole route language)", async () => {
  const one = fc
    .array(anyRoute, { minLength: 2, maxLength: 5 })
    .chain((routes) =>
      fc.record({
        settings: options,
        routes: fc.constant(routes),
        covers: fc.subarray(routes.map(({ pattern }) => pattern), { minLength: 1 }),
        urls: fc
          .tuple(...routes.map((some) => fc.tuple(requestHost, pathNear(some))))
          .map((all) => all.filter(([, path]) => path.startsWith("/")).map(([name, path]) => `http://${name}${path}`)),
      }),
    );
  await fc.assert(fc.asyncProperty(one, compare), { seed, numRuns: RUNS });
});

test("a host's middleware runs exactly where its pattern and its host match", async () => {
  const one = fc.record({
    settings: options,
    name: host.filter(Boolean),
    cover: smallPattern.filter((pattern) => pattern !== "/*"),
    own: smallPattern,
    other: smallPattern,
    urls: fc.array(fc.tuple(requestHost, smallPath), { minLength: 1, maxLength: 12 }),
  });
  const holds = async ({ settings, name, cover, own, other, urls }) => {
    let ran = 0;
    const count = (c, next) => (ran++, next());
    const app = new Router(settings);
    fc.pre(accepted(() => app.domain(name, (h) => h.use(cover, count).get(own, saying("own")))));
    accepted(() => app.get(other, saying("other")));
    const takes = takesOf(cover, { host: name }, settings);
    for (const [at, path] of urls) {
      const request = new Request(`http://${at}${path}`);
      ran = 0;
      const text = await (await app.fetch(request)).text();
      assert.equal(ran, text !== "other" && takes(request.url, text === "own") ? 1 : 0, request.url);
    }
  };
  await fc.assert(fc.asyncProperty(one, holds), { seed, numRuns: RUNS });
});

/** Names that follow from where a parameter is: equal ones mean the same, or are refused. */
const placed = (pattern) => {
  const segments = pattern.split("/").map((segment, i) => {
    let count = 0;
    const another = () => `s${i}${"_".repeat(count++)}`;
    return segment.replace(/(?<=:)\w+|(?<=^\*)rest$/g, another);
  });
  return segments.join("/");
};

test("a middleware reads the names of its own pattern, whatever else covers the path", async () => {
  const one = fc.record({
    settings: options,
    covers: fc.array(smallPattern.map(placed), { minLength: 1, maxLength: 5 }),
    routes: fc.array(smallPattern.map(placed), { minLength: 1, maxLength: 5 }),
    paths: fc.array(smallPath, { minLength: 1, maxLength: 12 }),
  });
  let read = 0;
  const holds = async ({ settings, covers, routes, paths }) => {
    const told = [];
    const app = new Router(settings);
    const tell = (cover) => (c, next) => {
      told.push([cover, c.params()]);
      return next();
    };
    for (const cover of covers) accepted(() => app.use(cover, tell(cover)));
    for (const pattern of routes) accepted(() => app.get(pattern, saying("x")));
    for (const path of paths) {
      told.length = 0;
      const request = new Request(HERE + path);
      const isHit = (await (await app.fetch(request)).text()) === "x";
      for (const [cover, params] of told) {
        const tables = tablesOf(cover, {}, isHit ? ofHits(settings) : ofMisses(settings));
        const table = tables.find((one) => one.matchUrl("GET", request.url) >= 0);
        const own = table?.params() ?? {}; // without a hit: it covers the path's clean form
        const names = Object.keys(own).filter((name) => /^s\d/.test(name));
        for (const name of names) assert.equal(params[name], own[name], `${path}: ${name} of ${cover}`);
        read += names.length;
        for (const one of tables) one.free();
      }
    }
  };
  await fc.assert(fc.asyncProperty(one, holds), { seed, numRuns: RUNS });
  assert.ok(read >= RUNS / 4, `${read} names were read in ${RUNS} runs`);
});
