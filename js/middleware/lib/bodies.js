// Response bodies, read up to a limit.

/** Content types that are sent piece by piece, over any length of time. */
const LIVE = /^(text\/event-stream|multipart\/x-mixed-replace|application\/(x-ndjson|jsonl|json-seq))\b/i;

/**
 * Whether the client should get a body piece by piece: waiting for its end would keep all of it from the client.
 * @param {Headers} headers
 */
export function isLive(headers) {
  return LIVE.test(headers.get("content-type")?.trimStart() ?? "");
}

/**
 * Cancels a body that nobody will read, unless somebody has begun to read it.
 * @param {ReadableStream | null | undefined} body
 */
export function discard(body) {
  if (body && !body.locked) body.cancel().catch(() => {});
}

/** Collects bytes piece by piece, in one buffer that grows. */
export class Gathered {
  #buffer = new Uint8Array(0);
  #length = 0;
  #most;

  /** @param {number} most the most bytes that it takes */
  constructor(most) {
    this.#most = most;
  }

  get length() {
    return this.#length;
  }

  /**
   * Appends a copy of a piece. Returns false, and changes nothing, if that is too much, or not bytes.
   * @param {unknown} piece
   */
  add(piece) {
    if (!(piece instanceof Uint8Array)) return false;
    const length = this.#length + piece.byteLength;
    if (length > this.#most) return false;
    if (length > this.#buffer.byteLength) this.#grow(length);
    this.#buffer.set(piece, this.#length);
    this.#length = length;
    return true;
  }

  /** @param {number} length */
  #grow(length) {
    const old = this.#buffer;
    const size = Math.max(length, 2 * old.byteLength);
    this.#buffer = new Uint8Array(Math.min(size, this.#most));
    this.#buffer.set(old.subarray(0, this.#length));
  }

  /** All of them, in a buffer of exactly their length. */
  bytes() {
    return this.#length === this.#buffer.byteLength ? this.#buffer : this.#buffer.slice(0, this.#length);
  }
}

/**
 * Reads a body of at most `most` bytes. For a longer one, returns a stream of the whole body: what was read, and then
 * the rest, at the client's pace.
 * @param {ReadableStream<Uint8Array>} body
 * @param {number} most
 * @returns {Promise<import("#app").Bytes | ReadableStream<Uint8Array>>}
 */
export async function readUpTo(body, most) {
  const reader = body.getReader();
  const gathered = new Gathered(most);
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    if (gathered.add(next.value)) continue;
    return relay(reader, () => {}, gathered.length > 0 ? [gathered.bytes(), next.value] : [next.value]);
  }
  return gathered.bytes();
}

/**
 * A stream of what a reader yields, at the pace of the stream's own reader. Cancelling it cancels the reader.
 * @param {ReadableStreamDefaultReader<Uint8Array>} reader
 * @param {(piece: unknown, done: boolean) => void} watch sees each piece, and finally that the body is
 *   complete
 * @param {Uint8Array[]} [front] pieces that were read before
 * @returns {ReadableStream<Uint8Array>}
 */
export function relay(reader, watch, front = []) {
  return new ReadableStream(
    {
      async pull(controller) {
        const before = front.shift();
        if (before !== undefined) return controller.enqueue(before);
        const { done, value } = await reader.read();
        watch(value, done);
        return done ? controller.close() : controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
