// All that belongs to one request, but for `c`, its handle. The object is kept with its slot and used again; release
// clears what was used.

import { Slot } from "./pool.js";
import { Store } from "./store.js";

/** @typedef {(c: any) => any} Step a middleware or a handler */
/** @typedef {import("./engine.js").Engine} Engine */

/** @type {readonly Step[]} */
const NO_CHAIN = [];

/** What a chain comes to whose slot was taken back, because its client had gone: nobody reads it. */
function abandoned() {
  return new Response(null, { status: 499 });
}

/**
 * What waits for promises of a request. The functions belong to the slot, so that no request makes its own. A slot that
 * is given back while one of them is still out gets new ones, and the old ones do nothing any more.
 */
class Hooks {
  /** @param {RequestSlot} slot */
  constructor(slot) {
    /** @type {RequestSlot | undefined} */
    this.slot = slot;
    this.out = 0;

    /** The chain has answered. @param {unknown} response */
    this.answered = (response) => {
      if (this.slot === undefined) return abandoned();
      this.out--;
      return this.slot.engine.finish(this.slot, response);
    };

    /** The chain has failed. @param {unknown} error */
    this.failed = (error) => {
      if (this.slot === undefined) return abandoned();
      this.out--;
      return this.slot.engine.fail(this.slot, error);
    };

    /** A step that next() called is over: nothing that calls next() from now on may. */
    this.closed = () => {
      if (this.slot === undefined) return;
      this.out--;
      this.slot.close();
    };
  }
}

export class RequestSlot extends Slot {
  /** @type {any} */
  request;
  /** @type {any} */
  env;
  /** @type {any} */
  executionCtx;
  /** The middleware and the handler, and which of them was called last. */
  chain = NO_CHAIN;
  position = 0;
  /** The request's method is HEAD: its answer goes without a body. */
  head = false;
  /** How a miss is answered. */
  allow = "";
  location = "";
  /**
   * For the next response: its status, and fields: name, value and "append" or "set", one behind the other. An array
   * that is emptied gives its room back, so where they end stands beside it.
   */
  status = 200;
  /** @type {string[]} */
  fields = [];
  fieldsEnd = 0;
  /** The last response that `c` made, and how many of `fields` it has. */
  /** @type {Response | undefined} */
  made;
  applied = 0;
  /** What c.set has stored. */
  store = new Store();
  /** @type {Promise<Uint8Array> | undefined} */
  body;
  /** @type {unknown} what onError handles */
  error;
  /** The error handler has been asked: what fails now gets the plainest of answers. */
  failing = false;
  /** @type {ReadableStream | undefined} a streamed answer that has not ended; the slot is held for it */
  stream;
  /** The answer was given: with the stream the request is over. */
  answered = false;
  hooks = new Hooks(this);

  /**
   * @param {number} index
   * @param {Engine} engine
   */
  constructor(index, engine) {
    super(index);
    this.engine = engine;
  }

  /** The request's id, as text. */
  id() {
    return this.engine.requestId(this);
  }

  /** Closes the chain: a call of next() from now on is a second one. */
  close() {
    this.position = this.chain.length;
  }

  /**
   * A stream has ended that was made in the use of that generation.
   * @param {number} generation
   * @param {ReadableStream} stream
   */
  streamOver(generation, stream) {
    if (this.generation !== generation || this.stream !== stream) return;
    this.stream = undefined;
    if (this.answered) this.engine.release(this);
  }

  clear() {
    super.clear();
    this.request = this.env = this.executionCtx = undefined;
    this.chain = NO_CHAIN;
    this.status = 200;
    while (this.fieldsEnd > 0) this.fields[--this.fieldsEnd] = "";
    this.store.clear();
    this.made = this.body = this.error = this.stream = undefined;
    this.applied = 0;
    this.head = this.failing = this.answered = false;
    this.allow = this.location = "";
    if (this.hooks.out > 0) this.#renewHooks();
  }

  #renewHooks() {
    this.hooks.slot = undefined;
    this.hooks = new Hooks(this);
  }
}
