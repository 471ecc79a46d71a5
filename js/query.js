// The query of a URL, read where it stands. Names and values are decoded as URLSearchParams does (WHATWG URL 5.1).

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
 * Where the query ends whose first character stands at `start`: in front of the fragment.
 * @param {string} url
 * @param {number} start
 */
function endOf(url, start) {
  const fragment = url.indexOf("#", start);
  return fragment < 0 ? url.length : fragment;
}

/**
 * The first value of a name; undefined if there is none. Makes the one string that it returns.
 * @param {string} url
 * @param {number} pathEnd where the path ends, and with a `?` the query begins
 * @param {string} name
 */
export function queryValue(url, pathEnd, name) {
  if (url[pathEnd] !== "?") return undefined;
  const end = endOf(url, pathEnd);
  let equals = pathEnd; // the next one, looked for once
  for (let at = pathEnd + 1, next = 0; at < end; at = next + 1) {
    next = url.indexOf("&", at);
    if (next < 0 || next > end) next = end;
    if (equals < at) equals = url.indexOf("=", at);
    if (equals < 0) equals = end;
    const nameEnd = Math.min(equals, next);
    if (next > at && isName(url, at, nameEnd, name)) return decode(url.slice(nameEnd + 1, next));
  }
  return undefined;
}

/**
 * Whether a name stands there: as it is, or escaped.
 * @param {string} url
 * @param {number} start
 * @param {number} end
 * @param {string} name
 */
function isName(url, start, end, name) {
  const raw = url.substring(start, end);
  return /[%+]/.test(raw) ? decode(raw) === name : raw === name;
}

/**
 * All of it.
 * @param {string} url
 * @param {number} pathEnd
 */
export function queryOf(url, pathEnd) {
  return new URLSearchParams(url[pathEnd] === "?" ? url.substring(pathEnd, endOf(url, pathEnd)) : "");
}
