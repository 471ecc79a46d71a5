// The API as an application of Hono, for each of its presets.

import { BY, SERVED, TOKEN, routesWith } from "./routes.mjs";

const MIDDLEWARE = {
  // What waits for nothing is no async function. But next() itself is always one.
  sync: [
    async (c, next) => {
      await next();
      c.header(SERVED, BY);
    },
    (c, next) => {
      c.set("client", c.req.header("x-client"));
      return next();
    },
    (c, next) => (c.req.header("authorization") === TOKEN ? next() : c.text("unauthorized", 401))
  ],
  async: [
    async (c, next) => {
      await next();
      c.header(SERVED, BY);
    },
    async (c, next) => {
      c.set("client", c.req.header("x-client"));
      await next();
    },
    async (c, next) => {
      if (c.req.header("authorization") !== TOKEN) return c.text("unauthorized", 401);
      await next();
    }
  ]
};

const client = (c) => ({ client: c.get("client") });
const repo = (c) => ({ client: c.get("client"), owner: c.req.param("owner"), repo: c.req.param("repo") });
const issue = (c) => ({
  client: c.get("client"), owner: c.req.param("owner"), repo: c.req.param("repo"), number: c.req.param("number")
});

const HANDLERS = {
  greeting: (c) => c.text(c.get("client")),
  health: (c) => c.text("ok"),
  nothing: (c) => c.body(null, 204),
  client: (c) => c.json(client(c)),
  newClient: (c) => c.json(client(c), 201),
  user: (c) => c.json({ client: c.get("client"), user: c.req.param("user") }),
  org: (c) => c.json({ client: c.get("client"), org: c.req.param("org") }),
  member: (c) => c.json({ client: c.get("client"), org: c.req.param("org"), user: c.req.param("user") }),
  team: (c) => c.json({ client: c.get("client"), org: c.req.param("org"), team: c.req.param("team") }),
  teamMember: (c) =>
    c.json({ client: c.get("client"), org: c.req.param("org"), team: c.req.param("team"), user: c.req.param("user") }),
  repo: (c) => c.json(repo(c)),
  newIssue: (c) => c.json(repo(c), 201),
  issue: (c) => c.json(issue(c)),
  newComment: (c) => c.json(issue(c), 201),
  comment: (c) => c.json({
    client: c.get("client"), owner: c.req.param("owner"), repo: c.req.param("repo"), number: c.req.param("number"),
    comment: c.req.param("comment")
  }),
  commit: (c) => c.json({
    client: c.get("client"), owner: c.req.param("owner"), repo: c.req.param("repo"), sha: c.req.param("sha")
  }),
  branch: (c) => c.json({
    client: c.get("client"), owner: c.req.param("owner"), repo: c.req.param("repo"), branch: c.req.param("branch")
  }),
  compare: (c) => c.json({
    client: c.get("client"), owner: c.req.param("owner"), repo: c.req.param("repo"), base: c.req.param("base"),
    head: c.req.param("head")
  }),
  contents: (c) => c.text(`${c.get("client")} ${c.req.param("owner")} ${c.req.param("repo")} ${c.req.param("path")}`),
  release: (c) => c.json({
    client: c.get("client"), owner: c.req.param("owner"), repo: c.req.param("repo"), release: c.req.param("release")
  }),
  search: (c) => c.json({ client: c.get("client"), q: c.req.query("q"), page: c.req.query("page") }),
  asset: (c) => c.text(`${c.get("client")} ${c.req.param("file")}`)
};

/**
 * @param {typeof import("hono").Hono} Hono
 * @param {"sync" | "async"} style of the middleware
 */
export default function makeApp(Hono, style) {
  const app = new Hono();
  app.use(...MIDDLEWARE[style]);
  const routes = routesWith((name) => `:${name}{.+}`);
  for (const { method, pattern, handler } of routes) app.on(method, pattern, HANDLERS[handler]);
  return app.notFound((c) => c.text("not found", 404));
}
