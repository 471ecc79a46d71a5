// TokenBuckets: rate limits by key, in linear memory.

import { badArgument, requireInteger } from "../base/arguments.js";
import { MAX_KEYS } from "../wasm/constants.js";
import { create, inputOffset, wasm, writeInput } from "../wasm/instance.js";

/** Frees the block of buckets that were garbage-collected. A host without it keeps one block per rate limit. */
const forgotten =
  typeof FinalizationRegistry === "function"
    ? new FinalizationRegistry((/** @type {number} */ block) => wasm.wye_free(block))
    : undefined;

/**
 * A bucket for each key. It begins full, with `burst` tokens, and gains `rate` tokens a second up to that number. There
 * is room for a fixed number of keys. A new key that finds none takes over the fullest of the few buckets that it may
 * have, because the owner of that one gains least when it later begins again with a full bucket.
 */
export class TokenBuckets {
  #keys;
  #rate;
  #burst;
  /** In linear memory; 0 before the first key. */
  #block = 0;

  /**
   * @param {object} options
   * @param {number} options.keys the most keys; each takes some 50 bytes
   * @param {number} options.rate tokens a second, above 0
   * @param {number} options.burst tokens of a full bucket, 1 or more
   */
  constructor({ keys, rate, burst }) {
    this.#keys = requireInteger("keys", keys, 1, MAX_KEYS);
    if (!(rate > 0 && Number.isFinite(rate) && Number.isFinite(1 / rate)))
      throw badArgument(`rate must be a number of tokens a second, above 1e-308, not ${String(rate)}`);
    if (!(Number.isFinite(burst) && burst >= 1))
      throw badArgument(`burst must be a number of tokens, 1 or more, not ${String(burst)}`);
    this.#rate = rate;
    this.#burst = burst;
  }

  /**
   * Takes a token. Returns 0 if there was one, otherwise the seconds until there will be one.
   * @param {string} key any text; only its first 68 KiB (as UTF-8) count
   * @param {number} seconds the time, by any clock that does not run backwards
   */
  take(key, seconds) {
    if (this.#block === 0) this.#allocate();
    return wasm.wye_buckets_take(this.#block, inputOffset, writeInput(key), seconds);
  }

  /** Runs at the first key, not earlier: workerd has no random numbers outside a request. */
  #allocate() {
    const [low, high] = crypto.getRandomValues(new Uint32Array(2));
    this.#block = create(() => wasm.wye_buckets_new(this.#keys, this.#rate, this.#burst, low, high));
    forgotten?.register(this, this.#block);
  }
}
