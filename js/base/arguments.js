// Checks what callers pass in.

import { MAX_ID, NEXT_ID } from "../wasm/constants.js";
import { WyeError } from "./error.js";

/**
 * @typedef {object} TableOptions
 * @property {"strict" | "redirect" | "ignore"} [trailingSlash] of a path that no route serves unchanged: whether to try
 *   it with one last slash more or less, and redirect there or serve it
 * @property {"off" | "redirect"} [cleanPath] whether to redirect a path that nothing matches to its cleaned form
 * @property {boolean} [caseSensitive] default true
 * @property {boolean} [methodNotAllowed] default true: tell 405 from 404
 */

/** Methods that `fetch` brings into upper case (WHATWG Fetch, "normalize a method"). */
const NORMALIZED = new Set(["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"]);

/** @param {string} detail what is wrong, and what to write instead */
export function badArgument(detail) {
  return new WyeError("BAD_ARGUMENT", `bad argument: ${detail}`);
}

/** The key of the steps that a combined step is made of: an app runs them in its place. All copies of wye share it. */
export const STEPS = Symbol.for("wye.steps");

/**
 * Steps without lists, and without those that stand for several.
 * @param {any[]} steps
 * @returns {any[]}
 */
export function flattened(steps) {
  return steps.flatMap((step) => (Array.isArray(step) ? flattened(step) : (step?.[STEPS] ?? step)));
}

/**
 * The type of a wrong argument, for the error's text.
 * @param {unknown} value
 */
export function typeName(value) {
  return value === null ? "null" : typeof value;
}

/** A token, as names of methods, header fields and cookies are (RFC 9110 5.6.2). */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

/** @param {string} text */
export function isToken(text) {
  return TOKEN.test(text);
}

/**
 * @param {string} what
 * @param {unknown} value
 * @returns {string}
 */
export function text(what, value) {
  if (typeof value === "string") return value;
  throw badArgument(`${what} must be a string, not ${typeName(value)}`);
}

/**
 * @param {string} what
 * @param {unknown} value
 * @returns {object}
 */
export function object(what, value) {
  if (typeof value === "object" && value !== null) return value;
  throw badArgument(`${what} must be an object, not ${typeName(value)}`);
}

/** @param {unknown} method */
export function verb(method) {
  const given = text("a method", method);
  if (NORMALIZED.has(given)) return given;
  const upper = given.replace(/[a-z]+/g, (letters) => letters.toUpperCase()); // not "ſ", which would become "S"
  return NORMALIZED.has(upper) ? upper : given;
}

/** @param {unknown} id */
export function handlerId(id) {
  if (id === undefined) return NEXT_ID;
  if (Number.isInteger(id) && Number(id) >= 0 && Number(id) <= MAX_ID) return Number(id);
  throw new WyeError("BAD_ID", `bad handler id: an id is an integer from 0 to ${MAX_ID}, not ${String(id)}`);
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
  throw badArgument(`option ${name} is one of ${choices.join(", ")}, not ${String(value)}`);
}

/** The options of a table. */
export const OF_TABLE = ["trailingSlash", "cleanPath", "caseSensitive", "methodNotAllowed"];

/** @param {TableOptions} options */
export function packOptions(options) {
  checkOptions("RouteTable", options, OF_TABLE);
  return (
    choice("trailingSlash", options.trailingSlash, ["strict", "redirect", "ignore"]) |
    (choice("cleanPath", options.cleanPath, ["off", "redirect"]) << 2) |
    (choice("caseSensitive", options.caseSensitive, [true, false]) << 3) |
    (choice("methodNotAllowed", options.methodNotAllowed, [true, false]) << 4)
  );
}

/**
 * Refuses unknown options: they are mistyped, or another library's.
 * @param {string} call the function that takes them, for the error's text
 * @param {unknown} options
 * @param {readonly string[]} known
 */
export function checkOptions(call, options, known) {
  for (const name of Object.keys(object(`what ${call} takes as options`, options)))
    if (!known.includes(name))
      throw badArgument(`${call} has no option ${name}; there are ${known.join(", ")}${hint(name, known)}`);
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
