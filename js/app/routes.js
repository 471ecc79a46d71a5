// How routes are added: methods, middleware, groups, hosts, mounts. An app is a `Routes`; so is the argument of a
// function given to `group` or `domain`, with its own prefix, host and middleware.

import {
  badArgument,
  checkOptions,
  normalizeMethod,
  requireInteger,
  requireObject,
  requireString,
  typeName,
} from "../base/arguments.js";
import { flattenSteps } from "../base/steps.js";
import { EVERYTHING } from "./coverage.js";
import { below, checkMount, mountedBelow } from "./mount.js";
import { checkMiddlewareParameters } from "./parameter-names.js";
import { checkInit, isPromise } from "./response.js";

/**
 * @typedef {import("./chain.js").Step} Step
 * @typedef {import("./coverage.js").Middleware} Middleware
 * @typedef {import("./engine.js").Engine} Engine
 *
 * @typedef {(pattern: string, ...rest: any[]) => any} AddRoute `rest`: `{ name, maxBody }` or nothing; middleware; the
 *   handler
 *
 * @typedef {object} Group
 * @property {string} prefix
 * @property {string} host "": any
 * @property {Middleware[]} middleware around every route added here from now on
 * @property {boolean} coversMisses whether its middleware also covers requests that hit no route
 */

/**
 * The steps that are arguments of a call, without their arrays.
 * @param {string} call for the error's text
 * @param {unknown[]} steps
 * @returns {Step[]}
 */
export function functions(call, steps) {
  const all = flattenSteps(steps);
  const wrong = all.findIndex((step) => typeof step !== "function");
  if (wrong >= 0) throw badArgument(`${call}: step ${wrong + 1} must be a function, not ${typeName(all[wrong])}`);
  if (all.length === 0) throw badArgument(`${call} needs a function`);
  return all;
}

/**
 * @param {string} call
 * @param {unknown} prefix
 */
function checkedPrefix(call, prefix) {
  const given = requireString(`${call}: a prefix`, prefix);
  if (given === "" || given === "/") return "";
  if (given.startsWith("/") && !given.endsWith("/")) return given;
  throw badArgument(`${call}: a prefix must begin with "/" and not end with "/", unlike "${given}"`);
}

/** Why a value cannot be mounted: it is not a Router of this copy of the package. @param {any} value */
function notMountable(value) {
  if (typeof value?.fetch !== "function") return "what is mounted must be a Router";
  return (
    "what is mounted must be a Router of this copy of wye; it has only a fetch. There are several copies if one file " +
    "imports wye and another requires it, or if several versions are installed (npm ls wye)"
  );
}

/**
 * For the rest of this package only: the engine of an app.
 * @type {(routes: Routes) => Engine}
 */
export let engineOf;

/** @type {Group} */
const WHOLE_APP = { prefix: "", host: "", middleware: [], coversMisses: true };

export class Routes {
  #engine;
  #prefix;
  #host;
  #middleware;
  #coversMisses;

  static {
    engineOf = (routes) => routes.#engine;
  }

  /**
   * @param {Engine} engine
   * @param {Group} [group]
   */
  constructor(engine, { prefix, host, middleware, coversMisses } = WHOLE_APP) {
    this.#engine = engine;
    this.#prefix = prefix;
    this.#host = host;
    this.#middleware = [...middleware];
    this.#coversMisses = coversMisses;
  }

  // ---------------------------------------------------------------- routes

  /** @type {AddRoute} */
  get(pattern, ...rest) {
    return this.#add("get", ["GET"], pattern, rest);
  }

  /** @type {AddRoute} */
  post(pattern, ...rest) {
    return this.#add("post", ["POST"], pattern, rest);
  }

  /** @type {AddRoute} */
  put(pattern, ...rest) {
    return this.#add("put", ["PUT"], pattern, rest);
  }

  /** @type {AddRoute} */
  patch(pattern, ...rest) {
    return this.#add("patch", ["PATCH"], pattern, rest);
  }

  /** @type {AddRoute} */
  delete(pattern, ...rest) {
    return this.#add("delete", ["DELETE"], pattern, rest);
  }

  /** @type {AddRoute} */
  head(pattern, ...rest) {
    return this.#add("head", ["HEAD"], pattern, rest);
  }

  /** @type {AddRoute} */
  options(pattern, ...rest) {
    return this.#add("options", ["OPTIONS"], pattern, rest);
  }

