// What the compiler knows of a table, and what it refuses. A line that it should refuse and does not is an error too.

import { expectTypeOf } from "expect-type";
import { RouteTable, WyeError } from "wye";
import type { Match, NamedRoutes, RouteEntry, RouteInfo, TableOptions } from "wye";

// ------------------------------------------------------------------ a table without names: all as in JavaScript

const table = new RouteTable({ trailingSlash: "redirect", cleanPath: "redirect", caseSensitive: false });
// @ts-expect-error: no such choice
new RouteTable({ trailingSlash: "maybe" });
// @ts-expect-error: no such option
new RouteTable({ slash: "strict" });

expectTypeOf(table.add("GET", "/users/:id", { name: "user", host: undefined, id: undefined })).toEqualTypeOf<number>();
table.add("GET", `/x/${Math.random()}`, { name: `x${Math.random()}`, host: ":tenant.example.com", id: 3 });
// @ts-expect-error: a name is a string
table.add("GET", "/", { name: 1 });
// @ts-expect-error: a pattern is a string
table.add("GET", /x/);
// @ts-expect-error: also that of a route with a name
table.add("GET", /x/, { name: "x" });
// @ts-expect-error: a host is a string
table.add("GET", "/", { name: "x", host: 1 });
// @ts-expect-error: no such option
table.add("GET", "/", { hostname: "example.com" });

expectTypeOf(table.match("GET", "/")).toEqualTypeOf<number>();
expectTypeOf(table.matchAll("GET", "/")).toEqualTypeOf<
  { id: number; pattern: string; name: string | undefined; params: Record<string, string> }[]
>();
expectTypeOf(table.matchAllUrl("GET", "https://h/")).toEqualTypeOf<Match[]>();
expectTypeOf(table.matchUrl("GET", "https://h/")).toEqualTypeOf<number>();
expectTypeOf(table.param("id")).toEqualTypeOf<string | undefined>();
expectTypeOf(table.rawParam(0)).toEqualTypeOf<string | undefined>();
expectTypeOf(table.paramStart("id")).toEqualTypeOf<number>();
expectTypeOf(table.params()).toEqualTypeOf<Record<string, string>>();
expectTypeOf(table.params<"/users/:id<int>?">()).toEqualTypeOf<{ id?: string }>();
expectTypeOf(table.location).toEqualTypeOf<string | undefined>();
expectTypeOf(table.allow).toEqualTypeOf<string | undefined>();
expectTypeOf(table.remove("GET", "/users/:id", { host: "h" })).toEqualTypeOf<boolean>();
expectTypeOf(table.routes()).toEqualTypeOf<RouteInfo[]>();
expectTypeOf(table.url("any", { of: "them", n: 1, b: 2n, none: undefined })).toEqualTypeOf<string>();
table.url("any");
// @ts-expect-error: a name is a string
table.url(1);
// @ts-expect-error: a value is no object
table.url("any", { id: {} });
expectTypeOf(RouteTable.NOT_FOUND).toEqualTypeOf<number>();
expectTypeOf(new WyeError("CONFLICT", "text").offset).toEqualTypeOf<number | undefined>();
expectTypeOf<TableOptions>().toMatchTypeOf<{ methodNotAllowed?: boolean; maxPath?: number }>();

{
  using disposed = new RouteTable();
  disposed.match("GET", "/");
}

// ------------------------------------------------------------------ a table of a list

const known = RouteTable.of([
  { method: "GET", pattern: "/", name: "home" },
  { method: "GET", pattern: "/users/:id<int>", name: "user" },
  { method: "PUT", pattern: "/users/:id<int>", name: "user" },
  { method: "GET", pattern: "/pages/:page<uint>?", name: "pages" },
  { method: "GET", pattern: "/files/:version/*path", name: "file", id: 7 },
  { method: "GET", pattern: "/:id", name: "tenant", host: ":tenant.example.com" },
  { method: "GET", pattern: "/no/name/:x" },
], { trailingSlash: "ignore" });

expectTypeOf(known).toEqualTypeOf<
  RouteTable<{
    home: "/";
    user: "/users/:id<int>";
    pages: "/pages/:page<uint>?";
    file: "/files/:version/*path";
    tenant: ":tenant.example.com/:id";
  }>
>();

known.url("home");
known.url("home", {});
known.url("user", { id: 42 });
known.url("user", { id: 42n });
known.url("pages");
known.url("pages", {});
known.url("pages", { page: undefined });
known.url("pages", { page: 2 });
known.url("file", { version: 3, path: "a/b" });
known.url("tenant", { tenant: "acme", id: "x" });

// @ts-expect-error: no such name
known.url("users", { id: 42 });
// @ts-expect-error: the values are needed
known.url("user");
// @ts-expect-error: a value is missing
known.url("user", {});
// @ts-expect-error: misspelt
known.url("user", { ID: 42 });
// @ts-expect-error: one too many
known.url("user", { id: 42, page: 1 });
// @ts-expect-error: no integer
known.url("user", { id: "42" });
// @ts-expect-error: only an optional one can be undefined
known.url("user", { id: undefined });
// @ts-expect-error: no integer
known.url("pages", { page: "2" });
// @ts-expect-error: a catch-all is a text
known.url("file", { version: 3, path: 4 });
// @ts-expect-error: it has no parameters
known.url("home", { id: 1 });
// @ts-expect-error: the host's is missing
known.url("tenant", { id: "x" });
// @ts-expect-error: one parameter only
known.url("home", {}, {});

// @ts-expect-error: a route needs a pattern
RouteTable.of([{ method: "GET", name: "x" }]);

// What `routes()` gives is a list too, of names that nobody knows before.
expectTypeOf(RouteTable.of(known.routes())).toEqualTypeOf<RouteTable<{ [x: string]: string }>>();
RouteTable.of(known.routes()).url("any", { id: 1 });

const list = [{ method: "GET", pattern: "/a/:b", name: "ab" }] as const satisfies RouteEntry[];
expectTypeOf<NamedRoutes<typeof list>>().toEqualTypeOf<{ ab: "/a/:b" }>();
expectTypeOf(RouteTable.of(list)).toEqualTypeOf<RouteTable<{ ab: "/a/:b" }>>();

// ------------------------------------------------------------------ a table whose names are declared

const declared = new RouteTable<{ user: "/users/:id<int>"; api: "api.example.com/v1/:x" }>();

declared.add("GET", "/users/:id<int>", { name: "user" });
declared.add("GET", "/v1/:x", { name: "api", host: "api.example.com" });
declared.add("GET", "/without/a/name");
declared.add("GET", "/without/a/name", { id: 4, host: "any" });
declared.url("user", { id: 1 });
declared.url("api", { x: "y" });
// @ts-expect-error: another pattern than the declared one
declared.add("GET", "/users/:id", { name: "user" });
// @ts-expect-error: a name that was not declared
declared.add("GET", "/users/:id", { name: "usr" });
// @ts-expect-error: the declared host is missing
declared.add("GET", "/v1/:x", { name: "api" });
// @ts-expect-error: another host than the declared one
declared.add("GET", "/v1/:x", { name: "api", host: "example.com" });
// @ts-expect-error: no host was declared
declared.add("GET", "/users/:id<int>", { name: "user", host: "api.example.com" });
// @ts-expect-error: no integer
declared.url("user", { id: "1" });

// A table whose names are known serves where any table does.
function count(any: RouteTable): number {
  return any.routes().length;
}
count(known);
count(declared);
const claimed: RouteTable<{ user: "/users/:id" }> = new RouteTable();
// @ts-expect-error: what was claimed is checked
claimed.url("usr", { id: 1 });
