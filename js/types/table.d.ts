import { Found } from "./found.js";
import { Hits } from "./hits.js";
export type TableOptions = import("./arguments.js").TableOptions;
export type RouteInfo = import("./image.js").RouteInfo;
export type RouteEntry = import("#params").RouteEntry;
export type Held = {
    builder: number;
    /**
     * that of the last match
     */
    table: number;
    /**
     * for it
     */
    context: number;
    /**
     * a newer table, which the next match will use
     */
    newest: number;
    /**
     * the context of a search for all matches
     */
    searchContext: number;
    /**
     * their buffer
     */
    hits: number;
};
export type Match = {
    /**
     * its handler id
     */
    id: number;
    pattern: string;
    name: string | undefined;
    /**
     * the decoded values; none for a parameter that is left out
     */
    params: Record<string, string>;
};
/**
 * A method of this name is what `using` calls. A host that does not know it has no use for the method.
 * @type {typeof Symbol.dispose}
 */
declare const dispose: typeof Symbol.dispose;
/**
 * For the rest of this package: what the table's last match found.
 * @type {(table: RouteTable) => Found}
 */
export declare let lastMatch: (table: RouteTable) => Found;
/**
 * For the rest of this package: `matchAllUrl` without allocation, for a table that every request searches, such as that
 * of middleware's patterns. Its result belongs to the table, and the next call of `matchAll`, `matchAllUrl` or
 * this overwrites it: `count` says how many routes match, `route(i)` is the index of one of them among all routes of
 * the table, and `paramStart(i, param)` and `paramEnd(i, param)` say where a value is in the URL. The table's last
 * match stays as it is. A malformed or overlong URL has no routes.
 * @type {(table: RouteTable, method: string, url: string) => Hits}
 */
export declare let coveringRoutes: (table: RouteTable, method: string, url: string) => Hits;
/**
 * Routes, and what a path leads to.
 * @template {Record<string, string>} [Routes=any] the names that routes will have, each with its
 *   pattern (after its host, if it has one): with them the compiler checks what `add` and `url` are given.
 *   `RouteTable.of` finds them by itself.
 */
