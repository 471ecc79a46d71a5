// Runs the steps of a chain around each other.
//
//     step 1          step 2          step 3: the handler
//       before ──next──> before ──next──> makes a response
//                                           │ its headers
//                        after  <───────────┘
//                          │ the headers that step 2 had set before; then those that it sets now, at once
//       after  <───────────┘
//         │
//         └──> the host
//
// The active step is the innermost one that has not returned; `c` has its index. If a step finds a lower index there, a
// step around it has given up on it: that one returned or threw without waiting.

import { badArgument } from "../base/arguments.js";
import {
  APP,
  abandon,
  activeStep,
  chainOf,
  enter,
  finish,
  isDetachedFrom,
  nextResponse,
  rareOf,
} from "./context.js";
import { isPromise, isResponse } from "./response.js";

/**
 * @typedef {import("./chain.js").Link} Link
 * @typedef {import("./context.js").Context} Context
 */

/** The call of a step. `next`, and what waits for the step, are bound to it: a closure takes twice the memory. */
class Call {
  /**
   * @param {Context} c
   * @param {Link} link
   */
  constructor(c, link) {
    this.c = c;
    this.link = link;
    /** The result of `next`; undefined: it was not called yet. @type {unknown} */
    this.given = undefined;
    /** The step's result, if it is a promise. @type {Promise<Response> | undefined} */
    this.promise = undefined;
  }
}

/** The result of a `next` that still runs. */
const RUNNING = null;

/** What `next` threw. */
class Failure {
  /** @param {unknown} error */
  constructor(error) {
    this.error = error;
  }
}

function ignore() {}

/**
 * Runs the chain of a request.
 * @param {Context} c
 * @returns {Response | Promise<Response>}
 */
export function run(c) {
  const { first } = chainOf(c);
  enter(c, first.index);
  return runFrom(c, first);
}

/**
 * Runs a step and those after it.
 * @param {Context} c
 * @param {Link} link
 * @returns {Response | Promise<Response>}
 */
function runFrom(c, link) {
  const { step, takesNext, after } = link;
  const call = takesNext && after !== undefined ? new Call(c, link) : undefined;
  const bound = call !== undefined ? next.bind(call) : takesNext ? noNext : undefined;
  let result;
  let isLater;
  try {
    result = step(c, bound);
    isLater = !(result instanceof Response) && isPromise(result);
  } catch (error) {
    return failed(c, link, error);
  }
  return isLater ? waitFor(call ?? new Call(c, link), result) : returned(c, link, result, call);
}

/**
 * `next`: runs the rest of the chain.
 * @this {Call}
 * @param {unknown} [detached] a `c` to run it on
 * @returns {any}
 */
function next(detached) {
  const { c } = this;
  const after = /** @type {Link} */ (this.link.after);
  if (this.given !== undefined)
    throw badArgument("next() was called a second time; it runs the rest of the chain once");
  if (detached !== undefined && detached !== c && !isDetachedFrom(detached, c))
    throw badArgument("next() takes nothing, or what c.detached() returned; to fail with an error, throw it");
  const on = /** @type {Context} */ (detached ?? c);
  this.given = RUNNING;
  if (!enter(on, after.index)) throw badArgument("next() must be called before its step, or a step around it, ends");
  try {
    return (this.given = runFrom(on, after));
  } catch (error) {
    this.given = new Failure(error);
    throw error;
  }
}

/** The `next` of the last step of a chain. */
function noNext() {
  throw badArgument("next() was called by the last step: no step comes after it");
}

/**
 * Continues when a step's promise settles. A rejection that nobody awaits is ignored: it must not end the process.
 * @param {Call} call
 * @param {any} result
 * @returns {Promise<Response>}
 */
function waitFor(call, result) {
  return (call.promise = Promise.resolve(result).then(resolved.bind(call), rejected.bind(call)));
}

/**
 * @this {Call}
 * @param {unknown} value
 */
function resolved(value) {
  try {
    return returned(this.c, this.link, value, this);
  } catch (error) {
    this.promise?.catch(ignore);
    throw error;
  }
}

/**
 * @this {Call}
 * @param {unknown} error
 */
function rejected(error) {
  this.promise?.catch(ignore);
  return failed(this.c, this.link, error);
}

/**
 * Continues with the result of a step that has returned.
 * @param {Context} c
 * @param {Link} link
 * @param {any} result
 * @param {Call | undefined} call
 * @returns {Response | Promise<Response>}
 */
function returned(c, link, result, call) {
  try {
    const response = result === undefined && call !== undefined ? givenByNext(call) : result;
    const finished = finish(c, link, response);
    if (finished !== undefined) return finished;
    if (isPromise(response)) {
      // The step has returned nothing, and has not waited for its `next`.
      call?.promise?.catch(ignore);
      return waitFor(new Call(c, link), response);
    }
  } catch (error) {
    return failed(c, link, error);
  }
  return failed(c, link, notAResponse(result));
}

/**
 * The response of a step that returned nothing: the result of its `next`.
 * @param {Call} call
 */
function givenByNext({ c, link, given }) {
  const response = nextResponse(c, link.index);
  if (response !== undefined) return response;
  if (given instanceof Failure) throw given.error;
  return given === RUNNING ? undefined : given;
}

/** @param {unknown} result */
function notAResponse(result) {
  if (result === undefined)
    return new TypeError(
      "a step returned nothing, and did not call next: return a Response, or declare next, as in (c, next) => next()",
    );
  const what = result === null ? "null" : typeof result === "object" ? "an object" : typeof result;
  return new TypeError(
    `a step returned ${what} instead of a Response: return c.text(...), c.json(...), a Response of your own, or ` +
      "what next() returned",
  );
}

/**
 * A step has thrown: rethrows to the step around it, if there is one; otherwise the app responds.
 * @param {Context} c
 * @param {Link} link
 * @param {unknown} error
 * @returns {Response | Promise<Response>}
 */
function failed(c, link, error) {
  const { index } = link;
  if (activeStep(c) < index) throw error;
  if (isResponse(error)) {
    abandon(c, index, index, error);
    try {
      return /** @type {Response} */ (finish(c, link, error));
    } catch (another) {
      error = another; // its body or headers cannot be read
    }
  }
  abandon(c, index, index - 1);
  if (index > 1) throw error;
  return respondTo(c, error);
}

// ---------------------------------------------------------------- the app itself

/**
 * Responds to an error that no step has caught.
 * @param {Context} c
 * @param {unknown} error
 * @returns {Response | Promise<Response>}
 */
function respondTo(c, error) {
  rareOf(c).error = error;
  try {
    const result = chainOf(c).engine.onError(error, c);
    if (result instanceof Response || !isPromise(result)) return responded(c, result);
    const response = Promise.resolve(result).then((value) => responded(c, value));
    return response.catch((another) => giveUp(c, another));
  } catch (another) {
    return giveUp(c, another);
  }
}

/**
 * @param {Context} c
 * @param {any} result what onError returned
 * @returns {Response}
 */
function responded(c, result) {
  return finish(c, APP, result) ?? giveUp(c, notAResponse(result));
}

/**
 * The response after onError itself has failed.
 * @param {Context} c
 * @param {unknown} error
 * @returns {Response}
 */
function giveUp(c, error) {
  abandon(c, APP.index, APP.index);
  try {
    const finished = finish(c, APP, error);
    if (finished !== undefined) return finished;
  } catch (another) {
    error = another;
  }
  chainOf(c).engine.report(error, c);
  const plainest = new Response("500 Internal Server Error", { status: 500 });
  return /** @type {Response} */ (finish(c, APP, plainest));
}
