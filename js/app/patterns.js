// What two patterns tell about each other without a lookup, segment by segment. What stays uncertain, covers.js looks
// up for each request.

import { decode, decodeCatchAll, decodeHostLabel } from "../table/decode.js";

/** A segment that is static whatever the table's options: its bytes equal only themselves, in either case. */
const STATIC = /^[\w.~-]*$/;

/** A segment that is one parameter, with a constraint or without. */
const WHOLE_PARAM = /^:\w+(<[^>]*>|\(.*\))?$/;

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
function namesInHost(host) {
  const labels = host.split(".").filter((label) => label.startsWith(":"));
  return labels.map((label) => label.slice(1));
}

/**
 * The parameter names in a host and a pattern.
 * @param {{ host: string, pattern: string }} of
 */
export function namesOf({ host, pattern }) {
  return [...namesInHost(host), ...parametersIn(pattern).map((parameter) => parameter.slice(1))];
}

/**
 * The decoder for the value of each of them.
 * @param {{ host: string, pattern: string }} of
 */
export function decodersOf({ host, pattern }) {
  const decoders = parametersIn(pattern).map((parameter) => (parameter.startsWith("*") ? decodeCatchAll : decode));
  return [...namesInHost(host).map(() => decodeHostLabel), ...decoders];
}

/** @param {string | undefined} segment */
function isOpen(segment) {
  return segment !== undefined && (segment.startsWith("*") || segment.endsWith("?"));
}

/**
 * Whether there may be a path that both patterns match. Only a "no" is certain.
 * @param {string} one
 * @param {string} other
 */
export function mayMeet(one, other) {
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
 * @param {string} cover
 * @param {string} route
 */
export function coversText(cover, route) {
  if (!cover.endsWith("/*")) return cover === route;
  const prefix = segmentsOf(cover.slice(0, -2));
  const segments = segmentsOf(route);
  return cover === "/*" || prefix.every((segment, i) => segment === segments[i]);
}

/**
 * Where a name is: the segments up to the one that has it. It makes no difference whether that segment is optional.
 * @param {string} pattern
 * @param {string} name
 */
function upTo(pattern, name) {
  const segments = segmentsOf(pattern);
  const has = new RegExp(`[:*]${name}(?!\\w)`);
  const at = segments.findIndex((segment) => has.test(segment));
  return [...segments.slice(0, at), segments[at].replace(/\?$/, "")];
}

/**
 * Whether a name in two patterns means the same text in every URL that both match.
 * @param {{ host: string, pattern: string }} one
 * @param {{ host: string, pattern: string }} other
 * @param {string} name
 */
export function meansTheSame(one, other, name) {
  const [isOurs, isTheirs] = [one, other].map(({ host }) => namesInHost(host).includes(name));
  if (isOurs || isTheirs) return isOurs && isTheirs && one.host === other.host;
  const [ours, theirs] = [upTo(one.pattern, name), upTo(other.pattern, name)];
  if (ours.join("/") === theirs.join("/")) return true;
  if (ours.length !== theirs.length || [...ours, ...theirs].some(isOpen)) return false;
  return [ours, theirs].every((segments) => WHOLE_PARAM.test(/** @type {string} */ (segments.at(-1))));
}
