// What the compiler knows of the middleware of the package: of its options, and of what it adds. (Like app.ts, by the
// types of each platform.)

import { expectTypeOf } from "expect-type";
import { Router, type Context, type MiddlewareOf } from "wye";
import {
  basicAuth,
  bearerAuth,
  cache,
  coalesce,
  cors,
  csrf,
  every,
  except,
  logger,
  rateLimit,
  recover,
  requestId,
  sameSecret,
  some,
  validate,
} from "wye/middleware";

interface Env {
  ORIGIN: string;
  PASSWORD: string;
}
interface User {
  name: string;
}
const app = new Router<{ Env: Env; Variables: { user?: User; tries?: number } }>();
declare const find: (name: string) => Promise<User | undefined>;

// ------------------------------------------------------------------ functions of c, in an app

app.use(cors({
  origin: (origin, c) => {
    expectTypeOf(c.env).toEqualTypeOf<Env>();
    expectTypeOf(c.get("tries")).toEqualTypeOf<number | undefined>();
    return origin === c.env.ORIGIN;
  },
}));
app.use("/api/*", cors({ origin: async (origin, c) => origin === c.env.ORIGIN }));
app.use("/api/*", csrf({ origin: (_, c) => c.env.ORIGIN }));
app.use(cache({ key: (c) => `${c.url} ${c.get("user")?.name}`, report: (_, c) => void c.env.ORIGIN.length }));
app.use(coalesce({ key: (c) => c.env.ORIGIN }), rateLimit({ rate: 1, burst: 1, key: (c) => c.env.ORIGIN }));
app.use(recover({ problem: (problem, _, c) => ({ ...problem, of: c.env.ORIGIN }) }));
app.use(recover({ report: (_, c) => void c.env.ORIGIN.length }));
app.use(requestId({ generator: (c) => c.env.ORIGIN }));
app.use(except((c) => c.env.ORIGIN === "x", (c, next) => (c.env.ORIGIN.length, next())));
app.get("/:id", cors({ origin: (_, c) => c.param("id") === c.env.ORIGIN }), (c) => c.text(c.param("id")));
app.group("/:id", cors({ origin: (_, c) => c.param("id") === c.env.ORIGIN }), (g) => g.get("/", (c) => c.text("")));
// @ts-expect-error: no such binding
app.use(cors({ origin: (_, c) => c.env.ORIGINS }));
// @ts-expect-error: no such variable
app.use(rateLimit({ rate: 1, burst: 1, key: (c) => c.get("usr") }));
// @ts-expect-error: no such option
app.use(cors({ allowMethods: ["GET"] }));
// @ts-expect-error: no such option
app.use(logger({ prnt: () => {} }));

// By themselves they are for any app, unless they say for which.
const anyApp = cors({ origin: (origin, c) => (expectTypeOf(c).toEqualTypeOf<Context>(), origin === c.env.ANY) });
app.use(anyApp);
const ours = cors<Context<string, { Env: Env }>>({ origin: (origin, c) => origin === c.env.ORIGIN });
app.use(ours);
expectTypeOf(ours).toEqualTypeOf<MiddlewareOf<Context<string, { Env: Env }>>>();
// @ts-expect-error: the app has no such binding
new Router<{ Env: { KV: string } }>().use(ours);

// ------------------------------------------------------------------ what they add

app.get("/:id", requestId(), (c) => (expectTypeOf(c.get("requestId")).toEqualTypeOf<string>(), c.text("")));
app.get("/:id", basicAuth({
  verify: async (name, password, c) => {
    expectTypeOf([name, password]).toEqualTypeOf<string[]>();
    return (await sameSecret(password, c.env.PASSWORD)) && find(name);
  },
}), (c) => {
  expectTypeOf(c.get("user")).toEqualTypeOf<User>();
  return c.text("");
});
app.group("/x", bearerAuth({ verify: (token, c) => (token === c.env.PASSWORD ? find(token) : undefined) }), (g) => {
  g.get("/:id", (c) => (expectTypeOf(c.get("user")).toEqualTypeOf<User>(), c.text("")));
});
// Tokens alone say nothing of the user.
app.get("/:id", bearerAuth({ tokens: ["x"] }), (c) => {
  expectTypeOf(c.get("user")).toEqualTypeOf<User | undefined>();
  return c.text("");
});
app.get("/:id", bearerAuth({ verify: (token, c) => sameSecret(token, c.env.PASSWORD) }), (c) => {
  expectTypeOf(c.get("user")).toEqualTypeOf<User | undefined>();
  return c.text("");
});
new Router().get("/", basicAuth({ users: { a: "b" } }), (c) => {
  expectTypeOf(c.get("user")).toEqualTypeOf<string>();
  return c.text("");
});
new Router().get("/", basicAuth({ verify: async () => true }), (c) => {
  expectTypeOf(c.get("user")).toEqualTypeOf<string>();
  return c.text("");
});
// @ts-expect-error: the app's user is no string
app.use(basicAuth({ users: { a: "b" } }));

// Any library's schema (Standard Schema v1).
interface Schema<Output> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => { value: Output } | { issues: readonly { message: string }[] };
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}
declare const body: Schema<{ name: string; age?: number }>;
declare const query: Schema<{ page: number }>;
app.post("/:id", validate("json", body), validate("query", query), (c) => {
  expectTypeOf(c.get("json")).toEqualTypeOf<{ name: string; age?: number }>();
  expectTypeOf(c.get("query").page).toEqualTypeOf<number>();
  expectTypeOf(c.param("id")).toEqualTypeOf<string>();
  // @ts-expect-error: it was not validated
  c.get("form");
  return c.text("");
});
for (const target of ["json", "form", "query", "param", "header", "cookie"] as const) validate(target, body);
app.post("/:id", validate("form", body, { onInvalid: (issues, c) => c.json([issues[0].path, c.env.ORIGIN], 422) }),
  (c) => c.text(c.get("form").name));
app.group("/v", validate("header", query), (g) => g.get("/", (c) => c.text(c.get("header").page.toFixed())));
// @ts-expect-error: no such target
validate("jsn", body);
// @ts-expect-error: no schema
validate("json", {});
// @ts-expect-error: no such option
validate("json", body, { oninvalid: () => {} });

const staff = every(bearerAuth({ verify: find }), (c) => c.get("user"));
app.get("/:id", staff, (c) => (expectTypeOf(c.get("user")).toEqualTypeOf<User>(), c.text("")));
app.get("/:id", some(staff, basicAuth({ users: { a: "b" } })), (c) => {
  expectTypeOf(c.get("user")).toEqualTypeOf<User | undefined>();
  return c.text("");
});
