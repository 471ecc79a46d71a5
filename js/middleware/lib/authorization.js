// HTTP authentication (RFC 9110 11): the credentials of a request, and the challenge of a refusal.

import { HttpError } from "../../index.js";
import { badArgument, requireString } from "../../base/arguments.js";

/** @typedef {import("#app").Context} Context */

/**
 * The type of `c.get("user")`: the result of `verify`, or `Otherwise` if that is only `true`.
 * @template Result, Otherwise
 * @typedef {Exclude<Given<Result>, boolean | null | undefined> | (true extends Given<Result> ? Otherwise : never)}
 *   UserOf
 */

/**
 * The awaited result; written so that the compiler infers it from `verify` alone.
 * @template Result
 * @typedef {Awaited<[Result][Result extends unknown ? 0 : never]>} Given
 */

/**
 * What follows the scheme in Authorization (RFC 9110 11.4); undefined without the field, or with another scheme.
 * @param {Context} c
 * @param {string} scheme in lower case; the request's may be in any case
 */
export function credentials(c, scheme) {
  const header = c.header("authorization");
  if (header?.slice(0, scheme.length).toLowerCase() !== scheme) return undefined;
  const rest = header.slice(scheme.length);
  return rest === "" || rest.startsWith(" ") ? rest.trim() : undefined;
}

/**
 * Throws an HttpError with the challenge. Also sets the field, so that the challenge is sent whatever `onError` does
 * with the error (RFC 9110 11.6.1).
 * @param {Context} c
 * @param {number} status
 * @param {string} challenge
 * @param {string} message
 * @returns {never}
 */
export function refuse(c, status, challenge, message) {
  c.header("www-authenticate", challenge);
  throw new HttpError(status, message, { headers: { "www-authenticate": challenge } });
}

/**
 * `realm="..."`, for a challenge.
 * @param {string} call
 * @param {unknown} realm
 */
export function realmOf(call, realm) {
  const given = requireString(`${call}: realm`, realm);
  if (/^[\x20-\x7e]*$/.test(given)) return `realm="${given.replace(/["\\]/g, "\\$&")}"`;
  throw badArgument(`${call}: realm must be one line of ASCII characters, not ${JSON.stringify(given)}`);
}
