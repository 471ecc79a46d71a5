import { HttpError } from "../index.js";
import { badArgument, checkOptions, requireFunction } from "../base/arguments.js";
import { when } from "./lib/maybe-promise.js";

/**
 * @typedef {import("#app").Context} Context
 *
 * @typedef {{
 *   readonly "~standard": {
 *     readonly validate: (value: unknown, ...rest: any[]) => any,
 *     readonly types?: { readonly input: any, readonly output: any } | undefined,
 *   },
 * }} StandardSchema the members of Standard Schema v1 that are used here
 *
 * @typedef {object} Issue
 * @property {string} message
 * @property {(string | number)[]} path the keys that lead to the wrong value; empty: the whole value
 */

/**
 * @template [C=any]
 * @typedef {object} ValidateOptions
 * @property {(issues: Issue[], c: C) => Response | undefined | Promise<Response | undefined>} [onInvalid] returns the
 *   response; if it returns none, the HttpError is thrown
 */

/**
 * @template {StandardSchema} Schema
 * @typedef {NonNullable<Schema["~standard"]["types"]>["output"]} OutputOf a schema's output
 */

/** For each target: how to read it, and its name in messages. */
const TARGETS = {
  json: { read: readJson, name: "the body" },
  form: { read: async (/** @type {any} */ c) => grouped(await c.readForm()), name: "the form" },
  query: { read: (/** @type {any} */ c) => grouped(c.query()), name: "the query" },
  param: { read: (/** @type {any} */ c) => c.params(), name: "the path" },
  header: { read: (/** @type {any} */ c) => Object.fromEntries(c.request.headers), name: "the header" },
  cookie: { read: (/** @type {any} */ c) => c.cookie(), name: "the cookie header" },
};

const JSON_TYPE = /^\s*application\/([\w!#$&^.+-]+\+)?json\s*(;|$)/i;

/**
 * Checks a part of the request with a schema of any library that supports Standard Schema v1, such as zod, valibot or
 * arktype. `c.get(target)` is the schema's output.
 *
 *     app.post("/users", validate("json", z.object({ name: z.string() })), (c) => c.json(c.get("json").name));
 *
 * | target | what is checked |
 * |---|---|
 * | `json` | the body; 415 if its type is not JSON |
 * | `form` | the form's fields by name: a string or a File; an array for several |
 * | `query` | the values by name: a string; an array for several |
 * | `param` | the path's parameters, decoded |
 * | `header` | the fields by name, in lower case |
 * | `cookie` | the cookies by name |
 *
 * If it is not valid, throws an HttpError with the status 400: the message names the issues, and `cause` is
 * `{ target, issues }`, for `onError` or for the `problem` of `recover`. `onInvalid(issues, c)` may return another
 * response.
 * @template {keyof typeof TARGETS} Target
 * @template {StandardSchema} Schema
 * @template {Context} [C=Context]
 * @param {Target} target
 * @param {Schema} schema
 * @param {ValidateOptions<C>} [options]
 * @returns {import("#app").MiddlewareOf<C, { [Key in Target]: OutputOf<Schema> }>}
 */
export function validate(target, schema, options = {}) {
  if (!Object.hasOwn(TARGETS, target))
    throw badArgument(`validate: target must be one of ${Object.keys(TARGETS).join(", ")}, not ${String(target)}`);
  const standard = schema?.["~standard"];
  if (typeof standard?.validate !== "function")
    throw badArgument("validate: schema must support Standard Schema v1: it has no ~standard.validate");
  checkOptions("validate", options, ["onInvalid"]);
  const { onInvalid = () => undefined } = options;
  requireFunction("validate: onInvalid", onInvalid);
  const { read, name } = TARGETS[target];
  return (/** @type {any} */ c, /** @type {any} */ next) =>
    when(read(c), (value) =>
      when(standard.validate(value), (result) => {
        if (result.issues === undefined) {
          c.set(target, result.value);
          return next();
        }
        const issues = result.issues.map(plainIssue);
        return when(onInvalid(issues, c), (response) => {
          if (response !== undefined) return response;
          throw new HttpError(400, messageOf(name, issues), { cause: { target, issues } });
        });
      }),
    );
}

/** @param {any} c */
function readJson(c) {
  const type = c.header("content-type");
  if (type !== undefined && JSON_TYPE.test(type)) return c.readJson();
  throw new HttpError(415, "the body is not JSON: its type is not application/json");
}

/**
 * Values by name; an array for a name that appears several times.
 * @param {Iterable<[string, unknown]>} entries
 */
function grouped(entries) {
  /** @type {Map<string, unknown>} */
  const values = new Map();
  for (const [name, value] of entries) {
    const known = values.get(name);
    if (!values.has(name)) values.set(name, value);
    else if (Array.isArray(known)) known.push(value);
    else values.set(name, [known, value]);
  }
  return Object.fromEntries(values);
}

// ---------------------------------------------------------------- issues

/**
 * An issue as plain data.
 * @param {any} issue
 * @returns {Issue}
 */
function plainIssue({ message, path = [] }) {
  const keys = path.map((/** @type {any} */ part) => (typeof part === "object" && part !== null ? part.key : part));
  return { message, path: keys.map((/** @type {unknown} */ key) => (typeof key === "number" ? key : String(key))) };
}

/** The maximum number of issues in a message, and the maximum length of each. */
const MOST = 10;
const LONGEST = 200;

/**
 * @param {string} name
 * @param {Issue[]} issues
 */
function messageOf(name, issues) {
  const texts = issues.slice(0, MOST).map(({ message, path }) => {
    return (path.length > 0 ? `${path.join(".")}: ${message}` : message).slice(0, LONGEST);
  });
  const more = issues.length > MOST ? `; and ${issues.length - MOST} more` : "";
  return `${name} is not valid: ${texts.join("; ")}${more}`;
}
