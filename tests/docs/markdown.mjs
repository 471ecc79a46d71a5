// As much of Markdown as the tests of the documents ask about.

import fs from "node:fs";

export const root = new URL("../../", import.meta.url);

/** @param {string} file */
export const read = (file) => fs.readFileSync(new URL(file, root), "utf8");

/** The text of each code block after a fence with these words. */
export function blocks(text, words) {
  const found = text.matchAll(/^```(.*)\n([^]*?)^```$/gm);
  return Array.from(found).filter(([, info]) => info === words).map(([, , code]) => code);
}

/** What is outside of code blocks. */
export const prose = (text) => text.replaceAll(/^```.*\n[^]*?^```$/gm, "");

/** The cells of a line of a table. In a cell a bar has a backslash before it. */
const cells = (row) => row.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim().replaceAll("\\|", "|"));

/** The rows of the first table below a heading, each a list of its cells. */
export function tableBelow(text, heading) {
  const start = text.indexOf(`\n${heading}\n`);
  if (start < 0) throw new Error(`there is no heading ${heading}`);
  const [rows] = /^(?:\|.*\n)+/m.exec(text.slice(start));
  return rows.trim().split("\n").slice(2).map(cells);
}

/** The texts of a cell that stand in code. */
export const codes = (cell) => Array.from(cell.matchAll(/`([^`]*)`/g), ([, code]) => code);
