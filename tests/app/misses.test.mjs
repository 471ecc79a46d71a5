// What the fetch layer adds to the table's outcomes: HEAD, OPTIONS, Allow, redirects, and the answers to all misses.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Router } from "wye";
import { HERE, ask, assertAllBack, said, saying } from "./support.mjs";

/** An app of `METHOD pattern` lines; each answers with its line. */
function appOf(lines, options) {
  const app = new Router(options);
  for (const line of lines) {
    const [method, pattern] = line.split(" ");
    app.on(method, pattern, (c) => c.text(line, { headers: { "x-line": line } }));
  }
  return app;
}

/* ------------------------------------------------------------------ HEAD */

const HEADS = [
  // routes, path, the line that answers
  [["GET /x"], "/x", "GET /x"],
  [["GET /x", "HEAD /x"], "/x", "HEAD /x"],
  [["HEAD /x", "* /x"], "/x", "HEAD /x"],
  [["GET /x", "* /x"], "/x", "GET /x"],
  [["* /x"], "/x", "* /x"],
  [["GET /:a", "* /x"], "/x", "* /x"],
  [["GET /x", "* /*"], "/x", "GET /x"],
  [["HEAD /*", "GET /x"], "/x", "HEAD /*"],
  [["HEAD /*", "* /x", "GET /:a"], "/x", "* /x"],
];

for (const [lines, path, expected] of HEADS) {
  test(`HEAD ${path} among ${lines.join(", ")}: ${expected}, without a body`, async () => {
    const app = appOf(lines);
    const { status, text, headers } = await ask(app, path, { method: "HEAD" });
    assert.deepEqual([status, text, headers.get("x-line")], [200, "", expected]);
    assert.match(headers.get("content-type"), /^text\/plain/);
    assertAllBack(app);
  });
}

test("HEAD is told by c.method, and has no body on misses and errors either", async (t) => {
  t.mock.method(console, "error", () => {});
  const app = appOf(["POST /post"], { trailingSlash: "redirect", maxContexts: 1 });
  app.get("/m", (c) => c.body(null, { headers: { "x-method": c.method } }));
  app.get("/throws", () => {
    throw new Error("no");
  });
  app.get("/held", () => new Promise(() => {}));
  assert.equal((await ask(app, "/m", { method: "HEAD" })).headers.get("x-method"), "HEAD");
  const head = (path) => said(app, path, { method: "HEAD" });
  assert.equal(await head("/nowhere"), "404 ");
  assert.equal(await head("/post"), "405 ");
  assert.equal(await head("/m/"), "301 ");
  assert.equal(await head("/throws"), "500 ");
  app.onError(() => {
    throw new Error("neither");
  });
  assert.equal(await head("/throws"), "500 ");
  app.fetch(new Request(`${HERE}/held`));
  assert.equal(await head("/m"), "503 ");
});

test("HEAD is redirected to a route that only HEAD has", async () => {
  const app = appOf(["HEAD /a/"], { trailingSlash: "redirect" });
  const { status, headers } = await ask(app, "/a", { method: "HEAD" });
  assert.deepEqual([status, headers.get("location")], [301, "/a/"]);
});

/* ------------------------------------------------------------------ Allow */

const ALLOWED = [
  // routes, path, Allow
  [["GET /x"], "/x", "GET, HEAD, OPTIONS"],
  [["POST /x", "DELETE /x"], "/x", "DELETE, OPTIONS, POST"],
  [["GET /:a", "PUT /x", "PURGE /*"], "/x", "GET, HEAD, OPTIONS, PURGE, PUT"],
  [["HEAD /x"], "/x", "HEAD, OPTIONS"],
];

for (const [lines, path, allow] of ALLOWED) {
  test(`${path} among ${lines.join(", ")} allows ${allow}`, async () => {
    const app = appOf(lines);
    const refused = await ask(app, path, { method: "LOCK" });
    assert.deepEqual([refused.status, refused.headers.get("allow")], [405, allow]);
    const options = await ask(app, path, { method: "OPTIONS" });
    assert.deepEqual([options.status, options.text, options.headers.get("allow")], [204, "", allow]);
    assert.equal(options.headers.get("content-type"), null);
    assertAllBack(app);
  });
}

