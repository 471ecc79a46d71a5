// What basicAuth and bearerAuth share: credentials, secrets, and the refusal.

import { HttpError } from "../../index.js";
import { badArgument, requireString } from "../../base/arguments.js";

/** @typedef {import("#app").Context} Context */

/**
 * The user whom a `verify` lets pass: its result, or `Otherwise` where that is only `true`.
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
 * @param {string} scheme in lower case; that of a request may be in any
 */
export function credentials(c, scheme) {
  const header = c.header("authorization");
  if (header?.slice(0, scheme.length).toLowerCase() !== scheme) return undefined;
  const rest = header.slice(scheme.length);
  return rest === "" || rest.startsWith(" ") ? rest.trim() : undefined;
}

/**
 * Ends the request with an HttpError that carries the challenge. It also sets the field, so that the challenge is sent
 * whatever `onError` makes of the error (RFC 9110 11.6.1).
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
 * `realm="..."`, as a challenge has it.
 * @param {string} call
 * @param {unknown} realm
 */
export function realmOf(call, realm) {
  const given = requireString(`${call}: realm`, realm);
  if (/^[\x20-\x7e]*$/.test(given)) return `realm="${given.replace(/["\\]/g, "\\$&")}"`;
  throw badArgument(`${call}: realm is a text of ASCII characters in one line, not ${JSON.stringify(given)}`);
}

// ---------------------------------------------------------------- secrets

const encoder = new TextEncoder();

/**
 * SHA-256 gives secrets the same length, and hides where two of them differ.
 * @param {string} secret
 */
async function digest(secret) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(secret)));
}

/**
 * Looks at all 32 bytes, wherever the first difference is.
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 */
function sameDigest(one, other) {
  let difference = 0;
  for (let i = 0; i < 32; i++) difference |= one[i] ^ other[i];
  return difference === 0;
}

/**
 * Compares what a client gave with the secret, in constant time: for the `verify` of basicAuth and bearerAuth. Anything
 * but two strings, such as a variable that is not set, is an error.
 * @param {string} given
 * @param {string} secret
 */
export async function sameSecret(given, secret) {
  for (const one of [given, secret])
    if (typeof one !== "string") throw badArgument(`sameSecret compares two strings, not ${typeof one}`);
  return sameDigest(await digest(given), await digest(secret));
}

/** A list of secrets, of which a client needs one. */
export class Secrets {
  #texts;
  /** @type {Uint8Array[] | undefined} */
  #digests;

  /** @param {readonly string[]} texts */
  constructor(texts) {
    this.#texts = texts;
  }

  /**
   * The index of the one that was given; -1: none. It compares with all of them, so the time reveals nothing. The first
   * request makes the digests, because a Worker cannot before; several first requests make the same ones.
   * @param {string} given
   */
  async indexOf(given) {
    this.#digests ??= await Promise.all(this.#texts.map(digest));
    const asked = await digest(given);
    let found = -1;
    for (let i = 0; i < this.#digests.length; i++) if (sameDigest(this.#digests[i], asked)) found = i;
    return found;
  }
}
