import { RouteTable } from "../table.js";
import { Context } from "./context.js";
export type Chain = import("./chain.js").Chain;
export type Step = import("./chain.js").Step;
export type Cover = import("./covers.js").Cover;
export type Layer = import("./covers.js").Layer;
export type TableOptions = import("../arguments.js").TableOptions;
export type Route = {
    method: string;
    pattern: string;
    /**
     * "": any
     */
    host: string;
    /**
     * "": none
     */
    name: string;
    /**
     * middleware that may cover it
     */
    layers: Layer[];
    handlers: Step[];
    maxBody?: number;
    /**
     * that of the app that was mounted
     */
    notFound?: Step;
    isMounted?: boolean;
};
export type Outcome = {
    status: number;
    /**
     * the status in words, such as "405 Method Not Allowed"
     */
    message: string;
    /**
     * the methods, for 405
     */
    allow?: string;
    /**
     * the target, for a redirect
     */
    location?: string;
};
export type Settings = {
    table: TableOptions;
    maxBody: number;
    report: (error: unknown, c: any) => void;
    clientAddress: (c: any) => string | undefined;
    /**
     * as they were given
     */
    own: {
        report?: unknown;
        clientAddress?: unknown;
    };
};
/** @param {Context} c */
export declare function defaultNotFound(c: Context): any;
/**
 * @param {unknown} error
 * @param {Context} c
 */
export declare function defaultOnError(error: unknown, c: Context): Response;
/**
 * The response that middleware has asked for (`c.onOutcome`), or plain text.
 * @param {Outcome} outcome
 * @param {Context} c
 * @returns {any}
 */
export declare function defaultOnOutcome(outcome: Outcome, c: Context): any;
/**
 * A step that passes the errors of a mounted app to that app's own handler.
 * @param {(error: unknown, c: Context) => any} onError
 * @returns {Step}
 */
export declare function errorsTo(onError: (error: unknown, c: Context) => any): Step;
/**
 * A step that responds to misses below a mounted app.
 * @param {(c: Context) => any} notFound
 * @returns {Step}
 */
export declare function missesTo(notFound: (c: Context) => any): Step;
/**
 * The same for the other outcomes.
 * @param {(outcome: Outcome, c: Context) => any} onOutcome
 * @returns {Step}
 */
export declare function outcomesTo(onOutcome: (outcome: Outcome, c: Context) => any): Step;
export declare class Engine {
    #private;
    options: import("../arguments.js").TableOptions;
    maxBody: number;
    clientAddress: (c: any) => string | undefined;
    own: {
        report?: unknown;
        clientAddress?: unknown;
    };
    tellsMethods: boolean;
    table: RouteTable<any>;
    notFound: typeof defaultNotFound;
    onError: typeof defaultOnError;
    onOutcome: typeof defaultOnOutcome;
    /** @type {Route[]} */
    routes: Route[];
    /** @type {Layer[]} middleware around misses */
    layers: Layer[];
    /** @type {Layer[]} steps of mounted apps that respond to misses: after all middleware */
    answers: Layer[];
    /** @param {Settings} settings */
    constructor({ table, maxBody, report, clientAddress, own }: Settings);
    /**
     * Reports an error that no response shows. A failing report must not fail the request.
     * @param {unknown} error
     * @param {Context} c
     */
    report(error: unknown, c: Context): void;
    newId(): string;
    /**
     * @param {string} pattern
     * @param {string} host
     * @param {Step[]} steps
     * @returns {Layer}
     */
    layer(pattern: string, host: string, steps: Step[]): Layer;
    /**
     * Adds routes and middleware; if that fails, undoes all of it.
     * @param {() => void} add
     */
    attempt(add: () => void): void;
    /**
     * Adds routes: all, or none if one is refused.
     * @param {Route[]} routes
     */
    addAll(routes: Route[]): void;
    /**
     * @param {string} name
     * @param {Record<string, string | number | bigint>} params
     */
    url(name: string, params: Record<string, string | number | bigint>): string;
    /**
     * @param {Layer[]} layers around misses, where they cover them
     * @param {Layer[]} [answers] to misses
     */
    addLayers(layers: Layer[], answers?: Layer[]): void;
    /**
     * @param {any} request
     * @param {unknown} env
     * @param {unknown} executionCtx
     * @returns {Response | Promise<Response>}
     */
    fetch(request: any, env: unknown, executionCtx: unknown): Response | Promise<Response>;
}
/**
 * The same for two middlewares that may cover the same path.
 * @param {Layer} layer
 * @param {Layer[]} others
 */
export declare function checkLayers(layer: Layer, others: Layer[]): void;
