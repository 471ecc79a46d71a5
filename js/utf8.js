// Strings and their UTF-8 bytes, without allocation.

/** The bytes that the last call of unitsOfBytes went over: whole characters. */
export let passed = 0;

/**
 * The UTF-16 unit of `text` that lies `byteCount` bytes of UTF-8 behind the unit `start`. A lone surrogate counts as
 * U+FFFD does, three bytes: that is what is written for it. Inside of a character it is where that one begins; `passed`
 * are the bytes up to there.
 * @param {string} text
 * @param {number} start a boundary between characters
 * @param {number} byteCount
 */
export function unitsOfBytes(text, start, byteCount) {
  let unit = start;
  for (passed = 0; passed < byteCount; unit++) {
    const point = /** @type {number} */ (text.codePointAt(unit));
    const size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (passed + size > byteCount) break;
    passed += size;
    if (point > 0xffff) unit++;
  }
  return unit;
}

/**
 * A writer for hosts where JavaScript copies fastest by itself: four characters to a store while all are ASCII.
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
 * Goes on from `start`, in front of which all is ASCII and written. Stops where the next character has no room.
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
    writePoint(point, size, bytes, at);
    at += size;
  }
  return at;
}

/**
 * @param {number} point
 * @param {number} size bytes that it takes
 * @param {Uint8Array} bytes
 * @param {number} at
 */
function writePoint(point, size, bytes, at) {
  if (size === 1) {
    bytes[at] = point;
    return;
  }
  for (let i = size - 1; i > 0; i--, point >>= 6) bytes[at + i] = 0x80 | (point & 0x3f);
  bytes[at] = ((0xf00 >> size) & 0xff) | point;
}
