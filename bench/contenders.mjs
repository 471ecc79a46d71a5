// The routers that are compared in JavaScript, each with the same few functions.

import { readFileSync } from "node:fs";
import { METHOD_NOT_ALLOWED, NOT_FOUND } from "./requests.mjs";
import { translate } from "./routes.mjs";

/**
 * @typedef {object} Router one contender with a table in it
 * @property {{ pattern: string, why: string }[]} refused the routes that it does not take
 * @property {(method: string, path: string) => number} [lookup] the route's id; negative: none. Absent: it refuses the
 *   whole table
 * @property {(method: string, path: string) => any} [find] the result to read parameters from; absent: it has none
 * @property {(result: any) => number} [idOf] the id in such a result; negative: none
 * @property {(name: string, index: number, catchAll: boolean) => string} [read] the expression that reads a parameter
 *   from the result `r` of `router`, as a handler that knows its names would write it
 * @property {any} [router] what `router` is in that expression
 */

/**
 * @typedef {object} Contender
 * @property {string} title
 * @property {string} [module] the npm package, for its version
 * @property {"hits" | "extra" | "urls"} [only] hits: left out of the other sets; extra: left out of the other runtimes
 *   too; urls: for requests that are absolute URLs
 * @property {number} [most] the most routes with which a lookup still takes less than some hundred microseconds; larger
 *   tables leave it out, and say so
 * @property {boolean} [baseline] it gives no answers, only a time to compare with
 * @property {boolean} [decodes] values come percent-decoded
 * @property {boolean} [tells405] it tells a wrong method from a wrong path
 * @property {(routes: import("./routes.mjs").Route[], requests: import("./requests.mjs").Request[]) =>
 *   Promise<Router> | Router} build
 */

/** @type {Record<string, Contender>} */
export const CONTENDERS = {
  floor: { title: "empty call", only: "hits", baseline: true, build: buildFloor },
  map: { title: "Map of all paths", only: "hits", build: buildMap },
  wye: { title: "wye", decodes: true, tells405: true, build: buildWye("match", (index) => index) },
  "wye-names": {
    title: "wye, by name", only: "extra", decodes: true, tells405: true, build: buildWye("match", (_, name) => name)
  },
  "wye-urls": {
    title: "wye, URLs", only: "urls", decodes: true, tells405: true, build: buildWye("matchUrl", (index) => index)
  },
  memoirist: { title: "memoirist", module: "memoirist", build: buildMemoirist },
  "find-my-way": { title: "find-my-way", module: "find-my-way", decodes: true, build: buildFindMyWay },
  "hono-regexp": { title: "Hono RegExpRouter", module: "hono", build: buildHono("reg-exp-router", "RegExpRouter") },
  "hono-trie": {
    title: "Hono TrieRouter", only: "extra", module: "hono", build: buildHono("trie-router", "TrieRouter")
  },
  "hono-smart": {
    title: "Hono SmartRouter", only: "extra", module: "hono", build: buildHono("smart-router", "SmartRouter")
  },
  rou3: { title: "rou3", only: "extra", module: "rou3", build: buildRou3(false) },
  "rou3-compiled": { title: "rou3, compiled", only: "extra", module: "rou3", build: buildRou3(true) },
  "koa-tree-router": { title: "koa-tree-router", only: "extra", module: "koa-tree-router", build: buildKoaTreeRouter },
  "itty-router": {
    title: "itty-router", only: "extra", module: "itty-router", most: 2000, build: buildInTurn(ittyMatcher)
  },
  "path-to-regexp": {
    title: "path-to-regexp", only: "extra", module: "path-to-regexp", most: 2000, decodes: true,
    build: buildInTurn(pathToRegexpMatcher, '.join("/")')
  },
  urlpattern: { title: "URLPattern", only: "extra", most: 50, build: buildInTurn(urlPatternMatcher) }
};

/** The version of an installed package, or null. */
export function packageVersion(name) {
  try {
    const file = new URL(`../node_modules/${name}/package.json`, import.meta.url);
    return JSON.parse(readFileSync(file, "utf8")).version;
  } catch {
    return null;
  }
}

// Adds every route, and collects those that are refused.
function addAll(routes, add) {
  const refused = [];
  for (const route of routes) {
    try {
      add(route);
    } catch (error) {
      refused.push({ pattern: `${route.method} ${route.pattern}`, why: String(error?.message ?? error) });
    }
  }
  return refused;
}

