// Steps that stand for several, and lists of steps.

/** The key of the steps that a combined step is made of: an app runs them in its place. All copies of wye share it. */
export const STEPS = Symbol.for("wye.steps");

/**
 * Steps without lists, and without those that stand for several.
 * @param {any[]} steps
 * @returns {any[]}
 */
export function flattenSteps(steps) {
  return steps.flatMap((step) => (Array.isArray(step) ? flattenSteps(step) : (step?.[STEPS] ?? step)));
}
