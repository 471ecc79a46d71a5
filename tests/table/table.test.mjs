// The shim's own rules: what the conformance suite, which asks every host the same questions, cannot ask.

import assert from "node:assert/strict";
import { METHODS } from "node:http";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ContextPool, RouteTable, WyeError } from "#wye";
import { wasm } from "../../js/wasm/instance.js";
import { allMatchesOf } from "../../js/table/route-table.js";

/** A table of `METHOD pattern` lines. */
function tableOf(...lines) {
  const table = new RouteTable();
  for (const line of lines) table.add(...line.split(" "));
  return table;
}

/** What `action` throws. */
function thrown(action) {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

// First, while memory is small.
test("views follow memory when it grows", () => {
  const table = tableOf("GET /:x");
  table.match("GET", "/before");
  const size = wasm.memory.buffer.byteLength;
  const large = new RouteTable();
  for (let i = 0; i < 3000; i++) large.add("GET", `/${"y".repeat(500)}${i}/:z`);
  large.match("GET", "/");
  assert.ok(wasm.memory.buffer.byteLength > size);
  assert.equal(table.param("x"), "before");
  assert.equal(table.match("GET", "/after"), 0);
  assert.equal(table.param("x"), "after");
  large.free();
});

test("outcomes are different negative numbers", () => {
  const { NOT_FOUND, METHOD_NOT_ALLOWED, REDIRECT, PATH_TOO_LONG, BAD_PATH } = RouteTable;
  const all = [NOT_FOUND, METHOD_NOT_ALLOWED, REDIRECT, PATH_TOO_LONG, BAD_PATH];
  assert.equal(new Set(all).size, 5);
  assert.ok(all.every((number) => Number.isInteger(number) && number < 0));
});

test("ids count from 0, continue after the largest, and 0 is a hit", () => {
  const table = new RouteTable();
  assert.equal(table.add("GET", "/a"), 0);
  assert.equal(table.add("GET", "/b", { id: 7 }), 7);
  assert.equal(table.add("GET", "/c"), 8);
  assert.equal(table.add("GET", "/d", { id: 7 }), 7);
  assert.deepEqual(["/a", "/b", "/c", "/d"].map((path) => table.match("GET", path)), [0, 7, 8, 7]);
});

for (const id of [-1, -1.5, -2, 1.5, 2 ** 31, NaN, "1", null]) {
  test(`an id of ${String(id)} (${typeof id}) is refused`, () => {
    const table = tableOf("GET /a");
    const error = thrown(() => table.add("GET", "/b", { id }));
    assert.ok(error instanceof WyeError);
    assert.equal(error.code, "BAD_ID");
    assert.equal(table.routes().length, 1);
  });
}

test("a route's method becomes upper case where fetch normalizes it", () => {
  const table = tableOf("get /a", "Post /b", "options /c", "patch /d", "purge /e");
  assert.deepEqual(table.routes().map(({ method }) => method), ["GET", "POST", "OPTIONS", "patch", "purge"]);
  assert.equal(table.match("GET", "/a"), 0);
  assert.equal(table.match("get", "/a"), RouteTable.METHOD_NOT_ALLOWED);
  assert.equal(table.match("patch", "/d"), 3);
  assert.equal(thrown(() => table.add("po\u017ft", "/f"))?.code, "BAD_METHOD", "a long s is no s");
});

test("many methods, some with the same hash slot, keep their numbers", () => {
  const methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "PURGE", "PROPFIND"];
  methods.push("PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK", "QUERY", "REPORT", "LINK", "UNLINK", "SEARCH");
  methods.push("A", "B");
  const table = new RouteTable();
  for (const method of methods) table.add(method, "/x");
  methods.forEach((method, id) => assert.equal(table.match(method, "/x"), id, method));
  for (const other of ["", "G", "GE", "GETS", "gET", "ET", "PATCI", "\u0147ET"]) {
    assert.equal(table.match(other, "/x"), RouteTable.METHOD_NOT_ALLOWED, other);
  }
});

test("64 methods are served at one path, and a 65th is refused", () => {
  const methods = Array.from({ length: 64 }, (_, i) => `M${String(i).padStart(2, "0")}`);
  const table = tableOf(...methods.map((method) => `${method} /x`));
  methods.forEach((method, id) => assert.equal(table.match(method, "/x"), id, method));
  assert.equal(table.match("GET", "/x"), RouteTable.METHOD_NOT_ALLOWED);
  assert.equal(table.allow, methods.join(", "));
  const error = thrown(() => table.add("M64", "/y"));
  assert.equal(error.code, "TOO_MANY_METHODS");
  assert.match(error.message, /a table has at most 64 methods/);
  assert.equal(table.add("*", "/x"), 64);
  assert.equal(table.match("GET", "/x"), 64);
});

test("all methods of Node fit into one table", () => {
  const table = tableOf(...METHODS.map((method) => `${method} /x/:y`));
  METHODS.forEach((method, id) => assert.equal(table.match(method, "/x/1"), id, method));
  assert.equal(table.match("NONE", "/x/1"), RouteTable.METHOD_NOT_ALLOWED);
  assert.equal(table.allow, METHODS.toSorted().join(", "));
});

