// `c`, what a handler gets: a small object that is made for each request and holds nothing but its slot and the slot's
// generation. Every member looks first whether the request is still the one that it was made for.

import { BAD_PATH, PATH_TOO_LONG } from "./constants.js";
import { bodyJson, bodyText, readBody } from "./body.js";
import { HttpError } from "./http-error.js";
import { stale } from "./pool.js";
import { queryOf, queryValue } from "./query.js";
import { JSON_TEXT, MARKUP, NO_TYPE, TEXT, addField, jsonText, respond } from "./respond.js";
import { streamOf } from "./stream.js";
import { WyeError } from "./error.js";

/**
 * @typedef {import("./request-slot.js").RequestSlot} RequestSlot
 * @typedef {import("./respond.js").Init} Init
 */

/** @param {unknown} value */
export function isPromise(value) {
  return value instanceof Promise || typeof (/** @type {any} */ (value)?.then) === "function";
}

/**
 * The slot, if it still serves the request.
 * @param {RequestSlot} slot
 * @param {number} generation
 */
function live(slot, generation) {
  if (slot.generation !== generation && !slot.serves(generation)) throw stale();
  return slot;
}

function secondNext() {
  return new WyeError("BAD_ARGUMENT", "bad argument: next() was called a second time, or by the handler: it runs once");
}

/**
 * For the rest of this package: the slot of a request that is not over.
 * @type {(c: Context) => RequestSlot}
 */
export let slotOf;

export class Context {
  #slot;
  #generation;

  static {
    slotOf = (c) => live(c.#slot, c.#generation);
  }

  /** @param {RequestSlot} slot */
  constructor(slot) {
    this.#slot = slot;
    this.#generation = slot.generation;
  }

  // ---------------------------------------------------------------- the request

  get request() {
    return live(this.#slot, this.#generation).request;
  }

  get env() {
    return live(this.#slot, this.#generation).env;
  }

  get executionCtx() {
    return live(this.#slot, this.#generation).executionCtx;
  }

  get url() {
    return live(this.#slot, this.#generation).text;
  }

  get method() {
    return live(this.#slot, this.#generation).request.method;
  }

  get path() {
    const slot = live(this.#slot, this.#generation);
    if (slot.outcome === BAD_PATH || slot.outcome === PATH_TOO_LONG) return new URL(slot.text).pathname;
    return slot.text.substring(slot.pathStart, slot.pathEnd) || "/";
  }

  get routePattern() {
    return live(this.#slot, this.#generation).route?.pattern;
  }

  get routeName() {
    return live(this.#slot, this.#generation).route?.name;
  }

  get error() {
    return live(this.#slot, this.#generation).error;
  }

  get requestId() {
    return live(this.#slot, this.#generation).id();
  }

  /** @param {string | number} key */
  param(key) {
    return live(this.#slot, this.#generation).param(key);
  }

  /** @param {string | number} key */
  rawParam(key) {
    return live(this.#slot, this.#generation).rawParam(key);
  }

  params() {
    return live(this.#slot, this.#generation).params();
  }

  /** @param {string | number} key */
  int(key) {
    const text = live(this.#slot, this.#generation).param(key);
    if (text === undefined || !/^-?[0-9]+$/.test(text)) return undefined;
    const number = Number(text) + 0; // no -0
    if (Number.isSafeInteger(number)) return number;
    throw new HttpError(400, `parameter "${key}" is beyond the integers that a number holds exactly: ${text}`);
  }

  /** @param {string} [name] */
  query(name) {
    const slot = live(this.#slot, this.#generation);
    return name === undefined ? queryOf(slot.text, slot.pathEnd) : queryValue(slot.text, slot.pathEnd, name);
  }

  /** The request's body as bytes. */
  read() {
    const slot = live(this.#slot, this.#generation);
    return (slot.body ??= readBody(slot.request, slot.engine.maxBody));
  }

  async readText() {
    return bodyText(await this.read());
  }

  async readJson() {
    return bodyJson(await this.read());
  }

  // ---------------------------------------------------------------- what the request carries along

  /** @param {unknown} key */
  get(key) {
    return live(this.#slot, this.#generation).store.get(key);
  }

  /**
   * @param {unknown} key
   * @param {unknown} value
   */
  set(key, value) {
    const slot = live(this.#slot, this.#generation);
    slot.store.set(key, value);
  }

  /** Runs the rest of the chain: the next middleware, or the handler. */
  next() {
    const slot = live(this.#slot, this.#generation);
    const { running } = slot;
    const position = slot.position + 1;
    if (position >= slot.chain.length || (running >= 0 && running < slot.position)) throw secondNext();
    slot.position = slot.running = position;
    let result;
    try {
      result = slot.chain[position](this);
    } catch (error) {
      if (slot.serves(this.#generation)) slot.close();
      throw error;
    }
    const waits = isPromise(result);
    if (waits) result = Promise.resolve(result); // one of another kind may call back twice, or at once
    if (!slot.serves(this.#generation)) return result;
    slot.running = running;
    if (!waits) slot.close();
    else if (slot.position === position && position + 1 < slot.chain.length) closeBehind(slot, result);
    return result;
  }

  // ---------------------------------------------------------------- the response

  /**
   * @param {string} name
   * @param {string | undefined} [value]
   * @param {{ append?: boolean }} [options]
   */
  header(name, value, options) {
    const slot = live(this.#slot, this.#generation);
    if (arguments.length === 1) return slot.request.headers.get(name) ?? undefined;
    addField(slot, name, value, options?.append === true);
    return undefined;
  }

  /** @param {number} code */
  status(code) {
    live(this.#slot, this.#generation).status = code;
  }

  /**
   * @param {string} text
   * @param {Init} [init]
   */
  text(text, init) {
    return respond(live(this.#slot, this.#generation), text, TEXT, init);
  }

  /**
   * @param {string} text
   * @param {Init} [init]
   */
  html(text, init) {
    return respond(live(this.#slot, this.#generation), text, MARKUP, init);
  }

  /**
   * @param {unknown} value
   * @param {Init} [init]
   */
  json(value, init) {
    return respond(live(this.#slot, this.#generation), jsonText(value), JSON_TEXT, init);
  }

  /**
   * @param {BodyInit | null} body
   * @param {Init} [init]
   */
  body(body, init) {
    return respond(live(this.#slot, this.#generation), body, NO_TYPE, init);
  }

  /**
   * @param {string | URL} location
   * @param {number} [status]
   */
  redirect(location, status = 302) {
    if (![301, 302, 303, 307, 308].includes(status))
      throw new RangeError(`c.redirect: ${status} is no status that redirects: 301, 302, 303, 307 or 308`);
    const init = { status, headers: { location: String(location) } };
    return respond(live(this.#slot, this.#generation), null, NO_TYPE, init);
  }

  /**
   * @param {import("./stream.js").Source} source
   * @param {Init} [init]
   */
  stream(source, init) {
    const slot = live(this.#slot, this.#generation);
    if (slot.answered) throw new WyeError("BAD_ARGUMENT", "bad argument: c.stream, once the answer has been given");
    slot.stream?.cancel().catch(() => {}); // one that was made before, for nobody
    const over = slot.whenStreamEnds();
    const stream = streamOf(source, () => over(stream));
    slot.stream = stream;
    return respond(slot, stream, NO_TYPE, init);
  }
}

/**
 * As soon as a step is over, next() may not be called any more. (While it waits it may itself call next().)
 * @param {RequestSlot} slot
 * @param {Promise<unknown>} result
 */
function closeBehind(slot, result) {
  slot.hooks.out++;
  result.then(slot.hooks.closed, slot.hooks.closed);
}
