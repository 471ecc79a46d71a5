export type RouteTable = import("./table.js").RouteTable;
/** @typedef {import("./table.js").RouteTable} RouteTable */
/**
 * Holds what tables' matches found until it is released. A handle is slot and generation in one number, never 0: exact
 * for half a billion uses of each slot, behind which the slot rests. Reading through a handle that was released throws
 * a WyeError, STALE, also when its slot holds another match by then.
 */
export declare class ContextPool {
    #private;
    /** @param {{ maximum?: number }} [options] the most that may be held at one time, up to 65,536 */
    constructor(options?: {
        maximum?: number;
    });
    /**
     * Holds what the last match of `table` found, whatever its outcome. Returns the handle. Throws a WyeError, EXHAUSTED,
     * if as many are held as may be. Allocates nothing, but when the pool grows.
     * @param {RouteTable} table
     */
    acquire(table: RouteTable): number;
    /**
     * Gives the handle's slot back.
     * @param {number} handle
     */
    release(handle: number): void;
    /**
     * The handler id, or the outcome, of the match.
     * @param {number} handle
     */
    outcome(handle: number): number;
    /**
     * How many parameters were found.
     * @param {number} handle
     */
    paramCount(handle: number): number;
    /**
     * As `param` of the table.
     * @param {number} handle
     * @param {string | number} key
     */
    param(handle: number, key: string | number): string | undefined;
    /**
     * As `rawParam` of the table.
     * @param {number} handle
     * @param {string | number} key
     */
    rawParam(handle: number, key: string | number): string | undefined;
    /**
     * As `paramStart` of the table. Allocates nothing.
     * @param {number} handle
     * @param {string | number} key
     */
    paramStart(handle: number, key: string | number): number;
    /**
     * As `paramEnd` of the table. Allocates nothing.
     * @param {number} handle
     * @param {string | number} key
     */
    paramEnd(handle: number, key: string | number): number;
    /**
     * As `params` of the table.
     * @param {number} handle
     */
    params(handle: number): Record<string, string | undefined>;
    /**
     * The pattern of the route; undefined without a hit.
     * @param {number} handle
     */
    pattern(handle: number): string | undefined;
    /**
     * The name of the route; undefined without a hit or a name.
     * @param {number} handle
     */
    routeName(handle: number): string | undefined;
    /** How many contexts there are, are in use, were in use at most, and may be. */
    get stats(): import("./pool.js").PoolStats;
}
