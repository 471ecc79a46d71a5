// Values that may be promises: a chain of synchronous steps stays synchronous.

/** @param {any} value */
export function isPromise(value) {
  return typeof value?.then === "function";
}

/**
 * Continues with a value, or with the value that a promise resolves to.
 * @template T, R
 * @param {T | Promise<T>} value
 * @param {(value: T) => R} use
 * @returns {R | Promise<R>}
 */
export function when(value, use) {
  return isPromise(value) ? /** @type {Promise<T>} */ (value).then(use) : use(/** @type {T} */ (value));
}

/**
 * Runs a function, such as `next`, and continues with its result, or with what it throws.
 * @template T, R
 * @param {() => T | Promise<T>} run
 * @param {(value: T) => R} done
 * @param {(error: unknown) => R} failed
 * @returns {R | Promise<R>}
 */
export function settle(run, done, failed) {
  let result;
  try {
    result = run();
  } catch (error) {
    return failed(error);
  }
  return isPromise(result) ? /** @type {Promise<T>} */ (result).then(done, failed) : done(/** @type {T} */ (result));
}

/**
 * @typedef {object} Outcome how the rest of the chain ended: with a response, or with what it threw
 * @property {Response} [response]
 * @property {unknown} [error]
 */

/**
 * Runs `next`, calls `see` with its outcome, and returns or throws the same.
 * @param {() => any} next
 * @param {(outcome: Outcome) => void} see
 */
export function observe(next, see) {
  return settle(
    next,
    (response) => {
      see({ response });
      return response;
    },
    (error) => {
      see({ error });
      throw error;
    },
  );
}
