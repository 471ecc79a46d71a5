/*
 * The types of `Router` and of `c`, for the compiler and for editors. The code is in the other files of js/app/;
 * js/index.js exports its Router as a `RouterConstructor`.
 *
 * TypeScript 5.4 or newer (`NoInfer`); tests/types compiles with the oldest and the newest version.
 *
 * The type of a step's `c` follows from the step's pattern, from the types of the app, and from what middleware before
 * it in the same call adds.
 */

import type { RouteParams, UrlArguments, UrlParams, UrlValue } from "#params";

/* ---------------------------------------------------------------- what the host brings */

/*
 * The classes of the web as a project declares them: by its `lib`, or by the types of Workers, Node, Deno or Bun. If it
 * declares none, they are `any`, so a project that only looks up paths needs none of these.
 *
 * `Web` finds only what is declared as a variable, as Request and Response are everywhere. The types of Workers declare
 * the others as classes, so these are found through the two.
 */
type Web<Name extends string> = typeof globalThis extends { [Key in Name]: { prototype: infer Type } } ? Type : any;
type Request = Web<"Request">;
type Response = Web<"Response">;
type Headers = Response["headers"];
type FormData = Response extends { formData(): Promise<infer Form> } ? Form : any;
type Body = typeof globalThis extends { Response: new (body?: infer Body, init?: any) => any } ? Body : any;
type RequestOptions = typeof globalThis extends { Request: new (input: any, init?: infer Options) => any }
  ? Options
  : any;

/* The only kind of body with `sort`. */
type URLSearchParams = Extract<Body, { getAll(name: string): string[]; sort(): void }>;

/* Only those members that are needed. */
interface URL {
  readonly href: string;
}
interface ReadableStream {
  readonly locked: boolean;
  getReader(): any;
  cancel(reason?: any): Promise<void>;
}

/** A new Uint8Array: over an ArrayBuffer, if the compiler distinguishes that from shared memory. */
export type Bytes = ReturnType<typeof Uint8Array.of>;

/** What a host passes to `fetch` besides the request and `env`: a Worker's `ctx`. */
export interface ExecutionContext {
  /** Keeps the Worker running until the promise settles. */
  waitUntil(promise: Promise<any>): void;
  /** Workers only: forwards the request to the origin if the Worker throws. An app does not throw. */
  passThroughOnException(): void;
}

/* ---------------------------------------------------------------- the types of an app */

/**
 * The type argument of `new Router<...>()`: the type of `c.env`; the types of the values that `c.set` stores, by key;
 * and the names of the parameters in the prefix that the app is mounted at, such as `"postId"`.
 *
 * Without `Env`, `c.env` is `any`. Without `Variables`, `c.set` takes anything, and `c.get` returns `unknown`. A
 * variable that not every step finds is optional: `{ user?: User }`. After middleware that adds it, it no longer is.
 */
export interface AppTypes {
  Env?: unknown;
  Variables?: object;
  Params?: string;
  /** Hono's name for `Env`. */
  Bindings?: "its name here is Env: Router<{ Env: ... }>";
}

type EnvOf<Types> = Types extends { Env: infer Env } ? Env : any;

/* A mapped type, so that an interface is accepted as well as a type literal. */
type VariablesOf<Types> = Types extends { Variables: infer Variables extends object }
  ? { [Key in keyof Variables]: Variables[Key] }
  : Record<PropertyKey, unknown>;

type ParamsOf<Types> = Types extends { Params: infer Name extends string } ? Name : never;

/* The parameters of the prefix, as the app declares them. */
type Declared<Types, Value> = Types extends { Params: infer Name extends string } ? { [Key in Name]: Value } : {};

/* The variables after middleware that adds some; `never`: it adds none. */
type With<Variables, Added> = [Added] extends [never] ? Variables : Variables & Added;
type Both<A, B> = [A] extends [never] ? B : With<A, B>;

type AddVariables<Types extends AppTypes, Added> = [Added] extends [never]
  ? Types
  : { Env: EnvOf<Types>; Variables: VariablesOf<Types> & Added } & ([ParamsOf<Types>] extends [never]
      ? {}
      : { Params: ParamsOf<Types> });

/** The options of an app: those of its table, and its own. */
export interface RouterOptions<Types extends AppTypes = AppTypes> {
  /**
   * What happens to a path that a route serves only with a trailing slash added or removed: "strict" (default) is a
   * miss, "redirect" redirects, "ignore" serves it.
   */
  trailingSlash?: "strict" | "redirect" | "ignore";
  /** Whether to redirect a path that nothing matches to its cleaned form: "off" (default) or "redirect". */
  cleanPath?: "off" | "redirect";
  /** Whether literals are case-sensitive. Default true. */
  caseSensitive?: boolean;
  /** Whether a path that has routes for other methods gets 405, not 404. Default true. */
  methodNotAllowed?: boolean;
  /** The bytes of UTF-8 that a path may have, from 1 to 65,535; a longer one gets 414. Default 8,192. */
  maxPath?: number;
  /** The most bytes that `c.read` takes; a longer body gets 413. Default 1,048,576. */
  maxBody?: number;
  /**
   * Receives the errors that clients do not see: those that become a plain 500, and those of a stream whose headers
   * were already sent. Default `console.error`.
   */
  report?: (error: unknown, c: Context<string, Types>) => void;
  /**
   * What `c.clientAddress` trusts: the name of the header field that the proxy before the app writes, such as
   * "cf-connecting-ip", or a function.
   */
  clientAddress?: string | ((c: Context<string, Types>) => string | undefined);
}