test("maxPath is the bytes that a path may have", () => {
  const { PATH_TOO_LONG } = RouteTable;
  for (const maxPath of [undefined, 1, 64, 32_768, 65_535]) {
    const most = maxPath ?? 8192;
    const table = new RouteTable({ maxPath });
    table.add("GET", "/*rest");
    const path = `/${"x".repeat(most - 1)}`;
    assert.equal(table.match("GET", path), 0);
    assert.equal(table.match("GET", `${path}?query#fragment`), 0);
    assert.equal(table.match("GET", `${path}y`), PATH_TOO_LONG);
    assert.equal(table.matchUrl("GET", `https://h.example${path}`), 0);
    assert.equal(table.matchUrl("GET", `https://h.example${path}y`), PATH_TOO_LONG);
    assert.equal(table.matchAll("GET", path).length, 1);
    assert.deepEqual(table.matchAll("GET", `${path}y`), []);
  }
});

test("a maxPath out of range is refused", () => {
  for (const maxPath of [0, -1, 65_536, 1.5, NaN, Infinity, "8192", null, 8192n]) {
    const error = thrown(() => new RouteTable({ maxPath }));
    assert.equal(error?.code, "BAD_ARGUMENT", String(maxPath));
    assert.match(error.message, /option maxPath must be an integer from 1 to 65535 \(bytes\), not /);
  }
});

test("unknown options are refused by name", () => {
  const unknown = [{ trailingSlash: "maybe" }, { cleanPath: true }, { caseSensitive: "no" }, { methodNotAllowed: 1 }];
  for (const options of unknown) {
    const error = thrown(() => new RouteTable(options));
    assert.ok(error instanceof WyeError);
    assert.equal(error.code, "BAD_ARGUMENT");
    assert.match(error.message, new RegExp(Object.keys(options)[0]));
  }
});

test("a misspelled option is refused, with the known ones", () => {
  const table = tableOf("GET /a");
  const calls = {
    RouteTable: [() => new RouteTable({ trailingslash: "ignore" }), "trailingSlash"],
    "RouteTable, of": [() => RouteTable.of([], { strict: false }), "caseSensitive"],
    add: [() => table.add("GET", "/b", { nmae: "b" }), "name, host, id"],
    remove: [() => table.remove("GET", "/a", { hots: "h" }), "host"],
    ContextPool: [() => new ContextPool({ max: 3 }), "maximum"],
  };
  for (const [call, [action, known]] of Object.entries(calls)) {
    const error = thrown(action);
    assert.equal(error?.code, "BAD_ARGUMENT", call);
    assert.match(error.message, new RegExp(`${call.split(",")[0]} has no option \\w+; its options are .*${known}`));
  }
  assert.deepEqual(table.routes().map(({ pattern }) => pattern), ["/a"]);
});

test("a method, a pattern or a name that is not a string is refused", () => {
  const table = tableOf("GET /a");
  const odd = [[1, "/b"], ["GET", undefined], ["GET", /b/], ["GET", "/b", { host: null }], ["GET", "/b", null]];
  for (const args of [...odd, ["GET", "/b", "host"]]) {
    assert.equal(thrown(() => table.add(...args))?.code, "BAD_ARGUMENT");
    assert.equal(thrown(() => table.remove(...args))?.code, "BAD_ARGUMENT");
  }
  assert.equal(thrown(() => table.add("GET", "/b", { name: 3 }))?.code, "BAD_ARGUMENT");
  assert.equal(table.routes().length, 1);
});

test("an error has a code, a sentence and a byte", () => {
  const table = tableOf("GET /users/:id");
  const bad = thrown(() => table.add("GET", "/é/:"));
  assert.deepEqual([bad.name, bad.code, bad.offset], ["WyeError", "BAD_PATTERN", 4]);
  assert.match(bad.message, /^bad pattern "\/é\/:" at byte 4: a parameter needs a name/);
  const conflict = thrown(() => table.add("GET", "/users/:name"));
  assert.equal(conflict.code, "CONFLICT");
  assert.equal(conflict.message, 'conflict: GET "/users/:name" has the same shape as GET "/users/:id"');
  assert.equal(table.match("GET", "/users/1"), 0);
});

test("very long texts are refused by their limits, not cut", () => {
  const table = tableOf("GET /a");
  assert.equal(thrown(() => table.add("GET", "/" + "a".repeat(100_000)))?.code, "PATTERN_TOO_LONG");
  assert.equal(thrown(() => table.add("M".repeat(100_000), "/b"))?.code, "BAD_METHOD");
  assert.equal(thrown(() => table.add("GET", "/b", { name: "n".repeat(100_000) }))?.code, "BAD_NAME");
  assert.equal(table.match("GET", "/a"), 0);
});

test("a route may be added between lookups", () => {
  const table = tableOf("GET /:x");
  assert.equal(table.match("GET", "/new"), 0);
  assert.equal(table.add("GET", "/new"), 1);
  assert.equal(table.param("x"), "new", "the last match stays readable until the next");
  assert.equal(table.match("GET", "/new"), 1);
  assert.equal(table.paramCount, 0);
});

