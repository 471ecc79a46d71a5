// URLs for the client: the target of a redirect, and the URL of a route (reverse routing). Neither is on the hot path:
// each allocates blocks for its texts, which may have any length.

import { MAX_HOST, MAX_PATH, MAX_PATTERN } from "../wasm/constants.js";
import { WyeError } from "../base/error.js";
import { bytes, readError, readText, wasm, withBlock, words } from "../wasm/instance.js";

/**
 * @typedef {import("./image.js").Image} Image
 * @typedef {import("./image.js").RouteRecord} RouteRecord
 */

const encoder = new TextEncoder();

// ---------------------------------------------------------------- redirects

/**
 * The target of a redirect. Writes the request's text again: the input buffer may hold another table's text by now, or
 * only a part of this one.
 * @param {import("./match-result.js").MatchResult} result
 */
export function readLocation({ image, context, text }) {
  const request = encoder.encode(text);
  return withBlock(request.length, (block) => {
    bytes.set(request, block);
    const size = 1 + wasm.wye_location(image.table, context, block, request.length, 0, 0); // with a NUL
    return withBlock(size, (buffer) => {
      return readText(buffer, wasm.wye_location(image.table, context, block, request.length, buffer, size));
    });
  });
}

// ---------------------------------------------------------------- reverse routing

/**
 * The URL of a route: the path, or `//host/path` for a route with a host. The lookup that verifies it has its own
 * context, so the last match does not change.
 * @param {Image} image
 * @param {number} route
 * @param {object} params
 */
export function makeUrl(image, route, params) {
  const values = valuesOf(image.record(route), params);
  const pairsSize = 8 * values.length;
  const valuesSize = values.reduce((sum, value) => sum + (value?.length ?? 0), 0);
  // Escaped, each byte of a value or of the pattern becomes three at most.
  const capacity = 3 * (valuesSize + MAX_PATTERN + MAX_HOST);
  const context = image.newContext();
  try {
    return withBlock(pairsSize + valuesSize + capacity, (block) => {
      const buffer = block + pairsSize + valuesSize;
      writeValues(values, block, block + pairsSize);
      const length = wasm.wye_url(image.table, context, route, block, values.length, buffer, capacity);
      if (length < 0) throw refusal(image, route);
      return readText(buffer, length);
    });
  } finally {
    wasm.wye_free(context);
  }
}

/**
 * The values in the order of the route's parameters, as bytes; undefined: none. A value that is cut is still too long
 * for a path, and therefore refused.
 * @param {RouteRecord} record
 * @param {object} params
 */
function valuesOf(record, params) {
  const given = new Map(Object.entries(params));
  const values = record.params.map((name) => {
    const value = valueText(name, given.get(name));
    given.delete(name);
    return value === undefined ? undefined : encoder.encode(value.slice(0, MAX_PATH + 1));
  });
  for (const key of given.keys()) {
    const names = record.params.map((name) => `"${name}"`).join(", ") || "none";
    throw badValue(`route ${quoted(record)} has no parameter "${key}" (it has ${names})`);
  }
  return values;
}

/** A lone surrogate, which UTF-8 cannot represent. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * @param {string} name
 * @param {unknown} value
 * @returns {string | undefined}
 */
function valueText(name, value) {
  if (value === undefined) return undefined;
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number" && Number.isInteger(value)) return String(BigInt(value)); // not 1e21
  const isString = typeof value === "string";
  if (isString && !LONE_SURROGATE.test(value)) return value;
  const isShort = typeof value === "number" || value === null;
  const given = isString ? "a string with a lone surrogate" : isShort ? String(value) : typeof value;
  throw badValue(`parameter "${name}" must be a string, an integer or a bigint, not ${given}`);
}

/**
 * Writes values at `offset`, and at `pairs` the offset and the length of each; offset 0: no value.
 * @param {(Uint8Array | undefined)[]} values
 * @param {number} pairs
 * @param {number} offset
 */
function writeValues(values, pairs, offset) {
  for (const [i, value] of values.entries()) {
    words.set(value ? [offset, value.length] : [0, 0], (pairs >> 2) + 2 * i);
    if (value) bytes.set(value, offset);
    offset += value?.length ?? 0;
  }
}

/**
 * The error of wye_url. The module's text does not name the routes, so they are added.
 * @param {Image} image
 * @param {number} route
 */
function refusal(image, route) {
  const { code, offset, other, message } = readError();
  const record = image.record(route);
  const own = quoted(record);
  if (code !== "CONFLICT") return new WyeError(code, `${message} (byte ${offset} of ${own})`, offset);
  const rival = image.record(other);
  const taken = `conflict: ${record.method} ${own} would have a URL that reaches ${rival.method} ${quoted(rival)}`;
  return new WyeError(code, taken, offset);
}

/** @param {string} detail */
function badValue(detail) {
  return new WyeError("BAD_VALUE", `bad value: ${detail}`);
}

/** @param {RouteRecord} record */
function quoted({ host = "", pattern }) {
  return JSON.stringify(host + pattern);
}
