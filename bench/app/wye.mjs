// The API as an application of wye.

import { BY, ROUTES, SERVED, TOKEN } from "./routes.mjs";

const MIDDLEWARE = {
  // Nothing is waited for: what next() gives is handed on.
  sync: [
    (c, next) => {
      const response = next();
      c.header(SERVED, BY);
      return response;
    },
    (c, next) => {
      c.set("client", c.header("x-client"));
      return next();
    },
    (c, next) => (c.header("authorization") === TOKEN ? next() : c.text("unauthorized", 401))
  ],
  async: [
    async (c, next) => {
      const response = await next();
      c.header(SERVED, BY);
      return response;
    },
    async (c, next) => {
      c.set("client", c.header("x-client"));
      return await next();
    },
    async (c, next) => (c.header("authorization") === TOKEN ? await next() : c.text("unauthorized", 401))
  ]
};

const client = (c) => ({ client: c.get("client") });
const repo = (c) => ({ client: c.get("client"), owner: c.param("owner"), repo: c.param("repo") });
const issue = (c) => ({
  client: c.get("client"), owner: c.param("owner"), repo: c.param("repo"), number: c.param("number")
});

const HANDLERS = {
  greeting: (c) => c.text(c.get("client")),
  health: (c) => c.text("ok"),
  nothing: (c) => c.body(null, 204),
  client: (c) => c.json(client(c)),
  newClient: (c) => c.json(client(c), 201),
  user: (c) => c.json({ client: c.get("client"), user: c.param("user") }),
  org: (c) => c.json({ client: c.get("client"), org: c.param("org") }),
  member: (c) => c.json({ client: c.get("client"), org: c.param("org"), user: c.param("user") }),
  team: (c) => c.json({ client: c.get("client"), org: c.param("org"), team: c.param("team") }),
  teamMember: (c) =>
    c.json({ client: c.get("client"), org: c.param("org"), team: c.param("team"), user: c.param("user") }),
  repo: (c) => c.json(repo(c)),
  newIssue: (c) => c.json(repo(c), 201),
  issue: (c) => c.json(issue(c)),
  newComment: (c) => c.json(issue(c), 201),
  comment: (c) => c.json({
    client: c.get("client"), owner: c.param("owner"), repo: c.param("repo"), number: c.param("number"),
    comment: c.param("comment")
  }),
  commit: (c) =>
    c.json({ client: c.get("client"), owner: c.param("owner"), repo: c.param("repo"), sha: c.param("sha") }),
  branch: (c) =>
    c.json({ client: c.get("client"), owner: c.param("owner"), repo: c.param("repo"), branch: c.param("branch") }),
  compare: (c) => c.json({
    client: c.get("client"), owner: c.param("owner"), repo: c.param("repo"), base: c.param("base"),
    head: c.param("head")
  }),
  contents: (c) => c.text(`${c.get("client")} ${c.param("owner")} ${c.param("repo")} ${c.param("path")}`),
  release: (c) =>
    c.json({ client: c.get("client"), owner: c.param("owner"), repo: c.param("repo"), release: c.param("release") }),
  search: (c) => c.json({ client: c.get("client"), q: c.query("q"), page: c.query("page") }),
  asset: (c) => c.text(`${c.get("client")} ${c.param("file")}`)
};

/**
 * @param {typeof import("wye").Router} Router
 * @param {"sync" | "async"} style of the middleware
 */
export default function makeApp(Router, style) {
  const app = new Router();
  app.use(...MIDDLEWARE[style]);
  for (const { method, pattern, handler } of ROUTES) app.on(method, pattern, HANDLERS[handler]);
  return app.notFound((c) => c.text("not found", 404));
}
