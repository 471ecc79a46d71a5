// What routes are added with: methods, middleware, groups, mounts, hosts. An app is one; so is what `group` and `host`
// hand to their functions, with a prefix, a host and middleware of its own.

import { badArgument, object, text } from "./arguments.js";
import { EVERYTHING, layerOf } from "./cover.js";
import { defaultNotFound, defaultOnError, errorsTo, missesTo } from "./engine.js";

/**
 * @typedef {import("./cover.js").Layer} Layer
 * @typedef {import("./engine.js").Engine} Engine
 * @typedef {import("./engine.js").Route} Route
 * @typedef {import("./request-slot.js").Step} Step
 *
 * @typedef {object} Scope
 * @property {string} prefix
 * @property {string} host "": any
 * @property {Layer[]} layers in front of every route that is added here from now on
 * @property {boolean} misses whether middleware of this scope also runs around requests that hit no route
 */

/**
 * @param {string} what
 * @param {unknown[]} steps
 * @returns {Step[]}
 */
export function functions(what, steps) {
  const wrong = steps.findIndex((step) => typeof step !== "function");
  if (steps.length > 0 && wrong < 0) return /** @type {Step[]} */ (steps);
  throw badArgument(wrong < 0 ? `${what} wants a function` : `${what} wants functions, not ${typeof steps[wrong]}`);
}

/** @param {unknown} body */
function encoded(body) {
  if (typeof body === "string") return new TextEncoder().encode(body);
  if (body instanceof ArrayBuffer) return new Uint8Array(body.slice(0));
  if (body instanceof Uint8Array) return body.slice();
  throw badArgument("the body of a static answer is a string, an ArrayBuffer or a Uint8Array");
}

/**
 * A pattern below a prefix: `/` below `/v2` is `/v2` itself. One that does not begin with a slash stays as it is: the
 * table refuses it.
 * @param {string} prefix
 * @param {string} pattern
 */
function below(prefix, pattern) {
  if (!pattern.startsWith("/")) return pattern;
  return prefix !== "" && pattern === "/" ? prefix : prefix + pattern;
}

