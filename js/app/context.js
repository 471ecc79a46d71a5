// `c`, the argument of every step: one object per request, which belongs to it for as long as anyone holds it. This
// file also runs the steps of a chain around each other.
//
//     step 1          step 2          step 3: the handler
//       before ──next──> before ──next──> makes a response
//                                           │ its fields
//                        after  <───────────┘
//                          │ the fields that step 2 had set before; then those that it sets now, at once
//       after  <───────────┘
//         │
//         └──> the host
//
// The active step is the innermost one that has not returned, identified by its index. If a step finds a lower index, a
// step around it has given it up: that one returned or threw without waiting.

import { badArgument, checkOptions } from "../base/arguments.js";
import { BAD_PATH, PATH_TOO_LONG } from "../table/outcomes.js";
import { bodyForm, bodyJson, bodyText, readBody } from "./body.js";
import { cookieOf, cookiesOf, deletedCookie, cookieText } from "./cookies.js";
import { EVENTS, eventsOf } from "./events.js";
import {
  APPEND,
  REMOVE,
  SET,
  afterThrow,
  apply,
  change,
  checkedField,
  hasFields,
  headersFor,
  onlySets,
  savepoint,
  setAll,
  withField,
  withoutInner,
} from "./fields.js";
import { HttpError } from "./http-error.js";
import { pathOf } from "./path.js";
import { queryOf, queryValue } from "./query.js";
import { uriReference } from "./reference.js";
import {
  JSON_TEXT,
  MARKUP,
  NO_TYPE,
  TEXT,
  checkInit,
  converted,
  discard,
  isPromise,
  isResponse,
  isUpgrade,
  jsonText,
  own,
} from "./response.js";
import { streamOf } from "./stream.js";

/**
 * @typedef {import("./chain.js").Chain} Chain
 * @typedef {import("./chain.js").Link} Link
 * @typedef {import("./fields.js").Fields} Fields
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
 * @property {unknown} [origin] the `c` that this one was detached from
 */

/** The step that is active while the app itself responds: to an error. */
const APP = 0;

/** The active step once the response has been given to the host. */
const SENT = -1;

const OWN_KEY = { enumerable: true, writable: true, configurable: true };

/**
 * A step that was called. Its `next` and what waits for it are functions bound to this: each takes half of a closure.
 */
class Call {
  /**
   * @param {Context} c
   * @param {Link} link
   */
  constructor(c, link) {
    this.c = c;
    this.link = link;
    /** The result of `next`; undefined: it was not called. @type {unknown} */
    this.given = undefined;
    /** The step's result, if it is a promise. @type {Promise<Response> | undefined} */
    this.promise = undefined;
  }
}

/** The result of a `next` that still runs. */
const NOTHING = null;

/** What `next` threw. */
class Failure {
  /** @param {unknown} error */
  constructor(error) {
    this.error = error;
  }
}

/** A response that `c` has made with fields of the active step, or without a body, and what it was made of. */
class Made {
  /**
   * @param {Response} response
   * @param {string} type
   * @param {Init} init
   * @param {boolean} isEmpty has no body: a handler may keep it, and return it to other requests
   */
  constructor(response, type, init, isEmpty) {
    this.response = response;
    this.type = type;
    this.init = init;
    this.isEmpty = isEmpty;
  }
}

/** @param {Response | Made | undefined} made */
function responseOf(made) {
  return made instanceof Made ? made.response : made;
}

/** The key where nothing was stored. */
const NO_KEY = Symbol("no key");

function strangeNext() {
  return badArgument("next() takes nothing, or what c.detached() gave; to fail with an error, throw it");
}

function secondNext() {
  return badArgument("next() was called a second time; it runs the rest of the chain once");
}

function lateNext() {
  return badArgument("next() was called after its step, or one around it, had ended");
}

/** The `next` of the last step of a chain: nothing comes after it. */
function noNext() {
  throw badArgument("next() was called by the last step: no step comes after it");
}

