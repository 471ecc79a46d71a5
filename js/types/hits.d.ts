import { Image } from "./image.js";
import { RequestText } from "./request-text.js";
export type Search = (table: number, context: number, method: number, text: number, length: number, hits: number, capacity: number, size: number) => number;
export declare class Hits extends RequestText {
    #private;
    /** How many routes match. */
    count: number;
    /** The image of the last lookup. */
    image: Image;
    /** @param {{ searchContext: number, hits: number }} held of the table, which gives both back */
    constructor(held: {
        searchContext: number;
        hits: number;
    });
    /**
     * Looks up all hits. Allocates only the first time for a table, and when the buffer is too small.
     * @param {Search} search
     * @param {Image} image
     * @param {string} method
     * @param {string} text
     */
    find(search: Search, image: Image, method: string, text: string): void;
    /**
     * The index of a route; both routes and hits are in the order of registration.
     * @param {number} i
     */
    route(i: number): number;
    /** @param {number} i */
    paramCount(i: number): number;
    /**
     * Where the value of a parameter begins in the text, in UTF-16 units.
     * @param {number} i of the routes that match
     * @param {number} param below paramCount(i)
     */
    paramStart(i: number, param: number): number;
    /**
     * Where it ends.
     * @param {number} i
     * @param {number} param
     */
    paramEnd(i: number, param: number): number;
    /**
     * The decoded value of a parameter. Makes this string.
     * @param {number} i
     * @param {number} param
     */
    param(i: number, param: number): string;
    /** Drops everything: the table has freed its memory. */
    clear(): void;
}
