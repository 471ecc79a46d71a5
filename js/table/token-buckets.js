// TokenBuckets: who may do how much, by key, in linear memory.

import { WyeError } from "../base/error.js";
import { INPUT, cold, failure, wasm, writeInput } from "../wasm/instance.js";

/** As wye.h has it. */
const MAX_KEYS = 16777216;

/** @param {{ block: number }} held */
function release(held) {
  wasm.wye_free(held.block);
  held.block = 0;
}

/** Gives back what forgotten buckets held. A host without it keeps them: as many as there are rate limits. */
const forgotten = typeof FinalizationRegistry === "function" ? new FinalizationRegistry(release) : undefined;

/**
 * A bucket for each key. It holds at most `burst` tokens, is full in the beginning, and gets `rate` of them a second.
 * There is room for a fixed number of keys; where a new one finds none, the fullest of the few buckets that it may
 * have is given up, whose owner gains least by that.
 */
export class TokenBuckets {
  #keys;
  #rate;
  #burst;
  #held = { block: 0 };

  /**
   * @param {object} options
   * @param {number} options.keys room for so many; some 50 bytes each
   * @param {number} options.rate tokens a second, above 0
   * @param {number} options.burst tokens of a full bucket, 1 or more
   */
  constructor({ keys, rate, burst }) {
    check("keys", `an integer from 1 to ${MAX_KEYS}`, keys, Number.isInteger(keys) && keys >= 1 && keys <= MAX_KEYS);
    const isRate = rate > 0 && Number.isFinite(rate) && Number.isFinite(1 / rate);
    check("rate", "a number of tokens a second, above 1e-308", rate, isRate);
    check("burst", "a number of tokens, 1 or more", burst, Number.isFinite(burst) && burst >= 1);
    this.#keys = keys;
    this.#rate = rate;
    this.#burst = burst;
  }

  /**
   * Takes a token. 0: there was one; else the seconds until there will be one.
   * @param {string} key any text; of one longer than the input buffer (68 KiB as UTF-8) only what fits counts
   * @param {number} seconds the time, by any clock that does not run backwards
   */
  take(key, seconds) {
    if (this.#held.block === 0) this.#allocate();
    return wasm.wye_buckets_take(this.#held.block, INPUT, writeInput(key), seconds);
  }

  /** When the first key comes, not before: workerd has no random numbers until a request is there. */
  #allocate() {
    const [low, high] = crypto.getRandomValues(new Uint32Array(2));
    this.#held.block = cold(() => wasm.wye_buckets_new(this.#keys, this.#rate, this.#burst, low, high));
    if (this.#held.block === 0) throw failure();
    forgotten?.register(this, this.#held);
  }
}

/**
 * @param {string} name
 * @param {string} wanted
 * @param {unknown} value
 * @param {boolean} good
 */
function check(name, wanted, value, good) {
  if (!good) throw new WyeError("BAD_ARGUMENT", `bad argument: ${name} must be ${wanted}, not ${String(value)}`);
}
