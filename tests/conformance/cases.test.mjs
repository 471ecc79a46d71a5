/* The suite itself: how many rows there are, and that each has a title of its own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { allCases, caseFiles } from "./cases.mjs";

const LEAST_ROWS = 2300;
const tables = allCases();
const rows = tables.flatMap((table) => table.rows);

const twice = (titles) => titles.filter((title, index) => titles.indexOf(title) < index);

test(`the suite has ${rows.length} rows in ${tables.length} tables and ${caseFiles().length} files`, () => {
  assert.ok(rows.length >= LEAST_ROWS, `${rows.length} rows, fewer than ${LEAST_ROWS}`);
});

test("every table and every row has a unique title", () => {
  assert.deepEqual(twice(tables.map((table) => table.title)), []);
  assert.deepEqual(twice(rows.map((row) => row.title)), []);
  assert.ok([...tables, ...rows].every(({ title }) => typeof title === "string" && title !== ""));
});

test("every row says what it expects", () => {
  const asks = (row) => row.path ?? row.url ?? row.pathHex ?? row.add ?? row.remove ?? row.build ?? row.list;
  const expects = (row) => row.id ?? row.outcome ?? row.error ?? row.removed ?? row.to ?? row.list ?? row.all;
  assert.deepEqual(rows.filter((row) => asks(row) === undefined || expects(row) === undefined), []);
});

test("every redirect has a location", () => {
  const isRedirect = (row) => row.outcome === "REDIRECT";
  assert.deepEqual(rows.filter((row) => isRedirect(row) !== (row.location !== undefined)), []);
});

const LOOKUP = "method path url pathHex id outcome params raw spans pattern name allow location";
const KNOWN = new Set(`title without ${LOOKUP} add remove removed build to error list all`.split(" "));

test("no row has a key that nobody reads", () => {
  assert.deepEqual(rows.filter((row) => Object.keys(row).some((key) => !KNOWN.has(key))), []);
});

const OPTIONS = {
  trailingSlash: ["strict", "redirect", "ignore"],
  cleanPath: ["off", "redirect"],
  caseSensitive: [true, false],
  methodNotAllowed: [true, false],
};

test("no table has an option that does not exist", () => {
  const isKnown = ([name, value]) =>
    name === "maxPath" ? value >= 1 && value <= 65535 : (OPTIONS[name]?.includes(value) ?? false);
  assert.deepEqual(tables.filter((table) => !Object.entries(table.options ?? {}).every(isKnown)), []);
});
