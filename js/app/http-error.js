import { checkOptions } from "../base/arguments.js";
import { marked } from "../base/error.js";

/** As in WyeError: an app also takes the HttpErrors of other copies of this package for its own. */
const MARK = Symbol.for("wye.HttpError");

/** An error with a response: a handler throws it when the request is at fault. */
export class HttpError extends Error {
  /**
   * @param {number} status from 400 to 599
   * @param {string} [message] for the client
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
