// Identical requests at the same time share one run. flights.js draws the states of a run.

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
import { monotonicTime, steadyClock } from "./lib/clock.js";
import { Flights } from "./lib/single-flight.js";
import { keepRunning } from "./lib/runtime-quirks.js";
import { isSafe, isUnusual, keyOf, urlOf } from "./lib/identity.js";
import { Marks } from "./lib/marks.js";
import { isShareable, pack, unpack } from "./lib/buffered-response.js";
import { Waiter } from "./lib/waiter.js";

/**
 * @typedef {import("./lib/single-flight.js").Flight} Flight
 * @typedef {import("./lib/single-flight.js").Ending} Ending
 */

/**
 * @template [C=any]
 * @typedef {object} CoalesceOptions
 * @property {(c: C) => string | undefined | Promise<string | undefined>} [key] which requests are identical; default:
 *   those to the same URL. undefined: it runs on its own. Anything but a string, undefined or a promise of one is
 *   an error. Method and `vary` always belong to it
 * @property {string[]} [vary] fields of the request that must be the same, default accept, accept-encoding,
 *   accept-language and origin. A request with Authorization, Cookie, Range or one of the If- fields runs on its own,
 *   unless that field is listed here
 * @property {string[]} [methods] default GET and HEAD
 * @property {number} [maxBytes] of a body that is shared, default 1 MiB; above that, each request runs on its own
 * @property {number} [maxWait] milliseconds that one waits for another, default 10,000; then it runs on its own
 * @property {() => number} [now] milliseconds; for tests
 * @property {import("./lib/waiter.js").Timers} [timers] for tests
 */

const OPTIONS = ["key", "vary", "methods", "maxBytes", "maxWait", "now", "timers"];

/** Fields that make a request personal, or its response partial. */
const OWN = ["authorization", "cookie", "range", "if-range", "if-match", "if-none-match"].concat(
  ["if-modified-since", "if-unmodified-since"],
);

/**
 * While a request runs, identical ones wait for its response, and each gets its own copy. The first one gets its
 * response, or stream, as it comes; the others get it when it is complete. Nothing is kept after that.
 *
 * A response is not shared if it sets a cookie, says `private` or `no-store`, varies by a field that is not in `vary`,
 * has a Content-Encoding, is partial, or is sent piece by piece (`text/event-stream` and the like: see `etag`). Then
 * the others run on their own, all at once. Requests with a body or with Upgrade always run on their own.
 *
 * A failed run (an error, or a status of 500 or more) is the first request's alone: one of the waiters runs again for
 * the others, and they get its result, even an error. If the host has dropped the first one, another takes over; if it
 * takes longer than `maxWait`, all run on their own.
 *
 * A request that comes after an unsafe one with the same key has ended never joins a run that began before: it sees
 * what the unsafe one has changed.
 *
 * The steps after this one run once for all, and the header fields that they set are in all responses. Put what belongs
 * to one request (cookies, request ids, CORS) before it.
 * @template {import("#app").Context} [C=import("#app").Context]
 * @param {CoalesceOptions<C>} [options]
 * @returns {import("#app").MiddlewareOf<C>}
 */
export function coalesce(options = {}) {
  checkOptions("coalesce", options, OPTIONS);
  const { key = urlOf, vary = ["accept", "accept-encoding", "accept-language", "origin"] } = options;
  const { methods = ["GET", "HEAD"], maxBytes = 1048576, maxWait = 10000, timers = globalThis } = options;
  const { now = monotonicTime } = options;
  requireFunction("coalesce: key", key);
  requireFunction("coalesce: now", now);
  requireInteger("coalesce: maxBytes", maxBytes, 0);
  requireMilliseconds("coalesce: maxWait", maxWait);
  const fields = list("vary", vary).map((name) => requireFieldName("coalesce: a field of vary", name));
  const shareable = new Set(list("methods", methods).map(methodOf));
  const named = new Set(fields);
  const own = OWN.filter((name) => !named.has(name));
  const clock = { now: steadyClock([now]), timers };
  const shared = { clock, maxBytes, maxWait, named, flights: new Flights(clock, maxWait) };
  const marks = new Marks();

  return async (/** @type {any} */ c, /** @type {any} */ next) => {
    const { headers, method } = c.request;
    const joins = shareable.has(method);
    if (joins ? isUnusual(c.request) || own.some((name) => headers.has(name)) : isSafe(method)) return next();
    const what = await keyOf("coalesce", key(c));
    if (what === undefined) return next();
    if (!joins) return change(next, marks, what);
    // The key includes the last change, so requests that come after it do not find runs that began before it.
    const parts = [marks.last(what), method, ...fields.map((name) => headers.get(name)), what];
    return join(c, next, shared, JSON.stringify(parts));
  };
}

