/**
 * Whether the client should get a body piece by piece: waiting for its end would keep all of it from the client.
 * @param {Headers} headers
 */
export declare function isLive(headers: Headers): boolean;
/**
 * Cancels a body that nobody will read, unless somebody has begun to read it.
 * @param {ReadableStream | null | undefined} body
 */
export declare function discard(body: ReadableStream | null | undefined): void;
/** Collects bytes piece by piece, in one buffer that grows. */
export declare class Gathered {
    #private;
    /** @param {number} most the most bytes that it takes */
    constructor(most: number);
    get length(): number;
    /**
     * Appends a copy of a piece. Returns false, and changes nothing, if that is too much, or not bytes.
     * @param {unknown} piece
     */
    add(piece: unknown): boolean;
    /** All of them, in a buffer of exactly their length. */
    bytes(): Uint8Array<ArrayBuffer>;
}
/**
 * Reads a body of at most `most` bytes. For a longer one, returns a stream of the whole body: what was read, and then
 * the rest, at the client's pace.
 * @param {ReadableStream<Uint8Array>} body
 * @param {number} most
 * @returns {Promise<import("#app").Bytes | ReadableStream<Uint8Array>>}
 */
export declare function readUpTo(body: ReadableStream<Uint8Array>, most: number): Promise<import("#app").Bytes | ReadableStream<Uint8Array>>;
/**
 * A stream of what a reader yields, at the pace of the stream's own reader. Cancelling it cancels the reader.
 * @param {ReadableStreamDefaultReader<Uint8Array>} reader
 * @param {(piece: unknown, done: boolean) => void} watch sees each piece, and finally that the body is
 *   complete
 * @param {Uint8Array[]} [front] pieces that were read before
 * @returns {ReadableStream<Uint8Array>}
 */
export declare function relay(reader: ReadableStreamDefaultReader<Uint8Array>, watch: (piece: unknown, done: boolean) => void, front?: Uint8Array[]): ReadableStream<Uint8Array>;
