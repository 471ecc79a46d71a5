// Combined steps and lists of steps, as the steps that they are made of.

/** The key under which a combined step has its steps; an app runs those instead. All copies of wye share it. */
export const STEPS = Symbol.for("wye.steps");

/**
 * The steps without lists and combined steps.
 * @param {any[]} steps
 * @returns {any[]}
 */
export function flattenSteps(steps) {
  return steps.flatMap((step) => (Array.isArray(step) ? flattenSteps(step) : (step?.[STEPS] ?? step)));
}
