// `c`, the argument of every step: one object per request, which belongs to it as long as anyone holds it. It reads the
// request, keeps what steps store, makes responses, and knows the active step (compose.js runs the steps).
//
// It is one class, without a base class, because that would take as long to construct as the rest of a short request.

import { badArgument, checkOptions, requireFunction } from "../base/arguments.js";
import { BAD_PATH, PATH_TOO_LONG } from "../table/outcomes.js";
import { bodyForm, bodyJson, bodyText, readBody } from "./body.js";
import { cookieOf, cookiesOf, deletedCookie, cookieText } from "./cookies.js";
import { EVENTS, eventStream } from "./events.js";
import { APPEND, REMOVE, SET, changeHeader, checkHeader } from "./headers.js";
import { HttpError } from "./http-error.js";
import {
  afterThrow,
  apply,
  hasHeaders,
  headersFor,
  onlySets,
  savepoint,
  setAll,
  withHeader,
  withoutInner,
} from "./pending-headers.js";
import { queryOf, queryValue } from "./query.js";
import {
  HTML,
  JSON_TYPE,
  NO_TYPE,
  TEXT,
  checkInit,
  converted,
  discard,
  isResponse,
  isUpgrade,
  jsonText,
  owned,
} from "./response.js";
import { LONG_SPAN, NO_SPAN, cutSpan, endOfSpan, packSpan } from "./spans.js";
import { streamOf } from "./stream.js";
import { uriReference } from "./uri-reference.js";

/**
 * @typedef {import("./chain.js").Chain} Chain
 * @typedef {import("./pending-headers.js").PendingHeaders} PendingHeaders
 * @typedef {import("./response.js").Init} Init
 * @typedef {import("../table/match-result.js").MatchResult} MatchResult
 *
 * @typedef {object} Rare what few requests have
 * @property {unknown} [error] what onError handles
 * @property {string} [id]
 * @property {Promise<import("#app").Bytes>} [body]
 * @property {string} [allow]
 * @property {string} [location]
 * @property {(outcome: any, c: any) => any} [onOutcome]
 * @property {unknown} [detachedFrom] another `c`
 */

/** Scheme and authority of an absolute URL, even a malformed authority. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

const OWN_KEY = { enumerable: true, writable: true, configurable: true };

/** The key where nothing was stored. */
const NO_KEY = Symbol("no key");

const NO_STATUS = 0;

/** @type {number[]} */
const NO_SPANS = [];

/** Stands for a step while the app itself responds to an error. */
export const APP = { index: 0, isWrapped: false };

/** The active step once the response has been given to the host. */
const SENT = -1;

/** A response that `c` has made with headers of the active step, or without a body, and its arguments. */
class Made {
  /**
   * @param {Response} response
   * @param {string} type
   * @param {Init} init
   * @param {boolean} isEmpty it has no body, so a handler may keep it and return it to other requests
   */
  constructor(response, type, init, isEmpty) {
    this.response = response;
    this.type = type;
    this.init = init;
    this.isEmpty = isEmpty;
  }
}

// For the rest of js/app only. They are not methods, because steps must not call them.

/** @type {(c: Context) => Chain} */
export let chainOf;
/** @type {(c: Context) => Rare} */
export let rareOf;
/** The index of the active step. @type {(c: Context) => number} */
export let activeStep;
/**
 * Begins a step. Returns false, and changes nothing, if the step before it has ended or already has a response.
 * @type {(c: Context, index: number) => boolean}
 */
export let enter;
/** The result of a step's `next`; undefined before that. @type {(c: Context, index: number) => Response | undefined} */
export let nextResponse;
/** Whether a value is a `c` that was detached from this one. @type {(value: unknown, c: Context) => boolean} */
export let isDetachedFrom;
/**
 * Ends a step that has returned `value`. Returns the response for the step around it, or for the host; undefined: the
 * value is not a response.
 * @type {(c: Context, link: typeof APP, value: any) => Response | undefined}
 */
export let finish;
/**
 * Ends a step that has thrown, and all inner steps: drops their results. Their headers pass to the heir, which becomes
 * the active step. `thrown`: the response, if that is what was thrown.
 * @type {(c: Context, index: number, heir: number, thrown?: Response) => void}
 */
export let abandon;

