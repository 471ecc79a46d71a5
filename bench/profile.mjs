// Where a lookup's time and a request's bytes go: `node bench/profile.mjs [--quick]`, or `make profile`.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { haveCompiler } from "./budgets/native.mjs";
import { nativeProfile } from "./profile/native.mjs";
import { grid, machine } from "./report.mjs";
import { findRuntimes } from "./runtimes.mjs";

const quick = process.argv.includes("--quick");
const SAMPLED_MS = quick ? 300 : 2000, PLACES = 16;

// Where V8 inlines the host's functions it does without some of their objects; when it compiles is a matter of time.
const EXACT = ["--no-turbo-inlining", "--no-concurrent-recompilation", "--single-threaded-gc"];
const HEAP_FLAGS = ["--expose-gc", "--min-semi-space-size=16", ...EXACT];

function measured(node, script, flags = []) {
  const file = fileURLToPath(new URL(`profile/${script}.mjs`, import.meta.url));
  const { status, stdout, stderr } = spawnSync(node, [...flags, file], { encoding: "utf8", maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`bench/profile/${script}.mjs: ${stderr}`);
  return JSON.parse(stdout);
}

// ------------------------------------------------------------------ a lookup's time

/** Each step does what the one that it is compared with does, and one thing more. */
const AGAINST = { "parameters read as strings": "match" };

function lookupTable(runtimes) {
  const columns = runtimes.map(({ path }) => measured(path, "lookup"));
  const names = Object.keys(columns[0]);
  const row = (name, i) => [name, ...columns.map((column) => more(column, name, AGAINST[name] ?? names[i - 1])), ""];
  const head = ["", ...runtimes.map(({ title }) => title), ""];
  return grid("where a lookup's time goes in JavaScript, ns (match by path, github-2026, what each step adds)",
    [head, ...names.map(row)]);
}

const more = (column, name, against) => (column[name] - (column[against] ?? 0)).toFixed(1);

// ------------------------------------------------------------------ a request's bytes

function requestTables({ title, path }) {
  const { steps, places } = measured(path, "request", HEAP_FLAGS);
  const ones = steps.map(({ what, bytes, whose }) => [what, String(Math.round(bytes)), whose]);
  const many = places.slice(0, PLACES).map(({ place, bytes }) => [place, String(Math.round(bytes)), whoseIs(place)]);
  const rest = places.slice(PLACES).reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    grid(`where a request's bytes go, ${title}: what each step adds`, [["", "bytes", ""], ...ones]),
    grid(`the same by function, sampled: 40 routes, 3 middlewares, the Request's own making too, ${title}`,
      [["", "bytes", ""], ...many, ["all others", String(Math.round(rest)), ""]])
  ].join("\n\n");
}

function whoseIs(place) {
  if (place.includes(" js/")) return "wye, or the host's work that it asks for";
  return place.includes(" bench/") ? "the application" : "host";
}

// ------------------------------------------------------------------ the command

console.log(machine());
if (haveCompiler()) console.log(`\n${nativeProfile(SAMPLED_MS)}`);
else console.log("skipped: the profile in C (needs Linux and a C compiler: apt-get install gcc)");
const runtimes = findRuntimes().filter(({ path }) => !quick || path === process.execPath);
console.log(`\n${lookupTable(runtimes)}\n\n${requestTables(runtimes[0])}`);