/** The options between a pattern and its steps. */
export interface RouteOptions<Name extends string = string> {
  /** The route's name: for `app.url` and `c.routeName`. */
  name?: Name | undefined;
  /** This route's limit, in place of the app's `maxBody`. */
  maxBody?: number | undefined;
}

/** A route as `app.routes()` lists it. */
export interface AppRoute {
  readonly id: number;
  readonly method: string;
  readonly pattern: string;
  readonly host: string | undefined;
  readonly name: string | undefined;
}

/** What the app itself responds to a request that hits no route, unless it is a 404: 400, 405, 414, or a redirect. */
export interface Outcome {
  readonly status: number;
  /** The status in words, such as "405 Method Not Allowed". */
  readonly message: string;
  /** The allowed methods, for 405. The field `Allow` is already set. */
  readonly allow?: string | undefined;
  /** The target of a redirect. The field `Location` is already set. */
  readonly location?: string | undefined;
}

/* ---------------------------------------------------------------- responses */

/** Header fields for a response. */
export type HeaderFields = Headers | Record<string, string> | [name: string, value: string][];

/** What a response has besides its body. */
export interface ResponseFields {
  /** Default 200, or what `c.status` set. */
  status?: number;
  statusText?: string;
  headers?: HeaderFields;
}

/** What a step may return: a Response, whatever realm or library it comes from. */
export interface ResponseLike {
  readonly status: number;
  readonly headers: { get(name: string): string | null; forEach(each: (value: string, name: string) => void): void };
  readonly body: ReadableStream | null;
}

/** The argument after the body of a response: its status, or an object with more. */
export type ResponseOptions = number | ResponseFields;

/** What `new Response` takes as a body: a text, bytes, a stream, a form ... */
export type ResponseBody = Body | ArrayBuffer | ArrayBufferView | null;

/* `object` excludes strings, which are iterables of characters. */
type Pieces<Piece> = ReadableStream | AsyncIterable<Piece> | (Iterable<Piece> & object);
type Returnable<Value> = Value | void | Promise<Value | void>;

/** The argument of the function given to `c.stream`. */
export interface StreamWriter {
  /** Sends a piece. The promise resolves when the piece has been read, and rejects if the client has gone. */
  write(piece: string | Uint8Array): Promise<void>;
  /** Calls the function when the client has gone; at once if it already has. */
  onAbort(listener: () => void): void;
  /** Whether the client has gone. */
  readonly aborted: boolean;
}

/**
 * The source of a streamed response: an iterable, a stream, or a function that writes pieces or returns one of these.
 */
export type StreamSource =
  | Pieces<string | Uint8Array>
  | ((writer: StreamWriter) => Returnable<Pieces<string | Uint8Array>>);

/** A server-sent event. */
export interface ServerSentEvent {
  /** A string is sent unchanged, anything else as JSON. */
  data?: unknown;
  /** Its type; pages listen to "message" by default. */
  event?: string | undefined;
  /** What the browser sends as `Last-Event-ID` when it reconnects. */
  id?: string | undefined;
  /** Milliseconds after which the browser reconnects. */
  retry?: number | undefined;
  /** A comment: pages do not see it, but it keeps proxies from closing the connection. */
  comment?: string | undefined;
}

/** The argument of the function given to `c.events`. */
export interface EventSender {
  /** Sends an event; a string is an event with that data. The promise resolves when it has been read. */
  send(event: string | ServerSentEvent): Promise<void>;
  /** Calls the function when the client has gone; at once if it already has. */
  onAbort(listener: () => void): void;
  /** Whether the client has gone. */
  readonly aborted: boolean;
}

/** The source of server-sent events, as in `StreamSource`. */
export type EventSource =
  | Pieces<string | ServerSentEvent>
  | ((sender: EventSender) => Returnable<Pieces<string | ServerSentEvent>>);

/** The attributes of a cookie. */
export interface CookieOptions {
  /** Default "/". */
  path?: string | undefined;
  /** Default: only this host. */
  domain?: string | undefined;
  /** Seconds from now, at most 400 days; 0 or less deletes it. Default: until the browser closes. */
  maxAge?: number | undefined;
  expires?: Date | undefined;
  httpOnly?: boolean | undefined;
  secure?: boolean | undefined;
  /** "none" needs `secure`. */
  sameSite?: "strict" | "lax" | "none" | undefined;
  /** Needs `secure`. */
  partitioned?: boolean | undefined;
  priority?: "low" | "medium" | "high" | undefined;
}

