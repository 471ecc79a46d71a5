// The errors of this package's own limits. A limit says nothing about the backend, so steps around it must recognize
// it: through `c`, which knows even if a step has turned the error into a response, and by the error, even if another
// request caused it, as with `coalesce`. All copies of this package share the symbol.

import { HttpError } from "../../index.js";
import { marked } from "../../base/error.js";

/** True in `c` and on the error: a limit keeps the request from its handler. */
const LIMITED = Symbol.for("wye.limited");

/**
 * The error of a request that a limit keeps from its handler.
 * @param {any} c
 * @param {number} status
 * @param {string} message
 * @param {Record<string, string>} [headers]
 */
export function limitError(c, status, message, headers) {
  setLimited(c, true);
  const error = new HttpError(status, message, { headers });
  marked(error, LIMITED);
  return error;
}

/**
 * @param {any} c
 * @param {boolean} isLimited
 */
export function setLimited(c, isLimited) {
  c.set(LIMITED, isLimited);
}

/**
 * @param {any} c
 * @param {any} [error]
 */
export function isLimited(c, error) {
  return c.get(LIMITED) === true || error?.[LIMITED] === true;
}
