// What the compiler knows of an app, and what it refuses. A line that it should refuse and does not is an error too.

import { expectTypeOf } from "expect-type";
import {
  HttpError,
  Router,
  type AppRoute,
  type AppTypes,
  type Context,
  type CookieOptions,
  type ErrorHandler,
  type EventSource,
  type ExecutionContext,
  type Handler,
  type Middleware,
  type MiddlewareOf,
  type Next,
  type Outcome,
  type OutcomeHandler,
  type RouteInfo,
  type RouterOptions,
  type Routes,
  type ServerSentEvent,
  type Step,
  type StreamSource,
  type TableOptions,
} from "wye";

const app = new Router({ trailingSlash: "redirect", maxBody: 1024 });
expectTypeOf(app).toEqualTypeOf<Router>();
expectTypeOf<TableOptions>().toExtend<RouterOptions>();
new Router({ report: (error, c) => console.error(c.path, error), clientAddress: "x-real-ip" });
new Router<{ Env: { ip: string } }>({ clientAddress: (c) => c.env.ip, report: (_, c) => void c.env.ip.length });
new Router({ clientAddress: (c) => c.header("x-real-ip") });
// @ts-expect-error: no such option
new Router({ contexts: 100 });
// @ts-expect-error: another router's option
new Router({ strict: false });
// @ts-expect-error: no such choice
new Router({ trailingSlash: "maybe" });
// @ts-expect-error: an address is a string
new Router({ clientAddress: () => 1 });

declare const anyRoute: Middleware;
declare const text: string;
declare const log: { (...values: unknown[]): void };

// ------------------------------------------------------------------ parameters

app.get("/users/:id<int>/:tab?", { name: "user" }, anyRoute, (c) => {
  expectTypeOf(c).toEqualTypeOf<Context<"/users/:id<int>/:tab?">>();
  expectTypeOf(c.param("id")).toEqualTypeOf<string>();
  expectTypeOf(c.param("tab")).toEqualTypeOf<string | undefined>();
  expectTypeOf(c.param(0)).toEqualTypeOf<string | undefined>();
  expectTypeOf(c.rawParam("id")).toEqualTypeOf<string>();
  expectTypeOf(c.rawParam("tab")).toEqualTypeOf<string | undefined>();
  expectTypeOf(c.rawParam(1)).toEqualTypeOf<string | undefined>();
  expectTypeOf(c.int("id")).toEqualTypeOf<number>();
  expectTypeOf(c.int("tab")).toEqualTypeOf<number | undefined>();
  expectTypeOf(c.int(0)).toEqualTypeOf<number | undefined>();
  expectTypeOf(c.params()).toEqualTypeOf<{ id: string; tab?: string }>();
  // @ts-expect-error: no such parameter
  c.param("nope");
  // @ts-expect-error: no such parameter
  c.rawParam("nope");
  // @ts-expect-error: no such parameter
  c.int("nope");
  // @ts-expect-error: no such parameter
  c.params().nope;
  // @ts-expect-error: which one?
  c.param();
  // @ts-expect-error: the name may be another one
  c.param(text);
  const key: "id" | "tab" = text === "id" ? "id" : "tab";
  expectTypeOf(c.param(key)).toEqualTypeOf<string | undefined>();
  return c.text(c.param("id"));
});

app.get("/:a<uint(1..9)>/:b<int>?", (c) => {
  expectTypeOf(c.int("a")).toEqualTypeOf<number>();
  expectTypeOf(c.int("b")).toEqualTypeOf<number | undefined>();
  return c.text("");
});

app.get("/:a<hex>/:b(\\d+)/*rest", (c) => {
  expectTypeOf(c.int("a")).toEqualTypeOf<number | undefined>();
  expectTypeOf(c.int("b")).toEqualTypeOf<number | undefined>();
  expectTypeOf(c.params()).toEqualTypeOf<{ a: string; b: string; rest: string }>();
  return c.text(c.param("rest"));
});

app.get("/*/x/*", (c) => {
  expectTypeOf(c.param("0")).toEqualTypeOf<string>();
  expectTypeOf(c.param(0)).toEqualTypeOf<string>();
  expectTypeOf(c.param("*")).toEqualTypeOf<string>();
  expectTypeOf(c.param(1)).toEqualTypeOf<string | undefined>();
  return c.text("");
});

app.get("/none", (c) => {
  expectTypeOf(c.params()).toEqualTypeOf<{}>();
  expectTypeOf(c.param(0)).toEqualTypeOf<string | undefined>();
  expectTypeOf(c.int(0)).toEqualTypeOf<number | undefined>();
  // @ts-expect-error: it has no parameters
  c.param("nope");
  // @ts-expect-error: it has no parameters
  c.int("nope");
  return c.text("");
});

// A pattern that is not known has parameters that are not known.
for (const pattern of [text, `/${text}/:id` as const] as const) {
  app.get(pattern, (c) => {
    expectTypeOf(c).toEqualTypeOf<Context>();
    expectTypeOf(c.param("any")).toEqualTypeOf<string | undefined>();
    expectTypeOf(c.rawParam("any")).toEqualTypeOf<string | undefined>();
    expectTypeOf(c.int("any")).toEqualTypeOf<number | undefined>();
    expectTypeOf(c.params()).toEqualTypeOf<Record<string, string>>();
    return c.text("");
  });
}

