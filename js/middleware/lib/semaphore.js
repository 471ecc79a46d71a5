// Permits, and a queue of waiters. It has only plain data, which all requests share; each waiter checks it for itself.
//
//                     one is free, and nobody waits
//     arrives ──┬───────────────────────────────────────> holds a permit ──> releases it
//               │                                            ^      │
//               │ none                                       │      └─ its lease is over: it is taken back
//               v                              first of all, │
//             waits: the queue, first come first served ─────┘ and one is free
//               │
//               └─ leaves: its time is over, or its client is gone. A silent waiter is passed over

/**
 * @typedef {object} Waiter
 * @property {boolean} isLive
 * @property {() => void} wake
 *
 * @typedef {object} Permit
 * @property {number} end when it is taken back from a silent holder
 */

export class Semaphore {
  #limit;
  #queue;
  #lease;
  #now;
  /** In the order in which their leases end, which all have the same length. @type {Set<Permit>} */
  #held = new Set();
  /** In the order of arrival. @type {Set<Waiter>} */
  #waiting = new Set();

  /**
   * @param {object} options
   * @param {number} options.limit permits
   * @param {number} options.queue the most waiters
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
    return this.#waiting.size;
  }

  /** Milliseconds until the next lease ends. */
  get untilLease() {
    for (const { end } of this.#held) return end - this.#now();
    return Infinity;
  }

  /**
   * Takes a permit, if one is free and it is the caller's turn: nobody waits, or the caller is the first waiter.
   * @param {Waiter} [waiter]
   * @returns {Permit | undefined}
   */
  acquire(waiter) {
    this.#dropOverdue();
    if (this.#held.size >= this.#limit) return undefined;
    // It was passed over because the process was blocked, but it is still waiting: now it is the first.
    if (waiter && !this.#waiting.has(waiter)) this.#waiting = new Set([waiter, ...this.#waiting]);
    const first = this.#first(waiter);
    if (first !== waiter) {
      first?.wake();
      return undefined;
    }
    if (waiter) this.#waiting.delete(waiter);
    const permit = { end: this.#now() + this.#lease };
    this.#held.add(permit);
    this.#wakeFirst();
    return permit;
  }

  /**
   * Puts a waiter at the end of the queue; false if that is full.
   * @param {Waiter} waiter
   */
  join(waiter) {
    if (this.#waiting.size >= this.#queue)
      for (const other of this.#waiting) if (!other.isLive) this.#waiting.delete(other);
    if (this.#waiting.size >= this.#queue) return false;
    this.#waiting.add(waiter);
    return true;
  }

  /**
   * Removes a waiter from the queue, if it is there.
   * @param {Waiter} waiter
   */
  leave(waiter) {
    if (this.#waiting.delete(waiter)) this.#wakeFirst();
  }

  /**
   * The holder is still active: its lease starts again.
   * @param {Permit} permit
   */
  renew(permit) {
    if (!this.#held.delete(permit)) return;
    permit.end = this.#now() + this.#lease;
    this.#held.add(permit);
  }

  /**
   * Releases a permit; a second time does nothing.
   * @param {Permit} permit
   */
  release(permit) {
    if (this.#held.delete(permit)) this.#wakeFirst();
  }

  #wakeFirst() {
    if (this.#held.size < this.#limit) this.#first()?.wake();
  }

  /**
   * The first waiter. Passes over those that are gone, but not `waiter`, which is the caller.
   * @param {Waiter} [waiter]
   */
  #first(waiter) {
    for (const first of this.#waiting) {
      if (first === waiter || first.isLive) return first;
      this.#waiting.delete(first);
    }
    return undefined;
  }

  #dropOverdue() {
    for (const permit of this.#held) {
      if (permit.end > this.#now()) return;
      this.#held.delete(permit);
    }
  }
}
