// Catch-alls in the middle and optional segments in an app: what steps read, and what middleware covers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Router } from "#wye";

/** What the request's handler reads, and which middleware ran before it. */
async function ask(app, path) {
  const response = await app.request(path);
  return response.status === 200 ? response.json() : response.status;
}

const read = (c) => c.json([c.get("ran") ?? "", c.params(), c.param("lang") ?? null, c.param(0) ?? null]);

function appOf(pattern, middleware = []) {
  const app = new Router();
  for (const [name, covered] of Object.entries(middleware)) {
    app.use(covered, (c, next) => {
      c.set("ran", (c.get("ran") ?? "") + name);
      return next();
    });
  }
  app.get(pattern, read);
  return app;
}

const PARAMS = [
  ["/v2/*name/blobs/:digest", "/v2/a/b/blobs/c", { name: "a/b", digest: "c" }],
  ["/v2/*name/blobs/:digest", "/v2/a%2Fb/blobs/%2F?x", { name: "a%2Fb", digest: "/" }],
  ["/v2/*name/blobs/:digest", "/v2/é/blobs/ü", { name: "é", digest: "ü" }],
  ["/:lang?/about", "/about", {}],
  ["/:lang?/about", "/en/about", { lang: "en" }],
  ["/:lang?/:page", "/%C3%A9", { page: "é" }],
  ["/:a?/:b?/-/:c/:d/:e/:f", "/-/3/4/5/6", { c: "3", d: "4", e: "5", f: "6" }],
  ["/:a?/:b?/-/:c/:d/:e/:f", "/1/-/3/4/5/é", { a: "1", c: "3", d: "4", e: "5", f: "é" }],
];

for (const [pattern, path, params] of PARAMS) {
  test(`${pattern}: ${path}`, async () => {
    const [, values, lang, first] = await ask(appOf(pattern), path);
    assert.deepEqual(values, params);
    assert.equal(lang, params.lang ?? null);
    const [name] = /[:*](\w+)/.exec(pattern).slice(1);
    assert.equal(first, params[name] ?? null);
  });
}

test("an omitted parameter stays omitted behind a mount and after an await", async () => {
  const api = new Router();
  api.get("/:lang?/:page", async (c) => {
    await null;
    return c.json([c.params(), c.rawParam("lang") ?? null, c.int("page")]);
  });
  const app = new Router();
  app.route("/v1", api);
  assert.deepEqual(await ask(app, "/v1/7"), [{ page: "7" }, null, 7]);
  assert.deepEqual(await ask(app, "/v1/en/7"), [{ lang: "en", page: "7" }, "en", 7]);
});

/* Middleware's pattern, a route's pattern; paths that both match, and paths that only the route matches. */
const COVERED = [
  ["/v2/*name/blobs/*", "/v2/*rest", ["/v2/a/blobs/b", "/v2/a/b/blobs/c/d", "/v2/a/blobs"], ["/v2/blobs/c", "/v2/a/b"]],
  ["/:lang?/admin/*", "/:x/*rest", ["/admin/a", "/en/admin/a", "/en/admin", "/%61dmin/x"], ["/en/us/admin/a", "/x/y"]],
  ["/docs/latest?/*", "/docs/:version/:page", ["/docs/latest/a", "/docs/old/a"], []],
  ["/*any/secret/*", "/:a/:b/:c", ["/x/secret/y"], ["/secret/x/y", "/x/y/z"]],
  ["/a/b?/c", "/a/:x/:y?", ["/a/c", "/a/b/c"], ["/a/b", "/a/x/c"]],
];

for (const [covering, pattern, covered, others] of COVERED) {
  test(`${covering} covers what it matches of ${pattern}`, async () => {
    const app = appOf(pattern, { [covering]: covering });
    for (const path of covered) assert.equal((await ask(app, path))[0], covering, path);
    for (const path of others) assert.equal((await ask(app, path))[0], "", path);
  });
}