/* ---------------------------------------------------------------- what a pattern says */

/*
 * What `param` and `int` return, by name and by position. A pattern that is not a literal may or may not have any given
 * parameter; a position may be beyond the last one.
 */
type Texts<Pattern extends string> = string extends keyof RouteParams<Pattern>
  ? Record<string, string | undefined>
  : RouteParams<Pattern> & { [position: number]: string | undefined };

type Numbers<Pattern extends string> = string extends keyof RouteParams<Pattern>
  ? Record<string, number | undefined>
  : NumbersIn<UrlParams<Pattern>> & { [position: number]: number | undefined };

/* Without parameters, `UrlParams` takes any name, but no value. */
type NumbersIn<Values> = string extends keyof Values
  ? {}
  : { [Name in keyof Values]: Values[Name] extends number | bigint ? number : number | undefined };

/*
 * The part of a middleware's pattern whose parameters have a value in every request that it covers: `/a/*rest` also
 * covers `/a`, where the catch-all has none.
 */
type Certain<Pattern extends string> = Pattern extends "*"
  ? ""
  : Pattern extends `${infer Before}/*${infer Name}` ? Name extends `${string}/${string}` ? string : Before : Pattern;

/* ---------------------------------------------------------------- c */

/**
 * The `c` of a handler or of middleware: `Context<"/users/:id">` has the parameter `id`; `Context` may have any.
 * `Added` are the variables that middleware has added to those of the app's types.
 *
 * It belongs to one request, and can be used as long as anyone holds it; but it cannot set fields of a response that
 * was already sent.
 */
export type Context<
  Pattern extends string = string,
  Types extends AppTypes = AppTypes,
  Added = never,
> = RequestContext<
  Texts<Pattern> & Declared<Types, string>,
  Numbers<Pattern> & Declared<Types, number | undefined>,
  RouteParams<Pattern> & Declared<Types, string>,
  EnvOf<Types>,
  With<VariablesOf<Types>, Added>
>;

/*
 * The `c` of middleware for all paths that a pattern covers; without one (`never`), for all below the prefix. It has
 * the parameters of both, and may have any other.
 */
type CoveringContext<Prefix extends string, Path, Types extends AppTypes, Added> = [Path] extends [never]
  ? Covering<Certain<Prefix>, Types, Added>
  : Covering<Certain<`${Prefix}${Path & string}`>, Types, Added>;
type Covering<Pattern extends string, Types extends AppTypes, Added> = keyof RouteParams<Pattern> extends infer Names
  ? [Names] extends [never]
    ? Context<string, Types, Added>
    : string extends Names
      ? Context<string, Types, Added>
      : RequestContext<
          Texts<string> & RouteParams<Pattern> & Declared<Types, string>,
          Numbers<string> & NumbersIn<UrlParams<Pattern>> & Declared<Types, number | undefined>,
          RouteParams<string> & RouteParams<Pattern> & Declared<Types, string>,
          EnvOf<Types>,
          With<VariablesOf<Types>, Added>
        >
  : never;

/**
 * The members of `Context`, by the parameters of its pattern.
 *
 * Members that take keys are methods, because TypeScript compares the parameters of methods in both directions: so
 * middleware for any route fits every route. And types are only returned from here, or indexed by a key: so a function
 * that needs a parameter or a variable is refused where there is none.
 */
export interface RequestContext<Texts, Numbers, Params, Env, Variables> {
  /**
   * The request as the host passed it to `fetch`. Middleware may replace it by one for the same URL, with the same
   * method, before its body is read: one with other header fields, or with a body that it watches. `c.url`, `c.path`
   * and the parameters remain those of the first one.
   */
  request: Request;
  /** The second argument of `app.fetch`: a Worker's bindings. */
  readonly env: Env;
  /** The third argument of `app.fetch`; undefined if there is none, as in a plain `app.request("/")`. */
  readonly executionCtx: ExecutionContext;
  /** The URL as the request wrote it. */
  readonly url: string;
  /** The URL's path as the request wrote it, without the query. Allocates the string. */
  readonly path: string;
  /** The request's method. */
  readonly method: string;
  /** The pattern of the matched route; undefined for a miss. */
  readonly routePattern: string | undefined;
  /** The name of that route; undefined if it has none. */
  readonly routeName: string | undefined;
  /** An id for this request, made on first use. Middleware may set another one, as `requestId` does. */
  requestId: string;
  /**
   * The client's address, as the app's option `clientAddress` finds it. Throws a WyeError if the app has no such
   * option.
   */
  readonly clientAddress: string | undefined;
  /** What was thrown, while `onError` handles it; otherwise undefined. */
  readonly error: unknown;

