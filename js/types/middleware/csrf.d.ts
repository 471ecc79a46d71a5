export type Context = import("#app").Context;
export type CsrfOptions<C = any> = {
    /**
     * trusted origins besides the app's own, written as for `cors`.
     * Default: none
     */
    origin?: import("./origins.js").Origins<C>;
};
/**
 * Refuses, with 403, requests that pages of other origins make with a user's browser: cross-site request forgery.
 * Browsers say where a request comes from (`Sec-Fetch-Site`; before 2023, only `Origin`), so there are no tokens.
 *
 *     app.use(csrf({ origin: "https://login.example.com" }));
 *
 * GET, HEAD and OPTIONS pass, and so does `Sec-Fetch-Site: same-origin` or `none`. With another `Sec-Fetch-Site`, such
 * as that of a subdomain, a request passes if its `Origin` is trusted. Without `Sec-Fetch-Site`, the host in `Origin`
 * must be that of the URL, or the origin trusted. A request with neither field does not come from a browser, and
 * passes.
 * @template {Context} [C=Context]
 * @param {CsrfOptions<C>} [options]
 * @returns {import("#app").MiddlewareOf<C>}
 */
export declare function csrf<C extends Context = Context>(options?: CsrfOptions<C>): import("#app").MiddlewareOf<C>;
