// The app that the tests of runtimes serve.

import { Router } from "wye";

export const app = new Router();
app.use((c, next) => next());
app.get("/text", (c) => c.text("hello"));
app.get("/length", (c) => c.body("hello", { headers: { "content-length": "5" } }));
app.get("/stream", (c) => c.stream(["a", "b"]));
app.get("/endless", (c) =>
  c.stream(async function* () {
    for (;;) yield "on and on\n";
  }),
);
app.get("/none", (c) => c.body(null, 204));
app.head("/own", (c) => c.body(null, { headers: { "content-length": "77" } }));
