// The routes of an app, their names, and its middleware. A call adds all of its arguments, or nothing.

import { WyeError } from "../base/error.js";
import { packOptions } from "../table/options.js";
import { RouteTable } from "../table/route-table.js";
import { ChainCache } from "./chain-cache.js";
import { Coverage, EVERYTHING } from "./coverage.js";
import { checkRouteParameters } from "./parameter-names.js";
import { coversRoute, mayOverlap } from "./patterns.js";

/**
 * @typedef {import("./chain.js").Step} Step
 * @typedef {import("./coverage.js").Middleware} Middleware
 * @typedef {import("./coverage.js").Scope} Scope
 * @typedef {import("./engine.js").Engine} Engine
 * @typedef {import("../table/options.js").TableOptions} TableOptions
 *
 * @typedef {object} Route
 * @property {string} method
 * @property {string} pattern
 * @property {string} host "": any
 * @property {string} name "": none
 * @property {Middleware[]} middleware what may cover it
 * @property {Step[]} handlers
 * @property {number} [maxBody]
 * @property {Step} [notFound] of the mounted app that it belongs to
 * @property {boolean} [isMounted]
 */

export class Registry {
  /** @type {Route[]} */
  routes = [];
  /** Middleware that also covers misses. @type {Middleware[]} */
  middleware = [];
  /** Steps of mounted apps that respond to misses. They run after all middleware. @type {Middleware[]} */
  missHandlers = [];
  /** The chains of each route, by handler id. @type {ChainCache[]} */
  chains = [];
  /** The chains of misses, by outcome: the engine adds each when it first needs it. @type {Map<number, ChainCache>} */
  missChains = new Map();
  #engine;
  /** For each name: host and pattern of its route, and whether another route has the name, too. */
  /** @type {Map<string, { where: string, isAmbiguous: boolean }>} */
  #names = new Map();

  /**
   * @param {Engine} engine
   * @param {TableOptions} options
   */
  constructor(engine, options) {
    packOptions(options); // checks methodNotAllowed, too, which the table does not get
    this.#engine = engine;
    // The response to OPTIONS needs the methods even if 405 is off.
    this.table = new RouteTable({ ...options, methodNotAllowed: true });
    const { trailingSlash, cleanPath, caseSensitive, maxPath } = options;
    this.coverage = new Coverage({
      trailingSlash: trailingSlash === "ignore" ? "ignore" : "strict",
      caseSensitive,
      maxPath,
    });
    // A redirect reveals that its target exists, so middleware that covers the target must run for it, too.
    this.missCoverage = new Coverage({
      trailingSlash: trailingSlash === undefined || trailingSlash === "strict" ? "strict" : "ignore",
      caseSensitive: cleanPath === "redirect" ? false : caseSensitive,
      maxPath,
    });
  }

  /**
   * Makes the middleware of a call of `use`. Throws a WyeError if the pattern or the host is malformed.
   * @param {string} pattern
   * @param {string} host
   * @param {Step[]} steps
   * @returns {Middleware}
   */
  newMiddleware(pattern, host, steps) {
    const coversAll = pattern === EVERYTHING && host === "";
    return { pattern, host, steps, scope: coversAll ? undefined : this.coverage.scope(pattern, host) };
  }

  /**
   * Runs a function that adds routes and middleware; if it throws, undoes everything that it added.
   * @param {() => void} add
   */
  attempt(add) {
    const [routes, middleware, missHandlers] = [this.routes.length, this.middleware.length, this.missHandlers.length];
    try {
      add();
    } catch (error) {
      for (const { method, pattern, host } of this.routes.splice(routes)) this.table.remove(method, pattern, { host });
      this.#names.clear();
      for (const route of this.routes) this.#addName(route);
      this.middleware.length = middleware;
      this.missHandlers.length = missHandlers;
      this.missChains.clear();
      throw error;
    }
  }

  /** @param {Route[]} routes */
  addRoutes(routes) {
    this.attempt(() => {
      for (const route of routes) this.#add(route);
    });
  }

  /** @param {Route} route */
  #add(route) {
    const { method, pattern, host, handlers, maxBody, notFound } = route;
    const mayCover = (/** @type {Middleware} */ { scope }) => scope === undefined || mayOverlap(scope.pattern, pattern);
    const middleware = route.middleware.filter(mayCover);
    /** @type {Set<Scope>} */
    const conditional = new Set();
    for (const one of middleware) {
      if (one.scope === undefined || coversRoute(one.scope.pattern, pattern)) continue;
      checkRouteParameters(one, route);
      conditional.add(one.scope);
    }
    const name = this.#addName(route) ? route.name : "";
    const id = this.table.add(method, pattern, { name, host });
    this.routes.push(route);
    const endpoint = { pattern, name: route.name || undefined, maxBody, notFound };
    this.chains[id] = new ChainCache(this.#engine, middleware, conditional, handlers, endpoint);
  }

  /**
   * Records the name of a route; returns whether the table gets the name. A name that two mounted apps have, or one
   * that is mounted twice, is ambiguous: `url` refuses it.
   * @param {Route} route
   */
  #addName({ name, host, pattern, isMounted }) {
    if (name === "") return false;
    const where = `${host}${pattern}`;
    const known = this.#names.get(name);
    if (known === undefined) this.#names.set(name, { where, isAmbiguous: false });
    if (known === undefined || known.where === where || !isMounted) return true; // the table refuses another pattern
    this.#names.set(name, { ...known, isAmbiguous: true });
    return false;
  }

  /**
   * @param {Middleware[]} middleware that also covers misses
   * @param {Middleware[]} [missHandlers]
   */
  addMiddleware(middleware, missHandlers = []) {
    for (const { scope } of [...middleware, ...missHandlers]) if (scope !== undefined) this.missCoverage.add(scope);
    this.middleware.push(...middleware);
    this.missHandlers.push(...missHandlers);
    this.missChains.clear();
  }

  /**
   * @param {string} name
   * @param {Record<string, string | number | bigint>} params
   */
  url(name, params) {
    if (!this.#names.get(name)?.isAmbiguous) return this.table.url(name, params);
    const routes = this.routes.filter((route) => route.name === name);
    const patterns = [...new Set(routes.map(({ host, pattern }) => `"${host}${pattern}"`))].join(", ");
    throw new WyeError("CONFLICT", `conflict: several routes have the name "${name}": ${patterns}`);
  }
}
