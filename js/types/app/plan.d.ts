import { Chain } from "./chain.js";
export type Names = import("./chain.js").Names;
export type Step = import("./chain.js").Step;
export type Cover = import("./covers.js").Cover;
export type Covering = import("./covers.js").Covering;
export type Layer = import("./covers.js").Layer;
export type Engine = import("./engine.js").Engine;
export type RouteRecord = import("../image.js").RouteRecord;
export type Origin = {
    outcome?: number;
    pattern?: string;
    name?: string;
    maxBody?: number;
    notFound?: Step;
};
export type Place = {
    at: number;
    layer: Layer;
};
export type CoverSet = {
    chain: Chain | undefined;
    next: Map<Cover, CoverSet>;
};
export declare class Plan {
    #private;
    /** Whether to look up, for each request, what covers it. */
    asks: boolean;
    /** The only chain where that is not needed; set by the first request. @type {Chain | undefined} */
    fixed: Chain | undefined;
    /**
     * @param {Engine} engine
     * @param {Layer[]} layers
     * @param {Set<Layer>} asked those that cover only some of the requests
     * @param {Step[]} steps after all middleware
     * @param {Origin} origin
     */
    constructor(engine: Engine, layers: Layer[], asked: Set<Layer>, steps: Step[], origin: Origin);
    /** @param {RouteRecord | undefined} record of the route that was hit */
    fix(record: RouteRecord | undefined): Chain;
    /**
     * The chain of a request.
     * @param {RouteRecord | undefined} record of the route that was hit
     * @param {Covering[]} covering what covers it
     */
    chainFor(record: RouteRecord | undefined, covering: Covering[]): Chain;
}
/**
 * The spans of the names that only middleware has.
 * @param {Chain} chain
 * @param {Covering[]} covering
 */
export declare function otherSpans({ others }: Chain, covering: Covering[]): number[] | undefined;
