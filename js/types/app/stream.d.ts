import { Writer } from "./writer.js";
export type Piece = string | Uint8Array;
export type Pieces = AsyncIterable<Piece> | Iterable<Piece> | ReadableStream<Piece>;
export type Write = (writer: Writer) => Pieces | Promise<void> | void;
export type Source = Pieces | Write;
/**
 * @typedef {string | Uint8Array} Piece
 * @typedef {AsyncIterable<Piece> | Iterable<Piece> | ReadableStream<Piece>} Pieces
 * @typedef {(writer: Writer) => Pieces | Promise<void> | void} Write
 * @typedef {Pieces | Write} Source a function may be a generator, or write to its argument
 */
/** @param {Piece} piece */
export declare function bytesOf(piece: Piece): Uint8Array<ArrayBufferLike>;
/**
 * @param {string} call what was called, for the error's text
 * @param {any} source
 */
export declare function checkSource(call: string, source: any): void;
/**
 * A stream of the source's pieces. The source starts when the stream is first read, so nothing runs for a response that
 * nobody sends. A cancelled stream does not wait for its source: workerd would keep the request alive.
 * @param {Source} source
 * @param {(error: unknown) => void} failed called with what the source throws: the head was already sent
 * @param {(piece: any) => Uint8Array} [encode]
 * @returns {ReadableStream<Uint8Array>}
 */
export declare function streamOf(source: Source, failed: (error: unknown) => void, encode?: (piece: any) => Uint8Array): ReadableStream<Uint8Array>;
