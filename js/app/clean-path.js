// The cleaned form of a path, by the table's clean-path policy, and the origin of each of its segments.

/** A dot segment, escaped or not. */
const DOT = /^(\.|%2e)$/i;
const DOTS = /^(\.|%2e){2}$/i;

/**
 * @typedef {object} CleanUrl
 * @property {string} url the URL with the cleaned path
 * @property {(position: number) => number} toOriginal maps a position in it to one in the original URL; -1 stays -1
 */

/**
 * The URL without the empty and dot segments of its path; undefined if there are none.
 * @param {string} url
 * @param {number} start where its path begins
 * @param {number} end
 * @returns {CleanUrl | undefined}
 */
export function cleanUrl(url, start, end) {
  const segments = keptSegments(url, start, end);
  const path = `/${segments.map(({ text }) => text).join("/")}`;
  if (path === url.slice(start, end)) return undefined;
  /** @type {{ at: number, from: number }[]} */
  const moved = [];
  let at = start + 1;
  for (const { from, text } of segments) {
    moved.push({ at, from });
    at += text.length + 1;
  }
  const toOriginal = (/** @type {number} */ position) => {
    const segment = moved.findLast((other) => other.at <= position);
    return position < 0 || segment === undefined ? position : segment.from + position - segment.at;
  };
  return { url: url.slice(0, start) + path + url.slice(end), toOriginal };
}

/**
 * The remaining segments (RFC 3986 5.2.4), and where each begins in the URL.
 * @param {string} url
 * @param {number} start
 * @param {number} end
 */
function keptSegments(url, start, end) {
  /** @type {{ from: number, text: string }[]} */
  const kept = [];
  for (let from = start + 1; from <= end; ) {
    const slash = url.indexOf("/", from);
    const to = slash < 0 || slash > end ? end : slash;
    const text = url.slice(from, to);
    const isLast = to === end;
    if (DOTS.test(text)) kept.pop();
    else if (text !== "" && !DOT.test(text)) kept.push({ from, text });
    if (isLast && (text === "" || DOT.test(text) || DOTS.test(text))) kept.push({ from: to, text: "" });
    from = to + 1;
  }
  return kept;
}
