// RouteTable: strings in, integers out. A lookup copies the path into the input buffer and makes one call; its result
// stays in linear memory, and strings are cut from the caller's own text on demand.

import { badArgument, checkOptions, normalizeMethod, requireObject, requireString } from "../base/arguments.js";
import { WyeError } from "../base/error.js";
import {
  BAD_PATH,
  INPUT_SIZE,
  METHOD_NOT_ALLOWED,
  NOT_FOUND,
  PATH_TOO_LONG,
  REDIRECT,
} from "../wasm/constants.js";
import {
  create,
  inputOffset,
  moduleError,
  readText,
  renewViews,
  wasm,
  writeInput,
  writeTexts,
  wye_match_method,
  wye_match_url,
} from "../wasm/instance.js";
import { AllMatches } from "./all-matches.js";
import { Image, NO_IMAGE } from "./image.js";
import { MatchResult } from "./match-result.js";
import { packOptions, requireHandlerId } from "./options.js";
import { makeUrl, readLocation } from "./url.js";

/**
 * @typedef {import("./options.js").TableOptions} TableOptions
 * @typedef {import("./image.js").RouteInfo} RouteInfo
 * @typedef {import("#params").RouteEntry} RouteEntry
 *
 * @typedef {object} State everything that a table has, in JavaScript and in linear memory
 * @property {number} builder the offset of the builder, whose routes can change; 0: the table was freed
 * @property {Image | undefined} image of the current routes; undefined: it must be built
 * @property {MatchResult} last the last match: its text, its context, and its image, which may be older than `image`
 * @property {AllMatches} all the last search for all matches, with a context and a buffer of its own
 */

/** Frees what is in linear memory. @param {State} state */
function release({ builder, image, last, all }) {
  wasm.wye_builder_free(builder);
  image?.free();
  last.image.free();
  wasm.wye_free(last.context);
  all.free();
}

/** Releases the state of tables that were garbage-collected. (The state does not refer to its table.) */
const forgotten = typeof FinalizationRegistry === "function" ? new FinalizationRegistry(release) : undefined;

/**
 * The name of the method that `using` calls. A host without the symbol never calls it.
 * @type {typeof Symbol.dispose}
 */
const dispose = Symbol.dispose ?? /** @type {any} */ (Symbol("dispose"));

/**
 * For the rest of this package only: the result of the table's last match, always the same object.
 * @type {(table: RouteTable) => MatchResult}
 */
export let matchResultOf;

/**
 * For the rest of this package only: `matchAllUrl` without allocation, for a table that every request searches, such as
 * that of middleware's patterns. Always returns the same object, which the next call for the table overwrites, as do
 * `matchAll` and `matchAllUrl`. The last match does not change. A malformed or overlong URL has no routes.
 * @type {(table: RouteTable, method: string, url: string) => AllMatches}
 */
export let allMatchesOf;

/**
 * Routes, and lookups in them.
 * @template {Record<string, string>} [Routes=any] the names that routes will have, each with its pattern (after its
 *   host, if it has one), so that the compiler checks the arguments of `add` and `url`. `RouteTable.of` infers them.
 */
export class RouteTable {
  static NOT_FOUND = NOT_FOUND;
  static METHOD_NOT_ALLOWED = METHOD_NOT_ALLOWED;
  static REDIRECT = REDIRECT;
  static PATH_TOO_LONG = PATH_TOO_LONG;
  static BAD_PATH = BAD_PATH;

  /** @type {State} */
  #state = { builder: 0, image: undefined, last: new MatchResult(), all: new AllMatches() };

  static {
    matchResultOf = (table) => {
      try {
        return table.#state.last;
      } catch {
        throw badArgument("the table must be a RouteTable of this copy of wye");
      }
    };
    allMatchesOf = (table, method, url) => table.#findAll(wasm.wye_match_all_url, method, url);
  }

