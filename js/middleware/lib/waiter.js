// A request that waits for another one. It never awaits a promise of the other request, which may never settle if the
// host drops that request. It awaits a promise and a timer of its own, and then looks: the two share only plain data.
// Whoever changes the data wakes it.
//
// How long it sleeps depends on the host:
//
//     Node, Deno, Bun, browsers     no request is dropped: until it is woken
//     workerd                       the one that should wake it may be dropped: at most 400 ms
//     workerd of an older date      nobody can wake another: 2 ms, then 4, to at most 100

import { canWake, inWorkerd } from "./runtime-quirks.js";

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
 * Milliseconds after which a waiter counts as gone, because the host has dropped its request: without a sign of life,
 * and after it was woken without a reaction.
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

  /** Whether it is still there, as far as others can see. */
  get isLive() {
    if (!inWorkerd && this.#end !== undefined) return true;
    const now = this.#clock.now();
    return now - this.seen < SILENCE && (this.#woken === undefined || now - this.#woken < SLEEP);
  }

  /**
   * Sleeps until it is woken, or for one step, or for `most` milliseconds.
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

  /** Called by another request. If the host does not allow it, the waiter looks by itself soon enough. */
  wake() {
    if (!canWake) return;
    this.#woken ??= this.#clock.now();
    this.#end?.();
  }
}
