// What a function writes into a streamed answer.

/** @typedef {import("./stream.js").Piece} Piece */
/** @typedef {import("./stream.js").Writer} Writer */
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
export class Writing {
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
