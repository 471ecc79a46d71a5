import { badArgument, checkOptions, requireBoolean, requireFunction, requireInteger } from "../base/arguments.js";
import { HttpError } from "../index.js";
import { CacheApiStorage } from "./lib/cache-api-storage.js";
import { checkCacheControl } from "./lib/cache-control.js";
import { ageOf, endOf, lifetimeOf } from "./lib/cache-lifetime.js";
import { steadyClock } from "./lib/clock.js";
import { CONDITIONS, matchesIfNoneMatch, notModified } from "./lib/conditional-requests.js";
import { notify, printError } from "./lib/listener.js";
import { MemoryStorage } from "./lib/memory-storage.js";
import { hasBodyOrUpgrade, isSafe, keyOf, urlOf, varyNames } from "./lib/request-key.js";
import { BodyBuffer, discard, isBufferable, isStreamed, readAll, relay } from "./lib/response-body.js";
import { ResponseStore, release } from "./lib/response-store.js";
import { keepRunning } from "./lib/runtime-quirks.js";

/**
 * @typedef {import("#app").Context} Context
 * @typedef {import("./lib/response-store.js").Entry} Entry
 * @typedef {import("./lib/response-store.js").Start} Start
 *
 * @typedef {object} HostStorage a Cache of the Cache API: the methods that are used
 * @property {(url: string) => Promise<any>} match
 * @property {(url: string, response: any) => Promise<unknown>} put
 * @property {(url: string) => Promise<unknown>} delete
 */

/**
 * @template [C=any]
 * @typedef {object} CacheOptions
 * @property {number} [maxEntries] in memory; default 1,024. The least recently used is dropped first
 * @property {number} [maxBytes] of memory for all entries, with their keys, header fields and overhead; default 16 MiB.
 *   Each response that is being stored takes additional memory: for what its client has read so far
 * @property {number} [maxBody] bytes of one response; default 1 MiB. A longer one is not stored
 * @property {number} [maxAge] seconds for which a response is fresh that does not state its own time; default 60
 * @property {string} [cacheControl] the Cache-Control of responses with the status 200 that have no Cache-Control, no
 *   Expires and no Set-Cookie, such as "public, max-age=60". This cache obeys it too. Requests that bypass the cache
 *   do not get it
 * @property {number} [staleWhileRevalidate] seconds after that during which the old response is still served while a
 *   new one is made in the background; for responses that do not state their own. Default 0
 * @property {number} [staleIfError] seconds after that during which the old response is served if the handler fails;
 *   for responses that do not state their own. Default 0
 * @property {boolean} [cookies] true: responses do not depend on cookies, so requests with Cookie use the cache too.
 *   Default false
 * @property {(c: C) => string | undefined | Promise<string | undefined>} [key] requests with the same key get the
 *   same response; undefined: the request bypasses the cache. Default: the URL with host and query
 * @property {HostStorage | Promise<HostStorage> | (() => HostStorage | Promise<HostStorage>)} [storage] keeps
 *   responses in a Cache of the host instead of the memory of the process: `caches.default` in Workers, or
 *   `() => caches.open("name")` there, in Deno and in browsers. The host limits its size. It outlives the process.
 *   All middleware that uses the same Cache shares its keys. Default: memory
 * @property {(error: unknown, c: C) => void} [report] gets the errors that no response shows: those of a background
 *   revalidation, those of `storage`, and those that a stale response hides. Default `console.error`
 * @property {() => number} [now] milliseconds; for tests
 */

const OPTIONS = ["maxEntries", "maxBytes", "maxBody", "maxAge", "cacheControl", "staleWhileRevalidate", "staleIfError"]
  .concat(["cookies", "key", "storage", "report", "now"]);

