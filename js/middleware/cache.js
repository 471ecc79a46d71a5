import { slotOf } from "../context.js";
import { setFields } from "../respond.js";
import { Gathered, relay } from "./bodies.js";
import { badArgument } from "../arguments.js";
import { count } from "./checks.js";
import { lifetime, seconds, varying } from "./freshness.js";
import { Store } from "./store.js";
import { isKnown, notModified } from "./tags.js";

/** @typedef {import("#app").Context} Context */
/** @typedef {import("./store.js").Entry} Entry */

/**
 * Keeps answers in the memory of the process (a Worker's isolate) and gives them to whoever asks for the same URL.
 *
 * What is kept: 200 answers to GET, with their bytes and header fields, once the client has got them whole. HEAD is
 * served from what GET has left there, and If-None-Match with a 304 (RFC 9110 13.1.2). An answer is good for the
 * `s-maxage`, the `max-age` or the `Expires` that it states, or else for `maxAge` (RFC 9111 4.2); `Age` says how old it
 * is. A request's own Cache-Control is not heeded, as it is advice (RFC 9111 5.2.1). A method that may change something
 * and succeeds drops what is kept for its URL (RFC 9111 4.4).
 *
 * What one client never gets from another:
 *
 * - an answer to a request with Authorization, or with Cookie: such requests pass by, neither stored nor served;
 * - an answer that sets a cookie;
 * - an answer with `Cache-Control: no-store`, `private` or `no-cache`, or `max-age=0`;
 * - an answer with `Vary: *`; one that varies by other fields goes only to requests that have the same values in them
 *   (also where it was middleware in front of the cache that said so);
 * - header fields that middleware in front of the cache sets by `c.header` before it goes on, such as a request id or
 *   those of CORS: each request has its own;
 * - a part of an answer, or one that failed or was left on the way.
 *
 * What only you can know: a handler that looks at anything else of a request (a header of its own for keys, the
 * client's address) must say so, by Vary or `private`; and what decides who may see an answer stands in front of the
 * cache.
 *
 * Also passed by: requests with Range, answers with Content-Encoding (hosts differ in whether their bytes can be seen)
 * and those of more than `maxBody` bytes.
 *
 * The middleware has a function `clear()`, which drops everything, and `stats()`.
 * @param {object} [options]
 * @param {number} [options.maxEntries] default 1,024. What was not asked for the longest goes first
 * @param {number} [options.maxBytes] of all entries, with keys and header fields; default 16 MiB. Answers on their
 *   way in come on top, each with what its client has taken so far
 * @param {number} [options.maxBody] of one answer; default 1 MiB
 * @param {number} [options.maxAge] seconds that an answer is good for that does not say it; default 60
 * @param {boolean} [options.cookies] true: the answers do not depend on cookies, so requests with Cookie are as good as
 *   others. Default false
 * @param {() => number} [options.now] milliseconds; default `Date.now`
 * @param {(c: Context) => string | undefined} [options.key] what has the same key has the same answer; undefined: pass
 *   by. Default: the URL as it is, with host and query
 */
export function cache(options = {}) {
  const settings = readOptions(options);
  const store = new Store(settings.maxEntries, settings.maxBytes);
  const middleware = (/** @type {Context} */ c) => {
    const { method } = c;
    if (method !== "GET" && method !== "HEAD") return SAFE.has(method) ? c.next() : change(c, store, settings);
    const key = isPersonal(c, settings) ? undefined : settings.key(c);
    if (key === undefined) return c.next();
    const now = settings.now();
    const entry = store.find(key, (name) => c.header(name), now);
    if (entry !== undefined) return answer(c, entry, now);
    return method === "HEAD" ? c.next() : fill(c, store, settings, key);
  };
  return Object.assign(middleware, { clear: () => store.clear(), stats: () => store.stats() });
}

/** @typedef {ReturnType<typeof readOptions>} Settings */

/** @param {NonNullable<Parameters<typeof cache>[0]>} options */
function readOptions({ maxEntries = 1024, maxBytes = 16_777_216, maxBody = 1_048_576, maxAge = 60, ...rest }) {
  const { cookies = false, now = Date.now, key = (c) => c.url } = rest;
  for (const [name, value] of Object.entries({ maxEntries, maxBytes, maxBody, maxAge })) count(`cache: ${name}`, value);
  if (typeof key !== "function") throw badArgument(`cache: key is a function of the request, not ${typeof key}`);
  return { maxEntries, maxBytes, maxBody, maxAge, cookies, now, key };
}

