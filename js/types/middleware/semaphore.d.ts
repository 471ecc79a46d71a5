export type Waiter = {
    isLive: boolean;
    wake: () => void;
};
export type Permit = {
    /**
     * when it is taken back from a silent holder
     */
    end: number;
};
/**
 * @typedef {object} Waiter
 * @property {boolean} isLive
 * @property {() => void} wake
 *
 * @typedef {object} Permit
 * @property {number} end when it is taken back from a silent holder
 */
export declare class Semaphore {
    #private;
    /**
     * @param {object} options
     * @param {number} options.limit permits
     * @param {number} options.queue the most waiters
     * @param {number} options.lease milliseconds
     * @param {() => number} options.now milliseconds
     */
    constructor({ limit, queue, lease, now }: {
        limit: number;
        queue: number;
        lease: number;
        now: () => number;
    });
    get held(): number;
    get waiting(): number;
    /** Milliseconds until a permit may come back by itself. */
    get untilLease(): number;
    /**
     * Takes a permit, if one is free and it is the caller's turn: nobody waits, or the caller is the first waiter.
     * @param {Waiter} [waiter]
     * @returns {Permit | undefined}
     */
    take(waiter?: Waiter): Permit | undefined;
    /**
     * Puts a waiter at the end of the queue; false if that is full.
     * @param {Waiter} waiter
     */
    join(waiter: Waiter): boolean;
    /**
     * Takes a waiter out of the queue, if it is there.
     * @param {Waiter} waiter
     */
    leave(waiter: Waiter): void;
    /**
     * The holder is still active: its lease starts again.
     * @param {Permit} permit
     */
    renew(permit: Permit): void;
    /**
     * Gives a permit back; a second time does nothing.
     * @param {Permit} permit
     */
    give(permit: Permit): void;
}