  /** The decoded value of a parameter, by name or position: those of the host come first. Allocates that string. */
  param<Key extends keyof Texts>(key: Key): Texts[Key];
  /** The value as the request wrote it, with its escapes. Allocates that string. */
  rawParam<Key extends keyof Texts>(key: Key): Texts[Key];
  /** All decoded values by name, in a new object; a parameter that an optional form omits has no key. */
  params(): Params;
  /**
   * The value as a number; undefined if there is none, or if it is not an integer. An integer beyond
   * `Number.MAX_SAFE_INTEGER` throws an HttpError with the status 400.
   */
  int<Key extends keyof Numbers>(key: Key): Numbers[Key];

  /** All of the query, in a new URLSearchParams. */
  query(): URLSearchParams;
  /** The first value of that name in the query, decoded; undefined if there is none. Allocates that string. */
  query(name: string): string | undefined;

  /** All of the request's cookies, decoded, in a new object. */
  cookie(): Record<string, string>;
  /** The decoded value of the first cookie of that name; undefined if there is none. */
  cookie(name: string): string | undefined;

  /** The value stored under that key during this request. */
  get<Key extends keyof Variables>(key: Key): Variables[Key];
  /** Stores a value for as long as `c` exists. */
  set<Key extends keyof Variables>(key: Key, value: Variables[Key]): void;

  /** The request's body, read once and kept. Throws a 413 above `maxBody` bytes. */
  read(): Promise<Bytes>;
  /** The body as text, decoded from UTF-8. */
  readText(): Promise<string>;
  /** The body as JSON. Throws a 400 if it is malformed. Nothing checks it against `Value`: see `validate`. */
  readJson<Value = unknown>(): Promise<Value>;
  /**
   * The body as a form, multipart or URL-encoded. Throws a 400 if it is malformed, a 415 if its type is another one.
   */
  readForm(): Promise<FormData>;

  /** A header field of the request; undefined if it has none of that name. */
  header(name: string): string | undefined;
  /**
   * Sets a header field of this step's response. Before `next()`: when the step returns, unless the response has the
   * field. After it: at once. `undefined` removes the field; `append` adds another value.
   */
  header(name: string, value: string | undefined, options?: { append?: boolean }): void;
  /** Sets a cookie. Its value is percent-encoded, as `c.cookie` decodes it. */
  setCookie(name: string, value: string, options?: CookieOptions): void;
  /** Deletes a cookie. `path` and `domain` must be those of the cookie. */
  deleteCookie(name: string, options?: CookieOptions): void;
  /** Sets the status of the next response that `c` makes, unless that call has one. */
  status(code: number): void;

  /** A text response. */
  text(text: string, init?: ResponseOptions): Response;
  /** An HTML response. Nothing is escaped: escape what does not come from you. */
  html(html: string, init?: ResponseOptions): Response;
  /** A JSON response. */
  json(value: unknown, init?: ResponseOptions): Response;
  /** A response with any body, without a content type. */
  body(body: ResponseBody, init?: ResponseOptions): Response;
  /** A redirect: 302, or the given status. */
  redirect(location: string | URL, status?: 301 | 302 | 303 | 307 | 308 | (number & {})): Response;
  /** A response that is sent piece by piece. */
  stream(source: StreamSource, init?: ResponseOptions): Response;
  /** A response of server-sent events. */
  events(source: EventSource, init?: ResponseOptions): Response;
  /** The app's response to a miss: that of `app.notFound`, or a plain 404. */
  notFound(): Response | Promise<Response>;

  /**
   * Sets what responds to misses inside this step, for middleware that formats errors. It applies only if the app has
   * no `onOutcome` or, for a 404, no `notFound`.
   */
  onOutcome(handler: (outcome: Outcome, c: this) => ResponseLike | Promise<ResponseLike>): void;
  /**
   * Returns a function that undoes everything set since this call: values, header fields, cookies, the status. For
   * middleware that tries alternatives; it works only before `next`.
   */
  savepoint(): () => void;
  /**
   * A second `c` for the same request, to run the rest of the chain in the background: pass the promise of
   * `next(c.detached())` to `executionCtx.waitUntil`.
   */
  detached(): this;
}

/* ---------------------------------------------------------------- functions of users */

/**
 * Runs the rest of the chain, once: the next middleware, or the handler. Returns the response with all fields that
 * inner steps have set, or throws their error; if one of these steps is asynchronous, returns a promise.
 */
export interface Next {
  (detached?: RequestContext<any, any, any, any, any>): Response | Promise<Response>;
}

/** What responds to a route. A `Handler` without a pattern may have any parameters. */
export type Handler<Pattern extends string = string, Types extends AppTypes = AppTypes> = (
  c: Context<Pattern, Types>,
) => ResponseLike | Promise<ResponseLike>;

/** What a step that declares `next` may return: a response, or nothing if it has called `next`. */
export type StepResult = ResponseLike | void | Promise<ResponseLike | void>;

/** A middleware or a handler: one link of a chain. */
export type Step<Pattern extends string = string, Types extends AppTypes = AppTypes> = (
  c: Context<Pattern, Types>,
  next: Next,
) => StepResult;

