// What a middleware of this package tells those around it, by way of `c`.

import { HttpError } from "../app/http-error.js";

/** True: a limit of this host keeps the request from its handler. */
const KEPT_OUT = Symbol("kept out");

/** What still runs after a timeout has responded: a promise of it. */
const GIVEN_UP = Symbol("given up");

/** The response of a limit of this host, which says nothing of what the handler needs. */
class Refusal extends HttpError {}

/**
 * The error of a request that never reaches its handler.
 * @param {any} c
 * @param {number} status
 * @param {string} message
 * @param {Record<string, string>} [headers]
 */
export function refusal(c, status, message, headers) {
  keptOut(c, true);
  return new Refusal(status, message, { headers });
}

/**
 * @param {any} c
 * @param {boolean} is
 */
export function keptOut(c, is) {
  c.set(KEPT_OUT, is);
}

/**
 * Whether a request did not reach its handler. It is known by `c`, also where a step has made a response of the error;
 * or by the error, also where another request brought it about, as with coalesce.
 * @param {any} c
 * @param {unknown} [error]
 */
export function wasRefused(c, error) {
  return c.get(KEPT_OUT) === true || error instanceof Refusal;
}

/**
 * @param {any} c
 * @param {Promise<unknown>} rest the rest of the chain, which nobody waits for any more
 */
export function giveUp(c, rest) {
  c.set(GIVEN_UP, rest);
}

/**
 * Whether a timeout has responded for the rest of the chain.
 * @param {any} c
 */
export function wasGivenUp(c) {
  return c.get(GIVEN_UP) !== undefined;
}

/**
 * Calls `done` when nothing of the rest of the chain runs any more: at once, unless a timeout inside has given it up.
 * @param {any} c
 * @param {() => void} done
 */
export function whenOver(c, done) {
  const rest = c.get(GIVEN_UP);
  if (rest === undefined) return done();
  const look = () => (c.get(GIVEN_UP) === rest ? done() : whenOver(c, done)); // a timeout inside of that one
  rest.then(look, look);
}
