// In WebAssembly: what tables take, to the byte.

import { packOptions } from "../../js/table/options.js";
import { tableSize } from "../table-size.mjs";
import { sizedTables } from "./load.mjs";
import { budgets } from "./table.mjs";

const part = "wasm", unit = "bytes", exact = true;

/**
 * @param {{ name: string, needed: number, image: number }[] | undefined} native the same tables, built natively, if
 *   there is a compiler
 * @returns {import("./table.mjs").Row[]}
 */
export function tableRows(native) {
  return sizedTables().flatMap(({ name, options, routes }) => {
    const budget = budgets.wasm.tables[name];
    const { image, memory } = tableSize(routes, packOptions(options));
    const row = (what, measured) =>
      ({ part, operation: `${name}, ${what}`, unit, budget: budget?.[what], measured, exact });
    const rows = [row("image", image), row("memory", memory)];
    const other = native?.find((table) => table.name === name);
    return other ? [...rows, row("builder", other.needed), { ...row("image", other.image), part: "native" }] : rows;
  });
}

/**
 * @param {{ before: number, after: number, slots: number, highWater: number }} memory what v8.mjs saw under the load
 * @returns {import("./table.mjs").Row[]}
 */
export function loadRows({ before, after, slots, highWater }) {
  const { load } = budgets.wasm;
  const measured = { grown: after - before, memory: after, slots, highWater };
  const units = { grown: unit, memory: unit, slots: "contexts", highWater: "contexts" };
  return Object.entries(measured).map(([what, value]) =>
    ({ part, operation: `the load, ${what}`, unit: units[what], budget: load[what], measured: value, exact }));
}
