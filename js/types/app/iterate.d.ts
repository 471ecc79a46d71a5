/**
 * A string is one piece, not an iterable of characters. So are bytes.
 * @param {any} source
 */
export declare function isIterable(source: any): boolean;
/** @param {any} source */
export declare function isStream(source: any): boolean;
/**
 * @param {any} source
 * @returns {AsyncIterator<any> | Iterator<any>}
 */
export declare function iteratorOf(source: any): AsyncIterator<any> | Iterator<any>;
