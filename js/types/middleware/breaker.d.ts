export type State = "closed" | "open" | "half-open";
export type Pass = {
    period: number;
    /**
     * when
     */
    at: number;
    /**
     * milliseconds for which its client has kept it waiting; undefined: it does
     * not wait now
     */
    waits: () => number | undefined;
};
export declare class Breaker {
    #private;
    /**
     * @param {{ failures: number, window: number, cooldown: number, probes: number }} options times in milliseconds
     */
    constructor(options: {
        failures: number;
        window: number;
        cooldown: number;
        probes: number;
    });
    /**
     * The state at `now`, in milliseconds of a clock that never goes back.
     * @param {number} now
     * @returns {State}
     */
    state(now: number): State;
    /**
     * Lets a request through: returns what to report later; undefined: it may not pass.
     * @param {number} now
     * @param {number} [patience] the milliseconds after which a probe whose client keeps it waiting loses its place
     * @returns {Pass | undefined}
     */
    enter(now: number, patience?: number): Pass | undefined;
    /**
     * Reports the outcome of a request that was let through.
     * @param {Pass} pass what `enter` gave
     * @param {"success" | "failure" | "unknown"} outcome unknown: it says nothing about the backend, such as when the
     *   client left
     * @param {number} now
     */
    report(pass: Pass, outcome: "success" | "failure" | "unknown", now: number): void;
    /**
     * Milliseconds until a request may pass; 0: now.
     * @param {number} now
     */
    wait(now: number): number;
}
