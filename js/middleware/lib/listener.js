// Functions of the user that only observe, such as `report`.

import { isPromise } from "./maybe-promise.js";

/**
 * The default `report`. It looks up `console.error` at each call, because tests and tools replace it.
 * @param {unknown} error
 */
export function printError(error) {
  console.error(error);
}

/**
 * Calls a listener. If it throws, the request must not fail; if it rejects later, the process must not end.
 * @param {(...what: any[]) => unknown} listener
 * @param {...unknown} what
 */
export function notify(listener, ...what) {
  try {
    const result = listener(...what);
    if (isPromise(result)) /** @type {Promise<unknown>} */ (result).then(undefined, printError);
  } catch (error) {
    console.error(error);
  }
}
