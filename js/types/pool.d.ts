import { WyeError } from "./error.js";
import { Found } from "./found.js";
export type PoolStats = {
    slots: number;
    used: number;
    highWater: number;
    maximum: number;
};
/** @typedef {{ slots: number, used: number, highWater: number, maximum: number }} PoolStats */
export declare class Slot extends Found {
    index: number;
    /** That of the use that is under way; 0: the slot is free. */
    generation: number;
    /** @param {number} index its place in the pool */
    constructor(index: number);
    /** Forgets what it held. */
    clear(): void;
}
/** @template {Slot} S */
export declare class Pool<S extends Slot> {
    #private;
    /**
     * Takes no linear memory before the first slot is asked for.
     * @param {(index: number) => S} make a slot for a place
     * @param {number} maximum slots that there may be
     * @param {(slots: S[], full: boolean) => void} [reclaim] is called where none is free: gives back slots in use
     *   for no good; full: no more may be made
     */
    constructor(make: (index: number) => S, maximum: number, reclaim?: (slots: S[], full: boolean) => void);
    /**
     * A slot that holds what was found; undefined if all that there may be are in use. Allocates nothing, but when the
     * pool grows.
     * @param {Found} found
     * @returns {S | undefined}
     */
    take(found: Found): S | undefined;
    /**
     * Gives back a slot that is in use.
     * @param {S} slot
     */
    give(slot: S): void;
    /**
     * The slot at a place, whatever it is used for; undefined if there is none.
     * @param {number} index
     * @returns {S | undefined}
     */
    slot(index: number): S | undefined;
    /**
     * The id of the request that a slot serves.
     * @param {S} slot
     */
    requestId(slot: S): number;
    /** @returns {PoolStats} */
    get stats(): PoolStats;
}
/** What reading through an old handle throws. */
export declare function stale(): WyeError;
