// The text of a lookup as a JavaScript string, and the positions of its bytes in it.

import { INPUT_SIZE } from "./constants.js";

export class RequestText {
  text = "";
  /** The bytes of it that are in the input buffer, as UTF-8. */
  written = 0;
  /**
   * How far `#count` came: in this text, in bytes and in units. The next call continues there, because most spans are
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
   * The index of a byte in the text, in UTF-16 units. They are equal in ASCII: in a text that was written completely
   * and has as many bytes as units.
   * @param {number} byte -1: a parameter that an optional form omits; returns -1, too
   */
  indexOfByte(byte) {
    return this.written === this.text.length && this.written < INPUT_SIZE ? byte : this.#count(byte);
  }

  /**
   * The same for any text. A lone surrogate counts as three bytes, those of U+FFFD, which are written for it. A byte
   * inside a character has the index of the character.
   * @param {number} byte
   */
  #count(byte) {
    if (byte < 0) return byte;
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
