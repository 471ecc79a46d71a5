// The text of a lookup as a JavaScript string, and the positions of its bytes in it.

import { INPUT_SIZE } from "./constants.js";
import { passed, unitsOfBytes } from "./utf8.js";

export class RequestText {
  /** The text, and the number of bytes written of it. */
  text = "";
  written = 0;
  /**
   * A boundary between two characters, in bytes and in units: reading continues here, as most spans are read in order.
   */
  bytes = 0;
  units = 0;

  /**
   * Takes another text.
   * @param {string} text
   * @param {number} written
   */
  begin(text, written) {
    this.text = text;
    this.written = written;
    this.bytes = this.units = 0;
  }

  /**
   * The UTF-16 unit at which a byte of the text lies. A text that was written whole and has as many bytes as units is
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
