// Keeps requests away from a failing backend by a 503. lib/breaker-state.js draws the states.

import { HttpError } from "../index.js";
import { badArgument, checkOptions, requireFunction, requireInteger, requireMilliseconds } from "../base/arguments.js";
import { isAbandoned } from "./lib/abandoned.js";
import { BreakerState } from "./lib/breaker-state.js";
import { monotonicTime, steadyClock } from "./lib/clock.js";
import { isLimited, limitError } from "./lib/limit-error.js";
import { isPromise, observe } from "./lib/maybe-promise.js";
import { keepRunning } from "./lib/runtime-quirks.js";
import { hasUpload, watchUpload } from "./lib/watch-upload.js";

/**
 * @typedef {import("./lib/maybe-promise.js").Outcome} Outcome
 * @typedef {import("./lib/watch-upload.js").Upload} Upload
 *
 * @typedef {object} CircuitBreakerOptions
 * @property {number} [failures] the failures within the window that open the breaker; default 5
 * @property {number} [window] milliseconds, default 10,000
 * @property {number} [cooldown] milliseconds for which it stays open; also the time after which a probe without an
 *   outcome counts as a failure. Default 30,000
 * @property {number} [probes] the requests that it lets through after that, all of which must succeed. Default 1
 * @property {(outcome: Outcome) => boolean} [isFailure] default: a status of 500 or more, and any error except
 *   an HttpError below 500. Not called if the client is at fault
 * @property {() => number} [now] milliseconds; for tests
 */

const OPTIONS = ["failures", "window", "cooldown", "probes", "isFailure", "now"];

/**
 * The milliseconds that a client may keep a probe waiting, in total, before a request with a body replaces it. (A
 * request without a body replaces it at once.) After that time an error counts as the client's fault.
 */
const PATIENCE = 1000;

/**
 * Responds with 503 and Retry-After after the rest of the chain has failed too often, without running it. Put it around
 * one thing that can fail: one backend.
 *
 * Failures that a client causes do not count: it left (if the host reports that), or its upload broke off, or stalled
 * until the time was over. Nor do refusals by this package's own limits inside. To watch an upload, this replaces
 * `c.request` by a copy.
 * @param {CircuitBreakerOptions} [options]
 * @returns {import("#app").Middleware}
 */
export function circuitBreaker(options = {}) {
  checkOptions("circuitBreaker", options, OPTIONS);
  const breaker = new BreakerState({
    failures: requireInteger("circuitBreaker: failures", options.failures ?? 5, 1),
    probes: requireInteger("circuitBreaker: probes", options.probes ?? 1, 1),
    window: requireMilliseconds("circuitBreaker: window", options.window ?? 10000),
    cooldown: requireMilliseconds("circuitBreaker: cooldown", options.cooldown ?? 30000),
  });
  const { isFailure = failsByItself, now: time = monotonicTime } = options;
  requireFunction("circuitBreaker: isFailure", isFailure);
  requireFunction("circuitBreaker: now", time);
  const now = steadyClock([time]);

  return (/** @type {any} */ c, /** @type {any} */ next) => {
    const { signal } = c.request;
    const pass = breaker.enter(now(), hasUpload(c.request) ? PATIENCE : 0);
    if (pass === undefined) {
      const seconds = String(Math.max(1, Math.ceil(breaker.wait(now()) / 1000)));
      throw limitError(c, 503, "503 Service Unavailable: it has failed too often", { "retry-after": seconds });
    }
    const upload = watchUpload(c.request, now);
    if (upload !== undefined) {
      c.request = upload.request;
      pass.waits = () => (upload.isAwaited ? upload.waited : undefined);
    }
    const running = observe(next, (outcome) => {
      let result = /** @type {"unknown" | "success" | "failure"} */ ("failure"); // even if isFailure throws
      try {
        if (signal?.aborted || upload?.failed || isLimited(c, outcome.error)) result = "unknown";
        else if (!requireDecision(isFailure(outcome))) result = "success";
        else if (upload !== undefined && isStalled(c, upload, outcome.error)) result = "unknown";
      } finally {
        breaker.report(pass, result, now());
      }
    });
    // Otherwise, the host may drop a probe, which would count as a failure.
    if (running instanceof Promise && breaker.state(now()) === "half-open") keepRunning(c.executionCtx, running);
    return running;
  };
}

/** Refuses a promise. @param {unknown} decision what isFailure returned */
function requireDecision(decision) {
  if (!isPromise(decision)) return decision;
  Promise.resolve(decision).catch(() => {});
  throw badArgument("circuitBreaker: isFailure must return true or false, not a promise");
}

/** The default `isFailure`. @param {Outcome} outcome */
function failsByItself({ response, error }) {
  if (response !== undefined) return response.status >= 500;
  return !(error instanceof HttpError) || error.status >= 500;
}

/** Names of the errors of timeouts and aborts. */
const TIME_IS_OVER = ["AbortError", "TimeoutError"];

/**
 * Whether a failure is the fault of a client that does not send its body: the time was over while the handler waited
 * for the body, or the handler waited for longer than PATIENCE.
 * @param {any} c
 * @param {Upload} upload
 * @param {any} error
 */
function isStalled(c, { waits }, error) {
  if (waits === undefined) return false;
  return isAbandoned(c) || error?.status === 504 || TIME_IS_OVER.includes(error?.name) || waits >= PATIENCE;
}
