import { fieldName } from "./checks.js";

/** @typedef {import("#app").Context} Context */

/** A token (RFC 9110 5.6.2) of bounded length: it goes into logs and into headers of other requests. */
const WELL_FORMED = /^[\w!#$%&'*+.^`|~-]{1,128}$/;

/**
 * An id for each request: `c.get("requestId")`, also in a header of the response, of misses and errors too. Allocates
 * the id.
 * @param {object} [options]
 * @param {string} [options.header] of the response, and of the request if it is trusted; default `x-request-id`
 * @param {(c: Context) => string} [options.generator] default: `c.requestId`, unique among all processes
 * @param {boolean} [options.trust] takes over the id that the request brings, if it is a token of at most 128
 *   characters. Default false: a client could choose the id of another one's request. Set it behind a proxy that writes
 *   the header itself.
 */
export function requestId({ header = "x-request-id", generator = (c) => c.requestId, trust = false } = {}) {
  const name = fieldName("requestId: header", header);
  return (/** @type {Context} */ c) => {
    const id = (trust && wellFormed(c.header(name))) || generator(c);
    c.set("requestId", id);
    c.header(name, id);
    return c.next();
  };
}

/** @param {string | undefined} id */
function wellFormed(id) {
  return id !== undefined && WELL_FORMED.test(id) ? id : undefined;
}
