// The pool as integers: what a table's last match found is held under a handle, a number, beside any number of others.

import { checkOptions } from "../base/arguments.js";
import { MAX_SLOTS } from "../wasm/constants.js";
import { WyeError } from "../base/error.js";
import { Pool, Slot, stale } from "./pool.js";
import { lastMatch } from "./route-table.js";

/** @typedef {import("./route-table.js").RouteTable} RouteTable */

/**
 * Holds what tables' matches found until it is released. A handle is slot and generation in one number, never 0: exact
 * for half a billion uses of each slot, behind which the slot rests. Reading through a handle that was released throws
 * a WyeError, STALE, also when its slot holds another match by then.
 */
export class ContextPool {
  #pool;

  /** @param {{ maximum?: number }} [options] the most that may be held at one time, up to 65,536 */
  constructor(options = {}) {
    checkOptions("ContextPool", options, ["maximum"]);
    const { maximum = 16384 } = options;
    this.#pool = new Pool((index) => new Slot(index), maximum);
  }

  /**
   * Holds what the last match of `table` found, whatever its outcome. Returns the handle. Throws a WyeError, EXHAUSTED,
   * if as many are held as may be. Allocates nothing, but when the pool grows.
   * @param {RouteTable} table
   */
  acquire(table) {
    const found = lastMatch(table);
    if (!found.at) throw new WyeError("BAD_ARGUMENT", "bad argument: this table has not matched anything yet");
    const slot = this.#pool.take(found);
    if (slot === undefined) throw new WyeError("EXHAUSTED", "exhausted: every context of the pool is in use");
    return slot.generation * MAX_SLOTS + slot.index;
  }

  /**
   * Gives the handle's slot back.
   * @param {number} handle
   */
  release(handle) {
    this.#pool.give(this.#slot(handle));
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

  /** How many contexts there are, are in use, were in use at most, and may be. */
  get stats() {
    return this.#pool.stats;
  }

  /** @param {number} handle */
  #slot(handle) {
    const index = handle & (MAX_SLOTS - 1);
    const slot = this.#pool.slot(index);
    if (slot === undefined || slot.generation === 0 || (handle - index) / MAX_SLOTS !== slot.generation) throw stale();
    return slot;
  }
}
