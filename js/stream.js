// Streamed answers: the source, and the slot that is held until it ends, fails or is cancelled.

import { Writing } from "./writing.js";

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
 * @param {Source} source
 * @returns {AsyncIterator<Piece>}
 */
function piecesOf(source) {
  if (typeof source === "function") return new Writing(source);
  if (typeof source?.[Symbol.asyncIterator] === "function") return source[Symbol.asyncIterator]();
  throw new TypeError("c.stream: a source is a ReadableStream, an async iterable or a function that is given a writer");
}

/**
 * A stream of the source's bytes that calls `over` once, when it ends in whichever way. It holds `hold` as long as it
 * may go on: while it waits for its source, only by the call of `pull` that waits, and so by what will wake that. For
 * workerd keeps the streams of requests that it has dropped.
 * @param {Source} source
 * @param {() => void} over
 * @param {object} hold
 * @returns {ReadableStream<Uint8Array>}
 */
export function streamOf(source, over, hold) {
  /** @type {{ pieces: AsyncIterator<Piece>, hold: object } | undefined} */
  let idle = { pieces: piecesOf(source), hold };
  const seen = weakly(idle.pieces);
  return new ReadableStream({
    async pull(controller) {
      const held = /** @type {{ pieces: AsyncIterator<Piece>, hold: object }} */ (idle);
      idle = undefined;
      try {
        const { done, value } = await held.pieces.next();
        idle = held;
        if (!done) return controller.enqueue(bytesOf(value));
      } catch (error) {
        over();
        controller.error(error);
        await held.pieces.return?.(); // where it was not the source that failed
        return;
      }
      over();
      controller.close();
    },
    async cancel(reason) {
      over();
      await seen.deref()?.return?.(reason);
    },
  });
}

/**
 * A WeakRef, where the host has them.
 * @param {AsyncIterator<Piece>} pieces
 */
function weakly(pieces) {
  return typeof WeakRef === "function" ? new WeakRef(pieces) : { deref: () => pieces };
}
