import { HttpError } from "../index.js";
import { badArgument } from "../base/arguments.js";
import { requireSteps, runStep } from "./lib/combined-steps.js";
import { settle } from "./lib/maybe-promise.js";
import { discard } from "./lib/response-body.js";

/**
 * @typedef {import("#app").Context} Context
 * @typedef {{ error: unknown } | { response: Response }} Refusal
 */

/**
 * @template [C=any]
 * @template [Added=unknown]
 * @typedef {import("./lib/combined-steps.js").Step<C, Added>} Step
 */

/**
 * Tries middleware until one lets the request through; the others do not run.
 *
 *     app.group("/api", some(bearerAuth({ tokens }), every(basicAuth({ users }), isAdmin)), (g) => ...);
 *
 * Middleware lets a request through by calling `next`, or by returning `true`. It refuses by throwing, by returning a
 * response without calling `next`, or by returning `false`; then what it has set (values, header fields, cookies, the
 * status) is undone. If all refuse, the response is the last one's; a 401 also has the challenges (`WWW-Authenticate`)
 * of those before it. But an error that is not an HttpError is rethrown, because it may have kept out someone who has
 * access. An error after `next` was called is not a refusal.
 *
 * An alternative of several steps is `every(...)`. The app sees an alternative as one step, so `cache` and `coalesce`
 * do not belong in one: they could not tell which fields another step of it sets.
 * @template {Context} [C=Context]
 * @param {...Step<C>} alternatives
 * @returns {import("#app").MiddlewareOf<C>}
 */
export function some(...alternatives) {
  if (alternatives.some(Array.isArray))
    throw badArgument("some: an alternative of several steps must be every(...), not an array");
  const steps = requireSteps("some", alternatives);
  return (/** @type {any} */ c, /** @type {any} */ next) => attempt(c, next, steps, []);
}

/**
 * Tries the first of the steps, and if it refuses, the others.
 * @param {any} c
 * @param {any} next
 * @param {any[]} steps
 * @param {Refusal[]} refusals of those before
 * @returns {any}
 */
function attempt(c, next, [step, ...others], refusals) {
  const undo = c.savepoint();
  let isThrough = false;
  let isOver = false;
  const through = (/** @type {any} */ other) => {
    if (isOver) throw badArgument("some: an alternative called next() after it had refused");
    isThrough = true;
    return next(other);
  };
  const refused = (/** @type {Refusal} */ refusal) => {
    isOver = true;
    const all = [...refusals, refusal];
    if (others.length === 0) return allRefused(c, all, undo);
    undo();
    if ("response" in refusal) discard(refusal.response?.body);
    return attempt(c, next, others, all);
  };
  return settle(
    () => runStep(step, c, through),
    (response) => (isThrough ? response : refused({ response })),
    (error) => {
      if (isThrough) throw error;
      return refused({ error });
    },
  );
}

/**
 * @param {any} c
 * @param {Refusal[]} refusals
 * @param {() => void} undo undoes what the last one has set
 */
function allRefused(c, refusals, undo) {
  const last = /** @type {Refusal} */ (refusals.at(-1));
  const failure = refusals.find((refusal) => "error" in refusal && !(refusal.error instanceof HttpError));
  if (failure !== undefined && failure !== last) {
    undo();
    throw /** @type {{ error: unknown }} */ (failure).error;
  }
  if ("response" in last) return last.response;
  if (last.error instanceof HttpError && last.error.status === 401)
    for (const refusal of refusals.slice(0, -1)) {
      const challenge = /** @type {any} */ (refusal).error?.headers["www-authenticate"];
      if (challenge !== undefined) c.header("www-authenticate", challenge, { append: true });
    }
  throw last.error;
}
