// wye: a router for edge runtimes.

import { Router as App } from "./app/router.js";

export { ContextPool } from "./context-pool.js";
export { WyeError } from "./error.js";
export { HttpError } from "./app/http-error.js";
export { RouteTable } from "./table.js";

/** An app: routes with handlers, middleware around them, and `fetch`. Its types are written by hand, in app.d.ts. */
export const Router = /** @type {import("#app").RouterConstructor} */ (App);

/**
 * An app: `Router<{ Env: { DB: Database }, Variables: { user: User } }>`.
 * @template {AppTypes} [Types=AppTypes]
 * @typedef {import("#app").Router<Types>} Router
 */

/**
 * The parameters of a route pattern, by its literal: `RouteParams<"/users/:id">` is `{ id: string }`.
 * @template {string} Pattern
 * @typedef {import("#params").RouteParams<Pattern>} RouteParams
 */

/**
 * The values of which `url` makes the URL of a route.
 * @template {string} Pattern
 * @typedef {import("#params").UrlParams<Pattern>} UrlParams
 */

/**
 * The names of a list of routes, each with its pattern: what `RouteTable<...>` takes.
 * @template {readonly RouteEntry[]} List
 * @typedef {import("#params").NamedRoutes<List>} NamedRoutes
 */

/**
 * @typedef {import("#params").RouteEntry} RouteEntry
 * @typedef {import("./arguments.js").TableOptions} TableOptions
 * @typedef {import("./image.js").RouteInfo} RouteInfo
 */

/**
 * The `c` of a handler: `Context<"/users/:id">` has the parameter `id`, `Context` takes any name.
 * @template {string} [Pattern=string]
 * @template {AppTypes} [Types=AppTypes]
 * @typedef {import("#app").Context<Pattern, Types>} Context
 */

/**
 * What answers a route: `Handler<"/users/:id">`.
 * @template {string} [Pattern=string]
 * @template {AppTypes} [Types=AppTypes]
 * @typedef {import("#app").Handler<Pattern, Types>} Handler
 */

/**
 * What runs around handlers.
 * @template {AppTypes} [Types=AppTypes]
 * @typedef {import("#app").Middleware<Types>} Middleware
 */

/**
 * What answers when something was thrown.
 * @template {AppTypes} [Types=AppTypes]
 * @typedef {import("#app").ErrorHandler<Types>} ErrorHandler
 */

/**
 * Where routes are added: an app, or what `group` and `host` hand to their functions.
 * @template {AppTypes} [Types=AppTypes]
 * @template {string} [Prefix=string]
 * @typedef {import("#app").Routes<Types, Prefix>} Routes
 */

/**
 * @typedef {import("#app").AppTypes} AppTypes
 * @typedef {import("#app").RouterOptions} RouterOptions
 * @typedef {import("#app").ContextStats} ContextStats
 * @typedef {import("#app").ExecutionContext} ExecutionContext
 * @typedef {import("#app").ResponseOptions} ResponseOptions
 * @typedef {import("#app").ResponseBody} ResponseBody
 * @typedef {import("#app").StreamSource} StreamSource
 * @typedef {import("#app").StreamWriter} StreamWriter
 */
