export type Entry = {
    /**
     * pairs of name and value, as JSON
     */
    fields: string;
    body: import("#app").Bytes | ReadableStream<Uint8Array> | null;
    /**
     * when the response was made
     */
    born: number;
    /**
     * when the request for it began
     */
    began: number;
    /**
     * until when it is fresh
     */
    fresh: number;
    /**
     * until when it may be served while it is revalidated
     */
    stale: number;
    /**
     * until when it may be served in place of an error
     */
    failing: number;
};
export type Sign = {
    /**
     * fields of the request that they vary by
     */
    names: string[];
    /**
     * belongs to the keys of these responses, so that a later sign finds none of them
     */
    id: string;
    /**
     * when the request for the newest of them began
     */
    began: number;
    /**
     * until when one of them may exist
     */
    end: number;
};
export type Shelf = {
    now: () => number;
    get: (key: string) => Entry | Sign | undefined | Promise<Entry | Sign | undefined>;
    set: (key: string, item: Entry | Sign) => unknown;
    delete: (key: string) => unknown;
};
export type Ticket = {
    turn: number;
    began: number;
};
/**
 * When an entry becomes useless.
 * @param {{ fresh: number, stale: number, failing: number }} entry
 */
export declare function lastOf({ fresh, stale, failing }: {
    fresh: number;
    stale: number;
    failing: number;
}): number;
export declare class Store {
    #private;
    hits: number;
    misses: number;
    /**
     * @param {Shelf} shelf
     * @param {() => number} steady milliseconds of a clock that never goes back
     */
    constructor(shelf: Shelf, steady: () => number);
    /**
     * The entry for a request, and its own key.
     * @param {string} key
     * @param {(name: string) => string | undefined} field of the request
     */
    find(key: string, field: (name: string) => string | undefined): Promise<{
        entry: Entry;
        at: string;
        now: number;
    } | undefined>;
    /** @returns {Ticket} for a fill; take it before the fill begins */
    begin(): Ticket;
    /**
     * Stores an entry, unless its key was dropped, or a later fill was stored, since its own fill began.
     * @param {string} key
     * @param {string[]} names fields of the request that the response depends on
     * @param {(string | undefined)[]} values their values
     * @param {Entry} entry
     * @param {Ticket} ticket
     */
    put(key: string, names: string[], values: (string | undefined)[], entry: Entry, ticket: Ticket): Promise<void>;
    /**
     * Drops what is stored for a key, and what is being stored. Variants of a response can no longer be found, and go
     * when their room is needed.
     * @param {string} key
     */
    delete(key: string): Promise<void>;
    /** Refuses everything that is being stored. */
    refuse(): void;
    /**
     * Whether the caller may revalidate the entry with this key: nobody else does.
     * @param {string} at
     */
    claim(at: string): boolean;
    /** @param {string} at */
    unclaim(at: string): void;
}
/**
 * @param {Entry | Sign | undefined} item
 * @returns {item is Sign}
 */
export declare function isSign(item: Entry | Sign | undefined): item is Sign;
/**
 * Releases an unused entry: its body may be a stream of the host.
 * @param {Entry | Sign | undefined} item
 */
export declare function release(item: Entry | Sign | undefined): void;
