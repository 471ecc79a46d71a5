// What a host allows between requests. Most allow everything; workerd ties promises, timers and streams to the request
// that made them (docs/shared-state.md).

/** Only workerd has this class; Cloudflare.compatibilityFlags has its flags. */
export const inWorkerd = "WebSocketPair" in globalThis;

/** @type {Record<string, boolean>} */
const flags = /** @type {any} */ (globalThis).Cloudflare?.compatibilityFlags ?? {};

/**
 * Whether a request may resolve a promise that another one made and awaits. In workerd with a compatibility date before
 * 2024-10-14, that other one would continue in the wrong request, and be cancelled.
 */
export const canWake = !inWorkerd || flags.handle_cross_request_promise_resolution === true;

function nothing() {}

/**
 * Keeps the host running a request until `promise` settles, even if its client leaves. (Otherwise, workerd drops the
 * request in the middle of an `await`, without running any `finally`.)
 * @param {{ waitUntil?: (promise: Promise<unknown>) => void } | undefined} executionCtx
 * @param {Promise<unknown>} promise
 */
export function keepRunning(executionCtx, promise) {
  executionCtx?.waitUntil?.(promise.then(nothing, nothing));
}
