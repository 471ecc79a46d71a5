// The budgets: `node bench/budgets.mjs`, or `make budgets`. What every hot public function allocates, natively, in
// WebAssembly and in V8, under a load like that of production, against budgets.json. It fails if one is passed, if a
// function has none, and if one was not measured.

import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measureShares, shareRows } from "./app/share.mjs";
import { haveCompiler, nativeRows } from "./budgets/native.mjs";
import { complaint, holds, print } from "./budgets/table.mjs";
import { measure, missingRows, v8Rows } from "./budgets/v8.mjs";
import { loadRows, tableRows } from "./budgets/wasm.mjs";
import { findRuntimes } from "./runtimes.mjs";

/** Operations: of all kinds of work in the Node that runs this, and of those in the others. */
const OPERATIONS = 1_000_000, ELSEWHERE = 250_000;

/** Requests whose bytes are counted beside those of the host's objects. */
const SHARED = 40_000;

/**
 * Measures, prints the table, and returns its rows.
 * @param {{ operations?: number, nodes?: boolean }} [options] `nodes`: also in the newer ones
 * @returns {Promise<import("./budgets/table.mjs").Row[]>}
 */
export async function checkBudgets({ operations = OPERATIONS, nodes = true } = {}) {
  const native = haveCompiler() ? nativeRows({ operations }) : skipped();
  if (native.rows.length > 0) print("C, calls of the allocator", native.rows);
  const tables = tableRows(native.tables);
  print("tables, in bytes", tables);
  const engines = await Promise.all(runtimes(nodes).map((runtime) => engineRows(runtime, operations)));
  for (const { title, rows } of engines) print(`${title}, under the load`, rows);
  return [...native.rows, ...tables, ...engines.flatMap(({ rows }) => rows)];
}

function skipped() {
  console.log("skipped: the budgets in C (needs a C compiler: apt-get install gcc)");
  if (process.env.WYE_REQUIRE_ALL) throw new Error("nothing may be skipped");
  return { rows: [], tables: undefined };
}

const runtimes = (all) => findRuntimes().filter(({ path }) => all || path === process.execPath);

/**
 * For the benchmark: what one runtime's V8 allocates.
 * @param {{ title: string, path: string }} runtime
 * @param {number} operations
 */
export async function reportEngine({ title, path }, operations) {
  const measured = await measure({ node: path, operations });
  const rows = [...v8Rows(title, measured), ...loadRows(measured.memory)];
  print(`${title}, under the load of the budgets`, rows);
  return { rows, complaints: rows.filter((row) => !holds(row)).map(complaint) };
}

async function engineRows({ title, path }, operations) {
  const here = path === process.execPath;
  const measured = await measure({ node: path, operations: here ? operations : Math.min(operations, ELSEWHERE) });
  const shares = shareRows(title, measureShares({ node: path, requests: SHARED }));
  const rows = [...v8Rows(title, measured), ...shares, ...loadRows(measured.memory), ...(await missingRows(measured))];
  return { title, rows };
}

async function main() {
  const { values } = parseArgs({ options: { operations: { type: "string", default: String(OPERATIONS) } } });
  const rows = await checkBudgets({ operations: Number(values.operations) });
  const over = rows.filter((row) => !holds(row));
  console.log(`\n${rows.length - over.length} of ${rows.length} budgets hold`);
  for (const row of over) console.log(complaint(row));
  process.exitCode = over.length > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
