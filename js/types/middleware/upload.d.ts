export declare class Upload {
    #private;
    /** The same request, with a watched body. */
    request: Request;
    /** Whether it broke off. */
    failed: boolean;
    /**
     * @param {Request} request whose body nobody has begun to read
     * @param {() => number} now milliseconds
     */
    constructor(request: Request, now: () => number);
    /** Whether the client keeps a reader waiting. */
    get isAwaited(): boolean;
    /** Milliseconds of the current wait, or of the one that the reader cancelled; undefined: none. */
    get waits(): number | undefined;
    /** Milliseconds of all waits. */
    get waited(): number;
}
/**
 * Whether a request has a body that nobody reads yet.
 * @param {any} request
 */
export declare function hasUpload(request: any): boolean;
/**
 * Watches a request's body; undefined if there is none to be watched.
 * @param {any} request
 * @param {() => number} now
 */
export declare function watchUpload(request: any, now: () => number): Upload | undefined;
