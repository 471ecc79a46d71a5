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
 * response without calling `next`, or by returning `false`; then everything that it has set (values, header fields,
 * cookies, the status) is undone. If all refuse, the last one's response is sent; a 401 also has the challenges
 * (`WWW-Authenticate`) of those before it. But if one of them threw anything other than an HttpError, that is rethrown,
 * because it may have kept out someone who has access. An error after the call of `next` is not a refusal.
 *
 * Write an alternative of several steps as `every(...)`. To the app an alternative is one step, so `cache` and
 * `coalesce` do not belong in one: they would store the fields that its other steps set.
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
 * Tries the first of the steps, and if it refuses, the next.
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
    if (isOver) throw badArgument("some: an alternative must call next() before it refuses");
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
 * @param {() => void} undo undoes everything that the last one has set
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
