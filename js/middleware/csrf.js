import { HttpError } from "../index.js";
import { badArgument, checkOptions } from "../base/arguments.js";
import { originList, originTest } from "./lib/origins.js";
import { when } from "./lib/maybe-promise.js";

/** @typedef {import("#app").Context} Context */

/**
 * @template [C=any]
 * @typedef {object} CsrfOptions
 * @property {import("./lib/origins.js").Origins<C>} [origin] trusted origins besides the app's own, as in `cors`.
 *   Default: none
 */

/** Methods that change nothing. This cannot protect a site where they do. */
const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/** The values of Sec-Fetch-Site if the site's own pages, or the user, made the request. */
const OWN = new Set(["same-origin", "none"]);

/**
 * Refuses, with 403, requests that pages of other origins make with a user's browser: cross-site request forgery.
 * Browsers state where a request comes from (`Sec-Fetch-Site`; before 2023, only `Origin`), so no tokens are needed.
 *
 *     app.use(csrf({ origin: "https://login.example.com" }));
 *
 * GET, HEAD and OPTIONS pass, and so does `Sec-Fetch-Site: same-origin` or `none`. With another `Sec-Fetch-Site`, such
 * as that of a subdomain, a request passes if its `Origin` is trusted. Without `Sec-Fetch-Site`, the host in `Origin`
 * must be that of the URL, or the origin must be trusted. A request with neither field does not come from a browser,
 * and passes.
 * @template {Context} [C=Context]
 * @param {CsrfOptions<C>} [options]
 * @returns {import("#app").MiddlewareOf<C>}
 */
export function csrf(options = {}) {
  checkOptions("csrf", options, ["origin"]);
  const { origin = [] } = options;
  const isTrusted = originTest("csrf", origin);
  for (const any of ["*", "null"])
    if (originList("csrf", origin)?.includes(any))
      throw badArgument(`csrf: origin must not be "${any}", which any site can have`);
  return (/** @type {Context} */ c, /** @type {any} */ next) => {
    const site = c.header("sec-fetch-site");
    if (SAFE.has(c.method) || (site !== undefined && OWN.has(site))) return next();
    const from = c.header("origin");
    if (site === undefined && (from === undefined || isOwn(from, c.url))) return next();
    return when(from !== undefined && isTrusted(from, c), (yes) => {
      if (yes) return next();
      throw new HttpError(403, "403 Forbidden: the request comes from a page of another origin");
    });
  };
}

/**
 * Whether an origin is the app's own. Ignores the scheme, which the app does not know if a proxy terminates TLS.
 * @param {string} origin
 * @param {string} url
 */
function isOwn(origin, url) {
  return URL.canParse(origin) && URL.canParse(url) && new URL(origin).host === new URL(url).host;
}
