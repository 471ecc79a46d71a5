// A table of routes in each router and framework. Each imports its package only when it is built, because the import is
// a part of its start; this file imports nothing.

/**
 * Routers tell the id of a route for a method and a path. Frameworks respond to a request with the id as text.
 * @type {Record<string, { title: string, module?: string, isApp: boolean,
 *   build(routes: { method: string, pattern: string, id: number }[]): Promise<(...args: any[]) => any> }>}
 */
export const STARTERS = {
  "wye-table": { title: "wye/table", isApp: false, build: buildTable },
  "wye-routes": { title: "wye, RouteTable", isApp: false, build: buildRouteTable },
  "memoirist": { title: "memoirist", module: "memoirist", isApp: false, build: buildMemoirist },
  "hono-regexp": { title: "Hono RegExpRouter", module: "hono", isApp: false, build: buildRegExpRouter },
  "find-my-way": { title: "find-my-way", module: "find-my-way", isApp: false, build: buildFindMyWay },
  "host": { title: "the host's objects alone", isApp: true, build: buildHost },
  "wye": { title: "wye, Router", isApp: true, build: buildRouter },
  "hono": { title: "Hono", module: "hono", isApp: true, build: (routes) => buildHono(routes, "hono") },
  "hono-tiny": { title: "Hono, tiny", module: "hono", isApp: true, build: (routes) => buildHono(routes, "hono/tiny") },
  "itty-router": { title: "itty-router", module: "itty-router", isApp: true, build: buildItty }
};

async function buildTable(routes) {
  const { RouteTable } = await import("wye/table");
  return fillTable(new RouteTable(), routes);
}

async function buildRouteTable(routes) {
  const { RouteTable } = await import("wye");
  return fillTable(new RouteTable(), routes);
}

function fillTable(table, routes) {
  for (const { method, pattern } of routes) table.add(method, pattern);
  return (method, path) => table.match(method, path);
}

async function buildMemoirist(routes) {
  const { Memoirist } = await import("memoirist");
  const router = new Memoirist();
  for (const { method, pattern, id } of routes) router.add(method, pattern, id);
  return (method, path) => router.find(method, path).store;
}

async function buildRegExpRouter(routes) {
  const { RegExpRouter } = await import("hono/router/reg-exp-router");
  const router = new RegExpRouter();
  for (const { method, pattern, id } of routes) router.add(method, pattern, id);
  return (method, path) => router.match(method, path)[0][0][0];
}

async function buildFindMyWay(routes) {
  const { default: makeRouter } = await import("find-my-way");
  const router = makeRouter();
  const handler = () => {};
  for (const { method, pattern, id } of routes) router.on(method, pattern, handler, { id });
  return (method, path) => router.find(method, path).store.id;
}

// It is given the id, so what remains is Node's Request and Response.
async function buildHost() {
  return (request, id) => new Response(request.url && String(id));
}

async function buildRouter(routes) {
  const { Router } = await import("wye");
  const app = new Router();
  for (const { method, pattern, id } of routes) app[method.toLowerCase()](pattern, (c) => c.text(String(id)));
  return app.fetch;
}

async function buildHono(routes, name) {
  const { Hono } = await import(name);
  const app = new Hono();
  for (const { method, pattern, id } of routes) app[method.toLowerCase()](pattern, (c) => c.text(String(id)));
  return (request) => app.fetch(request);
}

async function buildItty(routes) {
  const { Router, text } = await import("itty-router");
  const app = Router();
  for (const { method, pattern, id } of routes) app[method.toLowerCase()](pattern, () => text(String(id)));
  return app.fetch;
}
