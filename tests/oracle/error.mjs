/** What the oracle throws. */
export class OracleError extends Error {
  /**
   * @param {string} code the status name
   * @param {number} offset the byte in the pattern (BAD_HOST: in the host)
   * @param {string} message
   */
  constructor(code, offset, message = code) {
    super(message);
    this.code = code;
    this.offset = offset;
  }
}

/** @returns {never} */
export function bad(offset, message) {
  throw new OracleError("BAD_PATTERN", offset, message);
}
