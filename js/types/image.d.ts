import { Methods } from "./methods.js";
export type RouteInfo = {
    id: number;
    method: string;
    pattern: string;
    host: string | undefined;
    name: string | undefined;
};
export type RouteRecord = RouteInfo & {
    params: string[];
    hostParams: number;
    catchAll: boolean[];
};
/**
 * @typedef {object} RouteInfo
 * @property {number} id
 * @property {string} method
 * @property {string} pattern
 * @property {string | undefined} host
 * @property {string | undefined} name
 *
 * @typedef {RouteInfo & { params: string[], hostParams: number, catchAll: boolean[] }} RouteRecord with the parameters'
 *   names: the first `hostParams` are the host's; `catchAll` says for each parameter whether it is one
 */
export declare class Image {
    #private;
    table: number;
    /** @param {number} table the image's offset; 0: there is none yet, and so no route */
    constructor(table: number);
    /** Allocates nothing but the first time. */
    get records(): RouteRecord[];
    /**
     * The index of the first route of that name; undefined if there is none.
     * @param {string} name
     */
    find(name: string): number | undefined;
    /** The methods' numbers. Allocates nothing but the first time. */
    get methods(): Methods;
}
