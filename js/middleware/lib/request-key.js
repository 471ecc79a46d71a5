// Which requests may share a response: those with the same key, and the same values of the fields that it varies by.

import { badArgument } from "../../base/arguments.js";

/**
 * The default key.
 * @param {any} c
 */
export function urlOf(c) {
  return c.url;
}

/**
 * The awaited result of the option `key`.
 * @param {string} call the middleware
 * @param {unknown} given
 * @returns {Promise<string | undefined>}
 */
export async function keyOf(call, given) {
  const key = await given;
  if (key === undefined || typeof key === "string") return key;
  const what = key === null ? "null" : typeof key === "object" ? "an object" : `${typeof key} (${String(key)})`;
  throw badArgument(`${call}: key must return a string, undefined, or a promise of one of these, not ${what}`);
}

/** The safe methods (RFC 9110 9.2.1) in IANA's registry. Any other method may change what is stored. */
const SAFE = new Set(["GET", "HEAD", "OPTIONS", "PRI", "PROPFIND", "QUERY", "REPORT", "SEARCH", "TRACE"]);

/** @param {string} method */
export function isSafe(method) {
  return SAFE.has(method);
}

/**
 * Whether a response may depend on more than a key can have: the request has a body, or asks for another protocol.
 * @param {Request} request
 */
export function hasBodyOrUpgrade({ body, headers }) {
  const length = headers.get("content-length");
  const hasBody = length === null ? (body ?? null) !== null : length !== "0";
  return hasBody || headers.has("transfer-encoding") || headers.has("upgrade");
}

/**
 * The request's fields that a response depends on (Vary), in lower case and sorted; undefined: it depends on more.
 * @param {Headers} headers of the response
 */
export function varyNames(headers) {
  const names = (headers.get("vary") ?? "").toLowerCase().split(",").map((name) => name.trim());
  return names.includes("*") ? undefined : [...new Set(names)].filter(Boolean).sort();
}
