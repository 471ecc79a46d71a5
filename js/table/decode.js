// Percent-decoding of values: the rules of wye_decode and wye_decode_param in JavaScript.

const ESCAPES = /(?:%[0-9A-Fa-f]{2})+/g;

/** One well-formed UTF-8 character in escapes (RFC 3629 4). */
const CHARACTER = new RegExp(
  [
    "%[0-7][0-9A-F]",
    "%(?:C[2-9A-F]|D[0-9A-F])%[89AB][0-9A-F]",
    "%E0%[AB][0-9A-F]%[89AB][0-9A-F]",
    "%(?:E[1-9A-CEF])%[89AB][0-9A-F]%[89AB][0-9A-F]",
    "%ED%[89][0-9A-F]%[89AB][0-9A-F]",
    "%F0%[9AB][0-9A-F](?:%[89AB][0-9A-F]){2}",
    "%F[1-3](?:%[89AB][0-9A-F]){3}",
    "%F4%8[0-9A-F](?:%[89AB][0-9A-F]){2}",
  ].join("|"),
  "gi",
);

/**
 * Decodes a raw value as UTF-8. Malformed escapes, and escapes that are not valid UTF-8, stay as written.
 * @param {string} raw
 */
export function decode(raw) {
  if (!raw.includes("%")) return raw;
  try {
    return decodeURIComponent(raw);
  } catch {
    return raw.replace(ESCAPES, (escapes) => escapes.replace(CHARACTER, decodeURIComponent));
  }
}

/** A slash or a backslash in an escape. */
const SEPARATOR = /(%(?:2F|5C))/i;

/**
 * Decodes the raw value of a catch-all like `decode`, but `%2F` and `%5C` stay as written: there a slash separates
 * segments, and a decoded one would let `..%2F` climb out of a folder.
 * @param {string} raw
 */
export function decodeCatchAll(raw) {
  if (!SEPARATOR.test(raw)) return decode(raw);
  return raw
    .split(SEPARATOR)
    .map((piece, i) => (i % 2 ? piece : decode(piece)))
    .join("");
}

/**
 * Decodes the value of a parameter in a host: a label has no escapes.
 * @param {string} raw
 */
export function decodeHostLabel(raw) {
  return raw;
}

/**
 * The function that decodes a route's parameter.
 * @param {{ hostParams: number, catchAll: boolean[] }} route
 * @param {number} param its position
 */
export function decoderOf(route, param) {
  if (param < route.hostParams) return decodeHostLabel;
  return route.catchAll[param] ? decodeCatchAll : decode;
}
