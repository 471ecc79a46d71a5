// Functions of the user that hear what happened, such as `report`.

import { isPromise } from "./maybe-promise.js";

/**
 * The default `report`. It looks `console.error` up each time, because tests and tools replace it.
 * @param {unknown} error
 */
export function printError(error) {
  console.error(error);
}

/**
 * Calls a listener. Its failure must not fail the request; nor must a later rejection end the process.
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
