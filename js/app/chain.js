// What all requests share that match the same route and run the same middleware.

/**
 * @typedef {(c: any, next?: any) => any} Step a middleware or a handler
 * @typedef {import("./coverage.js").Cover} Cover
 * @typedef {import("./engine.js").Engine} Engine
 * @typedef {import("./coverage.js").Layer} Layer
 */

/** A step in its place in a chain. */
export class Link {
  /**
   * @param {Step} step
   * @param {number} index from 1
   * @param {Link | undefined} after
   * @param {boolean} isWrapped a step before it takes `next`, and so may change its response's fields
   */
  constructor(step, index, after, isWrapped) {
    this.step = step;
    this.index = index;
    this.after = after;
    this.isWrapped = isWrapped;
    this.takesNext = takesNext(step);
  }
}

/** @param {Step} step */
function takesNext(step) {
  return step.length !== 1;
}

/**
 * @param {Step[]} steps at least one
 * @returns {Link} the first
 */
function linked(steps) {
  const firstWithNext = steps.findIndex(takesNext);
  const link = (/** @type {Link | undefined} */ after, /** @type {Step} */ step, /** @type {number} */ i) =>
    new Link(step, i + 1, after, firstWithNext >= 0 && firstWithNext < i);
  return /** @type {Link} */ (steps.reduceRight(link, /** @type {Link | undefined} */ (undefined)));
}

/**
 * @typedef {object} Names the parameters that a chain's requests have
 * @property {string[]} names the route's, then those that only middleware's patterns have
 * @property {number} ownNames how many are the route's
 * @property {((raw: string) => string)[]} decoders of their values
 * @property {{ cover: Cover, at: number }[]} others where the spans of those that only middleware has are found
 */

/** @type {Names} */
export const NO_NAMES = { names: [], ownNames: 0, decoders: [], others: [] };

export class Chain {
  /**
   * @param {Engine} engine
   * @param {Step[]} steps
   * @param {Names} names
   * @param {object} [route]
   * @param {number} [route.outcome] of the lookup; a hit has no negative one
   * @param {string} [route.pattern]
   * @param {string} [route.name]
   * @param {number} [route.maxBody]
   * @param {Step} [route.notFound]
   */
  constructor(engine, steps, { names, ownNames, decoders, others }, route = {}) {
    this.engine = engine;
    this.first = linked(steps);
    this.names = names;
    this.ownNames = ownNames;
    this.decoders = decoders;
    this.others = others;
    this.outcome = route.outcome ?? 0;
    this.pattern = route.pattern;
    this.name = route.name;
    this.maxBody = route.maxBody ?? engine.maxBody;
    this.ownNotFound = route.notFound;
  }

  /**
   * The index of a parameter's span; -1: it has none.
   * @param {string | number} key
   */
  indexOf(key) {
    if (typeof key === "string") return this.names.indexOf(key);
    return key >= 0 && key < this.ownNames ? Math.trunc(key) : -1;
  }

  /**
   * @param {number} index
   * @param {string} raw
   */
  decoded(index, raw) {
    return this.decoders[index](raw);
  }

  /** @param {any} c */
  notFound(c) {
    return (this.ownNotFound ?? this.engine.notFound)(c);
  }
}
