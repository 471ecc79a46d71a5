// What is sent to the client: the target of a redirect, and the URL of a route (reverse routing). Both are cold calls:
// texts of any length go through a block of their own.

import { MAX_HOST, MAX_PATH, MAX_PATTERN } from "../wasm/constants.js";
import { WyeError } from "../base/error.js";
import { bytes, cold, failure, lastError, readText, wasm, withBlock, words } from "../wasm/instance.js";

/**
 * @typedef {import("./image.js").Image} Image
 * @typedef {import("./image.js").RouteRecord} RouteRecord
 */

const encoder = new TextEncoder();

// ---------------------------------------------------------------- redirects

/**
 * Where the last lookup in `context` sends the client. The input buffer may have another table's text by now, or hold
 * the request's only in part: so it is written once more.
 * @param {number} table
 * @param {number} context
 * @param {string} text what the lookup was given
 */
export function readLocation(table, context, text) {
  const request = encoder.encode(text);
  return withBlock(request.length, (block) => {
    bytes.set(request, block);
    const size = 1 + wasm.wye_location(table, context, block, request.length, 0, 0); // with a NUL
    return withBlock(size, (buffer) => {
      return readText(buffer, wasm.wye_location(table, context, block, request.length, buffer, size));
    });
  });
}

// ---------------------------------------------------------------- reverse routing

/** What UTF-8 cannot carry: half of a pair of surrogates. */
const HALF = /\p{Surrogate}/u;

/** @param {RouteRecord} record */
function quoted({ host = "", pattern }) {
  return JSON.stringify(host + pattern);
}

/** @param {string} detail */
function badValue(detail) {
  return new WyeError("BAD_VALUE", `bad value: ${detail}`);
}

/** @param {unknown} value */
function described(value) {
  if (typeof value === "string") return "a string with half of a surrogate pair";
  return typeof value === "number" || value === null ? String(value) : typeof value;
}

/**
 * @param {string} name
 * @param {unknown} value
 * @returns {string | undefined}
 */
function valueText(name, value) {
  if (value === undefined || (typeof value === "string" && !HALF.test(value))) return value;
  if (typeof value === "bigint") return String(value);
  if (Number.isInteger(value)) return String(BigInt(/** @type {number} */ (value)));
  throw badValue(`parameter "${name}" must be a string, an integer or a bigint, not ${described(value)}`);
}

/**
 * The values in the order of the route's parameters.
 * @param {RouteRecord} record
 * @param {object} params
 */
function valuesOf(record, params) {
  const given = new Map(Object.entries(params));
  const values = record.params.map((name) => {
    const value = valueText(name, given.get(name));
    given.delete(name);
    return value;
  });
  for (const key of given.keys()) {
    const names = record.params.map((name) => `"${name}"`).join(", ") || "none";
    throw badValue(`route ${quoted(record)} has no parameter "${key}" (it has ${names})`);
  }
  return values;
}

/**
 * The bytes of a value. What is cut off is too long for a path anyway, and what remains is so too.
 * @param {string | undefined} value
 */
function bytesOf(value) {
  return value === undefined ? undefined : encoder.encode(value.slice(0, MAX_PATH + 1));
}

/**
 * Writes the texts from `at` on, and at `pairs` where each of them lies: (offset, length), or offset 0 for none.
 * @param {(Uint8Array | undefined)[]} texts
 * @param {number} pairs
 * @param {number} at
 */
function writeValues(texts, pairs, at) {
  texts.forEach((text, i) => {
    words[(pairs >> 2) + 2 * i] = text ? at : 0;
    words[(pairs >> 2) + 2 * i + 1] = text ? text.length : 0;
    if (text) bytes.set(text, at);
    at += text ? text.length : 0;
  });
}

/**
 * The search that proves a URL has a context of its own: the last match stays as it is.
 * @param {Image} image
 * @param {(block: number) => string} use
 * @returns {string}
 */
function withContext(image, use) {
  const context = cold(() => wasm.wye_context_new(image.table));
  if (!context) throw failure();
  try {
    return use(context);
  } finally {
    wasm.wye_free(context);
  }
}

/**
 * The error of wye_url, with the routes in it, which the module does not know by then.
 * @param {Image} image
 * @param {number} route
 */
function refusal(image, route) {
  const { code, offset, other, message } = lastError();
  const record = image.record(route);
  const own = quoted(record);
  if (code !== "CONFLICT") return new WyeError(code, `${message} (byte ${offset} of ${own})`, offset);
  const rival = image.record(other);
  const taken = `conflict: ${record.method} ${own} has a URL that is taken by ${rival.method} ${quoted(rival)}`;
  return new WyeError(code, taken, offset);
}

/**
 * The URL of a route: the path, or `//host/path` for a route with a host.
 * @param {Image} image
 * @param {number} route
 * @param {object} params
 */
export function makeUrl(image, route, params) {
  const texts = valuesOf(image.record(route), params).map(bytesOf);
  const pairsSize = 8 * texts.length;
  const textsSize = texts.reduce((sum, text) => sum + (text ? text.length : 0), 0);
  // Each byte of a value, and of the pattern, is three at most.
  const capacity = 3 * (textsSize + MAX_PATTERN + MAX_HOST);
  return withContext(image, (context) =>
    withBlock(pairsSize + textsSize + capacity, (block) => {
      const buffer = block + pairsSize + textsSize;
      writeValues(texts, block, block + pairsSize);
      const length = cold(() => wasm.wye_url(image.table, context, route, block, texts.length, buffer, capacity));
      if (length < 0) throw refusal(image, route);
      return readText(buffer, length);
    }),
  );
}