test("parameters can be read by name and by position, decoded and raw, with their spans", () => {
  const table = tableOf("GET /:a/b/:c-:d/*rest");
  assert.equal(table.match("GET", "/x%20y/b/1-2/p/q?z"), 0);
  assert.equal(table.paramCount, 4);
  assert.deepEqual(table.params(), { a: "x y", c: "1", d: "2", rest: "p/q" });
  assert.deepEqual([table.param("a"), table.rawParam("a"), table.param(0)], ["x y", "x%20y", "x y"]);
  assert.deepEqual([table.paramStart("c"), table.paramEnd("c")], [9, 10]);
  assert.deepEqual([table.paramStart(3), table.paramEnd(3)], [13, 16]);
  for (const none of ["b", "", 4, -1, NaN]) {
    assert.deepEqual([table.param(none), table.rawParam(none)], [undefined, undefined], String(none));
    assert.deepEqual([table.paramStart(none), table.paramEnd(none)], [-1, -1], String(none));
  }
});

test("params() has own keys only, whatever the names", () => {
  const table = tableOf("GET /:__proto__/:constructor/:toString/*");
  table.match("GET", "/a/b/c/d/e");
  const params = table.params();
  assert.deepEqual(Object.keys(params), ["__proto__", "constructor", "toString", "*"]);
  assert.equal(Object.getOwnPropertyDescriptor(params, "__proto__").value, "a");
  assert.equal(Object.getPrototypeOf(params), Object.prototype);
});

test("spans of a text that is not ASCII count UTF-16 units, read in any order", () => {
  const table = tableOf("GET /ü/:a/:b/:c");
  const path = "/ü/☃/😀x/\ud800y";
  assert.equal(table.match("GET", path), 0);
  assert.deepEqual([2, 0, 1, 0, 2].map((i) => table.rawParam(i)), ["\ud800y", "☃", "😀x", "☃", "\ud800y"]);
  assert.equal(table.matchUrl("GET", `https://exämple.com${path}?q`), 0);
  assert.deepEqual(["c", "a", "b"].map((name) => table.rawParam(name)), ["\ud800y", "☃", "😀x"]);
});

test("characters above U+00FF are not mistaken for their low byte", () => {
  const table = tableOf("GET /a", "GET /@", "GET /x/y", "GET /b/:id");
  for (const path of ["/\u0161", "/\u0140", "/x\u012fy", "\u012fa", "/\u2f61", "/b\u012f1", "/b/\u0100\u012f"]) {
    const outcome = table.match("GET", path);
    const expected = path === "/b/\u0100\u012f" ? 3 : path[0] === "/" ? RouteTable.NOT_FOUND : RouteTable.BAD_PATH;
    assert.equal(outcome, expected, JSON.stringify(path));
  }
});

test("unusual texts give an outcome, throw nothing, and do not affect the next lookup", () => {
  const { NOT_FOUND, BAD_PATH, PATH_TOO_LONG } = RouteTable;
  const table = new RouteTable({ maxPath: 65_535 });
  for (const pattern of ["/a/:id", "/f/*rest"]) table.add("GET", pattern);
  const odd = [
    ["", BAD_PATH],
    ["a/1", BAD_PATH],
    ["?/a/1", BAD_PATH],
    ["/\0", NOT_FOUND],
    ["/a/\0", 0],
    ["/a/\udfff", 0],
    ["/a/" + "\u00e9".repeat(40_000), PATH_TOO_LONG],
    ["/a/" + "x".repeat(65_532), 0],
    ["/a/" + "x".repeat(65_533), PATH_TOO_LONG],
    ["/f/" + "\u{1f600}".repeat(1_000_000), PATH_TOO_LONG],
    ["/a/1?" + "\u2028".repeat(100_000), 0],
    // as many units as bytes fit into the input buffer, but not all of them are written
    ["/f/" + "\u00e9".repeat(69_629), PATH_TOO_LONG],
    [undefined, BAD_PATH],
    [null, BAD_PATH],
    [{}, BAD_PATH],
  ];
  for (const [path, outcome] of odd) {
    assert.equal(table.match("GET", path), outcome, String(path).slice(0, 20));
    assert.equal(table.match("GET", "/a/next"), 0);
    assert.equal(table.param("id"), "next");
  }
});

test("pattern, name and Allow belong to the last match", () => {
  const table = new RouteTable();
  table.add("GET", "/users/:id", { name: "user" });
  table.add("PUT", "/users/:id");
  table.match("GET", "/users/1");
  assert.deepEqual([table.pattern, table.routeName, table.allow], ["/users/:id", "user", undefined]);
  table.match("PUT", "/users/1");
  assert.deepEqual([table.pattern, table.routeName], ["/users/:id", undefined]);
  table.match("DELETE", "/users/1");
  assert.deepEqual([table.pattern, table.paramCount, table.allow], [undefined, 0, "GET, PUT"]);
  table.match("GET", "/");
  assert.deepEqual([table.pattern, table.allow, table.params()], [undefined, undefined, {}]);
});