/**
 * What runs around handlers, for any route. Returns a response, its own or that of `next()`, or nothing if it has
 * called `next`.
 *
 * `Middleware<{ Variables: { user: User } }>` adds variables: in the steps after it in a call, in a group that it
 * guards, and in calls chained to `app.use(it)`, `c.get("user")` is a `User`. If the app's own types have that
 * variable, the two types must agree. (A function whose `c` is a `Context<string, { Variables: ... }>` requires them
 * instead.)
 */
export type Middleware<Types extends AppTypes = AppTypes> = MiddlewareOf<Context<string, Types>, AddedBy<Types>>;

/**
 * Middleware by its `c`, and by what it adds: for functions that take functions of `c` and return middleware.
 *
 *     declare function only<C extends Context = Context>(when: (c: C) => boolean): MiddlewareOf<C>;
 *     app.use(only((c) => c.env.ENABLED)); // typed as in the app
 */
export interface MiddlewareOf<C, Added = never> {
  (c: C, next: Next): StepResult;
  readonly [adds]?: () => Added;
  readonly [asks]?: (env: C extends { readonly env: infer Env } ? Env : any) => void;
}

/**
 * Anything that adds variables, whatever its `c`. For functions that take middleware: in a union with a function type.
 */
export interface Adds<Added> {
  readonly [adds]?: () => Added;
}

/*
 * Only for the compiler: the variables that middleware adds, the `env` that it requires, what an app requires of the
 * app that mounts it, and the names of routes.
 */
declare const adds: unique symbol;
declare const asks: unique symbol;
declare const needs: unique symbol;
declare const names: unique symbol;

type AddedBy<Types> = Types extends { Variables: infer Variables extends object }
  ? { [Key in keyof Variables]: Variables[Key] }
  : never;

/** The handler that `onError` takes. */
export type ErrorHandler<Types extends AppTypes = AppTypes> = (
  error: unknown,
  c: Context<string, Types>,
) => ResponseLike | Promise<ResponseLike>;

/** The handler that `onOutcome` takes. */
export type OutcomeHandler<Types extends AppTypes = AppTypes> = (
  outcome: Outcome,
  c: Context<string, Types>,
) => ResponseLike | Promise<ResponseLike>;

/* ---------------------------------------------------------------- steps, as calls take them */

/*
 * A step as an argument. `Rest` are its parameters after `c`, which decide whether it may return nothing. What it adds
 * must agree with the variables of the app's types.
 */
interface Taken<C, Types, Added, Rest extends MayTake> {
  (c: C, ...rest: Rest): Returned<Rest>;
  readonly [adds]?: () => Added & Agreeing<Types>;
}

type Agreeing<Types, Variables = VariablesOf<Types>> = object & { [Key in keyof Variables]?: Variables[Key] };

/* After `c`: nothing, or `next`. `NoFunction` is inferred only where the argument is not a function. */
type MayTake = [] | [next: any, none?: never];
type NoFunction = [next: Next, none?: never];

type Returned<Rest> = Rest extends []
  ? ResponseLike | Promise<ResponseLike>
  : Rest extends [infer Taken, none?: never]
    ? Next extends Taken ? StepResult : "step(c, next) gets a Next"
    : never;

/*
 * Middleware by what it adds and requires, not by its `c`: for one step of a list, what the others add is unknown.
 * (This is an object type, not a function type, so it does not disturb the inference of `c` in inline functions.)
 */
interface Noted<Types, Added = unknown> {
  readonly [adds]?: () => Added & Agreeing<Types>;
  readonly [asks]?: (env: EnvOf<Types>) => void;
}

/* A list of steps and of such lists. What one of them adds is known; if several add variables, at least one's are. */
type Listed<C, Types, Added> = readonly (
  | ((c: C, next: Next) => StepResult)
  | Noted<Types>
  | Noted<Types, Added>
  | Listed<C, Types, Added>
)[];

/*
 * A step of a route, or a list, after others that have added `Before`. NoInfer makes the compiler infer the pattern
 * from its own argument only, not from the functions.
 */
type RouteStep<Pattern extends string, Types extends AppTypes, Before, Added, Rest extends MayTake> =
  | Taken<Context<NoInfer<Pattern>, Types, Both<NoInfer<Before>, NoInfer<Added>>>, Types, Added, Rest>
  | Noted<Types>
  | Listed<Context<NoInfer<Pattern>, Types, NoInfer<Before>>, Types, Added>;

/* The same for middleware of all paths that a pattern covers; without one, all below the prefix. */
type CoveringStep<Prefix extends string, Path, Types extends AppTypes, Before, Added, Rest extends MayTake> =
  | Taken<CoveringContext<Prefix, NoInfer<Path>, Types, Both<NoInfer<Before>, NoInfer<Added>>>, Types, Added, Rest>
  | Noted<Types>
  | Listed<CoveringContext<Prefix, NoInfer<Path>, Types, NoInfer<Before>>, Types, Added>;

/* ---------------------------------------------------------------- the names of routes */

