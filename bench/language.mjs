// What hosts and constraints cost: the same requests to tables with them and without.

import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { race } from "./race.mjs";
import { constraintTables, KINDS, makeConstrained } from "./constraints.mjs";
import { CONTENDERS } from "./contenders.mjs";
import { hostTables, HOST_REQUESTS, makeHosts, ONE_HOST } from "./hosts.mjs";
import { figureOf, grid, ratioOf, size, table as printTable } from "./report.mjs";
import { writeRequests } from "./requests.mjs";
import { parseRoutes } from "./routes.mjs";
import { tableSize } from "./table-size.mjs";

const out = fileURLToPath(new URL("../build/bench/", import.meta.url));
const program = fileURLToPath(new URL("process.mjs", import.meta.url));

/**
 * @typedef {object} Where
 * @property {{ title: string, path: string }} runtime
 * @property {{ wye?: string }} programs the native ones
 * @property {{ rounds: number, ms: number, cold?: boolean }} effort
 */

function writeTable(name, lines, requests) {
  const files = [`${out}${name}.txt`, `${out}${name}.tsv`];
  mkdirSync(out, { recursive: true });
  writeFileSync(files[0], lines.join("\n") + "\n");
  writeRequests(files[1], requests);
  return files;
}

const inNode = ({ path }, contender, files) => ({ command: path, args: ["--expose-gc", program, contender, ...files] });

// ------------------------------------------------------------------ hosts

const URL_KINDS = { id: "url", params: "url-params" };

/**
 * Every answer, with all parameters, is verified by each contender before the first is timed.
 * @param {Where} where
 * @param {number} [hosts] of the large tables
 */
export async function compareHosts({ runtime, programs, effort }, hosts) {
  const tables = hostTables(hosts).map(writeHosts);
  const nativeEntry = (table) => ({
    ...entryOf(table), command: programs.wye, args: table.files, kinds: table.pathOnly ? undefined : URL_KINDS
  });
  const entry = (table) => ({
    ...entryOf(table), ...inNode(runtime, table.pathOnly ? "wye" : "wye-urls", table.files)
  });
  if (programs.wye) await printHosts("native", "calls", tables.map(nativeEntry), effort);
  await printHosts(runtime.title, "bytes", tables.map(entry), effort);
}

function writeHosts(table) {
  const { lines, requests } = makeHosts(table);
  return { ...table, files: writeTable(`hosts.${table.name}`, lines, requests), bytes: tableSize(parseRoutes(lines)) };
}

function entryOf({ title, bytes }) {
  return { title, note: `image ${size(bytes.image)}, memory ${size(bytes.memory)}`, bytes, judged: true };
}

async function printHosts(runtime, unit, entries, effort) {
  const rows = await race({ runtime, part: "hosts" }, entries, effort);
  const title = `hosts, 5 routes each, ${HOST_REQUESTS} absolute URLs, ${runtime}; ratio: to ${ONE_HOST}`;
  console.log(`\n${printTable(title, rows, unit, ONE_HOST)}`);
}

// ------------------------------------------------------------------ constraints

const PLAIN = "plain parameter", WYE = "wye";
const PEERS = ["hono-regexp", "hono-trie", "find-my-way"];

/**
 * For each constraint the plain parameter, wye and its peers take turns on the same paths.
 * @param {Where} where
 * @param {string[]} [kinds]
 */
export async function compareConstraints({ runtime, programs, effort }, kinds = KINDS) {
  const lines = [];
  for (const kind of kinds) lines.push(await measureKind(kind, { runtime, programs, effort }));
  for (const column of ["id", "params"]) console.log(`\n${constraintGrid(lines, column, runtime)}`);
}

async function measureKind(kind, { runtime, programs, effort }) {
  const { plain, constrained } = writeConstraint(kind);
  const natively = programs.wye ? [
    { title: PLAIN, command: programs.wye, args: plain, judged: true },
    { title: WYE, command: programs.wye, args: constrained, judged: true }
  ] : [];
  const entries = [
    { title: PLAIN, ...inNode(runtime, "wye", plain), judged: true },
    { title: WYE, ...inNode(runtime, "wye", constrained), judged: true },
    ...PEERS.map((name) => ({ title: CONTENDERS[name].title, ...inNode(runtime, name, constrained) }))
  ];
  const part = { part: "constraints", kind };
  const native = natively.length > 0 ? await race({ runtime: "native", ...part }, natively, effort) : [];
  return { kind, native, node: await race({ runtime: runtime.title, ...part }, entries, effort) };
}

function writeConstraint(kind) {
  const tables = constraintTables(kind);
  const routes = { plain: parseRoutes(tables.plain), constrained: parseRoutes(tables.constrained) };
  const requests = makeConstrained(kind, routes);
  const write = (table) => writeTable(`constraint.${KINDS.indexOf(kind)}.${table}`, tables[table], requests[table]);
  return { plain: write("plain"), constrained: write("constrained") };
}

function constraintGrid(lines, column, runtime) {
  const title = `constraints, ${column === "id" ? "id" : "id+params"}, ${runtime.title}; ns of wye, its ratio to a ` +
    "plain parameter on the same paths, and the others' ratio to wye";
  const head = ["", "native", "ratio", "wye", "ratio", ...PEERS.map((name) => CONTENDERS[name].title), ""];
  return grid(title, [head, ...lines.map((line) => constraintCells(line, column))]);
}

function constraintCells({ kind, native, node }, column) {
  const ownCells = (rows) => [figureOf(find(rows, WYE), column), ratioOf(find(rows, WYE), find(rows, PLAIN), column)];
  const peerCell = (name) => peer(find(node, CONTENDERS[name].title), find(node, WYE), column);
  return [kind, ...ownCells(native), ...ownCells(node), ...PEERS.map(peerCell), ""];
}

const find = (rows, title) => rows.find((row) => row.title === title);

function peer(row, wye, column) {
  if (!row) return "";
  const { refused, wrong } = row.hello;
  if (refused > 0) return "refuses";
  return `${ratioOf(row, wye, column)}${wrong.params > 0 ? ` (${wrong.params} wrong)` : ""}`;
}
