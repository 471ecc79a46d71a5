// A bare router needs a few lines around it to be an app.

import { Memoirist } from "memoirist";

const router = new Memoirist();
router.add("GET", "/", () => new Response("home"));
router.add("GET", "/users/:id", ({ id }) => Response.json({ id }));
router.add("POST", "/users", () => new Response("created", { status: 201 }));
router.add("GET", "/posts/:post/comments/:comment", ({ post, comment }) => new Response(`${post} ${comment}`));
router.add("GET", "/files/*", (params) => new Response(params["*"]));

export default {
  fetch(request) {
    const found = router.find(request.method, new URL(request.url).pathname);
    return found === null ? new Response("not found", { status: 404 }) : found.store(found.params);
  }
};
