// Streamed responses: a ReadableStream of what a source yields, at the reader's pace.

import { typeName } from "../base/arguments.js";
import { isIterable, isStream, iteratorOf } from "./iterate.js";
import { StreamWriter } from "./stream-writer.js";

const encoder = new TextEncoder();

/**
 * @typedef {string | Uint8Array} Piece
 * @typedef {AsyncIterable<Piece> | Iterable<Piece> | ReadableStream<Piece>} Pieces
 * @typedef {(writer: StreamWriter) => Pieces | Promise<void> | void} Write
 * @typedef {Pieces | Write} Source a function may be a generator, or write to its argument
 */

/** @param {Piece} piece */
export function bytesOf(piece) {
  if (typeof piece === "string") return encoder.encode(piece);
  if (piece instanceof Uint8Array) return piece;
  throw new TypeError(`c.stream: a piece must be a string or a Uint8Array, not ${typeName(piece)}`);
}

/**
 * @param {string} call what was called, for the error's text
 * @param {any} source
 */
export function checkSource(call, source) {
  if (typeof source !== "function" && !isIterable(source))
    throw new TypeError(`${call}: a source must be a ReadableStream, an iterable or a function that writes`);
  if (source.locked === true) throw new TypeError(`${call}: a ReadableStream must not be locked by a reader`);
}

/**
 * A stream of the source's pieces. The source starts when the stream is first read, so nothing runs for a response that
 * is never sent. Cancelling the stream does not wait for the source: workerd would keep the request alive.
 * @param {Source} source
 * @param {(error: unknown) => void} failed gets what the source throws: the head was already sent
 * @param {(piece: any) => Uint8Array} [encode]
 * @returns {ReadableStream<Uint8Array>}
 */
export function streamOf(source, failed, encode = bytesOf) {
  checkSource("c.stream", source);
  /** @type {AsyncIterator<any> | Iterator<any> | undefined} */
  let pieces;
  let cancelled = false;
  const begin = () => (typeof source === "function" ? new StreamWriter(source, failed) : iteratorOf(source));
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          pieces ??= begin();
          const { done, value } = await /** @type {AsyncIterator<any>} */ (pieces).next();
          if (cancelled) return;
          if (done) controller.close();
          else controller.enqueue(encode(value));
        } catch (error) {
          if (cancelled) return;
          failed(error);
          controller.error(error);
          end(pieces);
        }
      },
      cancel() {
        cancelled = true;
        // A stream that was never read may hold a connection; any other source has not started.
        end(pieces ?? (isStream(source) ? begin() : undefined));
        pieces = undefined;
      },
    },
    { highWaterMark: 0 },
  );
}

/** @param {AsyncIterator<any> | Iterator<any> | undefined} pieces */
async function end(pieces) {
  try {
    await pieces?.return?.();
  } catch {
    // nobody reads it anymore
  }
}