function refuse() {
  throw new Error("it has no constraints");
}

const key = (name, catchAll) => JSON.stringify(catchAll ? "*" : name);

function buildFloor() {
  return { refused: [], lookup: (_, path) => path.length };
}

// The ceiling of what hashing a whole path can do: it knows the very requests that will come.
function buildMap(_, requests) {
  const maps = {};
  for (const { method, path, id } of requests) (maps[method] ??= new Map()).set(path, id);
  return { refused: [], lookup: (method, path) => maps[method].get(path) };
}

function buildWye(entry, position) {
  return async (routes) => {
    const { RouteTable } = await import("../js/index.js");
    const table = new RouteTable();
    const refused = addAll(routes, ({ method, pattern, host, id }) => table.add(method, pattern, { host, id }));
    const lookup = entry === "match" ? (method, path) => table.match(method, path) :
      (method, url) => table.matchUrl(method, url);
    const read = (name, index) => `router.param(${JSON.stringify(position(index, name))})`;
    return { refused, lookup, find: lookup, idOf: (id) => id, read, router: table };
  };
}

async function buildMemoirist(routes) {
  const { Memoirist } = await import("memoirist");
  const router = new Memoirist();
  const pattern = (route) => translate(route.pattern, refuse).replace(/\*\w+$/, "*");
  const refused = addAll(routes, (route) => router.add(route.method, pattern(route), route.id));
  const find = (method, path) => router.find(method, path);
  const idOf = (result) => (result === null ? NOT_FOUND : result.store);
  const read = (name, _, catchAll) => `r.params[${key(name, catchAll)}]`;
  return { refused, lookup: (method, path) => idOf(find(method, path)), find, idOf, read };
}

async function buildFindMyWay(routes) {
  const { default: makeRouter } = await import("find-my-way");
  const router = makeRouter();
  const handler = () => {}; // its store is beside it, and must not be falsy
  const constrained = (name, expression) => `:${name}(^${expression}$)`;
  const pattern = (route) => translate(route.pattern, constrained).replace(/\*\w+$/, "*");
  const refused = addAll(routes, (route) => router.on(route.method, pattern(route), handler, { id: route.id }));
  const find = (method, path) => router.find(method, path);
  const idOf = (result) => (result === null ? NOT_FOUND : result.store.id);
  const read = (name, _, catchAll) => `r.params[${key(name, catchAll)}]`;
  return { refused, lookup: (method, path) => idOf(find(method, path)), find, idOf, read };
}

// Hono's routers answer with the handlers in the order of registration, so routes go in the order in which they match.
// A route that RegExpRouter refuses leaves it unusable, as an application would find out.
function buildHono(folder, name) {
  return async (routes) => {
    const Router = (await import(`hono/router/${folder}`))[name];
    const router = name === "SmartRouter" ? new Router({ routers: await honoRouters() }) : new Router();
    const constrained = (name, expression) => `:${name}{${expression}}`;
    const pattern = (route) => translate(route.pattern, constrained).replace(/\*(\w+)$/, ":$1{.*}");
    const sorted = [...routes].sort(byMatchOrder);
    const refused = addAll(sorted, (route) => router.add(route.method, pattern(route), route.id));
    if (refused.length === 0) refused.push(...firstMatch(router));
    if (refused.length > 0) return { refused };
    const find = (method, path) => router.match(method, path);
    const idOf = (result) => (result[0].length === 0 ? NOT_FOUND : result[0][0][0]);
    const hasStash = router.match("GET", "/").length === 2 || name === "RegExpRouter";
    const read = hasStash
      ? (param) => `r[1][r[0][0][1][${JSON.stringify(param)}]]`
      : (param) => `r[0][0][1][${JSON.stringify(param)}]`;
    return { refused, lookup: (method, path) => idOf(find(method, path)), find, idOf, read };
  };
}

// The routers among which Hono's default preset chooses at the first match.
async function honoRouters() {
  const { RegExpRouter } = await import("hono/router/reg-exp-router");
  const { TrieRouter } = await import("hono/router/trie-router");
  return [new RegExpRouter(), new TrieRouter()];
}

