// A bound on the time that the rest of a chain may take: 504 behind it, and a signal for whoever works on.

import { HttpError } from "../http-error.js";
import { milliseconds } from "./checks.js";

/**
 * @typedef {import("./waiter.js").Timers} Timers
 *
 * @typedef {object} TimeoutOptions
 * @property {number} ms how long the rest of the chain may take to make a response; its body may take longer
 * @property {Timers} [timers] for tests
 *
 * @typedef {object} TimeoutVariables what c.get finds
 * @property {AbortSignal} signal aborted when the time is over, or, where the host tells, when the client leaves
 */

/**
 * Answers with 504 when the rest of the chain takes too long. The request is over then: a handler that goes on finds
 * its `c` stale, and what it comes to is thrown away. It can stop by `c.get("signal")`: hand that to fetch.
 * A handler that never awaits cannot be stopped.
 * @param {TimeoutOptions} options
 * @returns {import("#app").Middleware}
 */
export function timeout({ ms, timers = globalThis }) {
  milliseconds("timeout: ms", ms);
  return (/** @type {any} */ c) => {
    const controller = new AbortController();
    follow(controller, c.get("signal") ?? c.request.signal);
    c.set("signal", controller.signal);
    const result = c.next();
    return typeof result?.then === "function" ? within(result, ms, controller, timers) : result;
  };
}

/**
 * @param {AbortController} controller
 * @param {AbortSignal | undefined} signal the client's, or that of a timeout around this one
 */
function follow(controller, signal) {
  const abort = () => controller.abort(signal?.reason);
  if (signal?.aborted) abort();
  else signal?.addEventListener("abort", abort, { once: true });
}

/**
 * What `result` comes to, or an error if that takes longer.
 * @param {Promise<any>} result
 * @param {number} ms
 * @param {AbortController} controller
 * @param {Timers} timers
 */
function within(result, ms, controller, timers) {
  return new Promise((resolve, reject) => {
    let late = false;
    const timer = timers.setTimeout(() => {
      const error = new HttpError(504, `504 Gateway Timeout: no answer within ${ms} ms`);
      late = true;
      reject(error); // first: what the signal brings about comes too late to count
      controller.abort(error);
    }, ms);
    result.then(
      (response) => {
        timers.clearTimeout(timer);
        if (late) response?.body?.cancel().catch(() => {}); // nobody will read it
        resolve(response);
      },
      (error) => {
        timers.clearTimeout(timer);
        reject(error);
      },
    );
  });
}
