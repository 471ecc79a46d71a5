import { badArgument } from "../arguments.js";
import { count, isToken } from "./checks.js";

/** @typedef {import("#app").Context} Context */
/** @typedef {(origin: string, c: Context) => boolean | Promise<boolean>} Decide */

/**
 * @typedef {object} Policy the options, checked and written out
 * @property {string | undefined} fixed the same for every request: `*` or an origin
 * @property {Decide} decide where it is not
 * @property {string} methods
 * @property {string | undefined} headers undefined: those that are asked for
 * @property {string} exposed
 * @property {boolean} credentials
 * @property {string | undefined} maxAge
 * @property {boolean} privateNetwork
 */

const METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH"];
const APPEND = { append: true };

/**
 * Lets pages of other origins read answers (CORS, in the Fetch standard). Preflights, which are OPTIONS with
 * Access-Control-Request-Method, are answered here with 204 and reach no handler, whether or not there is a route for
 * them; so put it before what asks for credentials, which a preflight does not have. Misses and errors get the fields
 * as well, or a page could not see which error it was.
 *
 * An origin that is not allowed gets the same answer without the fields: the browser keeps it from the page. That is no
 * protection against anybody but browsers.
 *
 * Where the answer depends on the request's origin it says `Vary: Origin`.
 * @param {object} [options]
 * @param {string | readonly string[] | Decide} [options.origin] `*` (the default); one origin, such as
 *   `https://example.com`, or a list of them; a function that says `true`, now or later, for those that are allowed.
 *   The origin `null` (of sandboxes and files) is allowed by `*`, or if it is listed: anybody can have it.
 * @param {readonly string[]} [options.methods] default GET, HEAD, PUT, POST, DELETE, PATCH
 * @param {readonly string[]} [options.headers] of requests; default: all that the preflight asks for
 * @param {readonly string[]} [options.exposeHeaders] of responses, that pages may read; default: the simple ones alone
 * @param {boolean} [options.credentials] pages may send cookies and Authorization; not together with a `*`. Default
 *   false
 * @param {number} [options.maxAge] seconds that a preflight's answer is good for; default: the browser's, 5
 * @param {boolean} [options.privateNetwork] answer preflights from public pages to private networks. Default false
 */
export function cors(options = {}) {
  const policy = readPolicy(options);
  return (/** @type {Context} */ c) => {
    if (policy.fixed !== undefined) return answer(c, policy, policy.fixed);
    c.header("vary", "Origin", APPEND);
    const origin = c.header("origin");
    const allowed = origin !== undefined && policy.decide(origin, c);
    const then = (/** @type {unknown} */ yes) => answer(c, policy, yes === true ? origin : undefined);
    return allowed instanceof Promise ? allowed.then(then) : then(allowed);
  };
}

/**
 * @param {Context} c
 * @param {Policy} policy
 * @param {string | undefined} origin that is allowed
 */
function answer(c, policy, origin) {
  const preflight = c.method === "OPTIONS" && c.header("access-control-request-method") !== undefined;
  if (origin !== undefined) {
    c.header("access-control-allow-origin", origin);
    if (policy.credentials) c.header("access-control-allow-credentials", "true");
    if (preflight) allow(c, policy);
    else if (policy.exposed) c.header("access-control-expose-headers", policy.exposed);
  }
  return preflight ? c.body(null, 204) : c.next();
}

/** @param {string} list */
function isTokens(list) {
  return list.split(",").every((name) => isToken(name.trim()));
}

/**
 * What a preflight asks for.
 * @param {Context} c
 * @param {Policy} policy
 */
function allow(c, policy) {
  c.header("access-control-allow-methods", policy.methods);
  if (policy.headers === undefined) c.header("vary", "Access-Control-Request-Headers", APPEND);
  const headers = policy.headers ?? c.header("access-control-request-headers") ?? "";
  if (isTokens(headers)) c.header("access-control-allow-headers", headers);
  if (policy.maxAge !== undefined) c.header("access-control-max-age", policy.maxAge);
  if (policy.privateNetwork && c.header("access-control-request-private-network") === "true")
    c.header("access-control-allow-private-network", "true");
}

// ---------------------------------------------------------------- options

/**
 * @param {NonNullable<Parameters<typeof cors>[0]>} options
 * @returns {Policy}
 */
function readPolicy({ origin = "*", methods = METHODS, headers, exposeHeaders = [], credentials = false, ...rest }) {
  const { maxAge, privateNetwork = false } = rest;
  if (credentials) refuseStar({ origin, methods, headers, exposeHeaders });
  return {
    ...readOrigin(origin),
    methods: tokens("methods", methods),
    headers: headers && tokens("headers", headers),
    exposed: tokens("exposeHeaders", exposeHeaders),
    credentials,
    maxAge: maxAge === undefined ? undefined : String(count("cors: maxAge", maxAge)),
    privateNetwork,
  };
}

/**
 * Browsers take no `*` where there are credentials; and to send back whatever origin asks would let every page act for
 * the user.
 * @param {Record<string, unknown>} lists
 */
function refuseStar(lists) {
  for (const [name, list] of Object.entries(lists))
    if (list === "*" || (Array.isArray(list) && list.includes("*")))
      throw badArgument(`cors: "*" as ${name} has no effect with credentials: list what is allowed`);
}

/**
 * @param {string} name
 * @param {readonly string[]} list
 */
function tokens(name, list) {
  if (Array.isArray(list) && list.every((one) => typeof one === "string" && isToken(one))) return list.join(", ");
  throw badArgument(`cors: ${name} is a list of names, such as ["X-One", "X-Two"], not ${JSON.stringify(list)}`);
}

/**
 * @param {string | readonly string[] | Decide} origin
 * @returns {{ fixed: string | undefined, decide: Decide }}
 */
function readOrigin(origin) {
  if (typeof origin === "function") return { fixed: undefined, decide: origin };
  const list = typeof origin === "string" ? [origin] : [...origin];
  if (list.includes("*")) return { fixed: "*", decide: () => true };
  list.forEach(checkOrigin);
  const known = new Set(list);
  return { fixed: list.length === 1 ? list[0] : undefined, decide: (asking) => known.has(asking) };
}

/**
 * Origins are compared as texts, so one that no browser would write is a mistake.
 * @param {unknown} origin
 */
function checkOrigin(origin) {
  if (origin === "null") return;
  const plain = typeof origin === "string" && /^[a-z][a-z0-9+.-]*:\/\/[^/?#@*\sA-Z]+$/.test(origin);
  if (plain && (!/^https?:/.test(origin) || (URL.canParse(origin) && new URL(origin).origin === origin))) return;
  throw badArgument(
    `cors: ${JSON.stringify(origin)} is no origin: write scheme, host and, if it is not the usual one, port, in ` +
      `lower case, without a slash at the end, such as "https://example.com" or "http://localhost:8080"`,
  );
}
