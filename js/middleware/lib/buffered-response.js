// A response as plain data, from which several requests make a Response each.

import { isBufferable, readAll } from "./response-body.js";
import { readCacheControl } from "./cache-control.js";
import { varyNames } from "./request-key.js";

/**
 * @typedef {object} BufferedResponse
 * @property {number} status
 * @property {string} statusText
 * @property {[string, string][]} headers
 * @property {Uint8Array | null} body
 */

/**
 * Whether other requests may get this response. They may not if it is personal (Set-Cookie, Cache-Control: private or
 * no-store), depends on fields that are not in the key, is partial, upgrades the connection, or has a body that cannot
 * be read into memory.
 * @param {Response} response
 * @param {Set<string>} inKey names of the request's fields that the key holds
 * @param {number} maxBytes of its body
 */
export function isShareable(response, inKey, maxBytes) {
  const { headers, status } = response;
  if (/** @type {any} */ (response).webSocket || status < 200 || status === 206) return false;
  if (headers.has("set-cookie") || !isBufferable(response, maxBytes)) return false;
  const control = readCacheControl(headers);
  if (control.has("private") || control.has("no-store")) return false;
  return varyNames(headers)?.every((name) => inKey.has(name)) ?? false;
}

/**
 * Reads a response into memory; undefined if its body has more than `maxBytes` bytes.
 * @param {Response} response
 * @param {ReadableStreamDefaultReader<Uint8Array> | undefined} reader of a copy of its body
 * @param {number} maxBytes
 * @returns {Promise<BufferedResponse | undefined>}
 */
export async function bufferResponse({ status, statusText, headers }, reader, maxBytes) {
  const fields = [...headers]; // now: later steps may change them
  const body = reader === undefined ? null : await readAll(reader, maxBytes);
  return body === undefined ? undefined : { status, statusText, headers: fields, body };
}

/**
 * Makes a response for one request.
 * @param {BufferedResponse} buffered
 */
export function responseOf({ status, statusText, headers, body }) {
  return new Response(/** @type {BodyInit | null} */ (body), { status, statusText, headers });
}
