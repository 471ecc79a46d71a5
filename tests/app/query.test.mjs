// c.query against URLSearchParams, and c.int.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Router } from "#wye";
import { queryOf, queryValue } from "../../js/app/query.js";
import { runCount, seed } from "../support/seed.mjs";
import { HERE, said } from "./support.mjs";

const RUNS = runCount(2000);

/* ------------------------------------------------------------------ c.query */

/** What c.query gives for a name, for all of them, and what URLSearchParams would. */
async function compare(target, names) {
  let told;
  const app = new Router();
  const tell = (c) => {
    told = [names.map((name) => c.query(name)), [...c.query()]];
    return c.text("");
  };
  app.use(tell);
  const request = new Request(target);
  await app.fetch(request);
  const { searchParams } = new URL(request.url);
  const expected = [names.map((name) => searchParams.get(name) ?? undefined), [...searchParams]];
  assert.deepEqual(told, expected, request.url);
}

const QUERIES = [
  "", "?", "?a", "?a=", "?=b", "?a=1&a=2", "?b=0&a=1", "?a=b=c", "?a+b=c+d", "?a%20b=c%20d", "?%61=1", "?a=%61",
  "?a=%", "?a=%2", "?a=%zz", "?%=1", "?a=%C3%A9", "?a=é", "?é=1", "?%C3%A9=1", "?a=%C3", "?a=%FF%C3%A9",
  "?a=%EF%BB%BF", "?%EF%BB%BFa=1", "?a=%00", "?&&a=1&", "?a&b=2", "?ab=1&a=2", "?a?=1", "?a=1?b=2", "?a=1#a=2",
  "?#a=2", "#?a=1", "?a=1&#&a=2", "?a=%26&b=%3D", "?a=%2B+", "?__proto__=1", "?a=%u0041", "?a;b=1", "?a=1;b=2",
  "?%2561=1", "?a=%25zz", "?a=\u{1f600}", "?a[]=1", "?=&=", "?a='\"<>", "?a=%ED%A0%80", "??%61=1", "?x&?%61=1&a=2",
];
const NAMES = [
  "a", "b", "ab", "a b", "", "é", "%", "a?", "?a", "=", "&", "__proto__", "\ufeffa", "%61", "a[]", "a;b", "a+b",
];

for (const query of QUERIES) test(`query ${query}`, () => compare(`${HERE}/x${query}`, NAMES));

test("a query is read after a non-ASCII path, and if it exceeds the input buffer", async () => {
  await compare(`${HERE}/é/%C3%A9/\u{1f600}?a=é&b=2`, ["a", "b"]);
  await compare(`${HERE}/x?b=${"é".repeat(40000)}&a=1`, ["a", "b", "c"]);
});

test("queryValue and queryOf read raw characters above U+007F", () => {
  const url = "/é?ä=ö+%C3%B6&x=1#ä=2";
  assert.equal(queryValue(url, 2, "ä"), "ö ö");
  assert.deepEqual([...queryOf(url, 2)], [["ä", "ö ö"], ["x", "1"]]);
});

test("random queries are read as URLSearchParams reads them", async () => {
  const bit = fc.oneof(
    fc.constantFrom(
      "a", "b", "ab", "=", "&", "+", "%", "%2", "%20", "%61", "%26", "%3D", "%2B", "%C3", "%A9", "%C3%A9", "%ff", "#",
      "?", ";", "é", " ", "%00", "%F0%9F%98%80", "%F0%9F", "%EF%BB%BF", "%zz", "%e2%82", "\u{1f600}",
    ),
    fc.string({ maxLength: 3, unit: "grapheme" }),
  );
  const query = fc.array(bit, { maxLength: 14 }).map((bits) => bits.join(""));
  const name = fc.array(bit, { maxLength: 2 }).map((bits) => bits.join(""));
  const holds = (text, names) => {
    const target = `${HERE}/x?${text}`;
    const { searchParams } = new URL(target);
    return compare(target, [...names, ...searchParams.keys()]);
  };
  await fc.assert(fc.asyncProperty(query, fc.array(name, { maxLength: 4 }), holds), { seed, numRuns: RUNS });
});

/** How many characters the platform is handed to decode, or to look for something in, while `action` runs. */
function workOf(t, action) {
  const work = { looked: 0, decoded: 0, calls: 0 };
  const { indexOf } = String.prototype;
  const { decodeURIComponent: decode, URLSearchParams: Params } = globalThis;
  t.mock.method(String.prototype, "indexOf", function (what, from) {
    const at = indexOf.call(this, what, from);
    work.looked += (at < 0 ? this.length : at + 1) - (from ?? 0);
    return at;
  });
  t.mock.method(globalThis, "decodeURIComponent", (text) => {
    work.decoded += text.length;
    work.calls++;
    return decode(text);
  });
  globalThis.URLSearchParams = class extends Params {
    constructor(text) {
      super(text);
      work.decoded += text.length;
      work.calls++;
    }
  };
  try {
    action();
  } finally {
    globalThis.URLSearchParams = Params;
    t.mock.restoreAll();
  }
  return work;
}

const LONG = {
  "plain names": "a&",
  "malformed escapes": "%ff&",
  "escaped names": "%61%62=%63&",
  "names that fit almost": "bb=1&",
  "broken escapes": "%&",
  "plus signs": "a+b=c+d&",
  "values that are escaped": "a=%ff%ff&",
};

for (const [what, piece] of Object.entries(LONG))
  test(`the work for a query is linear, and no more than the value is decoded: 16 KB of ${what}`, (t) => {
    const url = `/?${piece.repeat(16384 / piece.length)}`;
    const missed = workOf(t, () => assert.equal(queryValue(url, 1, "b"), undefined));
    assert.ok(missed.looked <= 3 * url.length, `${missed.looked} characters were looked at for ${url.length}`);
    assert.deepEqual([missed.decoded, missed.calls], [0, 0]);
    // A value that is malformed is decoded twice: the platform's first way refuses it.
    const found = workOf(t, () => assert.equal(queryValue(`${url}b=%ff%C3%A9`, 1, "b"), "\ufffdé"));
    assert.ok(found.decoded <= 20 && found.calls <= 2, JSON.stringify(found));
  });

/* ------------------------------------------------------------------ c.int */

const INTEGERS = [
  // value in the path, number, or the status
  ["0", 0], ["-0", 0], ["42", 42], ["-42", -42], ["007", 7], ["9007199254740991", Number.MAX_SAFE_INTEGER],
  ["-9007199254740991", Number.MIN_SAFE_INTEGER], ["9007199254740992", 400], ["-9007199254740992", 400],
  ["9".repeat(400), 400], ["%34%32", 42], ["a", undefined], ["1.5", undefined], ["1e3", undefined], ["+1", undefined],
  ["0x1", undefined], ["%201", undefined], ["1%0A", undefined], ["-", undefined], ["--1", undefined], ["١", undefined],
  ["1_000", undefined], ["Infinity", undefined], ["NaN", undefined],
];

for (const [text, expected] of INTEGERS) {
  test(`c.int of ${text.slice(0, 20)}: ${expected}`, async () => {
    const app = new Router();
    let number;
    app.get("/:x", (c) => c.json((number = [c.int("x"), c.int(0), c.int("none") ?? "none"])));
    const response = await said(app, `/${text}`);
    if (expected === 400) assert.match(response, /^400 parameter "x" is beyond the integers/);
    else assert.deepEqual(number, [expected, expected, "none"]);
    if (expected === 0) assert.ok(Object.is(number[0], 0));
  });
}
