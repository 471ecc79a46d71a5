// The options of a table, and handler ids.

import { badArgument, checkOptions } from "../base/arguments.js";
import { WyeError } from "../base/error.js";
import { MAX_ID, NEXT_ID } from "../wasm/constants.js";

/**
 * @typedef {object} TableOptions
 * @property {"strict" | "redirect" | "ignore"} [trailingSlash] for a path that no route serves as it is:
 *   nothing, or try it with one slash more or less at its end, and redirect there or serve it
 * @property {"off" | "redirect"} [cleanPath] whether to redirect a path that nothing matches to its cleaned form
 * @property {boolean} [caseSensitive] default true
 * @property {boolean} [methodNotAllowed] default true: METHOD_NOT_ALLOWED is an outcome of its own, not NOT_FOUND
 */

/** @param {unknown} id */
export function requireHandlerId(id) {
  if (id === undefined) return NEXT_ID;
  if (Number.isInteger(id) && Number(id) >= 0 && Number(id) <= MAX_ID) return Number(id);
  throw new WyeError("BAD_ID", `bad handler id: it must be an integer from 0 to ${MAX_ID}, not ${String(id)}`);
}

/**
 * The position of `value` among the choices of an option.
 * @template T
 * @param {string} name
 * @param {T | undefined} value
 * @param {T[]} choices the default first
 */
function choice(name, value, choices) {
  const index = value === undefined ? 0 : choices.indexOf(value);
  if (index >= 0) return index;
  throw badArgument(`option ${name} must be one of ${choices.join(", ")}, not ${String(value)}`);
}

/** The options of a table. */
export const TABLE_OPTIONS = ["trailingSlash", "cleanPath", "caseSensitive", "methodNotAllowed"];

/** @param {TableOptions} options */
export function packOptions(options) {
  checkOptions("RouteTable", options, TABLE_OPTIONS);
  return (
    choice("trailingSlash", options.trailingSlash, ["strict", "redirect", "ignore"]) |
    (choice("cleanPath", options.cleanPath, ["off", "redirect"]) << 2) |
    (choice("caseSensitive", options.caseSensitive, [true, false]) << 3) |
    (choice("methodNotAllowed", options.methodNotAllowed, [true, false]) << 4)
  );
}
