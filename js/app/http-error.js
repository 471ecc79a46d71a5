/** An error that knows its answer: what a handler throws when a request is at fault. */
export class HttpError extends Error {
  /**
   * @param {number} status from 400 to 599
   * @param {string} [message] for the client
   * @param {{ headers?: Record<string, string>, cause?: unknown }} [options] `headers` of the answer
   */
  constructor(status, message = `HTTP status ${status}`, { headers = {}, cause } = {}) {
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