/** @param {unknown} name */
function methodOf(name) {
  if (typeof name === "string" && isToken(name)) return normalizeMethod(name);
  throw badArgument(`coalesce: a method of methods is a name such as GET, not ${JSON.stringify(name)}`);
}

/**
 * @param {string} name of the option
 * @param {unknown} value
 */
function list(name, value) {
  if (Array.isArray(value)) return value;
  throw badArgument(`coalesce: ${name} is an array of names, not ${JSON.stringify(value)}`);
}

/**
 * @param {any} next
 * @param {Marks} marks
 * @param {string} what
 */
async function change(next, marks, what) {
  try {
    return await next();
  } finally {
    marks.mark(what);
  }
}

/**
 * @typedef {object} Shared
 * @property {import("./lib/waiter.js").Clock} clock
 * @property {number} maxBytes
 * @property {number} maxWait
 * @property {Set<string>} named
 * @property {Flights} flights
 */

/**
 * Leads, or waits for the leader: until the run ends, nobody leads, or time runs out.
 * @param {any} c
 * @param {any} next
 * @param {Shared} shared
 * @param {string} key
 */
async function join(c, next, shared, key) {
  const { clock, flights, maxWait } = shared;
  const flight = flights.find(key);
  if (flight.isVacant) return lead(c, next, shared, key, flight);
  const waiter = new Waiter(clock);
  const end = clock.now() + maxWait;
  flight.waiters.add(waiter);
  while (flight.ending === undefined && !flight.isVacant && clock.now() < end) await waiter.pause(end - clock.now());
  flight.waiters.delete(waiter);
  // No await since the last check: of many waiters exactly one becomes the leader.
  if (flight.ending?.kind === "landed") return unpack(flight.ending.parcel);
  if (flight.ending?.kind === "failed") throw flight.ending.error;
  return flight.ending === undefined && flight.isVacant ? lead(c, next, shared, key, flight) : next();
}

/**
 * Runs the rest of the chain for all.
 * @param {any} c
 * @param {any} next
 * @param {Shared} shared
 * @param {string} key
 * @param {Flight} flight
 */
async function lead(c, next, { flights, maxBytes, named }, key, flight) {
  const leader = flights.lead(flight);
  const { executionCtx } = c;
  /** @param {Ending} ending */
  const end = (ending) => flights.end(key, flight, leader, ending);
  const fail = () => flights.fail(key, flight, leader);
  leader.late = () => end({ kind: "alone" });
  let response;
  try {
    const running = Promise.resolve(next());
    keepRunning(executionCtx, running);
    response = await running;
  } catch (error) {
    if (!fail()) end({ kind: "failed", error });
    throw error;
  }
  if (response.status >= 500 && flight.failures === 0) {
    if (!fail()) end({ kind: "alone" });
  } else if (!isShareable(response, named) || isLarge(response, maxBytes)) {
    end({ kind: "alone" });
  } else {
    keepRunning(executionCtx, land(response, maxBytes, leader, end, fail));
  }
  return response;
}

/**
 * Shares the leader's response with the others, as soon as it is complete.
 * @param {Response} response
 * @param {number} maxBytes
 * @param {{ late: () => void }} leader
 * @param {(ending: Ending) => void} end
 * @param {() => boolean} fail
 */
async function land(response, maxBytes, leader, end, fail) {
  const reader = response.clone().body?.getReader();
  leader.late = () => {
    end({ kind: "alone" });
    reader?.cancel().catch(() => {}); // nobody needs the copy
  };
  try {
    const parcel = await pack(response, reader, maxBytes);
    end(parcel === undefined ? { kind: "alone" } : { kind: "landed", parcel });
  } catch (error) {
    if (!fail()) end({ kind: "failed", error }); // the body broke off
  }
}

/**
 * @param {Response} response
 * @param {number} maxBytes
 */
function isLarge(response, maxBytes) {
  return Number(response.headers.get("content-length") ?? 0) > maxBytes;
}
