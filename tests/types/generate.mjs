// Programs for the compiler, made by the line: a table of many routes, patterns at every limit, mistakes.

import fc from "fast-check";
import { readRoutes, routeFile } from "../../bench/routes.mjs";
import { route } from "../random/arbitraries.mjs";

const IMPORTS = `import { expectTypeOf } from "expect-type";
import { RouteTable, type RouteParams, type UrlParams } from "wye";
`;

const APP_IMPORTS = `import { Router, type Middleware } from "wye";
`;

// Every form of the language, in the places where real tables have plain parameters.
const FORMS = [
  (path) => path.replace(/:(\w+)$/, ":$1<int>"),
  (path) => path.replace(/:(\w+)$/, ":$1<uint(1..)>?"),
  (path) => path.replace(/:(\w+)$/, ":$1([a-z](?:-|[)])*\\d{2,4})"),
  (path) => path.replace(/:(\w+)$/, ":$1.json"),
  (path) => path.replace(/\/:(\w+)/, "/*"),
  (path) => `${path}/*rest`,
  (path) => `:tenant.example.com${path}`,
];

const integers = /:(\w+)<u?int/g;
const optional = /:(\w+)<[^>]*>\?$/;

/** The values of `url` for a pattern of this file, as TypeScript. */
function valuesFor({ pattern, names }) {
  const whole = new Set([...pattern.matchAll(integers)].map(([, name]) => name));
  const left = pattern.match(optional)?.[1];
  const pairs = names.filter((name) => name !== left).map((name) => `"${name}": ${whole.has(name) ? 1 : '"a"'}`);
  return pairs.length ? `{ ${pairs.join(", ")} }` : "";
}

/* The names in a pattern of this file: of the path's parameters, then of the host's. */
function namesOf(pattern) {
  const [, host, path] = pattern.match(/^([^/]*)(.*)$/);
  const params = [...path.replace(/\(.*\)/, "").matchAll(/:(\w+)|\/\*(\w*)(?=(\/|$))/g)];
  const names = params.map(([, name, rest, slash], i) => name ?? (rest || (slash ? `${i}` : "*")));
  return host ? [...names, "tenant"] : names;
}

/** `count` routes with names of their own: those of a large API, and then its paths in other forms. */
function manyRoutes(count) {
  const real = readRoutes(routeFile("github-2026")).map(({ method, pattern }) => ({ method, pattern }));
  const routes = Array.from({ length: count }, (_, i) => {
    const { method, pattern } = real[i % real.length];
    const form = i < real.length ? (path) => path : FORMS[i % FORMS.length];
    return { method, pattern: form(pattern), name: `r${i}` };
  });
  return routes.map((route) => ({ ...route, names: namesOf(route.pattern) }));
}

const quote = (text) => JSON.stringify(text);

function listed({ method, pattern, name }) {
  const [, host, path] = pattern.match(/^([^/]*)(.*)$/s);
  const where = host ? `, host: ${quote(host)}` : "";
  return `  { method: ${quote(method)}, pattern: ${quote(path)}, name: ${quote(name)}${where} },`;
}

function used(route) {
  const values = valuesFor(route);
  return `table.url("${route.name}"${values && `, ${values}`});`;
}

/** A table made of a list of `count` routes, and the URL of each. */
export function tableOfMany(count) {
  const routes = manyRoutes(count);
  return [IMPORTS, "const table = RouteTable.of([", ...routes.map(listed), "]);", ...routes.map(used)].join("\n");
}

/** The parameters of `count` routes, by the patterns alone. */
export function paramsOfMany(count) {
  const type = (names) => `{ ${names.map((name) => `"${name}": string`).join("; ")} }`;
  const required = ({ pattern }) => !optional.test(pattern);
  const lines = manyRoutes(count).filter(required).map(({ pattern, names }) => {
    return `expectTypeOf<RouteParams<${quote(pattern)}>>().toEqualTypeOf<${type(names)}>();`;
  });
  return [IMPORTS, ...lines].join("\n");
}

