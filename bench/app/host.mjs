// No framework and no API: it knows the answers, and does with the host's objects what every application must do. What
// an application takes more than this is its framework's share, and its handlers'.

import { BY, SERVED, TOKEN } from "./routes.mjs";

const JSON_TYPE = { "content-type": "application/json" };

/** What was read of the request; kept, so that no compiler can do without it. */
const read = { method: "", url: "", client: "" };

/**
 * @param {undefined} _ there is no framework
 * @param {"sync" | "async"} style
 * @param {import("./routes.mjs").Answer[]} answers in the order of the requests
 */
export default function makeApp(_, style, answers) {
  const made = answers.map(({ status, value, body }) => ({
    value, body: status === 204 ? null : body, init: value ? { status, headers: JSON_TYPE } : { status }
  }));
  const fetch = (request, env) => answer(request, made[env.index]);
  return { fetch: style === "async" ? async (request, env) => fetch(request, env) : fetch };
}

function answer(request, { value, body, init }) {
  read.method = request.method;
  read.url = request.url;
  read.client = request.headers.get("x-client");
  const authorized = request.headers.get("authorization") === TOKEN;
  const response = new Response(value ? JSON.stringify(value) : body, authorized ? init : { status: 401 });
  response.headers.set(SERVED, BY);
  return response;
}
