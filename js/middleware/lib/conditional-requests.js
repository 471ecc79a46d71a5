// Conditional requests (RFC 9110 13): entity tags, and the 304 for a client that already has the content.

/** @typedef {import("#app").Context} Context */

/** Fields of a request that are about the client's own copy. */
export const CONDITIONS = ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since"];

/** An entity tag in a list. It may contain a comma (RFC 9110 8.8.3). */
const ENTITY_TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;

/** @param {string} tag */
function withoutWeakness(tag) {
  return tag.startsWith("W/") ? tag.slice(2) : tag;
}

/**
 * Whether the client has the representation with this tag: If-None-Match is `*`, or lists the tag. The comparison is
 * the weak one (RFC 9110 13.1.2). In a malformed list only the well-formed tags count.
 * @param {Context} c
 * @param {string} tag
 */
export function matchesIfNoneMatch(c, tag) {
  const list = c.header("if-none-match");
  if (list === undefined) return false;
  const wanted = withoutWeakness(tag);
  return list.trim() === "*" || (list.match(ENTITY_TAG) ?? []).some((known) => withoutWeakness(known) === wanted);
}

/**
 * Fields about the content, which a 304 leaves out because the client has them (RFC 9110 15.4.5). ETag, Vary,
 * Cache-Control, Content-Location, Date and Expires stay, and so do fields of the response itself, such as Set-Cookie
 * and those of CORS.
 */
const OF_CONTENT = [
  "content-encoding",
  "content-language",
  "content-length",
  "content-range",
  "content-type",
  "last-modified",
];

/**
 * The response to a client that already has the representation. The caller discards the body of the 200.
 * @param {{ headers: Headers | [string, string][] }} response the 200 that it replaces
 */
export function notModified(response) {
  const headers = new Headers(response.headers);
  for (const name of OF_CONTENT) headers.delete(name);
  return new Response(null, { status: 304, headers });
}
