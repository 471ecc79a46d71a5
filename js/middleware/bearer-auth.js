import { credentials, realmOf, refuse } from "./lib/authorization.js";
import { Secrets } from "./lib/secrets.js";
import { badArgument, checkOptions, requireFunction } from "../base/arguments.js";

/** @typedef {import("#app").Context} Context */

/**
 * @template [Result=unknown]
 * @template [C=any]
 * @callback VerifyToken
 * @param {string} token
 * @param {C} c
 * @returns {Result} true, or the value for `c.get("user")`, or a promise of either; a falsy value refuses
 */

/**
 * @template [Result=unknown]
 * @template [C=any]
 * @typedef {object} BearerAuthOptions
 * @property {readonly string[]} [tokens] each of them is accepted
 * @property {VerifyToken<Result, C>} [verify] instead of `tokens`; see `sameSecret`
 * @property {string} [realm] default `restricted`
 */

/**
 * @template Result
 * @typedef {import("./lib/authorization.js").UserOf<Result, undefined>} User
 */

/**
 * The variables that it adds: none, with `tokens`.
 * @template Result
 * @typedef {[User<Result>] extends [undefined] ? never : { user: User<Result> }} Added
 */

/** A token in the header (RFC 6750 2.1). */
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * Requires a token in `Authorization: Bearer` (RFC 6750; it ignores tokens in the URL or in a form). A refusal has
 * `WWW-Authenticate: Bearer` (RFC 6750 3):
 *
 * | request | status | error |
 * |---|---|---|
 * | no Authorization, or another scheme | 401 | |
 * | a malformed header | 400 | `invalid_request` |
 * | a wrong token | 401 | `invalid_token` |
 *
 * Every request is compared with all `tokens`, by SHA-256, so the time reveals nothing. If you do not know them before
 * the first request, as with a Worker's `env`:
 *
 *     bearerAuth({ verify: (token, c) => sameSecret(token, c.env.TOKEN) })
 *
 * @template [Result=true]
 * @template {Context} [C=Context]
 * @param {BearerAuthOptions<Result, C>} options
 * @returns {import("#app").MiddlewareOf<C, Added<Result>>}
 */
export function bearerAuth(options) {
  checkOptions("bearerAuth", options ?? {}, ["tokens", "verify", "realm"]);
  const { tokens, verify, realm = "restricted" } = options ?? {};
  if ((tokens === undefined) === (verify === undefined)) throw badArgument("bearerAuth: give either tokens or verify");
  const check = verify ?? verifyAmong(tokens ?? []);
  requireFunction("bearerAuth: verify", check);
  const challenge = `Bearer ${realmOf("bearerAuth", realm)}`;
  return async (/** @type {any} */ c, /** @type {any} */ next) => {
    const token = credentials(c, "bearer");
    if (token === undefined) return refuse(c, 401, challenge, "a token is required");
    if (!TOKEN.test(token)) return refuse(c, 400, `${challenge}, error="invalid_request"`, "malformed authorization");
    const user = await check(token, c);
    if (!user) return refuse(c, 401, `${challenge}, error="invalid_token"`, "the token is not valid");
    if (user !== true) c.set("user", user);
    return next();
  };
}

/**
 * @param {readonly string[]} tokens
 * @returns {VerifyToken}
 */
function verifyAmong(tokens) {
  if (!Array.isArray(tokens)) throw badArgument("bearerAuth: tokens must be an array of strings");
  for (const token of tokens)
    if (typeof token !== "string" || !TOKEN.test(token))
      throw badArgument("bearerAuth: a token must be one or more letters, digits and -._~+/, then any number of =");
  const secrets = new Secrets(tokens);
  return (token) => secrets.has(token);
}
