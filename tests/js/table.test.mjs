// The shim's own rules: what the conformance suite, which asks every host the same questions, cannot ask.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { RouteTable, WyeError } from "wye";
import { wasm } from "../../js/instance.js";

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

test("ids count from 0, go on behind the largest, and 0 is a hit", () => {
  const table = new RouteTable();
  assert.equal(table.add("GET", "/a"), 0);
  assert.equal(table.add("GET", "/b", { id: 7 }), 7);
  assert.equal(table.add("GET", "/c"), 8);
  assert.equal(table.add("GET", "/d", { id: 7 }), 7);
  assert.deepEqual(["/a", "/b", "/c", "/d"].map((path) => table.match("GET", path)), [0, 7, 8, 7]);
});

for (const id of [-1.5, -2, 1.5, 2 ** 31, NaN, "1", null]) {
  test(`an id of ${String(id)} (${typeof id}) is refused`, () => {
    const table = tableOf("GET /a");
    const error = thrown(() => table.add("GET", "/b", { id }));
    assert.ok(error instanceof WyeError);
    assert.equal(error.code, "BAD_ID");
    assert.equal(table.routes().length, 1);
  });
}

test("methods become upper case where fetch makes them so, when a route is added", () => {
  const table = tableOf("get /a", "Post /b", "options /c", "patch /d", "purge /e");
  assert.deepEqual(table.routes().map(({ method }) => method), ["GET", "POST", "OPTIONS", "patch", "purge"]);
  assert.equal(table.match("GET", "/a"), 0);
  assert.equal(table.match("get", "/a"), RouteTable.METHOD_NOT_ALLOWED);
  assert.equal(table.match("patch", "/d"), 3);
});

test("many methods, some with the same place, keep their numbers", () => {
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

test("options that are not known are refused with their names", () => {
  const unknown = [{ trailingSlash: "maybe" }, { cleanPath: true }, { caseSensitive: "no" }, { methodNotAllowed: 1 }];
  for (const options of unknown) {
    const error = thrown(() => new RouteTable(options));
    assert.ok(error instanceof WyeError);
    assert.equal(error.code, "BAD_ARGUMENT");
    assert.match(error.message, new RegExp(Object.keys(options)[0]));
  }
});

test("a method, a pattern or a name that is no string is refused", () => {
  const table = tableOf("GET /a");
  for (const args of [[1, "/b"], ["GET", undefined], ["GET", /b/], ["GET", "/b", { name: 3 }]]) {
    assert.equal(thrown(() => table.add(...args))?.code, "BAD_ARGUMENT");
  }
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

test("parameters by name and by position, decoded and raw, with their places", () => {
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

test("characters whose low byte means something do not mean it", () => {
  const table = tableOf("GET /a", "GET /@", "GET /x/y", "GET /b/:id");
  for (const path of ["/\u0161", "/\u0140", "/x\u012fy", "\u012fa", "/\u2f61", "/b\u012f1", "/b/\u0100\u012f"]) {
    const outcome = table.match("GET", path);
    const expected = path === "/b/\u0100\u012f" ? 3 : path[0] === "/" ? RouteTable.NOT_FOUND : RouteTable.BAD_PATH;
    assert.equal(outcome, expected, JSON.stringify(path));
  }
});

test("odd texts give their outcome, throw nothing, and leave the next lookup alone", () => {
  const { NOT_FOUND, BAD_PATH, PATH_TOO_LONG } = RouteTable;
  const table = tableOf("GET /a/:id", "GET /f/*rest");
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
});

test("a freed table says so, and freeing twice does no harm", () => {
  const table = tableOf("GET /:a");
  table.match("GET", "/x");
  table.free();
  table.free();
  for (const use of [() => table.match("GET", "/x"), () => table.add("GET", "/b"), () => table.routes()]) {
    assert.match(String(thrown(use)), /WyeError: bad argument: this table was freed/);
  }
  assert.equal(table.paramCount, 0);
  assert.deepEqual([table.param(0), table.pattern, table.allow], [undefined, undefined, undefined]);
});

test("Symbol.dispose frees, where the host knows it", { skip: !Symbol.dispose }, () => {
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
