// The chains of a route, or of a kind of miss: one if the patterns alone decide which middleware runs, otherwise one
// for each set of middleware that has covered a request so far.

import { decoderOf } from "../table/decode.js";
import { Chain } from "./chain.js";

/**
 * @typedef {import("./chain.js").Endpoint} Endpoint
 * @typedef {import("./chain.js").Parameters} Parameters
 * @typedef {import("./chain.js").Step} Step
 * @typedef {import("./coverage.js").Middleware} Middleware
 * @typedef {import("./coverage.js").Scope} Scope
 * @typedef {import("./coverage.js").ScopeMatch} ScopeMatch
 * @typedef {import("./engine.js").Engine} Engine
 * @typedef {import("../table/image.js").RouteRecord} RouteRecord
 *
 * @typedef {{ chain: Chain | undefined, larger: Map<Scope, ScopeSet> }} ScopeSet `larger`: the sets with one scope more
 */

/** The limit on sets, because clients can make them grow. At the limit all are dropped, and made again when needed. */
const MAX_SETS = 256;

export class ChainCache {
  #engine;
  #middleware;
  #conditional;
  #steps;
  #endpoint;
  /** The sets so far, as a tree: its root is the empty set, and each edge adds a scope. */
  /** @type {ScopeSet} */
  #sets = { chain: undefined, larger: new Map() };
  #setCount = 0;
  /** The only chain, if no middleware is conditional. The first request makes it. @type {Chain | undefined} */
  fixed;

  /**
   * @param {Engine} engine
   * @param {Middleware[]} middleware that may run around its requests, in order
   * @param {Set<Scope>} conditional those scopes that cover only some of the requests
   * @param {Step[]} steps after all middleware
   * @param {Endpoint} endpoint
   */
  constructor(engine, middleware, conditional, steps, endpoint) {
    this.#engine = engine;
    this.#middleware = middleware;
    this.#conditional = conditional;
    this.#steps = steps;
    this.#endpoint = endpoint;
    /** Whether each request must look up what covers it. */
    this.isConditional = conditional.size > 0;
  }

  /**
   * The chain of a request.
   * @param {RouteRecord | undefined} route that was hit; undefined: a miss
   * @param {ScopeMatch[]} matches what covers the request
   */
  chainFor(route, matches) {
    if (!this.isConditional) return (this.fixed ??= this.#newChain(route, matches));
    let set = this.#sets;
    for (const { scope } of matches) {
      if (this.#conditional.has(scope)) set = set.larger.get(scope) ?? this.#newSet(set, scope);
    }
    return (set.chain ??= this.#newChain(route, matches));
  }

  /**
   * @param {ScopeSet} smaller
   * @param {Scope} scope
   */
  #newSet(smaller, scope) {
    if (this.#setCount >= MAX_SETS) {
      this.#sets = { chain: undefined, larger: new Map() };
      this.#setCount = 0;
    }
    this.#setCount++;
    /** @type {ScopeSet} */
    const set = { chain: undefined, larger: new Map() };
    smaller.larger.set(scope, set);
    return set;
  }

  /**
   * @param {RouteRecord | undefined} route
   * @param {ScopeMatch[]} matches
   */
  #newChain(route, matches) {
    const scopes = matches.map(({ scope }) => scope).filter((scope) => this.#conditional.has(scope));
    const runs = (/** @type {Middleware} */ { scope }) =>
      scope === undefined || !this.#conditional.has(scope) || scopes.includes(scope);
    const steps = this.#middleware.filter(runs).flatMap((one) => one.steps);
    const parameters = parametersOf(route);
    const { names, decoders, others } = parameters;
    for (const scope of scopes) {
      for (const [i, name] of scope.names.entries()) {
        if (names.includes(name)) continue;
        names.push(name);
        decoders.push(scope.decoders[i]);
        others.push({ scope, at: 2 * i });
      }
    }
    return new Chain(this.#engine, [...steps, ...this.#steps], parameters, this.#endpoint);
  }
}

/**
 * The parameters of a route, in new lists.
 * @param {RouteRecord | undefined} route undefined: a miss
 * @returns {Parameters}
 */
function parametersOf(route) {
  if (route === undefined) return { names: [], routeCount: 0, decoders: [], others: [] };
  const names = [...route.params];
  return { names, routeCount: names.length, decoders: names.map((_, i) => decoderOf(route, i)), others: [] };
}

/**
 * The spans of the parameters that only middleware's patterns have; undefined: there are none.
 * @param {Chain} chain
 * @param {ScopeMatch[]} matches
 */
export function otherSpans({ others }, matches) {
  if (others.length === 0) return undefined;
  const all = [];
  for (const { scope, at } of others) {
    const { spans } = /** @type {ScopeMatch} */ (matches.find((match) => match.scope === scope));
    all.push(spans[at], spans[at + 1]);
  }
  return all;
}
