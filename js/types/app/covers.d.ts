export type Step = import("./chain.js").Step;
export type TableOptions = import("../arguments.js").TableOptions;
export type Cover = {
    pattern: string;
    /**
     * "": any
     */
    host: string;
    /**
     * in the pattern and the host
     */
    names: string[];
    /**
     * of their values
     */
    decoders: ((raw: string) => string)[];
};
export type Layer = {
    pattern: string;
    host: string;
    steps: Step[];
    /**
     * undefined: it covers everything
     */
    cover: Cover | undefined;
};
export type Covering = {
    cover: Cover;
    /**
     * start and end of each of its names
     */
    spans: number[];
};
/**
 * @typedef {import("./chain.js").Step} Step
 * @typedef {import("../arguments.js").TableOptions} TableOptions
 *
 * @typedef {object} Cover a pattern of middleware; equal ones are one
 * @property {string} pattern
 * @property {string} host "": any
 * @property {string[]} names in the pattern and the host
 * @property {((raw: string) => string)[]} decoders of their values
 *
 * @typedef {object} Layer
 * @property {string} pattern
 * @property {string} host
 * @property {Step[]} steps
 * @property {Cover | undefined} cover undefined: it covers everything
 *
 * @typedef {object} Covering a cover of a request, and where its parameters are
 * @property {Cover} cover
 * @property {number[]} spans start and end of each of its names
 */
/** The pattern that covers everything. */
export declare const EVERYTHING = "/*";
/** @type {Covering[]} */
export declare const NOTHING_COVERS: Covering[];
export declare class Covers {
    #private;
    /** @param {TableOptions} options */
    constructor(options: TableOptions);
    /**
     * Throws a WyeError if the pattern or the host is malformed.
     * @param {string} pattern
     * @param {string} host
     * @returns {Cover}
     */
    add(pattern: string, host: string): Cover;
    /** @param {Cover} cover may belong to another collection */
    insert(cover: Cover): void;
    /**
     * What covers a request, in the order of registration. Allocates what it returns.
     * @param {string} url
     * @returns {Covering[]}
     */
    ask(url: string): Covering[];
}
/**
 * @param {Cover} cover
 * @param {Covering[]} found
 */
export declare function isAmong(cover: Cover, found: Covering[]): boolean;
