// A chain: the steps that run for a request, and everything else that requests with the same route and the same
// middleware share.

/**
 * @typedef {(c: any, next?: any) => any} Step a middleware or a handler
 * @typedef {import("./coverage.js").Scope} Scope
 * @typedef {import("./engine.js").Engine} Engine
 *
 * @typedef {object} Parameters the parameters of a chain's requests
 * @property {string[]} names the route's, then those that only middleware's patterns have
 * @property {number} routeCount how many are the route's
 * @property {((raw: string) => string)[]} decoders of their values
 * @property {{ scope: Scope, at: number }[]} others for each that only middleware has: its scope, and the index of its
 *   span there
 *
 * @typedef {object} Endpoint what a chain leads to: a route, or the response to a miss
 * @property {number} [outcome] the outcome of the lookup, for a miss
 * @property {string} [pattern]
 * @property {string} [name]
 * @property {number} [maxBody]
 * @property {Step} [notFound]
 */

/** A step of a chain, linked to the step after it. */
export class Link {
  /**
   * @param {Step} step
   * @param {number} index from 1
   * @param {Link | undefined} after
   * @param {boolean} isWrapped a step before it takes `next`, and so may change the headers of its response
   */
  constructor(step, index, after, isWrapped) {
    this.step = step;
    this.index = index;
    this.after = after;
    this.isWrapped = isWrapped;
    this.takesNext = takesNext(step);
  }
}

/** Whether a step gets `next`: not if it declares only `c`. @param {Step} step */
function takesNext(step) {
  return step.length !== 1;
}

export class Chain {
  /**
   * @param {Engine} engine
   * @param {Step[]} steps at least one
   * @param {Parameters} parameters
   * @param {Endpoint} endpoint
   */
  constructor(engine, steps, { names, routeCount, decoders, others }, endpoint) {
    this.engine = engine;
    this.names = names;
    this.routeCount = routeCount;
    this.decoders = decoders;
    this.others = others;
    this.outcome = endpoint.outcome ?? 0;
    this.pattern = endpoint.pattern;
    this.name = endpoint.name;
    this.maxBody = endpoint.maxBody ?? engine.maxBody;
    this.notFound = endpoint.notFound;
    const firstWithNext = steps.findIndex(takesNext);
    const link = (/** @type {Link | undefined} */ after, /** @type {Step} */ step, /** @type {number} */ i) =>
      new Link(step, i + 1, after, firstWithNext >= 0 && firstWithNext < i);
    /** @type {Link} */
    this.first = /** @type {any} */ (steps.reduceRight(link, /** @type {Link | undefined} */ (undefined)));
  }

  /**
   * The index of a parameter's span, by name or position; -1: there is no such parameter.
   * @param {string | number} key
   */
  indexOf(key) {
    if (typeof key === "string") return this.names.indexOf(key);
    return key >= 0 && key < this.routeCount ? Math.trunc(key) : -1;
  }
}
