/**
 * A number of seconds; 0 if it is malformed, because then the response is not fresh (RFC 9111 4.2.1).
 * @param {string | null} text
 */
export declare function seconds(text: string | null): number;
export type Usual = {
    maxAge: number;
    staleWhileRevalidate: number;
    staleIfError: number;
};
export type Terms = {
    /**
     * for which a response may be served
     */
    fresh: number;
    /**
     * for which it may be served while it is revalidated (RFC 5861 3)
     */
    stale: number;
    /**
     * for which it may be served in place of an error (RFC 5861 4)
     */
    failing: number;
};
/**
 * @param {Headers} headers
 * @param {Usual} usual
 * @param {number} now by the wall clock
 * @returns {Terms}
 */
export declare function terms(headers: Headers, usual: Usual, now: number): Terms;
/**
 * The request's fields that a response depends on, in lower case and sorted; undefined: on more than fields.
 * @param {Headers} headers
 */
export declare function varying(headers: Headers): string[] | undefined;
/**
 * Checks a text for Cache-Control. What caches would silently ignore is an error.
 * @param {string} what the middleware's name and the option's
 * @param {unknown} text
 */
export declare function cacheControlOf(what: string, text: unknown): string;
