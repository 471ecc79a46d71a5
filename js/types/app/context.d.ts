export type Chain = import("./chain.js").Chain;
export type Link = import("./chain.js").Link;
export type Fields = import("./fields.js").Fields;
export type Init = import("./response.js").Init;
export type Found = import("../found.js").Found;
export type Rare = {
    /**
     * what onError handles
     */
    error?: unknown;
    id?: string;
    body?: Promise<import("#app").Bytes>;
    allow?: string;
    location?: string;
    onOutcome?: (outcome: any, c: any) => any;
    /**
     * the `c` that this one was detached from
     */
    origin?: unknown;
};
/** What `next` threw. */
declare class Failure {
    error: unknown;
    /** @param {unknown} error */
    constructor(error: unknown);
}
/** Runs a request's chain. @type {(c: Context) => Response | Promise<Response>} */
export declare let start: (c: Context) => Response | Promise<Response>;
/** @type {(c: Context) => Chain} */
export declare let chainOf: (c: Context) => Chain;
/** @type {(c: Context) => Rare} */
export declare let rareOf: (c: Context) => Rare;
export declare class Context {
    #private;
    static given: Failure | Promise<Response> | Response | null | undefined;
    /** @type {any} */
    request: any;
    /** @type {any} */
    env: any;
    /** @type {any} */
    executionCtx: any;
    /** @type {string} */
    url: string;
    /**
     * @param {Chain} chain
     * @param {Found | undefined} found the lookup that led here; undefined: what it found is copied from another `c`
     * @param {number[] | undefined} others
     * @param {any} request
     * @param {any} env
     * @param {any} executionCtx
     * @param {string} url
     */
    constructor(chain: Chain, found: Found | undefined, others: number[] | undefined, request: any, env: any, executionCtx: any, url: string);
    get method(): any;
    get path(): string;
    get routePattern(): string | undefined;
    get routeName(): string | undefined;
    get error(): unknown;
    get requestId(): string;
    set requestId(id: string);
    get clientAddress(): string | undefined;
    /** @param {string | number} key */
    param(key: string | number): string | undefined;
    /** @param {string | number} key */
    rawParam(key: string | number): string | undefined;
    params(): Record<string, string | undefined>;
    /** @param {string | number} key */
    int(key: string | number): number | undefined;
    /** @param {string} [name] */
    query(name?: string): string | URLSearchParams | undefined;
    /** @param {string} [name] */
    cookie(name?: string): string | Record<string, string> | undefined;
    /** The request's body as bytes. */
    read(): Promise<Uint8Array<ArrayBuffer>>;
    readText(): Promise<string>;
    readJson(): Promise<any>;
    readForm(): Promise<FormData>;
    /** @param {unknown} key */
    get(key: unknown): unknown;
    /**
     * @param {unknown} key
     * @param {unknown} value
     */
    set(key: unknown, value: unknown): void;
    /**
     * Returns a function that undoes what is set until it is called: values, header fields, cookies, the status. For
     * middleware that tries alternatives; only before `next`.
     */
    savepoint(): () => void;
    /**
     * A `c` of its own, to run the rest of the chain with: `next(c.detached())`.
     * @param {any} [request] for the same URL; default: the same
     */
    detached(request?: any): Context;
    /**
     * @param {string} name
     * @param {string | undefined} [value]
     * @param {{ append?: boolean }} [options]
     */
    header(name: string, value?: string | undefined, options?: {
        append?: boolean;
    }): any;
    /**
     * @param {string} name
     * @param {string} value
     * @param {{ path?: string }} [options]
     */
    setCookie(name: string, value: string, options?: {
        path?: string;
    }): void;
    /**
     * @param {string} name
     * @param {{ path?: string }} [options]
     */
    deleteCookie(name: string, options?: {
        path?: string;
    }): void;
    /** @param {number} code */
    status(code: number): void;
    /**
     * @param {string} text
     * @param {Init} [init]
     */
    text(text: string, init?: Init): Response;
    /**
     * @param {string} text
     * @param {Init} [init]
     */
    html(text: string, init?: Init): Response;
    /**
     * @param {unknown} value
     * @param {Init} [init]
     */
    json(value: unknown, init?: Init): Response;
    /**
     * @param {BodyInit | null} body
     * @param {Init} [init]
     */
    body(body: BodyInit | null, init?: Init): Response;
    /**
     * @param {string | URL} location
     * @param {number} [status]
     */
    redirect(location: string | URL, status?: number): Response;
    /**
     * @param {import("./stream.js").Source} source
     * @param {Init} [init]
     */
    stream(source: import("./stream.js").Source, init?: Init): Response;
    /**
     * @param {import("./events.js").EventSource} source
     * @param {Init} [init]
     */
    events(source: import("./events.js").EventSource, init?: Init): Response;
    /** @param {(outcome: any, c: any) => any} handler */
    onOutcome(handler: (outcome: any, c: any) => any): void;
    notFound(): any;
}
export {};