test("routes() lists them as they were added, and gives fresh objects", () => {
  const table = new RouteTable();
  table.add("GET", "/a/\\:b", { name: "ü", id: 5 });
  table.add("*", "/*");
  const expected = [
    { id: 5, method: "GET", pattern: "/a/\\:b", host: undefined, name: "ü" },
    { id: 6, method: "*", pattern: "/*", host: undefined, name: undefined },
  ];
  assert.deepEqual(table.routes(), expected);
  table.routes()[0].pattern = "changed";
  assert.deepEqual(table.routes(), expected);
});

test("a name may begin with any character", () => {
  const table = new RouteTable();
  table.add("GET", "/a", { name: "\ufeffa" });
  assert.equal(table.routes()[0].name, "\ufeffa");
  table.match("GET", "/a");
  assert.equal(table.routeName, "\ufeffa");
});

// ---------------------------------------------------------------- optional segments

test("an omitted parameter is undefined, and not a key of params()", () => {
  const table = tableOf("GET /:a/x/:b?");
  assert.equal(table.match("GET", "/1/x/2"), 0);
  assert.deepEqual(table.params(), { a: "1", b: "2" });
  assert.equal(table.match("GET", "/1/x"), 0);
  assert.equal(table.paramCount, 1);
  assert.deepEqual(Object.keys(table.params()), ["a"]);
  for (const key of ["b", 1]) {
    assert.deepEqual([table.param(key), table.rawParam(key)], [undefined, undefined]);
    assert.deepEqual([table.paramStart(key), table.paramEnd(key)], [-1, -1]);
  }
});

// ---------------------------------------------------------------- hosts

/** A table of `METHOD pattern host` lines. */
function hostsOf(...lines) {
  const table = new RouteTable();
  for (const line of lines) {
    const [method, pattern, host] = line.split(" ");
    table.add(method, pattern, { host });
  }
  return table;
}

test("match sees only routes without a host, and matchUrl those of the host first", () => {
  const table = hostsOf("GET /:a", "GET /:b api.example.com", "GET /:c :tenant.example.com", "GET /:d *.example.com");
  assert.equal(table.match("GET", "/x"), 0);
  const at = (host) => table.matchUrl("GET", `https://${host}/x`);
  assert.deepEqual(["other", "API.example.com.", "me.example.com:80", "a.b.example.com"].map(at), [0, 1, 2, 3]);
});

test("values of the host come first, as the URL has them", () => {
  const table = hostsOf("GET /:a/:b :x.:y.com");
  const url = "http://u@A%20.b-c.com:8/p%20q/r";
  assert.equal(table.matchUrl("GET", url), 0);
  assert.deepEqual(table.params(), { x: "A%20", y: "b-c", a: "p q", b: "r" });
  assert.deepEqual([0, 1, 2, 3].map((i) => table.param(i)), ["A%20", "b-c", "p q", "r"]);
  assert.deepEqual([table.param("x"), table.rawParam("x"), table.rawParam("a")], ["A%20", "A%20", "p%20q"]);
  const spans = [0, 1, 2, 3].map((i) => url.slice(table.paramStart(i), table.paramEnd(i)));
  assert.deepEqual(spans, ["A%20", "b-c", "p%20q", "r"]);
  assert.equal(table.match("GET", "/p/r"), RouteTable.NOT_FOUND);
});

test("routes() has the host", () => {
  const table = hostsOf("GET /a :x.com", "GET /a");
  assert.deepEqual(table.routes().map(({ host }) => host), [":x.com", undefined]);
  table.matchUrl("GET", "https://y.com/a");
  assert.equal(table.pattern, "/a");
});

test("a malformed host, and one of the same shape, is refused", () => {
  const table = hostsOf("GET /:a :x.com");
  const bad = thrown(() => table.add("GET", "/", { host: "a..b" }));
  assert.deepEqual([bad.code, bad.offset], ["BAD_HOST", 2]);
  assert.equal(thrown(() => table.add("GET", "/:b", { host: ":y.com" }))?.code, "CONFLICT");
  assert.equal(thrown(() => table.add("GET", "/:x", { host: ":x.com" }))?.code, "BAD_HOST", "one name twice");
  assert.equal(thrown(() => table.add("GET", "/", { host: "h".repeat(100_000) }))?.code, "BAD_HOST");
  assert.equal(table.routes().length, 1);
});

// ---------------------------------------------------------------- removal

test("remove() takes the route of exactly these texts", () => {
  const table = hostsOf("GET /:a", "POST /:a", "GET /:a h");
  assert.equal(table.remove("GET", "/:b"), false);
  assert.equal(table.remove("GET", "/:a", { host: "H" }), false);
  assert.equal(table.remove("get", "/:a"), true);
  assert.equal(table.remove("GET", "/:a"), false);
  assert.deepEqual(table.routes().map(({ id, method, host }) => [id, method, host]), [
    [1, "POST", undefined],
    [2, "GET", "h"],
  ]);
  assert.equal(table.match("GET", "/x"), RouteTable.METHOD_NOT_ALLOWED);
  assert.equal(table.allow, "POST");
  assert.equal(table.remove("GET", "/:a", { host: "h" }), true);
  assert.equal(table.remove("POST", "/:a"), true);
  assert.deepEqual(table.routes(), []);
  assert.equal(table.match("POST", "/x"), RouteTable.NOT_FOUND);
  assert.equal(table.add("GET", "/:b"), 3, "ids go on");
});

