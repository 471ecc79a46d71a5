/*
 * Router and the `c` of its handlers, for the compiler and for editors. js/router.js and js/context.js do what is
 * promised here; js/index.js exports the one as a `RouterConstructor`.
 *
 * What a handler may ask of its `c` is worked out from its pattern alone: no type grows with the routes of an app.
 */

import type { RouteParams, UrlParams, UrlValue } from "#params";

/* ---------------------------------------------------------------- what the host brings */

/*
 * The classes of the web as a project knows them: from its `lib`, or from the types of Workers, Node, Deno or Bun.
 * Where it knows none they are `any`, so that a project which only looks paths up needs none of these.
 *
 * Only what is declared as a variable can be asked for so. Request and Response are everywhere; other classes, which
 * Workers declare as such, are found from there.
 */
type Web<Name extends string> = typeof globalThis extends { [Key in Name]: { prototype: infer Type } } ? Type : any;
type Request = Web<"Request">;
type Response = Web<"Response">;
type Headers = Response["headers"];
type Body = typeof globalThis extends { Response: new (body?: infer Body, init?: any) => any } ? Body : any;
type RequestOptions = typeof globalThis extends { Request: new (input: any, init?: infer Options) => any }
  ? Options
  : any;

/* It can be a body; and no other body can be sorted. */
type URLSearchParams = Extract<Body, { getAll(name: string): string[]; sort(): void }>;

/* What may be handed over is told by what is needed of it. */
interface URL {
  readonly href: string;
}
interface ReadableStream {
  readonly locked: boolean;
  getReader(): any;
  cancel(reason?: any): Promise<void>;
}

/* A new Uint8Array: over an ArrayBuffer, where the compiler tells that from shared memory. */
type Bytes = ReturnType<typeof Uint8Array.of>;

/** What a host gives beside a request: the `ctx` of a Worker's `fetch`. */
export interface ExecutionContext {
  /** Keeps the Worker running until the promise is settled. `c` itself ends before: take what you need out of it. */
  waitUntil(promise: Promise<any>): void;
  /** Workers have it: sends a request on to the origin if the Worker throws, which an app does not. */
  passThroughOnException(): void;
}

/* ---------------------------------------------------------------- what an app is told */

/**
 * What `new Router<...>()` takes: the type of `c.env`, and the types of the values that `c.set` keeps, by their keys.
 * Without `Env`, `c.env` is `any`. Without `Variables`, `c.set` takes anything, and `c.get` gives `unknown`.
 */
export interface AppTypes {
  Env?: unknown;
  Variables?: object;
}

type EnvOf<Types> = Types extends { Env: infer Env } ? Env : any;

/* By a type of its own, to which an interface is as good as a type literal. */
type VariablesOf<Types> = Types extends { Variables: infer Variables extends object }
  ? { [Key in keyof Variables]: Variables[Key] }
  : Record<PropertyKey, unknown>;

/** The options of an app: those of its table, and two limits. */
export interface RouterOptions {
  /**
   * What becomes of a path that no route serves as it stands, but with its last slash more or less: "strict" (default)
   * a miss, "redirect", or "ignore" the difference.
   */
  trailingSlash?: "strict" | "redirect" | "ignore";
  /** Whether a path that nothing matches is redirected to its cleaned form: "off" (default) or "redirect". */
  cleanPath?: "off" | "redirect";
  /** Whether the letters of literals are compared with their case. Default true. */
  caseSensitive?: boolean;
  /** Whether a path that has routes for other methods is answered 405, not 404. Default true. */
  methodNotAllowed?: boolean;
  /** How many requests may be in flight; one more is answered 503. Default 16,384. */
  maxContexts?: number;
  /** The most bytes that `c.read` takes; a longer body is answered 413. Default 1,048,576. */
  maxBody?: number;
}

/** What may stand between a pattern and its handlers. */
export interface RouteOptions {
  /** The route's name: for `app.url` and `c.routeName`. */
  name?: string | undefined;
}

