import { decode } from "../decode.js";
/**
 * The segments of a pattern. A slash inside an expression or after a backslash does not separate.
 * @param {string} pattern
 */
export declare function segmentsOf(pattern: string): string[];
/**
 * The parameter names in a host and a pattern.
 * @param {{ host: string, pattern: string }} of
 */
export declare function namesOf({ host, pattern }: {
    host: string;
    pattern: string;
}): string[];
/**
 * The decoder for the value of each of them.
 * @param {{ host: string, pattern: string }} of
 */
export declare function decodersOf({ host, pattern }: {
    host: string;
    pattern: string;
}): (typeof decode)[];
/**
 * Whether there may be a path that both patterns match. Only a "no" is certain.
 * @param {string} one
 * @param {string} other
 */
export declare function mayMeet(one: string, other: string): boolean;
/**
 * Whether middleware's pattern covers every path of a route, because the route's text begins with it.
 * @param {string} cover
 * @param {string} route
 */
export declare function coversText(cover: string, route: string): boolean;
/**
 * Whether a name in two patterns means the same text in every URL that both match.
 * @param {{ host: string, pattern: string }} one
 * @param {{ host: string, pattern: string }} other
 * @param {string} name
 */
export declare function meansTheSame(one: {
    host: string;
    pattern: string;
}, other: {
    host: string;
    pattern: string;
}, name: string): boolean;
