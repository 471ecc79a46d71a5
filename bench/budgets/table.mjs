// The budgets, and the rows of the table that tells whether they hold.

import { readFileSync } from "node:fs";
import { grid } from "../report.mjs";

export const budgets = JSON.parse(readFileSync(new URL("../budgets.json", import.meta.url), "utf8"));

/**
 * @typedef {object} Row
 * @property {string} part where it was measured
 * @property {string} operation
 * @property {string} unit
 * @property {number | undefined} budget undefined: there is none
 * @property {number | undefined} measured undefined: it was not
 * @property {boolean} [exact] less than the budget is no better: the budget is to be lowered
 */

/** @param {Row} row */
export function holds({ budget, measured, exact }) {
  if (budget === undefined || measured === undefined) return false;
  return exact ? measured === budget : measured <= budget;
}

/** @param {Row} row */
function verdict(row) {
  if (holds(row)) return "ok";
  if (row.budget === undefined) return "NO BUDGET";
  if (row.measured === undefined) return "NOT MEASURED";
  return row.measured > row.budget ? "OVER BUDGET" : "BELOW: LOWER THE BUDGET";
}

const number = (value) => (value === undefined ? "" : String(Math.round(value * 1000) / 1000));

/**
 * @param {string} title
 * @param {Row[]} rows
 */
export function print(title, rows) {
  const cells = (row) =>
    [row.operation, row.unit, number(row.budget), number(row.measured), verdict(row)];
  console.log(`\n${grid(title, [["", "unit", "budget", "measured", ""], ...rows.map(cells)])}`);
}

/** @param {Row} row in words, for a failure */
export function complaint(row) {
  const { part, operation, unit } = row, [budget, measured] = [number(row.budget), number(row.measured)];
  return `${verdict(row)}: ${part}, ${operation}: ${measured || "?"} ${unit} (budget: ${budget || "none"})`;
}
