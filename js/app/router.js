// Router: an app. Routes with handlers, middleware around them, and `fetch`.

import { badArgument, checkOptions, requireFunction, requireInteger, requireString } from "../base/arguments.js";
import { TABLE_OPTIONS } from "../table/options.js";
import { Engine } from "./engine.js";
import { Routes, engineOf } from "./routes.js";

/** The URL that `request` resolves paths against. */
const HERE = "http://localhost";

const OPTIONS = [...TABLE_OPTIONS, "maxBody", "report", "clientAddress"];

/** @param {unknown} error */
function print(error) {
  console.error(error);
}

/**
 * The function that reads the client's address: from the field that the proxy before the app writes, or the user's own.
 * @param {unknown} given
 * @returns {(c: any) => string | undefined}
 */
function addressReader(given) {
  if (typeof given === "function") return /** @type {(c: any) => string | undefined} */ (given);
  if (given === undefined)
    return () => {
      throw badArgument(
        'c.clientAddress: say what to trust: new Router({ clientAddress: "cf-connecting-ip" }), the field that your ' +
          "proxy writes, or a function of c",
      );
    };
  const field = requireString("Router: clientAddress", given);
  new Headers([[field, ""]]); // throws now if that is not a name
  return (c) => c.header(field)?.split(",").at(-1)?.trim() || undefined;
}

export class Router extends Routes {
  /**
   * @param {import("#app").RouterOptions<any>} [options] those of the table, `maxBody`, `report` and `clientAddress`
   */
  constructor(options = {}) {
    checkOptions("Router", options, OPTIONS);
    const { maxBody = 1048576, report = print, clientAddress, ...table } = options;
    requireFunction("Router: report", report);
    const engine = new Engine({
      table,
      maxBody: requireInteger("Router: maxBody", maxBody),
      report,
      clientAddress: addressReader(clientAddress),
      own: { report: options.report, clientAddress },
    });
    super(engine);
    /**
     * Responds to a request. Whatever a handler does, it neither throws nor rejects.
     * @type {(request: Request, env?: any, executionCtx?: any) => Response | Promise<Response>}
     */
    this.fetch = (request, env, executionCtx) => engine.fetch(request, env, executionCtx);
  }

  /**
   * For tests: the response to a request, given as a path, a URL or a Request.
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
   * Sets what responds to requests that no route matches.
   * @param {(c: any) => any} handler
   */
  notFound(handler) {
    requireFunction("notFound: the handler", handler);
    engineOf(this).notFound = handler;
    return this;
  }

  /**
   * Sets what responds to an error that no step has caught.
   * @param {(error: any, c: any) => any} handler
   */
  onError(handler) {
    requireFunction("onError: the handler", handler);
    engineOf(this).onError = handler;
    return this;
  }

  /**
   * Sets what responds in place of the app itself: 405, 414, 400, and redirects.
   * @param {(outcome: import("./default-responses.js").Outcome, c: any) => any} handler
   */
  onOutcome(handler) {
    requireFunction("onOutcome: the handler", handler);
    engineOf(this).onOutcome = handler;
    return this;
  }

  /**
   * The URL of the route of that name; see RouteTable.url.
   * @param {string} name
   * @param {Record<string, string | number | bigint>} [params]
   */
  url(name, params) {
    return engineOf(this).registry.url(name, params ?? {});
  }

  /** The routes, in the order of registration. */
  routes() {
    const { routes, table } = engineOf(this).registry;
    return table.routes().map((route, i) => ({ ...route, name: routes[i].name || undefined }));
  }
}
