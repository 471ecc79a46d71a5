// What the app adds to the table's outcomes: HEAD, OPTIONS, Allow, redirects, and the responses to all misses.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Router } from "#wye";
import { HERE, ask, said, saying } from "./support.mjs";

/** An app of `METHOD pattern` lines; each responds with its line. */
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
  // routes, path, the line that responds
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
  });
}

test("c.method says HEAD, and misses and errors have no body either", async (t) => {
  t.mock.method(console, "error", () => {});
  const app = appOf(["POST /post"], { trailingSlash: "redirect" });
  app.get("/m", (c) => c.body(null, { headers: { "x-method": c.method } }));
  app.get("/throws", () => {
    throw new Error("no");
  });
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
  });
}

test("OPTIONS: a route of its own comes first; without any route for the path it is a 404", async () => {
  const app = appOf(["GET /x", "OPTIONS /x", "* /any"]);
  assert.equal(await said(app, "/x", { method: "OPTIONS" }), "200 OPTIONS /x");
  assert.equal(await said(app, "/any", { method: "OPTIONS" }), "200 * /any");
  assert.equal((await ask(app, "/nowhere", { method: "OPTIONS" })).status, 404);
  assert.equal((await ask(app, "/x", { method: "LOCK" })).headers.get("allow"), "GET, HEAD, OPTIONS");
});

/** The method and the path alone decide what is asked for: a host's name may have a `*` of its own. */
test("OPTIONS for a path is not OPTIONS *, whatever the host is called", async () => {
  const app = appOf(["GET /", "POST /b"]);
  for (const url of ["http://localhost*/", "http://x*/?", "http://a.b*/#x", "http://x*/?*", "http://x/*"]) {
    const { status, headers } = await ask(app, new Request(url, { method: "OPTIONS" }));
    const expected = url.endsWith("/*") ? [404, null] : [204, "GET, HEAD, OPTIONS"];
    assert.deepEqual([status, headers.get("allow")], expected, url);
  }
});

test("OPTIONS *, as workerd writes it: what the app allows anywhere", async () => {
  const app = appOf(["GET /a", "POST /b/:x", "* /any"]);
  app.on("put", "/c", saying(""));
  app.domain("a.b", (h) => h.get("/x", saying("")).on("PURGE", "/x", saying("")));
  for (const url of ["http://localhost*", "https://localhost:8080*", "http://*"]) {
    const response = await app.fetch({ method: "OPTIONS", url, headers: new Headers() });
    assert.deepEqual([response.status, response.headers.get("allow")], [204, "GET, HEAD, OPTIONS, POST, PURGE, PUT"]);
  }
});

test("methodNotAllowed: false hides the methods, except from OPTIONS", async () => {
  const app = appOf(["GET /x", "POST /x"], { methodNotAllowed: false });
  const refused = await ask(app, "/x", { method: "PUT" });
  assert.deepEqual([refused.status, refused.headers.get("allow")], [404, null]);
  const options = await ask(app, "/x", { method: "OPTIONS" });
  assert.deepEqual([options.status, options.headers.get("allow")], [204, "GET, HEAD, OPTIONS, POST"]);
  assert.equal((await ask(app, "/none", { method: "OPTIONS" })).status, 404);
  let told = 0;
  app.notFound((c) => (told++, c.text("none", 404)));
  assert.equal(await said(app, "/x", { method: "PUT" }), "404 none");
  assert.equal(told, 1);
});

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
  });
}

/* ------------------------------------------------------------------ what is no path, and what is none of ours */

test("malformed and too long paths get 400 and 414", async () => {
  const app = appOf(["GET /*"]);
  for (const url of ["data:,x", "file:///x", "about:blank"])
    assert.equal(await said(app, new Request(url)), "400 400 Bad Request");
  for (const [given, most] of [[app, 8192], [appOf(["GET /*"], { maxPath: 65_535 }), 65_535]]) {
    assert.equal(await said(given, `/${"x".repeat(most - 1)}`), "200 GET /*");
    assert.equal(await said(given, `/${"x".repeat(most)}?q=1`), "414 414 URI Too Long");
  }
});

const ODD_URLS = [["no URL with a host", "data:text/plain,x"], ["a path too long", `${HERE}/${"x".repeat(70000)}?q=1`]];

for (const [what, url] of ODD_URLS)
  test(`c can be asked everything in a request with ${what}`, async () => {
    const app = new Router();
    const path = url.startsWith("data:") ? "data:text/plain,x" : new URL(url).pathname;
    app.use((c, next) => {
      const told = [c.url, c.path, c.method, c.param("x"), c.param(0), c.params(), c.routePattern, c.routeName];
      assert.deepEqual(told, [url, path, "GET", undefined, undefined, {}, undefined, undefined]);
      assert.equal(c.query("q"), url.includes("?") ? "1" : undefined);
      return next();
    });
    assert.ok([400, 414].includes((await app.fetch(new Request(url))).status));
  });

