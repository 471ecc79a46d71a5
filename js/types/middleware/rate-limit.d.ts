export type RateLimitOptions<C = any> = {
    /**
     * requests a second for each key, in the long run; above 0: 0.1 is one in ten seconds
     */
    rate: number;
    /**
     * requests that may come at once, 1 or more
     */
    burst: number;
    /**
     * identifies the client: `byClientAddress`, or your own function
     */
    key: (c: C) => string | Promise<string>;
    /**
     * how many keys it counts, default 10,000. If a new one finds no room, it takes the bucket
     * of another key, the fullest of a few. Twice the number of keys within burst / rate seconds is enough
     */
    maxKeys?: number;
    /**
     * milliseconds; for tests
     */
    now?: () => number;
};
/**
 * Lets a key's requests pass while its bucket has a token, and responds to the others with 429 and Retry-After. The
 * bucket holds `burst` tokens and gets `rate` of them a second. It counts only in this process (in workerd: in this
 * isolate).
 *
 * The fields RateLimit-Policy, on every response, and RateLimit, on a 429, are those of the IETF's draft
 * draft-ietf-httpapi-ratelimit-headers-11: a bucket is a quota of `burst` for the seconds that it takes to fill.
 * @template {import("#app").Context} [C=import("#app").Context]
 * @param {RateLimitOptions<C>} options
 * @returns {import("#app").MiddlewareOf<C>}
 */
export declare function rateLimit<C extends import("#app").Context = import("#app").Context>(options: RateLimitOptions<C>): import("#app").MiddlewareOf<C>;
/**
 * A `key`: the client's address, from the source that the app trusts (`new Router({ clientAddress })`). IPv6 addresses
 * count by /64, and those that embed an IPv4 address count as that.
 * @param {any} c
 */
export declare function byClientAddress(c: any): string;
