// Middleware made of middleware: some, every, except.

import { HttpError } from "../index.js";
import { badArgument, requireString, typeName } from "../base/arguments.js";
import { STEPS, flattenSteps } from "../base/steps.js";
import { RouteTable } from "../table.js";
import { discard } from "./lib/bodies.js";
import { settle, when } from "./lib/sync.js";

/**
 * @typedef {import("#app").Context} Context
 * @typedef {{ error: unknown } | { response: Response }} Refusal
 */

/**
 * Middleware, or a condition.
 * @template [C=any]
 * @template [Added=unknown]
 * @typedef {((c: C, next: import("#app").Next) => unknown) | import("#app").Adds<Added>} Step
 */

/**
 * @template [C=any]
 * @typedef {(c: C) => boolean | null | undefined | Promise<boolean | null | undefined>} Condition
 */

const APPEND = { append: true };

/**
 * Tries middleware until one lets the request through; the others do not run.
 *
 *     app.group("/api", some(bearerAuth({ tokens }), every(basicAuth({ users }), isAdmin)), (g) => ...);
 *
 * Middleware lets a request through by calling `next`, or by returning `true`. It refuses by throwing, by returning a
 * response without calling `next`, or by returning `false`; then what it has set (values, header fields, cookies, the
 * status) is undone. If all refuse, the response is the last one's; a 401 also has the challenges (`WWW-Authenticate`)
 * of those before it. But an error that is not an HttpError is rethrown, for it may have refused someone who has the
 * right. An error after `next` was called is not a refusal.
 *
 * An alternative of several steps is `every(...)`. The app sees an alternative as one step, so `cache` and `coalesce`
 * do not belong in one: they could not tell which fields another step of it sets.
 * @template {Context} [C=Context]
 * @param {...Step<C>} alternatives
 * @returns {import("#app").MiddlewareOf<C>}
 */
export function some(...alternatives) {
  const nested = alternatives.find(Array.isArray);
  if (nested !== undefined) throw badArgument("some: an alternative of several steps is every(...), not a list");
  const steps = checked("some", alternatives);
  return (/** @type {any} */ c, /** @type {any} */ next) => attempt(c, next, steps, []);
}

/**
 * Several steps as one, in order, each around the next: for `some` and `except`, which take one. A function may also be
 * a condition: `true` goes on, `false` is a 403.
 *
 *     const staff = every(bearerAuth({ tokens }), (c) => c.get("user").isStaff);
 *
 * @template {Context} [C=Context]
 * @template [Added=never]
 * @param {...(Step<C> | Step<C, Added> | readonly (Step<C> | Step<C, Added>)[])} steps
 * @returns {import("#app").MiddlewareOf<C, Added>}
 */
export function every(...steps) {
  return together(checked("every", flattenSteps(steps)).map(asStep));
}

/**
 * Middleware for all requests except those whose path matches one of the patterns, or for which the function returns
 * `true`.
 *
 *     app.use(except(["/login", "/public/*"], bearerAuth({ tokens })));
 *
 * Patterns are route patterns for the whole path, including the prefix of a group or a mounted app; as in `use`,
 * `/public/*` also matches `/public`. A path that differs in case or in a last slash does not match.
 * @template {Context} [C=Context]
 * @param {string | Condition<C> | readonly (string | Condition<C>)[]} exceptions
 * @param {...(Step<C> | readonly Step<C>[])} steps
 * @returns {import("#app").MiddlewareOf<C>}
 */
export function except(exceptions, ...steps) {
  const tests = [exceptions].flat(Infinity).map((one) => (typeof one === "function" ? asked(one) : covering(one)));
  if (tests.length === 0) throw badArgument("except: no pattern and no function was given");
  const [first, ...others] = checked("except", flattenSteps(steps));
  const known = Symbol("except");
  const ask = (/** @type {any} */ c) =>
    when(firstTrue(tests, c), (isException) => {
      if (others.length > 0) c.set(known, isException); // for the steps after the first one
      return isException;
    });
  const unless = (/** @type {(c: any) => any} */ test, /** @type {any} */ step) =>
    (/** @type {any} */ c, /** @type {any} */ next) =>
      when(test(c), (isException) => (isException ? next() : run(step, c, next)));
  return together([unless(ask, first), ...others.map((step) => unless((c) => c.get(known), step))]);
}

/**
 * A step, or a condition, as a step.
 * @param {any} step
 */
function asStep(step) {
  return (/** @type {any} */ c, /** @type {any} */ next) => run(step, c, next);
}

