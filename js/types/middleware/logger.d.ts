export type Context = import("#app").Context;
export type LoggerOptions = {
    /**
     * default `console.log`
     */
    print?: (line: string) => void;
    /**
     * milliseconds; default `performance.now`. (A Worker's clock advances only with I/O: a
     * handler that only computes takes 0 ms.)
     */
    now?: () => number;
};
/**
 * @typedef {import("#app").Context} Context
 *
 * @typedef {object} LoggerOptions
 * @property {(line: string) => void} [print] default `console.log`
 * @property {() => number} [now] milliseconds; default `performance.now`. (A Worker's clock advances only with I/O: a
 *   handler that only computes takes 0 ms.)
 */
/**
 * Prints a line for each request when it is over:
 *
 *     GET /users/42 200 3.1 ms
 *     GET /nothing 404 0.2 ms
 *     POST /users error: the database is away 12 ms
 *
 * The path is as the request wrote it, without the query, which often carries secrets. For an HttpError the line has
 * the status, for any other error its message, because the logger does not know what `onError` will respond. Put
 * `recover` after the logger, and the logger sees the response.
 *
 * A request is over when its response begins, though a stream may still run. If a step around the logger gives up, as
 * `timeout` does, the line comes when the steps inside end; a handler that never ends gets none. Allocates the
 * line and, for an asynchronous chain, one promise.
 * @param {LoggerOptions} [options]
 * @returns {import("#app").Middleware}
 */
export declare function logger(options?: LoggerOptions): import("#app").Middleware;
