// Figures as tables for the terminal.

import os from "node:os";

/** What all figures depend on: the machine, the versions, the command. */
export function caption({ versions, command, effort }) {
  return [
    machine(),
    versions.join(", "),
    `${command}: median of ${effort.rounds} rounds of ${effort.ms} ms; contenders take turns, each in its own process.`,
    "Requests: seeded, in random order, distinct where the route has parameters, a fresh string for every lookup.",
    "ns: of each 256 requests the median time, so garbage collection hardly counts: that is what the bytes are for.",
    "ratio: time over wye's. wrong: answers, to all requests, with a wrong id / with a wrong id or parameter.",
    "bytes: of the JavaScript heap, a lookup; allocations: calls of malloc, a pass; for the id / with the parameters.",
    "memoirist and Hono's routers give parameters as the path has them, the others decode them."
  ].join("\n");
}

/** The machine, and how busy it is. */
export function machine() {
  const cpu = os.cpus()[0]?.model.trim() ?? "unknown processor";
  const memory = Math.round(os.totalmem() / 2 ** 30);
  const system = `${os.type()} ${os.release()} ${os.arch()}, load ${os.loadavg()[0].toFixed(1)} at the start`;
  return `${cpu}, ${os.availableParallelism()} cores, ${memory} GiB, ${system}`;
}

/**
 * @param {string} title
 * @param {{ title: string, hello: any, figures: any, note?: string }[]} rows
 * @param {"bytes" | "calls"} unit what one lookup allocates
 * @param {string} [base] the row that the ratios are to
 */
export function table(title, rows, unit, base = "wye") {
  const wye = rows.find((row) => row.title === base)?.figures;
  const params = rows.some((row) => row.figures.params);
  const paramsHead = params ? ["id+params", "ratio"] : [];
  const head = ["", "id", "ratio", ...paramsHead, "wrong", unit === "bytes" ? "bytes" : "allocations", ""];
  const lines = rows.map((row) => cells(row, wye, params, unit));
  return grid(title, [head, ...lines]);
}

/** A title and rows of texts, the head first. The last column is for notes, and may be empty. */
export const grid = (title, rows) => `${title}\n${align(rows)}`;

/** The cell of one figure, and of its ratio to another's. */
export const figureOf = (row, column) => ns(row?.figures[column]);
export const ratioOf = (row, base, column) => ratio(row?.figures[column], base?.figures[column]);

export function size(bytes) {
  return bytes < 2 ** 20 ? `${(bytes / 2 ** 10).toFixed(1)} KiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

function cells({ title, hello, figures, note }, wye, params, unit) {
  if (!figures.id) return [title, "refuses", "", ...(params ? ["", ""] : []), "", "", reason(hello)];
  const columns = params ? ["id", "params"] : ["id"];
  const times = columns.flatMap((column) => [ns(figures[column]), ratio(figures[column], wye?.[column])]);
  const amounts = allocated(columns.map((column) => figures[column]), unit);
  return [title, ...times, wrong(hello.wrong, figures.params), amounts, note ?? remark(hello)];
}

const ns = (figure) => (figure ? figure.ns.toFixed(1) : "");
const ratio = (figure, wye) => (figure && wye ? (figure.ns / wye.ns).toFixed(2) : "");
const wrong = (counts, params) => (counts ? [counts.id, ...(params ? [counts.params] : [])].join(" / ") : "");
const reason = ({ why }) => (why ? `${why.pattern}: ${why.why || "unsupported"}` : "");
const remark = ({ refused }) => (refused ? `refuses ${refused} route${refused === 1 ? "" : "s"}` : "");

function allocated(figures, unit) {
  const amount = (figure) => (figure[unit] === undefined ? "?" : String(Math.round(figure[unit] * 100) / 100));
  return figures.filter(Boolean).map(amount).join(" / ");
}

// The first and the last column to the left, figures to the right.
function align(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const pad = (cell, column, { length }) =>
    column === 0 || column === length - 1 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]);
  return rows.map((row) => `  ${row.map(pad).join("  ")}`.trimEnd()).join("\n");
}
