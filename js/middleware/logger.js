import { HttpError } from "../index.js";
import { checkOptions, requireFunction } from "../base/arguments.js";
import { notify } from "./lib/listener.js";
import { observe } from "./lib/maybe-promise.js";

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
 *     POST /users error: the database is down 12 ms
 *
 * The path is as the request wrote it, without the query, which often contains secrets. For an HttpError the line has
 * the status, for any other error its message, because the logger does not know what `onError` will respond. If you put
 * `recover` after the logger, the logger sees its response.
 *
 * A request is over when its response begins, though a stream may still run. If a step around the logger gives up, as
 * `timeout` does, the logger prints the line when the steps inside end; for a handler that never ends, it prints none.
 * Allocates the line and, for an asynchronous chain, one promise.
 * @param {LoggerOptions} [options]
 * @returns {import("#app").Middleware}
 */
export function logger(options = {}) {
  checkOptions("logger", options, ["print", "now"]);
  const { print = (/** @type {string} */ line) => console.log(line), now = () => performance.now() } = options;
  requireFunction("logger: print", print);
  requireFunction("logger: now", now);
  return (/** @type {Context} */ c, /** @type {any} */ next) => {
    const start = now();
    return observe(next, ({ response, error }) => {
      const text = `${c.method} ${c.path} ${response === undefined ? failure(error) : response.status}`;
      notify(print, `${text.replace(CONTROLS, " ")} ${Math.round(10 * (now() - start)) / 10} ms`);
    });
  };
}

/** Characters that would begin another line in the log, or change how this one is shown. */
const CONTROLS = /[\p{Cc}\u2028\u2029]+/gu;

/** The maximum length of a message in a line. */
const LONGEST = 200;

/** @param {any} error */
function failure(error) {
  if (error instanceof HttpError) return error.status;
  const message = typeof error?.message === "string" ? error.message : typeof error === "string" ? error : typeof error;
  return `error: ${message.slice(0, LONGEST)}`;
}