/**
 * Steps as one; an app takes them one by one.
 * @param {any[]} steps
 * @returns {any}
 */
function together(steps) {
  return Object.assign((/** @type {any} */ c, /** @type {any} */ next) => from(steps, c, next), { [STEPS]: steps });
}

/**
 * @param {string} call
 * @param {unknown[]} steps
 * @returns {any[]}
 */
function checked(call, steps) {
  if (steps.length === 0) throw badArgument(`${call}: no middleware was given`);
  const wrong = steps.find((step) => typeof step !== "function");
  if (wrong !== undefined || steps.includes(undefined))
    throw badArgument(`${call}: middleware is a function, not ${typeName(wrong)}`);
  return steps;
}

// ---------------------------------------------------------------- one after the other

/**
 * Runs the steps, then the rest of the chain.
 * @param {any[]} steps
 * @param {any} c
 * @param {any} next
 * @param {any} [detached] the `c` that a step has passed to its `next`
 * @returns {any}
 */
function from([step, ...others], c, next, detached) {
  if (step === undefined) return next(detached);
  return run(step, detached ?? c, (/** @type {any} */ other) => from(others, c, next, other ?? detached));
}

/**
 * Runs a step or a condition. A step that called `next` may return nothing.
 * @param {any} step
 * @param {any} c
 * @param {any} next
 * @returns {any}
 */
function run(step, c, next) {
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

// ---------------------------------------------------------------- one instead of the other

/**
 * Tries the first of the steps, and if it refuses, the others.
 * @param {any} c
 * @param {any} next
 * @param {any[]} steps
 * @param {Refusal[]} refusals of those before
 * @returns {any}
 */
function attempt(c, next, [step, ...others], refusals) {
  const takeBack = c.savepoint();
  let isThrough = false;
  let isOver = false;
  const through = (/** @type {any} */ other) => {
    if (isOver) throw badArgument("next() was called by an alternative of some that had refused before");
    isThrough = true;
    return next(other);
  };
  const refused = (/** @type {Refusal} */ refusal) => {
    isOver = true;
    const all = [...refusals, refusal];
    if (others.length === 0) return refuse(c, all, takeBack);
    takeBack();
    if ("response" in refusal) discard(refusal.response?.body);
    return attempt(c, next, others, all);
  };
  return settle(
    () => run(step, c, through),
    (response) => (isThrough ? response : refused({ response })),
    (error) => {
      if (isThrough) throw error;
      return refused({ error });
    },
  );
}

/**
 * All have refused.
 * @param {any} c
 * @param {Refusal[]} refusals
 * @param {() => void} takeBack what the last one has set
 */
function refuse(c, refusals, takeBack) {
  const last = /** @type {Refusal} */ (refusals.at(-1));
  const failure = refusals.find((refusal) => "error" in refusal && !(refusal.error instanceof HttpError));
  if (failure !== undefined && failure !== last) {
    takeBack();
    throw /** @type {{ error: unknown }} */ (failure).error;
  }
  if ("response" in last) return last.response;
  if (last.error instanceof HttpError && last.error.status === 401)
    for (const refusal of refusals.slice(0, -1)) challenge(c, refusal);
  throw last.error;
}

/**
 * @param {any} c
 * @param {any} refusal
 */
function challenge(c, { error }) {
  const value = error?.headers["www-authenticate"];
  if (value !== undefined) c.header("www-authenticate", value, APPEND);
}

// ---------------------------------------------------------------- exceptions

/**
 * @param {((c: Context) => unknown)[]} tests
 * @param {Context} c
 * @returns {any}
 */
function firstTrue([test, ...others], c) {
  return when(test(c), (is) => is === true || (others.length > 0 && firstTrue(others, c)));
}

/**
 * Takes only real booleans: a truthy value by mistake would switch a guard off.
 * @param {Condition} condition
 */
function asked(condition) {
  return (/** @type {Context} */ c) =>
    when(condition(c), (is) => {
      if (is === true || is === false || is === undefined || is === null) return is === true;
      throw badArgument(`except: the function must say true or false, not ${typeof is}`);
    });
}

/** A catch-all at the end: the pattern also matches the path before it. */
const REST = /\/\*\w*$/;

/**
 * Whether a pattern matches the path.
 * @param {unknown} given
 */
function covering(given) {
  const pattern = requireString("except: a pattern", given);
  const table = new RouteTable();
  table.add("*", pattern);
  const bare = pattern.replace(REST, "");
  if (bare !== pattern && bare !== "") table.add("*", bare);
  return (/** @type {Context} */ c) => table.match("GET", c.path) >= 0;
}