export declare class RouteTable<Routes extends Record<string, string> = any> {
    #private;
    static NOT_FOUND: number;
    static METHOD_NOT_ALLOWED: number;
    static REDIRECT: number;
    static PATH_TOO_LONG: number;
    static BAD_PATH: number;
    /**
     * A table without routes. Allocates in linear memory: a builder, and with the first lookup an image and a context;
     * `free` gives all of it back.
     * @param {TableOptions} [options]
     */
    constructor(options?: TableOptions);
    /**
     * A table of a list of routes, such as `routes()` gives. Written as a literal, the list tells the compiler the names
     * and patterns that `url` can be asked for. Throws as `add` does.
     * @template {readonly RouteEntry[]} const List
     * @param {List} list
     * @param {TableOptions} [options]
     * @returns {RouteTable<import("#params").NamedRoutes<List>>}
     */
    static of<const List extends readonly RouteEntry[]>(list: List, options?: TableOptions): RouteTable<import("#params").NamedRoutes<List>>;
    /**
     * Adds a route and returns its handler id. Throws a WyeError if the pattern or the host is malformed, or another
     * route has the same method, host and shape; the table is then as it was.
     * @template {string & keyof Routes} [Name=never]
     * @param {string} method a method, or `*` for any
     * @param {import("#params").RoutePattern<Routes, Name>} pattern
     * @param {import("#params").RouteOptions<Routes, Name>} [options] `name`, for `url` and listing; `host`, such as
     *   `api.example.com`, `:tenant.example.com`, `*.example.com`; `id`, the handler id, one more than the largest so far
     *   if it is left out
     */
    add<Name extends string & keyof Routes = never>(method: string, pattern: import("#params").RoutePattern<Routes, Name>, options?: import("#params").RouteOptions<Routes, Name>): number;
    /**
     * Takes the route away that has exactly this method, pattern and host, as they were given to `add`; false if there is
     * none. The ids of the others stay.
     * @param {string} method
     * @param {string} pattern
     * @param {{ host?: string }} [options]
     */
    remove(method: string, pattern: string, options?: {
        host?: string;
    }): boolean;
    /**
     * Looks a path up: what follows the authority, with its query or without. Returns the handler id, or a negative
     * outcome:
     * NOT_FOUND, METHOD_NOT_ALLOWED, REDIRECT, PATH_TOO_LONG, BAD_PATH. Allocates nothing, and never throws for what
     * is in the strings.
     * @param {string} method
     * @param {string} path
     */
    match(method: string, path: string): number;
    /**
     * The same from an absolute URL; spans index the URL.
     * @param {string} method
     * @param {string} url
     */
    matchUrl(method: string, url: string): number;
    /**
     * Every route that serves the method (its own or `*`) and matches the path, in the order of registration. If
     * a route matches in several ways, the values are those of the first one in match order. The options
     * `caseSensitive` and `trailingSlash: "ignore"` apply, redirects do not; a path that is malformed or too long has no
     * routes. The last match does not change. Allocates what it returns.
     * @param {string} method
     * @param {string} path
     */
    matchAll(method: string, path: string): Match[];
    /**
     * The same for an absolute URL: routes of all hosts that match the URL's host, and routes without a host.
     * @param {string} method
     * @param {string} url
     */
    matchAllUrl(method: string, url: string): Match[];
    /** How many parameters the last match found. */
    get paramCount(): number;
    /**
     * The decoded value of a parameter, by name or position; undefined where there is none. The host's come first, as the
     * URL has them. Makes the one string that it returns (an escaped value a second one on the way).
     * @param {string | number} key
     */
    param(key: string | number): string | undefined;
    /**
     * The value as it stands in the text of the request.
     * @param {string | number} key
     */
    rawParam(key: string | number): string | undefined;
    /**
     * Where the value begins in the caller's text, in UTF-16 units; -1 where there is none. Allocates nothing.
     * @param {string | number} key
     */
    paramStart(key: string | number): number;
    /**
     * Where it ends.
     * @param {string | number} key
     */
    paramEnd(key: string | number): number;
    /**
     * All decoded values by name, as a fresh object of own keys; none for a parameter that is left out. Allocates the
     * object and the values.
     * @template {string} [Pattern=string] the pattern of the route that was hit, for the names
     * @returns {import("#params").RouteParams<Pattern>}
     */
    params<Pattern extends string = string>(): import("#params").RouteParams<Pattern>;
    /** The pattern of the route that the last match hit; undefined without a hit. */
    get pattern(): string | undefined;
    /** The name of that route; undefined without a hit or a name. */
    get routeName(): string | undefined;
    /** The methods that the path of the last match has routes for, as an `Allow` field: for METHOD_NOT_ALLOWED only. */
    get allow(): string | undefined;
    /**
     * Where the last match sends the client, under a policy of the table: a path of the same host, with the query of the
     * request. For REDIRECT only. Allocates the text, and memory for the time of the call.
     */
    get location(): string | undefined;
    /**
     * The URL of the route of that name: its path, or `//host/path` if it has a host. Values are percent-encoded; what is
     * made leads back to the route, with these values. Throws a WyeError: NOT_FOUND without such a route, BAD_VALUE if a
     * value is missing, empty or of no use for its parameter, CONFLICT if another route would be found.
     * @template {string & keyof Routes} Name
     * @param {Name} name
     * @param {import("#params").UrlArguments<Routes[Name]>} args the values by the parameters' names: strings, integers
     *   or bigints
     * @returns {string}
     */
    url<Name extends string & keyof Routes>(name: Name, ...args: import("#params").UrlArguments<Routes[Name]>): string;
    /**
     * The routes in the order in which they were added.
     * @returns {RouteInfo[]}
     */
    routes(): RouteInfo[];
    /** Gives the table's memory back. The table is of no use afterwards; calling it twice does no harm. */
    free(): void;
    /** `using table = new RouteTable()` frees it at the end of the block. */
    [dispose](): void;
}
export {};
