// One request through an app: the lookup, the middleware that covers it, `c`, and the chain.

import { badArgument, typeName } from "../base/arguments.js";
import { packOptions } from "../table/options.js";
import { BAD_PATH, METHOD_NOT_ALLOWED, NOT_FOUND, PATH_TOO_LONG, REDIRECT } from "../table/outcomes.js";
import { WyeError } from "../base/error.js";
import { matchResultOf, RouteTable } from "../table/route-table.js";
import { cleaned } from "./clean-path.js";
import { Context, chainOf, rareOf, start } from "./context.js";
import { Covers, EVERYTHING, NOTHING_COVERS, isAmong } from "./coverage.js";
import { HttpError } from "./http-error.js";
import { coversText, mayMeet, meansTheSame, namesOf } from "./patterns.js";
import { Plan, otherSpans } from "./plan.js";
import { forHead, isPromise } from "./response.js";

/**
 * @typedef {import("./chain.js").Chain} Chain
 * @typedef {import("./chain.js").Step} Step
 * @typedef {import("./coverage.js").Cover} Cover
 * @typedef {import("./coverage.js").Layer} Layer
 * @typedef {import("../table/options.js").TableOptions} TableOptions
 *
 * @typedef {object} Route
 * @property {string} method
 * @property {string} pattern
 * @property {string} host "": any
 * @property {string} name "": none
 * @property {Layer[]} layers middleware that may cover it
 * @property {Step[]} handlers
 * @property {number} [maxBody]
 * @property {Step} [notFound] that of the app that was mounted
 * @property {boolean} [isMounted]
 *
 * @typedef {object} Outcome what the app itself responds to a request that hit no route
 * @property {number} status
 * @property {string} message the status in words, such as "405 Method Not Allowed"
 * @property {string} [allow] the methods, for 405
 * @property {string} [location] the target, for a redirect
 *
 * @typedef {object} Settings
 * @property {TableOptions} table
 * @property {number} maxBody
 * @property {(error: unknown, c: any) => void} report
 * @property {(c: any) => string | undefined} clientAddress
 * @property {{ report?: unknown, clientAddress?: unknown }} own as they were given
 */