/*
 * What an app's type knows of its named routes: a text for each, `name NUL pattern`. The empty text stands for routes
 * that it does not know.
 */
type Unknown = "";
type Line<Name extends string, Pattern extends string> = string extends Name ? Unknown : `${Name}\0${Pattern}`;

type Known<Names extends string> = { [Each in Names as NameIn<Each>]: PatternIn<Each> };
type NameIn<Line extends string> = Line extends `${infer Name}\0${string}` ? Name : never;
type PatternIn<Line extends string> = Line extends `${string}\0${infer Pattern}` ? Pattern : never;

/* The same for the routes of a mounted app. A host stays before the prefix. */
type Below<Prefix extends string, Names extends string> = [Names] extends [never]
  ? Unknown
  : Names extends `${infer Name}\0${infer Pattern}`
    ? Pattern extends `/${string}`
      ? Line<Name, `${Prefix}${Pattern}`>
      : Pattern extends `${infer Host}/${infer Path}` ? Line<Name, `${Host}${Prefix}/${Path}`> : Unknown
    : Unknown;

/* The names of the routes that the function of `group` added: known if it returns the group. */
type NamesFrom<Returned> = Returned extends { readonly [names]?: (name: infer Names extends string) => void }
  ? Names
  : Unknown;

type RouteName<Names extends string> = [Names] extends [never]
  ? string
  : Unknown extends Names ? keyof Known<Names> | (string & {}) : keyof Known<Names>;

type RouteValues<Names extends string, Name extends string> = Known<Names> extends {
  [Key in Name]: infer Pattern extends string;
}
  ? UrlArguments<Pattern>
  : [params?: Record<string, UrlValue | undefined>];

/* ---------------------------------------------------------------- routes */

/* An app, or a part of one. */
type Kind = "app" | "part";
type Part<Of extends Kind, Types extends AppTypes, Prefix extends string, Names extends string> = Of extends "app"
  ? Router<Types, Names>
  : Routes<Types, Prefix, Names>;

/*
 * The result of a call that adds a route: the same app or part, with one more name if the route has one. (Only that of
 * the options counts: to the compiler every function has a `name`, too.)
 */
type Named<
  Same,
  Of extends Kind,
  Types extends AppTypes,
  Prefix extends string,
  Names extends string,
  Path,
  Name,
> = [Name] extends [never]
  ? Same
  : Part<Of, Types, Prefix, Names | Line<Name & string, `${Prefix}${Path & string}`>>;

/* The result of `use`: the same, or with more variables. With a pattern, not all routes have these. */
type Guarded<
  Same,
  Of extends Kind,
  Types extends AppTypes,
  Prefix extends string,
  Names extends string,
  Path,
  Added,
> = [Path] extends [never]
  ? [Added] extends [never] ? Same : Part<Of, AddVariables<Types, Added>, Prefix, Names>
  : Same;

/**
 * Adds a route: its pattern, its options if it has any, middleware for this route only, and its handler as the last
 * argument. A list of steps may replace a step.
 *
 * There is only one signature, so that every `c` has a type, and an error names the argument that is wrong. (Therefore
 * it also accepts a call without a handler, which throws when the app starts.)
 */
export interface AddRoute<
  Same,
  Of extends Kind,
  Types extends AppTypes,
  Prefix extends string,
  Names extends string,
> {
  <
    Path extends string,
    Name extends string = never,
    A = never,
    B = never,
    D = never,
    E = never,
    RestA extends MayTake = NoFunction,
    RestB extends MayTake = [next: Next],
    RestD extends MayTake = [next: Next],
    RestE extends MayTake = [next: Next],
  >(
    pattern: Path,
    optionsOrStep?: RouteOptions<Name> | RouteStep<`${Prefix}${Path}`, Types, never, A, RestA>,
    second?: RouteStep<`${Prefix}${Path}`, Types, A, B, RestB>,
    third?: RouteStep<`${Prefix}${Path}`, Types, Both<A, B>, D, RestD>,
    ...more: RouteStep<`${Prefix}${Path}`, Types, Both<Both<A, B>, D>, E, RestE>[]
  ): Named<Same, Of, Types, Prefix, Names, Path, NoFunction extends RestA ? Name : never>;
}

/** The same after a method, or several. */
export interface AddRouteOn<
  Same,
  Of extends Kind,
  Types extends AppTypes,
  Prefix extends string,
  Names extends string,
> {
  <
    Path extends string,
    Name extends string = never,
    A = never,
    B = never,
    D = never,
    E = never,
    RestA extends MayTake = NoFunction,
    RestB extends MayTake = [next: Next],
    RestD extends MayTake = [next: Next],
    RestE extends MayTake = [next: Next],
  >(
    methods: Method | readonly Method[],
    pattern: Path,
    optionsOrStep?: RouteOptions<Name> | RouteStep<`${Prefix}${Path}`, Types, never, A, RestA>,
    second?: RouteStep<`${Prefix}${Path}`, Types, A, B, RestB>,
    third?: RouteStep<`${Prefix}${Path}`, Types, Both<A, B>, D, RestD>,
    ...more: RouteStep<`${Prefix}${Path}`, Types, Both<Both<A, B>, D>, E, RestE>[]
  ): Named<Same, Of, Types, Prefix, Names, Path, NoFunction extends RestA ? Name : never>;
}