/** Methods that change nothing (RFC 9110 9.2.1). */
const SAFE = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/**
 * @param {Context} c
 * @param {Settings} settings
 */
function isPersonal(c, { cookies }) {
  const has = (/** @type {string} */ name) => c.header(name) !== undefined;
  return has("authorization") || has("range") || (!cookies && has("cookie"));
}

/**
 * @param {Context} c
 * @param {Store} store
 * @param {Settings} settings
 */
async function change(c, store, settings) {
  const key = settings.key(c);
  const response = await c.next();
  if (key !== undefined && response.status >= 200 && response.status < 400) store.delete(key);
  return response;
}

/**
 * @param {Context} c
 * @param {Entry} entry
 * @param {number} now
 */
function answer(c, entry, now) {
  const headers = new Headers(entry.fields);
  headers.set("age", String(Math.max(0, Math.floor((now - entry.born) / 1000))));
  const tag = headers.get("etag");
  if (tag !== null && isKnown(c, tag)) return notModified(c, headers);
  return new Response(c.method === "HEAD" ? null : entry.body, { headers });
}

// ---------------------------------------------------------------- a new entry

/**
 * @param {Context} c
 * @param {Store} store
 * @param {Settings} settings
 * @param {string} key
 */
async function fill(c, store, settings, key) {
  const { epoch } = store;
  const outside = new Headers();
  const before = slotOf(/** @type {any} */ (c)).fieldsEnd;
  setFields(slotOf(/** @type {any} */ (c)), outside, 0);
  const response = await c.next();
  const slot = slotOf(/** @type {any} */ (c));
  const seen = new Headers(response.headers); // by the client: the fields are set when the request ends
  setFields(slot, seen, 0);
  const now = settings.now();
  const stated = [response.headers, seen];
  const life = Math.min(...stated.map((headers) => lifetime(headers, settings.maxAge, now)));
  const names = varying(stated);
  if (!(life > 0) || names === undefined || !storable(response, seen, settings.maxBody)) return response;
  const own = ownFields(response.headers, outside, slot, before);
  const entry = { fields: [...own], born: now - 1000 * seconds(seen.get("age")), end: now + life };
  const values = names.map((name) => c.header(name));
  return keepCopy(response, settings.maxBody, (body) => {
    if (epoch === store.epoch) store.put(key, names, values, { ...entry, body });
  });
}

/**
 * @param {Response} response
 * @param {Headers} seen
 * @param {number} most
 */
function storable({ status, bodyUsed, headers }, seen, most) {
  return (
    status === 200 &&
    !bodyUsed &&
    !headers.has("set-cookie") &&
    !seen.has("set-cookie") &&
    !seen.has("content-encoding") &&
    !seen.get("content-type")?.toLowerCase().startsWith("text/event-stream") &&
    !(Number(seen.get("content-length")) > most)
  );
}

/**
 * The fields of a response that belong to it, not to the request: without what was set in front of the cache, which may
 * stand among other values of the same field, and with what will be set when the request ends.
 * @param {Headers} headers
 * @param {Headers} outside
 * @param {import("../request-slot.js").RequestSlot} slot
 * @param {number} later where the fields begin that were set behind the cache
 */
function ownFields(headers, outside, slot, later) {
  const own = new Headers(headers);
  for (const [name, value] of outside) {
    const others = `, ${own.get(name) ?? ""}, `.replace(`, ${value}, `, () => ", ").slice(2, -2);
    if (others === "") own.delete(name);
    else own.set(name, others);
  }
  setFields(slot, own, later);
  return own;
}

/**
 * The response, of whose body a copy is kept when it has passed whole.
 * @param {Response} response
 * @param {number} most
 * @param {(body: Uint8Array<ArrayBuffer>) => void} keep
 */
function keepCopy(response, most, keep) {
  /** @type {Gathered | undefined} */
  let gathered = new Gathered(most);
  if (response.body === null) {
    keep(gathered.bytes());
    return response;
  }
  const stream = relay(response.body.getReader(), (piece, done) => {
    if (done && gathered) keep(gathered.bytes());
    if (!gathered?.add(piece)) gathered = undefined;
  });
  return new Response(stream, response);
}
