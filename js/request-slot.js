// All that belongs to one request, but for `c`, its handle. The object is kept with its slot and used again; release
// clears what was used.

import { Slot } from "./pool.js";
import { Store } from "./store.js";

/** @typedef {(c: any) => any} Step a middleware or a handler */
/** @typedef {import("./engine.js").Engine} Engine */
/**
 * @typedef {Pick<RequestSlot,
 *   "request" | "env" | "executionCtx" | "made" | "store" | "body" | "error" | "stream">} Belongings
 */

/** @type {readonly Step[]} */
const NO_CHAIN = [];

export const NOT_RUNNING = -1;

/** Not so in workers of old compatibility dates. */
export const canDoubt = typeof WeakRef === "function" && typeof FinalizationRegistry === "function";

/** What a chain comes to whose slot was taken back, because its client had gone: nobody reads it. */
function abandoned() {
  return new Response(null, { status: 499 });
}

/**
 * What can still end a request. The functions wait for promises of it, and belong to the slot, so that no request makes
 * its own; a streamed answer holds the hooks, too. So as long as the request may end, something holds them. A slot that
 * is given back while one of them is still out gets new ones, and the old ones do nothing any more.
 */
class Hooks {
  /** @type {Belongings | undefined} what the slot held, while it doubts */
  kept;

  /** @param {RequestSlot} slot */
  constructor(slot) {
    /** @type {RequestSlot | undefined} */
    this.slot = slot;
    this.out = 0;

    /** The chain has answered. @param {unknown} response */
    this.answered = (response) => {
      if (this.slot === undefined) return abandoned();
      this.#settled(this.slot);
      return this.slot.engine.finish(this.slot, response);
    };

    /** The chain has failed. @param {unknown} error */
    this.failed = (error) => {
      if (this.slot === undefined) return abandoned();
      this.#settled(this.slot);
      return this.slot.engine.fail(this.slot, error);
    };

    /** A step that next() called is over: nothing that calls next() from now on may. */
    this.closed = () => {
      if (this.slot === undefined) return;
      this.slot.recover();
      this.out--;
      this.slot.close();
    };
  }

  /** @param {RequestSlot} slot */
  #settled(slot) {
    slot.recover();
    slot.waits = false;
    this.out--;
  }
}

/**
 * Gives back the slots that nobody can recover.
 * @type {FinalizationRegistry<{ slot: RequestSlot, generation: number }> | undefined}
 */
const lost = canDoubt
  ? new FinalizationRegistry(({ slot, generation }) => {
      if (slot.doubted === generation) slot.takeBack();
    })
  : undefined;

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
  /** The step whose code is on the stack, so that it is the one that calls next(); NOT_RUNNING: one that has waited. */
  running = NOT_RUNNING;
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
  /** The chain's promise is waited for. */
  waits = false;
  hooks = new Hooks(this);
  /** While it is in doubt: the generation, how often it was looked at since, and all that is left of the request. */
  doubted = 0;
  looks = 0;
  /** @type {WeakRef<Hooks> | undefined} */
  remains;
  /** @type {WeakRef<Request> | undefined} apart, because to look at the hooks would keep them for a while */
  seen;

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
    if (!this.serves(generation) || this.stream !== stream) return;
    this.stream = undefined;
    if (this.answered) this.engine.release(this);
  }

  // ---------------------------------------------------------------- requests that nothing can end any more
  //
  //           take                  doubt                 hooks collected
  //   free ---------> in use <-----------------> in doubt ----------------> free
  //     ^               |         recover
  //     +---------------+
  //          release
  //
  // A host may drop a request without a word: its promises are never settled, and its stream is neither read nor
  // cancelled. What tells is that nothing refers to them any more. So a slot in doubt lets go of all that it holds and
  // leaves it to the hooks, which it can only see as long as something else holds them: a promise that may be settled,
  // or a stream that may be read. `c` then does not find its generation, and looks here (`serves`).

  /** The request can only be ended by a promise or a stream: no step is being called for the first time. */
  get hangs() {
    return this.waits || (this.answered && this.stream !== undefined);
  }

  /** Lets go of what it holds until somebody asks for it, or nobody can. */
  doubt() {
    const { generation, hooks, request, env, executionCtx, made, store, body, error, stream } = this;
    hooks.kept = { request, env, executionCtx, made, store, body, error, stream };
    this.doubted = generation;
    this.remains = new WeakRef(hooks);
    this.seen = new WeakRef(request);
    lost?.register(hooks, { slot: this, generation }, this);
    this.generation = 0;
    this.hooks = new Hooks(this);
    this.#letGo();
    this.store = new Store();
  }

  /** A slot in doubt takes up again what it let go of. */
  recover() {
    const hooks = this.remains?.deref();
    if (hooks?.kept === undefined) return;
    lost?.unregister(this);
    Object.assign(this, hooks.kept);
    hooks.kept = undefined;
    this.hooks = hooks;
    this.#trust();
  }

  /** Ends the request, whatever is left of it; what it may still do finds it over. */
  takeBack() {
    this.recover();
    if (this.doubted !== 0) this.#trust(); // nothing is left
    this.engine.release(this);
  }

  #trust() {
    this.generation = this.doubted;
    this.doubted = this.looks = 0;
    this.remains = this.seen = undefined;
  }

  /**
   * Whether the slot is in the use of that generation.
   * @param {number} generation
   */
  serves(generation) {
    if (this.generation === 0 && this.doubted === generation) this.recover();
    return this.generation === generation;
  }

  // ---------------------------------------------------------------- the end

  #letGo() {
    this.request = this.env = this.executionCtx = undefined;
    this.made = this.body = this.error = this.stream = undefined;
  }

  clear() {
    super.clear();
    this.#letGo();
    this.chain = NO_CHAIN;
    this.status = 200;
    while (this.fieldsEnd > 0) this.fields[--this.fieldsEnd] = "";
    this.store.clear();
    this.applied = 0;
    this.head = this.failing = this.answered = this.waits = false;
    this.allow = this.location = "";
    if (this.hooks.out > 0) this.#renewHooks();
  }

  #renewHooks() {
    this.hooks.slot = undefined;
    this.hooks = new Hooks(this);
  }
}
