// What the texts of two patterns say of each other without a lookup, segment by segment. What is not certain is asked
// of each request (covers.js).

import { asItIs, decode, decodeCatchAll } from "../decode.js";

/** A segment that is static whatever the table's options: its bytes equal only themselves, in either case. */
const STATIC = /^[\w.~-]*$/;

/** A segment that is one parameter, with a constraint or without. */
const WHOLE_PARAM = /^:\w+(<[^>]*>|\(.*\))?$/;

/**
 * The segments of a pattern: a slash within an expression or after a backslash separates nothing.
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
 * The parameters that a pattern names, and the catch-alls, each after its `:` or `*`.
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
 * The names that a host and a pattern write out.
 * @param {{ host: string, pattern: string }} of
 */
export function namesOf({ host, pattern }) {
  return [...namesInHost(host), ...parametersIn(pattern).map((parameter) => parameter.slice(1))];
}

/**
 * How the value of each of them is decoded.
 * @param {{ host: string, pattern: string }} of
 */
export function decodersOf({ host, pattern }) {
  const decoders = parametersIn(pattern).map((parameter) => (parameter.startsWith("*") ? decodeCatchAll : decode));
  return [...namesInHost(host).map(() => asItIs), ...decoders];
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
    if (our === undefined || their === undefined) return (our ?? their) === ""; // a last slash may be ignored
    if (STATIC.test(our) && STATIC.test(their) && our.toLowerCase() !== their.toLowerCase()) return false;
  }
  return true;
}

/**
 * Whether a pattern of middleware covers every path of a route because the route's text begins with it.
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
 * Where a name is: the segments up to the one that has it. Whether that one may be left out changes nothing about that.
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
 * Whether a name of two patterns stands for the same text in every URL that both match.
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