test("what the last match found stays readable until the next, whatever happens to the routes", () => {
  const table = new RouteTable();
  table.add("GET", "/:a", { name: "one" });
  table.match("GET", "/x");
  const read = () => [table.pattern, table.routeName, table.param("a"), table.params(), table.paramCount];
  const before = read();
  table.add("GET", "/b/:c", { name: "two" });
  assert.equal(table.routes().length, 2);
  assert.deepEqual(read(), before);
  assert.equal(table.url("two", { c: 1 }), "/b/1");
  assert.deepEqual(read(), before);
  table.remove("GET", "/:a");
  assert.equal(table.routes().length, 1);
  assert.equal(table.url("two", { c: 1 }), "/b/1");
  assert.deepEqual(read(), before);
  assert.equal(table.match("GET", "/x"), RouteTable.NOT_FOUND);
  assert.deepEqual(read(), [undefined, undefined, undefined, {}, 0]);
});

test("adding, removing, listing and matching in turn leaks no memory", () => {
  const table = tableOf("GET /fixed");
  const turn = (i) => {
    const id = table.add("GET", `/${"x".repeat(100)}${i % 7}/:y?`);
    table.routes();
    if (i % 3) table.match("GET", "/fixed");
    if (i % 2) table.routes();
    assert.equal(table.match("GET", `/${"x".repeat(100)}${i % 7}/v`), id);
    assert.equal(table.remove("GET", `/${"x".repeat(100)}${i % 7}/:y?`), true);
    table.routes();
  };
  for (let i = 0; i < 500; i++) turn(i);
  const size = wasm.memory.buffer.byteLength;
  for (let i = 0; i < 5000; i++) turn(i);
  assert.equal(wasm.memory.buffer.byteLength, size);
  assert.equal(table.match("GET", "/fixed"), 0);
});

// ---------------------------------------------------------------- redirects

const { REDIRECT } = RouteTable;

/** A table under both policies. */
function redirecting(...patterns) {
  const table = new RouteTable({ trailingSlash: "redirect", cleanPath: "redirect", maxPath: 65_535 });
  for (const pattern of patterns) table.add("GET", pattern);
  return table;
}

test("matchAll gives every route, in order, and leaves the last match alone", () => {
  const table = new RouteTable();
  table.add("*", "/*");
  table.add("GET", "/users/:id", { name: "user" });
  table.add("POST", "/users/:id");
  table.add("GET", "/users/*path", { id: 1 });
  assert.equal(table.match("GET", "/users/a%20b?x"), 1);
  const all = [
    { id: 0, pattern: "/*", name: undefined, params: { "*": "users/7" } },
    { id: 1, pattern: "/users/:id", name: "user", params: { id: "7" } },
    { id: 1, pattern: "/users/*path", name: undefined, params: { path: "7" } },
  ];
  assert.deepEqual(table.matchAll("GET", "/users/7"), all);
  assert.deepEqual(table.matchAllUrl("GET", "https://h.example/users/7#"), all);
  assert.deepEqual([table.param("id"), table.pattern, table.paramStart(0)], ["a b", "/users/:id", 7]);
  table.add("GET", "/users/:n<int>"); // and also when routes have come since
  assert.equal(table.matchAll("GET", "/users/7").length, 4);
  assert.deepEqual([table.param("id"), table.pattern, table.paramStart(0)], ["a b", "/users/:id", 7]);
  assert.equal(table.match("GET", "/users/7"), 3);
  assert.equal(table.matchAll("GET", "/users/7").length, 4);
  assert.equal(table.pattern, "/users/:n<int>");
  for (const nothing of [undefined, null, 7, "", "x", "/\\", "/".repeat(70000)]) {
    assert.deepEqual(table.matchAll("GET", nothing), []);
    assert.deepEqual(table.matchAllUrl("GET", nothing), []);
  }
  assert.deepEqual(table.matchAll("PUT", "/users/7").map(({ id }) => id), [0]);
  table.free();
  assert.throws(() => table.matchAll("GET", "/"), { code: "BAD_ARGUMENT" });
});

test("params of matchAll have own keys only, and none for omitted parameters", () => {
  const table = new RouteTable();
  table.add("GET", "/:__proto__/:x?");
  table.add("GET", "/*/:x/*");
  const [{ params }] = table.matchAll("GET", "/a");
  assert.deepEqual(Object.entries(params), [["__proto__", "a"]]);
  assert.deepEqual(table.matchAll("GET", "/a/b/c")[0].params, { 0: "a", x: "b", "*": "c" });
  table.free();
});

test("matchAll finds more than its first buffer holds", () => {
  const table = new RouteTable();
  for (let i = 1; i <= 500; i++) table.add("GET", `/:x([a-z]{1,${i}})/*y`);
  for (const [path, value, least] of [["/a/b", "b", 1], ["/abc/%C3%A9\u00e9", "\u00e9\u00e9", 3], ["/a/", "", 1]]) {
    const all = table.matchAll("GET", path);
    assert.deepEqual(all.map(({ id }) => id), Array.from({ length: 501 - least }, (_, i) => i + least - 1));
    assert.ok(all.every(({ params }) => params.y === value));
  }
  table.free();
});

