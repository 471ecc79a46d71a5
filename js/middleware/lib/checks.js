// Checks for the options of middleware. A wrong option throws when the middleware is made, not when a request comes.

import { badArgument, isToken, typeName } from "../../base/arguments.js";

/**
 * An integer: a number of things, bytes or seconds.
 * @param {string} what the middleware's name and the option's
 * @param {unknown} value
 * @param {number} [least]
 */
export function count(what, value, least = 0) {
  if (Number.isSafeInteger(value) && Number(value) >= least) return Number(value);
  throw badArgument(`${what} is an integer from ${least}, not ${String(value)}`);
}

/**
 * A time in milliseconds, above 0. setTimeout takes less than 2^31: 24 days.
 * @param {string} what
 * @param {unknown} value
 */
export function milliseconds(what, value) {
  if (typeof value === "number" && value > 0 && value < 2 ** 31) return value;
  throw badArgument(`${what} is a number of milliseconds, above 0 and below 2147483648, not ${String(value)}`);
}

/**
 * @param {string} what
 * @param {unknown} value
 * @returns {Function}
 */
export function callable(what, value) {
  if (typeof value === "function") return value;
  throw badArgument(`${what} is a function, not ${typeName(value)}`);
}

/**
 * @param {string} what
 * @param {unknown} value
 * @param {boolean} usual the default
 */
export function flag(what, value, usual) {
  if (value === undefined) return usual;
  if (typeof value === "boolean") return value;
  throw badArgument(`${what} is true or false, not ${String(value)}`);
}

/**
 * The name of a header field, in lower case.
 * @param {string} what
 * @param {unknown} name
 */
export function fieldName(what, name) {
  if (typeof name === "string" && isToken(name)) return name.toLowerCase();
  throw badArgument(`${what} is the name of a header field, not ${JSON.stringify(name)}`);
}
