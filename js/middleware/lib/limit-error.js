// The errors of this package's own limits. They say nothing about the backend, so steps around a limit must recognize
// them: by a value in `c`, even if a step has turned the error into a response, and by a mark on the error, even if it
// comes from another request, as with `coalesce`. All copies of this package share the symbol.

import { HttpError } from "../../index.js";
import { marked } from "../../base/error.js";

/** The key in `c`, and the mark on the error: a limit keeps the request from its handler. */
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
