// Limits the requests per second of each key; 429 above that.

import { badArgument, checkOptions, requireFunction, typeName } from "../base/arguments.js";
import { TokenBuckets } from "../table.js";
import { monotonicTime, steadyClock } from "./lib/clock.js";
import { addressKey } from "./lib/ip-address.js";
import { limitError } from "./lib/limit-error.js";
import { when } from "./lib/maybe-promise.js";

/**
 * @template [C=any]
 * @typedef {object} RateLimitOptions
 * @property {number} rate requests a second for each key, in the long run; above 0; 0.1 is one in ten seconds
 * @property {number} burst requests that may come at once, 1 or more
 * @property {(c: C) => string | Promise<string>} key identifies the client: `byClientAddress`, or your own function
 * @property {number} [maxKeys] the most keys that it counts, default 10,000. A new key that finds no room takes over
 *   the bucket of another one, the fullest of a few. Twice the number of keys within burst / rate seconds is enough
 * @property {() => number} [now] milliseconds; for tests
 */

/** The largest integer that a structured field holds (RFC 9651 3.3.1). */
const MAX_FIELD = 999_999_999_999_999;

/**
 * Lets a key's requests pass while its bucket has a token, and responds to others with 429 and Retry-After. A bucket
 * holds `burst` tokens and gains `rate` tokens a second. It counts only in this process (in workerd: in this
 * isolate).
 *
 * The fields RateLimit-Policy, on every response, and RateLimit, on a 429, follow the IETF's
 * draft-ietf-httpapi-ratelimit-headers-11: a bucket is a quota of `burst` per the seconds that it takes to fill.
 * @template {import("#app").Context} [C=import("#app").Context]
 * @param {RateLimitOptions<C>} options
 * @returns {import("#app").MiddlewareOf<C>}
 */
export function rateLimit(options) {
  checkOptions("rateLimit", options, ["rate", "burst", "key", "maxKeys", "now"]);
  const { rate, burst, key, maxKeys = 10000, now: time = monotonicTime } = options;
  if (key === undefined)
    throw badArgument("rateLimit: key must be byClientAddress, or a function of c that returns a string");
  requireFunction("rateLimit: key", key);
  requireFunction("rateLimit: now", time);
  const buckets = new TokenBuckets({ keys: maxKeys, rate, burst });
  const full = Math.ceil(burst / rate); // seconds
  if (burst > MAX_FIELD || full > MAX_FIELD)
    throw badArgument(`rateLimit: burst and burst / rate must be at most ${MAX_FIELD}, not ${burst}, ${burst / rate}`);
  const now = steadyClock([time]);
  const policy = `"default";q=${Math.floor(burst)};w=${full}`;

  return (/** @type {any} */ c, /** @type {any} */ next) =>
    when(key(c), (client) => {
      if (typeof client !== "string") throw badArgument(`rateLimit: key must return a string, not ${typeName(client)}`);
      const wait = Math.ceil(buckets.take(client, now() / 1000));
      c.header("ratelimit-policy", policy);
      if (wait <= 0) return next();
      const fields = { "retry-after": String(wait), "ratelimit": `"default";r=0;t=${wait}` };
      throw limitError(c, 429, `429 Too Many Requests: the next one may come in ${wait} s`, fields);
    });
}

/**
 * A function for `key`: the client's address, from the source that the app trusts (`new Router({ clientAddress })`).
 * All IPv6 addresses of a /64 are one key; one that embeds an IPv4 address counts as that address.
 * @param {any} c
 */
export function byClientAddress(c) {
  const address = c.clientAddress;
  const key = typeof address === "string" ? addressKey(address.trim()) : undefined;
  if (key !== undefined) return key;
  throw badArgument(`byClientAddress: c.clientAddress must be an IP address, not ${JSON.stringify(address)}`);
}
