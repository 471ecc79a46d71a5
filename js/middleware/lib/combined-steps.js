// Several steps as one, for `some`, `every` and `except`. A step may also be a condition.

import { HttpError } from "../../index.js";
import { badArgument, typeName } from "../../base/arguments.js";
import { STEPS } from "../../base/steps.js";
import { when } from "./maybe-promise.js";

/**
 * Middleware, or a condition.
 * @template [C=any]
 * @template [Added=unknown]
 * @typedef {((c: C, next: import("#app").Next) => unknown) | import("#app").Adds<Added>} Step
 */

/**
 * @param {string} call
 * @param {unknown[]} steps
 * @returns {any[]}
 */
export function requireSteps(call, steps) {
  if (steps.length === 0) throw badArgument(`${call}: give at least one middleware`);
  for (const step of steps)
    if (typeof step !== "function") throw badArgument(`${call}: middleware must be a function, not ${typeName(step)}`);
  return steps;
}

/**
 * Several steps as one, in order, each around the next. An app runs them one by one instead.
 * @param {any[]} steps
 * @returns {any}
 */
export function asOneStep(steps) {
  return Object.assign((/** @type {any} */ c, /** @type {any} */ next) => runFrom(steps, c, next), { [STEPS]: steps });
}

/**
 * Runs the steps, then the rest of the chain.
 * @param {any[]} steps
 * @param {any} c
 * @param {any} next
 * @param {any} [detached] the `c` that a step has passed to its `next`
 * @returns {any}
 */
function runFrom([step, ...others], c, next, detached) {
  if (step === undefined) return next(detached);
  return step(detached ?? c, (/** @type {any} */ other) => runFrom(others, c, next, other ?? detached));
}

/**
 * Runs a step or a condition; returns its result, or that of its `next` if it returned nothing.
 * @param {any} step
 * @param {any} c
 * @param {any} next
 * @returns {any}
 */
export function runStep(step, c, next) {
  let called = false;
  /** @type {() => any} */
  let given = () => undefined;
  const once = (/** @type {any} */ other) => {
    if (called) throw badArgument("next() was called a second time; it runs the rest of the chain once");
    called = true;
    try {
      const response = next(other);
      given = () => response;
      return response;
    } catch (error) {
      given = () => { throw error; };
      throw error;
    }
  };
  return when(step(c, once), (result) => {
    if (result === true) return once(undefined);
    if (result === false) throw new HttpError(403, "403 Forbidden");
    return result === undefined && called ? given() : result;
  });
}
