// What one middleware of this package tells those around it, through `c`. All copies of this package share the symbols.

import { HttpError } from "../../index.js";
import { marked } from "../../base/error.js";

/**
 * True in `c` and on the error: a limit of this host keeps the request from its handler. That says nothing about the
 * backend.
 */
const KEPT_OUT = Symbol.for("wye.keptOut");

/** A promise of what still runs after a timeout has responded. */
const GIVEN_UP = Symbol.for("wye.givenUp");

/**
 * The error of a request that never reaches its handler.
 * @param {any} c
 * @param {number} status
 * @param {string} message
 * @param {Record<string, string>} [headers]
 */
export function refusal(c, status, message, headers) {
  keptOut(c, true);
  const error = new HttpError(status, message, { headers });
  marked(error, KEPT_OUT);
  return error;
}

/**
 * @param {any} c
 * @param {boolean} is
 */
export function keptOut(c, is) {
  c.set(KEPT_OUT, is);
}

/**
 * Whether a request did not reach its handler. `c` knows, even if a step has turned the error into a response; so does
 * the error, even if another request caused it, as with coalesce.
 * @param {any} c
 * @param {any} [error]
 */
export function wasRefused(c, error) {
  return c.get(KEPT_OUT) === true || error?.[KEPT_OUT] === true;
}

/**
 * @param {any} c
 * @param {Promise<unknown>} rest the rest of the chain, which nobody awaits anymore
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
 * Calls `done` when the rest of the chain has ended: at once, unless a timeout inside has given it up.
 * @param {any} c
 * @param {() => void} done
 */
export function whenOver(c, done) {
  const rest = c.get(GIVEN_UP);
  if (rest === undefined) return done();
  const look = () => (c.get(GIVEN_UP) === rest ? done() : whenOver(c, done)); // a timeout inside that one
  rest.then(look, look);
}
