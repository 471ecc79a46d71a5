// How strings are copied into linear memory, which takes a third of a lookup. Each runtime has its own fastest way
// (docs/decisions.md has the figures). A version of Node does not identify Node: Deno reports one, too.
// Buffer and process are read from globalThis, because bundlers for browsers polyfill the bare names.

/** @typedef {(buffer: ArrayBuffer, offset: number, capacity: number) => (text: string) => number} WriterOf */

/** @returns {WriterOf} */
export function fastestWriter() {
  const { Buffer, process } = /** @type {{ Buffer?: any, process?: any }} */ (globalThis);
  if ("Deno" in globalThis || typeof Buffer?.prototype?.utf8Write !== "function") return loopWriter;
  if ("Bun" in globalThis) return mixedWriter;
  const isNode = process?.release?.name === "node" && !("WebSocketPair" in globalThis);
  const version = isNode ? Number.parseInt(process.versions?.v8) : 0;
  if (version < 12) return loopWriter; // Node 20
  return version === 12 ? nativeWriter : mixedWriter; // 12: Node 22
}

/** Shorter texts are written by the loop, which takes less than the call of a native function. */
const SHORT = 20;

/** @type {WriterOf} */
export function mixedWriter(buffer, offset, capacity) {
  const writeShort = loopWriter(buffer, offset, capacity);
  const writeLong = nativeWriter(buffer, offset, capacity);
  return (text) => (text.length < SHORT ? writeShort(text) : writeLong(text));
}

/**
 * The UTF-8 writer of Node's buffers.
 * @type {WriterOf}
 */
export function nativeWriter(buffer, offset, capacity) {
  const { Buffer } = /** @type {{ Buffer: BufferConstructor }} */ (globalThis);
  const view = /** @type {Buffer & { utf8Write(text: string, at: number, most: number): number }} */ (
    Buffer.from(buffer, offset, capacity)
  );
  return (text) => view.utf8Write(text, 0, capacity);
}

/**
 * A writer in JavaScript: one store for four characters, as long as all are ASCII.
 * @param {ArrayBuffer} buffer
 * @param {number} offset where the bytes go, on a 4-byte boundary
 * @param {number} capacity a multiple of 4
 * @returns {(text: string) => number}
 */
export function loopWriter(buffer, offset, capacity) {
  const bytes = new Uint8Array(buffer, offset, capacity);
  const quads = new Int32Array(buffer, offset, capacity >> 2);
  return function write(text) {
    const length = text.length;
    if (length > capacity) return writeUtf8(text, 0, bytes);
    const end = length & ~3;
    for (let i = 0; i < end; i += 4) {
      const a = text.charCodeAt(i);
      const b = text.charCodeAt(i + 1);
      const c = text.charCodeAt(i + 2);
      const d = text.charCodeAt(i + 3);
      if ((a | b | c | d) > 0x7f) return writeUtf8(text, i, bytes);
      quads[i >> 2] = a | (b << 8) | (c << 16) | (d << 24);
    }
    for (let i = end; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) return writeUtf8(text, i, bytes);
      bytes[i] = unit;
    }
    return length;
  };
}

/**
 * Continues at `start`, after ASCII text that is already written. Stops before the first character that does not fit. A
 * lone surrogate becomes U+FFFD.
 * @param {string} text
 * @param {number} start
 * @param {Uint8Array} bytes
 */
function writeUtf8(text, start, bytes) {
  let at = start;
  for (let i = start; i < text.length; i++) {
    let point = /** @type {number} */ (text.codePointAt(i));
    if (point > 0xffff) i++;
    if (point >= 0xd800 && point <= 0xdfff) point = 0xfffd;
    const size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (at + size > bytes.length) break;
    for (let rest = size - 1; rest > 0; rest--, point >>= 6) bytes[at + rest] = 0x80 | (point & 0x3f);
    bytes[at] = size === 1 ? point : ((0xf00 >> size) & 0xff) | point;
    at += size;
  }
  return at;
}
