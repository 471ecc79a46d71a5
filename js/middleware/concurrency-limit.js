// Limits how many requests run at the same time. Others wait in a queue; if it is full, they get 503.

import {
  checkOptions,
  requireBoolean,
  requireFunction,
  requireInteger,
  requireMilliseconds,
} from "../base/arguments.js";
import { whenEnded } from "./lib/abandoned.js";
import { onAbort, signalOf } from "./lib/abort-signal.js";
import { monotonicTime, steadyClock } from "./lib/clock.js";
import { limitError, setLimited } from "./lib/limit-error.js";
import { settle } from "./lib/maybe-promise.js";
import { keepRunning } from "./lib/runtime-quirks.js";
import { Semaphore } from "./lib/semaphore.js";
import { Waiter } from "./lib/waiter.js";
import { watchResponse } from "./lib/watch-response.js";

/**
 * @typedef {import("./lib/semaphore.js").Permit} Permit
 *
 * @typedef {object} ConcurrencyOptions
 * @property {number} limit requests that may run at the same time
 * @property {number} [queue] requests that may wait, default 0
 * @property {number} [maxWait] milliseconds that one may wait, default 10,000
 * @property {number} [lease] milliseconds, default 60,000, after which a request that has neither ended nor sent
 *   anything no longer counts. It must be longer than your slowest response takes
 * @property {number} [retryAfter] seconds for Retry-After, default 1
 * @property {boolean} [bodies] default true: a request counts until its response's body ends or is cancelled, which
 *   takes a stream around each body; false: until its response is made
 * @property {() => number} [now] milliseconds; for tests
 * @property {import("./lib/waiter.js").Timers} [timers] for tests
 */

const OPTIONS = ["limit", "queue", "maxWait", "lease", "retryAfter", "bodies", "now", "timers"];

/**
 * Lets `limit` requests run at the same time. Others wait, first come, first served; one that finds the queue full, or
 * waits too long, gets 503 and Retry-After. It counts only in this process (in workerd: this isolate).
 *
 * A request counts until its handler has settled and its response is complete, even if its client has left, or if a
 * `timeout` around this or inside has responded for it. A handler that obeys `c.get("signal")` makes room early. One
 * that never settles makes room when its lease expires, and a client that leaves while it waits, in the queue.
 * @param {ConcurrencyOptions} options
 * @returns {import("#app").Middleware}
 */
export function concurrencyLimit(options) {
  checkOptions("concurrencyLimit", options, OPTIONS);
  const { now = monotonicTime, timers = globalThis } = options;
  const limit = requireInteger("concurrencyLimit: limit", options.limit, 1);
  const queue = requireInteger("concurrencyLimit: queue", options.queue ?? 0, 0);
  const maxWait = requireMilliseconds("concurrencyLimit: maxWait", options.maxWait ?? 10000);
  const lease = requireMilliseconds("concurrencyLimit: lease", options.lease ?? 60000);
  const headers = { "retry-after": String(requireInteger("concurrencyLimit: retryAfter", options.retryAfter ?? 1, 0)) };
  const bodies = requireBoolean("concurrencyLimit: bodies", options.bodies, true);
  requireFunction("concurrencyLimit: now", now);
  const clock = { now: steadyClock([now]), timers };
  const semaphore = new Semaphore({ limit, queue, lease, now: clock.now });

  return (/** @type {any} */ c, /** @type {any} */ next) => {
    const free = semaphore.acquire();
    if (free !== undefined) return run(c, next, semaphore, free, bodies);
    return queueUp(c, semaphore, clock, maxWait).then((permit) => {
      if (permit === undefined) throw limitError(c, 503, BUSY, headers);
      return run(c, next, semaphore, permit, bodies);
    });
  };
}

const BUSY = "503 Service Unavailable: too many requests at once";

/**
 * Waits in the queue for a permit. undefined: the queue is full, the wait is too long, or nobody waits for the response
 * anymore.
 * @param {any} c
 * @param {Semaphore} semaphore
 * @param {import("./lib/waiter.js").Clock} clock
 * @param {number} maxWait
 */
async function queueUp(c, semaphore, clock, maxWait) {
  const { now } = clock;
  const signal = signalOf(c);
  const waiter = new Waiter(clock);
  const end = now() + maxWait;
  if (signal?.aborted || !semaphore.join(waiter)) return undefined;
  setLimited(c, true);
  const leave = () => {
    semaphore.leave(waiter); // at once: the host may drop the request after this event
    waiter.wake();
  };
  signal?.addEventListener("abort", leave, { once: true });
  try {
    while (now() < end && !signal?.aborted) {
      await waiter.pause(Math.min(end - now(), semaphore.untilLease));
      const permit = signal?.aborted ? undefined : semaphore.acquire(waiter);
      if (permit === undefined) continue;
      setLimited(c, false);
      return permit;
    }
    return undefined;
  } finally {
    signal?.removeEventListener("abort", leave);
    leave();
  }
}

/**
 * Runs the rest of the chain with a permit.
 * @param {any} c
 * @param {any} next
 * @param {Semaphore} semaphore
 * @param {Permit} permit
 * @param {boolean} bodies
 */
function run(c, next, semaphore, permit, bodies) {
  const release = () => whenEnded(c, () => semaphore.release(permit));
  const result = settle(
    next,
    (/** @type {Response} */ response) => {
      if (!bodies) {
        release();
        return response;
      }
      onAbort(c.request.signal, release); // nobody reads the body anymore
      const watched = watchResponse(response, () => semaphore.renew(permit), release);
      keepRunning(c.executionCtx, watched.begun);
      return watched.response;
    },
    (error) => {
      release();
      throw error;
    },
  );
  if (result instanceof Promise) keepRunning(c.executionCtx, result); // a dropped request would hold its permit
  return result;
}
