import { checkOptions, requireBoolean, requireInteger } from "../base/arguments.js";
import { isBufferable, readUpTo } from "./lib/response-body.js";
import { matchesIfNoneMatch, notModified } from "./lib/conditional-requests.js";

/** @typedef {import("#app").Context} Context */

/**
 * Gives responses an entity tag, and responds 304 to a client that already has the same content (RFC 9110 8.8.3,
 * 13.1.2, 15.4.5). Applies to GET and HEAD responses with the status 200.
 *
 * - A response with an ETag keeps it, and its body is not read.
 * - Otherwise the tag is the SHA-256 of the body, which is read into memory up to `maxBytes`. A longer body is
 *   streamed, without a tag.
 * - A response without a body, such as that of a HEAD handler, gets no tag. Nor does content that is sent piece by
 * piece
 *   (`text/event-stream`, `multipart/x-mixed-replace`, and JSON lines), which is never read here, or a response with a
 *   Content-Encoding, because not every host shows the encoded bytes.
 *
 * It reads the whole body before the client gets the first byte. So a slow stream of any other type needs its own ETag,
 * or a route without this middleware.
 *
 * A 304 has the fields of the 200, except for those that describe the content. Allocates the body, its hash and a
 * Response.
 * @param {object} [options]
 * @param {boolean} [options.weak] write `W/"..."`: equal responses may differ in their bytes, as when a proxy
 *   compresses them. Default false
 * @param {number} [options.maxBytes] default 1 MiB
 */
export function etag(options = {}) {
  checkOptions("etag", options, ["weak", "maxBytes"]);
  const weak = requireBoolean("etag: weak", options.weak, false);
  const { maxBytes = 1_048_576 } = options;
  const most = requireInteger("etag: maxBytes", maxBytes);
  return async (/** @type {Context} */ c, /** @type {() => any} */ next) => {
    const response = await next();
    if ((c.method !== "GET" && c.method !== "HEAD") || response.status !== 200) return response;
    const needsTag = !response.headers.has("etag") && response.body !== null && isBufferable(response, most);
    const tagged = needsTag ? await withTag(response, weak, most) : response;
    const tag = tagged.headers.get("etag");
    return tag !== null && matchesIfNoneMatch(c, tag) ? notModified(tagged) : tagged;
  };
}

/**
 * A copy of the response, with a tag if its body is short enough.
 * @param {Response} response
 * @param {boolean} weak
 * @param {number} most
 */
async function withTag(response, weak, most) {
  const body = await readUpTo(/** @type {ReadableStream<import("#app").Bytes>} */ (response.body), most);
  const copy = new Response(/** @type {BodyInit} */ (body), response);
  if (body instanceof Uint8Array) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
    const hash = btoa(String.fromCharCode(...digest)).replace("=", ""); // a tag may have all characters of base64
    copy.headers.set("etag", `${weak ? "W/" : ""}"${hash}"`);
  }
  return copy;
}
