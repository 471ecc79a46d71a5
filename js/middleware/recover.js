import { HttpError } from "../index.js";
import { checkOptions, requireBoolean, requireFunction, requireObject } from "../base/arguments.js";
import { notify, printError } from "./lib/listener.js";
import { settle, when } from "./lib/maybe-promise.js";
import { statusText } from "./lib/status-text.js";

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
 *   body: returns the object to send, such as `{ ...problem, code: 17 }`. Its `status` becomes the response's. If no
 *   step threw, as for a 404, `error` is also an HttpError
 * @property {boolean} [details] also sends the messages of errors that are not HttpErrors, for development. Default
 *   false
 * @property {(error: unknown, c: C) => void} [report] gets each error that is not an HttpError, and each
 *   5xx that has a `cause`; default `console.error`
 */

/**
 * Turns errors of the steps inside it into `application/problem+json` (RFC 9457): `type` is `about:blank`, `title` the
 * status in words, `detail` the message of an HttpError, `instance` the path. It keeps an HttpError's headers. Anything
 * else that is thrown, an Error or not, goes to `report`, and the client gets a 500 without details; no response ever
 * has a stack trace. The app's own 404, 405, 414 and 400 become problems too, unless the app has a `notFound` or an
 * `onOutcome`.
 *
 *     app.use(recover({ problem: (problem, error) => ({ ...problem, issues: error.cause?.issues }) }));
 *
 * An error response has `Cache-Control: no-store`, unless the HttpError has its own.
 * @template {Context} [C=Context]
 * @param {RecoverOptions<C>} [options]
 * @returns {import("#app").MiddlewareOf<C>}
 */
export function recover(options = {}) {
  checkOptions("recover", options, ["problem", "details", "report"]);
  const { problem = (/** @type {Problem} */ usual) => usual, report = printError } = options;
  requireFunction("recover: problem", problem);
  const details = requireBoolean("recover: details", options.details, false);
  requireFunction("recover: report", report);

  /** @type {(error: unknown, about: { status: number, detail?: string }, headers: object, c: any) => any} */
  const send = (error, { status, detail }, headers, c) => {
    const instance = reference(c.path);
    const usual = { type: "about:blank", title: statusText(status), status, detail, instance };
    return when(problem(usual, error, c), (given) => {
      const body = requireObject("recover: what problem returns", given);
      const fields = { ...headers, "content-type": "application/problem+json" };
      return c.json(body, { status: statusOf(body) ?? status, headers: fields });
    });
  };

  const failed = (/** @type {unknown} */ error, /** @type {any} */ c) => {
    const isHttp = error instanceof HttpError;
    // The client sees an HttpError, so it needs no report, unless it hides a failure of the server.
    if (!isHttp || (error.status >= 500 && error.cause !== undefined)) notify(report, error, c);
    const own = isHttp ? Object.entries(error.headers).map(([name, value]) => [name.toLowerCase(), value]) : [];
    const about = { status: isHttp ? error.status : 500, detail: isHttp || details ? messageOf(error) : undefined };
    return send(error, about, { "cache-control": "no-store", ...Object.fromEntries(own) }, c);
  };

  const missed = (/** @type {any} */ { status, message }, /** @type {Context} */ c) =>
    status < 400 ? c.body(null, status) : send(new HttpError(status, message), { status }, {}, c);

  return (/** @type {any} */ c, /** @type {any} */ next) => {
    c.onOutcome(missed);
    return settle(
      next,
      (response) => response,
      (error) => failed(error, c),
    );
  };
}

/**
 * The message of an error, of any realm.
 * @param {any} error
 */
function messageOf(error) {
  if (typeof error?.message === "string") return error.message;
  return typeof error === "string" ? error : undefined;
}

/**
 * The path as a URI reference: a leading `//` would begin a host (RFC 3986 4.2).
 * @param {string} path
 */
function reference(path) {
  return path.startsWith("//") ? `/.${path}` : path;
}

/**
 * The status of a problem, if it is an error status.
 * @param {object} body
 */
function statusOf(body) {
  const status = "status" in body ? Number(body.status) : NaN;
  return Number.isInteger(status) && status >= 400 && status <= 599 ? status : undefined;
}
