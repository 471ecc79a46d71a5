// Route files, and the dull matcher that tells which route a request must reach.

import { readFileSync } from "node:fs";

/** The data sets, those with figures in the README first. */
export const TABLES = ["github-2013", "github-2013-overlaps", "github-2026", "gplus", "parse", "static"];

// Rank of a segment in match order: the smaller one is tried first.
const STATIC = 0, BOUNDED = 1, PLAIN = 2, CATCH_ALL = 3;

/**
 * @typedef {object} Route
 * @property {number} id position in the file, from 0
 * @property {string} method
 * @property {string} pattern
 * @property {string[]} names the parameters' names, in order
 * @property {string[]} segments the pattern's segments, behind its first slash
 * @property {number[]} ranks of the segments
 * @property {RegExp} matcher
 */

/**
 * Reads a route file: one route a line, `METHOD pattern`, `#` begins a comment.
 * @param {string | URL} file
 * @returns {Route[]}
 */
export function readRoutes(file) {
  const lines = readFileSync(file, "utf8").split("\n").filter((line) => line && !line.startsWith("#"));
  return lines.map((line, id) => parseRoute(id, ...line.split(/\s+/)));
}

/** @param {string} table one of TABLES */
export const routeFile = (table) => new URL(`routes/${table}.txt`, import.meta.url);

function parseRoute(id, method, pattern) {
  const segments = pattern.slice(1).split("/");
  const names = [...pattern.matchAll(/[:*]([A-Za-z_]\w*)/g)].map((match) => match[1]);
  const matcher = new RegExp(`^/${segments.map(segmentSource).join("/")}$`);
  return { id, method, pattern, names, segments, ranks: segments.map(rank), matcher };
}

function rank(segment) {
  if (segment.startsWith("*")) return CATCH_ALL;
  if (/^:\w+$/.test(segment)) return PLAIN;
  return segment.includes(":") ? BOUNDED : STATIC;
}

// A parameter ends at the first place where the literal behind it fits: the lazy quantifier says that.
function segmentSource(segment) {
  if (segment.startsWith("*")) return "(.*)";
  return segment.split(/(:[A-Za-z_]\w*)/).map((piece) => (piece.startsWith(":") ? "([^/]+?)" : escape(piece))).join("");
}

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/**
 * A resolver for one table. It answers by trying every route that could fit and taking the first in match order, so it
 * is right as long as no segment mixes literals and parameters in two ways at one place: true of all data sets here.
 * @param {Route[]} routes
 */
export function resolver(routes) {
  const groups = new Map();
  for (const route of routes) group(groups, groupKey(route)).push(route);
  const methods = [...new Set(routes.map((route) => route.method))].sort();
  return {
    methods,
    /** @returns {{ route: Route, values: string[] } | null} */
    resolve: (method, path) => resolve(groups, method, path)
  };
}

function group(groups, key) {
  if (!groups.has(key)) groups.set(key, []);
  return groups.get(key);
}

// Routes that end in a catch-all fit any number of segments and stand in a group of their own.
function groupKey({ method, segments, ranks }) {
  return ranks.at(-1) === CATCH_ALL ? `${method} *` : `${method} ${segments.length}`;
}

function resolve(groups, method, path) {
  const length = path.split("/").length - 1;
  const candidates = [...(groups.get(`${method} ${length}`) ?? []), ...(groups.get(`${method} *`) ?? [])];
  let best = null;
  for (const route of candidates) {
    const match = route.matcher.exec(path);
    if (match && (!best || before(route, best.route))) best = { route, values: match.slice(1) };
  }
  return best;
}

function before(a, b) {
  for (let i = 0; i < Math.min(a.ranks.length, b.ranks.length); i++) {
    if (a.ranks[i] !== b.ranks[i]) return a.ranks[i] < b.ranks[i];
  }
  return a.ranks.length > b.ranks.length;
}
