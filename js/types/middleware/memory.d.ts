export type Entry = import("./store.js").Entry;
export type Sign = import("./store.js").Sign;
export declare class Memory {
    #private;
    bytes: number;
    now: () => number;
    /**
     * @param {number} maxEntries
     * @param {number} maxBytes
     * @param {() => number} now
     */
    constructor(maxEntries: number, maxBytes: number, now: () => number);
    get entries(): number;
    clear(): void;
    /** @param {string} key */
    get(key: string): import("./store.js").Entry | import("./store.js").Sign | undefined;
    /**
     * @param {string} key
     * @param {Entry | Sign} item
     */
    set(key: string, item: Entry | Sign): void;
    /** @param {string} key */
    delete(key: string): void;
}
