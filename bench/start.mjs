// How fast each router and framework starts: from the start of a process, and from its import, to the first answer.
// Every measurement is a process of its own; contenders take turns in random order, and every answer is verified.

import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fail } from "./race.mjs";
import { SMALL_APPS, REQUESTS } from "./small-app.mjs";
import { median } from "./statistics.mjs";
import { seededRandom } from "./random.mjs";
import { grid } from "./report.mjs";
import { makeRequests } from "./requests.mjs";
import { readRoutes, routeFile } from "./routes.mjs";
import { STARTERS } from "./start/contenders.mjs";

const TABLE = "github-2013";

const program = fileURLToPath(new URL("start/process.mjs", import.meta.url));
const routesJson = fileURLToPath(new URL("../build/bench/start.routes.json", import.meta.url));

/**
 * @typedef {object} Measurement
 * @property {number} process milliseconds from the start of the process to the first answer
 * @property {number} program milliseconds of these, from the import on
 * @property {string} answer
 */

/**
 * @param {string} command a Node
 * @param {string} kind what `start/process.mjs` is told
 * @param {string} name
 * @param {object} what
 * @returns {Measurement}
 */
export function startOnce(command, kind, name, what) {
  const begin = performance.timeOrigin + performance.now();
  const args = [program, kind, name, JSON.stringify(what)];
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${kind} ${name}: ${stderr}`);
  const { at, ms, answer } = JSON.parse(stdout);
  return { process: at - begin, program: ms, answer };
}

/** The table's requests that hit a route, each with the answer that it must get. */
export function tableRequests() {
  const routes = readRoutes(routeFile(TABLE));
  mkdirSync(fileURLToPath(new URL("../build/bench/", import.meta.url)), { recursive: true });
  writeFileSync(routesJson, JSON.stringify(routes.map(({ id, method, pattern }) => ({ id, method, pattern }))));
  const requests = makeRequests(routes, "hits").filter(({ path }) => /^[\w/.-]+$/.test(path));
  return requests.map(({ method, path, id }) => ({
    what: { routes: routesJson, request: { method, path, id } }, wanted: String(id)
  }));
}

/** The requests of the app with five routes, in the same form. */
export const smallAppRequests = () => REQUESTS.map(({ method, path, status, body }) => ({
  what: { method, path }, wanted: `${status} ${body}`
}));

/**
 * @param {{ title: string, path: string }} runtime
 * @param {number} rounds
 */
export function compareStarts({ title, path }, rounds) {
  const random = seededRandom(1);
  const of = (isApp) => Object.entries(STARTERS).filter(([, starter]) => starter.isApp === isApp);
  const sets = [
    ["routers, 203 routes", "table", of(false), tableRequests(), "wye/table"],
    ["frameworks, 203 routes", "table", of(true), tableRequests(), "wye, Router"],
    ["an app with five routes", "small-app", Object.entries(SMALL_APPS), smallAppRequests(), "wye"]
  ];
  return Object.fromEntries(sets.map(([what, kind, contenders, requests, base]) => {
    const entries = contenders.map(([name, contender]) => ({ kind, name, title: contender.title }));
    entries.push({ kind: "node", name: "", title: "Node alone" });
    const figures = measure(path, entries, requests, rounds, random);
    console.log(`\n${table(`${what}, ${title}: milliseconds to the first answer`, entries, figures, base)}`);
    return [what, Object.fromEntries(figures)];
  }));
}

function measure(command, entries, requests, rounds, random) {
  const figures = new Map(entries.map(({ title }) => [title, { process: [], program: [] }]));
  for (let round = 0; round < rounds; round++) {
    const { what, wanted } = random.pick(requests); // the same for all
    for (const { kind, name, title } of random.shuffle([...entries])) {
      const { process, program, answer } = startOnce(command, kind, name, what);
      if (kind !== "node" && answer !== wanted) fail(`${title} answered ${answer} instead of ${wanted}`);
      figures.get(title).process.push(process);
      figures.get(title).program.push(program);
    }
  }
  return figures;
}

function table(title, entries, figures, base) {
  const cells = (name, column) => {
    const [own, others] = [name, base].map((one) => figures.get(one)[column]);
    return [median(own).toFixed(1), (median(own) / median(others)).toFixed(2), Math.min(...own).toFixed(1)];
  };
  const rows = entries.map(({ kind, title: name }) =>
    [name, ...cells(name, "process"), ...(kind === "node" ? ["", "", ""] : cells(name, "program")), ""]);
  return grid(title, [["", "process", "ratio", "least", "import to answer", "ratio", "least", ""], ...rows]);
}
