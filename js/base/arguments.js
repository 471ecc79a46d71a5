// Checks what callers pass in.

import { WyeError } from "./error.js";

/** Methods that `fetch` writes in upper case (WHATWG Fetch, "normalize a method"). */
const NORMALIZED = new Set(["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"]);

/**
 * The error of a wrong argument.
 * @param {string} detail what is wrong, and what to write instead
 */
export function badArgument(detail) {
  return new WyeError("BAD_ARGUMENT", `bad argument: ${detail}`);
}

/**
 * The type of a wrong argument, for the error's text.
 * @param {unknown} value
 */
export function typeName(value) {
  return value === null ? "null" : typeof value;
}

/** A token: the form of a method, and of the name of a header field or a cookie (RFC 9110 5.6.2). */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

/** @param {string} text */
export function isToken(text) {
  return TOKEN.test(text);
}

// Each `require...` returns its argument, or throws: `what` is the beginning of the error's text, such as "the name".

/**
 * @param {string} what
 * @param {unknown} value
 * @returns {string}
 */
export function requireString(what, value) {
  if (typeof value === "string") return value;
  throw badArgument(`${what} must be a string, not ${typeName(value)}`);
}

/**
 * @param {string} what
 * @param {unknown} value
 * @returns {object}
 */
export function requireObject(what, value) {
  if (typeof value === "object" && value !== null) return value;
  throw badArgument(`${what} must be an object, not ${typeName(value)}`);
}

/**
 * An integer: a number of things, bytes or seconds.
 * @param {string} what
 * @param {unknown} value
 * @param {number} [least]
 * @param {number} [most]
 */
export function requireInteger(what, value, least = 0, most = Number.MAX_SAFE_INTEGER) {
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value);
  const range = most === Number.MAX_SAFE_INTEGER ? `, ${least} or more` : ` from ${least} to ${most}`;
  throw badArgument(`${what} must be an integer${range}, not ${String(value)}`);
}

/**
 * A time in milliseconds, above 0 and below 2^31 (24 days), which is the limit of setTimeout.
 * @param {string} what
 * @param {unknown} value
 */
export function requireMilliseconds(what, value) {
  if (typeof value === "number" && value > 0 && value < 2 ** 31) return value;
  throw badArgument(`${what} must be a number of milliseconds, above 0 and below 2147483648, not ${String(value)}`);
}

/**
 * @param {string} what
 * @param {unknown} value
 * @returns {Function}
 */
export function requireFunction(what, value) {
  if (typeof value === "function") return value;
  throw badArgument(`${what} must be a function, not ${typeName(value)}`);
}

/**
 * @param {string} what
 * @param {unknown} value
 * @param {boolean} usual the default
 */
export function requireBoolean(what, value, usual) {
  if (value === undefined) return usual;
  if (typeof value === "boolean") return value;
  throw badArgument(`${what} must be true or false, not ${String(value)}`);
}

/**
 * The name of a header field, in lower case.
 * @param {string} what
 * @param {unknown} name
 */
export function requireFieldName(what, name) {
  if (typeof name === "string" && isToken(name)) return name.toLowerCase();
  throw badArgument(`${what} must be the name of a header field, not ${JSON.stringify(name)}`);
}

/**
 * A method as `fetch` would send it; also checks that it is a string.
 * @param {unknown} method
 */
export function normalizeMethod(method) {
  const given = requireString("the method", method);
  if (NORMALIZED.has(given)) return given;
  const upper = given.replace(/[a-z]+/g, (letters) => letters.toUpperCase()); // not "ſ", which would become "S"
  return NORMALIZED.has(upper) ? upper : given;
}

/**
 * Refuses unknown options: they are misspelled, or belong to another library.
 * @param {string} call the function that takes them, for the error's text
 * @param {unknown} options
 * @param {readonly string[]} known
 */
export function checkOptions(call, options, known) {
  for (const name of Object.keys(requireObject(`the options of ${call}`, options)))
    if (!known.includes(name))
      throw badArgument(`${call} has no option ${name}; its options are ${known.join(", ")}${hint(name, known)}`);
}

/**
 * The known name that an unknown one may mean: one contains the other, as `allowMethods` contains `methods`.
 * @param {string} name
 * @param {readonly string[]} known
 */
function hint(name, known) {
  const given = name.toLowerCase();
  const near = known.find((one) => given.includes(one.toLowerCase()) || one.toLowerCase().includes(given));
  return near === undefined ? "" : `. Did you mean ${near}?`;
}