test("OPTIONS: a route of its own comes first; without any route for the path it is a 404", async () => {
  const app = appOf(["GET /x", "OPTIONS /x", "* /any"]);
  assert.equal(await said(app, "/x", { method: "OPTIONS" }), "200 OPTIONS /x");
  assert.equal(await said(app, "/any", { method: "OPTIONS" }), "200 * /any");
  assert.equal((await ask(app, "/nowhere", { method: "OPTIONS" })).status, 404);
  assert.equal((await ask(app, "/x", { method: "LOCK" })).headers.get("allow"), "GET, HEAD, OPTIONS");
});

/** How hosts write the request line `OPTIONS * HTTP/1.1` as a URL. */
for (const url of ["http://localhost*", "http://localhost*/"]) {
  test(`OPTIONS * as ${url}: what the app allows anywhere`, async () => {
    const app = appOf(["GET /a", "POST /b/:x", "* /any"]);
    app.host("a.b", (h) => h.get("/x", saying("")).on("PURGE", "/x", saying("")));
    const { status, text, headers } = await ask(app, new Request(url, { method: "OPTIONS" }));
    assert.deepEqual([status, text, headers.get("allow")], [204, "", "GET, HEAD, OPTIONS, POST, PURGE"]);
    assertAllBack(app);
  });
}

/* ------------------------------------------------------------------ redirects */

const REDIRECTS = [
  // method, path, status, location
  ["GET", "/a/b/?x=1&y=%20", 301, "/a/b?x=1&y=%20"],
  ["HEAD", "/a/b/", 301, "/a/b"],
  ["POST", "/a/b/?q", 308, "/a/b?q"],
  ["GET", "/dir", 301, "/dir/"],
  ["GET", "//a//b", 301, "/a/b"],
  ["GET", "/A/B", 301, "/a/b"],
  ["GET", "/caf%C3%A9/%41/", 301, "/caf%C3%A9/%41"],
];

for (const [method, path, status, location] of REDIRECTS) {
  test(`${method} ${path} is redirected: ${status} ${location}`, async () => {
    const app = appOf(["* /a/b", "* /dir/", "GET /café/:x"], { trailingSlash: "redirect", cleanPath: "redirect" });
    const { status: got, headers, text } = await ask(app, HERE + path, { method });
    assert.deepEqual([got, headers.get("location"), text], [status, location, ""]);
    assertAllBack(app);
  });
}

/* ------------------------------------------------------------------ what is no path, and what is none of ours */

test("400 and 414", async () => {
  const app = appOf(["GET /*"]);
  for (const url of ["data:,x", "file:///x", "about:blank"])
    assert.equal(await said(app, new Request(url)), "400 400 Bad Request");
  assert.equal(await said(app, `/${"x".repeat(65534)}`), "200 GET /*");
  assert.equal(await said(app, `/${"x".repeat(65535)}?q=1`), "414 414 URI Too Long");
  assertAllBack(app);
});

const ODD_URLS = [["no URL with a host", "data:text/plain,x"], ["a path too long", `${HERE}/${"x".repeat(70000)}`]];

for (const [what, url] of ODD_URLS)
  test(`what c tells in a request with ${what}`, async () => {
    const app = new Router();
    app.use((c) => {
      const told = [c.url, c.path, c.method, c.param("x"), c.param(0), c.params(), c.routePattern, c.routeName];
      assert.deepEqual(told, [url, new URL(url).pathname, "GET", undefined, undefined, {}, undefined, undefined]);
      return c.next();
    });
    assert.ok([400, 414].includes((await app.fetch(new Request(url))).status));
  });

test("notFound answers 404s alone; its answer is as it makes it", async () => {
  const app = appOf(["POST /post", "GET /a/"], { trailingSlash: "redirect" });
  assert.equal(app.notFound(async (c) => c.text(`no ${c.path} ${c.routePattern} ${c.param(0)}`, 410)), app);
  assert.equal(await said(app, "/x%20y?z"), "410 no /x%20y undefined undefined");
  assert.equal((await ask(app, "/post")).status, 405);
  assert.equal((await ask(app, "/a")).status, 301);
});

test("a middleware may answer a miss, or change the answer to it", async () => {
  const app = appOf(["GET /x"]);
  app.use("/own/*", saying("own"));
  app.use(async (c) => {
    c.header("x-before", "1");
    const response = await c.next();
    c.header("x-status", String(response.status));
    return response;
  });
  assert.equal(await said(app, "/own/x"), "200 own");
  for (const [path, method, status] of [["/no", "GET", 404], ["/x", "PUT", 405], ["/x", "OPTIONS", 204]]) {
    const { headers } = await ask(app, path, { method });
    assert.deepEqual([headers.get("x-before"), headers.get("x-status")], ["1", String(status)]);
  }
});
