// wye/cookies: signed cookies, which only the app can make.

import { badArgument, checkOptions, requireObject, requireString } from "./base/arguments.js";

/**
 * @typedef {import("#app").Context} Context
 * @typedef {import("./app/cookies.js").CookieOptions} CookieOptions
 *
 * @typedef {string | readonly string[]} Secret one, or several: the first signs, any of them verifies. To change a
 *   secret, put the new one first, and remove the old one when its cookies have expired.
 *
 * @typedef {object} Prefix
 * @property {"secure" | "host"} [prefix] puts `__Secure-` or `__Host-` before the name: browsers accept such a cookie
 *   only over HTTPS, and the second kind only from this host itself
 */

const PREFIXES = { secure: "__Secure-", host: "__Host-" };

const HMAC = { name: "HMAC", hash: "SHA-256" };

const encoder = new TextEncoder();

/**
 * Sets a cookie with a signature (HMAC-SHA256 over its name and value), by which `getSignedCookie` knows that the app
 * made it. Anyone can read the value, and its owner can send it again at any later time: to limit that, include an
 * expiry time in the value.
 *
 *     await setSignedCookie(c, "user", id, c.env.SECRET, { prefix: "host", httpOnly: true });
 *
 * @param {Context} c
 * @param {string} name
 * @param {string} value
 * @param {Secret} secret
 * @param {CookieOptions & Prefix} [options] those of `c.setCookie`, and `prefix`, which implies `secure`
 */
export async function setSignedCookie(c, name, value, secret, options = {}) {
  const all = /** @type {CookieOptions & Prefix} */ (requireObject("setSignedCookie: options", options));
  const { prefix, ...others } = all;
  const full = fullName("setSignedCookie", name, prefix);
  const [first] = secretsOf("setSignedCookie", secret);
  const given = requireString(`setSignedCookie: the value of "${full}"`, value);
  const key = await keyOf(first, "sign");
  const signature = new Uint8Array(await crypto.subtle.sign(HMAC, key, signedBytes(full, given)));
  const base64 = btoa(String.fromCharCode(...signature));
  const base64url = base64.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  const secure = prefix === undefined ? {} : { secure: true };
  /** @type {any} */ (c).setCookie(full, `${given}.${base64url}`, { ...secure, ...others });
}

/**
 * The value of a cookie that `setSignedCookie` has set under this name; undefined if there is none, or if it was
 * changed, forged, or signed with another secret or for another name.
 *
 *     const id = await getSignedCookie(c, [c.env.SECRET, c.env.OLD_SECRET], "user", { prefix: "host" });
 *
 * @param {Context} c
 * @param {Secret} secret
 * @param {string} name
 * @param {Prefix} [options] as it was set
 * @returns {Promise<string | undefined>}
 */
export async function getSignedCookie(c, secret, name, options = {}) {
  checkOptions("getSignedCookie", options, ["prefix"]);
  const full = fullName("getSignedCookie", name, options.prefix);
  const secrets = secretsOf("getSignedCookie", secret);
  const cookie = /** @type {any} */ (c).cookie(full);
  const [, value, encoded] = /^(.*)\.([\w-]{43})$/s.exec(cookie ?? "") ?? [];
  if (value === undefined) return undefined;
  const base64 = encoded.replaceAll("-", "+").replaceAll("_", "/");
  const signature = Uint8Array.from(atob(base64), (unit) => unit.charCodeAt(0));
  const bytes = signedBytes(full, value);
  for (const one of secrets) {
    const key = await keyOf(one, "verify");
    if (await crypto.subtle.verify(HMAC, key, signature, bytes)) return value; // constant time
  }
  return undefined;
}

/**
 * @param {string} call
 * @param {unknown} name
 * @param {unknown} prefix
 */
function fullName(call, name, prefix) {
  const given = requireString(`${call}: the name of a cookie`, name);
  if (prefix === undefined) return given;
  if (prefix === "secure" || prefix === "host") return PREFIXES[prefix] + given;
  throw badArgument(`${call}: prefix must be "secure" or "host", not ${JSON.stringify(prefix)}`);
}

/**
 * Refuses a missing secret, such as a variable that is not set: with it anyone could sign.
 * @param {string} call
 * @param {unknown} secret
 * @returns {string[]}
 */
function secretsOf(call, secret) {
  const secrets = Array.isArray(secret) ? secret : [secret];
  if (secrets.length > 0 && secrets.every((one) => typeof one === "string" && one !== "")) return secrets;
  throw badArgument(`${call}: a secret must be a string of at least one character, or an array of these`);
}

/**
 * @param {string} secret
 * @param {"sign" | "verify"} usage
 */
function keyOf(secret, usage) {
  return crypto.subtle.importKey("raw", encoder.encode(secret), HMAC, false, [usage]);
}

/**
 * The text to sign. No name contains a `=`, so no two pairs of name and value have the same text.
 * @param {string} name
 * @param {string} value
 */
function signedBytes(name, value) {
  return encoder.encode(`${name}=${value}`);
}
