// wye: a router for edge runtimes.

export { ContextPool } from "./context-pool.js";
export { WyeError } from "./error.js";
export { HttpError } from "./http-error.js";
export { Router } from "./router.js";
export { RouteTable } from "./table.js";

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