test("allMatchesOf gives the same as matchAllUrl, with the spans of values", () => {
  for (const trailingSlash of ["strict", "ignore"]) {
    const table = new RouteTable({ trailingSlash });
    for (const pattern of ["/*", "/t/:tenant/*", "/t/:tenant", "/:a-:b/*rest"]) table.add("*", pattern);
    table.add("*", "/*", { host: ":sub.example.com" });
    for (const path of ["/", "/t/x", "/t/\u00fc\u{1f600}/y-z/", "/a-b/c d", "/\ud800-x/y", ""]) {
      const url = `https://me.example.com${path}?q=\u00fc`;
      const wanted = table.matchAllUrl("GET", url);
      const hits = allMatchesOf(table, "GET", url);
      assert.equal(hits.count, wanted.length);
      wanted.forEach(({ pattern, params }, i) => {
        assert.equal(table.routes()[hits.route(i)].pattern, pattern);
        assert.equal(hits.paramCount(i), Object.keys(params).length);
        Object.values(params).forEach((value, j) => {
          assert.equal(url.slice(hits.paramStart(i, j), hits.paramEnd(i, j)), value);
          assert.equal(hits.param(i, j), value);
        });
      });
    }
    assert.equal(allMatchesOf(table, "GET", "no URL").count, 0);
    table.free();
  }
});

test("location is where a redirect leads, and undefined for every other outcome", () => {
  const table = redirecting("/Users/:id", "/dir/");
  assert.equal(table.location, undefined);
  const cases = [
    ["/Users/1/?q=1#f", "/Users/1?q=1#f"],
    ["/dir", "/dir/"],
    ["//users/./x%2Fy/..//Z%41", "/Users/Z%41"],
    ["/Users/\u00fc/?\u{1f600}", "/Users/%C3%BC?%F0%9F%98%80"],
    ["/Users/\ud800/", "/Users/%EF%BF%BD"],
    ["/Users/a b%5C/", "/Users/a%20b%5C"],
  ];
  for (const [path, location] of cases) {
    assert.equal(table.match("GET", path), REDIRECT, path);
    assert.equal(table.location, location);
    assert.equal(table.matchUrl("GET", `https://\u00fc@host:1${path}`), REDIRECT, path);
    assert.equal(table.location, location);
    assert.deepEqual([table.paramCount, table.params(), table.pattern], [0, {}, undefined]);
  }
  const others = [["GET", "/Users/1"], ["POST", "/Users/1"], ["GET", "/no"], ["GET", "no"], ["GET", "/Users/\\/"]];
  for (const [method, path] of others) {
    assert.notEqual(table.match(method, path), REDIRECT);
    assert.equal(table.location, undefined);
  }
});

test("location belongs to the table's own last match, whatever others did since", () => {
  const [one, two] = [redirecting("/one/:x"), redirecting("/two/:x")];
  one.match("GET", "/one/\u00fc/?1");
  two.match("GET", "/two/b/?2");
  assert.equal(one.location, "/one/%C3%BC?1");
  assert.equal(two.location, "/two/b?2");
  one.add("GET", "/three", { name: "three" });
  one.routes();
  one.url("three");
  assert.equal(one.location, "/one/%C3%BC?1");
});

test("location keeps a query that exceeds the input buffer", () => {
  const table = redirecting("/a/:x");
  const query = `?${"q".repeat(200_000)}\u00fc`;
  assert.equal(table.match("GET", `/a/b/${query}`), REDIRECT);
  assert.equal(table.location, `/a/b${query.slice(0, -1)}%C3%BC`);
  const value = "\u00fc".repeat(32_000);
  assert.equal(table.match("GET", `/a/${value}/`), REDIRECT);
  assert.equal(table.location, `/a/${"%C3%BC".repeat(32_000)}`);
});

test("under ignore, a path with one slash more or less matches as it is", () => {
  const table = new RouteTable({ trailingSlash: "ignore" });
  table.add("GET", "/a/:x");
  table.add("POST", "/a/:x/");
  assert.equal(table.match("GET", "/a/\u00fc/"), 0);
  assert.deepEqual([table.param("x"), table.paramStart(0), table.paramEnd(0)], ["\u00fc", 3, 4]);
  assert.equal(table.location, undefined);
  assert.equal(table.match("PUT", "/a/b"), RouteTable.METHOD_NOT_ALLOWED);
  assert.equal(table.allow, "GET, POST");
});

// ---------------------------------------------------------------- reverse routing

/** A table of [name, pattern, host]. */
function namedOf(...routes) {
  return RouteTable.of(routes.map(([name, pattern, host]) => ({ method: "GET", name, pattern, host })));
}

