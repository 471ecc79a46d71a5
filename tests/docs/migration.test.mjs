// docs/migration.md: the patterns match what their rows say, and the numbers are those of the cases.

import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { RouteTable } from "wye";
import { readCases } from "../conformance/cases.mjs";
import { codes, read, tableBelow } from "./markdown.mjs";
import { local, needs, run } from "./support.mjs";

const text = read("docs/migration.md");
const routers = Array.from(text.matchAll(/^## (.*)\n\n\|.*\| wye \| matches/gm), ([, name]) => `## ${name}`);

/** "host/pattern" or "/pattern" */
function tableOf(patterns) {
  const table = new RouteTable();
  for (const pattern of patterns) {
    const slash = pattern.indexOf("/");
    table.add("GET", pattern.slice(slash), { host: pattern.slice(0, slash) || undefined });
  }
  return table;
}

function checkRow([, ours, matches, misses]) {
  const table = tableOf(codes(ours));
  const ask = (path) => (path.startsWith("/") ? table.match("GET", path) : table.matchUrl("GET", path));
  for (const path of codes(matches)) assert.ok(ask(path) >= 0, `${ours} matches ${path}`);
  for (const path of codes(misses)) assert.ok(ask(path) < 0, `${ours} does not match ${path}`);
  table.free();
}

test("each router has its table", () => assert.equal(routers.length, 9));

for (const heading of [...routers, "How patterns are written:"]) {
  test(`docs/migration.md: ${heading}`, () => {
    const rows = tableBelow(text, heading);
    assert.ok(rows.length > 3);
    rows.forEach(checkRow);
  });
}

/** What a refused pattern's error says. */
function refusal(pattern) {
  const table = new RouteTable();
  try {
    table.add("GET", pattern);
  } catch (error) {
    return error.message;
  } finally {
    table.free();
  }
  return assert.fail(`${pattern} is no error`);
}

test("docs/migration.md: an error at a form of another router says what to write", () => {
  const rows = tableBelow(text, "## Forms of other routers");
  assert.ok(rows.length > 20);
  for (const [theirs, ours] of rows.map((row) => row.map((cell) => codes(cell)[0]))) {
    tableOf([ours]).free();
    assert.match(refusal(theirs), /[:;] (write|leave out) "/);
  }
});

const command = local("build/wye");

test("docs/migration.md: `check` warns of text", needs(fs.existsSync(command), "build/wye"), () => {
  const rows = tableBelow(text, "### Text that looks like a parameter");
  assert.ok(rows.length > 3);
  for (const [theirs, ours] of rows.map((row) => row.map((cell) => codes(cell)[0]))) {
    tableOf([theirs, ours]).free();
    const { stdout } = run(command, ["check", "-"], { input: `GET ${theirs}\n` });
    const [, written] = /: warning: .* write "(.*?)" for a parameter/.exec(stdout) ?? [];
    if (written) assert.ok(ours.endsWith(written), stdout);
    else assert.match(stdout, /: warning: .* leave it out/);
  }
});

/** The cases from `first` to `last`. */
const span = (first, last) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** The cases that a row's title names: "urlpattern 4, 6 to 8, differs: ..." gives ["differs", [4, 6, 7, 8]]. */
function casesOf({ title }) {
  const [, numbers, kind = "same"] = /^urlpattern ([\d, to]*\d)(?:, ([a-z ]+))?:/.exec(title);
  const ranges = numbers.split(", ").map((part) => part.split(" to ").map(Number));
  return [kind, ranges.flatMap(([first, last = first]) => span(first, last))];
}

test("docs/migration.md: the numbers of URLPattern's cases", () => {
  const rows = readCases("urlpattern.json").flatMap((table) => table.rows).map(casesOf);
  const count = (wanted) => new Set(rows.flatMap(([kind, cases]) => (kind === wanted ? cases : []))).size;
  const shown = tableBelow(text, "## URLPattern").map(([, cases]) => Number(cases));
  const [all, same, differs, none, without] = shown;
  assert.deepEqual([same, differs, none], ["same", "differs", "no form"].map(count));
  assert.equal(all, same + differs + none + without);
});
