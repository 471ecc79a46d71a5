// Router: an app. Routes with handlers, middleware around them, and `fetch`.

import { Engine } from "./engine.js";
import { Routes, engineOf, functions } from "./routes.js";
import { WyeError } from "./error.js";

/** @typedef {import("./arguments.js").TableOptions & { maxContexts?: number, maxBody?: number }} RouterOptions */

/** What a path of `request` is completed with. */
const HERE = "http://localhost";

/** @param {unknown} bytes */
function checkedBody(bytes) {
  if (Number.isSafeInteger(bytes) && Number(bytes) >= 0) return Number(bytes);
  throw new WyeError("BAD_ARGUMENT", `bad argument: maxBody is a number of bytes, not ${String(bytes)}`);
}

export class Router extends Routes {
  /**
   * @param {RouterOptions} [options] those of the table, and: `maxContexts`, how many requests may be under way at one
   *   time (16,384; above that, 503); `maxBody`, bytes of a request's body that c.read takes (1 MiB; above that, 413)
   */
  constructor({ maxContexts = 16384, maxBody = 1048576, ...options } = {}) {
    const engine = new Engine(options, maxContexts, checkedBody(maxBody));
    super(engine);
    /**
     * The answer to a request. It never throws, and never rejects, for what a handler does.
     * @type {(request: Request, env?: any, executionCtx?: any) => Response | Promise<Response>}
     */
    this.fetch = (request, env, executionCtx) => engine.fetch(request, env, executionCtx);
  }

  /**
   * For tests: the answer to a request for a path, or a URL, or a Request.
   * @param {string | URL | Request} input
   * @param {RequestInit} [init]
   * @param {any} [env]
   * @param {any} [executionCtx]
   */
  async request(input, init, env, executionCtx) {
    const request = new Request(input instanceof Request ? input : new URL(input, HERE), init);
    return this.fetch(request, env, executionCtx);
  }

  /**
   * What answers requests that no route takes.
   * @param {(c: any) => any} handler
   */
  notFound(handler) {
    [engineOf(this).notFound] = functions("notFound", [handler]);
    return this;
  }

  /**
   * What answers when a handler fails.
   * @param {(error: any, c: any) => any} handler
   */
  onError(handler) {
    [engineOf(this).onError] = functions("onError", [handler]);
    return this;
  }

  /**
   * The URL of the route of that name; see RouteTable.url.
   * @param {string} name
   * @param {Record<string, string | number | bigint>} [params]
   */
  url(name, params) {
    return engineOf(this).table.url(name, params ?? {});
  }

  /** The routes in the order in which they were added. */
  routes() {
    return engineOf(this).table.routes();
  }

  /** How many contexts there are, are in use, were in use at most, and may be. */
  get contexts() {
    return engineOf(this).stats;
  }
}