/* A method of HTTP. Editors propose these; any other token is one, too. */
type Method = "DELETE" | "GET" | "HEAD" | "OPTIONS" | "PATCH" | "POST" | "PUT" | (string & {});

/** Adds middleware, for a pattern or for everything. A list of steps may replace a step. */
export interface Use<Same, Of extends Kind, Types extends AppTypes, Prefix extends string, Names extends string> {
  <
    Path extends string = never,
    A = never,
    B = never,
    D = never,
    E = never,
    RestA extends MayTake = [next: Next],
    RestB extends MayTake = [next: Next],
    RestD extends MayTake = [next: Next],
    RestE extends MayTake = [next: Next],
  >(
    patternOrMiddleware?: `${Path}` | (string & {}) | CoveringStep<`${Prefix}`, never, Types, never, A, RestA>,
    second?: CoveringStep<`${Prefix}`, Path, Types, A, B, RestB>,
    third?: CoveringStep<`${Prefix}`, Path, Types, Both<A, B>, D, RestD>,
    ...more: CoveringStep<`${Prefix}`, Path, Types, Both<Both<A, B>, D>, E, RestE>[]
  ): Guarded<Same, Of, Types, Prefix, Names, Path, Both<Both<Both<A, B>, D>, E>>;
}

/**
 * Adds routes under a prefix or a host: that text, middleware for these routes only, and as the last argument the
 * function that adds them. In all of them `c` has the parameters of the text, and what the middleware adds. Pass more
 * than three middlewares as a list.
 */
export interface AddGroup<
  Of extends Kind,
  Types extends AppTypes,
  Prefix extends string,
  Names extends string,
  Before extends string,
  After extends string,
> {
  <Text extends string, Returned>(
    text: Text,
    routes: Adding<Types, `${Before}${Text}${After}`, never, Returned>,
  ): Part<Of, Types, Prefix, Names | NamesFrom<Returned>>;
  <Text extends string, Returned, A = never, RestA extends MayTake = [next: Next]>(
    text: Text,
    middleware: CoveringStep<`${Before}${Text}${After}`, never, Types, never, A, RestA>,
    routes: Adding<Types, `${Before}${Text}${After}`, A, Returned>,
  ): Part<Of, Types, Prefix, Names | NamesFrom<Returned>>;
  <
    Text extends string,
    Returned,
    A = never,
    B = never,
    RestA extends MayTake = [next: Next],
    RestB extends MayTake = [next: Next],
  >(
    text: Text,
    first: CoveringStep<`${Before}${Text}${After}`, never, Types, never, A, RestA>,
    second: CoveringStep<`${Before}${Text}${After}`, never, Types, A, B, RestB>,
    routes: Adding<Types, `${Before}${Text}${After}`, Both<A, B>, Returned>,
  ): Part<Of, Types, Prefix, Names | NamesFrom<Returned>>;
  <
    Text extends string,
    Returned,
    A = never,
    B = never,
    D = never,
    RestA extends MayTake = [next: Next],
    RestB extends MayTake = [next: Next],
    RestD extends MayTake = [next: Next],
  >(
    text: Text,
    first: CoveringStep<`${Before}${Text}${After}`, never, Types, never, A, RestA>,
    second: CoveringStep<`${Before}${Text}${After}`, never, Types, A, B, RestB>,
    third: CoveringStep<`${Before}${Text}${After}`, never, Types, Both<A, B>, D, RestD>,
    routes: Adding<Types, `${Before}${Text}${After}`, Both<Both<A, B>, D>, Returned>,
  ): Part<Of, Types, Prefix, Names | NamesFrom<Returned>>;
}

type Adding<Types extends AppTypes, Prefix extends string, Added, Returned> = (
  group: Routes<AddVariables<Types, NoInfer<Added>>, NoInfer<Prefix>>,
) => Returned;

/* What a mounted app gets from the app around it, and what an app must be to be mounted there. */
interface Given<Env, Params> {
  readonly env: Env;
  readonly params: Params;
}
type GivenBelow<Prefix extends string, Types> = Given<
  EnvOf<Types>,
  string extends keyof RouteParams<Prefix> ? any : RouteParams<Prefix> & Declared<Types, string>
>;
interface Mounted<Below, Names extends string> {
  readonly fetch: (request: any, env?: any, executionCtx?: any) => Response | Promise<Response>;
  routes(): AppRoute[];
  readonly [needs]?: (given: Below) => void;
  readonly [names]?: { bivariant(name: Names): void }["bivariant"];
}

