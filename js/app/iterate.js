// What can be read piece by piece.

const KEYS = [Symbol.asyncIterator, "getReader", Symbol.iterator];

/**
 * Whether a source consists of pieces. A string or bytes are one piece.
 * @param {any} source
 */
export function isIterable(source) {
  if (typeof source !== "object" || source === null || ArrayBuffer.isView(source)) return false;
  return KEYS.some((key) => typeof source[key] === "function");
}

/** @param {any} source */
export function isStream(source) {
  return typeof source?.getReader === "function";
}

/**
 * @param {any} source
 * @returns {AsyncIterator<any> | Iterator<any>}
 */
export function iteratorOf(source) {
  if (typeof source?.[Symbol.asyncIterator] === "function") return source[Symbol.asyncIterator]();
  return isStream(source) ? readerOf(source) : source[Symbol.iterator]();
}

/**
 * An iterator over a stream, for browsers whose streams have none.
 * @param {ReadableStream} stream
 */
function readerOf(stream) {
  const reader = stream.getReader();
  const next = () => /** @type {Promise<IteratorResult<any>>} */ (reader.read());
  const end = () => reader.cancel().then(() => ({ done: /** @type {true} */ (true), value: undefined }));
  return { next, return: end };
}
