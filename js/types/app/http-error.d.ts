/** An error with a response: a handler throws it when the request is at fault. */
export declare class HttpError extends Error {
    /** @type {number} */
    status: number;
    /** @type {Record<string, string>} */
    headers: Record<string, string>;
    /**
     * @param {number} status from 400 to 599
     * @param {string} [message] for the client
     * @param {{ headers?: Record<string, string>, cause?: unknown }} [options] `headers` of the response; the `cause`
     *   stays on the server
     */
    constructor(status: number, message?: string, options?: {
        headers?: Record<string, string>;
        cause?: unknown;
    });
}
