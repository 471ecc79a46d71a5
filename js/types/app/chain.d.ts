export type Step = (c: any, next?: any) => any;
export type Cover = import("./covers.js").Cover;
export type Engine = import("./engine.js").Engine;
export type Layer = import("./covers.js").Layer;
/**
 * @typedef {(c: any, next?: any) => any} Step a middleware or a handler
 * @typedef {import("./covers.js").Cover} Cover
 * @typedef {import("./engine.js").Engine} Engine
 * @typedef {import("./covers.js").Layer} Layer
 */
/** A step in its place in a chain. */
export declare class Link {
    step: Step;
    index: number;
    after: Link | undefined;
    isWrapped: boolean;
    takesNext: boolean;
    /**
     * @param {Step} step
     * @param {number} index from 1
     * @param {Link | undefined} after
     * @param {boolean} isWrapped a step before it takes `next`, and so may change its response's fields
     */
    constructor(step: Step, index: number, after: Link | undefined, isWrapped: boolean);
}
export type Names = {
    /**
     * the route's, then those that only middleware's patterns have
     */
    names: string[];
    /**
     * how many are the route's
     */
    ownNames: number;
    /**
     * of their values
     */
    decoders: ((raw: string) => string)[];
    /**
     * where the spans of those that only middleware has are found
     */
    others: {
        cover: Cover;
        at: number;
    }[];
};
/**
 * @typedef {object} Names the parameters that a chain's requests have
 * @property {string[]} names the route's, then those that only middleware's patterns have
 * @property {number} ownNames how many are the route's
 * @property {((raw: string) => string)[]} decoders of their values
 * @property {{ cover: Cover, at: number }[]} others where the spans of those that only middleware has are found
 */
/** @type {Names} */
export declare const NO_NAMES: Names;
export declare class Chain {
    engine: import("./engine.js").Engine;
    first: Link;
    names: string[];
    ownNames: number;
    decoders: ((raw: string) => string)[];
    others: {
        cover: Cover;
        at: number;
    }[];
    outcome: number;
    pattern: string | undefined;
    name: string | undefined;
    maxBody: number;
    ownNotFound: Step | undefined;
    /**
     * @param {Engine} engine
     * @param {Step[]} steps
     * @param {Names} names
     * @param {object} [route]
     * @param {number} [route.outcome] of the lookup; a hit has no negative one
     * @param {string} [route.pattern]
     * @param {string} [route.name]
     * @param {number} [route.maxBody]
     * @param {Step} [route.notFound]
     */
    constructor(engine: Engine, steps: Step[], { names, ownNames, decoders, others }: Names, route?: {
        outcome?: number;
        pattern?: string;
        name?: string;
        maxBody?: number;
        notFound?: Step;
    });
    /**
     * The index of a parameter's span; -1: it has none.
     * @param {string | number} key
     */
    indexOf(key: string | number): number;
    /**
     * @param {number} index
     * @param {string} raw
     */
    decoded(index: number, raw: string): string;
    /** @param {any} c */
    notFound(c: any): any;
}
