// Which middleware covers a request. If the patterns alone do not decide that when a route is added, each request looks
// it up: it searches for all matches in a table whose routes are the patterns of middleware.

import { WyeError } from "../base/error.js";
import { allMatchesOf, RouteTable } from "../table/route-table.js";
import { parameterDecoders, parameterNames } from "./patterns.js";

/**
 * @typedef {import("./chain.js").Step} Step
 * @typedef {import("../table/options.js").TableOptions} TableOptions
 *
 * @typedef {object} Scope where middleware runs: a pattern and a host; equal ones are one object
 * @property {string} pattern
 * @property {string} host "": any
 * @property {string[]} names of the parameters of both
 * @property {((raw: string) => string)[]} decoders of their values
 *
 * @typedef {object} Middleware what one call of `use` adds
 * @property {string} pattern
 * @property {string} host
 * @property {Step[]} steps
 * @property {Scope | undefined} scope undefined: it covers everything
 *
 * @typedef {object} ScopeMatch a scope that covers a request, and where its parameters are
 * @property {Scope} scope
 * @property {number[]} spans start and end of each parameter in the URL; -1 and -1: no value
 */

/** The pattern that covers everything. */
export const EVERYTHING = "/*";

/** @type {ScopeMatch[]} */
export const NO_MATCHES = [];

/** The spans of a scope without parameters. @type {number[]} */
const NO_SPANS = [];

/** A catch-all at the end: the pattern also covers the path before it. */
const REST = /\/\*\w*$/;

export class Coverage {
  #options;
  /** Several, because one table cannot hold two patterns of the same shape. Each scope is at the index of its route. */
  /** @type {{ table: RouteTable, scopes: Scope[] }[]} */
  #tables = [];
  /** @type {Map<string, Scope>} */
  #known = new Map();

  /** @param {TableOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * The scope of a pattern and a host. Throws a WyeError if one of them is malformed.
   * @param {string} pattern
   * @param {string} host
   * @returns {Scope}
   */
  scope(pattern, host) {
    const known = this.#known.get(`${host}${pattern}`);
    if (known !== undefined) return known;
    const [names, decoders] = [parameterNames({ host, pattern }), parameterDecoders({ host, pattern })];
    const scope = { pattern, host, names, decoders };
    this.add(scope);
    return scope;
  }

  /** @param {Scope} scope may come from another Coverage */
  add(scope) {
    const { pattern, host } = scope;
    if (this.#known.has(`${host}${pattern}`)) return;
    this.#add(pattern, scope);
    const bare = pattern.replace(REST, "");
    if (bare !== pattern && bare !== "") this.#add(bare, scope);
    this.#known.set(`${host}${pattern}`, scope);
  }

  /**
   * Adds a route to the first table that has none of its shape.
   * @param {string} pattern
   * @param {Scope} scope
   */
  #add(pattern, scope) {
    const { host } = scope;
    for (const { table, scopes } of this.#tables) {
      try {
        table.add("*", pattern, { host });
        scopes.push(scope);
        return;
      } catch (error) {
        if (!(error instanceof WyeError && error.code === "CONFLICT")) throw error;
      }
    }
    const table = new RouteTable(this.#options);
    table.add("*", pattern, { host });
    this.#tables.push({ table, scopes: [scope] });
  }

  /**
   * What covers a request. Allocates what it returns.
   * @param {string} url
   * @returns {ScopeMatch[]}
   */
  match(url) {
    let matches = NO_MATCHES;
    for (const { table, scopes } of this.#tables) {
      const hits = allMatchesOf(table, "*", url);
      for (let i = 0; i < hits.count; i++) {
        const scope = scopes[hits.route(i)];
        if (hasScope(matches, scope)) continue;
        const match = { scope, spans: scope.names.length === 0 ? NO_SPANS : spansOf(scope, hits, i) };
        if (matches.length === 0) matches = [match];
        else matches.push(match);
      }
    }
    return matches;
  }
}

/**
 * @param {ScopeMatch[]} matches
 * @param {Scope} scope
 */
export function hasScope(matches, scope) {
  for (const match of matches) if (match.scope === scope) return true;
  return false;
}

/**
 * Where the parameters of a scope are in a URL.
 * @param {Scope} scope
 * @param {import("../table/all-matches.js").AllMatches} hits
 * @param {number} i the hit that is the scope's
 */
function spansOf({ names }, hits, i) {
  const { params } = hits.record(i);
  const spans = [];
  for (const name of names) {
    const index = params.indexOf(name);
    if (index >= 0 && index < hits.paramCount(i)) spans.push(hits.paramStart(i, index), hits.paramEnd(i, index));
    else spans.push(-1, -1);
  }
  return spans;
}
