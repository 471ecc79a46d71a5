// The cleaned form of a path, by the table's clean-path policy, and where its parts come from.

/** A dot segment, escaped or not. */
const DOT = /^(\.|%2e)$/i;
const DOTS = /^(\.|%2e){2}$/i;

/**
 * @typedef {object} Cleaned
 * @property {string} url the URL with the cleaned path
 * @property {(at: number) => number} origin maps a position in it to one in the original URL; -1 stays -1
 */

/**
 * The URL with empty and dot segments of its path removed; undefined if there are none.
 * @param {string} url
 * @param {number} start where its path begins
 * @param {number} end
 * @returns {Cleaned | undefined}
 */
export function cleaned(url, start, end) {
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
  const path = `/${kept.map(({ text }) => text).join("/")}`;
  if (path === url.slice(start, end)) return undefined;
  /** @type {{ at: number, from: number }[]} */
  const places = [];
  let at = start + 1;
  for (const { from, text } of kept) {
    places.push({ at, from });
    at += text.length + 1;
  }
  const origin = (/** @type {number} */ position) => {
    const place = places.findLast((other) => other.at <= position);
    return position < 0 || place === undefined ? position : place.from + position - place.at;
  };
  return { url: url.slice(0, start) + path + url.slice(end), origin };
}
