// RouteTable: strings in, integers out. One lookup is one copy of the path into the input buffer and one call; what
// was found stays in linear memory, and strings are cut from the caller's own text when they are asked for.

import { badArgument, checkOptions, normalizeMethod, requireObject, requireString } from "../base/arguments.js";
import { packOptions, requireHandlerId } from "./options.js";
import {
  BAD_PATH,
  INPUT_SIZE,
  METHOD_NOT_ALLOWED,
  NOT_FOUND,
  NO_METHOD,
  PATH_TOO_LONG,
  REDIRECT,
} from "../wasm/constants.js";
import { WyeError } from "../base/error.js";
import { Found } from "./match-result.js";
import { Hits } from "./hits.js";
import { Image } from "./image.js";
import {
  INPUT,
  cold,
  failure,
  readText,
  renewViews,
  wasm,
  writeInput,
  writeText,
  wye_match_method,
  wye_match_url,
} from "../wasm/instance.js";
import { Methods } from "./methods.js";
import { makeUrl, readLocation } from "./url.js";

/**
 * @typedef {import("./options.js").TableOptions} TableOptions
 * @typedef {import("./image.js").RouteInfo} RouteInfo
 * @typedef {import("#params").RouteEntry} RouteEntry
 *
 * @typedef {object} Held what a table has in linear memory
 * @property {number} builder
 * @property {number} table that of the last match
 * @property {number} context for it
 * @property {number} newest a newer table, which the next match will use
 * @property {number} searchContext the context of a search for all matches
 * @property {number} hits their buffer
 *
 * @typedef {object} Match a route that matches
 * @property {number} id its handler id
 * @property {string} pattern
 * @property {string | undefined} name
 * @property {Record<string, string>} params the decoded values; none for a parameter that is left out
 */

/** @param {Held} held */
function release(held) {
  wasm.wye_builder_free(held.builder);
  wasm.wye_free(held.table);
  wasm.wye_free(held.context);
  wasm.wye_free(held.newest);
  wasm.wye_free(held.searchContext);
  wasm.wye_free(held.hits);
  held.builder = held.table = held.context = held.newest = held.searchContext = held.hits = 0;
}

/**
 * Writes texts into the input buffer, one after the other; returns the offset and the length of each. A text that is
 * cut off for lack of room is over a limit anyway, even what is left of it.
 * @param {string[]} texts four at most
 */
function writeTexts(texts) {
  const places = [];
  let at = INPUT;
  for (const text of texts) {
    places.push(at, text === "" ? 0 : writeText(text, at, INPUT_SIZE / 4));
    at += INPUT_SIZE / 4;
  }
  return places;
}

/**
 * A method of this name is what `using` calls. A host that does not know it has no use for the method.
 * @type {typeof Symbol.dispose}
 */
const dispose = Symbol.dispose ?? /** @type {any} */ (Symbol("dispose"));

/** Gives back what forgotten tables held. */
const forgotten = typeof FinalizationRegistry === "function" ? new FinalizationRegistry(release) : undefined;

/**
 * For the rest of this package: what the table's last match found.
 * @type {(table: RouteTable) => Found}
 */
export let lastMatch;

/**
 * For the rest of this package: `matchAllUrl` without allocation, for a table that every request searches, such as that
 * of middleware's patterns. Its result belongs to the table, and the next call of `matchAll`, `matchAllUrl` or
 * this overwrites it: `count` says how many routes match, `route(i)` is the index of one of them among all routes of
 * the table, and `paramStart(i, param)` and `paramEnd(i, param)` say where a value is in the URL. The table's last
 * match stays as it is. A malformed or overlong URL has no routes.
 * @type {(table: RouteTable, method: string, url: string) => Hits}
 */
export let coveringRoutes;

/**
 * Routes, and what a path leads to.
 * @template {Record<string, string>} [Routes=any] the names that routes will have, each with its
 *   pattern (after its host, if it has one): with them the compiler checks what `add` and `url` are given.
 *   `RouteTable.of` finds them by itself.
 */