// Of several known ones, what all of them have.
for (const pattern of ["/a/:id", "/b/:id/:x"] as const) {
  app.get(pattern, (c) => {
    expectTypeOf(c.param("id")).toEqualTypeOf<string>();
    // @ts-expect-error: one of them has it
    c.param("x");
    return c.text("");
  });
}

// ------------------------------------------------------------------ groups, hosts, mounts

app.group("/orgs/:org", anyRoute, (g) => {
  g.get("/repos/:repo", (c) => {
    expectTypeOf(c.params()).toEqualTypeOf<{ org: string; repo: string }>();
    return c.text(c.param("org") + c.param("repo"));
  });
  g.group("/teams/:team<int>", anyRoute, async (c, next) => await next(), (h) => {
    h.put("/", (c) => c.text(c.param("org") + c.int("team").toFixed()));
    // @ts-expect-error: no such parameter
    h.put("/x", (c) => c.text(c.param("repo")));
    h.domain(":tenant.example.com", (i) => i.get("/:id", (c) => c.json(c.params() satisfies Record<Known, string>)));
    type Known = "tenant" | "org" | "team" | "id";
  });
  // @ts-expect-error: no such parameter
  g.get("/", (c) => c.text(c.param("repo")));
});

app.domain(":tenant.example.com", (g) => g.get("/x", (c) => c.text(c.param("tenant"))));
// @ts-expect-error: it is `domain`
app.host("example.com", () => {});
app.domain(":tenant.example.com", anyRoute, (g) => {
  expectTypeOf(g).toEqualTypeOf<Routes<AppTypes, ":tenant.example.com">>();
  g.group("/:a", (h) => h.all("/:b", (c) => c.json(c.params() satisfies { tenant: string; a: string; b: string })));
});
app.group(text, (g) => g.get("/:id", (c) => c.text(c.param("any") ?? "")));
app.group("/m", anyRoute, anyRoute, anyRoute, (g) => g.get("/:id", (c) => c.text(c.param("id"))));
app.group("/m", [anyRoute, anyRoute, [anyRoute]], (g) => g.get("/:id", (c) => c.text(c.param("id"))));
// Middleware of a group has the names of its prefix, and may have any other.
app.group("/:a/:b?", (c, next) => {
  expectTypeOf(c.param("a")).toEqualTypeOf<string>();
  expectTypeOf(c.param("b")).toEqualTypeOf<string | undefined>();
  expectTypeOf(c.param("x")).toEqualTypeOf<string | undefined>();
  return next();
}, (g) => g.use((c, next) => (c.param("a").length, next())).get("/", (c) => c.text(c.param("a"))));

// Functions that add routes, of any part of an app or of one whose prefix has what they ask for.
const addAny = (g: Routes) => void g.get("/x", (c) => c.text(c.param("id") ?? ""));
const addBelow = (g: Routes<AppTypes, "/:id">) => void g.get("/x", (c) => c.text(c.param("id")));
addAny(app);
app.group("/a", addAny).group("/:id", addBelow).group("/:org/:id", anyRoute, addBelow).domain("h", addAny);
// @ts-expect-error: nothing adds routes
app.group("/c");
// @ts-expect-error: nothing adds routes
app.group("/c", [anyRoute]);
// @ts-expect-error: a group does not answer
app.group("/g", (g) => g.fetch(new Request("https://h/")));

app.route("/v2", new Router());
app.route("/v2", new Router<{ Variables: { user: string } }>());
// @ts-expect-error: not an app
app.route("/v2", { fetch: () => new Response() });

// An app that declares the parameters of its prefix, and what it is given.
const comments = new Router<{ Params: "postId" }>();
comments.use((c, next) => (c.param("postId").length, next()));
comments.get("/comments/:id<int>", (c) => {
  expectTypeOf(c.param("postId")).toEqualTypeOf<string>();
  expectTypeOf(c.param("id")).toEqualTypeOf<string>();
  expectTypeOf(c.int("postId")).toEqualTypeOf<number | undefined>();
  expectTypeOf(c.params().postId).toEqualTypeOf<string>();
  // @ts-expect-error: no such parameter
  c.param("post");
  return c.text("");
});
app.route("/posts/:postId", comments).route("/:x/:postId<int>", comments).route(text, comments);
app.group("/posts/:postId", (g) => g.route("/more", comments));
new Router<{ Params: "postId" }>().route("/more", comments);
// @ts-expect-error: the prefix has another parameter
app.route("/posts/:id", comments);
// @ts-expect-error: it may be left out
app.route("/posts/:postId?", comments);
// @ts-expect-error: the prefix has none
app.route("/posts", comments);

// ------------------------------------------------------------------ handlers and middleware

