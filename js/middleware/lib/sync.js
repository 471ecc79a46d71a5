// Values that may be promises: a chain of synchronous steps stays synchronous.

/** @param {any} value */
export function isPromise(value) {
  return typeof value?.then === "function";
}

/**
 * Continues with a value, or with what it resolves to.
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
 * The default `report`. It looks `console.error` up late: tests and tools replace it.
 * @param {unknown} error
 */
export function print(error) {
  console.error(error);
}

/**
 * Calls a listener. Its failure must not fail the request, nor, if it comes later, end the process.
 * @param {(...what: any[]) => unknown} listener
 * @param {...unknown} what
 */
export function tell(listener, ...what) {
  try {
    const result = listener(...what);
    if (isPromise(result)) /** @type {Promise<unknown>} */ (result).then(undefined, (error) => console.error(error));
  } catch (error) {
    console.error(error);
  }
}
