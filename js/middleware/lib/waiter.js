// A request that waits for another one. It never awaits a promise of the other request, which never settles if the host
// drops that request. It awaits a promise and a timer of its own, and then checks the plain data that the two share.
// The request that changes the data wakes it.
//
// How long it sleeps depends on the host:
//
//     Node, Deno, Bun, browsers     until it is woken: no request is dropped
//     workerd                       at most 400 ms: the request that should wake it may be dropped
//     workerd with an older date    2 ms, then 4, up to 100: no request can wake another

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

/** The milliseconds of the first pause, and of the longest one. */
const [FIRST_STEP, LAST_STEP] = !inWorkerd ? [Infinity, Infinity] : canWake ? [400, 400] : [2, 100];

/**
 * Milliseconds after which a waiter counts as gone, because the host has dropped its request: SILENCE without a sign of
 * life, SLEEP after it was woken without a reaction.
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

  /** Called by another request. If the host does not allow that, the waiter soon checks by itself. */
  wake() {
    if (!canWake) return;
    this.#woken ??= this.#clock.now();
    this.#end?.();
  }
}