test("url() makes the path of a route from strings, integers and bigints", () => {
  const table = namedOf(
    ["home", "/"], ["user", "/users/:id"], ["file", "/f/:v-:w/*path"], ["page", "/p/:n<int>?"], ["any", "/x/*/y/*"],
    ["odd", "/\u00fc/:__proto__/:constructor"],
  );
  const cases = [
    ["home", undefined, "/"],
    ["user", { id: 42 }, "/users/42"],
    ["user", { id: -0 }, "/users/0"],
    ["user", { id: 1e21 }, "/users/1000000000000000000000"],
    ["user", { id: 2n ** 70n }, "/users/1180591620717411303424"],
    ["user", { id: "a b/c?d\u00fc:@" }, "/users/a%20b%2Fc%3Fd%C3%BC:@"],
    ["user", { id: "%41" }, "/users/%2541"],
    ["file", { v: "1", w: 2, path: "a b/c" }, "/f/1-2/a%20b/c"],
    ["file", { v: "1", w: 2, path: "" }, "/f/1-2/"],
    ["page", { n: -7 }, "/p/-7"],
    ["page", { n: undefined }, "/p"],
    ["page", {}, "/p"],
    ["page", undefined, "/p"],
    ["any", { 0: "z", "*": "1/2" }, "/x/z/y/1/2"],
    ["odd", JSON.parse('{ "__proto__": "a", "constructor": "b" }'), "/%C3%BC/a/b"],
  ];
  for (const [name, params, url] of cases) assert.equal(table.url(name, params), url, name);
});

test("url() makes //host/path for a route with a host", () => {
  const table = namedOf(["api", "/:x", "api.example.com"], ["me", "/:x", ":a.:b"], ["wild", "/:x", "*.example.com"]);
  assert.equal(table.url("api", { x: "\u00fc" }), "//api.example.com/%C3%BC");
  assert.equal(table.url("me", { a: "me", b: "localhost", x: 1 }), "//me.localhost/1");
  assert.equal(thrown(() => table.url("me", { a: "a/b", b: "c", x: 1 }))?.code, "BAD_VALUE");
  assert.equal(thrown(() => table.url("wild", { x: 1 }))?.code, "BAD_VALUE");
});

test("an invalid value is refused, with the parameter's name", () => {
  const table = namedOf(["user", "/users/:id"], ["two", "/:a-:b"]);
  const odd = [null, true, {}, [], () => 1, Symbol("s"), NaN, Infinity, 1.5, new Date(0), "\ud800", "a\udc00b"];
  for (const id of odd) {
    const error = thrown(() => table.url("user", { id }));
    assert.ok(error instanceof WyeError);
    assert.equal(error.code, "BAD_VALUE");
    assert.match(error.message, /^bad value: parameter "id" must be a string, an integer or a bigint, not [a-z\d]/i);
  }
  const unknown = thrown(() => table.url("two", { a: 1, b: 2, c: 3 }));
  assert.match(unknown.message, /"\/:a-:b" has no parameter "c" .*"a", "b"/);
  assert.match(thrown(() => table.url("user", { id: 1, ID: 1 })).message, /no parameter "ID"/);
  assert.equal(thrown(() => table.url("user", { id: 1, __proto__: { x: 1 } })), undefined, "only own keys count");
});

test("a value that is missing, empty, or would be read differently is refused, with its byte in the pattern", () => {
  const table = namedOf(["user", "/users/:id<int>"], ["two", "/:a-:b"], ["rest", "/f/*rest"], ["first", "/:x/a"]);
  const cases = [
    ["user", {}, 7],
    ["user", { id: "" }, 7],
    ["user", { id: "x" }, 7],
    ["two", { a: "1-2", b: 3 }, 1],
    ["rest", {}, 3],
    ["rest", { rest: "a/../b" }, 3],
    ["first", { x: ".." }, 1],
  ];
  for (const [name, params, offset] of cases) {
    const error = thrown(() => table.url(name, params));
    assert.deepEqual([error?.code, error?.offset], ["BAD_VALUE", offset], JSON.stringify(params));
    assert.match(error.message, /^bad value: .+ \(byte \d of "\/.*"\)$/);
  }
});

test("a URL that leads to another route is refused, and names it", () => {
  const table = namedOf(["new", "/users/new"], ["user", "/users/:id"]);
  const error = thrown(() => table.url("user", { id: "new" }));
  assert.equal(error?.code, "CONFLICT");
  assert.equal(error.message, 'conflict: GET "/users/:id" would have a URL that reaches GET "/users/new"');
});

test("url() refuses unknown names, invalid values, and long results", () => {
  const table = new RouteTable({ maxPath: 65_535 });
  table.add("GET", "/users/:id", { name: "user" });
  assert.equal(thrown(() => table.url("usr"))?.code, "NOT_FOUND");
  assert.match(thrown(() => table.url("usr")).message, /"usr"/);
  for (const name of [undefined, null, 1]) assert.equal(thrown(() => table.url(name))?.code, "BAD_ARGUMENT");
  for (const params of [null, 1, "id"]) assert.equal(thrown(() => table.url("user", params))?.code, "BAD_ARGUMENT");
  for (const id of ["x".repeat(65_529), "x".repeat(1e6), "\u00fc".repeat(40_000), "x".repeat(2 ** 28)]) {
    assert.equal(thrown(() => table.url("user", { id }))?.code, "PATH_TOO_LONG", `${id.length}`);
  }
  assert.equal(table.url("user", { id: "x".repeat(65_528) }).length, 65_535);
});

