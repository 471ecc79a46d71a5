import { HttpError } from "../http-error.js";

/** @typedef {import("#app").Context} Context */

/**
 * Prints a line for each request when it is over:
 *
 *     GET /users/42 200 3.1 ms
 *     GET /nothing 404 0.2 ms
 *     POST /users error: the database is away 12 ms
 *
 * The path is as the request wrote it, without the query, which often carries secrets. Of an HttpError that passes
 * the status is printed, of any other error its message: what `onError` will answer is not known in here. Put `recover`
 * behind the logger, and it sees the answer.
 *
 * A request is over when its response begins: a stream may still run. Of a handler that never answers there is no line.
 * Allocates the line, and one promise.
 * @param {object} [options]
 * @param {(line: string) => void} [options.print] default `console.log`
 * @param {() => number} [options.now] milliseconds; default `performance.now`. (A Worker's clock stands still between
 *   I/O: what only computes takes 0 ms.)
 */
export function logger({ print = (line) => console.log(line), now = () => performance.now() } = {}) {
  return async (/** @type {Context} */ c) => {
    const start = now();
    let outcome = "";
    try {
      const response = await c.next();
      outcome = String(response.status);
      return response;
    } catch (error) {
      outcome = failure(error);
      throw error;
    } finally {
      print(`${c.method} ${c.path} ${outcome} ${Math.round(10 * (now() - start)) / 10} ms`);
    }
  };
}

/** What would begin another line in the log, or hide this one. */
const CONTROLS = /[\p{Cc}\u2028\u2029]+/gu;

/** Characters of a message that are printed. */
const LONGEST = 200;

/** @param {unknown} error */
function failure(error) {
  if (error instanceof HttpError) return String(error.status);
  const message = error instanceof Error ? error.message : typeof error === "string" ? error : typeof error;
  return `error: ${message.slice(0, LONGEST).replace(CONTROLS, " ")}`;
}