/** @param {unknown} prefix */
function checkedPrefix(prefix) {
  const given = text("a prefix", prefix);
  if (given === "" || given === "/") return "";
  if (given.startsWith("/") && !given.endsWith("/")) return given;
  throw badArgument(`a prefix begins with "/" and does not end with one, unlike "${given}"`);
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
    return this.on("GET", pattern, ...rest);
  }

  /**
   * @param {string} pattern
   * @param {...any} rest
   */
  post(pattern, ...rest) {
    return this.on("POST", pattern, ...rest);
  }

  /**
   * @param {string} pattern
   * @param {...any} rest
   */
  put(pattern, ...rest) {
    return this.on("PUT", pattern, ...rest);
  }

  /**
   * @param {string} pattern
   * @param {...any} rest
   */
  patch(pattern, ...rest) {
    return this.on("PATCH", pattern, ...rest);
  }

  /**
   * @param {string} pattern
   * @param {...any} rest
   */
  delete(pattern, ...rest) {
    return this.on("DELETE", pattern, ...rest);
  }

  /**
   * @param {string} pattern
   * @param {...any} rest
   */
  head(pattern, ...rest) {
    return this.on("HEAD", pattern, ...rest);
  }

  /**
   * @param {string} pattern
   * @param {...any} rest
   */
  options(pattern, ...rest) {
    return this.on("OPTIONS", pattern, ...rest);
  }

  /**
   * A route for any method.
   * @param {string} pattern
   * @param {...any} rest
   */
  all(pattern, ...rest) {
    return this.on("*", pattern, ...rest);
  }

  /**
   * @param {string | string[]} methods
   * @param {string} pattern
   * @param {...any} rest `{ name }` or nothing; middleware; the handler
   */
  on(methods, pattern, ...rest) {
    const options = typeof rest[0] === "object" && rest[0] !== null ? rest.shift() : {};
    const handlers = functions(`the route ${String(pattern)}`, rest);
    const name = text("a name", options.name ?? "");
    const route = { pattern: below(this.#prefix, text("a pattern", pattern)), host: this.#host, name };
    const layers = [...this.#layers];
    const all = [methods].flat().map((method) => text("a method", method));
    if (all.length === 0) throw badArgument(`the route ${pattern} has no method`);
    this.#engine.addAll(all.map((method) => ({ ...route, method, layers, handlers })));
    return this;
  }

  /**
   * An answer to GET that is always the same, encoded now.
   * @param {string} pattern
   * @param {string | ArrayBuffer | Uint8Array} body
   * @param {ResponseInit} [init]
   */
  static(pattern, body, init = {}) {
    const bytes = encoded(body);
    const given = /** @type {ResponseInit} */ (object("what a static answer has", init));
    const headers = new Headers(given.headers);
    if (typeof body === "string" && !headers.has("content-type"))
      headers.set("content-type", "text/plain;charset=UTF-8");
    const fixed = { ...given, headers: [...headers] };
    return this.get(pattern, () => new Response(bytes, fixed));
  }

  // ---------------------------------------------------------------- middleware, groups, mounts, hosts

  /**
   * Middleware for the routes that are added from now on, and for misses.
   * @param {...any} rest a pattern or nothing; middleware
   */
  use(...rest) {
    const pattern = typeof rest[0] === "string" ? rest.shift() : "*";
    const cover = pattern === "*" || pattern === EVERYTHING ? this.#prefix + EVERYTHING : below(this.#prefix, pattern);
    const layer = layerOf(cover, this.#host, functions("use", rest), this.#engine.options);
    this.#layers.push(layer);
    if (this.#misses) this.#engine.addLayers([layer]);
    return this;
  }

  /**
   * Routes with a prefix, behind middleware of their own.
   * @param {string} prefix
   * @param {...any} rest middleware; a function that is handed what adds the routes
   */
  group(prefix, ...rest) {
    return this.#within({ prefix: this.#prefix + checkedPrefix(prefix), host: this.#host }, "group", rest);
  }

  /**
   * Routes of a host.
   * @param {string} host
   * @param {...any} rest middleware; a function that is handed what adds the routes
   */
  host(host, ...rest) {
    if (this.#host !== "") throw badArgument(`host "${host}" inside of host "${this.#host}"`);
    if (text("a host", host) === "") throw badArgument("a host has a name, such as api.example.com");
    return this.#within({ prefix: this.#prefix, host }, "host", rest);
  }

  /**
   * @param {{ prefix: string, host: string }} scope
   * @param {string} what
   * @param {unknown[]} rest
   */
  #within({ prefix, host }, what, rest) {
    const steps = functions(what, rest);
    const add = /** @type {Step} */ (steps.pop());
    const misses = prefix !== "" || host !== "";
    const group = new Routes(this.#engine, { prefix, host, layers: [...this.#layers], misses });
    if (steps.length > 0) group.use(...steps);
    add(group);
    return this;
  }

  /**
   * Mounts another app: its routes as they are now, its middleware, and what it does with errors and misses.
   * @param {string} prefix
   * @param {unknown} other
   */
  route(prefix, other) {
    if (!(other instanceof Routes && "fetch" in other)) throw badArgument("route wants a Router to mount");
    const at = this.#prefix + checkedPrefix(prefix);
    const { routes, layers, answers, notFound, onError } = engineOf(other);
    const all = new Set([...layers, ...answers, ...routes.flatMap((route) => route.layers)]);
    const moved = new Map([...all].map((layer) => [layer, this.#moved(at, layer)]));
    const of = (/** @type {Layer} */ layer) => /** @type {Layer} */ (moved.get(layer));
    const whole = (/** @type {Step} */ step) => layerOf(at + EVERYTHING, this.#host, [step], this.#engine.options);
    const caught = onError === defaultOnError ? [] : [whole(errorsTo(onError))];
    const missed = notFound === defaultNotFound ? [] : [whole(missesTo(notFound))];
    this.#engine.addAll(
      routes.map((route) => ({
        ...route,
        pattern: below(at, route.pattern),
        host: this.#hostFor(route.host),
        layers: [...this.#layers, ...caught, ...route.layers.map(of)],
      })),
    );
    this.#engine.addLayers([...caught, ...layers.map(of)], [...answers.map(of), ...missed]);
    return this;
  }

  /**
   * @param {string} prefix
   * @param {Layer} layer
   */
  #moved(prefix, { pattern, host, steps }) {
    const cover = pattern === EVERYTHING ? prefix + EVERYTHING : below(prefix, pattern);
    return layerOf(cover, this.#hostFor(host), steps, this.#engine.options);
  }

  /** @param {string} host of a route that is mounted here */
  #hostFor(host) {
    if (host !== "" && this.#host !== "" && host !== this.#host)
      throw badArgument(`routes of host "${host}" cannot be mounted inside of host "${this.#host}"`);
    return host || this.#host;
  }
}