/**
 * Keeps responses and serves them to everyone who requests the same URL, from the memory of the process (a Worker's
 * isolate) or from the host's cache.
 *
 * It stores a response to GET with the status 200 once the client has received all of it. It then also serves HEAD, and
 * responds to If-None-Match with 304 (RFC 9110 13.1.2). A response is fresh for the `s-maxage`, the `max-age` or the
 * `Expires` that it states, otherwise for `maxAge` (RFC 9111 4.2); `Age` says how old it is. It ignores the
 * Cache-Control of requests, which is only advice (RFC 9111 5.2.1).
 *
 * After that time, `stale-while-revalidate` and `stale-if-error` (RFC 5861) in Cache-Control, or the options, keep the
 * old response usable for longer. A revalidation runs the rest of the chain with a `c` of its own, for a GET without
 * the client's conditions; there is at most one at a time for each response. It continues after the client has its
 * response, which Workers allow only if the app has the execution context (the third argument of `app.fetch`). If it
 * fails (it throws, or the status is 500 or more), the old response stays until its time ends; any other result
 * replaces it. `must-revalidate` and `proxy-revalidate` disable both.
 *
 * An unsafe method (RFC 9110 9.2.1; unknown methods are unsafe) with a status from 200 to 399 drops what is stored for
 * its URL (RFC 9111 4.4). A response that a client is still reading then is not stored; nor is one whose request began
 * before that of the stored response.
 *
 * What no client ever gets from the cache:
 *
 * - a response to a request with Authorization, Cookie, Range, Upgrade or a body: these requests bypass the cache;
 * - a response that sets a cookie;
 * - a response with `Cache-Control: no-store`, `private` or `no-cache`;
 * - a response with `Vary: *`; one that varies by other fields serves only requests with the same values of these;
 * - what steps around this one do to the response: put `cors`, `requestId` and the like before the cache, and each
 *   request gets its own fields. What steps after the cache do is stored;
 * - a partial response, or one that failed or was aborted.
 *
 * Two things are up to you. A handler that uses anything else of a request (a header field with an API key, the
 * client's address) must say so, with Vary or `private`. And middleware that decides who may see a response must come
 * before the cache.
 *
 * It stores no response with Content-Encoding (not every host shows the encoded bytes), none that is sent piece by
 * piece (`text/event-stream` and the like: see `etag`), and none of more than `maxBody` bytes.
 *
 * The middleware has two methods: `stats()` counts hits, misses, and what is in memory; `clear()` drops everything in
 * memory. To drop a host's cache, call `caches.delete(name)`, if the host has it.
 * @template {Context} [C=Context]
 * @param {CacheOptions<C>} [options]
 * @returns {import("#app").MiddlewareOf<C> & {
 *   stats(): { entries?: number, bytes?: number, hits: number, misses: number },
 *   clear(): void,
 * }}
 */
export function cache(options = {}) {
  const settings = readOptions(options);
  const { memory, store } = settings;
  const middleware = async (/** @type {any} */ c, /** @type {any} */ next) => {
    const { method } = c;
    if (!isSafe(method)) return invalidate(c, next, settings);
    if ((method !== "GET" && method !== "HEAD") || isPersonal(c.request, settings)) return next();
    const key = await keyOf("cache", settings.key(c));
    if (key === undefined) return next();
    const found = await attempt(settings, c, () => store.find(key, (name) => c.header(name)));
    if (found === undefined) return fetchNew(c, next, settings, key, undefined);
    const { entry, at, now } = found;
    if (now < entry.fresh) return respond(c, entry, now);
    if (now >= entry.stale) return fetchNew(c, next, settings, key, entry);
    if (method === "GET" && store.claim(at)) keepRunning(c.executionCtx, revalidate(c, next, settings, key, at));
    return respond(c, entry, now);
  };
  const stats = () => {
    const { hits, misses } = store;
    return memory === undefined ? { hits, misses } : { entries: memory.entries, bytes: memory.bytes, hits, misses };
  };
  const clear = () => {
    if (memory === undefined) throw badArgument("cache: clear() is only for memory: use caches.delete for a storage");
    memory.clear();
    store.invalidateAll();
  };
  return Object.assign(middleware, { clear, stats });
}

