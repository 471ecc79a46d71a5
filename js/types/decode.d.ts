/**
 * Decodes a raw value as UTF-8. Malformed escapes, and escapes that are not valid UTF-8, stay as they are written.
 * @param {string} raw
 */
export declare function decode(raw: string): string;
/**
 * The labels of a host have no escapes.
 * @param {string} raw
 */
export declare function asItIs(raw: string): string;
/**
 * Decodes the raw value of a catch-all: as `decode`, but `%2F` and `%5C` stay as they are written. A slash separates
 * segments there, and a decoded one would let `..%2F` climb out of a folder.
 * @param {string} raw
 */
export declare function decodeCatchAll(raw: string): string;
/**
 * The value of a route's parameter, by its position, from its raw text: what stands in a host is as it is.
 * @param {{ hostParams: number, catchAll: boolean[] }} route
 * @param {number} param
 * @param {string} raw
 */
export declare function decodeParam(route: {
    hostParams: number;
    catchAll: boolean[];
}, param: number, raw: string): string;
