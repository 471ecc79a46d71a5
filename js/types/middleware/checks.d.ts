/**
 * An integer: a number of things, bytes or seconds.
 * @param {string} what the middleware's name and the option's
 * @param {unknown} value
 * @param {number} [least]
 */
export declare function count(what: string, value: unknown, least?: number): number;
/**
 * A time in milliseconds, above 0. setTimeout takes less than 2^31: 24 days.
 * @param {string} what
 * @param {unknown} value
 */
export declare function milliseconds(what: string, value: unknown): number;
/**
 * @param {string} what
 * @param {unknown} value
 * @returns {Function}
 */
export declare function callable(what: string, value: unknown): Function;
/**
 * @param {string} what
 * @param {unknown} value
 * @param {boolean} usual the default
 */
export declare function flag(what: string, value: unknown, usual: boolean): boolean;
/**
 * The name of a header field, in lower case.
 * @param {string} what
 * @param {unknown} name
 */
export declare function fieldName(what: string, name: unknown): string;