/** @typedef {ReturnType<typeof readOptions>} Settings */

/** @param {CacheOptions} options */
function readOptions(options) {
  checkOptions("cache", options, OPTIONS);
  const { maxEntries = 1024, maxBytes = 16_777_216, maxBody = 1_048_576, now, cacheControl } = options;
  const { maxAge = 60, staleWhileRevalidate = 0, staleIfError = 0, key = urlOf, report = printError } = options;
  const defaults = { maxAge, staleWhileRevalidate, staleIfError };
  const numbers = { maxEntries, maxBytes, maxBody, ...defaults };
  for (const [name, value] of Object.entries(numbers)) requireInteger(`cache: ${name}`, value);
  const wall = now ?? Date.now;
  for (const [name, value] of Object.entries({ key, report, now: wall })) requireFunction(`cache: ${name}`, value);
  const hasStorage = "storage" in options;
  if (hasStorage && (options.maxEntries ?? options.maxBytes) !== undefined)
    throw badArgument("cache: maxEntries and maxBytes limit only memory; leave them out with a storage");
  const steady = steadyClock(now && [now]);
  const memory = hasStorage ? undefined : new MemoryStorage(maxEntries, maxBytes, steady);
  const storage = memory ?? new CacheApiStorage(options.storage, wall);
  return {
    cacheControl: cacheControl === undefined ? undefined : checkCacheControl("cache: cacheControl", cacheControl),
    cookies: requireBoolean("cache: cookies", options.cookies, false),
    store: new ResponseStore(storage, steady),
    ...{ maxBody, defaults, key, report, wall, memory, storage },
  };
}

/**
 * @param {Request} request
 * @param {Settings} settings
 */
function isPersonal(request, { cookies }) {
  const has = (/** @type {string} */ name) => request.headers.has(name);
  return has("authorization") || has("range") || (!cookies && has("cookie")) || hasBodyOrUpgrade(request);
}

/**
 * Runs an action of the storage. If it fails, reports that and returns undefined: the request must not fail. But a
 * `storage` that is not a Cache is an error.
 * @template T
 * @param {Settings} settings
 * @param {any} c
 * @param {() => Promise<T>} action
 */
async function attempt({ report }, c, action) {
  try {
    return await action();
  } catch (error) {
    if (/** @type {any} */ (error)?.code === "BAD_ARGUMENT") throw error;
    notify(report, error, c);
    return undefined;
  }
}

/**
 * Runs an unsafe request, and then invalidates what is stored for its key.
 * @param {any} c
 * @param {any} next
 * @param {Settings} settings
 */
async function invalidate(c, next, settings) {
  const key = await keyOf("cache", settings.key(c));
  const response = await next();
  const { status } = response;
  if (key !== undefined && status >= 200 && status < 400)
    await attempt(settings, c, () => settings.store.invalidate(key));
  return response;
}

/**
 * @param {any} c
 * @param {Entry} entry
 * @param {number} now
 */
function respond(c, entry, now) {
  const headers = new Headers(JSON.parse(entry.fields));
  headers.set("age", String(Math.max(0, Math.floor((now - entry.born) / 1000))));
  const tag = headers.get("etag");
  if (tag === null || !matchesIfNoneMatch(c, tag))
    return new Response(/** @type {BodyInit | null} */ (entry.body), { headers });
  release(entry);
  return notModified({ headers });
}

// ---------------------------------------------------------------- a new response

/**
 * Runs the rest of the chain, and stores its response once the client has received all of it.
 * @param {any} c
 * @param {any} next
 * @param {Settings} settings
 * @param {string} key
 * @param {Entry | undefined} old the stale entry, which is served if this fails
 */
