// Headers of responses: how they are checked when a step sets them, and what setting, appending and removing does.

import { isToken, typeName } from "../base/arguments.js";

/** How a header is changed. */
export const SET = 0;
export const APPEND = 1;
export const REMOVE = 2;

/** What a value must not contain (Fetch, "header value"). */
const NOT_IN_VALUE = /[\0\r\n]|[^\0-\xff]/;

/**
 * Names that were already checked, each in lower case and with the last value that passed: most steps set the same
 * headers for every request.
 * @type {Map<unknown, { key: string, value: unknown }>}
 */
const checked = new Map();
const MAX_CHECKED = 256;

/**
 * Checks a header while the stack shows who sets it. Applied later, a wrong one would spoil the error response, too.
 * @param {string} call what was called, for the error's text
 * @param {unknown} name
 * @param {unknown} value undefined: the header is removed
 * @returns {string} the name in lower case
 */
export function checkHeader(call, name, value) {
  let known = checked.get(name);
  if (known === undefined) {
    if (typeof name !== "string" || !isToken(name))
      throw new TypeError(`${call}: the name of a header must be a token, not ${JSON.stringify(name)}`);
    known = { key: name.toLowerCase(), value: undefined };
    if (checked.size < MAX_CHECKED) checked.set(name, known);
  }
  if (value === undefined || value === known.value) return known.key;
  if (typeof value !== "string")
    throw new TypeError(`${call}: the value of ${name} must be a string, not ${typeName(value)}`);
  if (NOT_IN_VALUE.test(value))
    throw new TypeError(`${call}: the value of ${name} must not have a line break, a NUL or a character above U+00FF`);
  known.value = value;
  return known.key;
}

/**
 * Changes headers as a call of `c.header` says. A cookie replaces an earlier one with the same id, because a browser
 * keeps the last.
 * @param {Headers} headers
 * @param {string} name
 * @param {string} value
 * @param {number} how
 */
export function changeHeader(headers, name, value, how) {
  if (how === SET) return headers.set(name, value);
  if (how === REMOVE) return headers.delete(name);
  if (name === "set-cookie") {
    const cookies = headers.getSetCookie();
    const others = cookies.filter((other) => cookieId(other) !== cookieId(value));
    if (others.length < cookies.length) {
      headers.delete(name);
      for (const other of others) headers.append(name, other);
    }
  }
  headers.append(name, value);
}

/**
 * What identifies a cookie to a browser (RFC 6265 5.3): the name, the domain and the path.
 * @param {string} cookie the value of a Set-Cookie
 */
export function cookieId(cookie) {
  const [pair, ...attributes] = cookie.split(";");
  const valueOf = (/** @type {RegExp} */ name) => attributes.findLast((text) => name.test(text))?.replace(name, "");
  return [pair.split("=", 1)[0].trim(), valueOf(/^\s*domain=/i), valueOf(/^\s*path=/i)].join(";");
}

/**
 * Whether headers already have a value that is to be appended: the response may be a copy of one that has it. A cookie
 * that is already there was set by an inner step, and therefore later.
 * @param {Headers} headers
 * @param {string} name
 * @param {string} value
 */
export function hasValue(headers, name, value) {
  if (name === "set-cookie") return headers.getSetCookie().some((cookie) => cookieId(cookie) === cookieId(value));
  const values = headers.get(name);
  return values !== null && `, ${values}, `.includes(`, ${value}, `);
}
