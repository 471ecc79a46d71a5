// docs/patterns.md: every row of its tables, and its sample.

import assert from "node:assert/strict";
import { test } from "node:test";
import { RouteTable } from "wye";
import { blocks, codes, read, tableBelow } from "./markdown.mjs";
import { checkPattern, tableOf } from "./patterns.mjs";
import { checkSample, scratch } from "./support.mjs";

const text = read("docs/patterns.md");
const folder = scratch("patterns");

const paths = (cell) => codes(cell).map((value) => `/${value}`);

test("each pattern matches what its row says", () => {
  for (const [pattern, , matches, misses] of tableBelow(text, "## Patterns")) {
    checkPattern(codes(pattern), codes(matches), codes(misses));
  }
});

test("each type matches what its row says", () => {
  for (const [type, , matches, misses] of tableBelow(text, "### Types")) {
    checkPattern(codes(type).map((name) => `/:x<${name}>`), paths(matches), paths(misses));
  }
});

test("each expression matches what its row says", () => {
  for (const [expressions, , matches, misses] of tableBelow(text, "### Expressions")) {
    const each = codes(expressions);
    if (each.length === 1) checkPattern([`/:x${each[0]}`], paths(matches), paths(misses));
    else each.forEach((one, i) => checkPattern([`/:x${one}`], [paths(matches)[i]], [paths(misses)[i]]));
  }
});

test("hosts: each line with a comment gives what the comment says", async () => {
  const [code] = blocks(text, "js hosts");
  await checkSample(folder, "hosts", code, 8);
});

test("each host matches what its row says", () => {
  for (const [host, , matches, misses] of tableBelow(text, "## Hosts")) {
    const table = new RouteTable();
    table.add("GET", "/", { host: codes(host)[0] });
    const check = (outcome) => (name) => assert.equal(table.matchUrl("GET", `http://${name}/`), outcome, name);
    codes(matches).forEach(check(0));
    codes(misses).forEach(check(RouteTable.NOT_FOUND));
    table.free();
  }
});

test("match order is what its examples say, in either order of registration", () => {
  for (const [patterns, path, match] of tableBelow(text, "## Match order")) {
    for (const order of [codes(patterns), codes(patterns).reverse()]) {
      const table = tableOf(order);
      table.match("GET", ...codes(path));
      assert.deepEqual([table.pattern], codes(match));
      table.free();
    }
  }
});

test("the limits are those of the headers", () => {
  const header = ["wye.h", "wye_pool.h", "wye_ratelimit.h"].map((name) => read(`include/${name}`)).join("");
  const rows = tableBelow(text, "## Limits");
  for (const [, limit, name] of rows) {
    const [constant] = codes(name);
    const [, value] = new RegExp(`\\b${constant} = (\\d+)`).exec(header);
    const stated = limit === "1 GiB" ? 2 ** 30 : Number(/^[\d,]+/.exec(limit)[0].replaceAll(",", ""));
    assert.equal(stated, Number(value), constant);
  }
  const limits = header.match(/\bWYE_(?:DEFAULT_)?MAX_\w+(?= = )/g);
  assert.deepEqual(rows.map(([, , name]) => codes(name)[0]).sort(), limits.sort());
});
