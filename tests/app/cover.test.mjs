// Which requests a middleware covers. A mistake here lets a request slip by the one that should have stopped it.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RouteTable, Router, WyeError } from "wye";
import { pathNear, route as anyRoute } from "../js/language.mjs";
import { HERE, marking, said, saying } from "./support.mjs";

const RUNS = Number(process.env.WYE_RUNS ?? 500);
const seed = Number(process.env.WYE_SEED ?? Date.now() % 1_000_000_000);

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

test("nothing slips by a middleware that refuses, whatever the routes", async () => {
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
  app.host(":tenant.example.com", marking(ran, "tenant"), (h) => h.get("/x", saying("x")));
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
    throw error;
  }
}

/** What a cover takes, by a table that has nothing else. */
function tableFor(cover, { trailingSlash, caseSensitive }, of = {}) {
  const table = new RouteTable({ trailingSlash: trailingSlash === "ignore" ? "ignore" : "strict", caseSensitive });
  table.add("*", cover, of);
  const bare = cover.replace(/\/\*\w*$/, "");
  if (bare !== cover) table.add("*", bare || "/", of);
  return table;
}

/** Adds covers and routes to an app and asks it: which covers ran should be those whose own table takes the URL. */
async function compare({ settings, covers, routes, urls }) {
  const ran = [];
  const app = new Router(settings);
  const there = covers.filter((cover, i) => accepted(() => app.use(cover, marking(ran, i))));
  const places = covers.map((cover, i) => (there.includes(cover) ? i : -1)).filter((i) => i >= 0);
  for (const { pattern, host: name } of routes)
    accepted(() => (name ? app.host(name, (h) => h.get(pattern, saying("x"))) : app.get(pattern, saying("x"))));
  const tables = places.map((i) => tableFor(covers[i], settings));
  for (const url of urls) {
    const request = new Request(url);
    ran.length = 0;
    await app.fetch(request);
    const takes = (place, i) => covers[place] === "/*" || tables[i].matchUrl("GET", request.url) >= 0;
    const expected = places.filter(takes);
    assert.deepEqual(ran, expected, `${request.url}, which covers ran of ${JSON.stringify(covers)}`);
  }
  for (const table of tables) table.free();
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

test("a host's middleware runs exactly where its pattern and its host match, but for other routes", async () => {
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
    fc.pre(accepted(() => app.host(name, (h) => h.use(cover, count).get(own, saying("own")))));
    accepted(() => app.get(other, saying("other")));
    const table = tableFor(cover, settings, { host: name });
    for (const [at, path] of urls) {
      const request = new Request(`http://${at}${path}`);
      ran = 0;
      const text = await (await app.fetch(request)).text();
      assert.equal(ran, text !== "other" && table.matchUrl("GET", request.url) >= 0 ? 1 : 0, request.url);
    }
    table.free();
  };
  await fc.assert(fc.asyncProperty(one, holds), { seed, numRuns: RUNS });
});
