export type Permit = import("./semaphore.js").Permit;
export type ConcurrencyOptions = {
    /**
     * requests that may run at the same time
     */
    limit: number;
    /**
     * requests that may wait, default 0
     */
    queue?: number;
    /**
     * milliseconds that one may wait, default 10,000
     */
    maxWait?: number;
    /**
     * milliseconds, default 60,000, after which a request that neither ended nor sent anything
     * no longer counts. Make it longer than your slowest response takes
     */
    lease?: number;
    /**
     * seconds for Retry-After, default 1
     */
    retryAfter?: number;
    /**
     * default true: a request counts until its response's body ends or is cancelled, which
     * takes a stream around each body; false: until its response is made
     */
    bodies?: boolean;
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
 * Lets `limit` requests run at the same time. Others wait, first come, first served; one that finds the queue full, or
 * waits too long, gets 503 and Retry-After. It counts only in this process (in workerd: this isolate).
 *
 * A request counts until its handler has settled and its response is over, even if its client has left, or if a
 * `timeout` around this or inside has responded for it. A handler that obeys `c.get("signal")` makes room early. The
 * lease ends those that never settle. A client that leaves while it waits makes room in the queue.
 * @param {ConcurrencyOptions} options
 * @returns {import("#app").Middleware}
 */
export declare function concurrencyLimit(options: ConcurrencyOptions): import("#app").Middleware;
