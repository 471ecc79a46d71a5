import { badArgument, checkOptions, isToken, requireBoolean, requireInteger } from "../base/arguments.js";
import { originList, originTest } from "./lib/origins.js";
import { when } from "./lib/maybe-promise.js";

/** @typedef {import("#app").Context} Context */

/**
 * @template [C=any]
 * @typedef {object} CorsOptions
 * @property {import("./lib/origins.js").Origins<C>} [origin] `*` (the default); one origin, such as
 *   `https://example.com`; an expression, such as `/^https:\/\/[\w-]+\.example\.com$/` (anchor it at both ends); a list
 *   of these; or a function that returns `true`, or a promise of it, for allowed ones. The origin `null` (of sandboxes
 *   and files) is allowed only by `*`, or if it is listed: any page can have it
 * @property {readonly string[]} [methods] default GET, HEAD, PUT, POST, DELETE, PATCH
 * @property {readonly string[]} [headers] of requests; default: those that the preflight asks for
 * @property {readonly string[]} [exposeHeaders] fields of responses that pages may read; default: only the safelisted
 * @property {boolean} [credentials] pages may send cookies and Authorization; not together with `*`. Default false
 * @property {number} [maxAge] seconds for which the response to a preflight is valid; default: the browser's, 5
 * @property {boolean} [privateNetwork] respond to preflights from public pages to private networks. Default false
 */

/**
 * @typedef {object} Policy the options, checked, as the fields need them
 * @property {string | undefined} fixed the allowed origin if it is the same for every request: `*` or one origin
 * @property {(origin: string, c: Context) => boolean | Promise<boolean>} isAllowed where `fixed` is undefined
 * @property {string} methods
 * @property {string | undefined} headers undefined: those that the preflight asks for
 * @property {string} exposed
 * @property {boolean} credentials
 * @property {string | undefined} maxAge
 * @property {boolean} privateNetwork
 */

const OPTIONS = ["origin", "methods", "headers", "exposeHeaders", "credentials", "maxAge", "privateNetwork"];
const METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH"];
const APPEND = { append: true };

/**
 * Lets pages of other origins read responses (CORS, in the Fetch standard). Preflights, which are OPTIONS with
 * Access-Control-Request-Method, get their 204 here and reach no handler, whether or not a route matches. So put it
 * before guards, because a preflight has no credentials. Misses and errors get the fields, too: otherwise a page could
 * not see the error.
 *
 *     app.use(cors({ origin: ["https://example.com", /^https:\/\/[\w-]+\.example\.com$/], credentials: true }));
 *
 * An origin that is not allowed gets the same response without the fields, and the browser hides it from the page. That
 * protects only against browsers.
 *
 * If the response depends on the request's origin, it has `Vary: Origin`.
 * @template {Context} [C=Context]
 * @param {CorsOptions<C>} [options]
 * @returns {import("#app").MiddlewareOf<C>}
 */
export function cors(options = {}) {
  const policy = readPolicy(options);
  return (/** @type {Context} */ c, /** @type {any} */ next) => {
    if (policy.fixed !== undefined) return respond(c, next, policy, policy.fixed);
    c.header("vary", "Origin", APPEND);
    const origin = c.header("origin");
    if (origin === undefined) return respond(c, next, policy, undefined);
    return when(policy.isAllowed(origin, c), (yes) => respond(c, next, policy, yes ? origin : undefined));
  };
}

/**
 * @param {Context} c
 * @param {any} next
 * @param {Policy} policy
 * @param {string | undefined} origin that is allowed
 */
function respond(c, next, policy, origin) {
  const preflight = c.method === "OPTIONS" && c.header("access-control-request-method") !== undefined;
  if (origin !== undefined) {
    c.header("access-control-allow-origin", origin);
    if (policy.credentials) c.header("access-control-allow-credentials", "true");
    if (preflight) allow(c, policy);
    else if (policy.exposed) c.header("access-control-expose-headers", policy.exposed);
  }
  return preflight ? c.body(null, 204) : next();
}

/**
 * The fields of the response to an allowed preflight.
 * @param {Context} c
 * @param {Policy} policy
 */
function allow(c, policy) {
  c.header("access-control-allow-methods", policy.methods);
  if (policy.headers === undefined) c.header("vary", "Access-Control-Request-Headers", APPEND);
  const headers = policy.headers ?? c.header("access-control-request-headers") ?? "";
  if (headers.split(",").every((name) => isToken(name.trim()))) c.header("access-control-allow-headers", headers);
  if (policy.maxAge !== undefined) c.header("access-control-max-age", policy.maxAge);
  if (policy.privateNetwork && c.header("access-control-request-private-network") === "true")
    c.header("access-control-allow-private-network", "true");
}

// ---------------------------------------------------------------- options

/**
 * @param {CorsOptions} options
 * @returns {Policy}
 */
function readPolicy(options) {
  checkOptions("cors", options, OPTIONS);
  const { origin = "*", methods = METHODS, headers, exposeHeaders = [], maxAge } = options;
  const credentials = requireBoolean("cors: credentials", options.credentials, false);
  if (credentials) refuseStar({ origin, methods, headers, exposeHeaders });
  return {
    fixed: fixedOrigin(originList("cors", origin)),
    isAllowed: originTest("cors", origin),
    methods: tokens("methods", methods),
    headers: headers && tokens("headers", headers),
    exposed: tokens("exposeHeaders", exposeHeaders),
    credentials,
    maxAge: maxAge === undefined ? undefined : String(requireInteger("cors: maxAge", maxAge)),
    privateNetwork: requireBoolean("cors: privateNetwork", options.privateNetwork, false),
  };
}

/**
 * Refuses `*` with credentials: browsers ignore it, and to repeat any origin would let every page act for the user.
 * @param {Record<string, unknown>} lists
 */
function refuseStar(lists) {
  for (const [name, list] of Object.entries(lists))
    if (list === "*" || (Array.isArray(list) && list.includes("*")))
      throw badArgument(`cors: "*" as ${name} has no effect with credentials; list what is allowed`);
}

/**
 * @param {string} name
 * @param {readonly string[]} list
 */
function tokens(name, list) {
  if (Array.isArray(list) && list.every((one) => typeof one === "string" && isToken(one))) return list.join(", ");
  throw badArgument(`cors: ${name} must be an array of names, such as ["X-One", "X-Two"], not ${JSON.stringify(list)}`);
}

/** @param {(string | RegExp)[] | undefined} list undefined: a function decides */
function fixedOrigin(list) {
  if (list?.includes("*")) return "*";
  return list?.length === 1 && typeof list[0] === "string" ? list[0] : undefined;
}
