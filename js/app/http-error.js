import { checkOptions } from "../arguments.js";

/** An error that knows its response: what a handler throws when a request is at fault. */
export class HttpError extends Error {
  /**
   * @param {number} status from 400 to 599
   * @param {string} [message] for the client
   * @param {{ headers?: Record<string, string>, cause?: unknown }} [options] `headers` of the response; the `cause` is
   *   not sent
   */
  constructor(status, message = `HTTP status ${status}`, options = {}) {
    checkOptions("HttpError", options, ["headers", "cause"]);
    const { headers = {}, cause } = options;
    super(message, { cause });
    if (!Number.isInteger(status) || status < 400 || status > 599)
      throw new RangeError(`the status of an HttpError is from 400 to 599, not ${String(status)}`);
    this.name = "HttpError";
    /** @type {number} */
    this.status = status;
    /** @type {Record<string, string>} */
    this.headers = headers;
  }
}
