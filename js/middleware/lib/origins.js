// The origins in an option: those that may read responses (cors), or send requests that change something (csrf).

import { badArgument } from "../../base/arguments.js";
import { when } from "./maybe-promise.js";

/**
 * @typedef {import("#app").Context} Context
 * @typedef {string | RegExp} OriginPattern
 */

/**
 * @template [C=any]
 * @callback DecideOrigin
 * @param {string} origin
 * @param {C} c
 * @returns {unknown} true, or the origin itself: it is allowed; false, undefined, null or another origin: it is not; or
 *   a promise of one of these
 */

/**
 * @template [C=any]
 * @typedef {OriginPattern | readonly OriginPattern[] | DecideOrigin<C>} Origins
 */

/**
 * The origins as a list; undefined if a function decides.
 * @param {string} call
 * @param {Origins} origins
 * @returns {OriginPattern[] | undefined}
 */
export function originList(call, origins) {
  if (typeof origins === "function") return undefined;
  const list = Array.isArray(origins) ? [...origins] : [origins];
  for (const one of list) if (one !== "*" && !(one instanceof RegExp)) checkOrigin(call, one);
  return list;
}

/**
 * A function that decides whether a request's origin is one of the option's.
 * @param {string} call
 * @param {Origins} origins
 * @returns {(origin: string, c: Context) => boolean | Promise<boolean>}
 */
export function originTest(call, origins) {
  const list = originList(call, origins);
  if (list === undefined) {
    const decide = /** @type {DecideOrigin} */ (origins);
    return (origin, c) => when(decide(origin, c), (decision) => isAllowed(call, decision, origin));
  }
  const known = new Set(list);
  const expressions = list.filter((one) => one instanceof RegExp).map((one) => new RegExp(one));
  const matches = (/** @type {RegExp} */ expression, /** @type {string} */ origin) => {
    expression.lastIndex = 0; // with the flag `g` or `y` it would continue where its last test ended
    return expression.test(origin);
  };
  return (origin) => known.has(origin) || expressions.some((expression) => matches(expression, origin));
}

/**
 * @param {string} call
 * @param {unknown} decision
 * @param {string} origin
 */
function isAllowed(call, decision, origin) {
  if (decision === true || decision === origin) return true;
  if (decision === false || decision === undefined || decision === null || typeof decision === "string") return false;
  throw badArgument(`${call}: the function origin must return true or false, not ${JSON.stringify(decision)}`);
}

/**
 * Refuses an origin that no browser would send: origins are compared as strings.
 * @param {string} call
 * @param {unknown} origin
 */
function checkOrigin(call, origin) {
  if (origin === "null") return;
  const plain = typeof origin === "string" && /^[a-z][a-z0-9+.-]*:\/\/[^/?#@*\sA-Z]+$/.test(origin);
  if (plain && (!/^https?:/.test(origin) || (URL.canParse(origin) && new URL(origin).origin === origin))) return;
  throw badArgument(
    `${call}: ${JSON.stringify(origin)} is not an origin: write the scheme, the host and, if it is not the default, ` +
      'the port, in lower case and without a final slash, such as "https://example.com" or "http://localhost:8080"',
  );
}
