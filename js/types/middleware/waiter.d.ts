export type Timers = {
    setTimeout: (call: () => void, ms: number) => any;
    clearTimeout: (timer: any) => void;
};
export type Clock = {
    /**
     * milliseconds
     */
    now: () => number;
    timers: Timers;
};
export declare class Waiter {
    #private;
    /** When it was last seen. */
    seen: number;
    /** @param {Clock} clock */
    constructor(clock: Clock);
    /** Whether it is still there, as far as others can see. */
    get isLive(): boolean;
    /**
     * Sleeps until it is woken, or for one step, or for `most` milliseconds.
     * @param {number} most
     */
    pause(most: number): Promise<void>;
    /** Called by another request. If the host does not allow it, the waiter looks by itself soon enough. */
    wake(): void;
}
