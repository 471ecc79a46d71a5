// A Worker: its classes are those of the platform, and what it exports is what the platform calls.

import { expectTypeOf } from "expect-type";
import { Router } from "wye";

interface Env {
  DB: { find(name: string): string };
}
const app = new Router<{ Env: Env }>();

app.use(async (c, next) => {
  const response = await next();
  expectTypeOf(response.webSocket).toEqualTypeOf<object | null>();
  response.headers.set("x-colo", c.request.cf?.colo ?? "");
  return response;
});
app.get("/:id", (c) => {
  expectTypeOf(c.request).toEqualTypeOf<Request>();
  expectTypeOf(c.query()).toEqualTypeOf<URLSearchParams>();
  c.executionCtx.waitUntil(fetch("https://example.com"));
  return c.text(c.env.DB.find(c.param("id")));
});
app.get("/socket", () => new Response(null, { webSocket: {} }));
app.get("/proxy", (c) => fetch(c.request.clone()));
app.post("/echo", (c) => c.body(c.request.body));
app.get("/stream", (c) => c.stream(new ReadableStream<Uint8Array>()));
app.request("/", { method: "POST", cf: { colo: "x" } });
app.post("/form", async (c) => {
  expectTypeOf(await c.readForm()).toEqualTypeOf<FormData>();
  return c.json((await c.readForm()).getAll("a").length);
});
app.get("/events", (c) => c.events(async ({ send }) => send("a")));
app.get("/other", (c) => c.body(new FormData(), { headers: new Headers() }));
app.get("/elsewhere", (c) => c.redirect(new URL(c.url)));
// @ts-expect-error: no body
app.get("/other", (c) => c.body({}));
// @ts-expect-error: no header fields
app.get("/other", (c) => c.text("", { headers: 1 }));
// @ts-expect-error: no source
app.get("/stream", (c) => c.stream({}));
// @ts-expect-error: no URL
app.get("/elsewhere", (c) => c.redirect(1));
// @ts-expect-error: an option of pages
app.request("/", { mode: "cors" });

app satisfies ExportedHandler<Env>;
// @ts-expect-error: the Worker has no such binding
app satisfies ExportedHandler<{ KV: object }>;
export default { fetch: app.fetch, queue() {} } satisfies ExportedHandler<Env>;
