// Permits, and a queue of those who wait for one. It holds plain data for all requests; who waits looks for itself.
//
//                     one is free, and nobody waits
//     arrives ──┬───────────────────────────────────────> holds a permit ──> gives it back
//               │                                            ^      │
//               │ none                                       │      └─ its lease is over: it is taken back
//               v                              first of all, │
//             waits: the queue, first come first served ─────┘ and one is free
//               │
//               └─ leaves: its time is over, or its client is gone; who falls silent is passed over

/** @typedef {import("./waiter.js").Waiter} Waiter */

/**
 * @typedef {object} Permit
 * @property {number} end when it is taken back from a holder that says nothing
 */

export class Semaphore {
  #limit;
  #queue;
  #lease;
  #now;
  /** In the order in which they end: all leases are equally long. @type {Set<Permit>} */
  #held = new Set();
  /** @type {Waiter[]} */
  #waiting = [];

  /**
   * @param {object} options
   * @param {number} options.limit permits
   * @param {number} options.queue who may wait at most
   * @param {number} options.lease milliseconds
   * @param {() => number} options.now milliseconds
   */
  constructor({ limit, queue, lease, now }) {
    this.#limit = limit;
    this.#queue = queue;
    this.#lease = lease;
    this.#now = now;
  }

  get held() {
    return this.#held.size;
  }

  get waiting() {
    return this.#waiting.length;
  }

  /**
   * A permit, if one is free and it is this one's turn: nobody's who waits, or that of the first who waits.
   * @param {Waiter} [waiter]
   * @returns {Permit | undefined}
   */
  take(waiter) {
    this.#dropOverdue();
    this.#dropSilent(waiter);
    if (this.#held.size >= this.#limit || this.#waiting[0] !== waiter) return undefined;
    if (waiter) this.#waiting.shift();
    const permit = { end: this.#now() + this.#lease };
    this.#held.add(permit);
    if (this.#held.size < this.#limit) this.#waiting[0]?.wake();
    return permit;
  }

  /**
   * Puts a waiter at the end of the queue; false if that is full.
   * @param {Waiter} waiter
   */
  join(waiter) {
    if (this.#waiting.length >= this.#queue) this.#waiting = this.#waiting.filter((other) => other.isLive);
    if (this.#waiting.length >= this.#queue) return false;
    this.#waiting.push(waiter);
    return true;
  }

  /**
   * Takes a waiter out of the queue, if it is there.
   * @param {Waiter} waiter
   */
  leave(waiter) {
    const place = this.#waiting.indexOf(waiter);
    if (place < 0) return;
    this.#waiting.splice(place, 1);
    this.#wakeFirst();
  }

  /**
   * The holder works on: its lease begins anew.
   * @param {Permit} permit
   */
  renew(permit) {
    if (!this.#held.delete(permit)) return;
    permit.end = this.#now() + this.#lease;
    this.#held.add(permit);
  }

  /**
   * Gives a permit back; a second time does nothing.
   * @param {Permit} permit
   */
  give(permit) {
    if (this.#held.delete(permit)) this.#wakeFirst();
  }

  #wakeFirst() {
    if (this.#held.size < this.#limit) this.#waiting[0]?.wake();
  }

  #dropOverdue() {
    for (const permit of this.#held) {
      if (permit.end > this.#now()) return;
      this.#held.delete(permit);
    }
  }

  /**
   * Passes over those before `waiter` who are gone. One who was silent for long and is there after all, because the
   * process stood still, comes first again.
   * @param {Waiter} [waiter]
   */
  #dropSilent(waiter) {
    while (this.#waiting.length > 0 && this.#waiting[0] !== waiter && !this.#waiting[0].isLive) this.#waiting.shift();
    if (waiter && !this.#waiting.includes(waiter)) this.#waiting.unshift(waiter);
  }
}
