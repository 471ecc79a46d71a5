export type Context = import("#app").Context;
export type StandardSchema = {
    readonly "~standard": {
        readonly validate: (value: unknown, ...rest: any[]) => any;
        readonly types?: {
            readonly input: any;
            readonly output: any;
        } | undefined;
    };
};
export type Issue = {
    message: string;
    /**
     * the keys that lead to the wrong value; empty: the whole
     */
    path: (string | number)[];
};
export type ValidateOptions<C = any> = {
    /**
     * returns the
     * response; without one, the HttpError is thrown
     */
    onInvalid?: (issues: Issue[], c: C) => Response | undefined | Promise<Response | undefined>;
};
export type OutputOf<Schema extends StandardSchema> = NonNullable<Schema["~standard"]["types"]>["output"];
/**
 * @typedef {import("#app").Context} Context
 *
 * @typedef {{
 *   readonly "~standard": {
 *     readonly validate: (value: unknown, ...rest: any[]) => any,
 *     readonly types?: { readonly input: any, readonly output: any } | undefined,
 *   },
 * }} StandardSchema the part of Standard Schema v1 that is used here
 *
 * @typedef {object} Issue
 * @property {string} message
 * @property {(string | number)[]} path the keys that lead to the wrong value; empty: the whole
 */
/**
 * @template [C=any]
 * @typedef {object} ValidateOptions
 * @property {(issues: Issue[], c: C) => Response | undefined | Promise<Response | undefined>} [onInvalid] returns the
 *   response; without one, the HttpError is thrown
 */
/**
 * @template {StandardSchema} Schema
 * @typedef {NonNullable<Schema["~standard"]["types"]>["output"]} OutputOf a schema's output
 */
/** How to read each target, and its name in messages. */
declare const TARGETS: {
    json: {
        read: typeof readJson;
        name: string;
    };
    form: {
        read: (/** @type {any} */ c: any) => Promise<{
            [k: string]: unknown;
        }>;
        name: string;
    };
    query: {
        read: (/** @type {any} */ c: any) => {
            [k: string]: unknown;
        };
        name: string;
    };
    param: {
        read: (/** @type {any} */ c: any) => any;
        name: string;
    };
    header: {
        read: (/** @type {any} */ c: any) => {
            [k: string]: any;
        };
        name: string;
    };
    cookie: {
        read: (/** @type {any} */ c: any) => any;
        name: string;
    };
};
/**
 * Checks a part of the request with a schema of any library that supports Standard Schema v1, such as zod, valibot or
 * arktype. `c.get(target)` is the schema's output.
 *
 *     app.post("/users", validate("json", z.object({ name: z.string() })), (c) => c.json(c.get("json").name));
 *
 * | target | what is checked |
 * |---|---|
 * | `json` | the body; 415 if its type is not JSON |
 * | `form` | the form's fields by name: a text or a File, or a list of several |
 * | `query` | the values by name: a text, or a list of several |
 * | `param` | the path's parameters, decoded |
 * | `header` | the fields by name, in lower case |
 * | `cookie` | the cookies by name |
 *
 * If it does not fit, it throws an HttpError of 400: the message names the issues, and `cause` is `{ target, issues }`,
 * for `onError` or for the `problem` of `recover`. `onInvalid(issues, c)` may return another response.
 * @template {keyof typeof TARGETS} Target
 * @template {StandardSchema} Schema
 * @template {Context} [C=Context]
 * @param {Target} target
 * @param {Schema} schema
 * @param {ValidateOptions<C>} [options]
 * @returns {import("#app").MiddlewareOf<C, { [Key in Target]: OutputOf<Schema> }>}
 */
export declare function validate<Target extends keyof typeof TARGETS, Schema extends StandardSchema, C extends Context = Context>(target: Target, schema: Schema, options?: ValidateOptions<C>): import("#app").MiddlewareOf<C, { [Key in Target]: OutputOf<Schema>; }>;
/** @param {any} c */
declare function readJson(c: any): any;
export {};
