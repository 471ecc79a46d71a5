// Options that are numbers, checked when the middleware is made.

import { badOption } from "./checks.js";

/**
 * @param {string} what the middleware's name and the option's
 * @param {unknown} value
 * @param {number} least
 */
export function whole(what, value, least) {
  if (Number.isSafeInteger(value) && Number(value) >= least) return Number(value);
  throw badOption(`${what} is an integer from ${least}, not ${String(value)}`);
}

/**
 * A time in milliseconds, above 0. What setTimeout takes is below 2^31: 24 days.
 * @param {string} what
 * @param {unknown} value
 */
export function milliseconds(what, value) {
  if (typeof value === "number" && value > 0 && value < 2 ** 31) return value;
  throw badOption(`${what} is a number of milliseconds, above 0 and below 2147483648, not ${String(value)}`);
}