/* A route of an app, whose handler reads each parameter as what it is, as a call of something. */
function served({ method, pattern, name, names }) {
  const [, host, path] = pattern.match(/^([^/]*)(.*)$/s);
  const left = pattern.match(optional)?.[1];
  const values = names.map((name) => `c.param(${quote(name)})${name === left ? ' ?? ""' : ""}`);
  const add = `.on(${quote(method)}, ${quote(path)}, { name: "${name}" }, any, (c) => c.text(join(${values})))`;
  const short = add.replace(/^\.on\("(GET|POST|PUT|PATCH|DELETE)", /, (_, verb) => `.${verb.toLowerCase()}(`);
  return host ? `.domain(${quote(host)}, (g) => g${short})` : short;
}

const APP_OF_MANY = `${APP_IMPORTS}type Types = { Env: { DB: Map<string, string> }; Variables: { user: string } };
declare const any: Middleware;
declare function join(...texts: string[]): string;
`;

/** An app of `count` routes. */
export function appOfMany(count) {
  const calls = manyRoutes(count).map((route) => `app${served(route)};`);
  return [APP_OF_MANY, "const app = new Router<Types>();", ...calls].join("\n");
}

/** The same in chains, whose type knows all names; and the URL of each route. */
export function chainOfMany(count) {
  const routes = manyRoutes(count);
  const urls = routes.map((route) => used(route).replace("table", "app"));
  return [APP_OF_MANY, "const app = new Router<Types>()", ...routes.map(served), ";", ...urls].join("\n");
}

const times = (count, text) => Array.from({ length: count }, (_, i) => text.replaceAll("#", i)).join("");
const numbered = (count) => Array.from({ length: count }, (_, i) => `p${i}`);
const long = "n".repeat(4094);

/** Patterns at the limits, with their parameters' names. */
export const LIMITS = {
  "64 parameters": [times(64, "/:p#"), numbered(64)],
  "64 parameters in a segment": [`/${times(64, ":p#-x")}`, numbered(64)],
  "64 anonymous ones": [times(64, "/*") + "/", numbered(64).map((name) => name.slice(1))],
  "64 types": [times(64, "/:p#<int(-9223372036854775808..9223372036854775807)>"), numbered(64)],
  "64 expressions": [times(64, "/:p#([a-z](\\d|(?:[^)]+))*)"), numbered(64)],
  "a name of 4,094 characters": [`/:${long}`, [long]],
  "a name of 4,088 characters, and more": [`/:${long.slice(6)}.json`, [long.slice(6)]],
  "2,046 escapes": [`/${times(2046, "\\:")}:x`, ["x"]],
  "4,000 colons in an expression": [`/:x(${":".repeat(4000)})/:y`, ["x", "y"]],
  "1,000 classes": [`/:x(${times(1000, "[)]")})/:y`, ["x", "y"]],
  "1,000 groups": [`/:x(${times(1000, "(a)")})/:y`, ["x", "y"]],
  "900 groups in one another": [`/:x(${"(".repeat(900)}a${")".repeat(900)})/:y`, ["x", "y"]],
  "32 labels": [`${times(32, ":p#.")}com/:x`, [...numbered(32), "x"]],
  "2,047 segments": [times(2046, "/a") + "/:x", ["x"]],
};

/** Their parameters. */
export function limits() {
  const lines = Object.values(LIMITS).map(([pattern, names]) => {
    const type = names.map((name) => `"${name}": string`).join("; ");
    return `expectTypeOf<RouteParams<${quote(pattern)}>>().toEqualTypeOf<{ ${type} }>();`;
  });
  return [IMPORTS, ...lines].join("\n");
}

const NUMBERS = /^<u?int/;
const TEXTS = /^</;

/* The type of a parameter's value in `url`, by the piece that it comes from. */
function valueType({ kind, constraint = "" }) {
  if (NUMBERS.test(constraint)) return "number | bigint";
  return kind === "rest" || kind === "run" || TEXTS.test(constraint) ? "string" : "string | number | bigint";
}

const field = (one, type) => `"${one.name}"${one.optional ? "?" : ""}: ${type(one)}`;
const fields = (params, type) => params.map((one) => field(one, type)).join("; ");

/** Random patterns over the whole language, whose parameters are known from the pieces that they are made of. */
export function sampled(count, seed) {
  const lines = fc.sample(route, { numRuns: count, seed }).flatMap(({ host, pattern, params }) => {
    const text = quote(host + pattern);
    const undefinedToo = (one) => valueType(one) + (one.optional ? " | undefined" : "");
    const values = params.length ? `{ ${fields(params, undefinedToo)} }` : "Record<string, never>";
    return [
      `expectTypeOf<RouteParams<${text}>>().toEqualTypeOf<{ ${fields(params, () => "string")} }>();`,
      `expectTypeOf<UrlParams<${text}>>().toEqualTypeOf<${values}>();`,
    ];
  });
  return [IMPORTS, ...lines].join("\n");
}

/** Lines that must not compile, with the numbers of the compilers' messages. */
export const MISTAKES = [
  ['expectTypeOf<RouteParams<"/:a">>().toEqualTypeOf<{ b: string }>();', [2741, 2344]],
  ['expectTypeOf<RouteParams<"/:a">>().toEqualTypeOf<any>();', [2554]],
  ['expectTypeOf<RouteParams<"/:a?">>().toEqualTypeOf<{ a: string }>();', [2344]],
  ['RouteTable.of([{ method: "GET", pattern: "/:a", name: "x" }]).url("y", { a: 1 });', [2345]],
  ['RouteTable.of([{ method: "GET", pattern: "/:a", name: "x" }]).url("x");', [2554]],
  ['RouteTable.of([{ method: "GET", pattern: "/:a", name: "x" }]).url("x", { b: 1 });', [2353]],
  ['RouteTable.of([{ method: "GET", pattern: "/:a<int>", name: "x" }]).url("x", { a: "1" });', [2322]],
];

export const mistakes = () => IMPORTS + MISTAKES.map(([line]) => line).join("\n");

const APP = `${APP_IMPORTS}const app = new Router<{ Env: { DB: string }; Variables: { user: string } }>();
declare const asking: Middleware<{ Env: { KV: string } }>;
declare const text: string;
declare const adding: Middleware<{ Variables: { user: number } }>;
const named = new Router().get("/:id", { name: "one" }, (c) => c.text("")).get("/", { name: "two" }, (c) => c.text(""));
const inner = new Router<{ Params: "postId" }>();
`;

/** Mistakes in an app, with what the compiler must say of them: above all the names that would be right. */
export const APP_MISTAKES = [
  ['app.get("/:id/:tab?", (c) => c.json(c.param("nope")));', /"nope"' is not .* type 'number \| "id" \| "tab"'/],
  ['app.get("/:id/:tab?", (c) => c.json(c.int("nope")));', /"nope"' is not .* type 'number \| "id" \| "tab"'/],
  ['app.group("/:a", (g) => g.get("/:b", (c) => c.json(c.param("x"))));', /"x"' is not .* type 'number \| "a" \| "b"'/],
  ['app.get("/", (c) => c.json(c.get("usr")));', /"usr"' is not .* type '"user"'/],
  ['app.get("/", (c) => c.jsn({}));', /'jsn' does not exist on type 'Context<"\/", .*Did you mean 'json'/],
  [
    'app.get("/", (c) => { c.text(""); });',
    /'void' is not assignable to type '(Promise<ResponseLike>|ResponseLike| \| )*'/,
  ],
  [
    'app.use((c) => { c.header("a", "b"); });',
    /'void' is not assignable to type '(Promise<ResponseLike>|ResponseLike| \| )*'/,
  ],
  ['app.get("/", { nmae: "x" }, (c) => c.text(""));', /'nmae' does not exist in type .*RouteOptions</],
  ['new Router({ trailingslash: "strict" });', /'trailingslash' does not exist .*RouterOptions|Did you mean/],
  ["app.use(asking);", /Property 'KV' is missing in type '\{ DB: string; \}'/],
  ['app.get("/", adding, (c) => c.text(""));', /Types of property 'user' are incompatible/],
  ["new Router<{ Bindings: { DB: string } }>();", /"its name here is Env: Router<\{ Env: ... \}>"/],
  ["named.url(text);", /'string' is not assignable to parameter of type '"one" \| "two"'/],
  ['named.url("tow");', /"tow"' is not assignable to parameter of type '"one" \| "two"'/],
  ['app.route("/posts/:id", inner);', /Property 'postId' is missing in type '.*id: string/],
];

export const appMistakes = () => APP + APP_MISTAKES.map(([line]) => line).join("\n");

/** A type's members, by their names. */
export function members(types) {
  const lines = Object.entries(types).map(([type, names]) => {
    return `expectTypeOf<Exclude<keyof ${type}, symbol>>().toEqualTypeOf<${names.map(quote).join(" | ")}>();`;
  });
  const imported = `import type { ${Object.keys(types).join(", ")} } from "wye";`;
  return ['import { expectTypeOf } from "expect-type";', imported, ...lines].join("\n");
}

/** A program that uses a table alone. */
export function userOfTables() {
  return `import { RouteTable, type RouteParams } from "wye";
    export const values: RouteParams<"/:a"> = { a: "" };
    // @ts-expect-error: no such value
    RouteTable.of([{ method: "GET", pattern: "/:a", name: "x" }]).url("x", { b: 1 });`;
}

/** One that uses an app, with every middleware of the package. */
export function userOfApps(middleware) {
  const lines = Object.keys(middleware).map((name) => {
    return `({}) as Made<typeof all.${name}> satisfies Step;
      expectTypeOf<Parameters<Made<typeof all.${name}>>>().not.toEqualTypeOf<[any]>();`;
  });
  return `import { expectTypeOf } from "expect-type";
    import { Router, type Context, type Middleware, type Next, type Step } from "wye";
    import * as all from "wye/middleware";
    import { getSignedCookie, setSignedCookie } from "wye/cookies";
    import { proxy } from "wye/proxy";
    type Made<Make> = Make extends (...options: any) => infer Step ? Extract<Step, (...c: any) => any> : never;
    const app = new Router<{ Env: { DB: string }; Variables: { user: string } }>();
    export default app.get("/:a", { name: "a" }, (c) => c.text(c.param("a") + c.env.DB + c.get("user").length));
    export const show = (c: Context<"/:a">) => Response.json(c.params());
    // @ts-expect-error: no such parameter
    app.get("/:a", (c) => c.text(c.param("b")));
    app.get("/:a", (c) => proxy("https://example.com", c));
    app.use(async (c, next) => (await setSignedCookie(c, "a", "b", "secret"), next()));
    app.get("/:a", async (c) => c.text((await getSignedCookie(c, "secret", "a")) ?? ""));
    const guard: Middleware<{ Variables: { id: number } }> = async (c, next: Next) => (c.set("id", 1), await next());
    app.get("/:a", guard, (c) => c.text(c.get("id").toFixed()));
    ${lines.join("\n    ")}`;
}
