export type Step = import("./chain.js").Step;
export type Layer = import("./covers.js").Layer;
export type Engine = import("./engine.js").Engine;
export type Route = import("./engine.js").Route;
export type Scope = {
    prefix: string;
    /**
     * "": any
     */
    host: string;
    /**
     * around every route added here from now on
     */
    layers: Layer[];
    /**
     * whether middleware of this scope also runs around requests that hit no route
     */
    misses: boolean;
};
/**
 * @typedef {import("./chain.js").Step} Step
 * @typedef {import("./covers.js").Layer} Layer
 * @typedef {import("./engine.js").Engine} Engine
 * @typedef {import("./engine.js").Route} Route
 *
 * @typedef {object} Scope
 * @property {string} prefix
 * @property {string} host "": any
 * @property {Layer[]} layers around every route added here from now on
 * @property {boolean} misses whether middleware of this scope also runs around requests that hit no route
 */
/**
 * The steps among the arguments of a call; flattens arrays.
 * @param {string} call for the error's text
 * @param {unknown[]} steps
 * @returns {Step[]}
 */
export declare function functions(call: string, steps: unknown[]): Step[];
/**
 * @param {string} call for the error's text
 * @param {unknown} value
 * @returns {any}
 */
export declare function oneFunction(call: string, value: unknown): any;
/**
 * @param {string} call
 * @param {unknown} bytes
 */
export declare function checkedMaxBody(call: string, bytes: unknown): number;
/**
 * For the rest of this package: the engine that an app adds its routes to.
 * @type {(routes: Routes) => Engine}
 */
export declare let engineOf: (routes: Routes) => Engine;
export declare class Routes {
    #private;
    /**
     * @param {Engine} engine
     * @param {Scope} [scope]
     */
    constructor(engine: Engine, { prefix, host, layers, misses }?: Scope);
    /**
     * @param {string} pattern
     * @param {...any} rest
     */
    get(pattern: string, ...rest: any[]): this;
    /**
     * @param {string} pattern
     * @param {...any} rest
     */
    post(pattern: string, ...rest: any[]): this;
    /**
     * @param {string} pattern
     * @param {...any} rest
     */
    put(pattern: string, ...rest: any[]): this;
    /**
     * @param {string} pattern
     * @param {...any} rest
     */
    patch(pattern: string, ...rest: any[]): this;
    /**
     * @param {string} pattern
     * @param {...any} rest
     */
    delete(pattern: string, ...rest: any[]): this;
    /**
     * @param {string} pattern
     * @param {...any} rest
     */
    head(pattern: string, ...rest: any[]): this;
    /**
     * @param {string} pattern
     * @param {...any} rest
     */
    options(pattern: string, ...rest: any[]): this;
    /**
     * A route for any method.
     * @param {string} pattern
     * @param {...any} rest
     */
    all(pattern: string, ...rest: any[]): this;
    /**
     * @param {string | string[]} methods
     * @param {string} pattern
     * @param {...any} rest `{ name, maxBody }` or nothing; middleware; the handler
     */
    on(methods: string | string[], pattern: string, ...rest: any[]): this;
    /**
     * A constant response to GET, encoded now.
     * @param {string} pattern
     * @param {string | ArrayBuffer | Uint8Array} body
     * @param {ResponseInit} [init]
     */
    static(pattern: string, body: string | ArrayBuffer | Uint8Array, init?: ResponseInit): this;
    /**
     * Middleware for the routes added from now on, and for misses.
     * @param {...any} rest a pattern or nothing; middleware
     */
    use(...rest: any[]): this;
    /**
     * Routes below a prefix, with middleware of their own.
     * @param {string} prefix
     * @param {...any} rest middleware; a function that adds the routes to its argument
     */
    group(prefix: string, ...rest: any[]): this;
    /**
     * Routes of a host.
     * @param {string} host
     * @param {...any} rest middleware; a function that adds the routes to its argument
     */
    host(host: string, ...rest: any[]): this;
    /**
     * Mounts another app: its routes as they are now, its middleware, and its handling of errors and misses.
     * @param {string} prefix
     * @param {unknown} other
     */
    route(prefix: string, other: unknown): this;
}
