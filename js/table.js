// RouteTable: strings in, integers out. One lookup is one copy of the path into the input buffer and one call; what
// was found stays in linear memory, and strings are cut from the caller's own text when they are asked for.

import {
  BAD_PATH,
  CONTEXT_ESCAPED,
  CONTEXT_OUTCOME,
  CONTEXT_PARAMS,
  CONTEXT_ROUTE,
  CONTEXT_SPANS,
  INPUT_SIZE,
  MAX_ID,
  METHOD_NOT_ALLOWED,
  NEXT_ID,
  NOT_FOUND,
  NO_METHOD,
  PATH_TOO_LONG,
  REDIRECT,
} from "./constants.js";
import * as constants from "./constants.js";
import { decode } from "./decode.js";
import { WyeError } from "./error.js";
import { INPUT, bytes, cold, lastError, readText, wasm, words, writeInput, writeText } from "./instance.js";
import { Methods } from "./methods.js";
import { unitsOfBytes } from "./utf8.js";

/**
 * @typedef {object} TableOptions
 * @property {"strict" | "redirect" | "ignore"} [trailingSlash]
 * @property {"off" | "redirect"} [cleanPath]
 * @property {boolean} [caseSensitive] default true
 * @property {boolean} [methodNotAllowed] default true: tell 405 from 404
 *
 * @typedef {object} RouteOptions
 * @property {string} [name]
 * @property {string} [host]
 * @property {number} [id] the handler id; one more than the largest so far if it is left out
 *
 * @typedef {object} RouteInfo
 * @property {number} id
 * @property {string} method
 * @property {string} pattern
 * @property {string | undefined} host
 * @property {string | undefined} name
 *
 * @typedef {RouteInfo & { params: string[] }} RouteRecord with the parameters' names
 *
 * @typedef {object} Held what a table has in linear memory
 * @property {number} builder
 * @property {number} table
 * @property {number} context
 */

const { wye_match, wye_match_url } = wasm;

/** The names of statuses, by number. */
const statusNames = new Map(Object.entries(constants).map(([name, value]) => [value, name]));

/** Methods that `fetch` brings into upper case (WHATWG Fetch, "normalize a method"). */
const NORMALIZED = new Set(["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"]);

/** @param {Held} held */
function release(held) {
  wasm.wye_builder_free(held.builder);
  wasm.wye_free(held.table);
  wasm.wye_free(held.context);
  held.builder = held.table = held.context = 0;
}

/** Gives back what forgotten tables held. */
const forgotten = typeof FinalizationRegistry === "function" ? new FinalizationRegistry(release) : undefined;

/** The error of the last failed call. */
function failure() {
  const { status, offset, message } = lastError();
  return new WyeError(statusNames.get(status) ?? "UNKNOWN", message, offset);
}

/**
 * @param {string} what
 * @param {unknown} value
 * @returns {string}
 */
function text(what, value) {
  if (typeof value === "string") return value;
  throw new WyeError("BAD_ARGUMENT", `bad argument: ${what} must be a string, not ${typeof value}`);
}

/**
 * The position of `value` among the choices of an option.
 * @template T
 * @param {string} name
 * @param {T | undefined} value
 * @param {T[]} choices the default first
 */
function choice(name, value, choices) {
  const index = value === undefined ? 0 : choices.indexOf(value);
  if (index >= 0) return index;
  const known = choices.join(", ");
  throw new WyeError("BAD_ARGUMENT", `bad argument: option ${name} is one of ${known}, not ${String(value)}`);
}

/** @param {TableOptions} options */
function packOptions(options) {
  return (
    choice("trailingSlash", options.trailingSlash, ["strict", "redirect", "ignore"]) |
    (choice("cleanPath", options.cleanPath, ["off", "redirect"]) << 2) |
    (choice("caseSensitive", options.caseSensitive, [true, false]) << 3) |
    (choice("methodNotAllowed", options.methodNotAllowed, [true, false]) << 4)
  );
}

export class RouteTable {
  static NOT_FOUND = NOT_FOUND;
  static METHOD_NOT_ALLOWED = METHOD_NOT_ALLOWED;
  static REDIRECT = REDIRECT;
  static PATH_TOO_LONG = PATH_TOO_LONG;
  static BAD_PATH = BAD_PATH;

  /** @type {Held} */
  #held = { builder: 0, table: 0, context: 0 };
  #table = 0;
  #context = 0;
  /** Where the context stands among the words. */
  #at = 0;
  /** Routes were added since the image was built. */
  #stale = true;
  #methods = new Methods([], NO_METHOD);
  /** @type {RouteRecord[] | undefined} read from the image when first asked for */
  #records;
  /** The text of the last lookup, and how many bytes of it were written. */
  #text = "";
  #written = 0;
  /** A boundary between characters of that text: so many bytes are so many units. Spans are mostly read in order. */
  #bytes = 0;
  #units = 0;

