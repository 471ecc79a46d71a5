// So many requests a second for each key; 429 above that.

import { TokenBuckets } from "../buckets.js";
import { HttpError } from "../http-error.js";
import { badArgument } from "../arguments.js";

/**
 * @typedef {object} RateLimitOptions
 * @property {number} rate requests a second, for each key, in the long run; above 0, 0.1 is one in ten seconds
 * @property {number} burst requests that may come at once, 1 or more
 * @property {(c: any) => string} [key] who it is that asks; the client's address where the host tells it
 * @property {number} [maxKeys] so many are told apart, default 10,000. Where a new one finds no room, another's bucket
 *   is given up, the fullest of those in question: room for twice as many as come within burst / rate seconds is enough
 * @property {() => number} [now] milliseconds; for tests
 */

/**
 * Lets a key's requests pass while its bucket has a token, and answers the others with 429 and Retry-After. The bucket
 * holds `burst` tokens and gets `rate` of them a second. It counts in this process (in workerd: in this isolate) alone.
 *
 * The fields RateLimit-Policy, on every answer, and RateLimit, on a 429, are those of the IETF's draft
 * draft-ietf-httpapi-ratelimit-headers-11: a bucket is a quota of `burst` in the seconds in which it gets full.
 * @param {RateLimitOptions} options
 * @returns {import("#app").Middleware}
 */
export function rateLimit({ rate, burst, key = clientAddress, maxKeys = 10000, now = Date.now }) {
  const buckets = new TokenBuckets({ keys: maxKeys, rate, burst });
  const policy = `"default";q=${Math.floor(burst)};w=${Math.ceil(burst / rate)}`;
  return (/** @type {any} */ c) => {
    const wait = buckets.take(checkedKey(key(c)), now() / 1000);
    c.header("ratelimit-policy", policy);
    if (wait > 0) throw tooMany(Math.ceil(wait));
    return c.next();
  };
}

/** @param {number} seconds */
function tooMany(seconds) {
  return new HttpError(429, `429 Too Many Requests: the next one may come in ${seconds} s`, {
    headers: { "retry-after": String(seconds), "ratelimit": `"default";r=0;t=${seconds}` },
  });
}

/** @param {unknown} key */
function checkedKey(key) {
  if (typeof key === "string") return key;
  throw badArgument(`rateLimit: key gave no string, but ${String(key)}`);
}

/**
 * The address of the client: that of the connection where workerd itself tells it, else what Cloudflare says. Elsewhere
 * that field would be the client's own word.
 * @param {any} c
 */
function clientAddress(c) {
  const connection = c.request.cf?.clientIp;
  if (connection) return connection.replace(/:\d+$/, ""); // the port is another one for each connection
  const address = c.request.headers.get("cf-connecting-ip");
  if (address) return address;
  throw badArgument(
    "rateLimit: this host does not tell the client's address; write key: (c) => ... with a text that tells who asks",
  );
}