app.get("/:id", () => new Response());
app.get("/:id", async () => new Response());
app.get("/:id", () => Response.json({}));
app.get("/:id", () => fetch("https://example.com"));
app.post("/:id", anyRoute, (c) => c.text(c.param("id")));
app.put("/:id", { name: "put" }, (c) => c.text(c.param("id")));
app.patch("/:id", anyRoute, anyRoute, (c) => c.text(c.param("id")));
app.delete("/:id", anyRoute, anyRoute, anyRoute, (c) => c.text(c.param("id")));
app.head("/:id", { name: undefined }, anyRoute, anyRoute, anyRoute, (c) => c.text(c.param("id")));
app.options("/:id", anyRoute, anyRoute, anyRoute, anyRoute, anyRoute, anyRoute, (c) => c.text(c.param("id")));
app.all("/:id", (_, next) => next(), async (_, next) => await next(), (c, next) => (c.set("a", 1), next()), anyRoute);
app.on("GET", "/:id", (c) => c.text(c.param("id")));
app.on("PROPFIND", "/:id", { name: "x" }, (c) => c.text(c.param("id")));
app.on(["GET", "POST"], "/:id", anyRoute, (c, next) => (c.int("id"), next()), (c) => c.text(c.param("id")));
app.on(["GET", text] as const, "/:id", { name: "x" }, anyRoute, (c) => c.text(c.param("id")));
app.static("/health", "ok", { status: 200, headers: { "cache-control": "no-store" } }).static("/b", new Uint8Array(1));

app.post("/:id", { name: "post", maxBody: 1024 }, (c) => c.text(c.param("id")));
app.post("/:id", { maxBody: undefined }, anyRoute, (c) => c.text(c.param("id")));

// Lists, in the place of a step or spread.
const many: Middleware[] = [];
const steps: Step[] = [async (c, next) => (await next(), c.header("x", "y")), (c) => c.text("")];
const handlers: Handler<"/:id">[] = [(c) => c.text(c.param("id"))];
app.get("/:id", many, (c) => c.text(c.param("id")));
app.get("/:id", [anyRoute, [(c, next) => (c.param("id").length, next())]], (c) => c.text(c.param("id")));
app.get("/:id", { name: "x" }, [anyRoute], many, (c) => c.text(c.param("id")));
app.get("/:id", many, many, many, many, many, (c) => c.text(c.param("id")));
app.get("/:id", ...many, (c) => c.text(c.param("id")));
app.get("/:id", { name: "x" }, ...many, (c) => c.text(c.param("id")));
app.get("/:id", anyRoute, ...many, anyRoute, (c) => c.text(c.param("id")));
app.get("/:id", ...([anyRoute, anyRoute] as const), (c) => c.text(c.param("id")));
app.get("/:id", ...steps).get("/:id", steps).get("/:id", ...handlers);
app.on("GET", "/:id", ...many, (c) => c.text(c.param("id")));
app.on("GET", "/:id", [anyRoute, anyRoute], (c) => c.text(c.param("id")));
app.use(...many).use("/admin/*", ...many).use(many).use("/admin/*", [anyRoute, many]);
// @ts-expect-error: no such parameter
app.get("/:id", ...many, (c) => c.text(c.param("nope")));
// @ts-expect-error: no such parameter
app.get("/:id", [(c, next) => (c.param("nope"), next())], (c) => c.text(c.param("id")));
// @ts-expect-error: no step
app.get("/:id", [1], (c) => c.text(c.param("id")));
// @ts-expect-error: nothing is returned
app.get("/:id", ...many, (c) => void c.param("id"));

// @ts-expect-error: nothing is returned
app.get("/:id", (c) => void c.param("id"));
// @ts-expect-error: nothing is returned, and next cannot have been called
app.get("/:id", () => {});
// @ts-expect-error: nothing is returned, and next cannot have been called
app.get("/:id", anyRoute, async (c) => void c.param("id"));
// @ts-expect-error: nothing is returned, and next cannot have been called
app.get("/:id", async (c) => void c.param("id"), (c) => c.text(""));
// @ts-expect-error: nothing is returned
app.get("/:id", { name: "x" }, anyRoute, () => {});
// @ts-expect-error: nothing is returned sometimes
app.get("/:id", (c) => { if (c.param("id") === "1") return c.text("one"); });
// @ts-expect-error: no response
app.get("/:id", (c) => c.param("id"));
// @ts-expect-error: nothing is returned
app.on("GET", "/:id", anyRoute, (c) => void c.param("id"));
// @ts-expect-error: no such parameter
app.on("GET", "/:id", anyRoute, (c) => c.text(c.param("nope")));
// @ts-expect-error: no such option
app.get("/:id", { nmae: "x" }, (c) => c.text(c.param("id")));
// @ts-expect-error: an option of the app
app.get("/:id", { name: "x", report: log }, (c) => c.text(c.param("id")));
// @ts-expect-error: a number of bytes
app.get("/:id", { maxBody: "1mb" }, (c) => c.text(c.param("id")));
// @ts-expect-error: a pattern is a string
app.get(/x/, (c) => c.text(""));
// @ts-expect-error: middleware returns a response
app.get("/:id", () => 1, (c) => c.text(c.param("id")));
// @ts-expect-error: a method is a string
app.on([1], "/:id", (c) => c.text(""));
// @ts-expect-error: no function
app.get("/:id", anyRoute, 1);

