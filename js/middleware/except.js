import { badArgument, requireString, typeName } from "../base/arguments.js";
import { flattenSteps } from "../base/steps.js";
import { RouteTable } from "../table.js";
import { asOneStep, requireSteps, runStep } from "./lib/combined-steps.js";
import { when } from "./lib/maybe-promise.js";

/** @typedef {import("#app").Context} Context */

/**
 * @template [C=any]
 * @template [Added=unknown]
 * @typedef {import("./lib/combined-steps.js").Step<C, Added>} Step
 */

/**
 * @template [C=any]
 * @typedef {(c: C) => boolean | null | undefined | Promise<boolean | null | undefined>} Condition
 */

/**
 * Middleware for all requests except those whose path matches one of the patterns, or for which the function returns
 * `true`.
 *
 *     app.use(except(["/login", "/public/*"], bearerAuth({ tokens })));
 *
 * Patterns are route patterns for the whole path, including the prefix of a group or a mounted app. As in `use`,
 * `/public/*` also matches `/public`. A path that differs in case or in a trailing slash does not match.
 * @template {Context} [C=Context]
 * @param {string | Condition<C> | readonly (string | Condition<C>)[]} exceptions
 * @param {...(Step<C> | readonly Step<C>[])} steps
 * @returns {import("#app").MiddlewareOf<C>}
 */
export function except(exceptions, ...steps) {
  const tests = [exceptions].flat(Infinity).map((one) => (typeof one === "function" ? byCondition(one) : byPath(one)));
  if (tests.length === 0) throw badArgument("except: give at least one pattern or function");
  const [first, ...others] = requireSteps("except", flattenSteps(steps));
  const known = Symbol("except");
  const ask = (/** @type {any} */ c) =>
    when(isAnyTrue(tests, c), (isException) => {
      if (others.length > 0) c.set(known, isException); // for the steps after the first one
      return isException;
    });
  const unless = (/** @type {(c: any) => any} */ test, /** @type {any} */ step) =>
    (/** @type {any} */ c, /** @type {any} */ next) =>
      when(test(c), (isException) => (isException ? next() : runStep(step, c, next)));
  return asOneStep([unless(ask, first), ...others.map((step) => unless((c) => c.get(known), step))]);
}

/**
 * Runs the tests in order, up to the first `true`.
 * @param {((c: Context) => unknown)[]} tests
 * @param {Context} c
 * @returns {any}
 */
function isAnyTrue([test, ...others], c) {
  return when(test(c), (is) => is === true || (others.length > 0 && isAnyTrue(others, c)));
}

/**
 * Accepts only booleans (and nothing): a truthy value by mistake would disable a guard.
 * @param {Condition} condition
 */
function byCondition(condition) {
  return (/** @type {Context} */ c) =>
    when(condition(c), (is) => {
      if (is === true || is === false || is === undefined || is === null) return is === true;
      throw badArgument(`except: the function must return true or false, not ${typeName(is)}`);
    });
}

/** A catch-all at the end: the pattern also matches the path before it. */
const REST = /\/\*\w*$/;

/**
 * Whether a pattern matches the path.
 * @param {unknown} given
 */
function byPath(given) {
  const pattern = requireString("except: a pattern", given);
  const table = new RouteTable({ maxPath: 65_535 }); // the largest limit that the app may have
  table.add("*", pattern);
  const bare = pattern.replace(REST, "");
  if (bare !== pattern && bare !== "") table.add("*", bare);
  return (/** @type {Context} */ c) => table.match("GET", c.path) >= 0;
}
