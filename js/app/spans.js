// A span of a URL: start and length in one small integer, which needs no object.
//
//     bit 29                15 14                 0
//         │ start             │ length            │

const SPAN_BITS = 15;
const SPAN_MASK = (1 << SPAN_BITS) - 1;

/** There is no value. */
export const NO_SPAN = -1;

/** Start or length has more bits, so the span is kept elsewhere. */
export const LONG_SPAN = -2;

/**
 * @param {number} start -1: there is no value
 * @param {number} end
 */
export function packSpan(start, end) {
  if (start < 0) return NO_SPAN;
  const length = end - start;
  return start > SPAN_MASK || length > SPAN_MASK ? LONG_SPAN : (start << SPAN_BITS) | length;
}

/** @param {number} span */
export function endOfSpan(span) {
  return (span >> SPAN_BITS) + (span & SPAN_MASK);
}

/**
 * @param {string} text
 * @param {number} span
 */
export function cutSpan(text, span) {
  return text.substring(span >> SPAN_BITS, endOfSpan(span));
}
