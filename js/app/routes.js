// How routes are added: methods, middleware, groups, mounts, hosts. An app is a `Routes`; so is the argument of the
// functions given to `group` and `domain`, with a prefix, a host and middleware of its own.

import {
  badArgument,
  checkOptions,
  normalizeMethod,
  requireObject,
  requireString,
  typeName,
} from "../base/arguments.js";
import { flattenSteps } from "../base/steps.js";
import { EVERYTHING } from "./coverage.js";
import {
  checkLayers,
  defaultNotFound,
  defaultOnError,
  defaultOnOutcome,
  errorsTo,
  missesTo,
  outcomesTo,
} from "./engine.js";
import { checkInit, isPromise } from "./response.js";

/**
 * @typedef {import("./chain.js").Step} Step
 * @typedef {import("./coverage.js").Layer} Layer
 * @typedef {import("./engine.js").Engine} Engine
 * @typedef {import("./engine.js").Route} Route
 *
 * @typedef {object} Scope
 * @property {string} prefix
 * @property {string} host "": any
 * @property {Layer[]} layers around every route added here from now on
 * @property {boolean} misses whether middleware of this scope also runs around requests that hit no route
 */

/**
 * The steps among the arguments of a call; flattens arrays.
 * @param {string} call for the error's text
 * @param {unknown[]} steps
 * @returns {Step[]}
 */
export function functions(call, steps) {
  const all = flattenSteps(steps);
  const wrong = all.findIndex((step) => typeof step !== "function");
  if (wrong >= 0) throw badArgument(`${call} takes functions; number ${wrong + 1} is ${typeName(all[wrong])}`);
  if (all.length === 0) throw badArgument(`${call} needs a function`);
  return all;
}

/**
 * @param {string} call for the error's text
 * @param {unknown} value
 * @returns {any}
 */
export function oneFunction(call, value) {
  if (typeof value === "function") return value;
  throw badArgument(`${call} takes one function, not ${Array.isArray(value) ? "a list" : typeName(value)}`);
}

