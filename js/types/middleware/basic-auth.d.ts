export type Context = import("#app").Context;
export type VerifyUser<Result = unknown, C = any> = (name: string, password: string, c: C) => Result;
export type BasicAuthOptions<Result = unknown, C = any> = {
    /**
     * passwords by names
     */
    users?: Record<string, string>;
    /**
     * instead of `users`; see `sameSecret`
     */
    verify?: VerifyUser<Result, C>;
    /**
     * what the browser shows; default `restricted`
     */
    realm?: string;
};
/** @typedef {import("#app").Context} Context */
/**
 * @template [Result=unknown]
 * @template [C=any]
 * @callback VerifyUser
 * @param {string} name
 * @param {string} password
 * @param {C} c
 * @returns {Result} true, or the value for `c.get("user")`, or a promise of either; a falsy one refuses
 */
/**
 * @template [Result=unknown]
 * @template [C=any]
 * @typedef {object} BasicAuthOptions
 * @property {Record<string, string>} [users] passwords by names
 * @property {VerifyUser<Result, C>} [verify] instead of `users`; see `sameSecret`
 * @property {string} [realm] what the browser shows; default `restricted`
 */
/**
 * Asks for a name and a password (RFC 7617). `c.get("user")` is then the name, or what `verify` returned. Everyone else
 * gets 401 with `WWW-Authenticate: Basic`, which does not tell whether the name, the password or the header's form was
 * wrong.
 *
 *     app.group("/admin", basicAuth({ users: { ada: password } }), (g) => g.get("/stats", stats));
 *
 * Name and password are UTF-8, compared in Unicode's form NFC. Every request is compared with all `users`, by SHA-256,
 * so the time does not tell which names exist. For more than a few hundred users, or for hashed passwords, give a
 * `verify`, and let it take as long for an unknown name.
 *
 * Browsers send the password in the clear: use HTTPS only.
 * @template [Result=true]
 * @template {Context} [C=Context]
 * @param {BasicAuthOptions<Result, C>} options
 * @returns {import("#app").MiddlewareOf<C, { user: import("./authorization.js").UserOf<Result, string> }>}
 */
export declare function basicAuth<Result = true, C extends Context = Context>(options: BasicAuthOptions<Result, C>): import("#app").MiddlewareOf<C, {
    user: import("./authorization.js").UserOf<Result, string>;
}>;
