// wye: a router for edge runtimes.

import { Router as App } from "./app/router.js";

export { ContextPool } from "./table/context-pool.js";
export { WyeError } from "./base/error.js";
export { HttpError } from "./app/http-error.js";
export { RouteTable } from "./table/route-table.js";

/** An app: routes with handlers, middleware around them, and `fetch`. Its types are in app/types.d.ts. */
export const Router = /** @type {import("#app").RouterConstructor} */ (App);

/**
 * An app: `Router<{ Env: { DB: Database }, Variables: { user: User } }>`.
 * @template {AppTypes} [Types=AppTypes]
 * @template {string} [Names=never]
 * @typedef {import("#app").Router<Types, Names>} Router
 */

/**
 * The parameters of a route pattern, by its literal: `RouteParams<"/users/:id">` is `{ id: string }`.
 * @template {string} Pattern
 * @typedef {import("#params").RouteParams<Pattern>} RouteParams
 */

/**
 * The values that `url` takes to make the URL of a route: `UrlParams<"/users/:id">`.
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
 * @typedef {import("./table/options.js").TableOptions} TableOptions
 * @typedef {import("./table/image.js").RouteInfo} RouteInfo
 * @typedef {import("./table/all-matches.js").Match} Match
 */

/**
 * The `c` of a step: `Context<"/users/:id">` has the parameter `id`; `Context` may have any.
 * @template {string} [Pattern=string]
 * @template {AppTypes} [Types=AppTypes]
 * @template [Added=never]
 * @typedef {import("#app").Context<Pattern, Types, Added>} Context
 */

/**
 * What responds to a route: `Handler<"/users/:id">`.
 * @template {string} [Pattern=string]
 * @template {AppTypes} [Types=AppTypes]
 * @typedef {import("#app").Handler<Pattern, Types>} Handler
 */

/**
 * A middleware or a handler.
 * @template {string} [Pattern=string]
 * @template {AppTypes} [Types=AppTypes]
 * @typedef {import("#app").Step<Pattern, Types>} Step
 */

/**
 * What runs around handlers. `Middleware<{ Variables: { user: User } }>` adds a variable.
 * @template {AppTypes} [Types=AppTypes]
 * @typedef {import("#app").Middleware<Types>} Middleware
 */

/**
 * Middleware by its `c`: the type of a function that takes functions of `c` and returns middleware.
 * @template C
 * @template [Added=never]
 * @typedef {import("#app").MiddlewareOf<C, Added>} MiddlewareOf
 */

/**
 * What responds to an error that no step has caught: the argument of `onError`.
 * @template {AppTypes} [Types=AppTypes]
 * @typedef {import("#app").ErrorHandler<Types>} ErrorHandler
 */

/**
 * What responds in place of the app itself: 405, 414, 400, and redirects. The argument of `onOutcome`.
 * @template {AppTypes} [Types=AppTypes]
 * @typedef {import("#app").OutcomeHandler<Types>} OutcomeHandler
 */

/**
 * Where routes are added: an app, or the argument of the functions given to `group` and `domain`.
 * @template {AppTypes} [Types=AppTypes]
 * @template {string} [Prefix=string]
 * @template {string} [Names=never]
 * @typedef {import("#app").Routes<Types, Prefix, Names>} Routes
 */

/**
 * The options of an app.
 * @template {AppTypes} [Types=AppTypes]
 * @typedef {import("#app").RouterOptions<Types>} RouterOptions
 */

/**
 * @typedef {import("#app").AppTypes} AppTypes
 * @typedef {import("#app").AppRoute} AppRoute
 * @typedef {import("#app").CookieOptions} CookieOptions
 * @typedef {import("#app").EventSender} EventSender
 * @typedef {import("#app").EventSource} EventSource
 * @typedef {import("#app").ExecutionContext} ExecutionContext
 * @typedef {import("#app").Next} Next
 * @typedef {import("#app").Outcome} Outcome
 * @typedef {import("#app").ResponseBody} ResponseBody
 * @typedef {import("#app").ResponseLike} ResponseLike
 * @typedef {import("#app").ResponseOptions} ResponseOptions
 * @typedef {import("#app").RouteOptions} RouteOptions
 * @typedef {import("#app").ServerSentEvent} ServerSentEvent
 * @typedef {import("#app").StepResult} StepResult
 * @typedef {import("#app").StreamSource} StreamSource
 * @typedef {import("#app").StreamWriter} StreamWriter
 */