export class RouteTable {
  static NOT_FOUND = NOT_FOUND;
  static METHOD_NOT_ALLOWED = METHOD_NOT_ALLOWED;
  static REDIRECT = REDIRECT;
  static PATH_TOO_LONG = PATH_TOO_LONG;
  static BAD_PATH = BAD_PATH;

  /** @type {Held} */
  #held = { builder: 0, table: 0, context: 0, newest: 0, searchContext: 0, hits: 0 };
  /** What the last match found. */
  #found = new Found();
  /** What the last search for all routes found. */
  #hits = new Hits(this.#held);
  /** @type {Image | undefined} a newer one, which the next match will use */
  #newest;
  #table = 0;
  #context = 0;
  /** Routes were added or removed since the image of the last match was built. */
  #stale = true;
  #methods = new Methods([], NO_METHOD);

  static {
    lastMatch = (table) => {
      try {
        return table.#found;
      } catch {
        throw badArgument("the table must be a RouteTable of this copy of wye");
      }
    };
    coveringRoutes = (table, method, url) => table.#findAll(wasm.wye_match_all_url, method, url);
  }

  /**
   * A table without routes. Allocates in linear memory: a builder, and with the first lookup an image and a context;
   * `free` gives all of it back.
   * @param {TableOptions} [options]
   */
  constructor(options = {}) {
    const packed = packOptions(options);
    this.#held.builder = cold(() => wasm.wye_builder_new(packed));
    if (!this.#held.builder) throw failure();
    forgotten?.register(this, this.#held, this);
  }

  /**
   * A table of a list of routes, such as `routes()` gives. Written as a literal, the list tells the compiler the names
   * and patterns that `url` can be asked for. Throws as `add` does.
   * @template {readonly RouteEntry[]} const List
   * @param {List} list
   * @param {TableOptions} [options]
   * @returns {RouteTable<import("#params").NamedRoutes<List>>}
   */
  static of(list, options) {
    const table = new RouteTable(options);
    try {
      for (const { method, pattern, name, host, id } of list) table.add(method, pattern, { name, host, id });
    } catch (error) {
      table.free();
      throw error;
    }
    return table;
  }

  // ---------------------------------------------------------------- building

  /**
   * Adds a route and returns its handler id. Throws a WyeError if the pattern or the host is malformed, or another
   * route has the same method, host and shape; the table is then as it was.
   * @template {string & keyof Routes} [Name=never]
   * @param {string} method a method, or `*` for any
   * @param {import("#params").RoutePattern<Routes, Name>} pattern
   * @param {import("#params").RouteOptions<Routes, Name>} [options] `name`, for `url` and listing; `host`, such as
   *   `api.example.com`, `:tenant.example.com`, `*.example.com`; `id`, the handler id, one more than the largest so far
   *   if it is left out
   */
  add(method, pattern, options = /** @type {any} */ ({})) {
    checkOptions("add", options, ["name", "host", "id"]);
    const { name = "", host = "", id } = /** @type {RouteEntry} */ (options);
    const number = requireHandlerId(id);
    const verb = normalizeMethod(method);
    const strings = [requireString("a pattern", pattern), requireString("a name", name), requireString("a host", host)];
    this.#mustLive();
    const [m, mLength, p, pLength, n, nLength, h, hLength] = writeTexts([verb, ...strings]);
    const added = wasm.wye_builder_add(this.#held.builder, m, mLength, p, pLength, n, nLength, h, hLength, number);
    renewViews();
    if (added < 0) throw failure();
    this.#change();
    return added;
  }

  /**
   * Takes the route away that has exactly this method, pattern and host, as they were given to `add`; false if there is
   * none. The ids of the others stay.
   * @param {string} method
   * @param {string} pattern
   * @param {{ host?: string }} [options]
   */
  remove(method, pattern, options = {}) {
    checkOptions("remove", options, ["host"]);
    const { host = "" } = options;
    const texts = [normalizeMethod(method), requireString("a pattern", pattern), requireString("a host", host)];
    this.#mustLive();
    const [m, mLength, p, pLength, h, hLength] = writeTexts(texts);
    const status = wasm.wye_builder_remove(this.#held.builder, m, mLength, p, pLength, h, hLength);
    renewViews();
    if (status === NOT_FOUND) return false;
    if (status < 0) throw failure();
    this.#change();
    return true;
  }

  #mustLive() {
    if (!this.#held.builder) throw new WyeError("BAD_ARGUMENT", "bad argument: this table was freed");
  }

  #change() {
    this.#stale = true;
    this.#newest = undefined;
    wasm.wye_free(this.#held.newest);
    this.#held.newest = 0;
  }

  /** The image of the routes as they are now. That of the last match stays: what it found can still be read. */
  #now() {
    this.#mustLive();
    return this.#stale ? (this.#newest ??= this.#build()) : this.#found.image;
  }

  #build() {
    const table = cold(() => wasm.wye_builder_build(this.#held.builder));
    if (table <= 0) throw failure();
    this.#held.newest = table;
    return new Image(table);
  }

  /** The cold step before the first lookup after a change: from now on the newest image is looked into. */
  #renew() {
    const image = this.#now();
    const context = cold(() => wasm.wye_context_new(image.table));
    if (!context) throw failure();
    wasm.wye_free(this.#held.table);
    wasm.wye_free(this.#held.context);
    Object.assign(this.#held, { table: image.table, context, newest: 0 });
    this.#found.image = image;
    this.#found.at = context >> 2;
    this.#newest = undefined;
    this.#table = image.table;
    this.#context = context;
    this.#methods = image.methods;
    this.#stale = false;
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
    if (this.#stale) this.#renew();
    const length = this.#write(path);
    return wye_match_method(this.#table, this.#context, this.#methods.number(method), INPUT, length);
  }

  /**
   * The same from an absolute URL; spans index the URL.
   * @param {string} method
   * @param {string} url
   */
  matchUrl(method, url) {
    if (this.#stale) this.#renew();
    const length = this.#write(url);
    return wye_match_url(this.#table, this.#context, this.#methods.number(method), INPUT, length);
  }

  /**
   * Every route that serves the method (its own or `*`) and matches the path, in the order of registration. If
   * a route matches in several ways, the values are those of the first one in match order. The options
   * `caseSensitive` and `trailingSlash: "ignore"` apply, redirects do not; a path that is malformed or too long has no
   * routes. The last match does not change. Allocates what it returns.
   * @param {string} method
   * @param {string} path
   */
  matchAll(method, path) {
    return this.#matches(this.#findAll(wasm.wye_match_all, method, path));
  }

  /**
   * The same for an absolute URL: routes of all hosts that match the URL's host, and routes without a host.
   * @param {string} method
   * @param {string} url
   */
  matchAllUrl(method, url) {
    return this.#matches(this.#findAll(wasm.wye_match_all_url, method, url));
  }

  /**
   * Searches the newest image with a context of its own, so the last match does not change.
   * @param {import("./hits.js").Search} search
   * @param {string} method
   * @param {string} text
   */
  #findAll(search, method, text) {
    const image = this.#stale ? this.#now() : this.#found.image;
    this.#hits.find(search, image, method, typeof text === "string" ? text : "");
    return this.#hits;
  }

  /**
   * @param {Hits} hits
   * @returns {Match[]}
   */
  #matches(hits) {
    return Array.from({ length: hits.count }, (_, i) => {
      const { id, pattern, name, params } = hits.image.record(hits.route(i));
      const values = params.slice(0, hits.paramCount(i)).map((param, j) => [param, hits.param(i, j)]);
      return { id, pattern, name, params: Object.fromEntries(values) };
    });
  }

  /** @param {string} text */
  #write(text) {
    if (typeof text !== "string") text = "";
    const written = writeInput(text);
    this.#found.begin(text, written);
    return written;
  }

  // ---------------------------------------------------------------- the last match

  /** How many parameters the last match found. */
  get paramCount() {
    return this.#found.paramCount;
  }

  /**
   * The decoded value of a parameter, by name or position; undefined where there is none. The host's come first, as the
   * URL has them. Makes the one string that it returns (an escaped value a second one on the way).
   * @param {string | number} key
   */
  param(key) {
    return this.#found.param(key);
  }

  /**
   * The value as it stands in the text of the request.
   * @param {string | number} key
   */
  rawParam(key) {
    return this.#found.rawParam(key);
  }

  /**
   * Where the value begins in the caller's text, in UTF-16 units; -1 where there is none. Allocates nothing.
   * @param {string | number} key
   */
  paramStart(key) {
    return this.#found.paramStart(key);
  }

  /**
   * Where it ends.
   * @param {string | number} key
   */
  paramEnd(key) {
    return this.#found.paramEnd(key);
  }

  /**
   * All decoded values by name, as a fresh object of own keys; none for a parameter that is left out. Allocates the
   * object and the values.
   * @template {string} [Pattern=string] the pattern of the route that was hit, for the names
   * @returns {import("#params").RouteParams<Pattern>}
   */
  params() {
    return /** @type {any} */ (this.#found.params());
  }

  /** The pattern of the route that the last match hit; undefined without a hit. */
  get pattern() {
    return this.#found.route?.pattern;
  }

  /** The name of that route; undefined without a hit or a name. */
  get routeName() {
    return this.#found.route?.name;
  }

  /** The methods that the path of the last match has routes for, as an `Allow` field: for METHOD_NOT_ALLOWED only. */
  get allow() {
    if (!this.#table || this.#found.outcome !== METHOD_NOT_ALLOWED) return undefined;
    return readText(INPUT, wasm.wye_allow(this.#table, this.#context, INPUT, INPUT_SIZE));
  }

  /**
   * Where the last match sends the client, under a policy of the table: a path of the same host, with the query of the
   * request. For REDIRECT only. Allocates the text, and memory for the time of the call.
   */
  get location() {
    if (!this.#table || this.#found.outcome !== REDIRECT) return undefined;
    return readLocation(this.#table, this.#context, this.#found.text);
  }

  // ---------------------------------------------------------------- reverse routing and listing

  /**
   * The URL of the route of that name: its path, or `//host/path` if it has a host. Values are percent-encoded; what is
   * made leads back to the route, with these values. Throws a WyeError: NOT_FOUND without such a route, BAD_VALUE if a
   * value is missing, empty or of no use for its parameter, CONFLICT if another route would be found.
   * @template {string & keyof Routes} Name
   * @param {Name} name
   * @param {import("#params").UrlArguments<Routes[Name]>} args the values by the parameters' names: strings, integers
   *   or bigints
   * @returns {string}
   */
  url(name, ...args) {
    const [params = {}] = args;
    const image = this.#now();
    const route = image.find(requireString("a route's name", name));
    if (route === undefined) throw new WyeError("NOT_FOUND", `not found: no route has the name "${name}"`);
    return makeUrl(image, route, requireObject("the values", params));
  }

  /**
   * The routes in the order in which they were added.
   * @returns {RouteInfo[]}
   */
  routes() {
    return this.#now().records().map(({ id, method, pattern, host, name }) => ({ id, method, pattern, host, name }));
  }

  // ---------------------------------------------------------------- the end

  /** Gives the table's memory back. The table is of no use afterwards; calling it twice does no harm. */
  free() {
    forgotten?.unregister(this);
    release(this.#held);
    this.#table = this.#context = 0;
    this.#found.at = 0;
    this.#found.image = new Image(0);
    this.#hits.clear();
    this.#newest = undefined;
    this.#stale = true; // the next use finds that there is nothing to build from
  }

  /** `using table = new RouteTable()` frees it at the end of the block. */
  [dispose]() {
    this.free();
  }
}
