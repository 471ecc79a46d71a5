// Identical requests at the same time share one run of the handler. lib/single-flight.js draws the states of a run.

import {
  badArgument,
  checkOptions,
  isToken,
  normalizeMethod,
  requireFieldName,
  requireFunction,
  requireInteger,
  requireMilliseconds,
} from "../base/arguments.js";
import { bufferResponse, isShareable, responseOf } from "./lib/buffered-response.js";
import { monotonicTime, steadyClock } from "./lib/clock.js";
import { CONDITIONS } from "./lib/conditional-requests.js";
import { Invalidations } from "./lib/invalidations.js";
import { hasBodyOrUpgrade, isSafe, keyOf, urlOf } from "./lib/request-key.js";
import { keepRunning } from "./lib/runtime-quirks.js";
import { SingleFlight } from "./lib/single-flight.js";
import { Waiter } from "./lib/waiter.js";

/** @typedef {import("./lib/single-flight.js").SharedRun} SharedRun */

/**
 * @template [C=any]
 * @typedef {object} CoalesceOptions
 * @property {(c: C) => string | undefined | Promise<string | undefined>} [key] which requests are identical; default:
 *   those to the same URL. undefined: the request runs on its own. Method and `vary` are always part of the key
 * @property {string[]} [vary] fields of the request that must be equal; default accept, accept-encoding,
 *   accept-language and origin. A request with Authorization, Cookie, Range or one of the If- fields runs on its own,
 *   unless that field is listed here
 * @property {string[]} [methods] default GET and HEAD
 * @property {number} [maxBytes] of a shared body, default 1 MiB; above that, each request runs on its own
 * @property {number} [maxWait] milliseconds that a request waits for another, default 10,000; then it runs on its own
 * @property {() => number} [now] milliseconds; for tests
 * @property {import("./lib/waiter.js").Timers} [timers] for tests
 */

const OPTIONS = ["key", "vary", "methods", "maxBytes", "maxWait", "now", "timers"];

/** Fields that make a request personal, or its response partial. */
const PERSONAL = ["authorization", "cookie", "range", "if-range", ...CONDITIONS];

/**
 * While a request runs, identical ones wait for its response, and each gets its own copy. The first request gets its
 * response, or stream, as it comes; the others get it when it is complete. After that nothing is kept.
 *
 * A response is not shared if it sets a cookie, says `private` or `no-store`, varies by a field that is not in `vary`,
 * has a Content-Encoding, is partial, or is sent piece by piece (`text/event-stream` and the like: see `etag`). Then
 * the others run on their own, all at once. Requests with a body or with Upgrade always run on their own.
 *
 * A failed run (an error, or a status of 500 or more) concerns only the first request: one of the waiters runs again
 * for the others, and they get its result, even an error. If the host has dropped the first request, another one takes
 * over; if a run takes longer than `maxWait`, all run on their own.
 *
 * A request that arrives after an unsafe one with the same key has ended never joins a run that began before that. So
 * it sees what the unsafe one has changed.
 *
 * The steps after this one run once for all, and the header fields that they set are in all responses. Put what belongs
 * to one request (cookies, request ids, CORS) before it.
 * @template {import("#app").Context} [C=import("#app").Context]
 * @param {CoalesceOptions<C>} [options]
 * @returns {import("#app").MiddlewareOf<C>}
 */
export function coalesce(options = {}) {
  checkOptions("coalesce", options, OPTIONS);
  const { key: keyOption = urlOf, vary = ["accept", "accept-encoding", "accept-language", "origin"] } = options;
  const { methods = ["GET", "HEAD"], maxBytes = 1048576, maxWait = 10000, timers = globalThis } = options;
  const { now = monotonicTime } = options;
  requireFunction("coalesce: key", keyOption);
  requireFunction("coalesce: now", now);
  requireInteger("coalesce: maxBytes", maxBytes, 0);
  requireMilliseconds("coalesce: maxWait", maxWait);
  const fields = requireArray("vary", vary).map((name) => requireFieldName("coalesce: a field of vary", name));
  const shareable = new Set(requireArray("methods", methods).map(requireMethod));
  const inKey = new Set(fields);
  const personal = PERSONAL.filter((name) => !inKey.has(name));
  const clock = { now: steadyClock([now]), timers };
  const settings = { clock, maxBytes, maxWait, inKey, flights: new SingleFlight(clock, maxWait) };
  const invalidations = new Invalidations();

  return async (/** @type {any} */ c, /** @type {any} */ next) => {
    const { headers, method } = c.request;
    const joins = shareable.has(method);
    if (joins ? hasBodyOrUpgrade(c.request) || personal.some((name) => headers.has(name)) : isSafe(method))
      return next();
    const key = await keyOf("coalesce", keyOption(c));
    if (key === undefined) return next();
    if (joins) {
      // With the last invalidation in the key, requests after it do not find runs that began before it.
      const parts = [invalidations.last(key), method, ...fields.map((name) => headers.get(name)), key];
      return join(c, next, settings, JSON.stringify(parts));
    }
    try {
      return await next();
    } finally {
      invalidations.invalidate(key);
    }
  };
}