/** @param {unknown} value */
function isOptions(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param {unknown} body */
function encoded(body) {
  if (typeof body === "string") return new TextEncoder().encode(body);
  if (body instanceof ArrayBuffer) return new Uint8Array(body.slice(0));
  if (body instanceof Uint8Array) return body.slice();
  throw badArgument("the body of a static response is a string, an ArrayBuffer or a Uint8Array");
}

/**
 * @param {string} call
 * @param {unknown} bytes
 */
export function checkedMaxBody(call, bytes) {
  if (Number.isSafeInteger(bytes) && Number(bytes) >= 0) return Number(bytes);
  throw badArgument(`${call}: maxBody is a number of bytes, not ${String(bytes)}`);
}

/**
 * A pattern below a prefix: `/` below `/v2` is `/v2` itself. A pattern without a leading slash is left alone: the table
 * refuses it.
 * @param {string} prefix
 * @param {string} pattern
 */
function below(prefix, pattern) {
  if (!pattern.startsWith("/")) return pattern;
  return prefix !== "" && pattern === "/" ? prefix : prefix + pattern;
}

/**
 * @param {string} call
 * @param {unknown} prefix
 */
function checkedPrefix(call, prefix) {
  const given = requireString(`${call}: a prefix`, prefix);
  if (given === "" || given === "/") return "";
  if (given.startsWith("/") && !given.endsWith("/")) return given;
  throw badArgument(`${call}: a prefix begins with "/" and does not end with one, unlike "${given}"`);
}

/** @param {any} value what this copy of the package does not take for a Router */
function notMountable(value) {
  if (typeof value?.fetch !== "function") return "what is mounted must be a Router";
  return (
    "what is mounted has a fetch, but is not a Router of this copy of wye. There are several copies if one file " +
    "imports wye and another requires it, or if several versions are installed (npm ls wye)"
  );
}

/**
 * For the rest of this package: the engine that an app adds its routes to.
 * @type {(routes: Routes) => Engine}
 */
export let engineOf;

export class Routes {
  #engine;
  #prefix;
  #host;
  #layers;
  #misses;

  static {
    engineOf = (routes) => routes.#engine;
  }

  /**
   * @param {Engine} engine
   * @param {Scope} [scope]
   */
  constructor(engine, { prefix, host, layers, misses } = { prefix: "", host: "", layers: [], misses: true }) {
    this.#engine = engine;
    this.#prefix = prefix;
    this.#host = host;
    this.#layers = layers;
    this.#misses = misses;
  }

  // ---------------------------------------------------------------- routes

  /**
   * @param {string} pattern
   * @param {...any} rest
   */
  get(pattern, ...rest) {
    return this.#add("get", ["GET"], pattern, rest);
  }

  /**
   * @param {string} pattern
   * @param {...any} rest
   */
  post(pattern, ...rest) {
    return this.#add("post", ["POST"], pattern, rest);
  }

  /**
   * @param {string} pattern
   * @param {...any} rest
   */
  put(pattern, ...rest) {
    return this.#add("put", ["PUT"], pattern, rest);
  }

  /**
   * @param {string} pattern
   * @param {...any} rest
   */
  patch(pattern, ...rest) {
    return this.#add("patch", ["PATCH"], pattern, rest);
  }

  /**
   * @param {string} pattern
   * @param {...any} rest
   */
  delete(pattern, ...rest) {
    return this.#add("delete", ["DELETE"], pattern, rest);
  }

  /**
   * @param {string} pattern
   * @param {...any} rest
   */
  head(pattern, ...rest) {
    return this.#add("head", ["HEAD"], pattern, rest);
  }

  /**
   * @param {string} pattern
   * @param {...any} rest
   */
  options(pattern, ...rest) {
    return this.#add("options", ["OPTIONS"], pattern, rest);
  }

  /**
   * A route for any method.
   * @param {string} pattern
   * @param {...any} rest
   */
  all(pattern, ...rest) {
    return this.#add("all", ["*"], pattern, rest);
  }

  /**
   * @param {string | string[]} methods
   * @param {string} pattern
   * @param {...any} rest `{ name, maxBody }` or nothing; middleware; the handler
   */
  on(methods, pattern, ...rest) {
    const all = [methods].flat().map((method) => normalizeMethod(requireString("on: a method", method)));
    if (all.length === 0) throw badArgument(`on(${JSON.stringify(pattern)}) has no method`);
    return this.#add("on", all, pattern, rest);
  }

  /**
   * @param {string} what the call's name
   * @param {string[]} methods
   * @param {string} pattern
   * @param {unknown[]} rest
   */
  #add(what, methods, pattern, rest) {
    const call = `${what}(${JSON.stringify(requireString(`${what}: a pattern`, pattern))})`;
    const hasOptions = isOptions(rest[0]);
    const options = /** @type {{ name?: unknown, maxBody?: unknown }} */ (hasOptions ? rest[0] : {});
    checkOptions(call, options, ["name", "maxBody"]);
    const handlers = functions(call, hasOptions ? rest.slice(1) : rest);
    const route = {
      pattern: below(this.#prefix, pattern),
      host: this.#host,
      name: requireString(`${call}: a name`, options.name ?? ""),
      maxBody: options.maxBody === undefined ? undefined : checkedMaxBody(call, options.maxBody),
      layers: [...this.#layers],
      handlers,
    };
    this.#engine.addAll(methods.map((method) => ({ ...route, method })));
    return this;
  }

  /**
   * A constant response to GET, encoded now.
   * @param {string} pattern
   * @param {string | ArrayBuffer | Uint8Array} body
   * @param {ResponseInit} [init]
   */
  static(pattern, body, init = {}) {
    const bytes = encoded(body);
    const given = /** @type {ResponseInit} */ (requireObject("what a static response has", init));
    checkInit("static", given);
    const headers = new Headers(given.headers);
    if (typeof body === "string" && !headers.has("content-type"))
      headers.set("content-type", "text/plain;charset=UTF-8");
    const fixed = { ...given, headers: [...headers] };
    new Response(null, fixed); // refuses wrong ones now
    return this.#add("static", ["GET"], pattern, [() => new Response(bytes, fixed)]);
  }

  // ---------------------------------------------------------------- middleware, groups, mounts, hosts

  /**
   * Middleware for the routes added from now on, and for misses.
   * @param {...any} rest a pattern or nothing; middleware
   */
  use(...rest) {
    const pattern = typeof rest[0] === "string" ? rest.shift() : "*";
    const call = pattern === "*" ? "use" : `use(${JSON.stringify(pattern)})`;
    const cover = pattern === "*" || pattern === EVERYTHING ? this.#prefix + EVERYTHING : below(this.#prefix, pattern);
    const layer = this.#engine.layer(cover, this.#host, functions(call, rest));
    checkLayers(layer, this.#layers);
    this.#layers.push(layer);
    if (this.#misses) this.#engine.addLayers([layer]);
    return this;
  }

  /**
   * Routes below a prefix, with middleware of their own.
   * @param {string} prefix
   * @param {...any} rest middleware; a function that adds the routes to its argument
   */
  group(prefix, ...rest) {
    const scope = { prefix: this.#prefix + checkedPrefix("group", prefix), host: this.#host };
    return this.#within(scope, `group(${JSON.stringify(prefix)})`, rest);
  }

  /**
   * Routes of a host.
   * @param {string} host
   * @param {...any} rest middleware; a function that adds the routes to its argument
   */
  domain(host, ...rest) {
    if (this.#host !== "") throw badArgument(`domain("${host}") within domain("${this.#host}")`);
    const given = requireString("domain: a host", host);
    if (given === "") throw badArgument("domain: a host has a name, such as api.example.com");
    return this.#within({ prefix: this.#prefix, host }, `domain(${JSON.stringify(host)})`, rest);
  }

  /**
   * @param {{ prefix: string, host: string }} scope
   * @param {string} call
   * @param {unknown[]} rest
   */
  #within({ prefix, host }, call, rest) {
    const steps = functions(call, rest);
    const add = /** @type {Step} */ (steps.pop());
    const misses = prefix !== "" || host !== "";
    const { length } = this.#layers;
    const group = new Routes(this.#engine, { prefix, host, layers: [...this.#layers], misses });
    try {
      this.#engine.attempt(() => {
        if (steps.length > 0) group.use(...steps);
        if (!isPromise(add(group))) return;
        throw badArgument(`${call}: its function returned a promise; routes are added before it returns`);
      });
    } catch (error) {
      this.#layers.length = length; // the function may have added some here
      throw error;
    }
    return this;
  }

  /**
   * Mounts another app: its routes as they are now, its middleware, and its handling of errors and misses.
   * @param {string} prefix
   * @param {unknown} other
   */
  route(prefix, other) {
    if (!(other instanceof Routes && "fetch" in other)) throw badArgument(`route: ${notMountable(other)}`);
    const at = this.#prefix + checkedPrefix("route", prefix);
    const engine = engineOf(other);
    this.#checkOptions(prefix, engine);
    this.#checkOwn(prefix, engine);
    const { routes, layers, answers, notFound, onError, onOutcome, maxBody } = engine;
    const all = new Set([...layers, ...answers, ...routes.flatMap((route) => route.layers)]);
    const moved = new Map([...all].map((layer) => [layer, this.#moved(at, layer)]));
    const of = (/** @type {Layer} */ layer) => /** @type {Layer} */ (moved.get(layer));
    const whole = (/** @type {Step} */ step) => this.#engine.layer(at + EVERYTHING, this.#host, [step]);
    const caught = onError === defaultOnError ? [] : [whole(errorsTo(onError))];
    const missed = notFound === defaultNotFound ? [] : [whole(missesTo(notFound))];
    const told = onOutcome === defaultOnOutcome ? [] : [whole(outcomesTo(onOutcome))];
    const ownNotFound = notFound === defaultNotFound ? undefined : notFound;
    for (const layer of all) checkLayers(of(layer), this.#layers);
    this.#engine.addAll(
      routes.map((route) => ({
        ...route,
        pattern: below(at, route.pattern),
        host: this.#hostFor(route.host),
        layers: [...this.#layers, ...caught, ...route.layers.map(of)],
        maxBody: route.maxBody ?? maxBody,
        notFound: route.notFound ?? ownNotFound,
        isMounted: true,
      })),
    );
    this.#engine.addLayers([...caught, ...layers.map(of)], [...answers.map(of), ...missed, ...told]);
    return this;
  }

  /**
   * One table has one set of options.
   * @param {string} prefix
   * @param {Engine} engine that of the app that is mounted
   */
  #checkOptions(prefix, { options }) {
    for (const [name, usual] of Object.entries(USUAL)) {
      const [ours, theirs] = [this.#engine.options, options].map((of) => /** @type {any} */ (of)[name] ?? usual);
      if (ours === theirs) continue;
      const [given, own] = [theirs, ours].map((value) => JSON.stringify(value));
      throw badArgument(
        `route("${prefix}"): the mounted app has ${name}: ${given}, this one ${own}; a path is matched by the ` +
          "options of one app: give both the same",
      );
    }
  }

  /**
   * The app that is served decides whom to trust and where to report.
   * @param {string} prefix
   * @param {Engine} engine that of the app that is mounted
   */
  #checkOwn(prefix, { own }) {
    for (const name of /** @type {const} */ (["report", "clientAddress"])) {
      if (own[name] === undefined || own[name] === this.#engine.own[name]) continue;
      throw badArgument(`route("${prefix}"): the mounted app has a ${name} of its own: give it to this app instead`);
    }
  }

  /**
   * @param {string} prefix
   * @param {Layer} layer
   */
  #moved(prefix, { pattern, host, steps }) {
    const cover = pattern === EVERYTHING ? prefix + EVERYTHING : below(prefix, pattern);
    return this.#engine.layer(cover, this.#hostFor(host), steps);
  }

  /** @param {string} host of a route that is mounted here */
  #hostFor(host) {
    if (host !== "" && this.#host !== "" && host !== this.#host)
      throw badArgument(`route: routes of host "${host}" cannot be mounted within host "${this.#host}"`);
    return host || this.#host;
  }
}

/** The defaults of a table's options. */
const USUAL = {
  trailingSlash: "strict",
  cleanPath: "off",
  caseSensitive: true,
  methodNotAllowed: true,
};
