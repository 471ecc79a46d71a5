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