/**
 * Where routes are added: an app, or a part of one. `Prefix` begins every pattern; `Names` is what is known of named
 * routes.
 *
 * For a malformed or conflicting pattern every call throws a WyeError, and changes nothing.
 */
export interface Routes<
  Types extends AppTypes = AppTypes,
  Prefix extends string = string,
  Names extends string = never,
  Of extends Kind = "part",
> {
  /** A route for GET, and for HEAD unless that has a route of its own. */
  readonly get: AddRoute<this, Of, Types, Prefix, Names>;
  /** A route for POST. */
  readonly post: AddRoute<this, Of, Types, Prefix, Names>;
  /** A route for PUT. */
  readonly put: AddRoute<this, Of, Types, Prefix, Names>;
  /** A route for PATCH. */
  readonly patch: AddRoute<this, Of, Types, Prefix, Names>;
  /** A route for DELETE. */
  readonly delete: AddRoute<this, Of, Types, Prefix, Names>;
  /** A route for HEAD. */
  readonly head: AddRoute<this, Of, Types, Prefix, Names>;
  /** A route for OPTIONS. Without one, the app responds with the allowed methods. */
  readonly options: AddRoute<this, Of, Types, Prefix, Names>;
  /** A route for every method without a route of its own. */
  readonly all: AddRoute<this, Of, Types, Prefix, Names>;
  /** A route for a method, or for each of several. From the pattern on, the arguments are those of `get`. */
  readonly on: AddRouteOn<this, Of, Types, Prefix, Names>;
  /** A route for GET whose response is made now, and is the same for every request. */
  static(pattern: string, body: string | ArrayBuffer | Uint8Array, init?: ResponseFields): this;

  /**
   * Middleware for all routes added after this, and for all misses. With a pattern, only for the paths that it matches:
   * "/admin/*" covers "/admin" too.
   *
   * In calls chained to this one, `c` has the variables that the middleware adds.
   */
  readonly use: Use<this, Of, Types, Prefix, Names>;
  /** Routes under a prefix: `group("/orgs/:org", (g) => g.get("/repos", ...))`, optionally with middleware between. */
  readonly group: AddGroup<Of, Types, Prefix, Names, Prefix, "">;
  /**
   * Routes for a host: `domain(":tenant.example.com", (g) => g.get("/", ...))`, optionally with middleware between.
   * It is not named `host`, because Bun takes a default export for its own options, one of which is `host`.
   */
  readonly domain: AddGroup<Of, Types, Prefix, Names, "", Prefix>;
  /** Mounts the routes that another app has now, with their middleware. Its `Env` and `Params` must fit this app. */
  route<Path extends string, Theirs extends string = never>(
    prefix: Path,
    app: Mounted<GivenBelow<`${Prefix}${Path}`, Types>, Theirs>,
  ): Part<Of, Types, Prefix, Names | Below<`${Prefix}${Path}`, Theirs>>;

  readonly [names]?: { bivariant(name: Names): void }["bivariant"];
}

/** An app: routes, and `fetch`, which responds to requests. `Names` is what is known of named routes. */
export interface Router<Types extends AppTypes = AppTypes, Names extends string = never>
  extends Routes<Types, "", Names, "app"> {
  /** Sets what responds to a request that no route matches, in place of the plain 404. */
  notFound(handler: Handler<string, Types>): this;
  /** Sets what responds to an error that no step caught, in place of the HttpError's own response or a plain 500. */
  onError(handler: ErrorHandler<Types>): this;
  /** Sets what responds in place of the app itself: 405, 414, 400, and redirects. */
  onOutcome(handler: OutcomeHandler<Types>): this;

  /**
   * Responds to a request: Workers call it, other hosts take it as their handler. It neither throws nor rejects.
   */
  readonly fetch: (
    request: Request,
    env?: EnvOf<Types>,
    executionCtx?: Partial<ExecutionContext>,
  ) => Response | Promise<Response>;
  /** The same for tests: takes a path, a URL or a Request, the options of `new Request`, and a part of `env`. */
  request(
    target: string | URL | Request,
    init?: RequestOptions,
    env?: Partial<EnvOf<Types>>,
    executionCtx?: Partial<ExecutionContext>,
  ): Promise<Response>;

  /**
   * The URL of the route of that name. Throws a WyeError if there is none, or if a value is not valid.
   *
   * The compiler knows the names of routes that were added in one chain of calls: `app.get(...).get(...).url`. If it
   * knows no names of an app, it accepts any.
   */
  url<Name extends RouteName<Names>>(name: Name, ...params: RouteValues<Names, Name>): string;
  /** The routes in the order of registration, in a new array. */
  routes(): AppRoute[];

  readonly [needs]?: (given: Given<EnvOf<Types>, Declared<Types, string>>) => void;
}

/** The class `Router`, as js/index.js exports it. */
export interface RouterConstructor {
  new <Types extends AppTypes = AppTypes>(options?: RouterOptions<Types>): Router<Types>;
  readonly prototype: Router<any>;
}

/* Without this, everything in this file would be exported. */
export {};