/** The state of an app's contexts. */
export interface ContextStats {
  /** Slots that there are. They are kept. */
  readonly slots: number;
  /** Slots in use: requests in flight, and answers that are still streamed. */
  readonly used: number;
  /** The most that were ever in use at once. */
  readonly highWater: number;
  /** The most that there may be: `maxContexts`. */
  readonly maximum: number;
}

/** A route as `app.routes()` lists it. */
export interface AppRoute {
  readonly id: number;
  readonly method: string;
  readonly pattern: string;
  readonly host: string | undefined;
  readonly name: string | undefined;
}

/* ---------------------------------------------------------------- responses */

/** Header fields for a response. */
export type HeaderFields = Headers | Record<string, string> | [name: string, value: string][];

/** What a response has beside its body. */
export interface ResponseFields {
  /** Default 200, or what `c.status` has set. */
  status?: number;
  statusText?: string;
  headers?: HeaderFields;
}

/** Behind the body of a response: its status, or more of it. */
export type ResponseOptions = number | ResponseFields;

/** What `new Response` takes as a body: bytes, a text, a stream, a form ... */
export type ResponseBody = Body | ArrayBuffer | ArrayBufferView | null;

/** What the function writes to that `c.stream` was given. */
export interface StreamWriter {
  /** Sends a piece. The promise is settled when it was read; it rejects if the client has gone. */
  write(piece: string | Uint8Array): Promise<void>;
}

/** Where a streamed response comes from. It ends when the source does. */
export type StreamSource =
  | ReadableStream
  | AsyncIterable<string | Uint8Array>
  | ((writer: StreamWriter) => Promise<void> | void);

/* ---------------------------------------------------------------- what a pattern tells */

/*
 * What `param` and `int` give, by name and by position. A pattern that is no literal may have any parameter, and need
 * not; a position may be behind the last one.
 */
type Texts<Pattern extends string> = string extends keyof RouteParams<Pattern>
  ? Record<string, string | undefined>
  : RouteParams<Pattern> & { [position: number]: string | undefined };

type Numbers<Pattern extends string> = string extends keyof RouteParams<Pattern>
  ? Record<string, number | undefined>
  : NumbersIn<UrlParams<Pattern>> & { [position: number]: number | undefined };

/* Where there are no parameters, `UrlParams` has any name, but no value. */
type NumbersIn<Values> = string extends keyof Values
  ? {}
  : { [Name in keyof Values]: Values[Name] extends number | bigint ? number : number | undefined };

/* ---------------------------------------------------------------- c */

/**
 * The `c` of a handler, and of middleware: `Context<"/users/:id">` has the parameter `id`, `Context` takes any name.
 *
 * It is made for its request and ends with it. Whoever keeps it longer gets a WyeError with the code `STALE` from every
 * member.
 */
export type Context<Pattern extends string = string, Types extends AppTypes = AppTypes> = RequestContext<
  Texts<Pattern>,
  Numbers<Pattern>,
  RouteParams<Pattern>,
  EnvOf<Types>,
  VariablesOf<Types>
>;

/**
 * The same by what its pattern was found to have; `Context` makes it.
 *
 * What takes keys is a method: TypeScript lets a method of fewer keys stand for one of more, so that middleware for any
 * route serves every route. And every type in here is only given out or looked up in, so that a function which asks for
 * a parameter or a value is not taken where there is none.
 */
export interface RequestContext<Texts, Numbers, Params, Env, Variables> {
  /** The request as the host gave it. */
  readonly request: Request;
  /** The second argument of `app.fetch`: a Worker's bindings. */
  readonly env: Env;
  /** The third argument of `app.fetch`; undefined where the host has none, as in a plain `app.request("/")`. */
  readonly executionCtx: ExecutionContext;
  /** The request's URL, as it wrote it. */
  readonly url: string;
  /** The URL's path as the request wrote it, without the query. Makes the string. */
  readonly path: string;
  /** The request's method. */
  readonly method: string;
  /** The pattern of the route that was hit; undefined if none was. */
  readonly routePattern: string | undefined;
  /** The name of that route; undefined if it has none. */
  readonly routeName: string | undefined;
  /** An id for this request, made when it is first asked for. */
  readonly requestId: string;
  /** What was thrown, while `onError` handles it. */
  readonly error: unknown;