/** @param {unknown} result */
function notAResponse(result) {
  const what = result === null ? "null" : typeof result === "object" ? "an object" : typeof result;
  const nothing = "nothing, and did not call next: return a Response, or declare next, as in (c, next) => next()";
  return new TypeError(
    result === undefined
      ? `a step returned ${nothing}`
      : `a step returned ${what} instead of a Response: return c.text(...), c.json(...), a Response of your own, or ` +
        "what next() gave",
  );
}

function usedResponse() {
  return new TypeError(
    "a step returned a Response whose body was read or sent already: a body can be sent once, so make one per request",
  );
}

/** @param {number} code */
function checkedStatus(code) {
  if (Number.isInteger(code) && code >= 200 && code <= 599) return code;
  throw new RangeError(`c.status: a status is an integer from 200 to 599, not ${String(code)}`);
}

const NO_STATUS = 0;

function nothing() {}

/** A span is packed into a small integer where its start and its length have no more bits than these. */
const SPAN_BITS = 15;
const SPAN_MASK = (1 << SPAN_BITS) - 1;

/** No span, and a span in `#more`, with those beyond the fourth. */
const NO_SPAN = -1;
const ELSEWHERE = -2;

/** @type {number[]} */
const NO_SPANS = [];

/**
 * @param {number} start
 * @param {number} end
 */
function packed(start, end) {
  if (start < 0) return NO_SPAN;
  const length = end - start;
  return start > SPAN_MASK || length > SPAN_MASK ? ELSEWHERE : (start << SPAN_BITS) | length;
}

// For the rest of the app layer only: steps must not do this.

/** Runs a request's chain. @type {(c: Context) => Response | Promise<Response>} */
export let start;
/** @type {(c: Context) => Chain} */
export let chainOf;
/** @type {(c: Context) => Rare} */
export let rareOf;

export class Context {
  /** @type {any} */
  request;
  /** @type {any} */
  env;
  /** @type {any} */
  executionCtx;
  /** @type {string} */
  url;
  /** What all requests share that match the same route and run the same middleware. @type {Chain} */
  #chain;
  /** Where the path lies in the URL. */
  #path;
  /** The spans of the first four parameters; all spans are in `#more` if there are others or one has no room here. */
  #span0 = NO_SPAN;
  #span1 = NO_SPAN;
  #span2 = NO_SPAN;
  #span3 = NO_SPAN;
  /** @type {number[] | undefined} start and end of each */
  #more;
  /** The first value stored; once there is a second, the map has both. */
  /** @type {unknown} */
  #key = NO_KEY;
  /** @type {unknown} */
  #value;
  /** @type {Map<unknown, unknown> | undefined} */
  #values;
  /** @type {Fields} */
  #fields;
  /** The index of the active step. */
  #step = APP;
  /** The result of the active step's `next`; undefined before that. @type {Response | undefined} */
  #response;
  /** The last response that `c` has made in the active step. @type {Response | Made | undefined} */
  #made;
  /** For the response that `c` makes next. */
  #status = NO_STATUS;
  /** @type {Rare | undefined} */
  #rare;

  /**
   * @param {Chain} chain
   * @param {MatchResult | undefined} found the lookup that led here; undefined: that is copied from another `c`
   * @param {number[] | undefined} others
   * @param {any} request
   * @param {any} env
   * @param {any} executionCtx
   * @param {string} url
   */
  constructor(chain, found, others, request, env, executionCtx, url) {
    this.request = request;
    this.env = env;
    this.executionCtx = executionCtx;
    this.url = url;
    this.#chain = chain;
    this.#path = ELSEWHERE;
    if (found !== undefined) this.#read(found, others);
  }

