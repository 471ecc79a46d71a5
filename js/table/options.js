// The options of a table, and handler ids.

import { badArgument, checkOptions } from "../base/arguments.js";
import { WyeError } from "../base/error.js";
import { DEFAULT_MAX_PATH, MAX_ID, MAX_PATH, NEXT_ID } from "../wasm/constants.js";

export { DEFAULT_MAX_PATH };

/**
 * @typedef {object} TableOptions
 * @property {"strict" | "redirect" | "ignore"} [trailingSlash] what happens to a path that a route serves only with a
 *   trailing slash added or removed: "strict" (default) is a miss, "redirect" redirects, "ignore" serves it
 * @property {"off" | "redirect"} [cleanPath] whether to redirect a path that nothing matches to its cleaned form
 * @property {boolean} [caseSensitive] whether literals are case-sensitive; default true
 * @property {boolean} [methodNotAllowed] whether a path that has routes for other methods is METHOD_NOT_ALLOWED, not
 *   NOT_FOUND; default true
 * @property {number} [maxPath] the bytes of UTF-8 that a path may have, from 1 to 65,535; default 8,192. A longer path
 *   is PATH_TOO_LONG
 */

/** @param {unknown} id */
export function requireHandlerId(id) {
  if (id === undefined) return NEXT_ID;
  if (Number.isInteger(id) && Number(id) >= 0 && Number(id) <= MAX_ID) return Number(id);
  throw new WyeError("BAD_ID", `bad handler id: id must be an integer from 0 to ${MAX_ID}, not ${String(id)}`);
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

/** @param {unknown} bytes */
function requireMaxPath(bytes = DEFAULT_MAX_PATH) {
  if (Number.isInteger(bytes) && Number(bytes) >= 1 && Number(bytes) <= MAX_PATH) return Number(bytes);
  throw badArgument(`option maxPath must be an integer from 1 to ${MAX_PATH} (bytes), not ${String(bytes)}`);
}

/** The options of a table. */
export const TABLE_OPTIONS = ["trailingSlash", "cleanPath", "caseSensitive", "methodNotAllowed", "maxPath"];

/** @param {TableOptions} options */
export function packOptions(options) {
  checkOptions("RouteTable", options, TABLE_OPTIONS);
  return (
    choice("trailingSlash", options.trailingSlash, ["strict", "redirect", "ignore"]) |
    (choice("cleanPath", options.cleanPath, ["off", "redirect"]) << 2) |
    (choice("caseSensitive", options.caseSensitive, [true, false]) << 3) |
    (choice("methodNotAllowed", options.methodNotAllowed, [true, false]) << 4) |
    (requireMaxPath(options.maxPath) << 16)
  );
}