  /** The decoded value of a parameter, by name or position: the host's come first. Makes that string. */
  param<Key extends keyof Texts>(key: Key): Texts[Key];
  /** The value as the request wrote it, escapes and all. Makes that string. */
  rawParam<Key extends keyof Texts>(key: Key): Texts[Key];
  /** All decoded values by name, in a new object; what an optional segment leaves out has no key. */
  params(): Params;
  /**
   * The value as a number; undefined if there is none, or if it is no integer. An integer beyond
   * `Number.MAX_SAFE_INTEGER` throws an HttpError with the status 400.
   */
  int<Key extends keyof Numbers>(key: Key): Numbers[Key];

  /** All of the query, in a new URLSearchParams. */
  query(): URLSearchParams;
  /** The first value of that name in the query, decoded; undefined if there is none. Makes that string. */
  query(name: string): string | undefined;

  /** What was stored under that key during this request; undefined if nothing was. */
  get<Key extends keyof Variables>(key: Key): Variables[Key] | undefined;
  /** Stores a value until the request ends. */
  set<Key extends keyof Variables>(key: Key, value: Variables[Key]): void;

  /** The request's body. It is read once, and kept until the request ends; above `maxBody` bytes it is a 413. */
  read(): Promise<Bytes>;
  /** The body as text, decoded from UTF-8. */
  readText(): Promise<string>;
  /** The body as JSON: a 400 if it is none. The type is what you expect it to be; nothing checks that. */
  readJson<Value = unknown>(): Promise<Value>;

  /** A header field of the request; undefined if it has none of that name. */
  header(name: string): string | undefined;
  /**
   * Sets a header field of the response, be it made already or not, by whom it may. `undefined` takes it back;
   * `append` adds one more of that name.
   */
  header(name: string, value: string | undefined, options?: { append?: boolean }): void;
  /** The status of the response that `c` makes next, unless that is given one of its own. */
  status(code: number): void;

  /** A response of text. */
  text(text: string, init?: ResponseOptions): Response;
  /** A response of HTML. It is sent as it is: escape what comes from elsewhere. */
  html(html: string, init?: ResponseOptions): Response;
  /** A response of JSON, encoded once, to bytes. */
  json(value: unknown, init?: ResponseOptions): Response;
  /** A response of any body, without a type of its own. */
  body(body: ResponseBody, init?: ResponseOptions): Response;
  /** A response that sends the client elsewhere: 302, or another status that redirects. */
  redirect(location: string | URL, status?: 301 | 302 | 303 | 307 | 308): Response;
  /** A response that is sent piece by piece. `c` can be used until the source ends, or the client has gone. */
  stream(source: StreamSource, init?: ResponseOptions): Response;

  /** Runs the rest of the chain, once: the next middleware, or the handler. Gives its response, or throws its error. */
  next(): Response | Promise<Response>;
}

/* ---------------------------------------------------------------- functions of users */

/** What answers a route. A `Handler` without a pattern takes any names. */
export type Handler<Pattern extends string = string, Types extends AppTypes = AppTypes> = Answering<
  Context<Pattern, Types>
>;

/**
 * What runs around handlers. It gives a response, its own or that of `c.next()`. As it may run for any route, its `c`
 * takes any names.
 */
export type Middleware<Types extends AppTypes = AppTypes> = Surrounding<Context<string, Types>>;

/** What answers when nothing else does: of `onError`. */
export type ErrorHandler<Types extends AppTypes = AppTypes> = (
  error: unknown,
  c: Context<string, Types>,
) => Response | Promise<Response>;

interface Answering<C> {
  (c: C): Response | Promise<Response>;
}

interface Surrounding<C> {
  (c: C): Response | Promise<Response>;
}

/*
 * The functions of a route, and what may stand in front of them. The pattern is read from its own argument alone:
 * NoInfer keeps the compiler from looking for it in the functions, too.
 */
type OptionsOrMiddleware<Pattern extends string, Types extends AppTypes> =
  | RouteOptions
  | RouteMiddleware<Pattern, Types>;
