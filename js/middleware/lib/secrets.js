// Secrets, compared in constant time, so that the time reveals nothing about them.

import { badArgument, typeName } from "../../base/arguments.js";

const encoder = new TextEncoder();

/**
 * The SHA-256 of a secret: all have the same length, and do not reveal where two secrets differ.
 * @param {string} secret
 */
async function digest(secret) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(secret)));
}

/**
 * Compares all 32 bytes, wherever the first difference is.
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 */
function isSameDigest(one, other) {
  let difference = 0;
  for (let i = 0; i < 32; i++) difference |= one[i] ^ other[i];
  return difference === 0;
}

/**
 * Compares what a client sent with a secret in constant time, for the `verify` of basicAuth and bearerAuth. Anything
 * but two strings, such as a variable that is not set, is an error.
 * @param {string} given
 * @param {string} secret
 */
export async function sameSecret(given, secret) {
  for (const one of [given, secret])
    if (typeof one !== "string") throw badArgument(`sameSecret: both arguments must be strings, not ${typeName(one)}`);
  return isSameDigest(await digest(given), await digest(secret));
}

/** A list of secrets, one of which a client needs. */
export class Secrets {
  #texts;
  /** @type {Uint8Array[] | undefined} */
  #digests;

  /** @param {readonly string[]} texts */
  constructor(texts) {
    this.#texts = texts;
  }

  /**
   * Compares with all secrets, wherever the right one is. The first request makes their digests, because a Worker
   * cannot do so earlier; requests that arrive at the same time make the same ones.
   * @param {string} given
   */
  async has(given) {
    this.#digests ??= await Promise.all(this.#texts.map(digest));
    const wanted = await digest(given);
    let isAny = false;
    for (const one of this.#digests) isAny = isSameDigest(one, wanted) || isAny;
    return isAny;
  }
}
