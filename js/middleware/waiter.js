// A request that waits for another one. It never awaits a promise of the other's: that may never settle, if the host
// drops the other one. It waits for its own timer, looks, and waits again, with growing steps; who knows that there is
// something to see wakes it early. What the two share is plain data.

import { canWake } from "./host.js";

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
const FIRST_STEP = 2;
const LAST_STEP = 100;

/** Who has not been seen for so long is gone: a client that left, and a host that dropped its request. Ten pauses. */
export const SILENCE = 1000;

export class Waiter {
  #clock;
  #step = FIRST_STEP;
  #woken = false;
  /** @type {(() => void) | undefined} ends the pause */
  #end;

  /** @param {Clock} clock */
  constructor(clock) {
    this.#clock = clock;
    /** When it was last seen. */
    this.seen = clock.now();
  }

  /** Whether it was seen not long ago. For other requests. */
  get isLive() {
    return this.#clock.now() - this.seen < SILENCE;
  }

  /**
   * Until it is woken, or a step has passed, or `most` milliseconds.
   * @param {number} most
   */
  async pause(most) {
    const { now, timers } = this.#clock;
    let timer;
    if (!this.#woken) {
      await new Promise((resolve) => {
        this.#end = () => resolve(undefined);
        timer = timers.setTimeout(this.#end, Math.max(0, Math.min(this.#step, most)));
      });
    }
    timers.clearTimeout(timer); // here, not in wake(): it belongs to this request
    this.#end = undefined;
    this.#woken = false;
    this.#step = Math.min(2 * this.#step, LAST_STEP);
    this.seen = now();
  }

  /** Called by another request. Where the host does not allow it the next look is soon enough. */
  wake() {
    if (!canWake) return;
    this.#woken = true;
    this.#end?.();
  }
}
