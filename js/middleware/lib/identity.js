// Which requests may share a response.

import { badArgument } from "../../base/arguments.js";

/**
 * The safe methods (RFC 9110 9.2.1) of IANA's registry. Any other, known or not, may change what is stored.
 */
const SAFE = new Set(["GET", "HEAD", "OPTIONS", "PRI", "PROPFIND", "QUERY", "REPORT", "SEARCH", "TRACE"]);

/** @param {string} method */
export function isSafe(method) {
  return SAFE.has(method);
}

/**
 * Whether a response may depend on what no key holds: the request has a body, or asks for another protocol.
 * @param {Request} request
 */
export function isUnusual({ body, headers }) {
  const length = headers.get("content-length");
  const hasBody = length === null ? (body ?? null) !== null : length !== "0";
  return hasBody || headers.has("transfer-encoding") || headers.has("upgrade");
}

/**
 * The default key.
 * @param {any} c
 */
export function urlOf(c) {
  return c.url;
}

/**
 * The settled result of the option `key`.
 * @param {string} call the middleware
 * @param {unknown} given
 * @returns {Promise<string | undefined>}
 */
export async function keyOf(call, given) {
  const key = await given;
  if (key === undefined || typeof key === "string") return key;
  const what = key === null ? "null" : typeof key === "object" ? "an object" : `${typeof key} (${String(key)})`;
  throw badArgument(`${call}: key gave ${what}; it gives a string, undefined, or a promise of one of these`);
}