function buildRou3(compiled) {
  return async (routes) => {
    const { createRouter, addRoute, findRoute } = await import("rou3");
    const { compileRouter } = await import("rou3/compiler");
    const router = createRouter();
    const constrained = (name, expression) => `:${name}(${expression})`;
    const pattern = (route) => translate(route.pattern, constrained).replace(/\*(\w+)$/, "**:$1");
    const refused = addAll(routes, (route) => addRoute(router, route.method, pattern(route), { id: route.id }));
    const find = compiled ? compileRouter(router) : (method, path) => findRoute(router, method, path);
    const idOf = (result) => result?.data.id ?? NOT_FOUND;
    const read = (name) => `r.params[${JSON.stringify(name)}]`;
    return { refused, lookup: (method, path) => idOf(find(method, path)), find, idOf, read };
  };
}

async function buildKoaTreeRouter(routes) {
  const { default: Router } = await import("koa-tree-router");
  const router = new Router();
  const handler = ({ id }) => Object.assign(() => {}, { id });
  const refused = addAll(routes, (route) => router.on(route.method, translate(route.pattern, refuse), handler(route)));
  const find = (method, path) => router.find(method, path);
  const idOf = (result) => (result.handle === null ? NOT_FOUND : result.handle[0].id);
  const read = (_, index, catchAll) => `r.params[${index}].value${catchAll ? ".slice(1)" : ""}`;
  return { refused, lookup: (method, path) => idOf(find(method, path)), find, idOf, read };
}

/**
 * Routers that try one route after the other, in the order in which they match: the first match wins.
 * @param {(route: import("./routes.mjs").Route, write: typeof translate) => Promise<(path: string) =>
 *   Record<string, any> | null | undefined>} matcherOf the parameters of a path, for one route
 * @param {string} [whole] what makes the value of a catch-all one text
 */
function buildInTurn(matcherOf, whole = "") {
  return async (routes) => {
    const byMethod = {}, refused = [];
    for (const route of [...routes].sort(byMatchOrder)) {
      try {
        (byMethod[route.method] ??= []).push({ id: route.id, match: await matcherOf(route) });
      } catch (error) {
        refused.push({ pattern: `${route.method} ${route.pattern}`, why: String(error?.message ?? error) });
      }
    }
    const find = (method, path) => {
      for (const { id, match } of byMethod[method] ?? []) {
        const params = match(path);
        if (params) return { id, params };
      }
      return null;
    };
    const idOf = (result) => result?.id ?? NOT_FOUND;
    const read = (name, _, catchAll) => `r.params[${JSON.stringify(name)}]${catchAll ? whole : ""}`;
    return { refused, lookup: (method, path) => idOf(find(method, path)), find, idOf, read };
  };
}

// itty-router looks for a route inside of `fetch`, which is asynchronous. Its expressions are tried here as it does.
async function ittyMatcher(route) {
  const { IttyRouter } = await import("itty-router");
  const router = IttyRouter();
  router.get(translate(route.pattern, refuse).replace(/\*(\w+)$/, ":$1+"), () => {});
  const [[, expression]] = router.routes;
  return (path) => {
    const match = path.match(expression);
    return match && (match.groups ?? {});
  };
}

async function pathToRegexpMatcher(route) {
  const { match } = await import("path-to-regexp");
  const find = match(translate(route.pattern, refuse), { sensitive: true, trailing: false });
  return (path) => find(path)?.params;
}

async function urlPatternMatcher(route) {
  const constrained = (name, expression) => `:${name}(${expression})`;
  const pathname = translate(route.pattern, constrained).replace(/\*(\w+)$/, ":$1(.*)");
  const { URLPattern } = globalThis;
  if (!URLPattern) throw new Error("this runtime has no URLPattern");
  const pattern = new URLPattern({ pathname });
  return (path) => pattern.exec({ pathname: path })?.pathname.groups;
}

// RegExpRouter builds its expressions at the first match, and may refuse the table there.
function firstMatch(router) {
  return addAll([{ method: "GET", pattern: "/" }], () => router.match("GET", "/"));
}

function byMatchOrder(a, b) {
  for (let i = 0; i < Math.min(a.ranks.length, b.ranks.length); i++) {
    if (a.ranks[i] !== b.ranks[i]) return a.ranks[i] - b.ranks[i];
  }
  return a.ranks.length - b.ranks.length;
}

/**
 * Whether a contender's id is the right one. Without a route it may give any negative id, but where it claims to tell
 * 405 from 404 it must.
 * @param {Contender} contender
 */
export function rightId(contender, id, expected) {
  if (expected >= 0 || contender.tells405) return id === expected;
  return id === undefined || id === NOT_FOUND || id === METHOD_NOT_ALLOWED;
}