  /**
   * A table without routes. Allocates linear memory for a builder, and at the first lookup for an image and a context.
   * `free` frees all of it.
   * @param {TableOptions} [options]
   */
  constructor(options = {}) {
    const packed = packOptions(options);
    this.#state.builder = create(() => wasm.wye_builder_new(packed));
    forgotten?.register(this, this.#state, this);
  }

  /**
   * A table with a list of routes, such as `routes()` returns. From a literal list the compiler infers the names and
   * patterns for `url`. Throws as `add` does.
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
   * Adds a route and returns its handler id. Throws a WyeError, and changes nothing, if the pattern or the host is
   * malformed, or if another route has the same method, host and shape.
   * @template {string & keyof Routes} [Name=never]
   * @param {string} method a method, or `*` for any
   * @param {import("#params").RoutePattern<Routes, Name>} pattern
   * @param {import("#params").RouteOptions<Routes, Name>} [options] `name`, for `url` and listing; `host`, such as
   *   `api.example.com`, `:tenant.example.com`, `*.example.com`; `id`, the handler id: by default, one more than the
   *   largest so far
   */
  add(method, pattern, options = /** @type {any} */ ({})) {
    checkOptions("add", options, ["name", "host", "id"]);
    const { name = "", host = "", id } = /** @type {RouteEntry} */ (options);
    const number = requireHandlerId(id);
    const texts = [
      normalizeMethod(method),
      requireString("the pattern", pattern),
      requireString("the name", name),
      requireString("the host", host),
    ];
    const builder = this.#builder;
    const [m, mLength, p, pLength, n, nLength, h, hLength] = writeTexts(texts);
    const added = wasm.wye_builder_add(builder, m, mLength, p, pLength, n, nLength, h, hLength, number);
    renewViews();
    if (added < 0) throw moduleError();
    this.#forgetImage();
    return added;
  }

  /**
   * Removes the route that was added with exactly this method, pattern and host; returns false if there is none. The
   * ids of the others do not change.
   * @param {string} method
   * @param {string} pattern
   * @param {{ host?: string }} [options]
   */
  remove(method, pattern, options = {}) {
    checkOptions("remove", options, ["host"]);
    const { host = "" } = options;
    const texts = [normalizeMethod(method), requireString("the pattern", pattern), requireString("the host", host)];
    const builder = this.#builder;
    const [m, mLength, p, pLength, h, hLength] = writeTexts(texts);
    const status = wasm.wye_builder_remove(builder, m, mLength, p, pLength, h, hLength);
    renewViews();
    if (status === NOT_FOUND) return false;
    if (status < 0) throw moduleError();
    this.#forgetImage();
    return true;
  }

  get #builder() {
    const { builder } = this.#state;
    if (builder === 0) throw badArgument("this table was freed");
    return builder;
  }

