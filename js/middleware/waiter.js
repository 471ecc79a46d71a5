// A request that waits for another one. It never awaits a promise of the other's: that may never settle, if the host
// drops the other one. It waits for a promise and a timer of its own, and then looks; what the two share is plain data.
// Who knows that there is something to see wakes it.
//
// How long it waits for that depends on the host:
//
//     Node, Deno, Bun, browsers     nobody is dropped: until it is woken
//     workerd                       who should wake it may be dropped: at most 400 ms
//     workerd of an older date      nobody can wake another: 2 ms, then 4, to at most 100

import { canWake, inWorkerd } from "./host.js";

/**
 * @typedef {object} Timers
 * @property {(call: () => void, ms: number) => any} setTimeout
 * @property {(timer: any) => void} clearTimeout
 *
 * @typedef {object} Clock
 * @property {() => number} now milliseconds
 * @property {Timers} timers
 */

/** Milliseconds: of the first pause, and of the longest. */
const [FIRST_STEP, LAST_STEP] = !inWorkerd ? [Infinity, Infinity] : canWake ? [400, 400] : [2, 100];

/**
 * Milliseconds after which one is gone, a client that left and a host that dropped its request: one of whom nothing
 * was seen, and one who was woken and does not come.
 */
const SILENCE = 1000;
const SLEEP = 100;

export class Waiter {
  #clock;
  #step = FIRST_STEP;
  /** When it was woken, if it was. @type {number | undefined} */
  #woken;
  /** @type {(() => void) | undefined} ends the pause */
  #end;

  /** @param {Clock} clock */
  constructor(clock) {
    this.#clock = clock;
    /** When it was last seen. */
    this.seen = clock.now();
  }

  /** Whether it is still there, as far as others can tell. */
  get isLive() {
    if (!inWorkerd && this.#end !== undefined) return true;
    const now = this.#clock.now();
    return now - this.seen < SILENCE && (this.#woken === undefined || now - this.#woken < SLEEP);
  }

  /**
   * Until it is woken, or a step has passed, or `most` milliseconds.
   * @param {number} most
   */
  async pause(most) {
    const { now, timers } = this.#clock;
    let timer;
    if (this.#woken === undefined) {
      await new Promise((resolve) => {
        this.#end = () => resolve(undefined);
        timer = timers.setTimeout(this.#end, Math.max(0, Math.min(this.#step, most)));
      });
    }
    timers.clearTimeout(timer); // here, not in wake(): it belongs to this request
    this.#end = this.#woken = undefined;
    this.#step = Math.min(2 * this.#step, LAST_STEP);
    this.seen = now();
  }

  /** Called by another request. Where the host does not allow it the next look is soon enough. */
  wake() {
    if (!canWake) return;
    this.#woken ??= this.#clock.now();
    this.#end?.();
  }
}
