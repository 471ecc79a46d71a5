// How long a response may be stored (RFC 9111 4.2, RFC 5861).

import { readCacheControl } from "./cache-control.js";

/**
 * A number of seconds; 0 if it is malformed, because then the response is not fresh (RFC 9111 4.2.1).
 * @param {string | null | undefined} text
 */
function secondsOf(text) {
  return typeof text === "string" && /^\d{1,10}$/.test(text) ? Number(text) : 0;
}

/**
 * Milliseconds since the response was made, as the server states it.
 * @param {Headers} headers
 */
export function ageOf(headers) {
  return 1000 * secondsOf(headers.get("age"));
}

/** A date as servers send it (RFC 9110 5.6.7). Date.parse reads `0`, which some send for "long ago", as 2000. */
const DATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/**
 * A date in milliseconds; NaN if the text is not a date.
 * @param {string | null} text
 */
function timeOf(text) {
  return text !== null && DATE.test(text) ? Date.parse(text) : NaN;
}

/**
 * @typedef {object} Defaults seconds for responses that do not state their own
 * @property {number} maxAge
 * @property {number} staleWhileRevalidate
 * @property {number} staleIfError
 *
 * @typedef {object} Lifetime in milliseconds from now; 0 or less: not at all
 * @property {number} fresh for which a response may be served
 * @property {number} stale for which it may be served while it is revalidated (RFC 5861 3)
 * @property {number} failing for which it may be served in place of an error (RFC 5861 4)
 */

/** @type {Lifetime} */
const NONE = { fresh: 0, stale: 0, failing: 0 };

/**
 * @param {Headers} headers
 * @param {Defaults} defaults
 * @param {number} now by the wall clock
 * @returns {Lifetime}
 */
export function lifetimeOf(headers, defaults, now) {
  const control = readCacheControl(headers);
  if (control.has("no-store") || control.has("no-cache") || control.has("private")) return NONE;
  const fresh = freshFor(control, headers, defaults.maxAge, now) - ageOf(headers);
  if (control.has("must-revalidate") || control.has("proxy-revalidate")) return { ...NONE, fresh };
  const after = (/** @type {string} */ name, /** @type {number} */ otherwise) =>
    fresh + 1000 * (control.has(name) ? secondsOf(control.get(name)) : otherwise);
  return {
    fresh,
    stale: after("stale-while-revalidate", defaults.staleWhileRevalidate),
    failing: after("stale-if-error", defaults.staleIfError),
  };
}

/**
 * The milliseconds for which a response is fresh, from when it was made.
 * @param {Map<string, string>} control
 * @param {Headers} headers
 * @param {number} maxAge the default, in seconds
 * @param {number} now
 */
function freshFor(control, headers, maxAge, now) {
  const stated = control.get("s-maxage") ?? control.get("max-age");
  if (stated !== undefined) return 1000 * secondsOf(stated);
  const expires = headers.get("expires");
  if (expires === null) return 1000 * maxAge;
  const date = timeOf(headers.get("date"));
  return (timeOf(expires) || 0) - (Number.isNaN(date) ? now : date);
}

/**
 * The end of a lifetime: after it the response cannot be served at all.
 * @param {Lifetime} lifetime
 */
export function endOf({ fresh, stale, failing }) {
  return Math.max(fresh, stale, failing);
}
