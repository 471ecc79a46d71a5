// One request through an app, from top to bottom:
//
//     Engine.fetch            looks up the URL: RouteTable.matchUrl returns a handler id, or the outcome of a miss
//       #contextOfHit         finds the chain, which is the middleware that covers the request and the handlers of the
//                             route, and makes `c` (for a miss: #contextOfMiss; its chain ends with #respondToMiss)
//       run                   (compose.js) calls the first step; the step's `next` runs the one after it
//         c.text, c.json ...  (context.js) make the response, with the headers that the step has set
//       returned, finish      (compose.js, context.js) add the headers that each step has set to its response
//     Response                goes to the host; for HEAD, without its body

import { badArgument, typeName } from "../base/arguments.js";
import { BAD_PATH, METHOD_NOT_ALLOWED, NOT_FOUND, PATH_TOO_LONG, REDIRECT } from "../table/outcomes.js";
import { matchResultOf } from "../table/route-table.js";
import { ChainCache, otherSpans } from "./chain-cache.js";
import { cleanUrl } from "./clean-path.js";
import { run } from "./compose.js";
import { Context, chainOf, rareOf } from "./context.js";
import { NO_MATCHES, hasScope } from "./coverage.js";
import { defaultNotFound, defaultOnError, defaultOnOutcome, outcomeResponse } from "./default-responses.js";
import { Registry } from "./registry.js";
import { headResponse } from "./response.js";

/**
 * @typedef {object} Settings
 * @property {import("../table/options.js").TableOptions} table
 * @property {number} maxBody
 * @property {(error: unknown, c: any) => void} report
 * @property {(c: any) => string | undefined} clientAddress
 * @property {{ report?: unknown, clientAddress?: unknown }} own the user's own, without defaults
 */

