export type Context = import("#app").Context;
export type RequestIdOptions<C = any> = {
    /**
     * of the response, and of the request if it is trusted; default `x-request-id`
     */
    header?: string;
    /**
     * default: a UUID, unique among all processes
     */
    generator?: (c: C) => string | Promise<string>;
    /**
     * uses the id in the request: at most 128 visible ASCII characters, but none of
     * `"` `'` `` ` `` `\` `,` `;` `<` `>`, which would end it in a log. Default false: a client could choose the id of
     * someone else's request. Set it if a proxy before the app writes the field.
     */
    trust?: boolean;
};
/**
 * An id for each request: in `c.requestId`, in `c.get("requestId")`, and in a header field of every response, of misses
 * and errors too.
 *
 *     app.use(requestId({ header: "x-amzn-trace-id", trust: true }));
 *
 * @template {Context} [C=Context]
 * @param {RequestIdOptions<C>} [options]
 * @returns {import("#app").MiddlewareOf<C, { requestId: string }>}
 */
export declare function requestId<C extends Context = Context>(options?: RequestIdOptions<C>): import("#app").MiddlewareOf<C, {
    requestId: string;
}>;