app.use(anyRoute).use("/admin/*", anyRoute, anyRoute);
app.use(async (c, next) => {
  expectTypeOf(c).toEqualTypeOf<Context>();
  expectTypeOf(next).toEqualTypeOf<Next>();
  expectTypeOf(next()).toEqualTypeOf<Response | Promise<Response>>();
  const response = await next();
  expectTypeOf(response).toEqualTypeOf<Response>();
  response.headers.set("x-id", c.param("id") ?? "none");
  return response;
});
app.use("/x", (_, next) => next(), (c, next) => (c.header("x", "y"), next()), async () => new Response());
// A step that takes `next` may return nothing.
app.use(async (c, next) => {
  await next();
  c.header("x", "y");
});
app.use(async (c, next) => {
  const response = await next();
  if (c.path === "/") return response;
  return undefined;
});
app.use((c, next) => next(c.detached()));

// Middleware may replace the request and its id, and nothing else of it.
app.use((c, next) => {
  c.request = new Request(c.request, { headers: { "x-a": "1" } });
  c.requestId = "1";
  // @ts-expect-error: the URL is that of the first request
  c.url = "https://example.com/";
  return next();
});
app.get("/:id", async (_, next) => void (await next()), async (c, next: Next) => c.text(String(await next())));
// @ts-expect-error: next may respond at once
app.use((c, next: () => Promise<Response>) => next().then((response) => response));
// @ts-expect-error: nothing is returned, and next cannot have been called
app.use(async (c) => void c.path);
// @ts-expect-error: no response
app.use((c) => c.url);
// @ts-expect-error: no response
app.use((c, next) => (next(), c.url));
// @ts-expect-error: no response
app.use("/x", async () => 1);
// @ts-expect-error: another c
app.use((c, next) => next({ request: c.request }));

// Middleware for a pattern has the names that all requests have which it covers, and may have any other.
app.use("/t/:tenant/:tab?/*rest", (c, next) => {
  expectTypeOf(c.param("tenant")).toEqualTypeOf<string>();
  expectTypeOf(c.rawParam("tenant")).toEqualTypeOf<string>();
  expectTypeOf(c.int("tenant")).toEqualTypeOf<number | undefined>();
  expectTypeOf(c.param("tab")).toEqualTypeOf<string | undefined>();
  expectTypeOf(c.param("rest")).toEqualTypeOf<string | undefined>();
  expectTypeOf(c.param("other")).toEqualTypeOf<string | undefined>();
  expectTypeOf(c.params().tenant).toEqualTypeOf<string>();
  return next();
});
app.use("*", (c, next) => (expectTypeOf(c).toEqualTypeOf<Context>(), next()));
app.use(text, (c, next) => (expectTypeOf(c.param("x")).toEqualTypeOf<string | undefined>(), next()));
app.use("/:id<int>/*", (c, next) => (c.int("id").toFixed(), next()));

// A response of another library is one.
declare const foreign: { status: number; headers: Map<string, string> & { get(name: string): string | null }; body: null };
declare const withoutStatus: { headers: Headers; body: null };
app.get("/:id", () => foreign).use(async () => foreign).onError(() => foreign).notFound(async () => foreign);
// @ts-expect-error: no response
app.get("/:id", () => withoutStatus);
// @ts-expect-error: no response
app.get("/:id", () => ({ status: 200 }));

// Functions that stand alone: one for a pattern serves every route that has what it asks for.
const show: Handler<"/users/:id"> = (c) => c.text(c.param("id"));
const list = (c: Context) => c.text(c.param("id") ?? "all");
const both = (c: Context<"/:id/:x<int>">) => c.json([c.param("id"), c.int("x")]);
app.get("/users/:id", show).get("/teams/:id/:x", anyRoute, show).get("/x/:id", list).get("/x", list);
app.group("/users/:id", (g) => g.get("/", show).get("/:x<int>", both));
// @ts-expect-error: it has another parameter
app.get("/users/:name", show);
// @ts-expect-error: it may be left out
app.get("/users/:id?", show);
// @ts-expect-error: it is no integer
app.get("/:id/:x", both);

expectTypeOf(app.notFound((c) => c.json({ path: c.path }, 404))).toEqualTypeOf<Router>();
app.onOutcome((outcome, c) => {
  expectTypeOf(outcome).toEqualTypeOf<Outcome>();
  expectTypeOf(outcome.allow).toEqualTypeOf<string | undefined>();
  return c.json({ error: outcome.message }, outcome.status);
});
const outcomes: OutcomeHandler = ({ status }, c) => c.body(null, status);
app.onOutcome(outcomes);
app.onError((error, c) => {
  expectTypeOf(error).toEqualTypeOf<unknown>();
  if (error instanceof HttpError) return c.text(error.message, { status: error.status, headers: error.headers });
  throw error;
});
const plain: ErrorHandler = (error, c) => c.text(String(error), 500);
app.onError(plain);
// @ts-expect-error: nothing is returned
app.notFound(() => {});
// @ts-expect-error: nothing is returned
app.onError((error) => void error);
// @ts-expect-error: nothing is returned
app.onOutcome((outcome) => void outcome);

// ------------------------------------------------------------------ what an app is told

interface User {
  name: string;
}
interface Database {
  find(name: string): Promise<User | undefined>;
}
type Types = { Env: { DB: Database }; Variables: { user: User; count?: number } };
const typed = new Router<Types>();

