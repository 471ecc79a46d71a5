/** @param {string} method */
export declare function isSafe(method: string): boolean;
/**
 * Whether a response may depend on what no key holds: the request has a body, or asks for another protocol.
 * @param {Request} request
 */
export declare function isUnusual({ body, headers }: Request): boolean;
/**
 * The default key.
 * @param {any} c
 */
export declare function urlOf(c: any): any;
/**
 * The settled result of the option `key`.
 * @param {string} call the middleware
 * @param {unknown} given
 * @returns {Promise<string | undefined>}
 */
export declare function keyOf(call: string, given: unknown): Promise<string | undefined>;
