export type Context = import("#app").Context;
export type Refusal = {
    error: unknown;
} | {
    response: Response;
};
export type Step<C = any, Added = unknown> = ((c: C, next: import("#app").Next) => unknown) | import("#app").Adds<Added>;
export type Condition<C = any> = (c: C) => boolean | null | undefined | Promise<boolean | null | undefined>;
/**
 * Tries middleware until one lets the request through; the others do not run.
 *
 *     app.group("/api", some(bearerAuth({ tokens }), every(basicAuth({ users }), isAdmin)), (g) => ...);
 *
 * Middleware lets a request through by calling `next`, or by returning `true`. It refuses by throwing, by returning a
 * response without calling `next`, or by returning `false`; then what it has set (values, header fields, cookies, the
 * status) is undone. If all refuse, the response is the last one's; a 401 also has the challenges (`WWW-Authenticate`)
 * of those before it. But an error that is not an HttpError is rethrown, for it may have refused someone who has the
 * right. An error after `next` was called is not a refusal.
 *
 * An alternative of several steps is `every(...)`. The app sees an alternative as one step, so `cache` and `coalesce`
 * do not belong in one: they could not tell which fields another step of it sets.
 * @template {Context} [C=Context]
 * @param {...Step<C>} alternatives
 * @returns {import("#app").MiddlewareOf<C>}
 */
export declare function some<C extends Context = Context>(...alternatives: Step<C>[]): import("#app").MiddlewareOf<C>;
/**
 * Several steps as one, in order, each around the next: for `some` and `except`, which take one. A function may also be
 * a condition: `true` goes on, `false` is a 403.
 *
 *     const staff = every(bearerAuth({ tokens }), (c) => c.get("user").isStaff);
 *
 * @template {Context} [C=Context]
 * @template [Added=never]
 * @param {...(Step<C> | Step<C, Added> | readonly (Step<C> | Step<C, Added>)[])} steps
 * @returns {import("#app").MiddlewareOf<C, Added>}
 */
export declare function every<C extends Context = Context, Added = never>(...steps: (Step<C> | Step<C, Added> | readonly (Step<C> | Step<C, Added>)[])[]): import("#app").MiddlewareOf<C, Added>;
/**
 * Middleware for all requests except those whose path matches one of the patterns, or for which the function returns
 * `true`.
 *
 *     app.use(except(["/login", "/public/*"], bearerAuth({ tokens })));
 *
 * Patterns are route patterns for the whole path, including the prefix of a group or a mounted app; as in `use`,
 * `/public/*` also matches `/public`. A path that differs in case or in a last slash does not match.
 * @template {Context} [C=Context]
 * @param {string | Condition<C> | readonly (string | Condition<C>)[]} exceptions
 * @param {...(Step<C> | readonly Step<C>[])} steps
 * @returns {import("#app").MiddlewareOf<C>}
 */
export declare function except<C extends Context = Context>(exceptions: string | Condition<C> | readonly (string | Condition<C>)[], ...steps: (Step<C> | readonly Step<C>[])[]): import("#app").MiddlewareOf<C>;
