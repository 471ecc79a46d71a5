// ContextPool: keeps the results of many matches, each under a handle, which is a number. A slot of the pool has two
// halves: a context in linear memory, and an object here that reads it. Both are reused. The generation distinguishes
// one use from the next; the context's half counts it.

import { badArgument, checkOptions, requireInteger } from "../base/arguments.js";
import { WyeError } from "../base/error.js";
import {
  EXHAUSTED,
  MAX_SLOTS,
  POOL_FIRST,
  POOL_HIGH_WATER,
  POOL_LEDGER,
  POOL_STRIDE,
  POOL_USED,
} from "../wasm/constants.js";
import { create, int32At, wasm } from "../wasm/instance.js";
import { MatchResult } from "./match-result.js";
import { matchResultOf } from "./route-table.js";

/** @typedef {import("./route-table.js").RouteTable} RouteTable */

class Slot extends MatchResult {
  /** The generation of the current use; 0: the slot is free. */
  generation = 0;

  /** @param {number} index its index in the pool */
  constructor(index) {
    super();
    this.index = index;
  }
}

/** The slots that a pool begins with, and the parameters that each has room for. */
const FIRST_SLOTS = 64;
const FIRST_PARAMS = 8;

/** Frees the linear memory of pools that were garbage-collected. */
const forgotten =
  typeof FinalizationRegistry === "function"
    ? new FinalizationRegistry((/** @type {{ pool: number }} */ held) => wasm.wye_pool_free(held.pool))
    : undefined;

/**
 * Holds the results of matches until they are released. A handle is slot and generation in one number, never 0. A slot
 * retires after half a billion uses, so no handle ever repeats. Reading through a released handle throws a WyeError,
 * STALE, even if its slot now holds another match.
 */
export class ContextPool {
  /** The offset of the pool in linear memory; 0: there is none yet. The pool moves when it grows. */
  #held = { pool: 0 };
  /** @type {Slot[]} */
  #slots = [];
  /** The parameters that each slot has room for. */
  #params = FIRST_PARAMS;
  #maximum;

  /**
   * Allocates no linear memory before the first `acquire`.
   * @param {{ maximum?: number }} [options] the most matches held at the same time, up to 65,536; default 16,384
   */
  constructor(options = {}) {
    checkOptions("ContextPool", options, ["maximum"]);
    const { maximum = 16384 } = options;
    this.#maximum = requireInteger("maximum", maximum, 1, MAX_SLOTS);
  }

  /**
   * Holds the last match of `table`, whatever its outcome, and returns its handle. Throws a WyeError, EXHAUSTED, if
   * `maximum` matches are held. Allocates only when the pool grows.
   * @param {RouteTable} table
   */
  acquire(table) {
    const result = matchResultOf(table);
    if (result.context === 0) throw badArgument("this table has no match: call match first");
    let index = this.#take(result);
    while (index < 0) {
      this.#grow(index === EXHAUSTED, result.paramCount);
      index = this.#take(result);
    }
    const slot = this.#slots[index];
    slot.copy(result);
    slot.generation = int32At(this.#held.pool + POOL_LEDGER + 8 * index);
    return slot.generation * MAX_SLOTS + index;
  }

  /**
   * Copies the context into a free slot; returns the index of the slot, or a status.
   * @param {MatchResult} result
   */
  #take({ context }) {
    return this.#held.pool === 0 ? EXHAUSTED : wasm.wye_acquire(this.#held.pool, context);
  }

  /**
   * Makes more slots, or larger ones.
   * @param {boolean} isFull there is no free slot
   * @param {number} params that each slot needs room for
   */
  #grow(isFull, params) {
    const old = this.#held.pool;
    const slots = isFull ? Math.min(2 * this.#slots.length || FIRST_SLOTS, this.#maximum) : this.#slots.length;
    if (isFull && slots === this.#slots.length)
      throw new WyeError("EXHAUSTED", "exhausted: all contexts are in use: release some");
    const room = Math.max(this.#params, params);
    const [low, high] = old ? [] : crypto.getRandomValues(new Int32Array(2));
    const pool = create(() => (old ? wasm.wye_pool_grow(old, slots, room) : wasm.wye_pool_new(slots, room, low, high)));
    this.#held.pool = pool;
    this.#params = room;
    if (old === 0) forgotten?.register(this, this.#held);
    while (this.#slots.length < slots) this.#slots.push(new Slot(this.#slots.length));
    const first = pool + int32At(pool + POOL_FIRST);
    const stride = int32At(pool + POOL_STRIDE);
    for (const slot of this.#slots) slot.context = first + slot.index * stride;
  }

  /**
   * Frees the handle's slot for another match.
   * @param {number} handle
   */
  release(handle) {
    const slot = this.#slot(handle);
    wasm.wye_release(this.#held.pool, slot.index, slot.generation);
    slot.generation = 0;
    slot.forget();
  }

  /**
   * The handler id, or the outcome, of the match.
   * @param {number} handle
   */
  outcome(handle) {
    return this.#slot(handle).outcome;
  }

  /**
   * How many parameters were found.
   * @param {number} handle
   */
  paramCount(handle) {
    return this.#slot(handle).paramCount;
  }

  /**
   * As `param` of the table.
   * @param {number} handle
   * @param {string | number} key
   */
  param(handle, key) {
    return this.#slot(handle).param(key);
  }

  /**
   * As `rawParam` of the table.
   * @param {number} handle
   * @param {string | number} key
   */
  rawParam(handle, key) {
    return this.#slot(handle).rawParam(key);
  }

  /**
   * As `paramStart` of the table. Allocates nothing.
   * @param {number} handle
   * @param {string | number} key
   */
  paramStart(handle, key) {
    return this.#slot(handle).paramStart(key);
  }

  /**
   * As `paramEnd` of the table. Allocates nothing.
   * @param {number} handle
   * @param {string | number} key
   */
  paramEnd(handle, key) {
    return this.#slot(handle).paramEnd(key);
  }

  /**
   * As `params` of the table.
   * @param {number} handle
   */
  params(handle) {
    return this.#slot(handle).params();
  }

  /**
   * The pattern of the route; undefined without a hit.
   * @param {number} handle
   */
  pattern(handle) {
    return this.#slot(handle).route?.pattern;
  }

  /**
   * The name of the route; undefined without a hit or a name.
   * @param {number} handle
   */
  routeName(handle) {
    return this.#slot(handle).route?.name;
  }

  /** How many contexts there are, how many are in use, the most that ever were, and the most that may be. */
  get stats() {
    const { pool } = this.#held;
    const [used, highWater] = pool === 0 ? [0, 0] : [int32At(pool + POOL_USED), int32At(pool + POOL_HIGH_WATER)];
    return { slots: this.#slots.length, used, highWater, maximum: this.#maximum };
  }

  /** @param {number} handle */
  #slot(handle) {
    const index = handle & (MAX_SLOTS - 1);
    const slot = this.#slots[index];
    if (slot === undefined || slot.generation === 0 || (handle - index) / MAX_SLOTS !== slot.generation)
      throw new WyeError("STALE", "stale handle: the context was released; read what you need before that");
    return slot;
  }
}
