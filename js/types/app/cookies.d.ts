export type CookieOptions = {
    /**
     * default "/"
     */
    path?: string;
    /**
     * default: this host alone
     */
    domain?: string;
    /**
     * seconds from now; 0 or less: ends at once. Default: ends when the browser closes
     */
    maxAge?: number;
    expires?: Date;
    httpOnly?: boolean;
    secure?: boolean;
    sameSite?: "strict" | "lax" | "none";
    partitioned?: boolean;
    priority?: "low" | "medium" | "high";
};
/**
 * The decoded value of the first cookie of that name; undefined if there is none.
 * @param {string} header Cookie
 * @param {string} name
 */
export declare function cookieOf(header: string, name: string): string | undefined;
/**
 * All of them, by name. The first of several with the same name wins: it has the longest path (RFC 6265 5.4).
 * @param {string} header
 * @returns {Record<string, string>}
 */
export declare function cookiesOf(header: string): Record<string, string>;
/**
 * The value of a Set-Cookie. The value is percent-encoded, as `c.cookie` decodes it.
 * @param {string} name
 * @param {string} value
 * @param {CookieOptions} [options]
 */
export declare function cookieText(name: string, value: string, options?: CookieOptions): string;
/**
 * The Set-Cookie that ends a cookie. Path and domain must be those of the cookie.
 * @param {string} name
 * @param {CookieOptions} [options]
 */
export declare function deletedCookie(name: string, options?: CookieOptions): string;
