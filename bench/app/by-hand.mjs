// The API with no framework: what one would write by hand. The ceiling for the frameworks.

import { BY, SERVED, TOKEN } from "./routes.mjs";

const JSON_TYPE = { "content-type": "application/json" };

const text = (body, status = 200) => new Response(body, { status });
const json = (value, status = 200) => new Response(JSON.stringify(value), { status, headers: JSON_TYPE });
const nothing = () => new Response(null, { status: 204 });
const missing = () => text("not found", 404);

// ------------------------------------------------------------------ the middlewares, each around the next

const STYLES = {
  sync: (request) => {
    const response = identified(request);
    response.headers.set(SERVED, BY);
    return response;
  },
  async: async (request) => {
    const response = await identifiedLater(request);
    response.headers.set(SERVED, BY);
    return response;
  }
};

const identified = (request) => guarded(request, request.headers.get("x-client"));
const identifiedLater = async (request) => await guardedLater(request, request.headers.get("x-client"));

const authorized = (request) => request.headers.get("authorization") === TOKEN;
const guarded = (request, client) => (authorized(request) ? answer(request, client) : text("unauthorized", 401));
const guardedLater = async (request, client) =>
  authorized(request) ? await answer(request, client) : text("unauthorized", 401);

// ------------------------------------------------------------------ the routes

// A path has as many parts as it has slashes: that of /users/ada has two.
function answer({ method, url }, client) {
  const start = url.indexOf("/", 8);
  const query = url.indexOf("?", start);
  const path = query < 0 ? url.slice(start + 1) : url.slice(start + 1, query);
  const parts = path.split("/");
  switch (parts[0]) {
    case "users": return users(method, client, parts);
    case "orgs": return orgs(method, client, parts);
    case "repos": return repos(method, client, parts, path);
    case "search": return search(method, client, parts, url, query);
    default: return method === "GET" ? other(client, parts, path) : missing();
  }
}

function other(client, parts, path) {
  if (parts[0] === "assets" && parts.length > 1) return text(`${client} ${path.slice("assets/".length)}`);
  switch (path) {
    case "": case "version": case "metrics": return text(client);
    case "health": return text("ok");
    case "user": return json({ client });
    default: return missing();
  }
}

function users(method, client, parts) {
  const [, user, more] = parts;
  switch (parts.length) {
    case 1:
      if (method === "GET") return json({ client });
      return method === "POST" ? json({ client }, 201) : missing();
    case 2:
      if (method === "GET" || method === "PATCH") return json({ client, user });
      return method === "DELETE" ? nothing() : missing();
    case 3:
      if (method !== "GET") return missing();
      return more === "repos" || more === "followers" || more === "orgs" ? json({ client, user }) : missing();
    default: return missing();
  }
}

function orgs(method, client, parts) {
  if (parts.length === 4 && parts[2] === "members" && method === "PUT") return nothing();
  if (method !== "GET") return missing();
  const [, org, more, third, fourth, user] = parts;
  switch (parts.length) {
    case 1: return json({ client });
    case 2: return json({ client, org });
    case 3: return more === "members" ? json({ client, org }) : missing();
    case 4:
      if (more === "members") return json({ client, org, user: third });
      return more === "teams" ? json({ client, org, team: third }) : missing();
    case 6:
      return more === "teams" && fourth === "members" ? json({ client, org, team: third, user }) : missing();
    default: return missing();
  }
}

function repos(method, client, parts, path) {
  const [first, owner, repo, more] = parts;
  if (more === "issues") return issues(method, client, parts);
  if (parts.length === 3) {
    if (method === "GET" || method === "PATCH") return json({ client, owner, repo });
    return method === "DELETE" ? nothing() : missing();
  }
  if (method !== "GET") return missing();
  if (more === "contents" && parts.length > 4) {
    const before = first.length + owner.length + repo.length + more.length + 4;
    return text(`${client} ${owner} ${repo} ${path.slice(before)}`);
  }
  return parts.length === 4 && more === "commits" ? json({ client, owner, repo }) : ofRepo(client, parts);
}

function ofRepo(client, parts) {
  const [, owner, repo, more, name, head] = parts;
  if (parts.length === 6) return more === "compare" ? json({ client, owner, repo, base: name, head }) : missing();
  if (parts.length !== 5) return missing();
  switch (more) {
    case "commits": return json({ client, owner, repo, sha: name });
    case "branches": return json({ client, owner, repo, branch: name });
    case "releases":
      return name === "latest" ? json({ client, owner, repo }) : json({ client, owner, repo, release: name });
    default: return missing();
  }
}

function issues(method, client, parts) {
  const [, owner, repo, , number, comments, comment] = parts;
  if (parts.length > 5 && comments !== "comments") return missing();
  switch (parts.length) {
    case 4:
      if (method === "GET") return json({ client, owner, repo });
      return method === "POST" ? json({ client, owner, repo }, 201) : missing();
    case 5:
      return method === "GET" || method === "PATCH" ? json({ client, owner, repo, number }) : missing();
    case 6:
      if (method === "GET") return json({ client, owner, repo, number });
      return method === "POST" ? json({ client, owner, repo, number }, 201) : missing();
    case 7: return method === "GET" ? json({ client, owner, repo, number, comment }) : missing();
    default: return missing();
  }
}

function search(method, client, parts, url, query) {
  if (method !== "GET" || parts.length !== 2) return missing();
  if (parts[1] !== "issues" && parts[1] !== "users") return missing();
  const asked = new URLSearchParams(query < 0 ? "" : url.slice(query + 1));
  return json({ client, q: asked.get("q"), page: asked.get("page") });
}

/**
 * @param {undefined} _ there is no framework
 * @param {"sync" | "async"} style of the middleware
 */
export default function makeApp(_, style) {
  return { fetch: STYLES[style] };
}
