/**
 * A bucket for each key. It holds at most `burst` tokens, is full in the beginning, and gets `rate` of them a second.
 * There is room for a fixed number of keys; where a new one finds none, the fullest of the few buckets that it may
 * have is given up, whose owner gains least by that.
 */
export declare class TokenBuckets {
    #private;
    /**
     * @param {object} options
     * @param {number} options.keys room for so many; some 50 bytes each
     * @param {number} options.rate tokens a second, above 0
     * @param {number} options.burst tokens of a full bucket, 1 or more
     */
    constructor({ keys, rate, burst }: {
        keys: number;
        rate: number;
        burst: number;
    });
    /**
     * Takes a token. 0: there was one; else the seconds until there will be one.
     * @param {string} key any text; of one longer than the input buffer (68 KiB as UTF-8) only what fits counts
     * @param {number} seconds the time, by any clock that does not run backwards
     */
    take(key: string, seconds: number): number;
}
