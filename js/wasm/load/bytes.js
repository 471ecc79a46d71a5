// Bytes as ASCII text for a JavaScript file. Compressed, this text is as small as the compressed bytes; base64 is not
// (docs/decisions.md has the figures).
//
//     text   512 hexadecimal digits: all 256 byte values, the most frequent first
//            then, for each byte of the content, by its rank in that order:
//              a low rank:  one of the first characters of the alphabet
//              otherwise:   one of its last two characters, and one more
//
// The alphabet is ASCII from space to "|" without the quotes, the backslash and the dollar sign.

const ALPHABET = Array.from({ length: 93 }, (_, i) => String.fromCharCode(0x20 + i))
  .join("")
  .replace(/["'\\$]/g, "");

const PREFIXES = 2;
const SINGLES = ALPHABET.length - PREFIXES;
const RANKS = 512;

/** @param {Uint8Array} bytes */
export function encodeBytes(bytes) {
  const counts = new Array(256).fill(0);
  for (const byte of bytes) counts[byte]++;
  const order = [...counts.keys()].sort((a, b) => counts[b] - counts[a] || a - b);
  /** @type {string[]} */
  const texts = [];
  for (const [rank, byte] of order.entries()) {
    const rest = rank - SINGLES;
    const page = Math.floor(rest / ALPHABET.length);
    texts[byte] = rest < 0 ? ALPHABET[rank] : ALPHABET[SINGLES + page] + ALPHABET[rest % ALPHABET.length];
  }
  const digits = order.map((byte) => byte.toString(16).padStart(2, "0"));
  return digits.join("") + Array.from(bytes, (byte) => texts[byte]).join("");
}

/** @param {string} text */
export function decodeBytes(text) {
  const ranks = new Uint8Array(128);
  for (let i = 0; i < ALPHABET.length; i++) ranks[ALPHABET.charCodeAt(i)] = i;
  const order = Uint8Array.from({ length: 256 }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16));
  const bytes = new Uint8Array(text.length - RANKS);
  let length = 0;
  for (let i = RANKS; i < text.length; i++) {
    let rank = ranks[text.charCodeAt(i)];
    if (rank >= SINGLES) rank = SINGLES + (rank - SINGLES) * ALPHABET.length + ranks[text.charCodeAt(++i)];
    bytes[length++] = order[rank];
  }
  return bytes.subarray(0, length);
}
