// A bare router needs a few lines around it to be an app.

import makeRouter from "find-my-way";

const router = makeRouter();
router.on("GET", "/", () => new Response("home"));
router.on("GET", "/users/:id", ({ id }) => Response.json({ id }));
router.on("POST", "/users", () => new Response("created", { status: 201 }));
router.on("GET", "/posts/:post/comments/:comment", ({ post, comment }) => new Response(`${post} ${comment}`));
router.on("GET", "/files/*", (params) => new Response(params["*"]));

export default {
  fetch(request) {
    const found = router.find(request.method, new URL(request.url).pathname);
    return found === null ? new Response("not found", { status: 404 }) : found.handler(found.params);
  }
};