typed.get("/users/:name", async (c) => {
  expectTypeOf(c.env).toEqualTypeOf<{ DB: Database }>();
  expectTypeOf(c.get("user")).toEqualTypeOf<User>();
  expectTypeOf(c.get("count")).toEqualTypeOf<number | undefined>();
  c.set("user", { name: c.param("name") });
  c.set("count", undefined);
  // @ts-expect-error: no user
  c.set("user", 1);
  // @ts-expect-error: unknown
  c.set("usr", { name: "x" });
  // @ts-expect-error: unknown
  c.get("usr");
  // @ts-expect-error: unknown
  c.env.KV;
  return c.json(await c.env.DB.find(c.param("name")));
});
typed.group("/:a", (g) => g.domain("h", (h) => h.get("/", (c) => c.json([c.get("user").name, c.env.DB]))));
typed.use((c, next) => (c.set("count", 1), next())).onError((_, c) => c.json(c.get("user")));
typed.onOutcome((_, c) => c.json(c.get("user").name)).notFound((c) => c.json(c.get("user").name));

app.get("/untyped", (c) => {
  expectTypeOf(c.env).toBeAny();
  expectTypeOf(c.get("any")).toEqualTypeOf<unknown>();
  c.set("any", 1);
  c.set(Symbol.iterator, 1);
  return c.text("");
});

const onlyEnv = new Router<{ Env: { DB: Database } }>();
onlyEnv.get("/", (c) => c.json({ some: c.get("some"), db: c.env.DB.find("x") }));
const onlyVariables = new Router<{ Variables: User }>();
onlyVariables.get("/", (c) => c.json([c.get("name").length, c.env.DB]));
// @ts-expect-error: it is called Env
new Router<{ Bindings: { DB: Database } }>();
// @ts-expect-error: it is called Env
new Router<{ Bindings: { DB: Database }; Variables: User }>();
// @ts-expect-error: it is called Env
declare const other: Middleware<{ Bindings: { DB: Database } }>;

// An app that is mounted gets the env of the other, which must have what it asks for.
onlyEnv.route("/x", onlyVariables).route("/y", onlyEnv);
typed.route("/x", onlyEnv);
app.route("/x", onlyEnv);
// @ts-expect-error: there is no such binding
typed.route("/x", new Router<{ Env: { KV: Database } }>());

// Middleware that asks for less, or for nothing, serves where there is more.
declare function asking<Asked extends AppTypes = AppTypes>(): Middleware<Asked>;
typed.use(asking(), asking<AppTypes>(), asking<{}>(), asking<Types>());
typed.use(asking<{ Variables: { user: User } }>(), asking<{ Env: { DB: Database } }>());
typed.get("/:a", asking<AppTypes>(), asking<{ Variables: { user: User } }>(), (c) => c.text(c.param("a")));
typed.group("/:a", asking<AppTypes>(), (g) => g.get("/", asking<AppTypes>(), show2));
const show2: Handler<"/:a"> = (c) => c.text(c.param("a"));
onlyVariables.use(asking<AppTypes>());
app.use(asking<{ Env: { DB: Database } }>());
// @ts-expect-error: the app has another type of value under that name
typed.use(asking<{ Variables: { user: string } }>());
// @ts-expect-error: the same in a list
typed.use([asking<{ Variables: { user: string } }>()]);
// @ts-expect-error: the same in a group
typed.group("/x", asking<{ Variables: { user: string } }>(), () => {});
// @ts-expect-error: it asks for a binding that the app does not have
typed.use(asking<{ Env: { KV: Database } }>());
// @ts-expect-error: it asks for a binding that the app does not have
typed.use("/x", asking<AppTypes>(), asking<{ Env: { KV: Database } }>());
// @ts-expect-error: it asks for a binding that the app does not have
typed.get("/:a", asking<{ Env: { KV: Database } }>(), (c) => c.text(c.param("a")));
// @ts-expect-error: it asks for a binding that the app does not have
typed.get("/:a", [asking<{ Env: { KV: Database } }>()], (c) => c.text(c.param("a")));
// @ts-expect-error: it asks for a binding that the app does not have
typed.get("/:a", ...[asking<{ Env: { KV: Database } }>()], (c) => c.text(c.param("a")));
// A function that names its c asks for variables.
const reading = (c: Context<string, { Variables: { user: User } }>, next: Next) => (c.get("user").name, next());
typed.use(reading).get("/x", reading, (c) => c.text(c.get("user").name));
// @ts-expect-error: nobody said what the values of this app are
app.use(reading);

// ------------------------------------------------------------------ what middleware adds

declare const guard: Middleware<{ Variables: { user: User } }>;
declare const located: Middleware<{ Env: { DB: Database }; Variables: { city: string; zip?: number } }>;
const own: Middleware<{ Variables: { user: User } }> = async (c, next) => {
  c.set("user", { name: c.header("x-user") ?? "" });
  // @ts-expect-error: it adds no such variable
  c.set("usr", { name: "" });
  return next();
};
interface Session {
  id: string;
}
type Optional = { Variables: { user?: User; session?: Session | null } };
const optional = new Router<Optional>();

