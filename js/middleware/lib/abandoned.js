// What still runs after a `timeout` has responded for it. Steps around the timeout must know, because the request uses
// resources until that ends. All copies of this package share the symbol.

/** The key in `c` of the promise of the rest of the chain. */
const ABANDONED = Symbol.for("wye.abandoned");

/**
 * @param {any} c
 * @param {Promise<unknown>} rest the rest of the chain, which nobody awaits anymore
 */
export function abandon(c, rest) {
  c.set(ABANDONED, rest);
}

/** @param {any} c */
export function isAbandoned(c) {
  return c.get(ABANDONED) !== undefined;
}

/**
 * Calls a function when the rest of the chain has ended: at once, unless a timeout inside has abandoned it.
 * @param {any} c
 * @param {() => void} call
 */
export function whenEnded(c, call) {
  const rest = c.get(ABANDONED);
  if (rest === undefined) return call();
  const look = () => (c.get(ABANDONED) === rest ? call() : whenEnded(c, call)); // another timeout was over inside
  rest.then(look, look);
}
