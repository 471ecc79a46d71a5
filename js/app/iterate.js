// What can be read piece by piece.

const KEYS = [Symbol.asyncIterator, "getReader", Symbol.iterator];

/**
 * A string is one piece, not an iterable of characters.
 * @param {any} source
 */
export function isIterable(source) {
  return typeof source === "object" && source !== null && KEYS.some((key) => typeof source[key] === "function");
}

/**
 * @param {any} source
 * @returns {AsyncIterator<any> | Iterator<any>}
 */
export function iteratorOf(source) {
  if (typeof source?.[Symbol.asyncIterator] === "function") return source[Symbol.asyncIterator]();
  return typeof source?.getReader === "function" ? readerOf(source) : source[Symbol.iterator]();
}

/**
 * Some browsers cannot iterate over a stream.
 * @param {ReadableStream} stream
 */
function readerOf(stream) {
  const reader = stream.getReader();
  const next = () => /** @type {Promise<IteratorResult<any>>} */ (reader.read());
  const end = () => reader.cancel().then(() => ({ done: /** @type {true} */ (true), value: undefined }));
  return { next, return: end };
}
