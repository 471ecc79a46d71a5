// Lets a function write into a streamed response.

import { isIterable, iteratorOf } from "./iterate.js";

/** @typedef {{ piece: any, read: () => void, drop: (reason: unknown) => void }} Written an unread piece */

function readerGone() {
  return new Error("the client has gone: nobody reads this stream anymore");
}

function writtenLate() {
  return new Error("written after the end of the stream: its function must not return before the last write");
}

/**
 * An iterator over what a function writes to its argument, and then over what it returns, if that is an iterable. A
 * write waits until the piece is read, and fails when the reader has gone. (A TransformStream would do the same, but
 * workerd never frees that of a request that it has dropped.)
 */
export class StreamWriter {
  /** @type {Written[]} */
  #written = [];
  /** @type {(() => void) | undefined} wakes the reader */
  #wake;
  /** @type {(() => void)[]} */
  #onAbort = [];
  /** @type {AsyncIterator<any> | Iterator<any> | undefined} */
  #generator;
  /** The function's result. @type {Promise<unknown> | undefined} */
  #run;
  #over = false;
  #aborted = false;
  #failed;

  /**
   * @param {(writer: any) => any} run
   * @param {(error: unknown) => void} failed called with what listeners throw
   */
  constructor(run, failed) {
    this.#failed = failed;
    let result;
    try {
      result = run(this.#handle());
    } catch (error) {
      result = Promise.reject(error); // the reader sees it after what was written
    }
    if (isIterable(result)) {
      this.#over = true;
      this.#generator = iteratorOf(result);
      return;
    }
    this.#run = Promise.resolve(result).then((returned) => {
      if (isIterable(returned)) this.#generator = iteratorOf(returned);
      return this.#aborted ? this.#generator?.return?.() : undefined;
    });
    const ended = () => {
      this.#over = true;
      this.#wake?.();
    };
    this.#run.then(ended, ended);
  }

  #handle() {
    const isAborted = () => this.#aborted;
    return {
      write: (/** @type {any} */ piece) => this.#write(piece),
      onAbort: (/** @type {() => void} */ listener) => this.#whenAborted(listener),
      get aborted() {
        return isAborted();
      },
    };
  }

  /** @param {() => void} listener */
  #whenAborted(listener) {
    if (typeof listener !== "function")
      throw new TypeError(`onAbort: listener must be a function, not ${typeof listener}`);
    if (this.#aborted) this.#call(listener);
    else this.#onAbort.push(listener);
  }

  /**
   * Calls a listener. One that throws does not stop the others.
   * @param {() => any} listener
   */
  async #call(listener) {
    try {
      await listener();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** @param {any} piece */
  #write(piece) {
    const done = new Promise((resolve, reject) => {
      if (this.#over) reject(this.#aborted ? readerGone() : this.#late());
      else this.#written.push({ piece, read: () => resolve(undefined), drop: reject });
    });
    done.catch(() => {}); // for functions that do not await their writes
    this.#wake?.();
    return done;
  }

  /** Also reports the error: if nobody awaits the write, nobody else would learn of it. */
  #late() {
    const error = writtenLate();
    this.#failed(error);
    return error;
  }

  /** @returns {Promise<IteratorResult<any>>} */
  async next() {
    while (this.#written.length === 0 && !this.#over)
      await new Promise((resolve) => (this.#wake = () => resolve(undefined)));
    const first = this.#written.shift();
    first?.read();
    if (first) return { done: false, value: first.piece };
    await this.#run; // an error goes to the reader
    return this.#generator?.next() ?? { done: true, value: undefined };
  }

  /** The reader has gone. @returns {Promise<IteratorResult<any>>} */
  async return() {
    this.#over = this.#aborted = true;
    for (const { drop } of this.#written.splice(0)) drop(readerGone());
    for (const listener of this.#onAbort.splice(0)) this.#call(listener);
    this.#wake?.();
    await this.#generator?.return?.();
    return { done: true, value: undefined };
  }
}