test("notFound responds only to 404s, in its own way", async () => {
  const app = appOf(["POST /post", "GET /a/"], { trailingSlash: "redirect" });
  assert.equal(app.notFound(async (c) => c.text(`no ${c.path} ${c.routePattern} ${c.param(0)}`, 410)), app);
  assert.equal(await said(app, "/x%20y?z"), "410 no /x%20y undefined undefined");
  assert.equal((await ask(app, "/post")).status, 405);
  assert.equal((await ask(app, "/a")).status, 301);
});

test("a middleware may respond to a miss, or change the response", async () => {
  const app = appOf(["GET /x"]);
  app.use("/own/*", saying("own"));
  app.use(async (c, next) => {
    c.header("x-before", "1");
    const response = await next();
    c.header("x-status", String(response.status));
    return response;
  });
  assert.equal(await said(app, "/own/x"), "200 own");
  for (const [path, method, status] of [["/no", "GET", 404], ["/x", "PUT", 405], ["/x", "OPTIONS", 204]]) {
    const { headers } = await ask(app, path, { method });
    assert.deepEqual([headers.get("x-before"), headers.get("x-status")], ["1", String(status)]);
  }
});

/* ------------------------------------------------------------------ onOutcome */

const OUTCOMES = [
  // method, path, what onOutcome is told
  ["POST", "/x", { status: 405, message: "405 Method Not Allowed", allow: "GET, HEAD, OPTIONS" }],
  ["GET", "/x/", { status: 301, message: "301 Moved Permanently", location: "/x" }],
  ["HEAD", "/x/", { status: 301, message: "301 Moved Permanently", location: "/x" }],
  ["PUT", "/any/", { status: 308, message: "308 Permanent Redirect", location: "/any" }],
  ["GET", `/${"x".repeat(8192)}`, { status: 414, message: "414 URI Too Long" }],
  ["GET", "data:,x", { status: 400, message: "400 Bad Request" }],
];

for (const [method, path, expected] of OUTCOMES) {
  test(`onOutcome responds to ${method} ${path.slice(0, 20)}, and Allow and Location are set already`, async () => {
    const told = [];
    const respond = (outcome, c) => (told.push(outcome), c.json({ error: outcome.message }, outcome.status));
    const below = (prefix) => (path.startsWith("/") ? prefix + path : path);
    const routes = () => appOf(["GET /x", "* /any"], { trailingSlash: "redirect" });
    const whole = routes().onOutcome(respond);
    const mounted = new Router({ trailingSlash: "redirect" }).route("/m", routes().onOutcome(respond));
    const middle = new Router({ trailingSlash: "redirect" }).use((c, next) => (c.onOutcome(respond), next()));
    middle.get("/x", saying("")).all("/any", saying(""));
    const apps = [[whole, path, ""], [mounted, below("/m"), "/m"], [middle, path, ""]];
    for (const [app, target, prefix] of apps) {
      // No pattern covers what is no path, or one that is too long.
      if (app === mounted && [400, 414].includes(expected.status)) continue;
      told.length = 0;
      const response = await app.fetch(new Request(new URL(target, HERE), { method }));
      const location = expected.location && prefix + expected.location;
      const { allow } = expected;
      assert.equal(told.length, 1);
      const { allow: toldAllow, location: toldLocation, ...rest } = told[0];
      const { status, message } = expected;
      assert.deepEqual([rest, toldAllow, toldLocation], [{ status, message }, allow, location]);
      assert.deepEqual([response.status, response.headers.get("allow")], [status, allow ?? null]);
      assert.equal(response.headers.get("location"), location ?? null);
      if (method !== "HEAD") assert.deepEqual(await response.json(), { error: message });
    }
  });
}

test("onOutcome does not run for OPTIONS, nor where a route or notFound responds", async () => {
  const app = appOf(["GET /x"]);
  app.onOutcome(() => {
    throw new Error("told");
  });
  assert.equal((await ask(app, "/x")).status, 200);
  assert.equal((await ask(app, "/none")).status, 404);
  assert.equal((await ask(app, "/x", { method: "OPTIONS" })).status, 204);
});

test("c.notFound() is what a miss gets: that of the app, or of the mounted app", async () => {
  const other = new Router();
  other.get("/users/:id", (c) => c.notFound());
  other.notFound((c) => c.text(`other has no ${c.path}`, 404));
  const plain = new Router();
  plain.get("/x", async (c) => c.notFound());
  const app = new Router();
  app.get("/users/:id", (c) => c.notFound());
  assert.equal(await said(app, "/users/1"), "404 404 Not Found");
  app.notFound((c) => c.text(`app has no ${c.path}`, 404)).route("/o", other).route("/p", plain);
  assert.equal(await said(app, "/users/1"), "404 app has no /users/1");
  assert.equal(await said(app, "/o/users/1"), "404 other has no /o/users/1");
  assert.equal(await said(app, "/p/x"), "404 app has no /p/x");
});
