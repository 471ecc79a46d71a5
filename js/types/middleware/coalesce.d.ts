import { Flights } from "./flights.js";
export type Flight = import("./flights.js").Flight;
export type Ending = import("./flights.js").Ending;
export type CoalesceOptions<C = any> = {
    /**
     * which requests are identical; default:
     * those to the same URL. undefined: it runs on its own. Anything but a string, undefined or a promise of one is
     * an error. Method and `vary` always belong to it
     */
    key?: (c: C) => string | undefined | Promise<string | undefined>;
    /**
     * fields of the request that must be the same, default accept, accept-encoding,
     * accept-language and origin. A request with Authorization, Cookie, Range or one of the If- fields runs on its own,
     * unless that field is listed here
     */
    vary?: string[];
    /**
     * default GET and HEAD
     */
    methods?: string[];
    /**
     * of a body that is shared, default 1 MiB; above that, each request runs on its own
     */
    maxBytes?: number;
    /**
     * milliseconds that one waits for another, default 10,000; then it runs on its own
     */
    maxWait?: number;
    /**
     * milliseconds; for tests
     */
    now?: () => number;
    /**
     * for tests
     */
    timers?: import("./waiter.js").Timers;
};
/**
 * While a request runs, identical ones wait for its response, and each gets its own copy. The first one gets its
 * response, or stream, as it comes; the others get it when it is complete. Nothing is kept after that.
 *
 * A response is not shared if it sets a cookie, says `private` or `no-store`, varies by a field that is not in `vary`,
 * has a Content-Encoding, is partial, or is sent piece by piece (`text/event-stream` and the like: see `etag`). Then
 * the others run on their own, all at once. Requests with a body or with Upgrade always run on their own.
 *
 * A failed run (an error, or a status of 500 or more) is the first request's alone: one of the waiters runs again for
 * the others, and they get its result, even an error. If the host has dropped the first one, another takes over; if it
 * takes longer than `maxWait`, all run on their own.
 *
 * A request that comes after an unsafe one with the same key has ended never joins a run that began before: it sees
 * what the unsafe one has changed.
 *
 * The steps after this one run once for all, and the header fields that they set are in all responses. Put what belongs
 * to one request (cookies, request ids, CORS) before it.
 * @template {import("#app").Context} [C=import("#app").Context]
 * @param {CoalesceOptions<C>} [options]
 * @returns {import("#app").MiddlewareOf<C>}
 */
export declare function coalesce<C extends import("#app").Context = import("#app").Context>(options?: CoalesceOptions<C>): import("#app").MiddlewareOf<C>;
export type Shared = {
    clock: import("./waiter.js").Clock;
    maxBytes: number;
    maxWait: number;
    named: Set<string>;
    flights: Flights;
};
