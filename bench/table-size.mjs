// What a table takes in linear memory.

import { readFileSync } from "node:fs";

const file = new URL("../js/wasm/wye.wasm", import.meta.url);

/**
 * Builds the table in an instance of its own, as docs/abi.md says and as RouteTable does.
 * @param {import("./routes.mjs").Route[]} routes
 * @param {number} [options] packed, as wye_builder_new takes them
 * @returns {{ image: number, memory: number, empty: number }} bytes: of the image; of the instance's whole memory, with
 *   the builder, the image and a context in it; and of that of an instance without a table
 */
export function tableSize(routes, options = 0) {
  const { exports: wye } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)));
  const empty = wye.memory.buffer.byteLength;
  const builder = wye.wye_builder_new(options);
  const buffer = wye.wye_input();
  for (const route of routes) addRoute(wye, builder, buffer, route);
  const table = wye.wye_builder_build(builder);
  if (table <= 0 || !wye.wye_context_new(table)) throw new Error("the table cannot be built");
  return { image: wye.wye_table_size(table), memory: wye.memory.buffer.byteLength, empty };
}

function addRoute(wye, builder, buffer, { id, method, host, pattern, name = "" }) {
  const bytes = new TextEncoder().encode(method + pattern + host + name);
  new Uint8Array(wye.memory.buffer).set(bytes, buffer);
  const nameAt = bytes.length - name.length, hostAt = nameAt - host.length, patternAt = buffer + method.length;
  const patternLength = hostAt - method.length;
  const added = wye.wye_builder_add(builder, buffer, method.length, patternAt, patternLength,
    buffer + nameAt, name.length, buffer + hostAt, host.length, id);
  if (added !== id) throw new Error(`${method} ${host}${pattern}: ${added}`);
}
