// What the options of middleware are checked with. A wrong option is an error when the middleware is made, not when a
// request comes.

import { WyeError } from "../error.js";

/**
 * @param {string} detail what is wrong, and what to write instead
 */
export function badOption(detail) {
  return new WyeError("BAD_ARGUMENT", `bad argument: ${detail}`);
}

/**
 * A number of things, of bytes, or of seconds.
 * @param {string} what
 * @param {unknown} value
 */
export function count(what, value) {
  if (Number.isSafeInteger(value) && Number(value) >= 0) return Number(value);
  throw badOption(`${what} is an integer from 0, not ${String(value)}`);
}

/** A token, and a list of them, as names of methods and header fields are (RFC 9110 5.6.2). */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

/** @param {string} text */
export function isToken(text) {
  return TOKEN.test(text);
}

/**
 * The name of a header field, in lower case.
 * @param {string} what
 * @param {unknown} name
 */
export function fieldName(what, name) {
  if (typeof name === "string" && isToken(name)) return name.toLowerCase();
  throw badOption(`${what} is the name of a header field, not ${JSON.stringify(name)}`);
}
