// Response bodies: which ones can be read into memory, and reading them up to a limit.

/** Content types that are sent piece by piece, for any length of time. */
const STREAMED = /^(text\/event-stream|multipart\/x-mixed-replace|application\/(x-ndjson|jsonl|json-seq))\b/i;

/**
 * Whether a body is meant to arrive piece by piece: its end may never come, so nothing must wait for it.
 * @param {Headers} headers
 */
export function isStreamed(headers) {
  return STREAMED.test(headers.get("content-type")?.trimStart() ?? "");
}

/**
 * Whether a body can be read into memory: nothing has begun to read it, it is neither sent piece by piece nor declared
 * to be longer than `most` bytes, and it has no Content-Encoding, because not every host shows the encoded bytes.
 * @param {Response} response
 * @param {number} most
 */
export function isBufferable({ headers, body, bodyUsed }, most) {
  if (bodyUsed || body?.locked || headers.has("content-encoding") || isStreamed(headers)) return false;
  return !(Number(headers.get("content-length")) > most);
}

/**
 * Cancels a body that will not be read, unless something has begun to read it.
 * @param {ReadableStream | null | undefined} body
 */
export function discard(body) {
  if (body && !body.locked) body.cancel().catch(() => {});
}

/** Collects bytes that arrive piece by piece in one buffer, which grows. */
export class BodyBuffer {
  #buffer = new Uint8Array(0);
  #length = 0;
  #most;

  /** @param {number} most the most bytes that it takes */
  constructor(most) {
    this.#most = most;
  }

  /**
   * Appends a copy of a piece. Returns false, and changes nothing, if the piece does not fit, or is not bytes.
   * @param {unknown} piece
   */
  add(piece) {
    if (!(piece instanceof Uint8Array)) return false;
    const length = this.#length + piece.byteLength;
    if (length > this.#most) return false;
    if (length > this.#buffer.byteLength) {
      const old = this.#buffer;
      this.#buffer = new Uint8Array(Math.min(Math.max(length, 2 * old.byteLength), this.#most));
      this.#buffer.set(old.subarray(0, this.#length));
    }
    this.#buffer.set(piece, this.#length);
    this.#length = length;
    return true;
  }

  /**
   * Appends what a reader yields. Returns its last result: the end, or the first piece that does not fit.
   * @param {ReadableStreamDefaultReader<Uint8Array>} reader
   */
  async fill(reader) {
    let next = await reader.read();
    while (!next.done && this.add(next.value)) next = await reader.read();
    return next;
  }

  /** All bytes, in a buffer of exactly their length. */
  bytes() {
    return this.#length === this.#buffer.byteLength ? this.#buffer : this.#buffer.slice(0, this.#length);
  }
}

/**
 * Reads a body. If it has more than `most` bytes, cancels it and returns undefined.
 * @param {ReadableStreamDefaultReader<Uint8Array>} reader
 * @param {number} most
 */
export async function readAll(reader, most) {
  const buffer = new BodyBuffer(most);
  if ((await buffer.fill(reader)).done) return buffer.bytes();
  reader.cancel().catch(() => {});
  return undefined;
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
  const buffer = new BodyBuffer(most);
  const { done, value } = await buffer.fill(reader);
  const bytes = buffer.bytes();
  if (done) return bytes;
  return relay(reader, () => {}, bytes.byteLength > 0 ? [bytes, value] : [value]);
}

/**
 * A stream of what a reader yields, at the pace of the stream's own reader. Cancelling it cancels the reader.
 * @param {ReadableStreamDefaultReader<Uint8Array>} reader
 * @param {(piece: unknown, done: boolean) => void} watch gets each piece, and finally that the body is complete
 * @param {Uint8Array[]} [front] pieces that were read already
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
