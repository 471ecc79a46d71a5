// A bare table needs a few lines around it to be an app.

import { RouteTable } from "wye/table";

const table = new RouteTable();
const handlers = [];
const add = (method, pattern, handler) => void (handlers[table.add(method, pattern)] = handler);

add("GET", "/", () => new Response("home"));
add("GET", "/users/:id", () => Response.json({ id: table.param("id") }));
add("POST", "/users", () => new Response("created", { status: 201 }));
add("GET", "/posts/:post/comments/:comment", () => new Response(`${table.param("post")} ${table.param("comment")}`));
add("GET", "/files/*path", () => new Response(table.param("path")));

export default {
  fetch(request) {
    const id = table.matchUrl(request.method, request.url);
    return id < 0 ? new Response("not found", { status: 404 }) : handlers[id]();
  }
};
