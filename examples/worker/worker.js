// A small API: routes with handlers, middleware around them, one default export for workerd.

import { HttpError, Router } from "wye";
import { files } from "./files.js";

const app = new Router({ trailingSlash: "redirect" });

const users = new Map([
  ["ada", { id: "ada", name: "Ada Lovelace" }],
  ["grace", { id: "grace", name: "Grace Hopper" }],
]);

// Runs around every request, including misses: each response says which request it belongs to.
app.use((c, next) => {
  c.header("x-request-id", c.requestId);
  return next();
});

app.get("/", (c) => c.text(app.routes().map(({ method, pattern }) => `${method} ${pattern}\n`).join("")));
app.static("/health", '{"ok":true}', { headers: { "content-type": "application/json" } });

app.group("/users", (users) => {
  users.get("/", listUsers).get("/:id", showUser).put("/:id", putUser).delete("/:id", deleteUser);
});

// Several parameters of one segment: /compare/v1.0...v1.1, /images/logo@2x.png (a number, or it is no image)
app.get("/compare/:base...:head", (c) => c.json(c.params()));
app.get("/images/:name@:scale<uint>x.png", (c) => c.json(c.params()));

// The rest of the path: /files/guide/start.txt; /files/ itself has the empty rest.
app.get("/files/*path", (c) => sendFile(c, c.param("path") || "index.html"));

app.notFound((c) => c.json({ error: "nothing here" }, 404));
app.onError((error, c) => {
  if (error instanceof HttpError) return c.json({ error: error.message }, error.status);
  console.error(error);
  return c.json({ error: "internal server error" }, 500);
});

function listUsers(c) {
  return c.json([...users.values()]);
}

function showUser(c) {
  const user = users.get(c.param("id"));
  if (!user) throw new HttpError(404, "nothing here");
  return c.json(user);
}

/** What `c` holds is this request's alone, across every `await`. */
async function putUser(c) {
  const { name } = (await c.readJson()) ?? {};
  if (typeof name !== "string") throw new HttpError(400, 'the body must be JSON with a "name"');
  const id = c.param("id");
  const status = users.has(id) ? 200 : 201;
  users.set(id, { id, name });
  return c.json(users.get(id), status);
}

function deleteUser(c) {
  if (!users.delete(c.param("id"))) throw new HttpError(404, "nothing here");
  return c.body(null, 204);
}

function sendFile(c, path) {
  const file = files.get(path);
  if (!file) throw new HttpError(404, "nothing here");
  return c.body(file.text, { headers: { "content-type": file.type } });
}

export default app;
