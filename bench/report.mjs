// Figures as tables for the terminal.

import os from "node:os";

/** What all figures depend on: the machine, the versions, the command. */
export function caption({ versions, command, effort }) {
  return [
    machine(),
    versions.join(", "),
    `${command}: median of ${effort.rounds} rounds of ${effort.ms} ms; contenders take turns, each in its own process.`,
    "Requests: seeded, in random order, distinct where the route has parameters, a fresh string for every lookup.",
    "ns: the median pass over all requests, so garbage collection hardly counts: that is what the bytes are for.",
    "ratio: time over wye's. wrong: answers, to all requests, with a wrong id / with a wrong id or parameter.",
    "bytes: of the JavaScript heap, a lookup; allocations: calls of malloc, a pass; for the id / with the parameters.",
    "memoirist and Hono's routers give parameters as the path has them, the others decode them."
  ].join("\n");
}

function machine() {
  const cpu = os.cpus()[0]?.model.trim() ?? "unknown processor";
  const memory = Math.round(os.totalmem() / 2 ** 30);
  return `${cpu}, ${os.availableParallelism()} cores, ${memory} GiB, ${os.type()} ${os.release()} ${os.arch()}`;
}

/**
 * @param {string} title
 * @param {{ title: string, hello: any, figures: any }[]} rows the one with the title "wye" is what the ratios are to
 * @param {"bytes" | "calls"} unit what one lookup allocates
 */
export function table(title, rows, unit) {
  const wye = rows.find((row) => row.title === "wye")?.figures;
  const params = rows.some((row) => row.figures.params);
  const paramsHead = params ? ["id+params", "ratio"] : [];
  const head = ["", "id", "ratio", ...paramsHead, "wrong", unit === "bytes" ? "bytes" : "allocations", ""];
  const lines = rows.map((row) => cells(row, wye, params, unit));
  return `${title}\n${align([head, ...lines])}`;
}

function cells({ title, hello, figures }, wye, params, unit) {
  if (!figures.id) return [title, "refuses", "", ...(params ? ["", ""] : []), "", "", reason(hello)];
  const columns = params ? ["id", "params"] : ["id"];
  const times = columns.flatMap((column) => [ns(figures[column]), ratio(figures[column], wye?.[column])]);
  const amounts = allocated(columns.map((column) => figures[column]), unit);
  return [title, ...times, wrong(hello.wrong, figures.params), amounts, note(hello)];
}

const ns = (figure) => (figure ? figure.ns.toFixed(1) : "");
const ratio = (figure, wye) => (figure && wye ? (figure.ns / wye.ns).toFixed(2) : "");
const wrong = (counts, params) => (counts ? [counts.id, ...(params ? [counts.params] : [])].join(" / ") : "");
const reason = ({ why }) => (why ? `${why.pattern}: ${why.why || "unsupported"}` : "");
const note = ({ refused }) => (refused ? `refuses ${refused} route${refused === 1 ? "" : "s"}` : "");

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
