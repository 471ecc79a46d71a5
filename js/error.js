/** An error of the router: what went wrong by its name (`code`), in a sentence (`message`), and where (`offset`). */
export class WyeError extends Error {
  /**
   * @param {string} code the status' name, such as "BAD_PATTERN"
   * @param {string} message what and where, and what to write instead
   * @param {number} [offset] the byte where it went wrong, in the pattern as UTF-8 (in the host, if that is at fault)
   */
  constructor(code, message, offset) {
    super(message);
    this.name = "WyeError";
    /** @type {string} */
    this.code = code;
    /** @type {number | undefined} */
    this.offset = offset;
  }
}
