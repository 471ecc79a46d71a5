// The text of a lookup as a JavaScript string, and the positions of its bytes in it.

import { INPUT_SIZE } from "./constants.js";

export class RequestText {
  text = "";
  /** The bytes of it that are in the input buffer, as UTF-8. */
  written = 0;
  /**
   * A boundary between two characters of a text, in bytes and in units: counting continues there, as most spans are
   * read in order.
   */
  #counted = "";
  #bytes = 0;
  #units = 0;

  /**
   * Takes over the text of another lookup.
   * @param {RequestText} other
   */
  copy(other) {
    this.text = other.text;
    this.written = other.written;
  }

  /** Drops the text. */
  forget() {
    this.text = this.#counted = "";
  }

  /**
   * The index in the text, in UTF-16 units, of a byte. A text that was written whole and has as many bytes as units is
   * ASCII.
   * @param {number} byte
   */
  indexOfByte(byte) {
    return this.written === this.text.length && this.written < INPUT_SIZE ? byte : this.#count(byte);
  }

  /**
   * A lone surrogate counts as U+FFFD, which is written for it: three bytes. The index of a byte inside a character is
   * where the character begins.
   * @param {number} byte
   */
  #count(byte) {
    const { text } = this;
    const goesOn = byte >= this.#bytes && text === this.#counted;
    let bytes = goesOn ? this.#bytes : 0;
    let units = goesOn ? this.#units : 0;
    while (bytes < byte) {
      const point = /** @type {number} */ (text.codePointAt(units));
      const size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      if (bytes + size > byte) break;
      bytes += size;
      units += size === 4 ? 2 : 1;
    }
    this.#counted = text;
    this.#bytes = bytes;
    this.#units = units;
    return units;
  }
}
