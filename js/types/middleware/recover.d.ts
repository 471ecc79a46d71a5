export type Context = import("#app").Context;
export type Problem = {
    type: string;
    title: string;
    status: number;
    detail?: string;
    instance?: string;
};
export type RecoverOptions<C = any> = {
    /**
     * changes the
     * body: returns the object to send, such as `{ ...problem, code: 17 }`. Its `status` becomes the response's. Where no
     * step threw, as for a 404, `error` is also an HttpError
     */
    problem?: (problem: Problem, error: unknown, c: C) => object | Promise<object>;
    /**
     * sends the messages of other errors too, for development. Default false
     */
    details?: boolean;
    /**
     * gets each error that is not an HttpError, and each
     * 5xx that has a `cause`; default `console.error`
     */
    report?: (error: unknown, c: C) => void;
};
/**
 * @typedef {import("#app").Context} Context
 *
 * @typedef {object} Problem a problem detail (RFC 9457 3.1); other members may be added
 * @property {string} type
 * @property {string} title
 * @property {number} status
 * @property {string} [detail]
 * @property {string} [instance]
 */
/**
 * @template [C=any]
 * @typedef {object} RecoverOptions
 * @property {(problem: Problem, error: unknown, c: C) => object | Promise<object>} [problem] changes the
 *   body: returns the object to send, such as `{ ...problem, code: 17 }`. Its `status` becomes the response's. Where no
 *   step threw, as for a 404, `error` is also an HttpError
 * @property {boolean} [details] sends the messages of other errors too, for development. Default false
 * @property {(error: unknown, c: C) => void} [report] gets each error that is not an HttpError, and each
 *   5xx that has a `cause`; default `console.error`
 */
/**
 * Turns errors of the steps inside it into `application/problem+json` (RFC 9457): `type` is `about:blank`, `title` the
 * status in words, `detail` the message of an HttpError, `instance` the path. It keeps an HttpError's headers. Anything
 * else that is thrown, an Error or not, goes to `report`, and the client gets a 500 without details; no response ever
 * has a stack. The app's own 404, 405, 414 and 400 become problems too, unless the app has a `notFound` or an
 * `onOutcome`.
 *
 *     app.use(recover({ problem: (problem, error) => ({ ...problem, issues: error.cause?.issues }) }));
 *
 * An error response has `Cache-Control: no-store`, unless the HttpError has its own.
 * @template {Context} [C=Context]
 * @param {RecoverOptions<C>} [options]
 * @returns {import("#app").MiddlewareOf<C>}
 */
export declare function recover<C extends Context = Context>(options?: RecoverOptions<C>): import("#app").MiddlewareOf<C>;
