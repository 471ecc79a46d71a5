export type Context = import("#app").Context;
export type VerifyToken<Result = unknown, C = any> = (token: string, c: C) => Result;
export type BearerAuthOptions<Result = unknown, C = any> = {
    /**
     * any of them passes
     */
    tokens?: readonly string[];
    /**
     * instead of `tokens`; see `sameSecret`
     */
    verify?: VerifyToken<Result, C>;
    /**
     * default `restricted`
     */
    realm?: string;
};
export type User<Result> = import("./authorization.js").UserOf<Result, undefined>;
export type Added<Result> = [User<Result>] extends [undefined] ? never : {
    user: User<Result>;
};
/**
 * Asks for a token in `Authorization: Bearer` (RFC 6750; it ignores tokens in the URL or in a form). A refusal has
 * `WWW-Authenticate: Bearer` (RFC 6750 3):
 *
 * | request | status | error |
 * |---|---|---|
 * | no Authorization, or another scheme | 401 | |
 * | a malformed header | 400 | `invalid_request` |
 * | a wrong token | 401 | `invalid_token` |
 *
 * Every request is compared with all `tokens`, by SHA-256, so the time reveals nothing. If they are not known before
 * the first request:
 *
 *     bearerAuth({ verify: (token, c) => sameSecret(token, c.env.TOKEN) })
 *
 * @template [Result=true]
 * @template {Context} [C=Context]
 * @param {BearerAuthOptions<Result, C>} options
 * @returns {import("#app").MiddlewareOf<C, Added<Result>>}
 */
export declare function bearerAuth<Result = true, C extends Context = Context>(options: BearerAuthOptions<Result, C>): import("#app").MiddlewareOf<C, Added<Result>>;