  /** After a change of the routes. The image of the last match stays, so that it can still be read. */
  #forgetImage() {
    const { image, last } = this.#state;
    if (image !== last.image) image?.free();
    this.#state.image = undefined;
  }

  /** The image of the current routes. */
  get #image() {
    return this.#state.image ?? this.#build();
  }

  #build() {
    const builder = this.#builder;
    return (this.#state.image = new Image(create(() => wasm.wye_builder_build(builder))));
  }

  // ---------------------------------------------------------------- looking up

  /**
   * Looks up a path: what follows the authority of a URL, with or without the query. Returns the handler id, or a
   * negative outcome: NOT_FOUND, METHOD_NOT_ALLOWED, REDIRECT, PATH_TOO_LONG, BAD_PATH. Allocates nothing. No string
   * makes it throw.
   * @param {string} method
   * @param {string} path
   */
  match(method, path) {
    const last = this.#begin(path);
    const number = last.image.methods.numberOf(method);
    return wye_match_method(last.image.table, last.context, number, inputOffset, last.written);
  }

  /**
   * The same for an absolute URL, which may also match routes with a host. Positions are offsets into the URL.
   * @param {string} method
   * @param {string} url
   */
  matchUrl(method, url) {
    const last = this.#begin(url);
    const number = last.image.methods.numberOf(method);
    return wye_match_url(last.image.table, last.context, number, inputOffset, last.written);
  }

  /**
   * Begins a lookup: copies its text into the input buffer.
   * @param {string} text
   */
  #begin(text) {
    const { last, image } = this.#state;
    if (last.image !== image) this.#renew();
    last.text = typeof text === "string" ? text : "";
    last.written = writeInput(last.text);
    return last;
  }

  /** Before the first lookup after a change: drops the last match, and takes the new image. */
  #renew() {
    const { last } = this.#state;
    const image = this.#image;
    const context = image.newContext();
    last.image.free();
    wasm.wye_free(last.context);
    last.image = image;
    last.context = context;
  }

  // ---------------------------------------------------------------- the last match

  /** How many parameters the last match has, up to the last one with a value: one before it may have none. */
  get paramCount() {
    return this.#state.last.paramCount;
  }

  /**
   * The decoded value of a parameter, by name or position; undefined if there is none. Parameters of the host come
   * first, as in the URL. Allocates the string that it returns (and for an escaped value another one).
   * @param {string | number} key
   */
  param(key) {
    return this.#state.last.param(key);
  }

  /**
   * The value as the request wrote it, with its escapes.
   * @param {string | number} key
   */
  rawParam(key) {
    return this.#state.last.rawParam(key);
  }

  /**
   * Where the value begins in the caller's text, in UTF-16 units; -1 if there is none. Allocates nothing.
   * @param {string | number} key
   */
  paramStart(key) {
    return this.#state.last.paramStart(key);
  }

  /**
   * Where it ends.
   * @param {string | number} key
   */
  paramEnd(key) {
    return this.#state.last.paramEnd(key);
  }

  /**
   * All decoded values by name, in a new object; a parameter that an optional form omits has no key. Allocates the
   * object and the values.
   * @template {string} [Pattern=string] the pattern of the route that was hit, for the names
   * @returns {import("#params").RouteParams<Pattern>}
   */
  params() {
    return /** @type {any} */ (this.#state.last.params());
  }

  /** The pattern of the route that the last match hit; undefined without a hit. */
  get pattern() {
    return this.#state.last.route?.pattern;
  }

  /** The name of that route; undefined without a hit or a name. */
  get routeName() {
    return this.#state.last.route?.name;
  }

  /** The methods that the path of the last match has routes for, as an `Allow` field: for METHOD_NOT_ALLOWED only. */
  get allow() {
    const { outcome, image, context } = this.#state.last;
    if (outcome !== METHOD_NOT_ALLOWED) return undefined;
    return readText(inputOffset, wasm.wye_allow(image.table, context, inputOffset, INPUT_SIZE));
  }

  /**
   * The target of the redirect, for REDIRECT only: a path of the same host, with the query of the request. Allocates
   * the text, and linear memory during the call.
   */
  get location() {
    const { last } = this.#state;
    return last.outcome === REDIRECT ? readLocation(last) : undefined;
  }

  // ---------------------------------------------------------------- all matches

  /**
   * Every route for the method, or for `*`, that matches the path, in the order of registration. If a route matches in
   * several ways, the values are those of the first way in match order. The options
   * `caseSensitive` and `trailingSlash: "ignore"` apply, redirects do not; a path that is malformed or too long has no
   * routes. The last match does not change. Allocates what it returns.
   * @param {string} method
   * @param {string} path
   */
  matchAll(method, path) {
    return this.#findAll(wasm.wye_match_all, method, path).toArray();
  }

  /**
   * The same for an absolute URL: routes whose host matches that of the URL, and routes without a host.
   * @param {string} method
   * @param {string} url
   */
  matchAllUrl(method, url) {
    return this.#findAll(wasm.wye_match_all_url, method, url).toArray();
  }

  /**
   * Searches with a context of its own, so the last match does not change.
   * @param {import("../wasm/exports.js").Exports["wye_match_all"]} search
   * @param {string} method
   * @param {string} text
   */
  #findAll(search, method, text) {
    const { all } = this.#state;
    all.find(search, this.#image, method, typeof text === "string" ? text : "");
    return all;
  }

  // ---------------------------------------------------------------- reverse routing and listing

  /**
   * The URL of the route of that name: its path, or `//host/path` if it has a host. Values are percent-encoded. The URL
   * is verified: it reaches the route, with these values. Throws a WyeError: NOT_FOUND if no route has the name,
   * BAD_VALUE if a value is missing, empty or not valid for its parameter, CONFLICT if the URL reaches another route.
   * @template {string & keyof Routes} Name
   * @param {Name} name
   * @param {import("#params").UrlArguments<Routes[Name]>} args the values by the parameters' names: strings, integers
   *   or bigints
   * @returns {string}
   */
  url(name, ...args) {
    const [params = {}] = args;
    const image = this.#image;
    const route = image.find(requireString("the name", name));
    if (route === undefined) throw new WyeError("NOT_FOUND", `not found: no route has the name "${name}"`);
    return makeUrl(image, route, requireObject("the values", params));
  }

  /**
   * The routes in the order of registration.
   * @returns {RouteInfo[]}
   */
  routes() {
    return this.#image.records().map(({ id, method, pattern, host, name }) => ({ id, method, pattern, host, name }));
  }

  // ---------------------------------------------------------------- the end

  /** Frees the table's memory. After that the table cannot be used; a second call does nothing. */
  free() {
    forgotten?.unregister(this);
    release(this.#state);
    this.#state.builder = 0;
    this.#state.image = undefined; // so that the next use tries to build it, and fails
    this.#state.last.image = NO_IMAGE;
    this.#state.last.context = 0;
  }

  /** `using table = new RouteTable()` frees the table at the end of the block. */
  [dispose]() {
    this.free();
  }
}