  /**
   * A table without routes. Allocates in linear memory: a builder, and with the first lookup an image and a
   * context; `free` gives
   * all of it back.
   * @param {TableOptions} [options]
   */
  constructor(options = {}) {
    const packed = packOptions(options);
    this.#held.builder = cold(() => wasm.wye_builder_new(packed));
    if (!this.#held.builder) throw failure();
    forgotten?.register(this, this.#held, this);
  }

  // ---------------------------------------------------------------- building

  /**
   * Adds a route and returns its handler id. Throws a WyeError if the pattern is malformed or another route has
   * the same
   * method and shape; the table is then as it was.
   * @param {string} method a method, or `*` for any
   * @param {string} pattern
   * @param {RouteOptions} [options]
   */
  add(method, pattern, options = {}) {
    const { name = "", id = NEXT_ID, host } = options;
    if (host !== undefined)
      throw new WyeError("BAD_ARGUMENT", "bad argument: host routes are not part of this version");
    if (id !== NEXT_ID && !(Number.isInteger(id) && id >= 0 && id <= MAX_ID))
      throw new WyeError("BAD_ID", `bad handler id: an id is an integer from 0 to ${MAX_ID}, not ${String(id)}`);
    this.#mustLive();
    const upper = text("a method", method).toUpperCase();
    const verb = NORMALIZED.has(upper) ? upper : method;
    const added = this.#addTexts(verb, text("a pattern", pattern), text("a name", name), id);
    if (added < 0) throw failure();
    this.#stale = true;
    return added;
  }

  /**
   * The texts stand in the input buffer one behind the other. What has no room there is over a limit anyway, and
   * the part
   * that has tells so.
   * @param {string} method
   * @param {string} pattern
   * @param {string} name
   * @param {number} id
   */
  #addTexts(method, pattern, name, id) {
    const room = INPUT_SIZE / 4;
    const lengths = [method, pattern, name].map((text, i) => writeText(text, INPUT + i * room, room));
    return cold(() =>
      wasm.wye_builder_add(
        this.#held.builder,
        INPUT, lengths[0],
        INPUT + room, lengths[1],
        INPUT + 2 * room, lengths[2],
        id,
      ),
    );
  }

  #mustLive() {
    if (!this.#held.builder) throw new WyeError("BAD_ARGUMENT", "bad argument: this table was freed");
  }

  /** Builds image and context anew: the cold step in front of the first lookup after a change. */
  #rebuild() {
    this.#mustLive();
    const table = cold(() => wasm.wye_builder_build(this.#held.builder));
    if (table <= 0) throw failure();
    const context = cold(() => wasm.wye_context_new(table));
    if (!context) {
      wasm.wye_free(table);
      throw failure();
    }
    wasm.wye_free(this.#held.table);
    wasm.wye_free(this.#held.context);
    this.#table = this.#held.table = table;
    this.#context = this.#held.context = context;
    this.#at = context >> 2;
    this.#records = undefined;
    this.#stale = false;
    this.#numberMethods();
  }

  #numberMethods() {
    const names = new Set(this.#allRecords().map((record) => record.method));
    const numbers = [...names].map((name) => /** @type {[string, number]} */ ([name, this.#numberOf(name)]));
    this.#methods = new Methods(numbers, NO_METHOD);
  }

  /** @param {string} method */
  #numberOf(method) {
    return wasm.wye_table_method(this.#table, INPUT, writeText(method, INPUT, INPUT_SIZE));
  }

  // ---------------------------------------------------------------- looking up

  /**
   * Looks a path up: what follows the authority, with its query or without. Returns the handler id, or a negative
   * outcome:
   * NOT_FOUND, METHOD_NOT_ALLOWED, REDIRECT, PATH_TOO_LONG, BAD_PATH. Allocates nothing, and never throws for what
   * is in the strings.
   * @param {string} method
   * @param {string} path
   */
  match(method, path) {
    if (this.#stale) this.#rebuild();
    const length = this.#write(path);
    return wye_match(this.#table, this.#context, this.#methods.number(method), INPUT, length);
  }

  /**
   * The same from an absolute URL; spans index the URL.
   * @param {string} method
   * @param {string} url
   */
  matchUrl(method, url) {
    if (this.#stale) this.#rebuild();
    const length = this.#write(url);
    return wye_match_url(this.#table, this.#context, this.#methods.number(method), INPUT, length);
  }

  /** @param {string} text */
  #write(text) {
    if (typeof text !== "string") text = "";
    this.#text = text;
    this.#bytes = this.#units = 0;
    return (this.#written = writeInput(text));
  }

  // ---------------------------------------------------------------- the last match

  /** How many parameters the last match found. */
  get paramCount() {
    return this.#table ? words[this.#at + CONTEXT_PARAMS / 4] : 0;
  }

  /**
   * The decoded value of a parameter, by name or position; undefined where there is none. Makes the one string
   * that it returns (an
   * escaped value a second one on the way).
   * @param {string | number} key
   */
  param(key) {
    const raw = this.rawParam(key);
    return raw === undefined || !bytes[4 * this.#at + CONTEXT_ESCAPED] ? raw : decode(raw);
  }

  /**
   * The value as it stands in the text of the request.
   * @param {string | number} key
   */
  rawParam(key) {
    const index = this.#paramIndex(key);
    return index < 0 ? undefined : this.#text.substring(this.#start(index), this.#end(index));
  }

  /**
   * Where the value begins in the caller's text, in UTF-16 units; -1 where there is none. Allocates nothing.
   * @param {string | number} key
   */
  paramStart(key) {
    const index = this.#paramIndex(key);
    return index < 0 ? -1 : this.#start(index);
  }

  /**
   * Where it ends.
   * @param {string | number} key
   */
  paramEnd(key) {
    const index = this.#paramIndex(key);
    return index < 0 ? -1 : this.#end(index);
  }

  /** All decoded values by name, as a fresh object of own keys. Allocates the object and the values. */
  params() {
    const names = this.#record()?.params ?? [];
    const entries = names.map((name, i) => [name, /** @type {string} */ (this.param(i))]);
    return /** @type {Record<string, string>} */ (Object.fromEntries(entries));
  }

  /** The pattern of the route that the last match hit; undefined without a hit. */
  get pattern() {
    return this.#record()?.pattern;
  }

  /** The name of that route; undefined without a hit or a name. */
  get routeName() {
    return this.#record()?.name;
  }

  /** The methods that the path of the last match has routes for, as an `Allow` field: for METHOD_NOT_ALLOWED only. */
  get allow() {
    if (!this.#table || words[this.#at + CONTEXT_OUTCOME / 4] !== METHOD_NOT_ALLOWED) return undefined;
    return readText(INPUT, wasm.wye_allow(this.#table, this.#context, INPUT, INPUT_SIZE));
  }

  /**
   * @param {string | number} key
   * @returns {number} -1: none
   */
  #paramIndex(key) {
    if (typeof key === "number") return key >= 0 && key < this.paramCount ? Math.trunc(key) : -1;
    const names = this.#record()?.params;
    return names ? names.indexOf(key) : -1;
  }

  /** @param {number} index */
  #start(index) {
    return this.#unit(words[this.#at + CONTEXT_SPANS / 4 + 2 * index]);
  }

  /** @param {number} index */
  #end(index) {
    const span = this.#at + CONTEXT_SPANS / 4 + 2 * index;
    return this.#unit(words[span] + words[span + 1]);
  }

  /**
   * The UTF-16 unit at which a byte of the text lies. A text that was written whole and has no more bytes than units is
   * ASCII.
   * @param {number} byte
   */
  #unit(byte) {
    if (this.#written === this.#text.length && this.#written < INPUT_SIZE) return byte;
    if (byte < this.#bytes) this.#bytes = this.#units = 0;
    this.#units = unitsOfBytes(this.#text, this.#units, byte - this.#bytes);
    this.#bytes = byte;
    return this.#units;
  }

  /** The route of the last hit. */
  #record() {
    if (!this.#table || words[this.#at + CONTEXT_OUTCOME / 4] < 0) return undefined;
    return this.#allRecords()[words[this.#at + CONTEXT_ROUTE / 4]];
  }

  // ---------------------------------------------------------------- listing

  /**
   * The routes in the order in which they were added.
   * @returns {RouteInfo[]}
   */
  routes() {
    if (this.#stale) this.#rebuild();
    return this.#allRecords().map(({ id, method, pattern, host, name }) => ({ id, method, pattern, host, name }));
  }

  #allRecords() {
    const length = this.#table ? wasm.wye_table_routes(this.#table) : 0;
    return (this.#records ??= Array.from({ length }, (_, i) => this.#readRecord(i)));
  }

  /**
   * @param {number} index
   * @returns {RouteRecord}
   */
  #readRecord(index) {
    wasm.wye_table_route(this.#table, index, INPUT);
    const found = words.subarray(INPUT >> 2, (INPUT >> 2) + 8);
    const [method, methodLength, pattern, patternLength, name, nameLength, id, params] = found;
    return {
      id,
      method: readText(method, methodLength),
      pattern: readText(pattern, patternLength),
      host: undefined,
      name: nameLength ? readText(name, nameLength) : undefined,
      params: Array.from({ length: params }, (_, i) => this.#readParamName(index, i)),
    };
  }

  /**
   * @param {number} route
   * @param {number} param
   */
  #readParamName(route, param) {
    wasm.wye_table_param_name(this.#table, route, param, INPUT);
    return readText(words[INPUT >> 2], words[(INPUT >> 2) + 1]);
  }

  // ---------------------------------------------------------------- the end

  /** Gives the table's memory back. The table is of no use afterwards; calling it twice does no harm. */
  free() {
    forgotten?.unregister(this);
    release(this.#held);
    this.#table = this.#context = this.#at = 0;
    this.#stale = true; // the next use finds that there is nothing to build from
  }
}

if (Symbol.dispose) Object.defineProperty(RouteTable.prototype, Symbol.dispose, { value: RouteTable.prototype.free });
