/*
 * Texts as the oracle reads them. A text becomes a list of UNITS, which is its normal form: a number 0..255 is a byte
 * (or the escape of one that equals it), ESCAPED + byte is an escape that equals only itself (`%2F`, `%40`, `%25`).
 * A value becomes a list of CHARACTERS: code points, and U+FFFD for a byte that belongs to none.
 */

export const ESCAPED = 256;
export const SLASH = 0x2f;
export const BACKSLASH = 0x5c;
const PERCENT = 0x25;
const DOT = 0x2e;

/** The character that a byte outside of UTF-8 is taken for. */
const BROKEN = 0xfffd;

const encoder = new TextEncoder();

export const bytesOf = (text) => encoder.encode(text);

/** Bytes as a text of one character each. */
export const latin1 = (bytes) => String.fromCharCode(...bytes);

const HEX = Array.from({ length: 256 }, (_, byte) => /[0-9A-Fa-f]/.test(String.fromCharCode(byte)));

/* The characters that may stand raw in a path and whose escape means something else; and `%`, which starts escapes. */
const RESERVED = new Set(bytesOf("!$&'()*+,;=:@/[]%"));

const UNRESERVED = new Set(bytesOf("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"));

/** Whether a byte may stand raw in a path. */
export const mayStand = (byte) => RESERVED.has(byte) || UNRESERVED.has(byte);

/** The byte that the escape at `at` stands for, or -1. */
export function escapeAt(bytes, at) {
  if (bytes[at] !== PERCENT || !HEX[bytes[at + 1]] || !HEX[bytes[at + 2]]) return -1;
  return parseInt(String.fromCharCode(bytes[at + 1], bytes[at + 2]), 16);
}

export const escapeOf = (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;

/** Bytes of a path as a text in which only what may stand raw does. */
export const escapeStray = (bytes) =>
  Array.from(bytes, (byte) => (mayStand(byte) ? String.fromCharCode(byte) : escapeOf(byte))).join("");

/** Bytes of a query and fragment: only what could stand in no header is escaped. */
export const escapeInvisible = (bytes) =>
  Array.from(bytes, (byte) => (byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : escapeOf(byte))).join("");

export const foldUnit = (unit, fold) => (fold && unit >= 0x41 && unit <= 0x5a ? unit + 32 : unit);

/** The unit at `at` and how many bytes it takes. */
export function unitAt(bytes, at, fold) {
  const byte = escapeAt(bytes, at);
  if (byte < 0) return { unit: foldUnit(bytes[at], fold), size: 1 };
  return { unit: RESERVED.has(byte) ? ESCAPED + byte : foldUnit(byte, fold), size: 3 };
}

/** A path as units, with the offset of each, and the path's length after the last. */
export function unitsOf(path, fold) {
  const units = [];
  const offsets = [];
  for (let at = 0; at < path.length; ) {
    const { unit, size } = unitAt(path, at, fold);
    units.push(unit);
    offsets.push(at);
    at += size;
  }
  offsets.push(path.length);
  return { units, offsets };
}

export const isDots = (units) => units.length > 0 && units.length <= 2 && units.every((unit) => unit === DOT);

export function segmentEnd(units, at) {
  const end = units.indexOf(SLASH, at);
  return end < 0 ? units.length : end;
}

/** Whether one of the segments is `.` or `..`. */
export function hasDotSegment(units) {
  for (let start = 0; start < units.length; ) {
    const end = segmentEnd(units, start + 1);
    if (isDots(units.slice(start + 1, end))) return true;
    start = end;
  }
  return false;
}

/* ------------------------------------------------------------------ characters */

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/* What the first byte of a UTF-8 character says of its length; 0: it is no first byte. */
function lengthBy(byte) {
  if (byte < 0x80) return 1;
  if (byte < 0xc2 || byte > 0xf4) return 0;
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/** How many of the bytes at `at` make one well-formed UTF-8 character, and its code point; null: none. */
function utf8At(bytes, at) {
  const length = lengthBy(bytes[at]);
  if (length === 1) return { length, point: bytes[at] };
  if (length === 0 || at + length > bytes.length) return null;
  try {
    return { length, point: decoder.decode(Uint8Array.from(bytes.slice(at, at + length))).codePointAt(0) };
  } catch {
    return null;
  }
}

/* The bytes that the escapes from `at` on stand for, as many as one character can have. */
function escapesFrom(bytes, at) {
  const run = [];
  for (let byte; run.length < 4 && (byte = escapeAt(bytes, at + 3 * run.length)) >= 0; ) run.push(byte);
  return run;
}

/**
 * What is at `at` in a raw value, the smallest piece that is decoded apart: its characters and its bytes. Escapes
 * that belong to no character are the three characters that they are written with.
 */
export function pieceAt(bytes, at) {
  const run = escapesFrom(bytes, at);
  const point = utf8At(run.length ? run : bytes, run.length ? 0 : at);
  if (point) return { points: [point.point], size: run.length ? 3 * point.length : point.length };
  if (run.length) return { points: Array.from(bytes.subarray(at, at + 3)), size: 3 };
  return { points: [BROKEN], size: 1 };
}

/** The characters of a raw value. */
export function charactersOf(bytes) {
  const characters = [];
  for (let at = 0; at < bytes.length; ) {
    const { points, size } = pieceAt(bytes, at);
    characters.push(...points);
    at += size;
  }
  return characters;
}

/** Percent-decodes a raw value; what is no escape, or no UTF-8, stays as it is written. */
export function decodeValue(raw) {
  return raw.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => String.fromCodePoint(...charactersOf(bytesOf(run))));
}

/** A slash or a backslash in an escape, which stays one in the value of a catch-all. */
export const ESCAPED_SEPARATOR = /%(?:2F|5C)/gi;

/** The same for the value of a catch-all. */
export function decodeRest(raw) {
  const kept = raw.match(ESCAPED_SEPARATOR) ?? [];
  return raw.split(ESCAPED_SEPARATOR).map((piece, index) => decodeValue(piece) + (kept[index] ?? "")).join("");
}
