// What an app responds without a `notFound`, `onError` or `onOutcome` of its own.

import { METHOD_NOT_ALLOWED, PATH_TOO_LONG, REDIRECT } from "../table/outcomes.js";
import { chainOf, rareOf } from "./context.js";
import { HttpError } from "./http-error.js";

/**
 * @typedef {import("./context.js").Context} Context
 *
 * @typedef {object} Outcome what the app itself responds to a request that hit no route
 * @property {number} status
 * @property {string} message the status in words, such as "405 Method Not Allowed"
 * @property {string} [allow] the methods, for 405
 * @property {string} [location] the target, for a redirect
 */

/** @param {Context} c */
export function defaultNotFound(c) {
  return defaultOnOutcome({ status: 404, message: "404 Not Found" }, c);
}

/**
 * The response of the handler that middleware has set (`c.onOutcome`), or plain text.
 * @param {Outcome} outcome
 * @param {Context} c
 * @returns {any}
 */
export function defaultOnOutcome(outcome, c) {
  const { onOutcome } = rareOf(c);
  if (onOutcome !== undefined) return onOutcome(outcome, c);
  return outcome.status < 400 ? c.body(null, outcome.status) : c.text(outcome.message, outcome.status);
}

/**
 * @param {unknown} error
 * @param {Context} c
 */
export function defaultOnError(error, c) {
  const isHttp = error instanceof HttpError;
  // The client sees an HttpError, so it needs no report, unless it hides a failure of the server.
  if (!isHttp || (error.status >= 500 && error.cause !== undefined)) chainOf(c).engine.report(error, c);
  if (isHttp) return c.text(error.message, { status: error.status, headers: error.headers });
  return c.text("500 Internal Server Error", 500);
}

/**
 * The response to a miss other than a 404.
 * @param {Context} c
 * @param {(outcome: Outcome, c: Context) => any} onOutcome
 */
export function outcomeResponse(c, onOutcome) {
  const { allow, location } = rareOf(c);
  if (allow !== undefined) c.header("allow", allow);
  if (location !== undefined) c.header("location", location);
  switch (chainOf(c).outcome) {
    case METHOD_NOT_ALLOWED:
      if (c.method === "OPTIONS") return c.body(null, 204);
      return onOutcome({ status: 405, message: "405 Method Not Allowed", allow }, c);
    case REDIRECT:
      return c.method === "GET" || c.method === "HEAD"
        ? onOutcome({ status: 301, message: "301 Moved Permanently", location }, c)
        : onOutcome({ status: 308, message: "308 Permanent Redirect", location }, c);
    case PATH_TOO_LONG:
      return onOutcome({ status: 414, message: "414 URI Too Long" }, c);
    default:
      return onOutcome({ status: 400, message: "400 Bad Request" }, c);
  }
}