type RouteMiddleware<Pattern extends string, Types extends AppTypes> = Surrounding<Context<NoInfer<Pattern>, Types>>;
type RouteHandler<Pattern extends string, Types extends AppTypes> = Answering<Context<NoInfer<Pattern>, Types>>;

/* ---------------------------------------------------------------- routes */

/**
 * Adds a route: its pattern, its options if it has any, middleware for this route alone, and last its handler.
 *
 * There is a signature for each number of arguments, so that the compiler has no choice: every `c` has its type, and
 * what is wrong is said of the one argument that is.
 */
export interface AddRoute<App, Types extends AppTypes, Prefix extends string> {
  <Path extends string>(pattern: Path, handler: RouteHandler<`${Prefix}${Path}`, Types>): App;
  <Path extends string>(
    pattern: Path,
    optionsOrMiddleware: OptionsOrMiddleware<`${Prefix}${Path}`, Types>,
    handler: RouteHandler<`${Prefix}${Path}`, Types>,
  ): App;
  <Path extends string>(
    pattern: Path,
    optionsOrMiddleware: OptionsOrMiddleware<`${Prefix}${Path}`, Types>,
    middleware: RouteMiddleware<`${Prefix}${Path}`, Types>,
    handler: RouteHandler<`${Prefix}${Path}`, Types>,
  ): App;
  <Path extends string>(
    pattern: Path,
    optionsOrMiddleware: OptionsOrMiddleware<`${Prefix}${Path}`, Types>,
    second: RouteMiddleware<`${Prefix}${Path}`, Types>,
    third: RouteMiddleware<`${Prefix}${Path}`, Types>,
    handler: RouteHandler<`${Prefix}${Path}`, Types>,
  ): App;
  <Path extends string>(
    pattern: Path,
    optionsOrMiddleware: OptionsOrMiddleware<`${Prefix}${Path}`, Types>,
    second: RouteMiddleware<`${Prefix}${Path}`, Types>,
    third: RouteMiddleware<`${Prefix}${Path}`, Types>,
    fourth: RouteMiddleware<`${Prefix}${Path}`, Types>,
    ...rest: [
      ...middleware: RouteMiddleware<`${Prefix}${Path}`, Types>[],
      handler: RouteHandler<`${Prefix}${Path}`, Types>,
    ]
  ): App;
}

/**
 * Adds routes under a prefix or a host: the text, middleware for these routes alone, and last the function that adds
 * them. The parameters of the text are known to all of them.
 */
export interface AddGroup<App, Types extends AppTypes, Before extends string, Behind extends string> {
  <Text extends string>(text: Text, routes: Adding<Types, `${Before}${Text}${Behind}`>): App;
  <Text extends string>(
    text: Text,
    middleware: Middleware<Types>,
    routes: Adding<Types, `${Before}${Text}${Behind}`>,
  ): App;
  <Text extends string>(
    text: Text,
    first: Middleware<Types>,
    second: Middleware<Types>,
    routes: Adding<Types, `${Before}${Text}${Behind}`>,
  ): App;
  <Text extends string>(
    text: Text,
    first: Middleware<Types>,
    second: Middleware<Types>,
    third: Middleware<Types>,
    routes: Adding<Types, `${Before}${Text}${Behind}`>,
  ): App;
  <Text extends string>(
    text: Text,
    first: Middleware<Types>,
    second: Middleware<Types>,
    third: Middleware<Types>,
    fourth: Middleware<Types>,
    ...rest: [...middleware: Middleware<Types>[], routes: Adding<Types, `${Before}${Text}${Behind}`>]
  ): App;
}

type Adding<Types extends AppTypes, Prefix extends string> = (group: Routes<Types, NoInfer<Prefix>>) => void;

/* A method of HTTP. Editors propose these; any other token is one, too. */
type Method = "DELETE" | "GET" | "HEAD" | "OPTIONS" | "PATCH" | "POST" | "PUT" | (string & {});

/**
 * Where routes are added: an app, or a part of one. `Prefix` is what stands in front of every pattern.
 *
 * Everything here throws a WyeError for a pattern that is malformed or in conflict, and then has changed nothing.
 */
