import { HttpError } from "../index.js";
import { checkOptions, requireBoolean, requireFunction, requireObject } from "../base/arguments.js";
import { print, settle, tell, when } from "./lib/sync.js";

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
export function recover(options = {}) {
  checkOptions("recover", options, ["problem", "details", "report"]);
  const { problem = (/** @type {Problem} */ usual) => usual, report = print } = options;
  requireFunction("recover: problem", problem);
  const details = requireBoolean("recover: details", options.details, false);
  requireFunction("recover: report", report);

  /** @type {(error: unknown, usual: Problem, headers: Record<string, string>, c: any) => any} */
  const send = (error, usual, headers, c) =>
    when(problem({ ...usual }, error, c), (given) => {
      const body = requireObject("what the function problem of recover gives", given);
      const fields = { ...headers, "content-type": "application/problem+json" };
      return c.json(body, { status: statusOf(body) ?? usual.status, headers: fields });
    });

  const respondTo = (/** @type {unknown} */ error, /** @type {any} */ c) => {
    if (isReported(error)) tell(report, error, c);
    const headers = error instanceof HttpError ? lowerCased(error.headers) : {};
    return send(error, describe(error, details, c), { "cache-control": "no-store", ...headers }, c);
  };

  const outcomes = (/** @type {any} */ { status, message }, /** @type {Context} */ c) => {
    if (status < 400) return c.body(null, status);
    const usual = { type: "about:blank", title: titleOf(status), status, instance: reference(c.path) };
    return send(new HttpError(status, message), usual, {}, c);
  };

  return (/** @type {any} */ c, /** @type {any} */ next) => {
    c.onOutcome(outcomes);
    return settle(
      next,
      (response) => response,
      (error) => respondTo(error, c),
    );
  };
}

/**
 * An HttpError needs no report, unless it hides a failure of the server.
 * @param {unknown} error
 */
function isReported(error) {
  return !(error instanceof HttpError) || (error.status >= 500 && error.cause !== undefined);
}

/** @param {Record<string, string>} headers */
function lowerCased(headers) {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/**
 * @param {unknown} error
 * @param {boolean} details
 * @param {Context} c
 * @returns {Problem}
 */
function describe(error, details, c) {
  const status = error instanceof HttpError ? error.status : 500;
  const detail = error instanceof HttpError || details ? messageOf(error) : undefined;
  return { type: "about:blank", title: titleOf(status), status, detail, instance: reference(c.path) };
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

/**
 * A status in words (RFC 9110 15 and the registry of HTTP status codes), which is the title of a problem without a type
 * of its own.
 * @type {Record<number, string>}
 */
const TITLES = {
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  407: "Proxy Authentication Required",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  411: "Length Required",
  412: "Precondition Failed",
  413: "Content Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  417: "Expectation Failed",
  421: "Misdirected Request",
  422: "Unprocessable Content",
  423: "Locked",
  424: "Failed Dependency",
  425: "Too Early",
  426: "Upgrade Required",
  428: "Precondition Required",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  451: "Unavailable For Legal Reasons",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
  506: "Variant Also Negotiates",
  507: "Insufficient Storage",
  508: "Loop Detected",
  511: "Network Authentication Required",
};

/** @param {number} status */
function titleOf(status) {
  return TITLES[status] ?? (status < 500 ? "Client Error" : "Server Error");
}
