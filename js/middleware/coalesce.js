// Identical requests at one time share one run. What becomes of a run is drawn in flights.js.

import { badArgument } from "../arguments.js";
import { count, milliseconds } from "./checks.js";
import { Flights } from "./flights.js";
import { keepRunning } from "./host.js";
import { isShareable, pack, unpack } from "./parcel.js";
import { Waiter } from "./waiter.js";

/**
 * @typedef {import("./flights.js").Flight} Flight
 * @typedef {import("./flights.js").Ending} Ending
 *
 * @typedef {object} CoalesceOptions
 * @property {(c: any) => string | undefined} [key] which requests are identical; default: those to the same URL.
 *   undefined: this one runs by itself. Method and `vary` are part of it in any case
 * @property {string[]} [vary] fields of the request that must be the same, default accept, accept-encoding,
 *   accept-language and origin. A request with Authorization, Cookie, Range or one of the If- fields runs by itself,
 *   unless that field is named here
 * @property {string[]} [methods] default GET and HEAD
 * @property {number} [maxBytes] of a body that is kept for others, default 1 MiB; above it they run by themselves
 * @property {number} [maxWait] milliseconds that one waits for another, default 10,000; then it runs by itself
 * @property {() => number} [now] milliseconds; for tests
 * @property {import("./waiter.js").Timers} [timers] for tests
 */

/** What makes a request one client's own, or its answer a part of one. */
const OWN = ["authorization", "cookie", "range", "if-range", "if-match", "if-none-match"].concat(
  ["if-modified-since", "if-unmodified-since"],
);

/**
 * While a request runs, those that are identical wait for its answer, and each gets a copy of its own. The first one
 * gets its answer as it comes, streams too; the others when it is complete. Nothing is kept behind that.
 *
 * A run that fails (throws, or a status of 500 or more) is the first request's alone: one of those that wait runs it
 * once more for the others, and what that comes to, they get, an error too. If the host has dropped the first one,
 * another one takes over; if it takes longer than `maxWait`, they all run by themselves.
 *
 * What stands inside of this in the chain runs once for all of them, and its header fields are in all answers: what is
 * one request's own (cookies, request ids) belongs outside.
 * @param {CoalesceOptions} [options]
 * @returns {import("#app").Middleware}
 */
export function coalesce(options = {}) {
  const { key = urlOf, vary = ["accept", "accept-encoding", "accept-language", "origin"] } = options;
  const { methods = ["GET", "HEAD"], maxBytes = 1048576, maxWait = 10000 } = options;
  const { now = Date.now, timers = globalThis } = options;
  count("coalesce: maxBytes", maxBytes, 0);
  milliseconds("coalesce: maxWait", maxWait);
  const fields = checkedNames(vary);
  const named = new Set(fields);
  const own = OWN.filter((name) => !named.has(name));
  const clock = { now, timers };
  const shared = { clock, maxBytes, maxWait, named, flights: new Flights(clock, maxWait) };

  return (/** @type {any} */ c) => {
    const { headers, method } = c.request;
    if (!methods.includes(method) || own.some((name) => headers.has(name))) return c.next();
    const what = key(c);
    if (what === undefined) return c.next();
    // No field has a line's end in it, and what the caller made comes last: no two keys are equal by chance.
    return join(c, shared, [method, ...fields.map((name) => headers.get(name) ?? ""), what].join("\n"));
  };
}

/** @param {any} c */
function urlOf(c) {
  return c.url;
}

/** @param {unknown} names */
function checkedNames(names) {
  if (Array.isArray(names) && names.every((name) => typeof name === "string"))
    return names.map((name) => name.toLowerCase());
  throw badArgument("coalesce: vary is an array of names of header fields");
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
 * Leads, or waits for who does: until there is an ending, or nobody leads, or the time is over.
 * @param {any} c
 * @param {Shared} shared
 * @param {string} key
 */
async function join(c, shared, key) {
  const { clock, flights, maxWait } = shared;
  const flight = flights.find(key);
  if (flight.isVacant) return lead(c, shared, key, flight);
  const waiter = new Waiter(clock);
  const end = clock.now() + maxWait;
  flight.waiters.add(waiter);
  while (flight.ending === undefined && !flight.isVacant && clock.now() < end) await waiter.pause(end - clock.now());
  flight.waiters.delete(waiter);
  // No await from that look to here: of many that wait for a leader just one becomes it.
  if (flight.ending?.kind === "landed") return unpack(flight.ending.parcel);
  if (flight.ending?.kind === "failed") throw flight.ending.error;
  return flight.ending === undefined && flight.isVacant ? lead(c, shared, key, flight) : c.next();
}

/**
 * Runs the rest of the chain for all.
 * @param {any} c
 * @param {Shared} shared
 * @param {string} key
 * @param {Flight} flight
 */
async function lead(c, { flights, maxBytes, named }, key, flight) {
  const leader = flights.lead(flight);
  const { executionCtx } = c;
  /** @param {Ending} ending */
  const end = (ending) => flights.end(key, flight, leader, ending);
  const fail = () => flights.fail(key, flight, leader);
  leader.late = () => end({ kind: "alone" });
  let response;
  try {
    const running = Promise.resolve(c.next());
    keepRunning(executionCtx, running);
    response = await running;
  } catch (error) {
    if (!fail()) end({ kind: "failed", error });
    throw error;
  }
  if (response?.status >= 500 && flight.failures === 0) {
    if (!fail()) end({ kind: "alone" });
  } else if (!(response instanceof Response) || !isShareable(response, named) || isLarge(response, maxBytes)) {
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