export interface Routes<Types extends AppTypes = AppTypes, Prefix extends string = string> {
  /** A route for GET, and for HEAD where that has none of its own. */
  readonly get: AddRoute<this, Types, Prefix>;
  /** A route for POST. */
  readonly post: AddRoute<this, Types, Prefix>;
  /** A route for PUT. */
  readonly put: AddRoute<this, Types, Prefix>;
  /** A route for PATCH. */
  readonly patch: AddRoute<this, Types, Prefix>;
  /** A route for DELETE. */
  readonly delete: AddRoute<this, Types, Prefix>;
  /** A route for HEAD. */
  readonly head: AddRoute<this, Types, Prefix>;
  /** A route for OPTIONS, which is otherwise answered with the methods that there are. */
  readonly options: AddRoute<this, Types, Prefix>;
  /** A route for every method that has none of its own there. */
  readonly all: AddRoute<this, Types, Prefix>;
  /** A route for a method, or for each of several. Behind the pattern as in `get`. */
  on<Path extends string>(
    methods: Method | readonly Method[],
    pattern: Path,
    ...handlers:
      | [
          optionsOrMiddleware: OptionsOrMiddleware<`${Prefix}${Path}`, Types>,
          ...middleware: RouteMiddleware<`${Prefix}${Path}`, Types>[],
          handler: RouteHandler<`${Prefix}${Path}`, Types>,
        ]
      | [handler: RouteHandler<`${Prefix}${Path}`, Types>]
  ): this;
  /** A route for GET whose answer is made now, and is the same for every request. */
  static(pattern: string, body: string | ArrayBuffer | Uint8Array, init?: ResponseFields): this;

  /**
   * Middleware for all routes that are added from now on, and for all misses. With a pattern in front, only for the
   * paths that it matches: "/admin/*" covers "/admin" itself, too.
   */
  use(patternOrMiddleware: string | Middleware<Types>, ...middleware: Middleware<Types>[]): this;
  /** Routes under a prefix: `group("/orgs/:org", (g) => g.get("/repos", ...))`, with middleware between if you like. */
  readonly group: AddGroup<this, Types, Prefix, "">;
  /** Routes for a host: `host(":tenant.example.com", (g) => g.get("/", ...))`, with middleware between if you like. */
  readonly host: AddGroup<this, Types, "", Prefix>;
  /** The routes that another app has now, under a prefix, with their middleware. */
  route(prefix: string, other: Router<any>): this;
}

/** An app: routes, and `fetch`, which answers requests by them. */
export interface Router<Types extends AppTypes = AppTypes> extends Routes<Types, ""> {
  /** What answers a request that no route takes, in place of the plain 404. */
  notFound(handler: Handler<string, Types>): this;
  /** What answers when something was thrown and nobody caught it, in place of the HttpError's status or a plain 500. */
  onError(handler: ErrorHandler<Types>): this;

  /**
   * Answers a request: what a Worker calls, and what other hosts can be handed as it is. It neither throws nor rejects.
   * Of its own it allocates `c`, of at most 96 bytes.
   */
  readonly fetch: (
    request: Request,
    env?: EnvOf<Types>,
    executionCtx?: Partial<ExecutionContext>,
  ) => Response | Promise<Response>;
  /** The same for tests: with a path, a URL or a Request, and what `new Request` takes beside it. */
  request(
    target: string | URL | Request,
    init?: RequestOptions,
    env?: EnvOf<Types>,
    executionCtx?: Partial<ExecutionContext>,
  ): Promise<Response>;

  /** The URL of the route of that name. Throws a WyeError if there is none, or if a value does not fit. */
  url(name: string, params?: Record<string, UrlValue | undefined>): string;
  /** The routes in the order in which they were added, in a new array. */
  routes(): AppRoute[];
  /** How many contexts there are, and are in use. */
  readonly contexts: ContextStats;
}

/** `Router`, as js/index.js exports it. */
export interface RouterConstructor {
  new <Types extends AppTypes = AppTypes>(options?: RouterOptions): Router<Types>;
  readonly prototype: Router<any>;
}

/* What is not marked stays in here. */
export {};
