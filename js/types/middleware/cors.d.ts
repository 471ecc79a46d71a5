export type Context = import("#app").Context;
export type CorsOptions<C = any> = {
    /**
     * `*` (the default); one origin, such as
     * `https://example.com`; an expression, such as `/^https:\/\/[\w-]+\.example\.com$/` (anchor it at both ends); a list
     * of these; or a function that returns `true`, or a promise of it, for allowed ones. The origin `null` (of sandboxes
     * and files) is allowed by `*`, or if it is listed: anyone can have it.
     */
    origin?: import("./origins.js").Origins<C>;
    /**
     * default GET, HEAD, PUT, POST, DELETE, PATCH
     */
    methods?: readonly string[];
    /**
     * of requests; default: those that the preflight asks for
     */
    headers?: readonly string[];
    /**
     * of responses, which pages may read; default: only the simple ones
     */
    exposeHeaders?: readonly string[];
    /**
     * pages may send cookies and Authorization; not together with a `*`. Default false
     */
    credentials?: boolean;
    /**
     * seconds for which the response to a preflight is valid; default: the browser's, 5
     */
    maxAge?: number;
    /**
     * respond to preflights from public pages to private networks. Default false
     */
    privateNetwork?: boolean;
};
export type Policy = {
    /**
     * the same for every request: `*` or one origin
     */
    fixed: string | undefined;
    /**
     * where `fixed` is undefined
     */
    isAllowed: (origin: string, c: Context) => boolean | Promise<boolean>;
    methods: string;
    /**
     * undefined: those that the preflight asks for
     */
    headers: string | undefined;
    exposed: string;
    credentials: boolean;
    maxAge: string | undefined;
    privateNetwork: boolean;
};
/**
 * Lets pages of other origins read responses (CORS, in the Fetch standard). Preflights, which are OPTIONS with
 * Access-Control-Request-Method, get their 204 here and reach no handler, whether or not a route matches. So put it
 * before guards, because a preflight has no credentials. Misses and errors get the fields as well: otherwise a page
 * could not see the error.
 *
 *     app.use(cors({ origin: ["https://example.com", /^https:\/\/[\w-]+\.example\.com$/], credentials: true }));
 *
 * An origin that is not allowed gets the same response without the fields, and the browser hides it from the page. That
 * protects only against browsers.
 *
 * If the response depends on the request's origin, it has `Vary: Origin`.
 * @template {Context} [C=Context]
 * @param {CorsOptions<C>} [options]
 * @returns {import("#app").MiddlewareOf<C>}
 */
export declare function cors<C extends Context = Context>(options?: CorsOptions<C>): import("#app").MiddlewareOf<C>;
