import { badArgument, checkOptions, requireBoolean, requireFieldName, requireFunction } from "../base/arguments.js";
import { when } from "./lib/maybe-promise.js";

/** @typedef {import("#app").Context} Context */

/**
 * @template [C=any]
 * @typedef {object} RequestIdOptions
 * @property {string} [header] of the response, and of the request if it is trusted; default `x-request-id`
 * @property {(c: C) => string | Promise<string>} [generator] default: a UUID, unique among all processes
 * @property {boolean} [trust] uses the id in the request: at most 128 visible ASCII characters, but none of
 *   `"` `'` `` ` `` `\` `,` `;` `<` `>`, which would end it in a log. Default false: a client could choose the id of
 *   someone else's request. Set it if a proxy before the app writes the field
 */

const OPTIONS = ["header", "generator", "trust"];

/** A short text that cannot break out of a value in a log, whether quoted, comma-separated, or shown as HTML. */
const WELL_FORMED = /^(?:(?!["'`\\,;<>])[\x21-\x7e]){1,128}$/;

/**
 * An id for each request: in `c.requestId`, in `c.get("requestId")`, and in a header field of every response, also to
 * misses and after errors.
 *
 *     app.use(requestId({ header: "x-amzn-trace-id", trust: true }));
 *
 * @template {Context} [C=Context]
 * @param {RequestIdOptions<C>} [options]
 * @returns {import("#app").MiddlewareOf<C, { requestId: string }>}
 */
export function requestId(options = {}) {
  checkOptions("requestId", options, OPTIONS);
  const { header = "x-request-id", generator = (/** @type {Context} */ c) => c.requestId } = options;
  const name = requireFieldName("requestId: header", header);
  requireFunction("requestId: generator", generator);
  const trust = requireBoolean("requestId: trust", options.trust, false);
  return (/** @type {any} */ c, /** @type {any} */ next) => {
    const given = trust ? c.header(name) : undefined;
    return when(given !== undefined && WELL_FORMED.test(given) ? given : generator(c), (id) => {
      if (typeof id !== "string") throw badArgument(`requestId: generator must return a string, not ${typeof id}`);
      c.requestId = id;
      c.set("requestId", id);
      c.header(name, id); // error responses get it too
      return when(next(), (response) => {
        if (response.headers.get(name) !== id) c.header(name, id); // another server's response, with its id
        return response;
      });
    });
  };
}
