// Streamed answers: the source, and the slot that is held until it ends, fails or is cancelled.

const encoder = new TextEncoder();

/** @typedef {string | Uint8Array} Piece */
/** @typedef {{ write(piece: Piece): Promise<void> }} Writer */
/** @typedef {AsyncIterable<Piece> | ((writer: Writer) => Promise<void> | void)} Source a ReadableStream is one, too */

/** @param {Piece} piece */
function bytesOf(piece) {
  if (typeof piece === "string") return encoder.encode(piece);
  if (piece instanceof Uint8Array) return piece;
  throw new TypeError(`c.stream: a piece is a string or a Uint8Array, not ${typeof piece}`);
}

/**
 * What a function writes. A write waits until it is read, and fails when the reader has gone.
 * @param {(writer: Writer) => Promise<void> | void} run
 */
function written(run) {
  /** @type {TransformStream<Piece, Piece>} */
  const { readable, writable } = new TransformStream();
  const writer = writable.getWriter();
  const write = (/** @type {Piece} */ piece) => {
    const done = writer.write(piece);
    done.catch(() => {}); // it need not be waited for, also when the reader has gone
    return done;
  };
  const end = async () => {
    await run({ write });
    await writer.close();
  };
  end().catch((error) => writer.abort(error).catch(() => {})); // the reader learns of it
  return readable;
}

/**
 * @param {Source} source
 * @returns {AsyncIterator<Piece>}
 */
function piecesOf(source) {
  const iterable = typeof source === "function" ? written(source) : source;
  if (typeof iterable?.[Symbol.asyncIterator] === "function") return iterable[Symbol.asyncIterator]();
  throw new TypeError("c.stream: a source is a ReadableStream, an async iterable or a function that is given a writer");
}

/**
 * A stream of the source's bytes that calls `over` once, when it ends in whichever way.
 * @param {Source} source
 * @param {() => void} over
 * @returns {ReadableStream<Uint8Array>}
 */
export function streamOf(source, over) {
  const pieces = piecesOf(source);
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await pieces.next();
        if (!done) return controller.enqueue(bytesOf(value));
      } catch (error) {
        over();
        controller.error(error);
        await pieces.return?.(); // where it was not the source that failed
        return;
      }
      over();
      controller.close();
    },
    async cancel(reason) {
      over();
      await pieces.return?.(reason);
    },
  });
}
