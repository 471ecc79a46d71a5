// The text of a lookup, as JavaScript has it: where its bytes lie in it.

import { INPUT_SIZE } from "./constants.js";
import { passed, unitsOfBytes } from "./utf8.js";

export class RequestText {
  /** The text, and how many bytes of it were written. */
  text = "";
  written = 0;
  /** A boundary between characters of the text: so many bytes are so many units. Spans are mostly read in order. */
  bytes = 0;
  units = 0;

  /**
   * Begins with another text.
   * @param {string} text
   * @param {number} written
   */
  begin(text, written) {
    this.text = text;
    this.written = written;
    this.bytes = this.units = 0;
  }

  /**
   * The UTF-16 unit at which a byte of the text lies. A text that was written whole and has no more bytes than units is
   * ASCII.
   * @param {number} byte
   */
  unit(byte) {
    if (this.written === this.text.length && this.written < INPUT_SIZE) return byte;
    if (byte < this.bytes) this.bytes = this.units = 0;
    this.units = unitsOfBytes(this.text, this.units, byte - this.bytes);
    this.bytes += passed;
    return this.units;
  }
}
