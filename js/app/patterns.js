// What the texts of patterns say without a lookup, segment by segment: names, and whether two patterns overlap. If that
// remains uncertain, coverage.js looks it up for each request.

import { decode, decodeCatchAll, decodeHostLabel } from "../table/decode.js";

/**
 * A static segment that equals only itself, in either case: without escapes, and without characters of the language.
 */
const STATIC = /^[\w.~-]*$/;

/**
 * The segments of a pattern. A slash inside an expression or after a backslash does not separate.
 * @param {string} pattern
 */
export function segmentsOf(pattern) {
  const segments = [];
  let depth = 0;
  let isClass = false;
  let start = 1;
  for (let i = 1; i < pattern.length; i++) {
    const character = pattern[i];
    if (character === "\\") i++;
    else if (isClass) isClass = character !== "]";
    else if (depth > 0 && character === "[") isClass = true;
    else if (character === "(") depth++;
    else if (character === ")") depth--;
    else if (character === "/" && depth === 0) {
      segments.push(pattern.slice(start, i));
      start = i + 1;
    }
  }
  return [...segments, pattern.slice(start)];
}

/**
 * The named parameters and catch-alls of a pattern, each with its `:` or `*`.
 * @param {string} pattern
 */
function parametersIn(pattern) {
  const plain = pattern.replace(/\\./gs, "\\").replace(/\((?:[^[\]()]|\[[^\]]*\]|\((?:[^()]|\([^()]*\))*\))*\)/g, "()");
  return Array.from(plain.matchAll(/[:*][A-Za-z_]\w*/g), ([parameter]) => parameter);
}

/** @param {string} host */
export function hostNames(host) {
  const labels = host.split(".").filter((label) => label.startsWith(":"));
  return labels.map((label) => label.slice(1));
}

/**
 * The parameter names in a host and a pattern.
 * @param {{ host: string, pattern: string }} of
 */
export function parameterNames({ host, pattern }) {
  return [...hostNames(host), ...parametersIn(pattern).map((parameter) => parameter.slice(1))];
}

/**
 * The decoder for the value of each of them.
 * @param {{ host: string, pattern: string }} of
 */
export function parameterDecoders({ host, pattern }) {
  const decoders = parametersIn(pattern).map((parameter) => (parameter.startsWith("*") ? decodeCatchAll : decode));
  return [...hostNames(host).map(() => decodeHostLabel), ...decoders];
}

/**
 * Whether a segment of a pattern can match no segment of a path, or several.
 * @param {string | undefined} segment
 */
export function isOpen(segment) {
  return segment !== undefined && (segment.startsWith("*") || segment.endsWith("?"));
}

/**
 * Whether there may be a path that both patterns match. Only `false` is certain.
 * @param {string} one
 * @param {string} other
 */
export function mayOverlap(one, other) {
  const [ours, theirs] = [segmentsOf(one), segmentsOf(other)];
  for (let i = 0; i < ours.length || i < theirs.length; i++) {
    const [our, their] = [ours[i], theirs[i]];
    if (isOpen(our) || isOpen(their)) return true;
    if (our === undefined || their === undefined) return (our ?? their) === ""; // a last slash may not count
    if (STATIC.test(our) && STATIC.test(their) && our.toLowerCase() !== their.toLowerCase()) return false;
  }
  return true;
}

/**
 * Whether middleware's pattern covers every path of a route, because the route's text begins with it.
 * @param {string} pattern of the middleware
 * @param {string} route
 */
export function coversRoute(pattern, route) {
  if (!pattern.endsWith("/*")) return pattern === route;
  const prefix = segmentsOf(pattern.slice(0, -2));
  const segments = segmentsOf(route);
  return pattern === "/*" || prefix.every((segment, i) => segment === segments[i]);
}
