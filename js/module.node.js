// Node: the module is read from the file beside this one, and strings are copied by the runtime's own UTF-8 writer
// where that is fast, which is from version 22 on (docs/decisions.md has the figures).

import { readFileSync } from "node:fs";
import { loopWriter } from "./utf8.js";

const file = process.env.WYE_WASM ?? new URL("./wye.wasm", import.meta.url);

export const module = new WebAssembly.Module(readFileSync(file));

/**
 * @param {ArrayBuffer} buffer
 * @param {number} offset
 * @param {number} capacity
 * @returns {(text: string) => number}
 */
function nativeWriter(buffer, offset, capacity) {
  const view = /** @type {Buffer & { utf8Write(text: string, at: number, most: number): number }} */ (
    Buffer.from(buffer, offset, capacity)
  );
  return (text) => view.utf8Write(text, 0, capacity);
}

const [major] = process.versions.node.split(".", 1);

export const writerOf = Number(major) >= 22 ? nativeWriter : loopWriter;
