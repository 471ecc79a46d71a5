import { Image } from "./image.js";
import { RequestText } from "./request-text.js";
export type RouteRecord = import("./image.js").RouteRecord;
export declare class Found extends RequestText {
    #private;
    /** The index of the context among the words; 0: there is none yet. */
    at: number;
    /** What the lookup went through. */
    image: Image;
    /** What the lookup returned. */
    get outcome(): number;
    get paramCount(): number;
    /**
     * The route that was hit.
     * @returns {RouteRecord | undefined}
     */
    get route(): RouteRecord | undefined;
    /** @param {string | number} key */
    param(key: string | number): string | undefined;
    /** @param {string | number} key */
    rawParam(key: string | number): string | undefined;
    /** @param {string | number} key */
    paramStart(key: string | number): number;
    /** @param {string | number} key */
    paramEnd(key: string | number): number;
    /** @returns {Record<string, string | undefined>} */
    params(): Record<string, string | undefined>;
    /** Where the path begins in the text, in units. */
    get pathStart(): number;
    /** Where it ends. */
    get pathEnd(): number;
    /**
     * Where a parameter begins that is known to be there.
     * @param {number} index
     */
    startOf(index: number): number;
    /** @param {number} index */
    endOf(index: number): number;
}
