// Which routes a middleware covers. Most of it is known from the two patterns when a route is added; where it depends
// on the path (`/:a/:b` and a middleware for `/admin/*`) a guard looks at each request.

import { RouteTable } from "./table.js";

/**
 * @typedef {import("./request-slot.js").Step} Step
 * @typedef {import("./arguments.js").TableOptions} TableOptions
 *
 * @typedef {object} Layer middleware and what it covers
 * @property {string} pattern a route pattern; with a catch-all at its end it covers what is in front of that, too
 * @property {string} host only routes with this host; "": all
 * @property {Step[]} steps
 * @property {RouteTable | undefined} guard a table with a route for what it covers; undefined: that is everything
 */

/** Covers everything. */
export const EVERYTHING = "/*";

const STATIC = /^[\w.~-]+$/;
const PLAIN_PARAM = /^:[A-Za-z_]\w*$/;

/** A pattern whose slashes may not all be ends of segments, or that has two forms. */
const INTRICATE = /[\\()?]/;

/** The catch-all at the end of a pattern, and a `*` that is any one segment. */
const REST = /\/\*\w*$/;
const ANY_SEGMENT = /\/\*\//;

/** @typedef {"always" | "never" | "maybe"} Relation */

/**
 * One segment of a middleware's pattern and one of a route's: whether all that the second takes is taken by the first.
 * @param {string} wanted
 * @param {string | undefined} given undefined: the route has no more
 * @returns {Relation}
 */
function relateSegments(wanted, given) {
  if (wanted === given) return "always";
  if (wanted === "" || given?.startsWith("*")) return "maybe";
  if (given === undefined || given === "") return "never";
  if (STATIC.test(wanted) && STATIC.test(given))
    return wanted.toLowerCase() === given.toLowerCase() ? "maybe" : "never";
  return PLAIN_PARAM.test(wanted) && (STATIC.test(given) || PLAIN_PARAM.test(given)) ? "always" : "maybe";
}

/**
 * What stands behind all that a middleware's pattern has segments for.
 * @param {string | undefined} given
 * @returns {Relation}
 */
function relateRest(given) {
  if (given === undefined) return "always";
  return given === "" || given.startsWith("*") ? "maybe" : "never";
}

/**
 * Whether a middleware's pattern covers every path of a route, none, or some.
 * @param {string} cover
 * @param {string} route
 * @returns {Relation}
 */
export function relate(cover, route) {
  if (cover === EVERYTHING) return "always";
  if (INTRICATE.test(cover) || INTRICATE.test(route) || ANY_SEGMENT.test(cover)) return "maybe";
  const wanted = cover.split("/").slice(1);
  const given = route.split("/").slice(1);
  const rest = given.at(-1)?.startsWith("*") ? given.at(-1) : undefined; // it may be any number of segments
  const open = REST.test(cover);
  if (open) wanted.pop();
  const relations = wanted.map((segment, i) => relateSegments(segment, given[i] ?? rest));
  if (!open) relations.push(relateRest(given[wanted.length] ?? rest));
  if (relations.includes("never")) return "never";
  return relations.includes("maybe") ? "maybe" : "always";
}

/**
 * Middleware for what a pattern covers. Throws a WyeError if the pattern or the host is malformed.
 * @param {string} pattern
 * @param {string} host
 * @param {Step[]} steps
 * @param {TableOptions} options those of the app's table
 * @returns {Layer}
 */
export function layerOf(pattern, host, steps, { trailingSlash, caseSensitive }) {
  if (pattern === EVERYTHING && host === "") return { pattern, host, steps, guard: undefined };
  const guard = new RouteTable({ trailingSlash: trailingSlash === "ignore" ? "ignore" : "strict", caseSensitive });
  guard.add("*", pattern, { host });
  const bare = pattern.replace(REST, "");
  if (bare !== pattern && bare !== "") guard.add("*", bare, { host });
  return { pattern, host, steps, guard };
}

/**
 * A step that does its work only where its layer covers the request.
 * @param {Step} step
 * @param {RouteTable} guard
 * @returns {Step}
 */
function guarded(step, guard) {
  return (c) => (guard.matchUrl("*", c.url) >= 0 ? step(c) : c.next());
}

/**
 * The steps of the layers for a route, in their order.
 * @param {Layer[]} layers
 * @param {{ pattern: string, host: string } | undefined} route undefined: for requests that hit none
 */
export function stepsFor(layers, route) {
  return layers.flatMap(({ pattern, host, steps, guard }) => {
    const known = route !== undefined && (host === "" || host === route.host);
    const relation = guard === undefined ? "always" : known ? relate(pattern, route.pattern) : "maybe";
    if (relation === "never") return [];
    return guard === undefined || relation === "always" ? steps : steps.map((step) => guarded(step, guard));
  });
}
