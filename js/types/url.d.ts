export type Image = import("./image.js").Image;
export type RouteRecord = import("./image.js").RouteRecord;
/**
 * Where the last lookup in `context` sends the client. The input buffer may have another table's text by now, or hold
 * the request's only in part: so it is written once more.
 * @param {number} table
 * @param {number} context
 * @param {string} text what the lookup was given
 */
export declare function readLocation(table: number, context: number, text: string): string;
/**
 * The URL of a route: the path, or `//host/path` for a route with a host.
 * @param {Image} image
 * @param {number} route
 * @param {object} params
 */
export declare function makeUrl(image: Image, route: number, params: object): string;
