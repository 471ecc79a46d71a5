import { checkOptions } from "../base/arguments.js";
import { marked } from "../base/error.js";

/** As in WyeError: a property of the HttpErrors of every copy of this package. */
const MARK = Symbol.for("wye.HttpError");

/** An error that becomes a response: steps throw it, mostly when the request is at fault. */
export class HttpError extends Error {
  /**
   * @param {number} status from 400 to 599
   * @param {string} [message] the body, for the client
   * @param {{ headers?: Record<string, string>, cause?: unknown }} [options] `headers` of the response; the `cause`
   *   stays on the server
   */
  constructor(status, message = `HTTP status ${status}`, options = {}) {
    checkOptions("HttpError", options, ["headers", "cause"]);
    const { headers = {}, cause } = options;
    super(message, { cause });
    if (!Number.isInteger(status) || status < 400 || status > 599)
      throw new RangeError(`the status of an HttpError must be an integer from 400 to 599, not ${String(status)}`);
    marked(this, MARK);
    this.name = "HttpError";
    /** @type {number} */
    this.status = status;
    /** @type {Record<string, string>} */
    this.headers = headers;
  }

  /** @param {any} value */
  static [Symbol.hasInstance](value) {
    return this === HttpError ? value?.[MARK] === true : super[Symbol.hasInstance](value);
  }
}
