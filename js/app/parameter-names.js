// Every step can read the parameters of every pattern that covers the request, so a name must mean the same in all of
// these patterns.

import { badArgument } from "../base/arguments.js";
import { hostNames, isOpen, mayOverlap, parameterNames, segmentsOf } from "./patterns.js";

/**
 * @typedef {import("./coverage.js").Middleware} Middleware
 * @typedef {{ host: string, pattern: string }} Where
 */

/**
 * @param {Middleware} middleware
 * @param {Where} route that it may cover
 */
export function checkRouteParameters(middleware, route) {
  const wrong = conflictingName(middleware, route);
  if (wrong === undefined) return;
  throw badArgument(
    `the route "${route.pattern}" has the parameter "${wrong}" in another position than the middleware for ` +
      `"${middleware.pattern}" that covers it: rename one of them`,
  );
}

/**
 * @param {Middleware} middleware
 * @param {Middleware[]} others that may cover the same path
 */
export function checkMiddlewareParameters(middleware, others) {
  for (const other of others) {
    const wrong = mayOverlap(middleware.pattern, other.pattern) ? conflictingName(middleware, other) : undefined;
    if (wrong === undefined) continue;
    throw badArgument(
      `the middleware for "${middleware.pattern}" has the parameter "${wrong}" in another position than the ` +
        `middleware for "${other.pattern}", and both may cover the same path: rename one of them`,
    );
  }
}

/**
 * A name that both have for different parts of the URL; undefined: none.
 * @param {Middleware} middleware
 * @param {Where} other
 */
function conflictingName(middleware, other) {
  const names = middleware.scope?.names ?? [];
  if (names.length === 0) return undefined;
  const theirs = parameterNames(other);
  return names.find((name) => theirs.includes(name) && !meansTheSame(middleware, other, name));
}

/** A segment that is one parameter, with a constraint or without. */
const WHOLE_PARAM = /^:\w+(<[^>]*>|\(.*\))?$/;

/**
 * Whether a name in two patterns means the same text in every URL that both match.
 * @param {Where} one
 * @param {Where} other
 * @param {string} name
 */
function meansTheSame(one, other, name) {
  const [isOurs, isTheirs] = [one, other].map(({ host }) => hostNames(host).includes(name));
  if (isOurs || isTheirs) return isOurs && isTheirs && one.host === other.host;
  const [ours, theirs] = [segmentsUpTo(one.pattern, name), segmentsUpTo(other.pattern, name)];
  if (ours.join("/") === theirs.join("/")) return true;
  if (ours.length !== theirs.length || [...ours, ...theirs].some(isOpen)) return false;
  return [ours, theirs].every((segments) => WHOLE_PARAM.test(/** @type {string} */ (segments.at(-1))));
}

/**
 * The segments up to the one with this parameter, without the `?` of that one.
 * @param {string} pattern
 * @param {string} name
 */
function segmentsUpTo(pattern, name) {
  const segments = segmentsOf(pattern);
  const has = new RegExp(`[:*]${name}(?!\\w)`);
  const at = segments.findIndex((segment) => has.test(segment));
  return [...segments.slice(0, at), segments[at].replace(/\?$/, "")];
}
