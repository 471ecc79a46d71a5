// One request through an app: the lookup, a slot, the chain, and the answer.

import { BAD_PATH, METHOD_NOT_ALLOWED, NOT_FOUND, PATH_TOO_LONG, REDIRECT } from "./constants.js";
import { Context, isPromise, slotOf } from "./context.js";
import { stepsFor } from "./cover.js";
import { HttpError } from "./http-error.js";
import { readText } from "./instance.js";
import { Pool } from "./pool.js";
import { NOT_RUNNING, RequestSlot } from "./request-slot.js";
import { NO_TYPE, TEXT, respond, withFields, withoutBody } from "./respond.js";
import { RouteTable, lastMatch } from "./table.js";
import { Watch } from "./watch.js";

/**
 * @typedef {import("./cover.js").Layer} Layer
 * @typedef {import("./request-slot.js").Step} Step
 * @typedef {import("./arguments.js").TableOptions} TableOptions
 *
 * @typedef {object} Route
 * @property {string} method
 * @property {string} pattern
 * @property {string} host "": any
 * @property {string} name "": none
 * @property {Layer[]} layers middleware that may cover it
 * @property {Step[]} handlers
 */

const REQUEST_ID = 32;

/** What `OPTIONS *` is as a URL: an authority with the `*` at its end (workerd), no path. */
const ABOUT_ALL = /^[a-z]+:\/\/[^/?#]*\*\/?$/;

/** @param {Context} c */
export function defaultNotFound(c) {
  return c.text("404 Not Found", 404);
}

/**
 * @param {unknown} error
 * @param {Context} c
 */
export function defaultOnError(error, c) {
  if (error instanceof HttpError) return c.text(error.message, { status: error.status, headers: error.headers });
  console.error(error);
  return c.text("500 Internal Server Error", 500);
}

/**
 * A step that hands the errors of an app that was mounted to that app's own handler.
 * @param {(error: unknown, c: Context) => any} onError
 * @returns {Step}
 */
export function errorsTo(onError) {
  const failed = (/** @type {unknown} */ error, /** @type {Context} */ c) => {
    slotOf(c).error = error;
    return onError(error, c);
  };
  return (c) => {
    try {
      const result = c.next();
      return isPromise(result) ? result.then(undefined, (/** @type {unknown} */ error) => failed(error, c)) : result;
    } catch (error) {
      return failed(error, c);
    }
  };
}

/**
 * A step that answers misses below an app that was mounted.
 * @param {(c: Context) => any} notFound
 * @returns {Step}
 */
export function missesTo(notFound) {
  return (c) => (slotOf(c).outcome === NOT_FOUND ? notFound(c) : c.next());
}

/** @param {unknown} result */
function wrongAnswer(result) {
  const what = result === null ? "null" : typeof result === "object" ? "an object" : typeof result;
  return new TypeError(
    `a handler, or a middleware, returned ${what} where a Response must be: return c.text(...), c.json(...), ` +
      "a Response of your own, or what c.next() gave",
  );
}

/** An `Allow` field: the methods, and those that the app serves by itself. @param {string[]} methods */
function withOwn(methods) {
  const all = new Set(methods);
  if (all.has("GET")) all.add("HEAD");
  return [...all.add("OPTIONS")].sort().join(", ");
}

export class Engine {
  notFound = defaultNotFound;
  onError = defaultOnError;
  /** @type {Route[]} */
  routes = [];
  /** @type {Layer[]} what runs around misses */
  layers = [];
  /** @type {Layer[]} what answers them, below apps that were mounted: behind all that runs around them */
  answers = [];
  /** The chains of the routes, by handler id. @type {Step[][]} */
  #chains = [];
  /** That of all misses; laid out when the first one comes. @type {Step[] | undefined} */
  #missChain;
  #pool;
  #found;

  /**
   * @param {TableOptions} options
   * @param {number} maxContexts
   * @param {number} maxBody
   */
  constructor(options, maxContexts, maxBody) {
    this.options = options;
    this.maxBody = maxBody;
    this.table = new RouteTable(options);
    this.#found = lastMatch(this.table);
    const watch = new Watch();
    this.#pool = new Pool(
      (index) => new RequestSlot(index, this),
      maxContexts,
      (slots, full) => watch.exhausted(slots, full),
    );
  }

  get stats() {
    return this.#pool.stats;
  }

  // ---------------------------------------------------------------- routes

  /**
   * Adds routes: all of them, or, if one is refused, none.
   * @param {Route[]} routes
   */
  addAll(routes) {
    const before = this.routes.length;
    try {
      for (const route of routes) this.#add(route);
    } catch (error) {
      for (const { method, pattern, host } of this.routes.splice(before)) this.table.remove(method, pattern, { host });
      throw error;
    }
  }

  /** @param {Route} route */
  #add(route) {
    const { method, pattern, host, name, layers, handlers } = route;
    const id = this.table.add(method, pattern, { name, host });
    this.#chains[id] = [...stepsFor(layers, route), ...handlers];
    this.routes.push(route);
  }

  /**
   * @param {Layer[]} layers around misses, where they cover them
   * @param {Layer[]} [answers] to misses
   */
  addLayers(layers, answers = []) {
    this.layers.push(...layers);
    this.answers.push(...answers);
    this.#missChain = undefined;
  }

  // ---------------------------------------------------------------- a request

  /**
   * @param {Request} request
   * @param {unknown} env
   * @param {unknown} executionCtx
   * @returns {Response | Promise<Response>}
   */
  fetch(request, env, executionCtx) {
    const { method, url } = request;
    if (method === "OPTIONS" && ABOUT_ALL.test(url)) return this.#aboutAll();
    const id = method === "HEAD" ? this.#lookUpHead(url) : this.table.matchUrl(method, url);
    const slot = this.#pool.take(this.#found);
    if (slot === undefined) return unavailable(method);
    slot.request = request;
    slot.env = env;
    slot.executionCtx = executionCtx;
    slot.head = method === "HEAD";
    slot.chain = id >= 0 ? this.#chains[id] : this.#miss(slot, id);
    slot.position = 0;
    return this.#run(slot, slot.chain[0]);
  }

  /** The answer to `OPTIONS *` (RFC 9110 9.3.7): the methods of all routes. */
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

  /**
   * Calls a step, and gives its answer what it lacks.
   * @param {RequestSlot} slot
   * @param {Step} step
   * @returns {Response | Promise<Response>}
   */
  #run(slot, step) {
    let result;
    let waits;
    slot.running = slot.position;
    try {
      result = step(new Context(slot));
      waits = isPromise(result);
    } catch (error) {
      return this.fail(slot, error);
    }
    slot.running = NOT_RUNNING;
    if (!waits) return this.finish(slot, result);
    slot.hooks.out++;
    slot.waits = true;
    return Promise.resolve(result).then(slot.hooks.answered, slot.hooks.failed); // it may be a promise of another kind
  }

  /**
   * Gives the answer out and the slot back, unless a stream goes on.
   * @param {RequestSlot} slot
   * @param {any} result what the chain came to
   * @returns {Response | Promise<Response>}
   */
  finish(slot, result) {
    if (!(result instanceof Response)) return this.fail(slot, wrongAnswer(result));
    let response = result;
    try {
      if (slot.fieldsEnd > 0) response = withFields(slot, response);
      if (slot.head && response.body !== null) response = withoutBody(response);
    } catch (error) {
      return this.fail(slot, error);
    }
    if (slot.stream !== undefined) dropUnread(slot, response);
    slot.answered = true;
    if (slot.stream === undefined) this.release(slot);
    return response;
  }

  /**
   * @param {RequestSlot} slot
   * @param {unknown} error
   * @returns {Response | Promise<Response>}
   */
  fail(slot, error) {
    if (slot.failing) return this.#giveUp(slot, error);
    slot.failing = true;
    slot.error = error;
    slot.status = 200; // it was meant for an answer that will not be
    slot.close();
    return this.#run(slot, (c) => this.onError(error, c));
  }

  /**
   * The error handler has failed itself.
   * @param {RequestSlot} slot
   * @param {unknown} error
   */
  #giveUp(slot, error) {
    console.error(error);
    const response = new Response(slot.head ? null : "500 Internal Server Error", { status: 500 });
    if (slot.stream !== undefined) dropUnread(slot, response);
    this.release(slot);
    return response;
  }

  /** @param {RequestSlot} slot */
  release(slot) {
    this.#pool.give(slot);
  }

  /** @param {RequestSlot} slot */
  requestId(slot) {
    return readText(this.#pool.requestId(slot), REQUEST_ID);
  }

  // ---------------------------------------------------------------- misses

  /**
   * @param {RequestSlot} slot
   * @param {number} outcome
   */
  #miss(slot, outcome) {
    if (outcome === METHOD_NOT_ALLOWED) slot.allow = withOwn(this.table.allow?.split(", ") ?? []);
    if (outcome === REDIRECT) slot.location = this.table.location ?? "";
    return (this.#missChain ??= [
      ...stepsFor([...this.layers, ...this.answers], undefined),
      (c) => this.#answerMiss(c),
    ]);
  }

  /** @param {Context} c */
  #answerMiss(c) {
    const slot = slotOf(c);
    switch (slot.outcome) {
      case METHOD_NOT_ALLOWED:
        return methodNotAllowed(slot);
      case REDIRECT:
        return c.redirect(slot.location, c.method === "GET" || c.method === "HEAD" ? 301 : 308);
      case PATH_TOO_LONG:
        return c.text("414 URI Too Long", 414);
      case BAD_PATH:
        return c.text("400 Bad Request", 400);
      default:
        return this.notFound(c);
    }
  }
}

/** @param {RequestSlot} slot */
function methodNotAllowed(slot) {
  const init = { headers: { allow: slot.allow } };
  if (slot.request.method === "OPTIONS") return respond(slot, null, NO_TYPE, { ...init, status: 204 });
  return respond(slot, "405 Method Not Allowed", TEXT, { ...init, status: 405 });
}

/** @param {string} method */
function unavailable(method) {
  const body = method === "HEAD" ? null : "503 Service Unavailable";
  return new Response(body, { status: 503, headers: { "retry-after": "1" } });
}

/**
 * A streamed answer that another one has taken the place of is cancelled: nobody would ever read it.
 * @param {RequestSlot} slot
 * @param {Response} response
 */
function dropUnread(slot, response) {
  const stream = /** @type {ReadableStream} */ (slot.stream);
  if (response.body !== stream && !stream.locked) stream.cancel().catch(() => {});
}
