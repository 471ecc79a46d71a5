import { Router } from "wye";

const app = new Router();
app.get("/", (c) => c.text("home"));
app.get("/users/:id", (c) => c.json({ id: c.param("id") }));
app.post("/users", (c) => c.text("created", 201));
app.get("/posts/:post/comments/:comment", (c) => c.text(`${c.param("post")} ${c.param("comment")}`));
app.get("/files/*path", (c) => c.text(c.param("path")));

export default app;
