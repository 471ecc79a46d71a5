// An app mounted in another one, below a prefix: its routes, its middleware, and its handling of errors and misses.

import { badArgument } from "../base/arguments.js";
import { DEFAULT_MAX_PATH } from "../table/options.js";
import { NOT_FOUND } from "../table/outcomes.js";
import { chainOf, rareOf } from "./context.js";
import { EVERYTHING } from "./coverage.js";
import { defaultNotFound, defaultOnError, defaultOnOutcome, outcomeResponse } from "./default-responses.js";
import { isPromise } from "./response.js";

/**
 * @typedef {import("./chain.js").Step} Step
 * @typedef {import("./context.js").Context} Context
 * @typedef {import("./coverage.js").Middleware} Middleware
 * @typedef {import("./default-responses.js").Outcome} Outcome
 * @typedef {import("./engine.js").Engine} Engine
 * @typedef {import("./registry.js").Route} Route
 */

/** The defaults of a table's options. */
const DEFAULTS = {
  trailingSlash: "strict",
  cleanPath: "off",
  caseSensitive: true,
  methodNotAllowed: true,
  maxPath: DEFAULT_MAX_PATH,
};

/**
 * Refuses an app whose options differ: the table has one set of options, and only the outer app decides whom to trust
 * and where to report.
 * @param {string} prefix for the error's text
 * @param {Engine} mounted
 * @param {Engine} engine of the app that it is mounted in
 */
export function checkMount(prefix, mounted, engine) {
  for (const [name, usual] of Object.entries(DEFAULTS)) {
    const [theirs, ours] = [mounted, engine].map(({ options }) => /** @type {any} */ (options)[name] ?? usual);
    if (theirs === ours) continue;
    const [given, own] = [theirs, ours].map((value) => JSON.stringify(value));
    throw badArgument(
      `route("${prefix}"): the mounted app has ${name}: ${given}, this one ${own}; a path is matched by the ` +
        "options of one app: give both apps the same",
    );
  }
  for (const name of /** @type {const} */ (["report", "clientAddress"])) {
    if (mounted.own[name] === undefined || mounted.own[name] === engine.own[name]) continue;
    throw badArgument(`route("${prefix}"): the mounted app has a ${name} of its own: give it to this app instead`);
  }
}

/**
 * A pattern below a prefix: `/` below `/v2` is `/v2` itself. A pattern without a leading slash is unchanged, so that
 * the table refuses it.
 * @param {string} prefix
 * @param {string} pattern
 */
export function below(prefix, pattern) {
  if (!pattern.startsWith("/")) return pattern;
  return prefix !== "" && pattern === "/" ? prefix : prefix + pattern;
}

/**
 * What an app adds to the app that it is mounted in.
 * @param {Engine} mounted
 * @param {string} prefix
 * @param {string} host "": any
 * @param {Engine} engine of the app that it is mounted in
 */
export function mountedBelow(mounted, prefix, host, engine) {
  const { notFound, onError, onOutcome, maxBody } = mounted;
  const { routes, middleware, missHandlers } = mounted.registry;
  const hostOf = (/** @type {string} */ own) => {
    if (own === "" || host === "" || own === host) return own || host;
    throw badArgument(`route: routes of host "${own}" cannot be mounted inside domain("${host}")`);
  };
  /** @type {Map<Middleware, Middleware>} */
  const moved = new Map();
  for (const one of [...middleware, ...missHandlers, ...routes.flatMap((route) => route.middleware)]) {
    if (moved.has(one)) continue;
    const pattern = one.pattern === EVERYTHING ? prefix + EVERYTHING : below(prefix, one.pattern);
    moved.set(one, engine.registry.newMiddleware(pattern, hostOf(one.host), one.steps));
  }
  const movedOf = (/** @type {Middleware} */ one) => /** @type {Middleware} */ (moved.get(one));
  const around = (/** @type {Step} */ step) => engine.registry.newMiddleware(prefix + EVERYTHING, host, [step]);
  const ownOnError = onError === defaultOnError ? [] : [around(catching(onError))];
  const ownNotFound = notFound === defaultNotFound ? undefined : notFound;
  const ownMisses = ownNotFound === undefined ? [] : [around(respondingToMisses(ownNotFound))];
  const ownOutcomes = onOutcome === defaultOnOutcome ? [] : [around(respondingToOutcomes(onOutcome))];
  return {
    routes: routes.map((route) => ({
      ...route,
      pattern: below(prefix, route.pattern),
      host: hostOf(route.host),
      middleware: [...ownOnError, ...route.middleware.map(movedOf)],
      maxBody: route.maxBody ?? maxBody,
      notFound: route.notFound ?? ownNotFound,
      isMounted: true,
    })),
    middleware: [...ownOnError, ...middleware.map(movedOf)],
    missHandlers: [...missHandlers.map(movedOf), ...ownMisses, ...ownOutcomes],
    /** All middleware of its own. */
    moved: [...moved.values()],
  };
}

/**
 * A step that passes the errors of a mounted app to that app's own handler.
 * @param {(error: unknown, c: Context) => any} onError
 * @returns {Step}
 */
function catching(onError) {
  const failed = (/** @type {unknown} */ error, /** @type {Context} */ c) => {
    rareOf(c).error = error;
    return onError(error, c);
  };
  return (c, next) => {
    try {
      const result = next();
      return isPromise(result) ? result.then(undefined, (/** @type {unknown} */ error) => failed(error, c)) : result;
    } catch (error) {
      return failed(error, c);
    }
  };
}

/**
 * A step that responds to the 404s below a mounted app.
 * @param {(c: Context) => any} notFound
 * @returns {Step}
 */
function respondingToMisses(notFound) {
  return (c, next) => (chainOf(c).outcome === NOT_FOUND ? notFound(c) : next());
}

/**
 * The same for the other outcomes.
 * @param {(outcome: Outcome, c: Context) => any} onOutcome
 * @returns {Step}
 */
function respondingToOutcomes(onOutcome) {
  return (c, next) => (chainOf(c).outcome === NOT_FOUND ? next() : outcomeResponse(c, onOutcome));
}
