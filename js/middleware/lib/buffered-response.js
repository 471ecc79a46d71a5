// Responses as plain data, for other requests; and which responses may be shared.

import { Gathered, isLive } from "./bodies.js";
import { varying } from "./cache-lifetime.js";

/** @typedef {import("./single-flight.js").Parcel} Parcel */

/**
 * Whether other requests may get this response. Not if it is personal (Set-Cookie, Cache-Control: private or no-store),
 * depends on fields that are not in the key, is partial, is sent piece by piece, or upgrades the connection; nor if it
 * is already encoded, because a host may encode it again.
 * @param {Response} response
 * @param {Set<string>} vary names in the key
 */
export function isShareable(response, vary) {
  const { headers, status } = response;
  if (response.bodyUsed || response.body?.locked) return false;
  if (/** @type {any} */ (response).webSocket || status < 200 || status === 206) return false;
  if (headers.has("set-cookie") || headers.has("content-encoding")) return false;
  if (isLive(headers)) return false;
  if (/(^|[\s,])(private|no-store)\b/i.test(headers.get("cache-control") ?? "")) return false;
  return varying(headers)?.every((name) => vary.has(name)) ?? false;
}

/**
 * A response as a parcel; undefined if its body has more than `maxBytes`.
 * @param {Response} response
 * @param {ReadableStreamDefaultReader<Uint8Array> | undefined} reader of a copy of its body
 * @param {number} maxBytes
 * @returns {Promise<Parcel | undefined>}
 */
export async function pack({ status, statusText, headers }, reader, maxBytes) {
  const fields = [...headers]; // now: later steps may change them
  const body = reader ? await gather(reader, maxBytes) : null;
  return body === undefined ? undefined : { status, statusText, headers: fields, body };
}

/**
 * @param {ReadableStreamDefaultReader<Uint8Array>} reader
 * @param {number} maxBytes
 */
async function gather(reader, maxBytes) {
  const gathered = new Gathered(maxBytes);
  for (let next = await reader.read(); !next.done; next = await reader.read())
    if (!gathered.add(next.value)) return void reader.cancel().catch(() => {});
  return gathered.bytes();
}

/**
 * Makes a response for one request.
 * @param {Parcel} parcel
 */
export function unpack({ status, statusText, headers, body }) {
  return new Response(/** @type {BodyInit | null} */ (body), { status, statusText, headers });
}
