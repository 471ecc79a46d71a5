// Streamed answers: the source, and the slot that is held until it ends, fails or is cancelled.

const encoder = new TextEncoder();

/** @typedef {string | Uint8Array} Piece */
/** @typedef {{ write(piece: Piece): Promise<void> }} Writer */
/** @typedef {AsyncIterable<Piece> | ((writer: Writer) => Promise<void> | void)} Source a ReadableStream is one, too */

/** @param {Piece} piece */
function bytesOf(piece) {
  return typeof piece === "string" ? encoder.encode(piece) : piece;
}

/** A piece that was written and not read yet, and what its writer waits for. */
/** @typedef {{ piece: Piece, read: () => void, drop: (reason: unknown) => void }} Written */

function readerGone() {
  return new Error("nobody reads this stream any more: the client has gone");
}

/**
 * What a function writes, to be iterated over. A write waits until it is read, and fails when the reader has gone. (A
 * TransformStream does this, too, but workerd never lets go of one in a request that it has dropped.)
 * @implements {AsyncIterator<Piece>}
 */
class Writing {
  /** @type {Written[]} */
  #written = [];
  /** @type {(() => void) | undefined} wakes the reader */
  #wake;
  /** What the function came to. */
  #run;
  #over = false;

  /** @param {(writer: Writer) => Promise<void> | void} run */
  constructor(run) {
    const ended = () => {
      this.#over = true;
      this.#wake?.();
    };
    this.#run = (async () => run({ write: (piece) => this.#write(piece) }))();
    this.#run.then(ended, ended);
  }

  /** @param {Piece} piece */
  #write(piece) {
    const done = new Promise((resolve, reject) => {
      if (this.#over) reject(readerGone());
      else this.#written.push({ piece, read: () => resolve(undefined), drop: reject });
    });
    done.catch(() => {}); // for writers that do not wait
    this.#wake?.();
    return done;
  }

  /** @returns {Promise<IteratorResult<Piece>>} */
  async next() {
    while (this.#written.length === 0 && !this.#over)
      await new Promise((resolve) => (this.#wake = () => resolve(undefined)));
    const first = this.#written.shift();
    first?.read();
    if (first) return { done: false, value: first.piece };
    await this.#run; // an error is the reader's
    return { done: true, value: undefined };
  }

  /** @returns {Promise<IteratorResult<Piece>>} */
  async return() {
    this.#over = true;
    for (const { drop } of this.#written.splice(0)) drop(readerGone());
    return { done: true, value: undefined };
  }
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
        return controller.error(error);
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
 * @param {Source} source
 * @returns {AsyncIterator<Piece>}
 */
function piecesOf(source) {
  return typeof source === "function" ? new Writing(source) : source[Symbol.asyncIterator]();
}

/**
 * A WeakRef, where the host has them.
 * @param {AsyncIterator<Piece>} pieces
 */
function weakly(pieces) {
  return typeof WeakRef === "function" ? new WeakRef(pieces) : { deref: () => pieces };
}
