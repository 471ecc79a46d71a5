// The frameworks over HTTP: each a worker in a workerd of its own, and wrk, which asks one of them at a time.

import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { median, rotated } from "../statistics.mjs";
import { makeRequests, wrong } from "./routes.mjs";
import { serveContender } from "./workerd.mjs";

export const EFFORT = { full: { rounds: 5, seconds: 4 }, quick: { rounds: 3, seconds: 1 } };

const THREADS = 2, CONNECTIONS = 50, WARM_SECONDS = 2;

const COUNT = 4000;

const out = fileURLToPath(new URL("../../build/bench/app/", import.meta.url));
const script = fileURLToPath(new URL("requests.lua", import.meta.url));

/** Whether there is a wrk to ask with. */
export const haveWrk = () => spawnSync("wrk", ["--version"]).error === undefined;

/**
 * @typedef {object} HttpFigures medians of the rounds
 * @property {number} perSecond
 * @property {number} p50 microseconds
 * @property {number} p99
 * @property {number} cpu microseconds of the processor that workerd took for a request; NaN where it cannot be told
 */

/**
 * @param {string[]} names of contenders
 * @param {"sync" | "async"} style
 * @param {{ rounds: number, seconds: number }} effort
 * @returns {Promise<{ name: string, problems: string[], figures: HttpFigures, all: HttpFigures[] }[]>}
 */
export async function measureHttp(names, style, { rounds, seconds }) {
  const requests = makeRequests("hits", COUNT);
  const file = writeRequests(requests);
  const rows = await Promise.all(names.map((name) => startRow(name, style, requests)));
  try {
    for (const row of rows) row.problems.push(...(await ask(row, file, WARM_SECONDS)).problems);
    for (let round = 0; round < rounds; round++) {
      for (const row of rotated(rows, round)) add(row, await ask(row, file, seconds));
    }
  } finally {
    for (const { worker } of rows) worker.stop();
  }
  return rows.map(({ name, problems, all }) => ({ name, problems, all, figures: medians(all) }));
}

function writeRequests(requests) {
  mkdirSync(out, { recursive: true });
  const file = `${out}requests.tsv`;
  const line = ({ method, path, headers }) =>
    [method, path, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)].join("\t");
  writeFileSync(file, `${requests.map(line).join("\n")}\n`);
  return file;
}

// Every answer is compared before anything is timed.
async function startRow(name, style, requests) {
  const worker = await serveContender(name, style);
  const problems = [];
  for (const request of requests) {
    const { method, path, headers } = request;
    const problem = await wrong(request, await fetch(worker.origin + path, { method, headers }));
    if (problem) problems.push(problem);
  }
  return { name, worker, problems, all: [] };
}

function add(row, { figures, problems }) {
  row.all.push(figures);
  row.problems.push(...problems);
}

function medians(all) {
  const of = (key) => median(all.map((figures) => figures[key]));
  return { perSecond: of("perSecond"), p50: of("p50"), p99: of("p99"), cpu: of("cpu") };
}

/** One run of wrk. */
async function ask({ worker }, file, seconds) {
  const load = [`-t${THREADS}`, `-c${CONNECTIONS}`, `-d${seconds}s`];
  const before = processorTime(worker.pid);
  const said = await output("wrk", [...load, "--latency", "-s", script, worker.origin, "--", file]);
  const spent = processorTime(worker.pid) - before;
  const { requests, microseconds, p50, p99, refused, broken } = JSON.parse(said.trim().split("\n").at(-1));
  const problems = [];
  if (refused > 0) problems.push(`${refused} of ${requests} answers were no success`);
  if (broken > 0) problems.push(`${broken} connections broke`);
  return { figures: { perSecond: requests / (microseconds / 1e6), p50, p99, cpu: spent / requests }, problems };
}

// Linux tells it in hundredths of a second: the fields 14 and 15 of proc_pid_stat(5), whose second field is a name
// in parentheses.
function processorTime(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  } catch {
    return NaN;
  }
}

// Not spawnSync: what the workers write has to be read meanwhile.
async function output(command, args) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  for await (const chunk of child.stdout.setEncoding("utf8")) text += chunk;
  return text;
}
