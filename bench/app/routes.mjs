// The API that frameworks are compared with: its 40 routes, requests for them, and the answers that they must get.
//
// The applications beside this file (wye.mjs, hono.mjs, itty.mjs, by-hand.mjs) have the same handlers, each written as
// that framework's users write them.

import { seededRandom } from "../random.mjs";

/** Method, pattern, and the name of the handler. */
export const ROUTES = [
  ["GET", "/", "greeting"],
  ["GET", "/health", "health"],
  ["GET", "/version", "greeting"],
  ["GET", "/metrics", "greeting"],
  ["GET", "/user", "client"],
  ["GET", "/users", "client"],
  ["POST", "/users", "newClient"],
  ["GET", "/users/:user", "user"],
  ["PATCH", "/users/:user", "user"],
  ["DELETE", "/users/:user", "nothing"],
  ["GET", "/users/:user/repos", "user"],
  ["GET", "/users/:user/followers", "user"],
  ["GET", "/users/:user/orgs", "user"],
  ["GET", "/orgs", "client"],
  ["GET", "/orgs/:org", "org"],
  ["GET", "/orgs/:org/members", "org"],
  ["GET", "/orgs/:org/members/:user", "member"],
  ["PUT", "/orgs/:org/members/:user", "nothing"],
  ["GET", "/orgs/:org/teams/:team", "team"],
  ["GET", "/orgs/:org/teams/:team/members/:user", "teamMember"],
  ["GET", "/repos/:owner/:repo", "repo"],
  ["PATCH", "/repos/:owner/:repo", "repo"],
  ["DELETE", "/repos/:owner/:repo", "nothing"],
  ["GET", "/repos/:owner/:repo/issues", "repo"],
  ["POST", "/repos/:owner/:repo/issues", "newIssue"],
  ["GET", "/repos/:owner/:repo/issues/:number", "issue"],
  ["PATCH", "/repos/:owner/:repo/issues/:number", "issue"],
  ["GET", "/repos/:owner/:repo/issues/:number/comments", "issue"],
  ["POST", "/repos/:owner/:repo/issues/:number/comments", "newComment"],
  ["GET", "/repos/:owner/:repo/issues/:number/comments/:comment", "comment"],
  ["GET", "/repos/:owner/:repo/commits", "repo"],
  ["GET", "/repos/:owner/:repo/commits/:sha", "commit"],
  ["GET", "/repos/:owner/:repo/branches/:branch", "branch"],
  ["GET", "/repos/:owner/:repo/compare/:base/:head", "compare"],
  ["GET", "/repos/:owner/:repo/contents/*path", "contents"],
  ["GET", "/repos/:owner/:repo/releases/latest", "repo"],
  ["GET", "/repos/:owner/:repo/releases/:release", "release"],
  ["GET", "/search/issues", "search"],
  ["GET", "/search/users", "search"],
  ["GET", "/assets/*file", "asset"]
].map(([method, pattern, handler]) => ({ method, pattern, handler }));

/** The routes with each catch-all written as a framework wants it, the more general ones last. */
export const routesWith = (catchAll) =>
  ROUTES.map((route) => ({ ...route, pattern: route.pattern.replace(/\*(\w+)$/, (_, name) => catchAll(name)) }));

/** What the middlewares do: the header that each answer gets, and what a request must carry. */
export const SERVED = "x-served-by", BY = "bench";
export const TOKEN = "Bearer 42";

export const ORIGIN = "https://api.example.com";

// ------------------------------------------------------------------ answers

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {string} [type] the media type
 * @property {object} [value] what is answered as JSON
 * @property {string} [body] what is answered else
 *
 * @typedef {object} Request
 * @property {string} method
 * @property {string} path with its query
 * @property {Record<string, string>} headers
 * @property {Answer} answer
 */

const text = (body, status = 200) => ({ status, type: "text/plain", body });

// A handler that is not here answers with JSON: the client, which a middleware found out, and all parameters.
const ANSWERS = {
  greeting: ({ client }) => text(client),
  health: () => text("ok"),
  nothing: () => ({ status: 204, body: "" }),
  contents: (values) => text(Object.values(values).join(" ")),
  asset: (values) => text(Object.values(values).join(" "))
};
const json = (status) => (value) => ({ status, type: "application/json", value });
const answerOf = (handler) => ANSWERS[handler] ?? json(handler.startsWith("new") ? 201 : 200);

// ------------------------------------------------------------------ requests

const CLIENT = "web-7";
const HEADERS = { authorization: TOKEN, "x-client": CLIENT, accept: "application/json", "user-agent": "bench/1" };
const { authorization: _, ...WITHOUT_TOKEN } = HEADERS;

// `hits` is what is timed. The others are asked once, and their answers compared.
const SETS = {
  hits: hit,
  misses: miss,
  refused: (random, route) => ({ ...hit(random, route), headers: WITHOUT_TOKEN, answer: text("unauthorized", 401) })
};

/**
 * Seeded requests in random order: each route as often as every other, with values that are hardly ever the same.
 * @param {keyof typeof SETS} set
 * @param {number} count
 * @returns {Request[]}
 */
export function makeRequests(set, count, seed = 1) {
  const random = seededRandom(seed);
  return random.shuffle(Array.from({ length: count }, (_, i) => SETS[set](random, ROUTES[i % ROUTES.length])));
}

function hit(random, { method, pattern, handler }) {
  const values = { client: CLIENT };
  const fill = (_, sign, name) => (values[name] = sign === "*" ? tree(random) : word(random));
  let path = pattern.replace(/([*:])(\w+)/g, fill);
  if (handler === "search") {
    Object.assign(values, { q: word(random), page: String(random.below(90)) });
    path += `?q=${values.q}&page=${values.page}`;
  }
  return { method, path, headers: HEADERS, answer: answerOf(handler)(values) };
}

function miss(random) {
  const path = random.pick(["/user/", "/org/", "/repos/", "/search/", "/"]) + word(random);
  return { method: "GET", path, headers: HEADERS, answer: text("not found", 404) };
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-";

function word(random) {
  return `x${Array.from({ length: 2 + random.below(12) }, () => random.pick(LETTERS)).join("")}`;
}

function tree(random) {
  return Array.from({ length: 1 + random.below(3) }, () => word(random)).join("/");
}

// ------------------------------------------------------------------ what is wrong with an answer

/**
 * @param {Request} request
 * @param {Response} response its body is read
 * @returns {Promise<string | undefined>} nothing, if nothing is wrong
 */
export async function wrong({ method, path, answer }, response) {
  const { status, type = null, value, body = JSON.stringify(value) } = answer;
  const wanted = JSON.stringify({ status, type, served: BY, body });
  const given = JSON.stringify({
    status: response.status, type: mediaType(response), served: response.headers.get(SERVED),
    body: await response.text()
  });
  return given === wanted ? undefined : `${method} ${path}: ${given}, not ${wanted}`;
}

// The parameter of the type is written in different ways: utf-8, UTF-8, with a blank, not at all.
function mediaType(response) {
  return response.headers.get("content-type")?.split(";")[0] ?? null;
}