export class Context {
  /** @type {any} */
  request;
  /** @type {any} */
  env;
  /** @type {any} */
  executionCtx;
  /** @type {string} */
  url;
  /** @type {Chain} */
  #chain;
  /** The span of the path in the URL. */
  #path;
  /** The spans of the first four parameters. If there are more, or one is too long, all spans are in `#more`. */
  #span0 = NO_SPAN;
  #span1 = NO_SPAN;
  #span2 = NO_SPAN;
  #span3 = NO_SPAN;
  /** @type {number[] | undefined} start and end of each */
  #more;
  /** The first value that was stored. Once there is a second key, the map has all. */
  /** @type {unknown} */
  #key = NO_KEY;
  /** @type {unknown} */
  #value;
  /** @type {Map<unknown, unknown> | undefined} */
  #values;
  /** @type {PendingHeaders} */
  #pending;
  /** The index of the active step. */
  #step = APP.index;
  /** The result of the active step's `next`; undefined before that. @type {Response | undefined} */
  #response;
  /** The last response that `c` has made in the active step. @type {Response | Made | undefined} */
  #made;
  /** For the response that `c` makes next. */
  #status = NO_STATUS;
  /** @type {Rare | undefined} */
  #rare;

  static {
    chainOf = (c) => c.#chain;
    rareOf = (c) => (c.#rare ??= {});
    activeStep = (c) => c.#step;
    enter = (c, index) => {
      if (c.#step !== index - 1 || c.#response !== undefined) return false;
      c.#step = index;
      c.#made = undefined;
      return true;
    };
    nextResponse = (c, index) => (c.#step === index ? c.#response : undefined);
    isDetachedFrom = (value, c) => value instanceof Context && value.#rare?.detachedFrom === c;
    finish = (c, link, response) => c.#finish(link, response);
    abandon = (c, index, heir, thrown) => c.#abandon(index, heir, thrown);
  }

  /**
   * @param {Chain} chain
   * @param {MatchResult | undefined} match undefined for `detached`, which copies the spans
   * @param {number[] | undefined} others as in #takeSpans
   * @param {any} request
   * @param {any} env
   * @param {any} executionCtx
   * @param {string} url
   */
  constructor(chain, match, others, request, env, executionCtx, url) {
    this.request = request;
    this.env = env;
    this.executionCtx = executionCtx;
    this.url = url;
    this.#chain = chain;
    this.#path = LONG_SPAN;
    if (match !== undefined) this.#takeSpans(match, others);
  }

  /**
   * Copies the spans of the path and the parameters, which the next lookup overwrites.
   * @param {MatchResult} match
   * @param {number[] | undefined} others the spans of parameters that only middleware's patterns have: start and end
   */
  #takeSpans(match, others) {
    const { outcome } = match;
    if (outcome !== BAD_PATH && outcome !== PATH_TOO_LONG) this.#path = packSpan(match.pathStart, match.pathEnd);
    const count = match.paramCount;
    if (count > 0) this.#span0 = packSpan(match.startOf(0), match.endOf(0));
    if (count > 1) this.#span1 = packSpan(match.startOf(1), match.endOf(1));
    if (count > 2) this.#span2 = packSpan(match.startOf(2), match.endOf(2));
    if (count > 3) this.#span3 = packSpan(match.startOf(3), match.endOf(3));
    const isLong = Math.min(this.#span0, this.#span1, this.#span2, this.#span3) === LONG_SPAN;
    if (count <= 4 && !isLong && others === undefined) return;
    const spans = [];
    for (let i = 0; i < this.#chain.routeCount; i++) spans.push(match.paramStart(i), match.paramEnd(i));
    for (const position of others ?? NO_SPANS) spans.push(position);
    this.#more = spans;
  }

  // ---------------------------------------------------------------- the request

  get method() {
    return this.request.method;
  }

  get path() {
    if (this.#path !== LONG_SPAN) return cutSpan(this.url, this.#path) || "/";
    return this.url.replace(ORIGIN, "").replace(/[?#].*$/s, "") || "/"; // overlong or malformed: as it was written
  }

  get routePattern() {
    return this.#chain.pattern;
  }

  get routeName() {
    return this.#chain.name;
  }

  get error() {
    return this.#rare?.error;
  }

  get requestId() {
    return ((this.#rare ??= {}).id ??= this.#chain.engine.newId());
  }

  set requestId(id) {
    (this.#rare ??= {}).id = id;
  }

  get clientAddress() {
    return this.#chain.engine.clientAddress(this);
  }

  /** @param {string | number} key */
  param(key) {
    return this.#decoded(this.#chain.indexOf(key));
  }

  /** @param {string | number} key */
  rawParam(key) {
    return this.#raw(this.#chain.indexOf(key));
  }

  params() {
    /** @type {Record<string, string | undefined>} */
    const values = {};
    for (const [i, name] of this.#chain.names.entries()) {
      const value = this.#decoded(i);
      if (value === undefined) continue;
      if (name === "__proto__") Object.defineProperty(values, name, { ...OWN_KEY, value });
      else values[name] = value;
    }
    return values;
  }

  /** @param {string | number} key */
  int(key) {
    const text = this.param(key);
    if (text === undefined || !/^-?[0-9]+$/.test(text)) return undefined;
    const number = Number(text) + 0; // no -0
    if (Number.isSafeInteger(number)) return number;
    throw new HttpError(400, `parameter "${key}" is beyond the integers that a number holds exactly: ${text}`);
  }

  /**
   * The decoded value of the parameter at `index`; undefined if there is none.
   * @param {number} index
   */
  #decoded(index) {
    const raw = this.#raw(index);
    return raw === undefined || !raw.includes("%") ? raw : this.#chain.decoders[index](raw);
  }

  /**
   * The text of the parameter at `index` as the request has it; undefined if there is none.
   * @param {number} index
   */
  #raw(index) {
    if (index < 0) return undefined;
    if (this.#more !== undefined) {
      const start = this.#more[2 * index];
      return start >= 0 ? this.url.substring(start, this.#more[2 * index + 1]) : undefined;
    }
    const span = index === 0 ? this.#span0 : index === 1 ? this.#span1 : index === 2 ? this.#span2 : this.#span3;
    return span === NO_SPAN || index > 3 ? undefined : cutSpan(this.url, span);
  }

  /** @param {string} [name] */
  query(name) {
    const end = this.#path === LONG_SPAN ? this.url.search(/[?#]|$/) : endOfSpan(this.#path);
    return name === undefined ? queryOf(this.url, end) : queryValue(this.url, end, name);
  }

  /** @param {string} [name] */
  cookie(name) {
    const header = this.request.headers.get("cookie") ?? "";
    return name === undefined ? cookiesOf(header) : cookieOf(header, name);
  }

  /** The request's body as bytes. */
  read() {
    const rare = (this.#rare ??= {});
    return (rare.body ??= readBody(this.request, this.#chain.maxBody));
  }

  async readText() {
    return bodyText(await this.read());
  }

  async readJson() {
    return bodyJson(await this.read());
  }

  async readForm() {
    return bodyForm(await this.read(), this.request.headers.get("content-type"));
  }

  // ---------------------------------------------------------------- what steps store

  /** @param {unknown} key */
  get(key) {
    if (this.#values !== undefined) return this.#values.get(key);
    return key === this.#key ? this.#value : undefined;
  }

  /**
   * @param {unknown} key
   * @param {unknown} value
   */
  set(key, value) {
    if (this.#values !== undefined) {
      this.#values.set(key, value);
    } else if (this.#key === NO_KEY || this.#key === key) {
      this.#key = key;
      this.#value = value;
    } else {
      this.#values = new Map([
        [this.#key, this.#value],
        [key, value],
      ]);
    }
  }

  /**
   * Returns a function that undoes everything set since this call: values, headers, cookies, the status. For middleware
   * that tries alternatives; it works only before `next`.
   */
  savepoint() {
    const headers = savepoint(this.#pending);
    const key = this.#key;
    const value = this.#value;
    const values = this.#values && new Map(this.#values);
    return () => {
      this.#pending = this.#pending && headers(this.#pending);
      this.#key = key;
      this.#value = value;
      this.#values = values && new Map(values);
      this.#status = NO_STATUS;
      this.#made = undefined;
    };
  }

  /**
   * A second `c` for the same request, to run the rest of the chain with: `next(c.detached())`.
   */
  detached() {
    const { request, env, executionCtx, url } = this;
    const c = new Context(this.#chain, undefined, undefined, request, env, executionCtx, url);
    c.#path = this.#path;
    c.#span0 = this.#span0;
    c.#span1 = this.#span1;
    c.#span2 = this.#span2;
    c.#span3 = this.#span3;
    c.#more = this.#more;
    c.#key = this.#key;
    c.#value = this.#value;
    c.#values = this.#values && new Map(this.#values);
    c.#rare = { ...this.#rare, detachedFrom: this };
    c.#step = this.#step;
    return c;
  }

  // ---------------------------------------------------------------- the response

  /**
   * @param {string} name
   * @param {string | undefined} [value]
   * @param {{ append?: boolean }} [options]
   */
  header(name, value, options) {
    if (arguments.length === 1) return this.request.headers.get(name) ?? undefined;
    const key = checkHeader("c.header", name, value);
    if (options !== undefined) checkOptions("c.header", options, ["append"]);
    const appended = options?.append === true || key === "set-cookie"; // a cookie never replaces another one
    this.#setHeader(key, value ?? "", value === undefined ? REMOVE : appended ? APPEND : SET);
    return undefined;
  }

  /**
   * @param {string} name
   * @param {string} value
   * @param {{ path?: string }} [options]
   */
  setCookie(name, value, options) {
    this.#setHeader("set-cookie", cookieText(name, value, options), APPEND);
  }

  /**
   * @param {string} name
   * @param {{ path?: string }} [options]
   */
  deleteCookie(name, options) {
    this.#setHeader("set-cookie", deletedCookie(name, options), APPEND);
  }

  /**
   * @param {string} name
   * @param {string} value
   * @param {number} how
   */
  #setHeader(name, value, how) {
    if (this.#step === SENT) throw badArgument(`the header ${name} must be set before the response is sent`);
    const response = this.#response;
    const isApplied = response !== undefined && !isUpgrade(response);
    if (isApplied) changeHeader(response.headers, name, value, how);
    this.#pending = withHeader(this.#pending, this.#step, name, value, how, isApplied);
  }

  /** @param {number} code */
  status(code) {
    if (!Number.isInteger(code) || code < 200 || code > 599)
      throw new RangeError(`c.status: a status must be an integer from 200 to 599, not ${String(code)}`);
    this.#status = code;
  }

  /**
   * @param {string} text
   * @param {Init} [init]
   */
  text(text, init) {
    return this.#make("c.text", text, TEXT, init);
  }

  /**
   * @param {string} text
   * @param {Init} [init]
   */
  html(text, init) {
    return this.#make("c.html", text, HTML, init);
  }

  /**
   * @param {unknown} value
   * @param {Init} [init]
   */
  json(value, init) {
    return this.#make("c.json", jsonText(value), JSON_TYPE, init);
  }

  /**
   * @param {BodyInit | null} body
   * @param {Init} [init]
   */
  body(body, init) {
    return this.#make("c.body", body, NO_TYPE, init);
  }

  /**
   * @param {string | URL} location
   * @param {number} [status]
   */
  redirect(location, status = 302) {
    if (![301, 302, 303, 307, 308].includes(status))
      throw new RangeError(`c.redirect: the status must be 301, 302, 303, 307 or 308, not ${String(status)}`);
    return this.#make("c.redirect", null, NO_TYPE, { status, headers: { location: uriReference(location) } });
  }

  /**
   * @param {import("./stream.js").Source} source
   * @param {Init} [init]
   */
  stream(source, init) {
    return this.#make("c.stream", streamOf(source, this.#reporter()), NO_TYPE, init);
  }

  /**
   * @param {import("./events.js").EventSource} source
   * @param {Init} [init]
   */
  events(source, init) {
    const response = this.#make("c.events", eventStream(source, this.#reporter()), EVENTS, init);
    if (!response.headers.has("cache-control")) response.headers.set("cache-control", "no-cache");
    return response;
  }

  #reporter() {
    return (/** @type {unknown} */ error) => this.#chain.engine.report(error, this);
  }

  /** @param {(outcome: any, c: any) => any} handler */
  onOutcome(handler) {
    requireFunction("c.onOutcome: the handler", handler);
    (this.#rare ??= {}).onOutcome = handler;
  }

  notFound() {
    return (this.#chain.notFound ?? this.#chain.engine.notFound)(this);
  }

  /**
   * @param {string} call
   * @param {BodyInit | null} body
   * @param {string} type
   * @param {Init} init
   */
  #make(call, body, type, init) {
    const status = this.#status === NO_STATUS ? 200 : this.#status;
    this.#status = NO_STATUS;
    const isPlain = (typeof init !== "object" || init === null) && onlySets(this.#pending, this.#step);
    const response = isPlain
      ? this.#plainResponse(body, type, init ?? status)
      : new Response(body, this.#initOf(call, type, init, status));
    const isMixed = this.#step > 1 && hasHeaders(this.#pending, this.#step);
    this.#made = isMixed || body === null ? new Made(response, type, init, body === null) : response;
    return response;
  }

  /**
   * A response without options of its own. Setting headers one by one is faster than passing an object to Response.
   * @param {BodyInit | null} body
   * @param {string} type
   * @param {number} status
   */
  #plainResponse(body, type, status) {
    const response = new Response(body, status === 200 ? undefined : { status });
    if (type !== TEXT && type !== NO_TYPE) response.headers.set("content-type", type);
    if (this.#pending !== undefined) setAll(this.#pending, this.#step, response.headers);
    return response;
  }

  /**
   * @param {string} call
   * @param {string} type
   * @param {Init} init
   * @param {number} status unless `init` has one
   * @returns {ResponseInit}
   */
  #initOf(call, type, init, status) {
    const given = typeof init === "object" ? (init ?? {}) : { status: init };
    checkInit(call, given);
    const headers = headersFor(this.#pending, this.#step, given.headers, type);
    return { ...given, status: given.status ?? status, headers };
  }

  // ---------------------------------------------------------------- the end of a step

  /**
   * Adds the headers that a step has set to its response. The step around it becomes the active one.
   * @param {typeof APP} link
   * @param {any} given
   * @returns {Response | undefined}
   */
  #finish(link, given) {
    const isKnown = given !== undefined && (given === this.#response || given === this.#made);
    if (!isKnown && !isResponse(given)) return undefined;
    const { index } = link;
    if (this.#step < index) return given; // a step around this one has given up on it
    const inner = this.#step === index ? this.#response : undefined;
    const isMade = given !== inner && given === (this.#made instanceof Made ? this.#made.response : this.#made);
    const response = given === inner ? given : this.#adopted(link, given, inner, isMade);
    if (this.#pending !== undefined) apply(this.#pending, index, response, isMade);
    this.#made = undefined;
    if (index > 1) {
      this.#step = index - 1;
      return (this.#response = response);
    }
    const sent = response instanceof Response || isUpgrade(response) ? response : converted(response);
    this.#step = SENT;
    this.#response = undefined;
    return sent;
  }

  /**
   * A step's response, which replaces that of its `next`, with headers that the steps around it can change.
   * @param {typeof APP} link
   * @param {Response} given
   * @param {Response | undefined} inner the response of `next`
   * @param {boolean} isMade `c` made the response in this step
   */
  #adopted({ index, isWrapped }, given, inner, isMade) {
    const isInnerActive = this.#step > index;
    if (inner !== undefined && inner.body !== given.body) discard(inner);
    if (this.#pending !== undefined && (inner !== undefined || isInnerActive))
      this.#pending = withoutInner(this.#pending, index);
    if (!isMade) {
      if (given.bodyUsed) throw usedResponse();
      return (isWrapped || this.#pending !== undefined) && !isUpgrade(given) ? owned(given) : given;
    }
    if (!(this.#made instanceof Made)) return given;
    const { type, init, isEmpty } = this.#made;
    if (!isInnerActive) return isEmpty && isWrapped ? new Response(null, given) : given;
    // It was made while an inner step was active, which this step has given up on: with that step's headers, not with
    // its own.
    const fromInit = typeof init === "object" ? init : undefined;
    const { body, status, statusText } = given;
    const headers = headersFor(this.#pending, index, fromInit?.headers, type);
    return new Response(body, { ...fromInit, status, statusText, headers });
  }

  /**
   * @param {number} index
   * @param {number} heir
   * @param {Response | undefined} thrown
   */
  #abandon(index, heir, thrown) {
    const response = nextResponse(this, index);
    if (response !== undefined && response !== thrown) discard(response);
    this.#response = this.#made = undefined;
    this.#status = NO_STATUS;
    this.#pending = this.#pending && afterThrow(this.#pending, heir);
    this.#step = heir;
  }
}

function usedResponse() {
  return new TypeError(
    "a step returned a Response whose body was already read or sent: a body can be sent once, so make a new Response " +
      "for each request",
  );
}
