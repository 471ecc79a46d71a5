export type Timers = import("./waiter.js").Timers;
export type TimeoutOptions = {
    /**
     * how long the rest of the chain may take to make a response; its body may take longer
     */
    ms: number;
    /**
     * for tests
     */
    timers?: Timers;
};
export type TimeoutVariables = {
    /**
     * aborted when the time is over, or, where the host tells, when the client leaves
     */
    signal: AbortSignal;
};
/**
 * @typedef {import("./waiter.js").Timers} Timers
 *
 * @typedef {object} TimeoutOptions
 * @property {number} ms how long the rest of the chain may take to make a response; its body may take longer
 * @property {Timers} [timers] for tests
 *
 * @typedef {object} TimeoutVariables what c.get finds
 * @property {AbortSignal} signal aborted when the time is over, or, where the host tells, when the client leaves
 */
/**
 * Responds with 504 when the rest of the chain takes too long. It discards a later result: it cancels a response and
 * ignores an error. A handler can stop early with `c.get("signal")`: pass it to fetch. One that does not runs to its
 * end, and so do the steps in between: a `logger` inside prints its line then. A handler that never awaits cannot be
 * stopped.
 * @param {TimeoutOptions} options
 * @returns {import("#app").Middleware}
 */
export declare function timeout(options: TimeoutOptions): import("#app").Middleware;
