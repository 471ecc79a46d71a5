// Taking lists of steps, and combined steps, apart.

/**
 * The key under which a combined step (`every`, `except`) has its steps; an app runs those instead, so that each has
 * its own header fields. All copies of wye share it. It is the one thing that middleware and apps agree on that is not
 * in the public API: everything else that middleware does, a user's can do too.
 */
export const STEPS = Symbol.for("wye.steps");

/**
 * The single steps that these lists and combined steps consist of, in order.
 * @param {any[]} steps
 * @returns {any[]}
 */
export function flattenSteps(steps) {
  return steps.flatMap((step) => (Array.isArray(step) ? flattenSteps(step) : (step?.[STEPS] ?? step)));
}
