// The field Cache-Control of responses (RFC 9111 5.2): reading it from any response, and checking the user's own.

import { badArgument } from "../../base/arguments.js";

/** A directive. A quoted text is a value, whatever it looks like. */
const DIRECTIVE = /([\w!#$%&'*+.^`|~-]+)(?:=(?:"((?:[^"\\]|\\.)*)"|([^\s",]*)))?/g;

/**
 * The values of the directives by name, in lower case. A directive that appears twice with different values gets a
 * value that is not a number.
 * @param {Headers} headers
 */
export function readCacheControl(headers) {
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const [, name, quoted, plain] of (headers.get("cache-control") ?? "").matchAll(DIRECTIVE)) {
    const value = quoted ?? plain ?? "";
    const known = found.get(name.toLowerCase()) ?? value;
    found.set(name.toLowerCase(), known === value ? value : "contradictory");
  }
  return found;
}

/** The directives (RFC 9111 5.2.2, RFC 5861, RFC 8246), by the kind of their values. */
const SECONDS = ["max-age", "s-maxage", "stale-while-revalidate", "stale-if-error"];
const NAMES = ["no-cache", "private"];
const NOTHING = ["immutable", "must-revalidate", "must-understand", "no-store", "no-transform"].concat(
  ["proxy-revalidate", "public"],
);
const DIRECTIVES = [...SECONDS, ...NAMES, ...NOTHING];

/** One directive, from its beginning to its end. */
const WHOLE = /^([^\s"=,]+)(?:=(?:"([^"\\]*)"|([^\s",]+)))?$/;

/**
 * Checks a text for Cache-Control. What caches would silently ignore is an error.
 * @param {string} what the middleware's name and the option's
 * @param {unknown} text
 */
export function checkCacheControl(what, text) {
  if (typeof text !== "string")
    throw badArgument(`${what} must be a string such as "public, max-age=60", not ${String(text)}`);
  const wrong = (/** @type {string} */ why) => badArgument(`${what} ${JSON.stringify(text)}: ${why}`);
  const seen = new Set();
  for (const part of text.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)) {
    const [, name, quoted, plain] = WHOLE.exec(part.trim()) ?? [];
    if (name === undefined) throw wrong(`${JSON.stringify(part.trim())} is not a directive; commas separate them`);
    const key = name.toLowerCase();
    if (!DIRECTIVES.includes(key)) throw wrong(`a directive must be one of ${DIRECTIVES.join(", ")}, not ${name}`);
    if (SECONDS.includes(key) && !/^\d{1,10}$/.test(plain))
      throw wrong(`${name} must be a number of seconds: ${name}=60`);
    if (NOTHING.includes(key) && (quoted ?? plain) !== undefined) throw wrong(`${name} takes no value`);
    if (NAMES.includes(key) && plain !== undefined) throw wrong(`${name} takes a list of names in quotes, or no value`);
    if (seen.has(key)) throw wrong(`${name} appears twice`);
    seen.add(key);
  }
  return text;
}
