// A small API: the table says which route a request takes, and an array holds the handlers by their ids.

import { RouteTable } from "wye";
import { files } from "./files.js";

const table = new RouteTable({ trailingSlash: "redirect" });
const handlers = [];

/** Registers a handler under the id that the table gives to its route. */
function on(method, pattern, handler) {
  handlers[table.add(method, pattern)] = handler;
}

const users = new Map([
  ["ada", { id: "ada", name: "Ada Lovelace" }],
  ["grace", { id: "grace", name: "Grace Hopper" }],
]);

on("GET", "/", () => new Response(table.routes().map(({ method, pattern }) => `${method} ${pattern}\n`).join("")));
on("GET", "/health", () => Response.json({ ok: true }));

on("GET", "/users", () => Response.json([...users.values()]));
on("GET", "/users/:id", () => found(users.get(table.param("id"))));
on("DELETE", "/users/:id", () => (users.delete(table.param("id")) ? new Response(null, { status: 204 }) : notFound()));

// Parameters are of the last match, so they are read before the first await: the next request may match meanwhile.
on("PUT", "/users/:id", async (request) => {
  const id = table.param("id");
  const { name } = await request.json().catch(() => ({}));
  if (typeof name !== "string") return problem(400, 'the body must be JSON with a "name"');
  const status = users.has(id) ? 200 : 201;
  users.set(id, { id, name });
  return Response.json(users.get(id), { status });
});

// Several parameters of one segment: /compare/v1.0...v1.1, /images/logo@2x.png (a number, or it is no image)
on("GET", "/compare/:base...:head", () => Response.json(table.params()));
on("GET", "/images/:name@:scale<uint>x.png", () => Response.json(table.params()));

// The rest of the path: /files/guide/start.txt; /files/ itself has the empty rest.
on("GET", "/files/*path", () => sendFile(table.param("path") || "index.html"));

function sendFile(path) {
  const file = files.get(path);
  return file ? new Response(file.text, { headers: { "content-type": file.type } }) : notFound();
}

const found = (value) => (value ? Response.json(value) : notFound());
const notFound = () => problem(404, "nothing here");
const problem = (status, error, headers) => Response.json({ error }, { status, headers });

/** HEAD is served wherever GET is: see fetch. */
const allowed = (methods) => methods.replace("GET", "GET, HEAD");

/** A path that only matches with a slash more or less at its end. */
function redirect(method, location) {
  return new Response(null, { status: method === "GET" ? 301 : 308, headers: { location } });
}

/** The answer to a request, by the outcome of one lookup. */
function route(method, request) {
  const id = table.matchUrl(method, request.url);
  if (id >= 0) return handlers[id](request);
  if (id === RouteTable.REDIRECT) return redirect(method, table.location);
  if (id === RouteTable.METHOD_NOT_ALLOWED) return problem(405, "method not allowed", { allow: allowed(table.allow) });
  if (id === RouteTable.PATH_TOO_LONG) return problem(414, "path too long");
  return id === RouteTable.BAD_PATH ? problem(400, "bad path") : notFound();
}

export default {
  async fetch(request) {
    if (request.method !== "HEAD") return route(request.method, request);
    return new Response(null, await route("GET", request));
  },
};
