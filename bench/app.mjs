// Whole frameworks side by side: a 40-route API with three middlewares, in Node, in workerd, and over HTTP.

import { fileURLToPath } from "node:url";
import { aboveTable, measureAbove } from "./app/above.mjs";
import { CONTENDERS, STYLES } from "./app/contenders.mjs";
import { EFFORT as HTTP_EFFORT, haveWrk, measureHttp } from "./app/http.mjs";
import { measureShares, shareRows } from "./app/share.mjs";
import { startContender } from "./app/workerd.mjs";
import { complaint, holds, print } from "./budgets/table.mjs";
import { fail, race, results } from "./race.mjs";
import { median } from "./statistics.mjs";
import { grid } from "./report.mjs";

const HEADINGS = { sync: "middleware that waits for nothing", async: "async middleware" };

// Room for what the most lavish of them allocates while its bytes are counted; the same for all.
const NODE_FLAGS = ["--expose-gc", "--min-semi-space-size=64", "--max-semi-space-size=64"];

// The clock of workerd goes in steps of a millisecond.
const WORKERD_TIMES = 8;

// ------------------------------------------------------------------ time and bytes, without a network

/**
 * @param {{ title: string, path: string }} runtime a Node
 * @param {{ rounds: number, ms: number }} effort
 */
export function compareInNode({ title, path }, effort) {
  const program = fileURLToPath(new URL("app/process.mjs", import.meta.url));
  const start = (name, style) => ({ command: path, args: [...NODE_FLAGS, program, name, style] });
  return compare(title, start, effort);
}

/** @param {{ rounds: number, ms: number }} effort */
export function compareInWorkerd({ rounds, ms }) {
  const start = (name, style, entry) => ({ start: () => startContender(name, style, entry) });
  return compare("workerd", start, { rounds, ms: WORKERD_TIMES * ms });
}

async function compare(runtime, startOf, effort) {
  for (const style of STYLES) {
    const entries = Object.keys(CONTENDERS).map((name) => {
      const entry = entryOf(name);
      return { ...entry, ...startOf(name, style, entry) };
    });
    const rows = await race({ what: "app", runtime, style }, entries, effort);
    console.log(`\n${table(`40 routes, 3 middlewares, ${HEADINGS[style]}, ${runtime}`, rows)}`);
  }
}

// What the requests themselves cost is the same for all, so the baseline alone is asked.
function entryOf(name) {
  const { title, baseline } = CONTENDERS[name];
  return { title, kinds: { serve: "serve", ...(baseline && { request: "request" }) }, judged: true };
}

function table(title, rows) {
  const host = rows.find(({ figures }) => figures.request).figures;
  const wye = rows.find((row) => row.title === CONTENDERS.wye.title)?.figures;
  const cells = ({ title, figures: { serve } }) => {
    const own = serve === host.serve ? ["", ""] : ["ns", "bytes"].map((key) => round(serve[key] - host.serve[key]));
    const ratio = wye ? (serve.ns / wye.serve.ns).toFixed(2) : "";
    return [title, round(serve.ns), own[0], ratio, round(serve.bytes), own[1], ""];
  };
  const request = ["making the Request, which is in no other row", round(host.request.ns), "", "",
    round(host.request.bytes), "", ""];
  return grid(title, [["", "ns", "own", "ratio", "bytes", "own", ""], ...rows.map(cells), request]);
}

const round = (number) => number.toFixed(0);

// ------------------------------------------------------------------ what is the framework's own

/**
 * @param {{ title: string, path: string }} runtime a Node
 * @param {{ rounds: number }} effort
 */
export function compareWithSwitch({ title, path }, { rounds }) {
  const above = measureAbove({ node: path, processes: rounds });
  results.above = { ...results.above, [title]: above };
  console.log(`\n${aboveTable(title, above)}`);
}

/** @param {{ title: string, path: string }} runtime a Node */
export function countShares({ title, path }, requests) {
  const rows = shareRows(title, measureShares({ requests, node: path }));
  results.shares = { ...results.shares, [title]: rows };
  print(`bytes of wye's own for a request, ${title}`, rows);
  for (const row of rows) if (!holds(row)) fail(complaint(row));
}

// ------------------------------------------------------------------ over HTTP

/** @param {"full" | "quick"} effort */
export async function compareOverHttp(effort) {
  if (!haveWrk()) return console.log("\nskipped: the frameworks over HTTP (needs wrk: apt-get install wrk)");
  const names = Object.keys(CONTENDERS).filter((name) => !CONTENDERS[name].baseline);
  const { rounds, seconds } = HTTP_EFFORT[effort];
  const rows = await measureHttp(names, "sync", { rounds, seconds });
  for (const { name, problems, figures, all } of rows) {
    results.figures.push({ what: "http", contender: CONTENDERS[name].title, figures, all });
    if (problems.length > 0) fail(`${CONTENDERS[name].title} over HTTP: ${problems[0]} (of ${problems.length})`);
  }
  const title = `over HTTP, workerd, wrk with 2 threads and 50 connections, median of ${rounds} rounds of ${seconds} s`;
  console.log(`\n${httpTable(title, rows)}`);
}

function httpTable(title, rows) {
  const wye = rows.find(({ name }) => name === "wye");
  const ms = (microseconds) => (microseconds / 1000).toFixed(2);
  const ratio = ({ all }) => median(all.map(({ perSecond }, i) => perSecond / wye.all[i].perSecond)).toFixed(2);
  const cells = ({ figures: { perSecond, p50, p99, cpu }, ...row }) =>
    [CONTENDERS[row.name].title, round(perSecond), ratio(row), ms(p50), ms(p99), cpu.toFixed(1), ""];
  return grid(title, [["", "requests/s", "ratio", "p50 ms", "p99 ms", "CPU us", ""], ...rows.map(cells)]);
}
