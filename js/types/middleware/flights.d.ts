import { Waiter } from "./waiter.js";
export type Clock = import("./waiter.js").Clock;
export type Parcel = {
    status: number;
    statusText: string;
    headers: [string, string][];
    body: Uint8Array | null;
};
export type Ending = {
    kind: "landed";
    parcel: Parcel;
} | {
    kind: "alone";
} | {
    kind: "failed";
    error: unknown;
};
/** The request that runs for all. A timer of its own gives signs of life, which end if the host drops it. */
declare class Leader {
    #private;
    sign: Waiter;
    /** Called when its time is over. */
    late: () => void;
    /**
     * @param {Clock} clock
     * @param {number} most milliseconds that it has
     */
    constructor(clock: Clock, most: number);
    rest(): void;
}
export declare class Flight {
    /** @type {Leader | undefined} */
    leader: Leader | undefined;
    failures: number;
    /** @type {Ending | undefined} */
    ending: Ending | undefined;
    /** @type {Set<Waiter>} */
    waiters: Set<Waiter>;
    get isVacant(): boolean;
    get hasWaiters(): boolean;
}
export declare class Flights {
    #private;
    /**
     * @param {Clock} clock
     * @param {number} most milliseconds
     */
    constructor(clock: Clock, most: number);
    get size(): number;
    /**
     * The flight of that key: the one under way, or a new one without a leader.
     * @param {string} key
     */
    find(key: string): Flight;
    /**
     * Makes the request that calls this the leader.
     * @param {Flight} flight
     */
    lead(flight: Flight): Leader;
    /**
     * The leader has failed. Its waiters may try once more without it; later requests start again.
     * @param {string} key
     * @param {Flight} flight
     * @param {Leader} leader
     * @returns {boolean} whether one of the waiters will
     */
    fail(key: string, flight: Flight, leader: Leader): boolean;
    /**
     * Ends a flight, if that leader still has it and it has not ended.
     * @param {string} key
     * @param {Flight} flight
     * @param {Leader} leader
     * @param {Ending} ending
     */
    end(key: string, flight: Flight, leader: Leader, ending: Ending): void;
}
export {};