// After it in a call.
optional.get("/:id", guard, (c) => {
  expectTypeOf(c.get("user")).toEqualTypeOf<User>();
  expectTypeOf(c.get("session")).toEqualTypeOf<Session | null | undefined>();
  expectTypeOf(c.param("id")).toEqualTypeOf<string>();
  c.set("user", { name: "x" });
  // @ts-expect-error: unknown
  c.get("usr");
  return c.text("");
});
optional.get("/:id", { name: "x" }, anyRoute, own, located, (c) => {
  expectTypeOf(c.get("user")).toEqualTypeOf<User>();
  expectTypeOf(c.get("city")).toEqualTypeOf<string>();
  expectTypeOf(c.get("zip")).toEqualTypeOf<number | undefined>();
  return c.text("");
});
optional.on("GET", "/:id", guard, (c, next) => (c.get("user").name, next()), (c) => c.text(c.get("user").name));
optional.get("/:id", guard, asking<{ Variables: { session: Session } }>(), (c) => c.text(c.get("session").id));
app.get("/:id", guard, (c) => {
  expectTypeOf(c.get("user")).toEqualTypeOf<User>();
  expectTypeOf(c.get("any")).toEqualTypeOf<unknown>();
  return c.text("");
});
typed.get("/:id", located, (c) => c.text(c.get("city") + c.get("user").name));
app.get("/:id", guard, reading, (c) => c.text(c.get("user").name));
// In a list, if it is one that adds.
optional.get("/:id", [anyRoute, [guard]], (c) => c.text(c.get("user").name));
optional.get("/:id", { name: "x" }, [anyRoute, guard], [located], (c) => c.text(c.get("user").name + c.get("city")));
const guards = [guard];
optional.get("/:id", ...guards, (c) => c.text(c.get("user").name));
// Several that add different variables fit in a list, but not all that they add is known.
optional.get("/:id", [guard, located], (c) => c.text(c.get("user").name));
const mixed = [anyRoute, guard, located];
onlyEnv.get("/:id", mixed, (c) => c.text(c.param("id"))).get("/:id", ...mixed, (c) => c.text(c.param("id")));
onlyEnv.use(...mixed).use(mixed).group("/x", mixed, (g) => g.get("/:id", ...mixed, (c) => c.text(c.param("id"))));

// Before it there is none.
optional.get("/:id", (c, next) => {
  expectTypeOf(c.get("user")).toEqualTypeOf<User | undefined>();
  return next();
}, guard, (c) => c.text(c.get("user").name));
// @ts-expect-error: there may be none
optional.get("/:id", anyRoute, (c) => c.text(c.get("user").name));
// @ts-expect-error: there may be none in other calls
optional.get("/:id", (c) => c.text(c.get("user").name));

// In groups.
optional.group("/:org", guard, (g) => {
  g.get("/:id", (c) => c.text(c.get("user").name + c.param("org") + c.param("id")));
  g.group("/x", anyRoute, located, (h) => h.get("/", (c) => c.text(c.get("user").name + c.get("city"))));
  g.use(located).get("/y", (c) => c.text(c.get("user").name + c.get("city")));
  g.use((c, next) => (c.get("user").name, next()));
});
optional.domain("example.com", own, (g) => g.get("/:id", (c) => c.text(c.get("user").name)));
optional.group("/x", [guard], located, (g) => g.get("/", (c) => c.text(c.get("user").name + c.get("city"))));

// In chained calls.
const guarded = optional.use(guard);
expectTypeOf(guarded).not.toEqualTypeOf(optional);
guarded.get("/:id", (c) => c.text(c.get("user").name)).post("/", (c) => c.text(c.get("user").name));
guarded.use(anyRoute, located).use((c, next) => (c.get("city").length, next())).get("/", (c) => c.text(c.get("city")));
guarded.onError((_, c) => c.text(c.get("user").name));
new Router().use([guard], [located]).get("/", (c) => c.text(c.get("user").name + c.get("city")));
// With a pattern it covers some of the routes.
expectTypeOf(optional.use("/x/*", guard)).toEqualTypeOf(optional);
expectTypeOf(optional.use(anyRoute)).toEqualTypeOf(optional);

// ------------------------------------------------------------------ functions that make middleware

declare function only<C extends Context = Context>(when: (c: C) => unknown): MiddlewareOf<C>;
typed.use(only((c) => [c.env.DB.find("x"), c.get("user").name, c.param("any")?.length]));
typed.get("/:id", only((c) => [c.env.DB.find(c.param("id")), c.get("user").name]), (c) => c.text(""));
typed.group("/:id", only((c) => c.env.DB.find(c.param("id"))), (g) => g.get("/", (c) => c.text("")));
app.use(only((c) => expectTypeOf(c).toEqualTypeOf<Context>()));
typed.use(only<Context<string, Types>>((c) => c.env.DB));
only((c) => expectTypeOf(c).toEqualTypeOf<Context>());
// @ts-expect-error: unknown
typed.use(only((c) => c.env.KV));
// @ts-expect-error: unknown
typed.use(only((c) => c.get("usr")));
// @ts-expect-error: it asks for a binding that the app does not have
typed.use(only((c: Context<string, { Env: { KV: Database } }>) => c.env.KV));

