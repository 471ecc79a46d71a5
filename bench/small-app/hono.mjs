import { Hono } from "hono";

const app = new Hono();
app.get("/", (c) => c.text("home"));
app.get("/users/:id", (c) => c.json({ id: c.req.param("id") }));
app.post("/users", (c) => c.text("created", 201));
app.get("/posts/:post/comments/:comment", (c) => c.text(`${c.req.param("post")} ${c.req.param("comment")}`));
app.get("/files/:path{.+}", (c) => c.text(c.req.param("path")));

export default app;