test("of several routes with one name, the first is taken; a change is seen", () => {
  const table = new RouteTable();
  table.add("GET", "/a/:x", { name: "a" });
  table.add("PUT", "/a/:x", { name: "a" });
  assert.equal(thrown(() => table.add("GET", "/b/:x", { name: "a" }))?.code, "BAD_NAME");
  assert.equal(table.url("a", { x: 1 }), "/a/1");
  table.remove("GET", "/a/:x");
  assert.equal(table.url("a", { x: 1 }), "/a/1");
  table.remove("PUT", "/a/:x");
  assert.equal(thrown(() => table.url("a", { x: 1 }))?.code, "NOT_FOUND");
  table.add("GET", "/b/:x", { name: "a" });
  assert.equal(table.url("a", { x: 1 }), "/b/1");
});

test("url() leaks no memory, and leaves the last match alone", () => {
  const table = namedOf(["user", "/users/:id"]);
  table.match("GET", "/users/\u00fc?x");
  const make = (count) => {
    for (let i = 0; i < count; i++) table.url("user", { id: "x".repeat(i % 50) + i });
    for (let i = 0; i < count; i++) assert.equal(thrown(() => table.url("user", { id: "" }))?.code, "BAD_VALUE");
  };
  make(100);
  const size = wasm.memory.buffer.byteLength;
  make(3000);
  assert.equal(wasm.memory.buffer.byteLength, size);
  assert.deepEqual([table.param("id"), table.paramStart("id"), table.pattern], ["\u00fc", 7, "/users/:id"]);
});

// ---------------------------------------------------------------- lists

test("RouteTable.of accepts what routes() returns", () => {
  const table = new RouteTable();
  table.add("GET", "/a/:x<int>", { name: "a", id: 7 });
  table.add("*", "/*", { host: ":t.com" });
  const copy = RouteTable.of(table.routes(), { caseSensitive: false });
  assert.deepEqual(copy.routes(), table.routes());
  assert.equal(copy.match("GET", "/A/1"), 7);
  assert.deepEqual(RouteTable.of([]).routes(), []);
});

test("RouteTable.of throws as add does, and keeps nothing", () => {
  const route = (i) => ({ method: "GET", pattern: `/${"x".repeat(4000)}${i}` });
  const broken = [...Array.from({ length: 50 }, (_, i) => route(i)), route(0)];
  const size = () => wasm.memory.buffer.byteLength;
  assert.equal(thrown(() => RouteTable.of(broken))?.code, "CONFLICT");
  const before = size();
  for (let i = 0; i < 100; i++) assert.equal(thrown(() => RouteTable.of(broken))?.code, "CONFLICT");
  assert.equal(size(), before);
});

test("an empty table finds nothing", () => {
  const table = new RouteTable();
  assert.equal(table.match("GET", "/"), RouteTable.NOT_FOUND);
  assert.deepEqual(table.routes(), []);
});

test("before the first match there is nothing to read", () => {
  const table = tableOf("GET /:a");
  assert.deepEqual([table.paramCount, table.param("a"), table.param(0)], [0, undefined, undefined]);
  assert.deepEqual(table.params(), {});
  assert.deepEqual([table.pattern, table.routeName, table.allow], [undefined, undefined, undefined]);
  assert.equal(table.location, undefined);
});

test("a freed table throws, and freeing twice is harmless", () => {
  const table = tableOf("GET /:a");
  table.match("GET", "/x");
  table.free();
  table.free();
  const uses = [
    () => table.match("GET", "/x"),
    () => table.matchUrl("GET", "https://h/x"),
    () => table.add("GET", "/b"),
    () => table.remove("GET", "/:a"),
    () => table.url("x"),
    () => table.routes(),
  ];
  for (const use of uses) {
    assert.match(String(thrown(use)), /WyeError: bad argument: this table was freed/);
  }
  assert.equal(table.paramCount, 0);
  assert.deepEqual([table.param(0), table.pattern, table.allow], [undefined, undefined, undefined]);
  assert.deepEqual([table.location, table.params()], [undefined, {}]);
});

test("Symbol.dispose frees the table, where the host has it", { skip: !Symbol.dispose }, () => {
  const table = tableOf("GET /a");
  table[Symbol.dispose]();
  assert.ok(thrown(() => table.match("GET", "/a")) instanceof WyeError);
});

test("thousands of tables live side by side, and give their memory back", () => {
  const make = () => Array.from({ length: 2000 }, (_, i) => tableOf(`GET /t${i}/:x`, "GET /*rest"));
  const run = () => {
    const tables = make();
    tables.forEach((table, i) => assert.equal(table.match("GET", `/t${i}/v`), 0));
    tables.forEach((table) => assert.equal(table.match("GET", "/other"), 1));
    for (const table of tables) table.free();
  };
  run();
  const size = wasm.memory.buffer.byteLength;
  for (let i = 0; i < 4; i++) run();
  assert.equal(wasm.memory.buffer.byteLength, size);
});

test("forgotten tables are reclaimed", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  const forget = () => {
    for (let i = 0; i < 500; i++) tableOf(`GET /${"x".repeat(2000)}/${i}`).match("GET", "/");
  };
  let size = 0;
  for (let i = 0; i < 12; i++) {
    forget();
    collect();
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (i === 5) size = wasm.memory.buffer.byteLength;
  }
  assert.equal(wasm.memory.buffer.byteLength, size);
});