/** @param {unknown} name */
function requireMethod(name) {
  if (typeof name === "string" && isToken(name)) return normalizeMethod(name);
  throw badArgument(`coalesce: each of methods must be a name such as GET, not ${JSON.stringify(name)}`);
}

/**
 * @param {string} name of the option
 * @param {unknown} value
 */
function requireArray(name, value) {
  if (Array.isArray(value)) return value;
  throw badArgument(`coalesce: ${name} must be an array of names, not ${JSON.stringify(value)}`);
}

/**
 * @typedef {object} Settings
 * @property {import("./lib/waiter.js").Clock} clock
 * @property {number} maxBytes
 * @property {number} maxWait
 * @property {Set<string>} inKey names of the request's fields that the key holds
 * @property {SingleFlight} flights
 */

/**
 * Leads a run, or waits until it ends, it has no leader, or the time is over.
 * @param {any} c
 * @param {any} next
 * @param {Settings} settings
 * @param {string} key
 */
async function join(c, next, settings, key) {
  const { clock, flights, maxWait } = settings;
  const run = flights.find(key);
  if (run.needsLeader) return lead(c, next, settings, run);
  const waiter = new Waiter(clock);
  const end = clock.now() + maxWait;
  run.waiters.add(waiter);
  while (run.result === undefined && !run.needsLeader && clock.now() < end) await waiter.pause(end - clock.now());
  run.waiters.delete(waiter);
  // No await since the last check: of many waiters exactly one becomes the leader.
  if (run.result?.kind === "shared") return responseOf(run.result.response);
  if (run.result?.kind === "failed") throw run.result.error;
  return run.result === undefined && run.needsLeader ? lead(c, next, settings, run) : next();
}

/**
 * Runs the rest of the chain for all requests of a run.
 * @param {any} c
 * @param {any} next
 * @param {Settings} settings
 * @param {SharedRun} run
 */
async function lead(c, next, { flights, maxBytes, inKey }, run) {
  const leader = flights.lead(run);
  const { executionCtx } = c;
  leader.onTimeout = () => leader.end(UNSHARED);
  let response;
  try {
    const running = Promise.resolve(next());
    keepRunning(executionCtx, running);
    response = await running;
  } catch (error) {
    leader.fail({ kind: "failed", error });
    throw error;
  }
  if (response.status >= 500 && run.failures === 0) leader.fail(UNSHARED);
  else if (isShareable(response, inKey, maxBytes)) keepRunning(executionCtx, share(response, maxBytes, leader));
  else leader.end(UNSHARED);
  return response;
}

const UNSHARED = /** @type {const} */ ({ kind: "unshared" });

/**
 * Shares the leader's response with the others, as soon as it is complete.
 * @param {Response} response
 * @param {number} maxBytes
 * @param {ReturnType<SingleFlight["lead"]>} leader
 */
async function share(response, maxBytes, leader) {
  const reader = response.clone().body?.getReader();
  leader.onTimeout = () => {
    leader.end(UNSHARED);
    reader?.cancel().catch(() => {}); // nobody needs the copy
  };
  try {
    const buffered = await bufferResponse(response, reader, maxBytes);
    leader.end(buffered === undefined ? UNSHARED : { kind: "shared", response: buffered });
  } catch (error) {
    leader.fail({ kind: "failed", error }); // the body broke off
  }
}
