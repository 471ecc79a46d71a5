import { Router, json, text } from "itty-router";

const app = Router();
app.get("/", () => text("home"));
app.get("/users/:id", ({ params }) => json({ id: params.id }));
app.post("/users", () => text("created", { status: 201 }));
app.get("/posts/:post/comments/:comment", ({ params }) => text(`${params.post} ${params.comment}`));
app.get("/files/:path+", ({ params }) => text(params.path));

export default { fetch: app.fetch };
