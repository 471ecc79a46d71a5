// What a host allows between requests. Most allow all; workerd ties promises, timers and streams to the request that
// made them: docs/workerd.md.

/** Only workerd has this; its flags stand in Cloudflare.compatibilityFlags. */
export const inWorkerd = "WebSocketPair" in globalThis;

/** @type {Record<string, boolean>} */
const flags = /** @type {any} */ (globalThis).Cloudflare?.compatibilityFlags ?? {};

/**
 * Whether one request may resolve a promise that another one made and awaits. In workerd of an older compatibility date
 * than 2024-10-14 the other one would go on under the wrong request, and be cancelled.
 */
export const canWake = !inWorkerd || flags.handle_cross_request_promise_resolution === true;

function nothing() {}

/**
 * Has the host run a request until `promise` settles, also when its client leaves. (workerd drops such a request in the
 * middle of an `await`, without any `finally`.)
 * @param {{ waitUntil?: (promise: Promise<unknown>) => void } | undefined} executionCtx
 * @param {Promise<unknown>} promise
 */
export function keepRunning(executionCtx, promise) {
  executionCtx?.waitUntil?.(promise.then(nothing, nothing));
}
