export type Context = import("#app").Context;
/** @typedef {import("#app").Context} Context */
/**
 * Gives responses an entity tag, and responds 304 to a client that already has the same content (RFC 9110 8.8.3,
 * 13.1.2, 15.4.5). Applies to GET and HEAD responses with the status 200.
 *
 * - A response with an ETag keeps it, and its body is not read.
 * - Otherwise the tag is the SHA-256 of the body, which is read into memory up to `maxBytes`. A longer body is
 *   streamed, without a tag.
 * - No tag either for a response without a body, such as that of a HEAD handler; for content that is sent piece by
 *   piece (`text/event-stream`, `multipart/x-mixed-replace`, and JSON lines), which is never read here; and for a
 *   response with a Content-Encoding, because not every host shows its bytes.
 *
 * It reads the whole body before the client gets the first byte. A slow stream of any other type needs an ETag of its
 * own, or a route without this middleware.
 *
 * A 304 has the fields of the 200 except those that describe the content. Allocates the body, its hash and a Response.
 * @param {object} [options]
 * @param {boolean} [options.weak] write `W/"..."`: equal responses may differ in their bytes, as when a proxy
 *   compresses them. Default false
 * @param {number} [options.maxBytes] default 1 MiB
 */
export declare function etag(options?: {
    weak?: boolean;
    maxBytes?: number;
}): (/** @type {Context} */ c: Context, /** @type {() => any} */ next: () => any) => Promise<any>;
