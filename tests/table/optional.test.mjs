// Catch-alls in the middle, and parameters that an optional form omits, through every way to read them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ContextPool, RouteTable } from "#wye";

/* Each path with the values that its route has, in the pattern's order; undefined: the form omits the parameter. */
const ROUTES = {
  "/:lang?/:page": { "/about": [undefined, "about"], "/en/about": ["en", "about"], "/é/%C3%A9": ["é", "é"] },
  "/log/:a?/x/:b?/y/:c": {
    "/log/x/y/3": [undefined, undefined, "3"],
    "/log/1/x/y/3": ["1", undefined, "3"],
    "/log/x/2/y/é": [undefined, "2", "é"],
    "/log/1/x/2/y/3": ["1", "2", "3"],
  },
  "/v2/*name/blobs/:digest": { "/v2/a/b%2Fc/blobs/%2F": ["a/b%2Fc", "/"], "/v2/é/blobs/ü": ["é", "ü"] },
  "/w/*path/:id<uint>?": { "/w/a/7": ["a", "7"], "/w/a/b": ["a/b"], "/w/7": ["7"], "/w/": [""] },
  "/p/:a?/:b?/:c?/-/:d/:e/:f": {
    "/p/-/4/5/6": [undefined, undefined, undefined, "4", "5", "6"],
    "/p/1/2/-/4/5/6": ["1", "2", undefined, "4", "5", "6"],
  },
};

const cases = Object.entries(ROUTES).flatMap(([pattern, paths]) => {
  return Object.entries(paths).map(([path, values]) => ({ pattern, path, values }));
});

const namesOf = (pattern) => Array.from(pattern.matchAll(/[:*](\w+)/g), ([, name]) => name);

/** The values by name, without those that are omitted. */
function paramsOf(pattern, values) {
  const pairs = namesOf(pattern).map((name, i) => [name, values[i]]);
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}

/** Every way to read one parameter. */
function check(reader, pattern, path, values) {
  assert.deepEqual(reader.params(), paramsOf(pattern, values));
  for (const [i, name] of namesOf(pattern).entries()) {
    for (const key of [name, i]) {
      assert.equal(reader.param(key), values[i]);
      const [start, end] = [reader.paramStart(key), reader.paramEnd(key)];
      if (values[i] === undefined) assert.deepEqual([reader.rawParam(key), start, end], [undefined, -1, -1]);
      else assert.equal(path.slice(start, end), reader.rawParam(key));
    }
  }
}

for (const { pattern, path, values } of cases) {
  test(`${pattern}: ${path}`, () => {
    const table = new RouteTable();
    const pool = new ContextPool();
    table.add("GET", pattern, { name: "it", id: 7 });
    table.add("*", "/*everything");
    assert.equal(table.match("GET", path), 7);
    check(table, pattern, path, values);
    const handle = pool.acquire(table);
    const [all] = table.matchAll("GET", path);
    assert.deepEqual([all.id, all.params], [7, paramsOf(pattern, values)]);
    table.match("GET", "/something/else");
    const bound = (name) => (key) => pool[name](handle, key);
    const names = ["params", "param", "rawParam", "paramStart", "paramEnd"];
    check(Object.fromEntries(names.map((name) => [name, bound(name)])), pattern, path, values);
    const url = table.url("it", paramsOf(pattern, values));
    assert.equal(table.match("GET", url), 7);
    assert.deepEqual(table.params(), paramsOf(pattern, values));
    table.free();
  });
}

test("a host's parameters stay in front", () => {
  const table = new RouteTable();
  table.add("GET", "/:lang?/:page", { host: ":tenant.example.com", name: "page" });
  table.matchUrl("GET", "https://acme.example.com/about");
  assert.deepEqual(table.params(), { tenant: "acme", page: "about" });
  assert.deepEqual([table.param(0), table.param(1), table.param(2)], ["acme", undefined, "about"]);
  assert.equal(table.url("page", { tenant: "acme", page: "about" }), "//acme.example.com/about");
  assert.throws(() => table.url("page", { tenant: "acme", lang: "en" }), { code: "BAD_VALUE" });
});