/** `OPTIONS *` as a URL: an authority that ends with `*` (in workerd), without a path. */
const ASTERISK_FORM = /^[a-z]+:\/\/[^/?#]*\*$/;

export class Engine {
  notFound = defaultNotFound;
  onError = defaultOnError;
  onOutcome = defaultOnOutcome;
  #table;
  /** The result of the last lookup. The next one overwrites it. */
  #match;
  #chains;
  #report;

  /** @param {Settings} settings */
  constructor({ table, maxBody, report, clientAddress, own }) {
    this.options = table;
    this.maxBody = maxBody;
    this.clientAddress = clientAddress;
    this.own = own;
    this.registry = new Registry(this, table);
    this.#table = this.registry.table;
    this.#match = matchResultOf(this.#table);
    this.#chains = this.registry.chains;
    this.#report = report;
  }

  /**
   * @param {any} request
   * @param {unknown} env
   * @param {unknown} executionCtx
   * @returns {Response | Promise<Response>}
   */
  fetch(request, env, executionCtx) {
    const method = request?.method;
    if (typeof method !== "string") throw notARequest(request);
    const { url } = request;
    if (method === "OPTIONS" && ASTERISK_FORM.test(url)) return this.#respondToAsterisk();
    const id = method === "HEAD" ? this.#matchHead(url) : this.#table.matchUrl(method, url);
    const c = id < 0
      ? this.#contextOfMiss(id, request, env, executionCtx, url)
      : this.#contextOfHit(id, request, env, executionCtx, url);
    const response = run(c);
    if (method !== "HEAD") return response;
    return response instanceof Promise ? response.then(headResponse) : headResponse(response);
  }

  /** The response to `OPTIONS *` (RFC 9110 9.3.7): the methods of all routes. */
  #respondToAsterisk() {
    const methods = this.registry.routes.map(({ method }) => method).filter((method) => method !== "*");
    return new Response(null, { status: 204, headers: { allow: allowField(methods) } });
  }

  /**
   * Looks up HEAD: as GET, unless a route for HEAD matches.
   * @param {string} url
   */
  #matchHead(url) {
    const head = this.#table.matchUrl("HEAD", url);
    if (this.#match.route?.method === "HEAD") return head;
    const get = this.#table.matchUrl("GET", url);
    const isRedirectLost = head === REDIRECT && get < 0 && get !== REDIRECT;
    return isRedirectLost ? this.#table.matchUrl("HEAD", url) : get;
  }

  /**
   * @param {number} id the handler id
   * @param {any} request
   * @param {unknown} env
   * @param {unknown} executionCtx
   * @param {string} url
   */
  #contextOfHit(id, request, env, executionCtx, url) {
    const chains = this.#chains[id];
    if (chains.fixed !== undefined)
      return new Context(chains.fixed, this.#match, undefined, request, env, executionCtx, url);
    const matches = chains.isConditional ? this.registry.coverage.match(url) : NO_MATCHES;
    const chain = chains.chainFor(this.#match.route, matches);
    return new Context(chain, this.#match, otherSpans(chain, matches), request, env, executionCtx, url);
  }

  // ---------------------------------------------------------------- misses

  /**
   * @param {number} outcome of the lookup
   * @param {any} request
   * @param {unknown} env
   * @param {unknown} executionCtx
   * @param {string} url
   */
  #contextOfMiss(outcome, request, env, executionCtx, url) {
    // A request of Node's http has a URL like "/users/42". Node would ignore the response, and the client would wait.
    if (outcome === BAD_PATH && typeof request.headers?.get !== "function") throw notARequest(request);
    const isHidden =
      outcome === METHOD_NOT_ALLOWED && this.options.methodNotAllowed === false && request.method !== "OPTIONS";
    const shown = isHidden ? NOT_FOUND : outcome;
    const chains = this.registry.missChains.get(shown) ?? this.#newMissChains(shown);
    const matches = chains.isConditional ? this.#coverageOfMiss(url, outcome) : NO_MATCHES;
    const chain = chains.chainFor(undefined, matches);
    const c = new Context(chain, this.#match, otherSpans(chain, matches), request, env, executionCtx, url);
    if (shown === METHOD_NOT_ALLOWED) rareOf(c).allow = allowField(this.#table.allow?.split(", ") ?? []);
    if (shown === REDIRECT) rareOf(c).location = this.#table.location;
    return c;
  }

  /** @param {number} outcome */
  #newMissChains(outcome) {
    const { middleware, missHandlers, missChains } = this.registry;
    const all = [...middleware, ...missHandlers];
    const conditional = new Set(all.flatMap(({ scope }) => scope ?? []));
    const respond = (/** @type {Context} */ c) => this.#respondToMiss(c);
    const chains = new ChainCache(this, all, conditional, [respond], { outcome });
    missChains.set(outcome, chains);
    return chains;
  }

  /**
   * What covers the path of a miss, and the path that the clean-path policy looks up.
   * @param {string} url
   * @param {number} outcome
   */
  #coverageOfMiss(url, outcome) {
    const { missCoverage } = this.registry;
    const matches = missCoverage.match(url);
    if (this.options.cleanPath !== "redirect" || outcome === BAD_PATH || outcome === PATH_TOO_LONG) return matches;
    const clean = cleanUrl(url, this.#match.pathStart, this.#match.pathEnd);
    if (clean === undefined) return matches;
    const others = missCoverage.match(clean.url).filter(({ scope }) => !hasScope(matches, scope));
    return [...matches, ...others.map(({ scope, spans }) => ({ scope, spans: spans.map(clean.toOriginal) }))];
  }

  /**
   * The last step in the chain of a miss.
   * @param {Context} c
   */
  #respondToMiss(c) {
    return chainOf(c).outcome === NOT_FOUND ? this.notFound(c) : outcomeResponse(c, this.onOutcome);
  }

  // ---------------------------------------------------------------- for c

  /**
   * Reports an error that no response shows. A failing report must not fail the request.
   * @param {unknown} error
   * @param {Context} c
   */
  report(error, c) {
    try {
      this.#report(error, c);
    } catch (another) {
      console.error(another);
    }
  }

  newId() {
    if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16)); // in a page that is not served over HTTPS
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
}

/** @param {any} given */
function notARequest(given) {
  const kind = given?.constructor?.name ?? typeName(given);
  return badArgument(`fetch: request must be a Request, not ${kind}; for Node's http, use @hono/node-server or srvx`);
}

/** The value of `Allow`: these methods, and those to which the app responds itself. @param {string[]} methods */
function allowField(methods) {
  const all = new Set(methods);
  if (all.has("GET")) all.add("HEAD");
  return [...all.add("OPTIONS")].sort().join(", ");
}
