// The query of a URL, read where it is. Names and values are decoded as URLSearchParams does (WHATWG URL 5.1).

/**
 * A piece of a query, decoded.
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
 * Where the query ends that begins at `start`: at the fragment.
 * @param {string} url
 * @param {number} start
 */
function endOf(url, start) {
  const fragment = url.indexOf("#", start);
  return fragment < 0 ? url.length : fragment;
}

/**
 * The first value of a name; undefined if there is none. Makes the one string that it returns, where no name before it
 * is escaped.
 * @param {string} url
 * @param {number} pathEnd where the path ends, and with a `?` the query begins
 * @param {string} name
 */
export function queryValue(url, pathEnd, name) {
  if (url[pathEnd] !== "?") return undefined;
  const end = endOf(url, pathEnd);
  for (let at = pathEnd + 1; at < end; ) {
    const ampersand = url.indexOf("&", at);
    const next = ampersand < 0 || ampersand > end ? end : ampersand;
    const nameEnd = nameEndOf(url, at, next);
    // An escaped name may be this one. Then the rest is read once, by the platform, however many there are; with what
    // is before it, because the platform drops a "?" at the beginning.
    if (nameEnd < 0) return new URLSearchParams(url.slice(at - 1, end)).get(name) ?? undefined;
    const isIt = nameEnd - at === name.length && next > at && url.startsWith(name, at);
    if (isIt) return decode(url.slice(nameEnd + 1, next));
    at = next + 1;
  }
  return undefined;
}

const PERCENT = 0x25, PLUS = 0x2b, EQUALS = 0x3d;

/**
 * Where a name ends: at the first `=`, or with its pair. -1: it is escaped.
 * @param {string} url
 * @param {number} start
 * @param {number} end
 */
function nameEndOf(url, start, end) {
  for (let i = start; i < end; i++) {
    const unit = url.charCodeAt(i);
    if (unit === EQUALS) return i;
    if (unit === PERCENT || unit === PLUS) return -1;
  }
  return end;
}

/**
 * All of it.
 * @param {string} url
 * @param {number} pathEnd
 */
export function queryOf(url, pathEnd) {
  return new URLSearchParams(url[pathEnd] === "?" ? url.substring(pathEnd, endOf(url, pathEnd)) : "");
}