class Shop extends Router<Types> {
  constructor() {
    super({ maxBody: 10 });
    this.get("/:item", (c) => c.json([c.param("item"), c.get("user")]));
  }
}
expectTypeOf(new Shop().fetch).toEqualTypeOf(typed.fetch);

// ------------------------------------------------------------------ c

app.post("/everything", async (c) => {
  expectTypeOf(c.request).toEqualTypeOf<Request>();
  expectTypeOf(c.executionCtx).toEqualTypeOf<ExecutionContext>();
  expectTypeOf([c.url, c.path, c.method, c.requestId]).toEqualTypeOf<string[]>();
  expectTypeOf([c.routePattern, c.routeName, c.clientAddress]).toEqualTypeOf<(string | undefined)[]>();
  expectTypeOf(c.error).toEqualTypeOf<unknown>();
  c.executionCtx.waitUntil(fetch("https://example.com"));
  // @ts-expect-error: it cannot be changed
  c.url = "/";

  expectTypeOf(c.query()).toEqualTypeOf<URLSearchParams>();
  expectTypeOf(c.query("a")).toEqualTypeOf<string | undefined>();
  // @ts-expect-error: a name is a string
  c.query(1);

  expectTypeOf(c.header("accept")).toEqualTypeOf<string | undefined>();
  expectTypeOf(c.header("x", "y")).toEqualTypeOf<void>();
  c.header("x", "y", { append: true });
  c.header("x", undefined);
  c.status(201);
  // @ts-expect-error: a value is a string
  c.header("x", 1);
  // @ts-expect-error: no such option
  c.header("x", "y", { apend: true });
  // @ts-expect-error: a status is a number
  c.status("201");

  expectTypeOf(c.cookie("a")).toEqualTypeOf<string | undefined>();
  expectTypeOf(c.cookie()).toEqualTypeOf<Record<string, string>>();
  const cookie: CookieOptions = { path: "/", maxAge: 60, httpOnly: true, secure: true, sameSite: "lax" };
  expectTypeOf(c.setCookie("a", "b", cookie)).toEqualTypeOf<void>();
  c.setCookie("a", "b");
  c.deleteCookie("a", { path: "/", domain: "example.com" });
  // @ts-expect-error: a value is a string
  c.setCookie("a", 1);
  // @ts-expect-error: no such option
  c.setCookie("a", "b", { httponly: true });
  // @ts-expect-error: no such choice
  c.setCookie("a", "b", { sameSite: "no" });

  expectTypeOf(c.read()).resolves.toEqualTypeOf(new Uint8Array(1));
  expectTypeOf(c.readText()).resolves.toEqualTypeOf<string>();
  expectTypeOf(c.readJson()).resolves.toEqualTypeOf<unknown>();
  expectTypeOf(c.readJson<User>()).resolves.toEqualTypeOf<User>();
  new Response(await c.read());
  expectTypeOf(c.readForm()).resolves.toEqualTypeOf<FormData>();

  expectTypeOf(c.text("")).toEqualTypeOf<Response>();
  c.text("", 404);
  c.html("", { status: 200, statusText: "Fine", headers: new Headers() });
  c.json({ a: [1, null] }, { headers: [["a", "b"]] });
  c.json(null, { headers: { a: "b" } });
  c.body(null, 204);
  c.body(new Uint8Array(1));
  c.body(await c.read());
  c.body(new ReadableStream());
  c.body(c.request.body);
  c.redirect("/", 301);
  c.redirect(new URL(c.url));
  c.redirect("/", cookie.maxAge);
  c.stream(new ReadableStream(), { status: 200 });
  c.stream((async function* () { yield "a"; yield new Uint8Array(1); })());
  c.stream(async (writer) => writer.write("a"));
  c.stream(async function* () { yield "a"; });
  c.stream(function* () { yield new Uint8Array(1); });
  c.stream(["a", "b"]);
  c.stream(async (writer) => (await writer.write("a"), ["b"]));
  c.stream(() => new ReadableStream());
  c.stream((writer) => {
    expectTypeOf(writer.aborted).toEqualTypeOf<boolean>();
    writer.onAbort(() => {});
  });
  const pieces: StreamSource = new Set(["a"]);
  c.stream(pieces, 201);

  c.events(async ({ send, onAbort, aborted }) => {
    await send("a");
    await send({ data: { any: 1 }, event: "x", id: "1", retry: 1000, comment: "c" });
    onAbort(() => log(aborted));
  });
  c.events(async function* (): AsyncGenerator<ServerSentEvent> { yield { data: 1 }; }, { headers: { a: "b" } });
  c.events(new ReadableStream());
  const events: EventSource = ["a", { comment: "b" }];
  c.events(events);
  // @ts-expect-error: no such member
  c.events(async ({ send }) => send({ date: 1 }));
  // @ts-expect-error: an event is a string or an object
  c.events([1]);

  expectTypeOf(c.notFound()).toEqualTypeOf<Response | Promise<Response>>();
  c.onOutcome((outcome, same) => (same.set("a", outcome.status), same.json(outcome)));
  expectTypeOf(c.detached()).toEqualTypeOf(c);
  expectTypeOf(c.savepoint()).toEqualTypeOf<() => void>();
  // @ts-expect-error: a text is a string
  c.text(1);
  // @ts-expect-error: a status is a number
  c.text("", "404");
  // @ts-expect-error: no such thing
  c.text("", { header: {} });
  // @ts-expect-error: an object is no body
  c.body({});
  // @ts-expect-error: a status is a number
  c.redirect("/", "302");
  // @ts-expect-error: a string is one piece
  c.stream("abc");
  // @ts-expect-error: a piece is a string or bytes
  c.stream(async (writer) => writer.write(1));
  // @ts-expect-error: a piece is a string or bytes
  c.stream((async function* () { yield 1; })());
  // @ts-expect-error: no such member
  c.jsonn({});
  // @ts-expect-error: next is an argument of steps
  c.next();
  return c.notFound();
});