  /** A route for any method. @type {AddRoute} */
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
    if (all.length === 0) throw badArgument(`on(${JSON.stringify(pattern)}) needs a method`);
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
    const hasOptions = typeof rest[0] === "object" && rest[0] !== null && !Array.isArray(rest[0]);
    const options = /** @type {{ name?: unknown, maxBody?: unknown }} */ (hasOptions ? rest[0] : {});
    checkOptions(call, options, ["name", "maxBody"]);
    const handlers = functions(call, hasOptions ? rest.slice(1) : rest);
    const route = {
      pattern: below(this.#prefix, pattern),
      host: this.#host,
      name: requireString(`${call}: a name`, options.name ?? ""),
      maxBody: options.maxBody === undefined ? undefined : requireInteger(`${call}: maxBody`, options.maxBody),
      middleware: [...this.#middleware],
      handlers,
    };
    this.#engine.registry.addRoutes(methods.map((method) => ({ ...route, method })));
    return this;
  }

  /**
   * A constant response to GET, encoded now.
   * @param {string} pattern
   * @param {string | ArrayBuffer | Uint8Array} body
   * @param {ResponseInit} [init]
   */
  static(pattern, body, init = {}) {
    const bytes = staticBytes(body);
    const given = /** @type {ResponseInit} */ (requireObject("what a static response has", init));
    checkInit("static", given);
    const headers = new Headers(given.headers);
    if (typeof body === "string" && !headers.has("content-type"))
      headers.set("content-type", "text/plain;charset=UTF-8");
    const fixed = { ...given, headers: [...headers] };
    new Response(null, fixed); // throws now if they are wrong
    return this.#add("static", ["GET"], pattern, [() => new Response(bytes, fixed)]);
  }

  // ---------------------------------------------------------------- middleware, groups, mounts, hosts

  /**
   * Middleware for the routes added after this, and for misses.
   * @param {...any} rest a pattern or nothing; middleware
   */
  use(...rest) {
    const pattern = typeof rest[0] === "string" ? rest.shift() : "*";
    const call = pattern === "*" ? "use" : `use(${JSON.stringify(pattern)})`;
    const all = pattern === "*" || pattern === EVERYTHING;
    const whole = all ? this.#prefix + EVERYTHING : below(this.#prefix, pattern);
    const { registry } = this.#engine;
    const middleware = registry.newMiddleware(whole, this.#host, functions(call, rest));
    checkMiddlewareParameters(middleware, this.#middleware);
    this.#middleware.push(middleware);
    if (this.#coversMisses) registry.addMiddleware([middleware]);
    return this;
  }

  /**
   * Routes below a prefix, with middleware of their own.
   * @param {string} prefix
   * @param {...any} rest middleware; a function that adds the routes to its argument
   */
  group(prefix, ...rest) {
    const part = { prefix: this.#prefix + checkedPrefix("group", prefix), host: this.#host };
    return this.#within(part, `group(${JSON.stringify(prefix)})`, rest);
  }

  /**
   * Routes of a host.
   * @param {string} host
   * @param {...any} rest middleware; a function that adds the routes to its argument
   */
  domain(host, ...rest) {
    if (this.#host !== "") throw badArgument(`domain("${host}") cannot be inside domain("${this.#host}")`);
    const given = requireString("domain: a host", host);
    if (given === "") throw badArgument("domain: a host must have a name, such as api.example.com");
    return this.#within({ prefix: this.#prefix, host }, `domain(${JSON.stringify(host)})`, rest);
  }

  /**
   * @param {{ prefix: string, host: string }} part
   * @param {string} call
   * @param {unknown[]} rest
   */
  #within({ prefix, host }, call, rest) {
    const steps = functions(call, rest);
    const add = /** @type {Step} */ (steps.pop());
    const coversMisses = prefix !== "" || host !== "";
    const { length } = this.#middleware;
    const group = new Routes(this.#engine, { prefix, host, middleware: this.#middleware, coversMisses });
    try {
      this.#engine.registry.attempt(() => {
        if (steps.length > 0) group.use(...steps);
        if (!isPromise(add(group))) return;
        throw badArgument(`${call}: its function must add routes before it returns, not return a promise`);
      });
    } catch (error) {
      this.#middleware.length = length; // the function may have called `use` here
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
    const whole = this.#prefix + checkedPrefix("route", prefix);
    const [mounted, engine] = [engineOf(other), this.#engine];
    checkMount(prefix, mounted, engine);
    const { routes, middleware, missHandlers, moved } = mountedBelow(mounted, whole, this.#host, engine);
    for (const one of moved) checkMiddlewareParameters(one, this.#middleware);
    engine.registry.addRoutes(
      routes.map((route) => ({ ...route, middleware: [...this.#middleware, ...route.middleware] })),
    );
    engine.registry.addMiddleware(middleware, missHandlers);
    return this;
  }
}

/**
 * A copy of a constant body, as bytes.
 * @param {unknown} body
 */
function staticBytes(body) {
  if (typeof body === "string") return new TextEncoder().encode(body);
  if (body instanceof ArrayBuffer) return new Uint8Array(body.slice(0));
  if (body instanceof Uint8Array) return body.slice();
  throw badArgument("static: the body must be a string, an ArrayBuffer or a Uint8Array");
}
