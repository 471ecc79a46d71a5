/**
 * When each key last changed, counted in turns. The size is fixed without forgetting a key, which would be wrong: keys
 * share slots, so now and then a change of one key also counts for another.
 */
export declare class Marks {
    #private;
    /** The next turn. */
    next(): number;
    /** @param {string} key */
    mark(key: string): void;
    markAll(): void;
    /**
     * The turn in which a key, or one that shares its slot, was last marked.
     * @param {string} key
     */
    last(key: string): number;
}
