import { credentials, realmOf, refuse } from "./lib/authorization.js";
import { Secrets } from "./lib/secrets.js";
import { badArgument, checkOptions, requireFunction, requireObject } from "../base/arguments.js";

/** @typedef {import("#app").Context} Context */

/**
 * @template [Result=unknown]
 * @template [C=any]
 * @callback VerifyUser
 * @param {string} name
 * @param {string} password
 * @param {C} c
 * @returns {Result} true, or the value for `c.get("user")`, or a promise of either; a falsy value refuses
 */

/**
 * @template [Result=unknown]
 * @template [C=any]
 * @typedef {object} BasicAuthOptions
 * @property {Record<string, string>} [users] passwords by name
 * @property {VerifyUser<Result, C>} [verify] instead of `users`; see `sameSecret`
 * @property {string} [realm] what the browser shows; default `restricted`
 */

/**
 * Asks for a name and a password (RFC 7617). `c.get("user")` is then the name, or what `verify` returned. Everyone else
 * gets 401 with `WWW-Authenticate: Basic`, whether the name, the password or the form of the header was wrong.
 *
 *     app.group("/admin", basicAuth({ users: { ada: password } }), (g) => g.get("/stats", stats));
 *
 * Name and password are UTF-8, and compared in Unicode's form NFC. Every request is compared with all `users`, by
 * SHA-256, so the time does not reveal which names exist. For more than a few hundred users, or for hashed passwords,
 * write a `verify` that takes as long for an unknown name as for a known one.
 *
 * Browsers send the password unencrypted: use HTTPS only.
 * @template [Result=true]
 * @template {Context} [C=Context]
 * @param {BasicAuthOptions<Result, C>} options
 * @returns {import("#app").MiddlewareOf<C, { user: import("./lib/authorization.js").UserOf<Result, string> }>}
 */
export function basicAuth(options) {
  checkOptions("basicAuth", options ?? {}, ["users", "verify", "realm"]);
  const { users, verify, realm = "restricted" } = options ?? {};
  if ((users === undefined) === (verify === undefined)) throw badArgument("basicAuth: give either users or verify");
  const check = verify ?? verifyAmong(users ?? {});
  requireFunction("basicAuth: verify", check);
  const challenge = `Basic ${realmOf("basicAuth", realm)}, charset="UTF-8"`;
  return async (/** @type {any} */ c, /** @type {any} */ next) => {
    const pair = readPair(credentials(c, "basic"));
    const user = pair && (await check(pair.name, pair.password, c));
    if (!pair || !user) return refuse(c, 401, challenge, "name and password are required");
    c.set("user", user === true ? pair.name : user);
    return next();
  };
}

/**
 * Compares name and password as one text, in which the first colon ends the name.
 * @param {Record<string, string>} users
 * @returns {VerifyUser}
 */
function verifyAmong(users) {
  const pairs = Object.entries(requireObject("basicAuth: users", users));
  for (const [name, password] of pairs)
    if (/[:\p{Cc}]/u.test(name) || typeof password !== "string" || /\p{Cc}/u.test(password))
      throw badArgument(
        `basicAuth: user ${JSON.stringify(name)}: name and password must be strings without control characters, ` +
          "and the name must not contain a colon",
      );
  const secrets = new Secrets(pairs.map((pair) => pair.join(":").normalize("NFC")));
  return (name, password) => secrets.has(`${name}:${password}`);
}

/**
 * Name and password, from the base64 of `name:password` in UTF-8; undefined if the text is anything else.
 * @param {string | undefined} text
 */
function readPair(text) {
  if (text === undefined) return undefined;
  let pair;
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    pair = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes).normalize("NFC");
  } catch {
    return undefined;
  }
  const colon = pair.indexOf(":");
  if (colon < 0 || /\p{Cc}/u.test(pair)) return undefined;
  return { name: pair.slice(0, colon), password: pair.slice(colon + 1) };
}
