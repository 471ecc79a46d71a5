/* Images of tables for the command's tests, made with wye.wasm as docs/abi.md says. */
import { readFileSync } from "node:fs";

const encoder = new TextEncoder();

/** The exports, with a function that copies a text into a block. */
export function loadModule(file) {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)));
  const copy = (text) => {
    const bytes = encoder.encode(text);
    const block = exports.wye_alloc(bytes.length);
    new Uint8Array(exports.memory.buffer).set(bytes, block);
    return [block, bytes.length];
  };
  return { ...exports, copy };
}

/**
 * The image of a table.
 * @param {ReturnType<typeof loadModule>} wye
 * @param {string} routes lines of `METHOD [host]pattern [name]`
 * @param {number} [options] the sum that wye_builder_new takes
 */
export function imageOf(wye, routes, options = 0) {
  const builder = wye.wye_builder_new(options);
  for (const line of routes.trim().split("\n")) {
    const [, method, host, pattern, name = ""] = line.match(/^(\S+) ([^/ ]*)(\S+)(?: (\S+))?$/);
    const id = wye.wye_builder_add(builder, ...[method, pattern, name, host].flatMap(wye.copy), -1);
    if (id < 0) throw new Error(`${line}: ${id}`);
  }
  const table = wye.wye_builder_build(builder);
  return new Uint8Array(wye.memory.buffer).slice(table, table + wye.wye_table_size(table));
}
