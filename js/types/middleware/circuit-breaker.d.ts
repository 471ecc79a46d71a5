export type Upload = import("./upload.js").Upload;
export type Outcome = {
    response?: Response;
    error?: unknown;
};
export type CircuitBreakerOptions = {
    /**
     * how many within the window open it; default 5
     */
    failures?: number;
    /**
     * milliseconds, default 10,000
     */
    window?: number;
    /**
     * milliseconds for which it stays open; also the time after which a probe without an
     * outcome counts as a failure. Default 30,000
     */
    cooldown?: number;
    /**
     * requests that it lets through after that; all must succeed. Default 1
     */
    probes?: number;
    /**
     * default: a status of 500 or more, and any error but an
     * HttpError below 500. Not called where the client is at fault
     */
    isFailure?: (outcome: Outcome) => boolean;
    /**
     * milliseconds; for tests
     */
    now?: () => number;
};
/**
 * Responds with 503 and Retry-After, without running the rest of the chain, after that has failed too often. Put it
 * around one thing that can fail: one backend.
 *
 * What a client causes does not count: it left (where the host reports that), or its upload broke off, or stalled until
 * the time was over. Refusals by this package's own limits inside do not count either. To see how an upload goes, the
 * steps inside get a copy of `c.request` with a watched body.
 * @param {CircuitBreakerOptions} [options]
 * @returns {import("#app").Middleware}
 */
export declare function circuitBreaker(options?: CircuitBreakerOptions): import("#app").Middleware;
