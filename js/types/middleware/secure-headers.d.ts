export type Context = import("#app").Context;
export type Csp = import("./csp.js").Csp;
export type SecureHeadersOptions = {
    /**
     * default `base-uri 'self'; object-src 'none'; frame-ancestors 'self'`
     */
    contentSecurityPolicy?: Csp | false;
    /**
     * default: none
     */
    contentSecurityPolicyReportOnly?: Csp | false;
    /**
     * default: none
     */
    crossOriginEmbedderPolicy?: string | false;
    /**
     * default `same-origin`
     */
    crossOriginOpenerPolicy?: string | false;
    /**
     * default `same-origin`: other origins cannot embed the
     * responses; with `cors` they can still read them. For images that any site may show: `cross-origin`
     */
    crossOriginResourcePolicy?: string | false;
    /**
     * default `?1`
     */
    originAgentCluster?: string | false;
    /**
     * default: none
     */
    permissionsPolicy?: string | false;
    /**
     * default `strict-origin-when-cross-origin`
     */
    referrerPolicy?: string | false;
    /**
     * default `max-age=31536000`. Not sent over `http:`, as RFC 6797
     * says: where a proxy ends TLS before the app, let the proxy send it
     */
    strictTransportSecurity?: string | false;
    /**
     * default `nosniff`
     */
    xContentTypeOptions?: string | false;
    /**
     * default `SAMEORIGIN`
     */
    xFrameOptions?: string | false;
};
export type Field = {
    name: string;
    value: string;
    wantsNonce: boolean;
};
/**
 * Puts security header fields on every response. A handler changes one for its own response with
 * `c.header(name, value)`.
 *
 * In a Content-Security-Policy (CSP Level 3), `'nonce'` becomes `'nonce-<random>'`, a new one for each request. Write
 * `c.get("nonce")` into the page: `<script nonce="...">`. Do not cache such a page.
 *
 *     secureHeaders({ contentSecurityPolicy: { defaultSrc: ["'self'"], scriptSrc: ["'self'", "'nonce'"] } })
 *
 * The default policy forbids only what hardly any page needs: plugins, a base URL of another origin, being framed by
 * others. Strict-Transport-Security (RFC 6797) covers only this host, as its subdomains may belong to others. What
 * browsers would ignore, such as an unknown directive, is an error.
 * @param {SecureHeadersOptions} [options]
 * @returns {import("#app").Middleware}
 */
export declare function secureHeaders(options?: SecureHeadersOptions): import("#app").Middleware;
