// The API as an application of itty-router, with its Router and its AutoRouter.

import { json, text } from "itty-router";
import { BY, SERVED, TOKEN, routesWith } from "./routes.mjs";

// What runs before the handlers, and what runs after them.
const identify = (r) => void (r.client = r.headers.get("x-client"));
const guard = (r) =>
  r.headers.get("authorization") === TOKEN ? undefined : text("unauthorized", { status: 401 });
const serve = (response) => {
  response.headers.set(SERVED, BY);
  return response;
};
const missing = () => text("not found", { status: 404 });

const MIDDLEWARE = {
  sync: { before: [identify, guard], finally: [(response) => serve(response ?? missing())] },
  async: {
    before: [async (r) => identify(r), async (r) => guard(r)],
    finally: [async (response) => serve(response ?? missing())]
  }
};

const HANDLERS = {
  greeting: ({ client }) => text(client),
  health: () => text("ok"),
  nothing: () => new Response(null, { status: 204 }),
  client: ({ client }) => json({ client }),
  newClient: ({ client }) => json({ client }, { status: 201 }),
  user: ({ client, params: { user } }) => json({ client, user }),
  org: ({ client, params: { org } }) => json({ client, org }),
  member: ({ client, params: { org, user } }) => json({ client, org, user }),
  team: ({ client, params: { org, team } }) => json({ client, org, team }),
  teamMember: ({ client, params: { org, team, user } }) => json({ client, org, team, user }),
  repo: ({ client, params: { owner, repo } }) => json({ client, owner, repo }),
  newIssue: ({ client, params: { owner, repo } }) => json({ client, owner, repo }, { status: 201 }),
  issue: ({ client, params: { owner, repo, number } }) => json({ client, owner, repo, number }),
  newComment: ({ client, params: { owner, repo, number } }) => json({ client, owner, repo, number }, { status: 201 }),
  comment: ({ client, params: { owner, repo, number, comment } }) => json({ client, owner, repo, number, comment }),
  commit: ({ client, params: { owner, repo, sha } }) => json({ client, owner, repo, sha }),
  branch: ({ client, params: { owner, repo, branch } }) => json({ client, owner, repo, branch }),
  compare: ({ client, params: { owner, repo, base, head } }) => json({ client, owner, repo, base, head }),
  contents: ({ client, params: { owner, repo, path } }) => text(`${client} ${owner} ${repo} ${path}`),
  release: ({ client, params: { owner, repo, release } }) => json({ client, owner, repo, release }),
  search: ({ client, query: { q, page } }) => json({ client, q, page }),
  asset: ({ client, params: { file } }) => text(`${client} ${file}`)
};

/**
 * @param {typeof import("itty-router").Router | typeof import("itty-router").AutoRouter} makeRouter
 * @param {"sync" | "async"} style of the middleware
 */
export default function makeApp(makeRouter, style) {
  const app = makeRouter({ ...MIDDLEWARE[style], missing });
  const routes = routesWith((name) => `:${name}+`);
  for (const { method, pattern, handler } of routes) app[method.toLowerCase()](pattern, HANDLERS[handler]);
  return { fetch: app.fetch }; // whatever is asked of the router itself is a method to it, also `then`
}
