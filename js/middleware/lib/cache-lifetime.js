// How long a response may be stored, and for whom (RFC 9111).

import { badArgument } from "../../base/arguments.js";

/** A directive of Cache-Control. A quoted text is a value, whatever it looks like. */
const DIRECTIVE = /([\w!#$%&'*+.^`|~-]+)(?:=(?:"((?:[^"\\]|\\.)*)"|([^\s",]*)))?/g;

/**
 * The directives by their names in lower case. One that appears twice with different values gets a value that is not a
 * number.
 * @param {string | null} text
 */
function directives(text) {
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const [, name, quoted, plain] of (text ?? "").matchAll(DIRECTIVE)) {
    const value = quoted ?? plain ?? "";
    const known = found.get(name.toLowerCase()) ?? value;
    found.set(name.toLowerCase(), known === value ? value : "contradictory");
  }
  return found;
}

/**
 * A number of seconds; 0 if it is malformed, because then the response is not fresh (RFC 9111 4.2.1).
 * @param {string | null} text
 */
export function seconds(text) {
  return text !== null && /^\d{1,10}$/.test(text) ? Number(text) : 0;
}

/** A date as servers send it (RFC 9110 5.6.7). Date.parse reads `0`, which some send for "long ago", as 2000. */
const DATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/**
 * Milliseconds; NaN if it is not a date.
 * @param {string | null} text
 */
function time(text) {
  return text !== null && DATE.test(text) ? Date.parse(text) : NaN;
}

/**
 * @typedef {object} Usual seconds for responses that do not state their own
 * @property {number} maxAge
 * @property {number} staleWhileRevalidate
 * @property {number} staleIfError
 *
 * @typedef {object} Terms milliseconds from now; 0 or less: not at all
 * @property {number} fresh for which a response may be served
 * @property {number} stale for which it may be served while it is revalidated (RFC 5861 3)
 * @property {number} failing for which it may be served in place of an error (RFC 5861 4)
 */

/** @type {Terms} */
const NEVER = { fresh: 0, stale: 0, failing: 0 };

/**
 * @param {Headers} headers
 * @param {Usual} usual
 * @param {number} now by the wall clock
 * @returns {Terms}
 */
export function terms(headers, usual, now) {
  const control = directives(headers.get("cache-control"));
  if (control.has("no-store") || control.has("no-cache") || control.has("private")) return NEVER;
  const fresh = lifetime(control, headers, usual.maxAge, now);
  if (control.has("must-revalidate") || control.has("proxy-revalidate")) return { ...NEVER, fresh };
  const after = (/** @type {string} */ name, /** @type {number} */ otherwise) =>
    fresh + 1000 * (control.has(name) ? seconds(control.get(name) ?? null) : otherwise);
  return {
    fresh,
    stale: after("stale-while-revalidate", usual.staleWhileRevalidate),
    failing: after("stale-if-error", usual.staleIfError),
  };
}

/**
 * @param {Map<string, string>} control
 * @param {Headers} headers
 * @param {number} usual seconds
 * @param {number} now
 */
function lifetime(control, headers, usual, now) {
  const age = 1000 * seconds(headers.get("age"));
  const stated = control.get("s-maxage") ?? control.get("max-age");
  if (stated !== undefined) return 1000 * seconds(stated) - age;
  const expires = headers.get("expires");
  if (expires === null) return 1000 * usual - age;
  const dated = time(headers.get("date"));
  return (time(expires) || 0) - (Number.isNaN(dated) ? now : dated) - age;
}

/**
 * The request's fields that a response depends on, in lower case and sorted; undefined: on more than fields.
 * @param {Headers} headers
 */
export function varying(headers) {
  const names = (headers.get("vary") ?? "").toLowerCase().split(",").map((name) => name.trim());
  return names.includes("*") ? undefined : [...new Set(names)].filter(Boolean).sort();
}

// ---------------------------------------------------------------- the option cacheControl

/** Directives of responses (RFC 9111 5.2.2, RFC 5861, RFC 8246), and what each takes. */
const SECONDS = ["max-age", "s-maxage", "stale-while-revalidate", "stale-if-error"];
const NAMES = ["no-cache", "private"];
const NOTHING = ["immutable", "must-revalidate", "must-understand", "no-store", "no-transform"].concat(
  ["proxy-revalidate", "public"],
);

/** One directive, from its beginning to its end. */
const WHOLE = /^([\w!#$%&'*+.^`|~-]+)(?:=(?:"([^"\\]*)"|([^\s",]+)))?$/;

/**
 * Checks a text for Cache-Control. What caches would silently ignore is an error.
 * @param {string} what the middleware's name and the option's
 * @param {unknown} text
 */
export function cacheControlOf(what, text) {
  if (typeof text !== "string")
    throw badArgument(`${what} is a text such as "public, max-age=60", not ${String(text)}`);
  const wrong = (/** @type {string} */ why) => badArgument(`${what} ${JSON.stringify(text)}: ${why}`);
  const seen = new Set();
  for (const part of text.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)) {
    const [, name, quoted, plain] = WHOLE.exec(part.trim()) ?? [];
    if (name === undefined) throw wrong(`${JSON.stringify(part.trim())} is not a directive; commas separate them`);
    const key = name.toLowerCase();
    if (![...SECONDS, ...NAMES, ...NOTHING].includes(key))
      throw wrong(`there is no directive ${name}; there are ${[...SECONDS, ...NAMES, ...NOTHING].join(", ")}`);
    if (SECONDS.includes(key) && !/^\d{1,10}$/.test(plain))
      throw wrong(`${name} takes a number of seconds: ${name}=60`);
    if (NOTHING.includes(key) && (quoted ?? plain) !== undefined) throw wrong(`${name} takes no value`);
    if (NAMES.includes(key) && plain !== undefined) throw wrong(`${name} takes a list of names in quotes, or no value`);
    if (seen.has(key)) throw wrong(`${name} is there twice`);
    seen.add(key);
  }
  return text;
}
