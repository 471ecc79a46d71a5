import { flattenSteps } from "../base/steps.js";
import { asOneStep, requireSteps, runStep } from "./lib/combined-steps.js";

/** @typedef {import("#app").Context} Context */

/**
 * @template [C=any]
 * @template [Added=unknown]
 * @typedef {import("./lib/combined-steps.js").Step<C, Added>} Step
 */

/**
 * Several steps as one, in order, each around the next: for `some`, whose alternatives are single steps, and to name a
 * combination. A function may also be a condition: `true` continues, `false` is a 403.
 *
 *     const staff = every(bearerAuth({ tokens }), (c) => c.get("user").isStaff);
 *
 * @template {Context} [C=Context]
 * @template [Added=never]
 * @param {...(Step<C> | Step<C, Added> | readonly (Step<C> | Step<C, Added>)[])} steps
 * @returns {import("#app").MiddlewareOf<C, Added>}
 */
export function every(...steps) {
  const checked = requireSteps("every", flattenSteps(steps));
  return asOneStep(checked.map((step) => (/** @type {any} */ c, /** @type {any} */ next) => runStep(step, c, next)));
}
