// Streamed answers: the source, and the slot that is held until it ends, fails or is cancelled.

const encoder = new TextEncoder();

/** @typedef {string | Uint8Array} Piece */
/** @typedef {{ write(piece: Piece): Promise<void> }} Writer */
/** @typedef {AsyncIterable<Piece> | ((writer: Writer) => Promise<void> | void)} Source a ReadableStream is one, too */

/** @param {Piece} piece */
function bytesOf(piece) {
  return typeof piece === "string" ? encoder.encode(piece) : piece;
}

/**
 * What a function writes. A write waits until it is read, and fails when the reader has gone.
 * @param {(writer: Writer) => Promise<void> | void} run
 */
function written(run) {
  /** @type {TransformStream<Piece, Piece>} */
  const { readable, writable } = new TransformStream();
  const writer = writable.getWriter();
  const end = async () => {
    await run(writer);
    await writer.close();
  };
  end().catch((error) => writer.abort(error).catch(() => {})); // the reader learns of it
  return readable;
}

/**
 * A stream of the source's bytes that calls `over` once, when it ends in whichever way.
 * @param {Source} source
 * @param {() => void} over
 * @returns {ReadableStream<Uint8Array>}
 */
export function streamOf(source, over) {
  const pieces = (typeof source === "function" ? written(source) : source)[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await pieces.next();
        if (!done) return controller.enqueue(bytesOf(value));
      } catch (error) {
        over();
        return controller.error(error);
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