  static {
    start = (c) => c.#run(c.#chain.first);
    chainOf = (c) => c.#chain;
    rareOf = (c) => (c.#rare ??= {});
  }

  // ---------------------------------------------------------------- the request

  get method() {
    return this.request.method;
  }

  get path() {
    if (this.#path === ELSEWHERE) return pathOf(this.url);
    return this.#cut(this.#path) || "/";
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
    const index = this.#chain.indexOf(key);
    const raw = this.#raw(index);
    return raw === undefined || !raw.includes("%") ? raw : this.#chain.decoded(index, raw);
  }

  /** @param {string | number} key */
  rawParam(key) {
    return this.#raw(this.#chain.indexOf(key));
  }

  params() {
    /** @type {Record<string, string | undefined>} */
    const values = {};
    for (const [i, name] of this.#chain.names.entries()) {
      const raw = this.#raw(i);
      if (raw === undefined) continue;
      const value = raw.includes("%") ? this.#chain.decoded(i, raw) : raw;
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

  /** @param {string} [name] */
  query(name) {
    const end = this.#pathEnd();
    return name === undefined ? queryOf(this.url, end) : queryValue(this.url, end, name);
  }

  #pathEnd() {
    if (this.#path === ELSEWHERE) return this.url.search(/[?#]|$/);
    return (this.#path >> SPAN_BITS) + (this.#path & SPAN_MASK);
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

  // ---------------------------------------------------------------- spans

  /**
   * Takes over what a lookup has found: its spans are overwritten by the next one.
   * @param {MatchResult} found
   * @param {number[] | undefined} others the spans of names that only middleware's patterns have: start and end of each
   */
  #read(found, others) {
    const { outcome } = found;
    if (outcome !== BAD_PATH && outcome !== PATH_TOO_LONG) this.#path = packed(found.pathStart, found.pathEnd);
    const count = found.paramCount;
    if (count > 0) this.#span0 = packed(found.startOf(0), found.endOf(0));
    if (count > 1) this.#span1 = packed(found.startOf(1), found.endOf(1));
    if (count > 2) this.#span2 = packed(found.startOf(2), found.endOf(2));
    if (count > 3) this.#span3 = packed(found.startOf(3), found.endOf(3));
    const long = Math.min(this.#span0, this.#span1, this.#span2, this.#span3) === ELSEWHERE;
    if (count > 4 || long || others !== undefined) this.#more = this.#allSpans(found, others ?? NO_SPANS);
  }

  /**
   * @param {MatchResult} found
   * @param {number[]} others
   */
  #allSpans(found, others) {
    const spans = [];
    for (let i = 0; i < this.#chain.ownNames; i++) spans.push(found.paramStart(i), found.paramEnd(i));
    for (const place of others) spans.push(place);
    return spans;
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
    return span === NO_SPAN || index > 3 ? undefined : this.#cut(span);
  }

  /** @param {number} span */
  #cut(span) {
    const start = span >> SPAN_BITS;
    return this.url.substring(start, start + (span & SPAN_MASK));
  }

  // ---------------------------------------------------------------- what the request carries along

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
   * Returns a function that undoes what is set until it is called: values, header fields, cookies, the status. For
   * middleware that tries alternatives; only before `next`.
   */
  savepoint() {
    const fields = savepoint(this.#fields);
    const key = this.#key;
    const value = this.#value;
    const values = this.#values && new Map(this.#values);
    return () => {
      this.#fields = this.#fields && fields(this.#fields);
      this.#key = key;
      this.#value = value;
      this.#values = values && new Map(values);
      this.#status = NO_STATUS;
      this.#made = undefined;
    };
  }

  /**
   * A `c` of its own, to run the rest of the chain with: `next(c.detached())`.
   * @param {any} [request] for the same URL; default: the same
   */
  detached(request = this.request) {
    const { env, executionCtx, url } = this;
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
    c.#rare = { ...this.#rare, origin: this };
    c.#step = this.#step;
    return c;
  }

  // ---------------------------------------------------------------- steps

  /**
   * Runs a step and those after it.
   * @param {Link} link
   * @returns {Response | Promise<Response>}
   */
  #run(link) {
    this.#step = link.index;
    this.#response = this.#made = undefined;
    const { step, takesNext, after } = link;
    const call = takesNext && after !== undefined ? new Call(this, link) : undefined;
    const next = call !== undefined ? Context.#next.bind(call) : takesNext ? noNext : undefined;
    let result;
    let isLater;
    try {
      result = step(this, next);
      isLater = !(result instanceof Response) && isPromise(result);
    } catch (error) {
      return this.#failed(link, error);
    }
    return isLater ? Context.#waited(call ?? new Call(this, link), result) : this.#returned(link, result, call);
  }

  /**
   * `next`: runs the rest of the chain.
   * @this {Call}
   * @param {unknown} [other] a `c` to run it on
   * @returns {any}
   */
  static #next(other) {
    const { link } = this;
    if (this.given !== undefined) throw secondNext();
    const c = other === undefined ? this.c : this.c.#detached(other);
    this.given = NOTHING;
    if (c.#step !== link.index || c.#response !== undefined) throw lateNext();
    try {
      return (this.given = c.#run(/** @type {Link} */ (link.after)));
    } catch (error) {
      this.given = new Failure(error);
      throw error;
    }
  }

  /**
   * @param {unknown} given to `next`
   * @returns {Context}
   */
  #detached(given) {
    if (given === this) return this;
    if (given instanceof Context && given.#rare?.origin === this) return given;
    throw strangeNext();
  }

  /**
   * Continues when a step's promise settles. If nobody awaits the result, its failure is ignored.
   * @param {Call} call
   * @param {any} result
   * @returns {Promise<Response>}
   */
  static #waited(call, result) {
    return (call.promise = Promise.resolve(result).then(Context.#resolved.bind(call), Context.#rejected.bind(call)));
  }

  /**
   * @this {Call}
   * @param {unknown} value
   */
  static #resolved(value) {
    try {
      return this.c.#returned(this.link, value, this);
    } catch (error) {
      this.promise?.catch(nothing);
      throw error;
    }
  }

  /**
   * @this {Call}
   * @param {unknown} error
   */
  static #rejected(error) {
    this.promise?.catch(nothing);
    return this.c.#failed(this.link, error);
  }

  /**
   * Continues with the result of a step that has returned.
   * @param {Link} link
   * @param {any} result
   * @param {Call | undefined} call
   * @returns {Response | Promise<Response>}
   */
  #returned(link, result, call) {
    try {
      const response = result === undefined && call !== undefined ? this.#given(call) : result;
      const isKnown = response !== undefined && (response === this.#response || response === this.#made);
      // If the active step is lower, a step around this one has given it up.
      if (isKnown || isResponse(response)) return this.#step < link.index ? response : this.#came(link, response);
      if (isPromise(response)) return this.#promised(link, response, call); // it called next without waiting
    } catch (error) {
      return this.#failed(link, error);
    }
    return this.#failed(link, notAResponse(result));
  }

  /**
   * What `next` gave to a step that returned nothing.
   * @param {Call} call
   */
  #given({ link, given }) {
    if (this.#step === link.index && this.#response !== undefined) return this.#response;
    if (given instanceof Failure) throw given.error;
    return given === NOTHING ? undefined : given;
  }

  /**
   * @param {Link} link
   * @param {any} response
   * @param {Call | undefined} call
   */
  #promised(link, response, call) {
    call?.promise?.catch(nothing);
    return Context.#waited(new Call(this, link), response);
  }

  /**
   * A step has a response, which now gets the fields that the step has set.
   * @param {Link} link
   * @param {Response} response
   * @returns {Response}
   */
  #came(link, response) {
    const { index } = link;
    const made = this.#made;
    let isMade = false;
    const inner = this.#step === index ? this.#response : undefined;
    if (response !== inner) {
      if (inner !== undefined && inner.body !== response.body) discard(inner);
      if (this.#fields !== undefined && (inner !== undefined || this.#step > index))
        this.#fields = withoutInner(this.#fields, index);
      if (response !== responseOf(made)) {
        if (response.bodyUsed) throw usedResponse();
        if (link.isWrapped || this.#fields !== undefined) response = this.#owned(response);
      } else if (made instanceof Made) {
        isMade = true;
        if (this.#step > index) response = this.#remade(index, made);
        else if (made.isEmpty && link.isWrapped) response = new Response(null, response);
      } else {
        isMade = true;
      }
    }
    if (this.#fields !== undefined) apply(this.#fields, index, response, isMade);
    if (index === 1) return this.#sent(response);
    this.#step = index - 1;
    this.#response = response;
    this.#made = undefined;
    return response;
  }

  /**
   * `c` has made a response while an inner step, since given up, was still running: with that step's fields instead of
   * this one's.
   * @param {number} index
   * @param {Made} made
   */
  #remade(index, { response, type, init }) {
    const given = typeof init === "object" ? init : undefined;
    const { body, status, statusText } = response;
    const headers = headersFor(this.#fields, index, given?.headers, type);
    return new Response(body, { ...given, status, statusText, headers });
  }

  /** @param {Response} response */
  #owned(response) {
    return isUpgrade(response) ? response : own(response);
  }

  /**
   * A step has failed: a step around it may catch that; otherwise the app responds.
   * @param {Link} link
   * @param {unknown} error
   * @returns {Response | Promise<Response>}
   */
  #failed(link, error) {
    const { index } = link;
    if (this.#step < index) throw error;
    if (isResponse(error)) {
      this.#drop(index, error);
      this.#inherit(index);
      try {
        return this.#came(link, error);
      } catch (another) {
        error = another; // its body or fields cannot be read
      }
    }
    this.#drop(index, undefined);
    this.#inherit(index - 1);
    this.#step = index - 1;
    if (index > 1) throw error;
    return this.#respondTo(error);
  }

  /**
   * Forgets the results of a step and those inside it.
   * @param {number} index
   * @param {Response | undefined} thrown may be the response itself
   */
  #drop(index, thrown) {
    if (this.#step === index && this.#response !== undefined && this.#response !== thrown) discard(this.#response);
    this.#response = this.#made = undefined;
    this.#status = NO_STATUS;
    this.#step = index;
  }

  /** @param {number} heir the step that gets the fields of one that has thrown */
  #inherit(heir) {
    this.#fields = this.#fields && afterThrow(this.#fields, heir);
  }

  // ---------------------------------------------------------------- the app itself

  /**
   * No step has caught an error.
   * @param {unknown} error
   * @returns {Response | Promise<Response>}
   */
  #respondTo(error) {
    (this.#rare ??= {}).error = error;
    let result;
    try {
      result = this.#chain.engine.onError(error, this);
      if (result instanceof Response || !isPromise(result)) return this.#responded(result);
    } catch (another) {
      return this.#gaveUp(another);
    }
    const responded = Promise.resolve(result).then((value) => this.#responded(value));
    return responded.catch((another) => this.#gaveUp(another));
  }

  /** @param {any} result of onError */
  #responded(result) {
    if (!isResponse(result)) return this.#gaveUp(notAResponse(result));
    let response = result;
    if (response !== responseOf(this.#made) && this.#fields !== undefined) response = this.#owned(response);
    if (this.#fields !== undefined) apply(this.#fields, APP, response, response === responseOf(this.#made));
    return this.#sent(response);
  }

  /**
   * onError itself has failed.
   * @param {unknown} error
   * @returns {Response}
   */
  #gaveUp(error) {
    this.#inherit(APP);
    try {
      if (isResponse(error)) return this.#responded(error);
    } catch (another) {
      error = another;
    }
    this.#chain.engine.report(error, this);
    return this.#responded(new Response("500 Internal Server Error", { status: 500 }));
  }

  /**
   * The response goes to the host.
   * @param {Response} response
   */
  #sent(response) {
    const given = response instanceof Response || isUpgrade(response) ? response : converted(response);
    this.#step = SENT;
    this.#response = this.#made = undefined;
    return given;
  }

  // ---------------------------------------------------------------- the response

  /**
   * @param {string} name
   * @param {string | undefined} [value]
   * @param {{ append?: boolean }} [options]
   */
  header(name, value, options) {
    if (arguments.length === 1) return this.request.headers.get(name) ?? undefined;
    const key = checkedField("c.header", name, value);
    if (options !== undefined) checkOptions("c.header", options, ["append"]);
    const appended = options?.append === true || key === "set-cookie"; // a cookie never replaces another one
    this.#setField(key, value ?? "", value === undefined ? REMOVE : appended ? APPEND : SET);
    return undefined;
  }

  /**
   * @param {string} name
   * @param {string} value
   * @param {{ path?: string }} [options]
   */
  setCookie(name, value, options) {
    this.#setField("set-cookie", cookieText(name, value, options), APPEND);
  }

  /**
   * @param {string} name
   * @param {{ path?: string }} [options]
   */
  deleteCookie(name, options) {
    this.#setField("set-cookie", deletedCookie(name, options), APPEND);
  }

  /**
   * @param {string} name
   * @param {string} value
   * @param {number} how
   */
  #setField(name, value, how) {
    if (this.#step === SENT) throw badArgument(`the field ${name} was set after the response had been sent`);
    const response = this.#response;
    const applied = response !== undefined && !isUpgrade(response);
    if (applied) change(response.headers, name, value, how);
    this.#fields = withField(this.#fields, this.#step, name, value, how, applied);
  }

  /** @param {number} code */
  status(code) {
    this.#status = checkedStatus(code);
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
    return this.#make("c.html", text, MARKUP, init);
  }

  /**
   * @param {unknown} value
   * @param {Init} [init]
   */
  json(value, init) {
    return this.#make("c.json", jsonText(value), JSON_TEXT, init);
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
      throw new RangeError(`c.redirect: ${String(status)} is not a status that redirects: 301, 302, 303, 307 or 308`);
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
    const response = this.#make("c.events", eventsOf(source, this.#reporter()), EVENTS, init);
    if (!response.headers.has("cache-control")) response.headers.set("cache-control", "no-cache");
    return response;
  }

  #reporter() {
    return (/** @type {unknown} */ error) => this.#chain.engine.report(error, this);
  }

  /** @param {(outcome: any, c: any) => any} handler */
  onOutcome(handler) {
    if (typeof handler !== "function") throw badArgument(`c.onOutcome takes a function, not ${typeof handler}`);
    (this.#rare ??= {}).onOutcome = handler;
  }

  notFound() {
    return this.#chain.notFound(this);
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
    const isPlain = (typeof init !== "object" || init === null) && onlySets(this.#fields, this.#step);
    const response = isPlain
      ? this.#plainResponse(body, type, init ?? status)
      : new Response(body, this.#initOf(call, type, init, status));
    const isMixed = this.#step > 1 && hasFields(this.#fields, this.#step);
    this.#made = isMixed || body === null ? new Made(response, type, init, body === null) : response;
    return response;
  }

  /**
   * Setting fields one by one takes less time than letting Response read them from an object.
   * @param {BodyInit | null} body
   * @param {string} type
   * @param {number} status
   */
  #plainResponse(body, type, status) {
    const response = new Response(body, status === 200 ? undefined : { status });
    if (type !== TEXT && type !== NO_TYPE) response.headers.set("content-type", type);
    if (this.#fields !== undefined) setAll(this.#fields, this.#step, response.headers);
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
    const headers = headersFor(this.#fields, this.#step, given.headers, type);
    return { ...given, status: given.status ?? status, headers };
  }
}
