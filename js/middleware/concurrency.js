// So many requests at one time; the next ones wait their turn, 503 beyond that.

import { HttpError } from "../http-error.js";
import { keepRunning, tellsLeaving } from "./host.js";
import { count, milliseconds } from "./checks.js";
import { Semaphore } from "./semaphore.js";
import { Waiter } from "./waiter.js";
import { watchBody } from "./watch-body.js";

/**
 * @typedef {import("./semaphore.js").Permit} Permit
 *
 * @typedef {object} ConcurrencyOptions
 * @property {number} limit requests that may run at one time
 * @property {number} [queue] requests that may wait, default 0
 * @property {number} [maxWait] milliseconds that one may wait, default 10,000
 * @property {number} [lease] milliseconds, default 60,000, after which a request that neither ended nor sent anything
 *   does not count any more: longer than your slowest answer
 * @property {number} [retryAfter] seconds for Retry-After, default 1
 * @property {boolean} [bodies] default true: a request runs until its response's body ends or is cancelled, which takes
 *   a stream of its own around each body; false: until its response is made
 * @property {() => number} [now] milliseconds; for tests
 * @property {import("./waiter.js").Timers} [timers] for tests
 */

/**
 * Lets `limit` requests run at one time. The next ones wait, first come first served; who finds the queue full, or
 * waits for too long, is answered with 503 and Retry-After. It counts in this process (in workerd: this isolate) alone.
 *
 * A request gives its place back when its response is over or it fails; when `c.get("signal")` of a timeout around
 * this, or the request's own signal, says that nobody waits for it any more (a handler that goes on does not count
 * then); and for those of which nobody hears again there is the lease.
 * @param {ConcurrencyOptions} options
 * @returns {import("#app").Middleware}
 */
export function concurrencyLimit(options) {
  const { limit, queue = 0, maxWait = 10000, lease = 60000, retryAfter = 1, bodies = true } = options;
  const { now = Date.now, timers = globalThis } = options;
  count("concurrencyLimit: limit", limit, 1);
  count("concurrencyLimit: queue", queue, 0);
  count("concurrencyLimit: retryAfter", retryAfter, 0);
  milliseconds("concurrencyLimit: maxWait", maxWait);
  milliseconds("concurrencyLimit: lease", lease);
  const semaphore = new Semaphore({ limit, queue, lease, now });
  const refused = () => new HttpError(503, BUSY, { headers: { "retry-after": String(retryAfter) } });

  return async (/** @type {any} */ c) => {
    const signal = /** @type {AbortSignal | undefined} */ (c.get("signal") ?? c.request.signal);
    const permit = semaphore.take() ?? (await turn(semaphore, new Waiter({ now, timers }), maxWait, now, signal));
    if (permit === undefined) throw refused();
    return run(c, semaphore, permit, bodies, signal);
  };
}

const BUSY = "503 Service Unavailable: too many requests at one time";

/**
 * Waits in the queue; undefined if that is full, if it takes too long, or if nobody waits for the answer any more.
 * @param {Semaphore} semaphore
 * @param {Waiter} waiter
 * @param {number} maxWait
 * @param {() => number} now
 * @param {AbortSignal | undefined} signal
 */
async function turn(semaphore, waiter, maxWait, now, signal) {
  const end = now() + maxWait;
  if (signal?.aborted || !semaphore.join(waiter)) return undefined;
  const leave = () => {
    semaphore.leave(waiter); // at once: the host may drop the request behind this event
    waiter.wake();
  };
  signal?.addEventListener("abort", leave, { once: true });
  try {
    while (now() < end && !signal?.aborted) {
      await waiter.pause(end - now());
      const permit = signal?.aborted ? undefined : semaphore.take(waiter);
      if (permit) return permit;
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
 * @param {Semaphore} semaphore
 * @param {Permit} permit
 * @param {boolean} bodies
 * @param {AbortSignal | undefined} signal
 */
async function run(c, semaphore, permit, bodies, signal) {
  const give = () => semaphore.give(permit);
  // Dropped by the host in the middle it would not get to `give`.
  const executionCtx = tellsLeaving ? undefined : c.executionCtx;
  let response;
  try {
    signal?.addEventListener("abort", give, { once: true });
    const running = Promise.resolve(c.next());
    keepRunning(executionCtx, running);
    response = await running;
  } catch (error) {
    give();
    throw error;
  }
  if (bodies && response instanceof Response) {
    const watched = watchBody(response, () => semaphore.renew(permit), give);
    keepRunning(executionCtx, watched.begun);
    return watched.response;
  }
  give();
  return response;
}
