export type Cleaned = {
    /**
     * the URL with the cleaned path
     */
    url: string;
    /**
     * maps a position in it to one in the original URL; -1 stays -1
     */
    origin: (at: number) => number;
};
/**
 * @typedef {object} Cleaned
 * @property {string} url the URL with the cleaned path
 * @property {(at: number) => number} origin maps a position in it to one in the original URL; -1 stays -1
 */
/**
 * The URL with empty and dot segments of its path removed; undefined if there are none.
 * @param {string} url
 * @param {number} start where its path begins
 * @param {number} end
 * @returns {Cleaned | undefined}
 */
export declare function cleaned(url: string, start: number, end: number): Cleaned | undefined;
