/** The bytes that the last call of unitsOfBytes went over: whole characters. */
export declare let passed: number;
/**
 * The UTF-16 unit of `text` that lies `byteCount` bytes of UTF-8 behind the unit `start`. A lone surrogate counts as
 * U+FFFD does, three bytes: that is what is written for it. Inside of a character it is where that one begins; `passed`
 * are the bytes up to there.
 * @param {string} text
 * @param {number} start a boundary between characters
 * @param {number} byteCount
 */
export declare function unitsOfBytes(text: string, start: number, byteCount: number): number;