// ------------------------------------------------------------------ the app as a whole

expectTypeOf(app.request("/x")).resolves.toEqualTypeOf<Response>();
app.request("https://h/x", { method: "POST", body: "x" }, { any: 1 });
app.request(new URL("https://h/x"));
app.request(new Request("https://h/x"), undefined, undefined, { waitUntil() {} });
expectTypeOf(app.fetch(new Request("https://h/"))).toEqualTypeOf<Response | Promise<Response>>();
declare const db: Database;
typed.fetch(new Request("https://h/"), { DB: db });
// @ts-expect-error: a binding is missing
typed.fetch(new Request("https://h/"), {});
typed.request("/", {}, {});
new Router<{ Env: { DB: Database; KV: Map<string, string> } }>().request("/", undefined, { DB: db });
// @ts-expect-error: there is no such binding
typed.request("/", {}, { KV: 1 });
// @ts-expect-error: a binding of another type
typed.request("/", {}, { DB: 1 });
// @ts-expect-error: a method is a string
typed.request("/", { method: 1 });

expectTypeOf(app.routes()).toEqualTypeOf<AppRoute[]>();
expectTypeOf(app.routes()).toEqualTypeOf<Readonly<RouteInfo>[]>();
// @ts-expect-error: there is no pool
app.contexts;

// ------------------------------------------------------------------ the names of routes

// The compiler knows the names of calls that are chained, and what their patterns need.
const shop = new Router()
  .get("/users/:id<int>/:tab?", { name: "user" }, (c) => c.text(""))
  .use(anyRoute)
  .post("/items/*path", { name: "item", maxBody: 10 }, anyRoute, (c) => c.text(""))
  .on("GET", "/", { name: "home" }, (c) => c.text(""))
  .group("/orgs/:org", anyRoute, (g) => g.get("/:repo", { name: "repo" }, (c) => c.text("")).get("/", anyRoute))
  .domain(":tenant.example.com", (g) => g.get("/", { name: "tenant" }, (c) => c.text("")))
  .use(guard);
expectTypeOf(shop.url("user", { id: 42, tab: undefined })).toEqualTypeOf<string>();
shop.url("user", { id: 42n });
shop.url("item", { path: "a/b" });
shop.url("home");
shop.url("repo", { org: "a", repo: 1 });
shop.url("tenant", { tenant: "a" });
shop.get("/", (c) => c.text(c.get("user").name + shop.url("home")));
// @ts-expect-error: no such route
shop.url("usr", { id: 1 });
// @ts-expect-error: a value is missing
shop.url("user");
// @ts-expect-error: an integer
shop.url("user", { id: "x" });
// @ts-expect-error: no such parameter
shop.url("user", { id: 1, tb: "x" });
// @ts-expect-error: the prefix has a parameter
shop.url("repo", { repo: 1 });
// @ts-expect-error: the name may be another one
shop.url(text);

// With apps that are mounted below it.
const inner = new Router().get("/c/:id", { name: "comment" }, (c) => c.text(""));
const outer = shop.route("/posts/:post", inner);
outer.url("comment", { post: 1, id: 2 });
outer.url("home");
// @ts-expect-error: the prefix has a parameter
outer.url("comment", { id: 2 });
// @ts-expect-error: no such route
outer.url("nope");

// Where it does not know all names, any other may be given; those that it knows are checked.
for (const open of [
  shop.group("/x", (g) => {
    g.get("/z", { name: "z" }, (c) => c.text(""));
  }),
  shop.route("/x", app),
]) {
  open.url("z", { any: 1 });
  open.url(text);
  // @ts-expect-error: a value is missing
  open.url("user");
}
shop.get("/z", { name: text }, (c) => c.text("")).url("z");

// To an app that it knows no name of, any may be given.
app.get("/named/:id", { name: "named" }, (c) => c.text(""));
expectTypeOf(app.url("named", { id: 42, tab: undefined })).toEqualTypeOf<string>();
app.url("home");
app.url(text);
// @ts-expect-error: a value is no object
app.url("user", { id: {} });

// What other hosts take. (For Workers see workers/.)
const whole = (any: Router) => any.fetch;
whole(app);
whole(typed);
whole(guarded);
whole(shop);
whole(outer);
whole(new Shop());
declare function serve(handler: (request: Request, info: { remoteAddr: {} }) => Response | Promise<Response>): void;
serve(app.fetch);

export default app;
