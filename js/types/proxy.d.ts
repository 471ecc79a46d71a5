export type Context = import("#app").Context;
export type ProxyOptions = {
    /**
     * fields of the request that is
     * sent on: set, or removed with `undefined`
     */
    headers?: Record<string, string | undefined> | Iterable<[string, string]>;
    /**
     * default: that of the host
     */
    fetch?: (url: string, init: any) => Response | Promise<Response>;
    /**
     * milliseconds within which the response must begin; default: no limit
     */
    timeout?: number;
    /**
     * keeps the `Access-Control-*` fields of the response. Default false: they are about the
     * other server's origin; use `cors` for this one
     */
    keepCors?: boolean;
};
/**
 * Sends the request on, and returns the response:
 *
 *     app.all("/api/*", (c) => proxy(`https://origin.example${c.path}`, c, { timeout: 10_000 }));
 *
 * It sends the method, fields and body, and the query, unless the target has its own (a `?` at its end is an empty
 * one). It streams both bodies, and removes the fields of one connection both ways, including those that `Connection`
 * lists. `Host` is the target's; `X-Forwarded-*` pass unchanged: set yours with `headers`. Redirects go to the client.
 * Where the host decodes bodies, it removes `Content-Encoding` and `Content-Length`.
 *
 * It aborts the request if the client leaves, or if a `timeout` around it is over. A server that cannot be reached is a
 * 502 with the error as its `cause`; one that takes too long, a 504; a client's body that breaks off, a 400.
 *
 * A target made from what the client sent must not lead elsewhere: a path with a segment `.` or `..`, a backslash or a
 * control character is a 400. Use `c.rawParam` for parameters in it: a decoded one may hold `/`, `?` or `#`. It does
 * not pass WebSockets: in Workers, use `fetch(target, c.request)`.
 * @param {string | URL} target
 * @param {Context} c
 * @param {ProxyOptions} [options]
 * @returns {Promise<Response>}
 */
export declare function proxy(target: string | URL, c: Context, options?: ProxyOptions): Promise<Response>;
