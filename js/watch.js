// Finds slots that are in use for no good any more: nothing can end their requests, or their clients have gone. That
// costs nothing until the pool has no free slot for the first time.

import { canDoubt } from "./request-slot.js";

/** @typedef {import("./request-slot.js").RequestSlot} RequestSlot */

/** Slots that are looked at for each request that would be refused. */
const LOOKED_AT = 64;

/**
 * Bytes that are thrown away to call the garbage collector: for each request that was refused so far, and at most. (V8
 * begins a collection when 64 MiB outside of its heap have come since the last one.)
 */
const PRESSURE = 1048576;
const MOST_PRESSURE = 83886080;

/** Tells that the garbage collector has been there. */
const collections = canDoubt
  ? new FinalizationRegistry((/** @type {WeakRef<Watch>} */ watch) => watch.deref()?.collected())
  : undefined;

export class Watch {
  /** @type {RequestSlot[]} */
  #slots = [];
  /** The slot that was looked at last: as the hand of a clock, it goes round. */
  #hand = 0;
  #refused = 0;
  #waiting = false;

  /**
   * No slot is free. If more may be made, all are looked at, which is rare; if not, a few.
   * @param {RequestSlot[]} slots
   * @param {boolean} full no more may be made
   */
  exhausted(slots, full) {
    this.#slots = slots;
    this.#waitForCollector();
    if (full) this.#callCollector();
    this.#look(full ? LOOKED_AT : slots.length, full);
  }

  /** What the collector has left is put in doubt until it comes again. */
  collected() {
    this.#waiting = false;
    this.#waitForCollector();
    this.#look(this.#slots.length, false);
  }

  #waitForCollector() {
    if (this.#waiting || collections === undefined) return;
    this.#waiting = true;
    collections.register({}, new WeakRef(this));
  }

  /**
   * The collector may be long in coming: tens of thousands of requests. It comes when memory is used. So the 1st, 2nd,
   * 4th, 8th request that would be refused, and so on, throws some away.
   */
  #callCollector() {
    this.#refused++;
    const isPowerOfTwo = (this.#refused & (this.#refused - 1)) === 0;
    if (isPowerOfTwo && canDoubt) throwAway(Math.min(this.#refused * PRESSURE, MOST_PRESSURE));
  }

  /**
   * @param {number} count of slots
   * @param {boolean} full
   */
  #look(count, full) {
    for (let left = Math.min(count, this.#slots.length); left > 0; left--) {
      this.#hand = (this.#hand + 1) % this.#slots.length;
      lookAt(this.#slots[this.#hand], full);
    }
  }
}

/** @param {number} bytes */
function throwAway(bytes) {
  try {
    new ArrayBuffer(bytes);
  } catch {
    // There is not as much: then the collector has been there.
  }
}

/**
 * A slot comes back if its client has gone and no more slots may be made; else it is in doubt from now on.
 * @param {RequestSlot} slot
 * @param {boolean} full
 */
function lookAt(slot, full) {
  if (!slot.hangs) return;
  if (full && hasGone(requestOf(slot))) {
    slot.takeBack();
  } else if (canDoubt && slot.doubted === 0) {
    slot.doubt();
  }
}

/**
 * The request, if it may be looked at. What is seen through a WeakRef is kept if the collector is at work just then;
 * so slots in doubt are looked at less and less: the 1st, 2nd, 4th, 8th time, and so on.
 * @param {RequestSlot} slot
 * @returns {Request | undefined}
 */
function requestOf(slot) {
  if (slot.doubted === 0) return slot.request;
  slot.looks++;
  return (slot.looks & (slot.looks - 1)) === 0 ? slot.seen?.deref() : undefined;
}

/** @param {Request | undefined} request */
function hasGone(request) {
  try {
    return request?.signal?.aborted === true;
  } catch {
    return false; // a host that does not let one request look at another
  }
}
