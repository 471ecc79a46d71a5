// Limits the time of the rest of the chain: after that, 504, and an abort signal for the handler.

import { HttpError } from "../index.js";
import { checkOptions, requireMilliseconds } from "../base/arguments.js";
import { abandon } from "./lib/abandoned.js";
import { onAbort, signalOf } from "./lib/abort-signal.js";
import { isLimited, limitError } from "./lib/limit-error.js";
import { discard } from "./lib/response-body.js";
import { keepRunning } from "./lib/runtime-quirks.js";

/**
 * @typedef {import("./lib/waiter.js").Timers} Timers
 *
 * @typedef {object} TimeoutOptions
 * @property {number} ms milliseconds that the rest of the chain may take to make a response; its body may take longer
 * @property {Timers} [timers] for tests
 *
 * @typedef {object} TimeoutVariables the variables that it adds
 * @property {AbortSignal} signal aborted when the time is over, or when the client leaves, if the host reports that
 */

/**
 * Responds with 504 when the rest of the chain takes too long. A later result is discarded: the body of a response is
 * cancelled, an error ignored. A handler can stop early with `c.get("signal")`: pass it to fetch. Otherwise it runs to
 * its end, and so do the steps in between: a `logger` inside prints its line then. A handler that never awaits cannot
 * be stopped.
 * @param {TimeoutOptions} options
 * @returns {import("#app").Middleware}
 */
export function timeout(options) {
  checkOptions("timeout", options, ["ms", "timers"]);
  const { timers = globalThis } = options;
  const ms = requireMilliseconds("timeout: ms", options.ms);
  return (/** @type {any} */ c, /** @type {any} */ next) => {
    const controller = new AbortController();
    const outer = signalOf(c);
    onAbort(outer, () => controller.abort(outer?.reason));
    c.set("signal", controller.signal);
    const result = next();
    return result instanceof Promise ? within(c, result, ms, controller, timers) : result;
  };
}

/**
 * The result, or a 504 if it takes longer.
 * @param {any} c
 * @param {Promise<any>} result
 * @param {number} ms
 * @param {AbortController} controller
 * @param {Timers} timers
 */
function within(c, result, ms, controller, timers) {
  return new Promise((resolve, reject) => {
    let late = false;
    const timer = timers.setTimeout(() => {
      const message = `504 Gateway Timeout: no response within ${ms} ms`;
      // A request that still waits for a permit has not reached its handler, so its 504 is that of a limit.
      const error = isLimited(c) ? limitError(c, 504, message) : new HttpError(504, message);
      late = true;
      abandon(c, result);
      keepRunning(c.executionCtx, result);
      reject(error); // before the abort, so that its effects cannot settle this first
      controller.abort(error);
    }, ms);
    result.then(
      (response) => {
        timers.clearTimeout(timer);
        if (late) discard(response.body);
        else resolve(response);
      },
      (error) => {
        timers.clearTimeout(timer);
        reject(error);
      },
    );
  });
}
