// A pool of slots: contexts that outlive their lookup. A slot has two halves: what the lookup found, in linear memory,
// and an object here that reads it. Both are kept and used again. What tells one use from the next is the generation,
// which the linear half counts.

import {
  EXHAUSTED,
  MAX_SLOTS,
  POOL_FIRST,
  POOL_HIGH_WATER,
  POOL_LEDGER,
  POOL_STRIDE,
  POOL_USED,
} from "../wasm/constants.js";
import { WyeError } from "../base/error.js";
import { Found } from "./match-result.js";
import { cold, wasm, words } from "../wasm/instance.js";

/** Slots, and parameters of each, that a pool begins with. */
const FIRST_SLOTS = 64;
const FIRST_PARAMS = 8;

/** @typedef {{ slots: number, used: number, highWater: number, maximum: number }} PoolStats */

export class Slot extends Found {
  /** That of the use that is under way; 0: the slot is free. */
  generation = 0;

  /** @param {number} index its place in the pool */
  constructor(index) {
    super();
    this.index = index;
  }

  /** Forgets what it held. */
  clear() {
    this.generation = 0;
    this.text = "";
  }
}

/** Gives back the linear memory of forgotten pools. */
const forgotten =
  typeof FinalizationRegistry === "function"
    ? new FinalizationRegistry((/** @type {{ pool: number }} */ held) => wasm.wye_pool_free(held.pool))
    : undefined;

function randomWords() {
  return crypto.getRandomValues(new Int32Array(2));
}

/** @template {Slot} S */
export class Pool {
  #held = { pool: 0 };
  /** Where the generations stand among the words. */
  #ledger = 0;
  #params = FIRST_PARAMS;
  /** @type {S[]} */
  #slots = [];
  #make;
  #reclaim;
  #maximum;

  /**
   * Takes no linear memory before the first slot is asked for.
   * @param {(index: number) => S} make a slot for a place
   * @param {number} maximum slots that there may be
   * @param {(slots: S[], full: boolean) => void} [reclaim] is called where none is free: gives back slots in use
   *   for no good; full: no more may be made
   */
  constructor(make, maximum, reclaim) {
    if (!Number.isInteger(maximum) || maximum < 1 || maximum > MAX_SLOTS)
      throw new WyeError("BAD_ARGUMENT", `bad argument: a pool has 1 to ${MAX_SLOTS} contexts, not ${String(maximum)}`);
    this.#make = make;
    this.#maximum = maximum;
    this.#reclaim = reclaim;
  }

  /**
   * A slot that holds what was found; undefined if all that there may be are in use. Allocates nothing, but when the
   * pool grows.
   * @param {Found} found
   * @returns {S | undefined}
   */
  take(found) {
    const index = this.#held.pool ? wasm.wye_acquire(this.#held.pool, found.at << 2) : EXHAUSTED;
    if (index < 0) return this.#grow(index === EXHAUSTED, found) ? this.take(found) : undefined;
    const slot = this.#slots[index];
    slot.begin(found.text, found.written);
    slot.image = found.keptImage();
    slot.generation = words[this.#ledger + 2 * index];
    return slot;
  }

  /**
   * Gives back a slot that is in use.
   * @param {S} slot
   */
  give(slot) {
    wasm.wye_release(this.#held.pool, slot.index, slot.generation);
    slot.clear();
  }

  /**
   * The slot at a place, whatever it is used for; undefined if there is none.
   * @param {number} index
   * @returns {S | undefined}
   */
  slot(index) {
    return this.#slots[index];
  }

  /**
   * The id of the request that a slot serves.
   * @param {S} slot
   */
  requestId(slot) {
    return wasm.wye_request_id(this.#held.pool, slot.index, slot.generation);
  }

  /**
   * The cold step when there is no free slot, or when there are more parameters than a slot has room for.
   * @param {boolean} more slots are needed, not parameters
   * @param {Found} found
   */
  #grow(more, found) {
    const slots = more ? Math.min(2 * this.#slots.length || FIRST_SLOTS, this.#maximum) : this.#slots.length;
    const full = more && slots === this.#slots.length;
    const { used } = this.stats;
    if (more) this.#reclaim?.(this.#slots, full);
    if (this.stats.used < used) return true;
    if (full) return false;
    this.#resize(slots, Math.max(this.#params, found.paramCount));
    return true;
  }

  /**
   * @param {number} slots
   * @param {number} params
   */
  #resize(slots, params) {
    const old = this.#held.pool;
    const [low, high] = old ? [] : randomWords();
    const pool = cold(() =>
      old ? wasm.wye_pool_grow(old, slots, params) : wasm.wye_pool_new(slots, params, low, high),
    );
    if (!pool) throw new WyeError("NO_MEMORY", "no memory: the module's memory cannot grow");
    this.#held.pool = pool;
    this.#params = params;
    this.#ledger = (pool + POOL_LEDGER) >> 2;
    if (!old) forgotten?.register(this, this.#held);
    while (this.#slots.length < slots) this.#slots.push(this.#make(this.#slots.length));
    const first = pool + words[(pool + POOL_FIRST) >> 2];
    const stride = words[(pool + POOL_STRIDE) >> 2];
    for (const slot of this.#slots) slot.at = (first + slot.index * stride) >> 2;
  }

  /** @returns {PoolStats} */
  get stats() {
    const { pool } = this.#held;
    const [used, highWater] = pool ? [words[(pool + POOL_USED) >> 2], words[(pool + POOL_HIGH_WATER) >> 2]] : [0, 0];
    return { slots: this.#slots.length, used, highWater, maximum: this.#maximum };
  }
}

/** What reading through an old handle throws. */
export function stale() {
  return new WyeError(
    "STALE",
    "stale handle: this request is over and its context was given back; read what is needed later before the handler " +
      "returns, or keep the context with a stream (c.stream)",
  );
}