async function fetchNew(c, next, settings, key, old) {
  const { store, storage, report, maxBody } = settings;
  const start = store.begin();
  let response;
  try {
    response = await next();
  } catch (error) {
    if (old === undefined || !isFailure(error)) throw error;
    notify(report, error, c);
  }
  if (old !== undefined && (response === undefined || response.status >= 500)) return respond(c, old, storage.now());
  release(old);
  const made = entryOf(c, response, settings, start);
  if (made === undefined || c.method === "HEAD") return response;
  const put = (/** @type {import("#app").Bytes} */ body) => {
    const { names, values, entry } = made;
    const putting = attempt(settings, c, () => store.put(key, names, values, { ...entry, body }, start));
    keepRunning(c.executionCtx, putting);
  };
  /** @type {BodyBuffer | undefined} */
  let copy = new BodyBuffer(maxBody);
  if (response.body === null) {
    put(copy.bytes());
    return response;
  }
  const stream = relay(response.body.getReader(), (piece, done) => {
    if (done && copy) put(copy.bytes());
    if (!copy?.add(piece)) copy = undefined;
  });
  return new Response(stream, response);
}

/** Whether an error is a failure, after which the stored response stays valid. @param {unknown} error */
function isFailure(error) {
  return !(error instanceof HttpError && error.status < 500);
}

/**
 * Runs the rest of the chain with a `c` of its own, and replaces the stored response, unless it fails. Never rejects.
 * @param {any} c
 * @param {any} next
 * @param {Settings} settings
 * @param {string} key
 * @param {string} at the entry's own key
 */
async function revalidate(c, next, settings, key, at) {
  const { store, report } = settings;
  try {
    const start = store.begin();
    const own = Object.assign(c.detached(), { request: unconditional(c) });
    /** @type {Response | undefined} */
    let response;
    try {
      response = await next(own);
    } catch (error) {
      if (isFailure(error)) throw error;
    }
    if (response !== undefined) {
      if (response.status >= 500) return discard(response.body);
      const made = entryOf(own, response, settings, start);
      const body = made && (await bytesOf(response, settings.maxBody));
      if (made && body) return await store.put(key, made.names, made.values, { ...made.entry, body }, start);
      discard(response.body);
    }
    return await store.invalidate(key);
  } catch (error) {
    return notify(report, error, c);
  } finally {
    store.unclaim(at);
  }
}

/**
 * The bytes of a body; undefined if there are more than `most`.
 * @param {Response} response
 * @param {number} most
 */
async function bytesOf({ body }, most) {
  return body === null ? new Uint8Array(0) : readAll(body.getReader(), most);
}

/**
 * The request for a revalidation: without the client's conditions, which are about its own copy, and without its abort
 * signal.
 * @param {any} c
 */
function unconditional({ request, url }) {
  const headers = new Headers(request.headers);
  for (const name of CONDITIONS) headers.delete(name);
  return new Request(request instanceof Request ? request : url, { headers, signal: null });
}

/**
 * An entry without its body; undefined if the response must not be stored.
 * @param {any} c
 * @param {Response} response
 * @param {Settings} settings
 * @param {Start} start
 */
function entryOf(c, response, { defaults, cacheControl, maxBody, wall, storage }, start) {
  const { status, headers } = response;
  if (status !== 200 || headers.has("set-cookie") || isStreamed(headers)) return undefined;
  if (cacheControl !== undefined && !headers.has("cache-control") && !headers.has("expires"))
    headers.set("cache-control", cacheControl);
  const names = varyNames(headers);
  const lifetime = lifetimeOf(headers, defaults, wall());
  if (names === undefined || !(endOf(lifetime) > 0) || !isBufferable(response, maxBody)) return undefined;
  const now = storage.now();
  /** @type {Entry} */
  const entry = {
    fields: JSON.stringify([...headers]),
    body: null,
    born: now - ageOf(headers),
    began: start.began,
    fresh: now + lifetime.fresh,
    stale: now + lifetime.stale,
    failing: now + lifetime.failing,
  };
  return { names, values: names.map((name) => c.header(name)), entry };
}
