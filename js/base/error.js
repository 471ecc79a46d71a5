// WyeError, and how each copy of this package recognizes the errors of the others: `import` and `require` may load two
// copies, and so may two versions.

/** A property of the errors of every copy. */
const MARK = Symbol.for("wye.WyeError");

/**
 * Marks an error, so that every copy of this package recognizes it.
 * @param {Error} error
 * @param {symbol} mark
 */
export function marked(error, mark) {
  Object.defineProperty(error, mark, { value: true });
}

/** An error of the router: what went wrong as a name (`code`) and as a sentence (`message`), and where (`offset`). */
export class WyeError extends Error {
  /**
   * @param {string} code the name of the status, such as "BAD_PATTERN"
   * @param {string} message what is wrong and where, and what to write instead
   * @param {number} [offset] the byte where it went wrong, in the pattern as UTF-8 (in the host, if that is at fault)
   */
  constructor(code, message, offset) {
    super(message);
    marked(this, MARK);
    this.name = "WyeError";
    /** @type {string} */
    this.code = code;
    /** @type {number | undefined} */
    this.offset = offset;
  }

  /** @param {any} value */
  static [Symbol.hasInstance](value) {
    return this === WyeError ? value?.[MARK] === true : super[Symbol.hasInstance](value);
  }
}
