// Identical requests at one time share one run. What becomes of a run is drawn in flights.js.

import { badArgument, checkOptions, isToken, verb } from "../arguments.js";
import { callable, count, fieldName, milliseconds } from "./checks.js";
import { monotonicTime, steadyClock } from "./clock.js";
import { Flights } from "./flights.js";
import { keepRunning } from "./host.js";
import { isSafe, isUnusual, keyOf, urlOf } from "./identity.js";
import { Marks } from "./marks.js";
import { isShareable, pack, unpack } from "./parcel.js";
import { Waiter } from "./waiter.js";

/**
 * @typedef {import("./flights.js").Flight} Flight
 * @typedef {import("./flights.js").Ending} Ending
 */

/**
 * @template [C=any]
 * @typedef {object} CoalesceOptions
 * @property {(c: C) => string | undefined | Promise<string | undefined>} [key] which requests are identical; default:
 *   those to the same URL. undefined: this one runs by itself. Anything but a string, undefined or a promise of one is
 *   an error. Method and `vary` are part of it in any case
 * @property {string[]} [vary] fields of the request that must be the same, default accept, accept-encoding,
 *   accept-language and origin. A request with Authorization, Cookie, Range or one of the If- fields runs by itself,
 *   unless that field is named here
 * @property {string[]} [methods] default GET and HEAD
 * @property {number} [maxBytes] of a body that is kept for others, default 1 MiB; above it they run by themselves
 * @property {number} [maxWait] milliseconds that one waits for another, default 10,000; then it runs by itself
 * @property {() => number} [now] milliseconds; for tests
 * @property {import("./waiter.js").Timers} [timers] for tests
 */

const OPTIONS = ["key", "vary", "methods", "maxBytes", "maxWait", "now", "timers"];

/** What makes a request one client's own, or its response a part of one. */
const OWN = ["authorization", "cookie", "range", "if-range", "if-match", "if-none-match"].concat(
  ["if-modified-since", "if-unmodified-since"],
);

/**
 * While a request runs, those that are identical wait for its response, and each gets a copy of its own. The first one
 * gets its response as it comes, streams too; the others when it is complete. Nothing is kept after that.
 *
 * A response is shared only if it may be: not if it sets a cookie, says `private` or `no-store`, varies by a field that
 * is not in `vary`, has a Content-Encoding, is a part, or is sent as it comes up (`text/event-stream` and its kind: see
 * `etag`). Then the others run by themselves, all at once. So do requests with a body or with Upgrade, always.
 *
 * A run that fails (throws, or has a status of 500 or more) is the first request's alone: one of those that wait runs
 * once more for the others, and they get what that comes to, even an error. If the host has dropped the first one,
 * another one takes over; if it takes longer than `maxWait`, they all run by themselves.
 *
 * A request that comes after one with a method that is not safe has ended, for the same key, never joins a run that
 * began before: it sees what the other one has changed.
 *
 * The steps after this one run once for all of them, and the header fields that they set are in all responses. What is
 * one request's own (cookies, request ids, CORS) belongs before it.
 * @template {import("#app").Context} [C=import("#app").Context]
 * @param {CoalesceOptions<C>} [options]
 * @returns {import("#app").MiddlewareOf<C>}
 */
export function coalesce(options = {}) {
  checkOptions("coalesce", options, OPTIONS);
  const { key = urlOf, vary = ["accept", "accept-encoding", "accept-language", "origin"] } = options;
  const { methods = ["GET", "HEAD"], maxBytes = 1048576, maxWait = 10000, timers = globalThis } = options;
  const { now = monotonicTime } = options;
  callable("coalesce: key", key);
  callable("coalesce: now", now);
  count("coalesce: maxBytes", maxBytes, 0);
  milliseconds("coalesce: maxWait", maxWait);
  const fields = list("vary", vary).map((name) => fieldName("coalesce: a field of vary", name));
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
    // After a change the key is another one: who comes now does not find the runs that began before.
    const parts = [marks.last(what), method, ...fields.map((name) => headers.get(name)), what];
    return join(c, next, shared, JSON.stringify(parts));
  };
}

/** @param {unknown} name */
function methodOf(name) {
  if (typeof name === "string" && isToken(name)) return verb(name);
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
 * @property {import("./waiter.js").Clock} clock
 * @property {number} maxBytes
 * @property {number} maxWait
 * @property {Set<string>} named
 * @property {Flights} flights
 */

/**
 * Leads, or waits for who does: until there is an ending, nobody leads, or the time is over.
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
  // No await from that look to here: of many that wait for a leader just one becomes it.
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
 * Gives what the leader gets to the others, as soon as it is complete.
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
    reader?.cancel().catch(() => {}); // nobody is left who wants the copy
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
