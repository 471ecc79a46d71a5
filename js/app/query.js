// The query of a URL, read in place. Decodes names and values as URLSearchParams does (WHATWG URL 5.1).

/**
 * Decodes a name or a value.
 * @param {string} raw
 */
function decode(raw) {
  const spaced = raw.includes("+") ? raw.replaceAll("+", " ") : raw;
  if (!spaced.includes("%")) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return /** @type {string} */ (new URLSearchParams(`=${raw}`).get(""));
  }
}

/**
 * Where the query that begins at `start` ends: at the fragment.
 * @param {string} url
 * @param {number} start
 */
function endOf(url, start) {
  const fragment = url.indexOf("#", start);
  return fragment < 0 ? url.length : fragment;
}

/**
 * The first value of a name; undefined if there is none. Allocates only the string that it returns. It compares names
 * without decoding them, because the platform takes about ten microseconds for a malformed one, and a client may send
 * thousands.
 * @param {string} url
 * @param {number} pathEnd where the path ends; a `?` there begins the query
 * @param {string} name
 */
export function queryValue(url, pathEnd, name) {
  if (url[pathEnd] !== "?") return undefined;
  const bytes = ASCII.test(name) ? name : bytesOf(name);
  if (bytes === undefined) return queryOf(url, pathEnd).get(name) ?? undefined;
  const end = endOf(url, pathEnd);
  for (let at = pathEnd + 1; at < end; ) {
    const ampersand = url.indexOf("&", at);
    const next = ampersand < 0 || ampersand > end ? end : ampersand;
    const equals = nameEndOf(url, at, next);
    if (next > at && isName(url, at, equals, name, bytes)) return decode(url.slice(equals + 1, next));
    at = next + 1;
  }
  return undefined;
}

const ASCII = /^[\0-\x7f]*$/;
const encoder = new TextEncoder();

/** Characters that other bytes also decode to: lone surrogates, and U+FFFD, which replaces malformed bytes. */
const OF_SEVERAL = /[\p{Surrogate}\ufffd]/u;

/**
 * The bytes of a name in UTF-8, one per character of a string; undefined if other bytes also decode to the name.
 * @param {string} name
 */
function bytesOf(name) {
  return OF_SEVERAL.test(name) ? undefined : String.fromCharCode(...encoder.encode(name));
}

const PERCENT = 0x25, PLUS = 0x2b, EQUALS = 0x3d;

/**
 * Where a name ends: at the first `=`, or at the end of its pair.
 * @param {string} url
 * @param {number} start
 * @param {number} end
 */
function nameEndOf(url, start, end) {
  let i = start;
  while (i < end && url.charCodeAt(i) !== EQUALS) i++;
  return i;
}

/**
 * Whether a piece of a query is a name. Stops at the first byte that differs.
 * @param {string} url
 * @param {number} start
 * @param {number} end
 * @param {string} name
 * @param {string} bytes
 */
function isName(url, start, end, name, bytes) {
  let count = 0;
  for (let i = start; i < end; i++, count++) {
    let unit = url.charCodeAt(i);
    if (unit > 0x7f) return decode(url.slice(start, end)) === name; // never in the URL of a Request
    if (unit === PLUS) unit = 0x20;
    if (unit === PERCENT && i + 2 < end) {
      const byte = 16 * hexDigit(url.charCodeAt(i + 1)) + hexDigit(url.charCodeAt(i + 2));
      if (byte >= 0) {
        unit = byte;
        i += 2;
      }
    }
    if (unit !== bytes.charCodeAt(count)) return false; // NaN after the last one
  }
  return count === bytes.length;
}

/**
 * The value of a hexadecimal digit; far below 0 if it is not one.
 * @param {number} unit
 */
function hexDigit(unit) {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  const letter = unit | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -256;
}

/**
 * The whole query.
 * @param {string} url
 * @param {number} pathEnd
 */
export function queryOf(url, pathEnd) {
  return new URLSearchParams(url[pathEnd] === "?" ? url.substring(pathEnd, endOf(url, pathEnd)) : "");
}
