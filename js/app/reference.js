// URI references (RFC 3986 4.1) of any text, for Location.

const encoder = new TextEncoder();

/** A scheme and an authority, or an authority alone; the rest. */
const PARTS = /^((?:[A-Za-z][A-Za-z0-9+.-]*:)?\/\/[^/?#\\]*)?(.*)$/s;

/** What a path, a query or a fragment may not have as it is: all but RFC 3986's `pchar`, "/", "?" and whole escapes. */
const NOT_RAW = /%(?![0-9A-Fa-f]{2})|[^\w.~!$&'()*+,;=:@/?%-]/gu;

/** @param {string} character */
function escaped(character) {
  return Array.from(encoder.encode(character), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}

/** @param {string} text */
function escapedText(text) {
  return text.replace(NOT_RAW, escaped);
}

/**
 * An authority as a URL has it: a name that is not ASCII in punycode.
 * @param {string} authority after its scheme, if it has one
 */
function encodedAuthority(authority) {
  if (/^[\w.~!$&'()*+,;=:@/%[\]-]*$/.test(authority)) return authority;
  const [scheme, rest] = authority.startsWith("//") ? ["", authority] : split(authority);
  try {
    return scheme + new URL(`http:${rest}`).href.slice("http:".length).replace(/\/$/, "");
  } catch {
    throw new TypeError(`c.redirect: ${JSON.stringify(authority)} is not a host that a URL can have`);
  }
}

/** @param {string} authority with a scheme */
function split(authority) {
  const end = authority.indexOf("//");
  return [authority.slice(0, end), authority.slice(end)];
}

/**
 * The text as a valid URI reference: what may not stand in one is percent-encoded as UTF-8; escapes stay.
 * @param {string | URL} location
 */
export function uriReference(location) {
  if (location instanceof URL) return location.href;
  if (typeof location !== "string") throw new TypeError(`c.redirect: the location is a string or a URL, not ${typeof location}`);
  const [, authority = "", rest] = /** @type {RegExpExecArray} */ (PARTS.exec(location));
  const fragment = rest.indexOf("#");
  const tail = fragment < 0 ? escapedText(rest) : `${escapedText(rest.slice(0, fragment))}#${escapedText(rest.slice(fragment + 1))}`;
  return encodedAuthority(authority) + tail;
}
