import { Routes } from "./routes.js";
export declare class Router extends Routes {
    /**
     * Responds to a request. Whatever a handler does, it neither throws nor rejects.
     * @type {(request: Request, env?: any, executionCtx?: any) => Response | Promise<Response>}
     */
    fetch: (request: Request, env?: any, executionCtx?: any) => Response | Promise<Response>;
    /**
     * @param {import("#app").RouterOptions<any>} [options] those of the table, and: `maxBody`, the most bytes
     *   of a request's body that c.read takes (1 MiB; above that, 413); `report`, which gets errors (`console.error`);
     *   `clientAddress`, the field that `c.clientAddress` trusts, or a function
     */
    constructor(options?: import("#app").RouterOptions<any>);
    /**
     * For tests: the response to a request for a path, or a URL, or a Request.
     * @param {string | URL | Request} input
     * @param {RequestInit} [init]
     * @param {any} [env]
     * @param {any} [executionCtx]
     */
    request(input: string | URL | Request, init?: RequestInit, env?: any, executionCtx?: any): Promise<Response>;
    /**
     * Sets what responds to requests that no route matches.
     * @param {(c: any) => any} handler
     */
    notFound(handler: (c: any) => any): this;
    /**
     * Sets what responds when a step throws and no step around it catches that.
     * @param {(error: any, c: any) => any} handler
     */
    onError(handler: (error: any, c: any) => any): this;
    /**
     * Sets what responds in place of the app itself: 405, 414, 400, and redirects.
     * @param {(outcome: import("./engine.js").Outcome, c: any) => any} handler
     */
    onOutcome(handler: (outcome: import("./engine.js").Outcome, c: any) => any): this;
    /**
     * The URL of the route of that name; see RouteTable.url.
     * @param {string} name
     * @param {Record<string, string | number | bigint>} [params]
     */
    url(name: string, params?: Record<string, string | number | bigint>): string;
    /** The routes, in the order of registration. */
    routes(): {
        id: number;
        method: string;
        pattern: string;
        host: string | undefined;
        name: string | undefined;
    }[];
}
