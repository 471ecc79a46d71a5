/** Only workerd has this class; Cloudflare.compatibilityFlags has its flags. */
export declare const inWorkerd: boolean;
/**
 * Whether one request may resolve a promise that another one made and awaits. In workerd with a compatibility date
 * before 2024-10-14, the other one would continue in the wrong request, and be cancelled.
 */
export declare const canWake: boolean;
/**
 * Makes the host run a request until `promise` settles, even if its client leaves. (workerd would drop the request in
 * the middle of an `await`, without running any `finally`.)
 * @param {{ waitUntil?: (promise: Promise<unknown>) => void } | undefined} executionCtx
 * @param {Promise<unknown>} promise
 */
export declare function keepRunning(executionCtx: {
    waitUntil?: (promise: Promise<unknown>) => void;
} | undefined, promise: Promise<unknown>): void;
