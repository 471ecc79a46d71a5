// Watches the body of a request, to know whose fault it is when a handler that reads it fails or never ends.

import { inWorkerd } from "./runtime-quirks.js";

export class Upload {
  /** Whether it broke off. */
  failed = false;
  #now;
  /** When the reader began to wait for the client; undefined: it is not waiting. @type {number | undefined} */
  #since;
  /** When the reader cancelled it. @type {number | undefined} */
  #left;
  /** Milliseconds of the waits before the current one. */
  #before = 0;

  /**
   * @param {Request} request whose body nobody has begun to read
   * @param {() => number} now milliseconds
   */
  constructor(request, now) {
    this.#now = now;
    /** The same request, with a watched body. */
    this.request = new Request(request, /** @type {any} */ ({ body: this.#body(request), duplex: "half" }));
  }

  /** Whether the client keeps a reader waiting. */
  get isAwaited() {
    return this.#since !== undefined && this.#left === undefined;
  }

  /** Milliseconds of the current wait, or of the one during which the reader cancelled; undefined: there is none. */
  get waits() {
    return this.#since === undefined ? undefined : (this.#left ?? this.#now()) - this.#since;
  }

  /** Milliseconds of all waits. */
  get waited() {
    return this.#before + (this.waits ?? 0);
  }

  /** @param {Request} request */
  #body(request) {
    const body = /** @type {ReadableStream<Uint8Array>} */ (request.body);
    /** @type {ReadableStreamDefaultReader<Uint8Array> | undefined} */
    let reader;
    return new ReadableStream(
      {
        ...kindOf(request),
        pull: async (/** @type {any} */ controller) => {
          const { done, value } = await this.#read((reader ??= body.getReader()));
          if (!done) return controller.enqueue(value);
          controller.close();
          controller.byobRequest?.respond(0);
        },
        cancel: (reason) => {
          this.#left = this.#now();
          return (reader ?? body).cancel(reason);
        },
      },
      { highWaterMark: 0 },
    );
  }

  /** @param {ReadableStreamDefaultReader<Uint8Array>} reader */
  async #read(reader) {
    this.#since = this.#now();
    try {
      const next = await reader.read();
      if (this.#left === undefined) {
        this.#before = this.waited;
        this.#since = undefined;
      }
      return next;
    } catch (error) {
      this.failed = true;
      throw error;
    }
  }
}

/**
 * Options that preserve the features of the original body. In workerd it can fill its reader's buffer, and a known
 * length is forwarded with it.
 * @param {Request} request
 * @returns {any}
 */
function kindOf({ headers }) {
  if (!inWorkerd) return {};
  const length = headers.get("content-length");
  return { type: "bytes", expectedLength: length === null ? undefined : Number(length) };
}

/**
 * Whether a request has a body that nobody reads yet.
 * @param {any} request
 */
export function hasUpload(request) {
  return request instanceof Request && request.body !== null && !request.bodyUsed && request.body?.locked === false;
}

/**
 * Watches a request's body; undefined if it has none that can be watched.
 * @param {any} request
 * @param {() => number} now
 */
export function watchUpload(request, now) {
  if (!hasUpload(request)) return undefined;
  try {
    return new Upload(request, now);
  } catch {
    return undefined; // a GET with a body, which the standard cannot copy
  }
}
