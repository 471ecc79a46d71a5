// What the compiler knows of an app, and what it refuses. A line that it should refuse and does not is an error too.

import { expectTypeOf } from "expect-type";
import {
  HttpError,
  Router,
  type AppTypes,
  type Context,
  type ContextStats,
  type ErrorHandler,
  type ExecutionContext,
  type Handler,
  type Middleware,
  type RouteInfo,
  type RouterOptions,
  type Routes,
  type TableOptions,
} from "wye";

const app = new Router({ trailingSlash: "redirect", maxContexts: 100, maxBody: 1024 });
expectTypeOf(app).toEqualTypeOf<Router>();
expectTypeOf<Omit<RouterOptions, "maxContexts" | "maxBody">>().toEqualTypeOf<TableOptions>();
// @ts-expect-error: no such option
new Router({ contexts: 100 });
// @ts-expect-error: no such choice
new Router({ trailingSlash: "maybe" });

declare const anyRoute: Middleware;
declare const text: string;

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
  g.group("/teams/:team<int>", anyRoute, async (c) => await c.next(), (h) => {
    h.put("/", (c) => c.text(c.param("org") + c.int("team").toFixed()));
    // @ts-expect-error: no such parameter
    h.put("/x", (c) => c.text(c.param("repo")));
    h.host(":tenant.example.com", (i) => i.get("/:id", (c) => c.json(c.params() satisfies Record<Known, string>)));
    type Known = "tenant" | "org" | "team" | "id";
  });
  // @ts-expect-error: no such parameter
  g.get("/", (c) => c.text(c.param("repo")));
});

app.host(":tenant.example.com", (g) => g.get("/x", (c) => c.text(c.param("tenant"))));
app.host(":tenant.example.com", anyRoute, (g) => {
  expectTypeOf(g).toEqualTypeOf<Routes<AppTypes, ":tenant.example.com">>();
  g.group("/:a", (h) => h.all("/:b", (c) => c.json(c.params() satisfies { tenant: string; a: string; b: string })));
});
app.group(text, (g) => g.get("/:id", (c) => c.text(c.param("any") ?? "")));
app.group("/m", anyRoute, anyRoute, anyRoute, (g) => g.get("/:id", (c) => c.text(c.param("id"))));
app.group("/m", anyRoute, anyRoute, anyRoute, anyRoute, anyRoute, (g: Routes<AppTypes, "/m">) => {
  g.get("/:id", (c) => c.text(c.param("id")));
});
app.group("/c", (c) => {
  // @ts-expect-error: the last function adds routes, and is no middleware
  return c.next();
});
// Functions that add routes, of any part of an app or of one whose prefix has what they ask for.
const addAny = (g: Routes) => void g.get("/x", (c) => c.text(c.param("id") ?? ""));
const addBelow = (g: Routes<AppTypes, "/:id">) => void g.get("/x", (c) => c.text(c.param("id")));
addAny(app);
app.group("/a", addAny).group("/:id", addBelow).group("/:org/:id", anyRoute, addBelow).host("h", addAny);
// @ts-expect-error: nothing adds routes
app.group("/c");
// @ts-expect-error: a group does not answer
app.group("/g", (g) => g.fetch(new Request("https://h/")));

app.route("/v2", new Router());
app.route("/v2", new Router<{ Variables: { user: string } }>());
// @ts-expect-error: not an app
app.route("/v2", { fetch: () => new Response() });

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
app.all("/:id", (c) => c.next(), async (c) => await c.next(), (c) => (c.set("a", 1), c.next()), (c) => c.text(""));
app.on("GET", "/:id", (c) => c.text(c.param("id")));
app.on("PROPFIND", "/:id", { name: "x" }, (c) => c.text(c.param("id")));
app.on(["GET", "POST"], "/:id", anyRoute, (c) => (c.int("id"), c.next()), (c) => c.text(c.param("id")));
app.on(["GET", text] as const, "/:id", { name: "x" }, anyRoute, (c) => c.text(c.param("id")));
app.static("/health", "ok", { status: 200, headers: { "cache-control": "no-store" } }).static("/b", new Uint8Array(1));

// @ts-expect-error: nothing answers
app.get("/:id");
// @ts-expect-error: nothing answers
app.get("/:id", { name: "x" });
// @ts-expect-error: nothing is returned
app.get("/:id", (c) => void c.param("id"));
// @ts-expect-error: nothing is returned
app.get("/:id", anyRoute, async (c) => void (await c.next()));
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
// @ts-expect-error: a pattern is a string
app.get(/x/, (c) => c.text(""));
// @ts-expect-error: middleware returns a response
app.get("/:id", () => 1, (c) => c.text(c.param("id")));
// @ts-expect-error: a method is a string
app.on([1], "/:id", (c) => c.text(""));

