export type HostStorage = import("./cache.js").HostStorage;
export type Entry = import("./store.js").Entry;
export type Sign = import("./store.js").Sign;
export declare class HostCache {
    #private;
    now: () => number;
    /**
     * @param {unknown} given a Cache, a promise of one, or a function that gives either
     * @param {() => number} now by the wall clock, which other processes share
     */
    constructor(given: unknown, now: () => number);
    /**
     * @param {string} key
     * @returns {Promise<Entry | Sign | undefined>}
     */
    get(key: string): Promise<Entry | Sign | undefined>;
    /**
     * @param {string} key
     * @param {Entry | Sign} item
     */
    set(key: string, item: Entry | Sign): Promise<void>;
    /** @param {string} key */
    delete(key: string): Promise<void>;
}
