// Which middleware covers a request. Where the patterns alone do not settle it when a route is added, each request
// looks it up: one lookup of all matching routes, in a table whose routes are the patterns of middleware.

import { WyeError } from "../base/error.js";
import { allMatchesOf, RouteTable } from "../table/route-table.js";
import { decodersOf, namesOf } from "./patterns.js";

/**
 * @typedef {import("./chain.js").Step} Step
 * @typedef {import("../table/options.js").TableOptions} TableOptions
 *
 * @typedef {object} Cover a pattern of middleware; equal ones are one
 * @property {string} pattern
 * @property {string} host "": any
 * @property {string[]} names in the pattern and the host
 * @property {((raw: string) => string)[]} decoders of their values
 *
 * @typedef {object} Layer
 * @property {string} pattern
 * @property {string} host
 * @property {Step[]} steps
 * @property {Cover | undefined} cover undefined: it covers everything
 *
 * @typedef {object} Covering a cover of a request, and where its parameters are
 * @property {Cover} cover
 * @property {number[]} spans start and end of each of its names
 */

/** The pattern that covers everything. */
export const EVERYTHING = "/*";

/** @type {Covering[]} */
export const NOTHING_COVERS = [];

/** A catch-all at the end: the pattern also covers the path before it. */
const REST = /\/\*\w*$/;

export class Covers {
  #options;
  /** Several, because one table cannot hold patterns of the same shape with different parameter names. */
  /** @type {{ table: RouteTable, covers: Cover[] }[]} */
  #tables = [];
  /** @type {Map<string, Cover>} */
  #known = new Map();

  /** @param {TableOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * Throws a WyeError if the pattern or the host is malformed.
   * @param {string} pattern
   * @param {string} host
   * @returns {Cover}
   */
  add(pattern, host) {
    const key = `${host}${pattern}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const cover = { pattern, host, names: namesOf({ host, pattern }), decoders: decodersOf({ host, pattern }) };
    this.insert(cover);
    return cover;
  }

  /** @param {Cover} cover may belong to another collection */
  insert(cover) {
    const { pattern, host } = cover;
    if (this.#known.has(`${host}${pattern}`)) return;
    const bare = pattern.replace(REST, "");
    for (const text of bare === pattern || bare === "" ? [pattern] : [pattern, bare]) this.#insert(text, cover);
    this.#known.set(`${host}${pattern}`, cover);
  }

  /**
   * @param {string} pattern
   * @param {Cover} cover
   */
  #insert(pattern, cover) {
    for (const { table, covers } of this.#tables) {
      if (!added(table, pattern, cover.host)) continue;
      covers.push(cover);
      return;
    }
    const table = new RouteTable(this.#options);
    table.add("*", pattern, { host: cover.host });
    this.#tables.push({ table, covers: [cover] });
  }

  /**
   * What covers a request, in the order of registration. Allocates what it returns.
   * @param {string} url
   * @returns {Covering[]}
   */
  ask(url) {
    let found = NOTHING_COVERS;
    for (const { table, covers } of this.#tables) {
      const hits = allMatchesOf(table, "*", url);
      for (let i = 0; i < hits.count; i++) {
        const cover = covers[hits.route(i)];
        if (isAmong(cover, found)) continue;
        const covering = { cover, spans: spansOf(cover, hits, i) };
        if (found.length === 0) found = [covering];
        else found.push(covering);
      }
    }
    return found;
  }
}

/**
 * @param {Cover} cover
 * @param {Covering[]} found
 */
export function isAmong(cover, found) {
  for (const other of found) if (other.cover === cover) return true;
  return false;
}

/** The spans of a cover without names. @type {number[]} */
const NO_SPANS = [];

/**
 * Where the names of a cover are in a request.
 * @param {Cover} cover
 * @param {import("../table/all-matches.js").AllMatches} hits
 * @param {number} i which of them is the cover
 */
function spansOf({ names }, hits, i) {
  if (names.length === 0) return NO_SPANS;
  const { params } = hits.record(i);
  const spans = [];
  for (const name of names) {
    const index = params.indexOf(name);
    if (index < hits.paramCount(i)) spans.push(hits.paramStart(i, index), hits.paramEnd(i, index));
    else spans.push(-1, -1);
  }
  return spans;
}

/**
 * Whether a table has room for a pattern.
 * @param {RouteTable} table
 * @param {string} pattern
 * @param {string} host
 */
function added(table, pattern, host) {
  try {
    table.add("*", pattern, { host });
    return true;
  } catch (error) {
    if (error instanceof WyeError && error.code === "CONFLICT") return false;
    throw error;
  }
}
