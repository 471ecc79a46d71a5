// Route files, and the dull matcher that tells which route a request must reach.

import { readFileSync } from "node:fs";

/** The data sets, those with figures in docs/performance.md first. */
export const TABLES = ["github-2013", "github-2013-overlaps", "github-2026", "gplus", "parse", "static", "classic"];

// Rank of a segment in match order: the smaller one is tried first.
const STATIC = 0, BOUNDED = 1, CONSTRAINED = 2, PLAIN = 3, CATCH_ALL = 4;

// A parameter and its constraint, if it has one: of expressions those without a group.
const PARAMETER = /:([A-Za-z_]\w*)(<\w+(?:\([^)]*\))?>|\([^()]+\))?/g;

/** What JavaScript has in place of a type. It takes dates that no calendar has: requests here have none of those. */
const LIKE = {
  "<uint>": "[0-9]+",
  "<alpha(2..8)>": "[A-Za-z]{2,8}",
  "<uuid>": "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}",
  "<date>": "[0-9]{4}-[0-9]{2}-[0-9]{2}"
};

/**
 * @typedef {object} Route
 * @property {number} id position in the file, from 0
 * @property {string} method
 * @property {string} host empty: any
 * @property {string} pattern
 * @property {string[]} names the parameters' names, in order, those of the host first
 * @property {string[]} segments the pattern's segments, after its first slash
 * @property {number[]} ranks of the segments
 */

/**
 * Reads a route file: one route a line, `METHOD pattern` or `METHOD host/pattern`, `#` begins a comment.
 * @param {string | URL} file
 * @returns {Route[]}
 */
export function readRoutes(file) {
  return parseRoutes(readFileSync(file, "utf8").split("\n").filter((line) => line && !line.startsWith("#")));
}

/** The same from its lines. */
export function parseRoutes(lines) {
  return lines.map((line, id) => parseRoute(id, ...line.split(/\s+/)));
}

/** @param {string} table one of TABLES */
export const routeFile = (table) => new URL(`routes/${table}.txt`, import.meta.url);

function parseRoute(id, method, text) {
  const host = text.slice(0, text.indexOf("/"));
  const pattern = text.slice(host.length);
  const segments = pattern.slice(1).split("/");
  const names = [...text.matchAll(PARAMETER), ...pattern.matchAll(/\*([A-Za-z_]\w*)/g)].map((match) => match[1]);
  return { id, method, host, pattern, names, segments, ranks: segments.map(rank) };
}

function rank(segment) {
  if (segment.startsWith("*")) return CATCH_ALL;
  const [parameter] = segment.matchAll(PARAMETER);
  if (!parameter) return STATIC;
  if (parameter[0] !== segment) return BOUNDED;
  return parameter[2] ? CONSTRAINED : PLAIN;
}

/** The regular expression that stands for a constraint, with no capturing group in it. */
export function expressionOf(constraint) {
  const source = constraint.startsWith("(") ? constraint.slice(1, -1) : LIKE[constraint];
  if (!source) throw new Error(`no expression for ${constraint}`);
  return source.includes("|") ? `(?:${source})` : source;
}

/**
 * The pattern as another router writes it.
 * @param {string} pattern
 * @param {(name: string, expression: string) => string} write a parameter with a constraint
 */
export function translate(pattern, write) {
  const one = (plain, name, constraint) => (constraint ? write(name, expressionOf(constraint)) : plain);
  return pattern.replace(PARAMETER, one);
}

// A parameter ends at the first place where the literal after it fits: the lazy quantifier says that.
function segmentSource(segment) {
  if (segment.startsWith("*")) return "(.*)";
  let source = "", end = 0;
  for (const { index, 0: text, 2: constraint } of segment.matchAll(PARAMETER)) {
    source += `${escape(segment.slice(end, index))}(${constraint ? expressionOf(constraint) : "[^/]+?"})`;
    end = index + text.length;
  }
  return source + escape(segment.slice(end));
}

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

const matcherOf = ({ segments }) => new RegExp(`^/${segments.map(segmentSource).join("/")}$`);

/**
 * A resolver for one table, whose hosts it does not look at. It answers by trying every route that could fit and taking
 * the first in match order, so it is right as long as no segment mixes literals and parameters in two ways at one
 * place: true of all data sets here.
 * @param {Route[]} routes
 */
export function resolver(routes) {
  const groups = new Map();
  for (const route of routes) group(groups, groupKey(route)).push({ route, matcher: matcherOf(route) });
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
  for (const { route, matcher } of candidates) {
    const match = matcher.exec(path);
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
