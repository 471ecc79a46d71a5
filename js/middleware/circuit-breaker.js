// Keeps requests away from what fails: 503 without a try. The states are in breaker.js.

import { HttpError } from "../http-error.js";
import { Breaker } from "./breaker.js";
import { badArgument } from "../arguments.js";
import { count, milliseconds } from "./checks.js";
import { keepRunning } from "./host.js";

/**
 * @typedef {object} Outcome what the rest of the chain came to: a response, or what it threw
 * @property {Response} [response]
 * @property {unknown} [error]
 *
 * @typedef {object} CircuitBreakerOptions
 * @property {number} [failures] so many within the window open it, default 5
 * @property {number} [window] milliseconds, default 10,000
 * @property {number} [cooldown] milliseconds for which it stays open, and after which a probe without an answer is
 *   taken for a failure; default 30,000
 * @property {number} [probes] requests that are let through then; all must succeed. Default 1
 * @property {(outcome: Outcome) => boolean} [isFailure] default: an error, but an HttpError below 500; a status of 500
 *   or more
 * @property {() => number} [now] milliseconds; for tests
 */

/**
 * Answers with 503 and Retry-After, without calling the rest of the chain, while that has failed too often. Put it
 * around one thing that can fail: one backend. Requests whose client left (where the host tells) count neither way.
 * @param {CircuitBreakerOptions} [options]
 * @returns {import("#app").Middleware}
 */
export function circuitBreaker(options = {}) {
  const { failures = 5, window = 10000, cooldown = 30000, probes = 1 } = options;
  const { isFailure = failsByItself, now = Date.now } = options;
  count("circuitBreaker: failures", failures, 1);
  count("circuitBreaker: probes", probes, 1);
  milliseconds("circuitBreaker: window", window);
  milliseconds("circuitBreaker: cooldown", cooldown);
  if (typeof isFailure !== "function")
    throw badArgument("circuitBreaker: isFailure is a function of { response, error }");
  const breaker = new Breaker({ failures, window, cooldown, probes });

  return async (/** @type {any} */ c) => {
    const period = breaker.enter(now());
    if (period < 0) throw isOpen(breaker.wait(now()));
    const { signal } = c.request; // here: when the chain is over `c` may be stale
    const report = (/** @type {Outcome} */ outcome) => {
      let result = /** @type {"unknown" | "success" | "failure"} */ ("failure"); // also when isFailure throws
      try {
        result = signal?.aborted ? "unknown" : isFailure(outcome) ? "failure" : "success";
      } finally {
        breaker.report(period, result, now());
      }
    };
    const running = observe(c, report);
    // A probe that the host drops would be taken for one that got no answer.
    if (breaker.state(now()) === "half-open") keepRunning(c.executionCtx, running);
    return running;
  };
}

/** @param {number} wait milliseconds */
function isOpen(wait) {
  const seconds = Math.max(1, Math.ceil(wait / 1000));
  return new HttpError(503, "503 Service Unavailable: it has failed too often", {
    headers: { "retry-after": String(seconds) },
  });
}

/**
 * @param {any} c
 * @param {(outcome: Outcome) => void} report
 */
async function observe(c, report) {
  let response;
  try {
    response = await c.next();
  } catch (error) {
    report({ error });
    throw error;
  }
  report({ response });
  return response;
}

/** @param {Outcome} outcome */
function failsByItself({ response, error }) {
  if (response instanceof Response) return response.status >= 500;
  return !(error instanceof HttpError) || error.status >= 500;
}
