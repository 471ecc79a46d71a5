import { HttpError } from "../http-error.js";

/** @typedef {import("#app").Context} Context */

/**
 * @typedef {object} Problem a problem detail (RFC 9457 3.1); other members may be added
 * @property {string} type
 * @property {string} title
 * @property {number} status
 * @property {string} [detail]
 * @property {string} [instance]
 */

/**
 * Makes errors of the handlers behind it to `application/problem+json` (RFC 9457): `type` is `about:blank`, `title` the
 * status in words, `detail` the message of an HttpError, `instance` the path. An HttpError's headers are kept. Whatever
 * else is thrown, an Error or not, is a 500 that tells the client nothing of it, and goes to `report`; no answer ever
 * has a stack.
 *
 * The fields by which a failed handler described its content (type, length, ETag ...) are taken back, and the answer
 * says `Cache-Control: no-store` if the HttpError does not say otherwise.
 * @param {object} [options]
 * @param {(problem: Problem, error: unknown, c: Context) => object} [options.problem] changes what is sent: gets the
 *   problem, gives the object to send, such as `{ ...problem, code: 17 }`. A `status` of its own becomes the answer's
 * @param {boolean} [options.details] messages of other errors are sent too: for development. Default false
 * @param {(error: unknown, c: Context) => void} [options.report] is given each error that is no HttpError; default
 *   `console.error`
 */
export function recover({ problem = (usual) => usual, details = false, report = print } = {}) {
  return async (/** @type {Context} */ c) => {
    try {
      return await c.next();
    } catch (error) {
      if (!(error instanceof HttpError)) report(error, c);
      const usual = describe(error, details, c);
      const body = problem({ ...usual }, error, c);
      setFields(error, c);
      return c.json(body, statusOf(body) ?? usual.status);
    }
  };
}

/** @param {unknown} error */
function print(error) {
  console.error(error);
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

/** @param {unknown} error */
function messageOf(error) {
  if (error instanceof Error) return error.message;
  return typeof error === "string" ? error : undefined;
}

/**
 * The path as a reference: one that begins with `//` would be read as a host's (RFC 3986 4.2).
 * @param {string} path
 */
function reference(path) {
  return path.startsWith("//") ? `/.${path}` : path;
}

/** What described the content that is not sent. */
const OF_CONTENT = [
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-length",
  "content-location",
  "content-range",
  "etag",
  "last-modified",
];

/**
 * @param {unknown} error
 * @param {Context} c
 */
function setFields(error, c) {
  for (const name of OF_CONTENT) c.header(name, undefined);
  c.header("cache-control", "no-store");
  if (error instanceof HttpError) for (const [name, value] of Object.entries(error.headers)) c.header(name, value);
  c.header("content-type", "application/problem+json");
}

/**
 * What a problem says of its status, if that is one of an error.
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
