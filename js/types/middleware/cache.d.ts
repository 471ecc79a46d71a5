import { HostCache } from "./host-cache.js";
import { urlOf } from "./identity.js";
import { Memory } from "./memory.js";
import { Store } from "./store.js";
export type Context = import("#app").Context;
export type Entry = import("./store.js").Entry;
export type Ticket = import("./store.js").Ticket;
export type HostStorage = {
    match: (url: string) => Promise<any>;
    put: (url: string, response: any) => Promise<unknown>;
    delete: (url: string) => Promise<unknown>;
};
export type CacheOptions<C = any> = {
    /**
     * in memory; default 1,024. The least recently used is dropped first
     */
    maxEntries?: number;
    /**
     * of memory for all entries, with their keys, header fields and overhead; default 16 MiB.
     * Responses that are being stored come on top, each with what its client has read so far
     */
    maxBytes?: number;
    /**
     * bytes of one response; default 1 MiB. A longer one is not stored
     */
    maxBody?: number;
    /**
     * seconds for which a response is fresh if it does not say so; default 60
     */
    maxAge?: number;
    /**
     * the Cache-Control of responses with the status 200 that have neither Cache-Control
     * nor Expires nor Set-Cookie, such as "public, max-age=60". This cache obeys it too. Requests that bypass the cache
     * do not get it
     */
    cacheControl?: string;
    /**
     * seconds after that during which the old response is still served while a
     * new one is made in the background; for responses that do not say so. Default 0
     */
    staleWhileRevalidate?: number;
    /**
     * seconds after that during which the old response is served if the handler fails;
     * for responses that do not say so. Default 0
     */
    staleIfError?: number;
    /**
     * true: responses do not depend on cookies, so requests with Cookie use the cache too.
     * Default false
     */
    cookies?: boolean;
    /**
     * requests with the same key get the
     * same response; undefined: bypass. Anything but a string, undefined or a promise of one is an error. Default: the
     * URL with host and query
     */
    key?: (c: C) => string | undefined | Promise<string | undefined>;
    /**
     * keeps
     * responses in a Cache of the host instead of the memory of the process: `caches.default` in Workers, or
     * `() => caches.open("name")` there, in Deno and in browsers. The host limits its size. It outlives the process, and
     * all middleware that uses it shares its keys. Default: memory
     */
    storage?: HostStorage | Promise<HostStorage> | (() => HostStorage | Promise<HostStorage>);
    /**
     * gets errors that no response shows: of a background revalidation,
     * of `storage`, and those that a stale response hid. Default `console.error`
     */
    report?: (error: unknown, c: C) => void;
    /**
     * milliseconds; for tests
     */
    now?: () => number;
};
/**
 * Keeps responses and serves them to everybody who requests the same URL, from the memory of the process (a Worker's
 * isolate) or from the host's cache.
 *
 * It stores responses to GET with the status 200, once the client has received all of them. They also serve HEAD, and
 * If-None-Match with a 304 (RFC 9110 13.1.2). A response is fresh for the `s-maxage`, the `max-age` or the `Expires`
 * that it states, otherwise for `maxAge` (RFC 9111 4.2); `Age` says how old it is. It ignores a request's own
 * Cache-Control (which is advice: RFC 9111 5.2.1).
 *
 * After that time, `stale-while-revalidate` and `stale-if-error` (RFC 5861) in Cache-Control, or the options, keep the
 * old response usable a while longer. A revalidation runs the rest of the chain with a `c` of its own, for a GET
 * without the client's conditions; one at a time for each response. It goes on after the client's response was sent,
 * which Workers allow only if the app has the execution context (the third argument of `app.fetch`). If it fails
 * (throws, or ends with a status of 500 or more) the old response stays until its time ends; any other result replaces
 * it. `must-revalidate` and `proxy-revalidate` rule both out.
 *
 * An unsafe method (RFC 9110 9.2.1; unknown methods are unsafe) drops what is stored for its URL if it succeeds with a
 * status from 200 to 399 (RFC 9111 4.4). Responses that are still being read by then are not stored; nor is a response
 * to a request that began before that of the stored one.
 *
 * What one client never gets from another:
 *
 * - a response to a request with Authorization, Cookie, Range, Upgrade or a body: such requests bypass the cache;
 * - a response that sets a cookie;
 * - a response with `Cache-Control: no-store`, `private` or `no-cache`;
 * - a response with `Vary: *`; one that varies by other fields goes only to requests with the same values in them;
 * - what steps around this one do to the response: put `cors`, `requestId` and the like before the cache, and each
 *   request gets its own fields. What steps after the cache do is stored;
 * - a partial response, or one that failed or was aborted.
 *
 * Two things only you can know. A handler that looks at anything else of a request (a header with an API key, the
 * client's address) must say so, with Vary or `private`. And middleware that decides who may see a response belongs
 * before the cache.
 *
 * It does not store responses with Content-Encoding (not every host shows their bytes), those sent piece by piece
 * (`text/event-stream` and the like: see `etag`), and those of more than `maxBody` bytes.
 *
 * The middleware has two functions: `stats()` counts hits, misses, and what is in memory; `clear()` drops everything in
 * memory. To drop a host's cache, use `caches.delete(name)`, where the host has it.
 * @template {Context} [C=Context]
 * @param {CacheOptions<C>} [options]
 * @returns {import("#app").MiddlewareOf<C> & {
 *   stats(): { entries?: number, bytes?: number, hits: number, misses: number },
 *   clear(): void,
 * }}
 */
export declare function cache<C extends Context = Context>(options?: CacheOptions<C>): import("#app").MiddlewareOf<C> & {
    stats(): {
        entries?: number;
        bytes?: number;
        hits: number;
        misses: number;
    };
    clear(): void;
};
export type Settings = ReturnType<typeof readOptions>;
/** @typedef {ReturnType<typeof readOptions>} Settings */
/** @param {CacheOptions} options */
declare function readOptions(options: CacheOptions): {
    cacheControl: string | undefined;
    cookies: boolean;
    store: Store;
    maxBody: number;
    usual: {
        maxAge: number;
        staleWhileRevalidate: number;
        staleIfError: number;
    };
    key: typeof urlOf;
    report: (error: unknown, c: any) => void;
    wall: () => number;
    memory: Memory | undefined;
    shelf: HostCache | Memory;
};
export {};