app.use(anyRoute).use("/admin/*", anyRoute, anyRoute);
app.use(async (c) => {
  expectTypeOf(c).toEqualTypeOf<Context>();
  expectTypeOf(c.next()).toEqualTypeOf<Response | Promise<Response>>();
  const response = await c.next();
  expectTypeOf(response).toEqualTypeOf<Response>();
  response.headers.set("x-id", c.param("id") ?? "none");
  return response;
});
app.use("/x", (c) => c.next(), (c) => (c.header("x", "y"), c.next()), async () => new Response());
// @ts-expect-error: nothing is returned
app.use(async (c) => void (await c.next()));
// @ts-expect-error: no response
app.use((c) => c.url);
// @ts-expect-error: no response
app.use("/x", async () => 1);

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
  expectTypeOf(c.get("user")).toEqualTypeOf<User | undefined>();
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
typed.group("/:a", (g) => g.host("h", (h) => h.get("/", (c) => c.json(c.get("user")?.name ?? c.env.DB))));
typed.use((c) => (c.set("count", 1), c.next())).onError((_, c) => c.json(c.get("user")));

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
onlyVariables.get("/", (c) => c.json([c.get("name")?.length, c.env.DB]));
// @ts-expect-error: it is called Env
new Router<{ Bindings: { DB: Database } }>();

// Middleware that asks for less, or for nothing, serves where there is more.
declare function asking<Asked extends AppTypes = AppTypes>(): Middleware<Asked>;
typed.use(asking(), asking<AppTypes>(), asking<{}>(), asking<Types>());
typed.use(asking<{ Variables: { user: User } }>(), asking<{ Env: { DB: Database } }>());
typed.get("/:a", asking<AppTypes>(), asking<{ Variables: { user: User } }>(), (c) => c.text(c.param("a")));
typed.group("/:a", asking<AppTypes>(), (g) => g.get("/", asking<AppTypes>(), show2));
const show2: Handler<"/:a"> = (c) => c.text(c.param("a"));
onlyVariables.use(asking<AppTypes>());
app.use(asking<{ Env: { DB: Database } }>());
// @ts-expect-error: it asks for a value that the app does not have
typed.use(asking<{ Variables: { user: User; session: string } }>());
// @ts-expect-error: it asks for another type of value
typed.use(asking<{ Variables: { user: string } }>());
// @ts-expect-error: it asks for a binding that the app does not have
typed.use(asking<{ Env: { KV: Database } }>());
// @ts-expect-error: it asks for a binding that the app does not have
typed.get("/:a", asking<{ Env: { KV: Database } }>(), (c) => c.text(c.param("a")));
// @ts-expect-error: nobody said what the values of this app are
app.use(asking<{ Variables: { user: string } }>());

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
  expectTypeOf([c.routePattern, c.routeName]).toEqualTypeOf<(string | undefined)[]>();
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

  expectTypeOf(c.read()).resolves.toEqualTypeOf(new Uint8Array(1));
  expectTypeOf(c.readText()).resolves.toEqualTypeOf<string>();
  expectTypeOf(c.readJson()).resolves.toEqualTypeOf<unknown>();
  expectTypeOf(c.readJson<User>()).resolves.toEqualTypeOf<User>();
  new Response(await c.read());

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
  c.stream(new ReadableStream(), { status: 200 });
  c.stream((async function* () { yield "a"; yield new Uint8Array(1); })());
  c.stream(async (writer) => writer.write("a"));
  // @ts-expect-error: a text is a string
  c.text(1);
  // @ts-expect-error: a status is a number
  c.text("", "404");
  // @ts-expect-error: no such thing
  c.text("", { header: {} });
  // @ts-expect-error: an object is no body
  c.body({});
  // @ts-expect-error: this one does not redirect
  c.redirect("/", 200);
  // @ts-expect-error: a piece is a string or bytes
  c.stream(async (writer) => writer.write(1));
  // @ts-expect-error: a piece is a string or bytes
  c.stream((async function* () { yield 1; })());
  // @ts-expect-error: no such member
  c.jsonn({});
  return c.next();
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
// @ts-expect-error: a binding is missing
typed.request("/", {}, { KV: 1 });
// @ts-expect-error: a method is a string
typed.request("/", { method: 1 });

expectTypeOf(app.url("user", { id: 42, tab: undefined })).toEqualTypeOf<string>();
app.url("home");
// @ts-expect-error: a value is no object
app.url("user", { id: {} });
expectTypeOf(app.routes()).toEqualTypeOf<Readonly<RouteInfo>[]>();
expectTypeOf(app.contexts).toEqualTypeOf<ContextStats>();
expectTypeOf(app.contexts.highWater).toEqualTypeOf<number>();

// What other hosts take. (For Workers see workers/.)
const whole = (any: Router) => any.fetch;
whole(app);
whole(typed);
whole(new Shop());
declare function serve(handler: (request: Request, info: { remoteAddr: {} }) => Response | Promise<Response>): void;
serve(app.fetch);

export default app;
