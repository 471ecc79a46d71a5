import { readUpTo } from "./bodies.js";
import { count } from "./checks.js";
import { isKnown, notModified } from "./tags.js";

/** @typedef {import("#app").Context} Context */

/**
 * Gives answers an entity tag, and says 304 to a client that has the same answer already (RFC 9110 8.8.3, 13.1.2,
 * 15.4.5). It looks at answers to GET and HEAD with the status 200.
 *
 * - One that has an ETag keeps it; its body is not read.
 * - Otherwise the tag is the SHA-256 of the body, which is read into memory for it, up to `maxBytes`. A longer one goes
 *   on as a stream, and without a tag.
 * - Also without one: an answer with no body, such as that of a HEAD handler of its own; `text/event-stream`; and what
 *   has a Content-Encoding, as hosts differ in whether its bytes can be seen.
 *
 * The body is read to its end before the client gets the first byte: what is sent bit by bit over a long time needs an
 * ETag of its own, or a route that this middleware does not cover.
 *
 * A 304 has the fields of the 200 but those that describe the content. Allocates the body, its hash and a Response.
 * @param {object} [options]
 * @param {boolean} [options.weak] write `W/"..."`: equal answers may differ in their bytes, as where a proxy compresses
 *   them. Default false.
 * @param {number} [options.maxBytes] default 1 MiB
 */
export function etag({ weak = false, maxBytes = 1_048_576 } = {}) {
  const most = count("etag: maxBytes", maxBytes);
  return async (/** @type {Context} */ c) => {
    const response = await c.next();
    if ((c.method !== "GET" && c.method !== "HEAD") || response.status !== 200) return response;
    const own = response.headers.get("etag");
    const tagged = own === null && hashable(response, most) ? await withTag(response, weak, most) : response;
    const tag = own ?? tagged.headers.get("etag");
    if (tag === null || !isKnown(c, tag)) return tagged;
    tagged.body?.cancel().catch(() => {}); // nobody reads it
    return notModified(c, new Headers(tagged.headers));
  };
}

/**
 * @param {Response} response
 * @param {number} most
 */
function hashable({ headers, body, bodyUsed }, most) {
  return (
    body !== null &&
    !bodyUsed &&
    !headers.has("content-encoding") &&
    !headers.get("content-type")?.toLowerCase().startsWith("text/event-stream") &&
    !(Number(headers.get("content-length")) > most)
  );
}

/**
 * The response again, its body having been read: with a tag if there was not too much of it.
 * @param {Response} response
 * @param {boolean} weak
 * @param {number} most
 */
async function withTag(response, weak, most) {
  const body = await readUpTo(/** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (response.body), most);
  const copy = new Response(/** @type {BodyInit} */ (body), response);
  if (body instanceof Uint8Array) copy.headers.set("etag", `${weak ? "W/" : ""}"${await hash(body)}"`);
  return copy;
}

/**
 * SHA-256 in base64: each of its characters may stand in a tag.
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
async function hash(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return btoa(String.fromCharCode(...digest)).replace("=", "");
}