/** What `OPTIONS *` is as a URL: an authority with the `*` at its end (workerd), no path. */
const ABOUT_ALL = /^[a-z]+:\/\/[^/?#]*\*$/;

/** @param {Context} c */
export function defaultNotFound(c) {
  return defaultOnOutcome({ status: 404, message: "404 Not Found" }, c);
}

/**
 * @param {unknown} error
 * @param {Context} c
 */
export function defaultOnError(error, c) {
  const isHttp = error instanceof HttpError;
  // An HttpError needs no report, unless it hides a failure of the server.
  if (!isHttp || (error.status >= 500 && error.cause !== undefined)) chainOf(c).engine.report(error, c);
  if (isHttp) return c.text(error.message, { status: error.status, headers: error.headers });
  return c.text("500 Internal Server Error", 500);
}

/**
 * The response that middleware has asked for (`c.onOutcome`), or plain text.
 * @param {Outcome} outcome
 * @param {Context} c
 * @returns {any}
 */
export function defaultOnOutcome(outcome, c) {
  const { onOutcome } = rareOf(c);
  if (onOutcome !== undefined) return onOutcome(outcome, c);
  return outcome.status < 400 ? c.body(null, outcome.status) : c.text(outcome.message, outcome.status);
}

/**
 * A step that passes the errors of a mounted app to that app's own handler.
 * @param {(error: unknown, c: Context) => any} onError
 * @returns {Step}
 */
export function errorsTo(onError) {
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
 * A step that responds to misses below a mounted app.
 * @param {(c: Context) => any} notFound
 * @returns {Step}
 */
export function missesTo(notFound) {
  return (c, next) => (chainOf(c).outcome === NOT_FOUND ? notFound(c) : next());
}

/**
 * The same for the other outcomes.
 * @param {(outcome: Outcome, c: Context) => any} onOutcome
 * @returns {Step}
 */
export function outcomesTo(onOutcome) {
  return (c, next) => (chainOf(c).outcome === NOT_FOUND ? next() : outcomeOf(c, onOutcome));
}

/** @param {any} given */
function notARequest(given) {
  const kind = given?.constructor?.name ?? typeName(given);
  return badArgument(`fetch takes a Request, not ${kind}; for Node's http there is @hono/node-server or srvx`);
}

/** An `Allow` field: the methods, and those that the app serves by itself. @param {string[]} methods */
function withOwn(methods) {
  const all = new Set(methods);
  if (all.has("GET")) all.add("HEAD");
  return [...all.add("OPTIONS")].sort().join(", ");
}

/**
 * @param {Context} c
 * @param {(outcome: Outcome, c: Context) => any} respond
 */
function outcomeOf(c, respond) {
  const { allow, location } = rareOf(c);
  if (allow !== undefined) c.header("allow", allow);
  if (location !== undefined) c.header("location", location);
  switch (chainOf(c).outcome) {
    case METHOD_NOT_ALLOWED:
      if (c.method === "OPTIONS") return c.body(null, 204);
      return respond({ status: 405, message: "405 Method Not Allowed", allow }, c);
    case REDIRECT:
      return c.method === "GET" || c.method === "HEAD"
        ? respond({ status: 301, message: "301 Moved Permanently", location }, c)
        : respond({ status: 308, message: "308 Permanent Redirect", location }, c);
    case PATH_TOO_LONG:
      return respond({ status: 414, message: "414 URI Too Long" }, c);
    default:
      return respond({ status: 400, message: "400 Bad Request" }, c);
  }
}

export class Engine {
  notFound = defaultNotFound;
  onError = defaultOnError;
  onOutcome = defaultOnOutcome;
  /** @type {Route[]} */
  routes = [];
  /** @type {Layer[]} middleware around misses */
  layers = [];
  /** @type {Layer[]} steps of mounted apps that respond to misses: after all middleware */
  answers = [];
  /** The chains of each route, by handler id. @type {Plan[]} */
  #plans = [];
  /** The chains of misses, by outcome; laid out by the first one. @type {Map<number, Plan>} */
  #missPlans = new Map();
  #found;
  #covers;
  #missCovers;
  /** By name: its host and pattern, and whether another route shares it. */
  /** @type {Map<string, { place: string, isAmbiguous: boolean }>} */
  #names = new Map();

  /** @param {Settings} settings */
  constructor({ table, maxBody, report, clientAddress, own }) {
    packOptions(table); // refuses wrong ones now, methodNotAllowed too
    this.options = table;
    this.maxBody = maxBody;
    this.#report = report;
    this.clientAddress = clientAddress;
    this.own = own;
    this.tellsMethods = table.methodNotAllowed !== false;
    // OPTIONS needs the methods even if 405 is off.
    this.table = new RouteTable({ ...table, methodNotAllowed: true });
    this.#found = matchResultOf(this.table);
    const { trailingSlash, cleanPath, caseSensitive } = table;
    this.#covers = new Covers({ trailingSlash: trailingSlash === "ignore" ? "ignore" : "strict", caseSensitive });
    // If a miss may be redirected, middleware that covers the target decides whether the client learns of it.
    this.#missCovers = new Covers({
      trailingSlash: trailingSlash === undefined || trailingSlash === "strict" ? "strict" : "ignore",
      caseSensitive: cleanPath === "redirect" ? false : caseSensitive,
    });
  }

  #report;

  /**
   * Reports an error that no response shows. A failing report must not fail the request.
   * @param {unknown} error
   * @param {Context} c
   */
  report(error, c) {
    try {
      this.#report(error, c);
    } catch (another) {
      console.error(another);
    }
  }

  newId() {
    if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16)); // a page that is not served over HTTPS
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // ---------------------------------------------------------------- routes

  /**
   * @param {string} pattern
   * @param {string} host
   * @param {Step[]} steps
   * @returns {Layer}
   */
  layer(pattern, host, steps) {
    if (pattern === EVERYTHING && host === "") return { pattern, host, steps, cover: undefined };
    const cover = this.#covers.add(pattern, host);
    return { pattern, host, steps, cover };
  }

  /**
   * Adds routes and middleware; if that fails, undoes all of it.
   * @param {() => void} add
   */
  attempt(add) {
    const [routes, layers, answers] = [this.routes.length, this.layers.length, this.answers.length];
    try {
      add();
    } catch (error) {
      for (const { method, pattern, host } of this.routes.splice(routes)) this.table.remove(method, pattern, { host });
      this.#names.clear();
      for (const route of this.routes) this.#named(route);
      this.layers.length = layers;
      this.answers.length = answers;
      this.#missPlans.clear();
      throw error;
    }
  }

  /**
   * Adds routes: all, or none if one is refused.
   * @param {Route[]} routes
   */
  addAll(routes) {
    this.attempt(() => {
      for (const route of routes) this.#add(route);
    });
  }

  /** @param {Route} route */
  #add(route) {
    const { method, pattern, host, layers, handlers, maxBody, notFound } = route;
    const covering = layers.filter(({ cover }) => cover === undefined || mayMeet(cover.pattern, pattern));
    /** @type {Set<Cover>} */
    const asked = new Set();
    for (const layer of covering) {
      if (layer.cover === undefined || coversText(layer.cover.pattern, pattern)) continue;
      checkNames(layer, route);
      asked.add(layer.cover);
    }
    const isNew = this.#named(route);
    const id = this.table.add(method, pattern, { name: isNew ? route.name : "", host });
    this.routes.push(route);
    const origin = { pattern, name: route.name || undefined, maxBody, notFound };
    this.#plans[id] = new Plan(this, covering, asked, handlers, origin);
  }

  /**
   * Records the name of a route; returns whether the table needs it. A name that comes with two apps, or twice with
   * one, names no route.
   * @param {Route} route
   */
  #named({ name, host, pattern, isMounted }) {
    if (name === "") return false;
    const place = `${host}${pattern}`;
    const known = this.#names.get(name);
    if (known === undefined) this.#names.set(name, { place, isAmbiguous: false });
    if (known === undefined || known.place === place || !isMounted) return true; // the table refuses a second pattern
    this.#names.set(name, { ...known, isAmbiguous: true });
    return false;
  }

  /**
   * @param {string} name
   * @param {Record<string, string | number | bigint>} params
   */
  url(name, params) {
    if (!this.#names.get(name)?.isAmbiguous) return this.table.url(name, params);
    const routes = this.routes.filter((route) => route.name === name);
    const places = [...new Set(routes.map(({ host, pattern }) => `"${host}${pattern}"`))].join(", ");
    throw new WyeError("CONFLICT", `conflict: several routes have the name "${name}": ${places}`);
  }

  /**
   * @param {Layer[]} layers around misses, where they cover them
   * @param {Layer[]} [answers] to misses
   */
  addLayers(layers, answers = []) {
    for (const { cover } of [...layers, ...answers]) if (cover !== undefined) this.#missCovers.insert(cover);
    this.layers.push(...layers);
    this.answers.push(...answers);
    this.#missPlans.clear();
  }

  // ---------------------------------------------------------------- a request

  /**
   * @param {any} request
   * @param {unknown} env
   * @param {unknown} executionCtx
   * @returns {Response | Promise<Response>}
   */
  fetch(request, env, executionCtx) {
    const method = request?.method;
    if (typeof method !== "string") throw notARequest(request);
    const { url } = request;
    if (method === "HEAD") return this.#head(request, env, executionCtx, url);
    if (method === "OPTIONS" && ABOUT_ALL.test(url)) return this.#aboutAll();
    return this.#respond(this.table.matchUrl(method, url), request, env, executionCtx, url);
  }

  /**
   * @param {number} id the route that was hit, or the outcome
   * @param {any} request
   * @param {unknown} env
   * @param {unknown} executionCtx
   * @param {string} url
   */
  #respond(id, request, env, executionCtx, url) {
    if (id < 0) return this.#miss(id, request, env, executionCtx, url);
    const plan = this.#plans[id];
    const fixed = plan.fixed ?? (plan.asks ? undefined : plan.fix(this.#found.route));
    if (fixed !== undefined) return start(new Context(fixed, this.#found, undefined, request, env, executionCtx, url));
    const covering = this.#covers.ask(url);
    const chain = plan.chainFor(this.#found.route, covering);
    return start(new Context(chain, this.#found, otherSpans(chain, covering), request, env, executionCtx, url));
  }

  /**
   * @param {any} request
   * @param {unknown} env
   * @param {unknown} executionCtx
   * @param {string} url
   */
  #head(request, env, executionCtx, url) {
    const response = this.#respond(this.#lookUpHead(url), request, env, executionCtx, url);
    return response instanceof Promise ? response.then(forHead) : forHead(response);
  }

  /** The response to `OPTIONS *` (RFC 9110 9.3.7): the methods of all routes. */
  #aboutAll() {
    const methods = this.routes.map(({ method }) => method).filter((method) => method !== "*");
    return new Response(null, { status: 204, headers: { allow: withOwn(methods) } });
  }

  /**
   * HEAD is what GET is, unless a route names it.
   * @param {string} url
   */
  #lookUpHead(url) {
    const id = this.table.matchUrl("HEAD", url);
    if (id >= 0 && this.#found.route?.method === "HEAD") return id;
    const got = this.table.matchUrl("GET", url);
    return id === REDIRECT && got < 0 && got !== REDIRECT ? this.table.matchUrl("HEAD", url) : got;
  }

  // ---------------------------------------------------------------- misses

  /**
   * @param {number} outcome of the lookup
   * @param {any} request
   * @param {unknown} env
   * @param {unknown} executionCtx
   * @param {string} url
   * @returns {Response | Promise<Response>}
   */
  #miss(outcome, request, env, executionCtx, url) {
    // As Node's http has it: "/users/42" without a host. Node would drop the response, and the client wait.
    if (outcome === BAD_PATH && typeof request.headers?.get !== "function") throw notARequest(request);
    const { method } = request;
    const isUntold = outcome === METHOD_NOT_ALLOWED && !this.tellsMethods && method !== "OPTIONS";
    const told = isUntold ? NOT_FOUND : outcome;
    const allow = told === METHOD_NOT_ALLOWED ? withOwn(this.table.allow?.split(", ") ?? []) : undefined;
    const location = told === REDIRECT ? this.table.location : undefined;
    const plan = this.#missPlan(told);
    const covering = plan.asks ? this.#coveringMiss(url, outcome) : NOTHING_COVERS;
    const chain = plan.asks ? plan.chainFor(undefined, covering) : (plan.fixed ?? plan.fix(undefined));
    const c = new Context(chain, this.#found, otherSpans(chain, covering), request, env, executionCtx, url);
    if (allow !== undefined) rareOf(c).allow = allow;
    if (location !== undefined) rareOf(c).location = location;
    return start(c);
  }

  /** @param {number} outcome */
  #missPlan(outcome) {
    let plan = this.#missPlans.get(outcome);
    if (plan === undefined) {
      const layers = [...this.layers, ...this.answers];
      const asked = new Set(layers.flatMap(({ cover }) => cover ?? []));
      plan = new Plan(this, layers, asked, [(c) => this.#answerMiss(c)], { outcome });
      this.#missPlans.set(outcome, plan);
    }
    return plan;
  }

  /**
   * What covers a miss: its path, and the one that the clean-path policy looks for.
   * @param {string} url
   * @param {number} outcome
   */
  #coveringMiss(url, outcome) {
    const covering = this.#missCovers.ask(url);
    if (this.options.cleanPath !== "redirect" || outcome === BAD_PATH || outcome === PATH_TOO_LONG) return covering;
    const clean = cleaned(url, this.#found.pathStart, this.#found.pathEnd);
    if (clean === undefined) return covering;
    const others = this.#missCovers.ask(clean.url).filter(({ cover }) => !isAmong(cover, covering));
    return [...covering, ...others.map(({ cover, spans }) => ({ cover, spans: spans.map(clean.origin) }))];
  }

  /** @param {Context} c */
  #answerMiss(c) {
    return chainOf(c).outcome === NOT_FOUND ? this.notFound(c) : outcomeOf(c, this.onOutcome);
  }
}

/**
 * A name of a middleware's pattern can be read in every step, so it must mean the same everywhere.
 * @param {Layer} layer
 * @param {Route} route that it covers
 */
function checkNames(layer, route) {
  const wrong = otherName(layer, route);
  if (wrong === undefined) return;
  throw badArgument(
    `the route "${route.pattern}" has the parameter "${wrong}" elsewhere than the middleware for "${layer.pattern}" ` +
      "that covers it: give one of them another name",
  );
}

/**
 * The same for two middlewares that may cover the same path.
 * @param {Layer} layer
 * @param {Layer[]} others
 */
export function checkLayers(layer, others) {
  if (layer.cover === undefined || layer.cover.names.length === 0) return;
  for (const other of others) {
    const wrong = mayMeet(layer.pattern, other.pattern) ? otherName(layer, other) : undefined;
    if (wrong === undefined) continue;
    throw badArgument(
      `the middleware for "${layer.pattern}" has the parameter "${wrong}" elsewhere than the middleware for ` +
        `"${other.pattern}", and both may cover one path: give one of them another name`,
    );
  }
}

/**
 * A name that both have, with different meanings.
 * @param {Layer} layer
 * @param {Layer | Route} other
 */
function otherName(layer, other) {
  const names = layer.cover?.names ?? [];
  if (names.length === 0) return undefined;
  const theirs = namesOf(other);
  return names.find((name) => theirs.includes(name) && !meansTheSame(layer, other, name));
}
