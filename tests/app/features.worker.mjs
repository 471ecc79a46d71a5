// A worker with cookies, forms, events and redirects.

import { Router } from "#wye";
import { getSignedCookie, setSignedCookie } from "#wye/cookies.js";
import { TARGETS } from "./targets.mjs";

const app = new Router({ maxBody: 2000 });
const log = [];

app.get("/log", (c) => c.json(log.splice(0)));
app.get("/redirect/:i<uint>", (c) => c.redirect(TARGETS[c.int("i")][0]));

app.use("/cookies/*", async (c, next) => {
  c.setCookie("session", "nobody");
  c.setCookie("outer", "1", { sameSite: "lax", httpOnly: true });
  await next();
  c.setCookie("after", "2");
});
app.group("/cookies", (g) => {
  const cookies = (c) => {
    c.setCookie("session", "ü; x");
    c.deleteCookie("old", { path: "/x" });
  };
  g.get("/all", (c) => c.json(c.cookie()));
  g.get("/text", (c) => (cookies(c), c.text("")));
  g.get("/own", (c) => (cookies(c), new Response("x", { headers: { "set-cookie": "own=3" } })));
  g.get("/redirect", (c) => (cookies(c), Response.redirect("http://h/")));
  g.get("/error", (c) => {
    cookies(c);
    throw new Error("failed");
  });
});
app.get("/signed", async (c) => {
  const user = await getSignedCookie(c, ["new", "old"], "user");
  await setSignedCookie(c, "user", "ü.1", c.query("secret") ?? "new", { httpOnly: true });
  return c.json(user ?? null);
});
app.onError((error, c) => c.text(error.message, error.status ?? 500));

app.post("/form", async (c) => {
  if (c.query("first") === "read") await c.read();
  const form = await c.readForm();
  const fields = [...form].map(async ([name, value]) => [name, typeof value === "string" ? value : await value.text()]);
  return c.json(await Promise.all(fields));
});

app.get("/events", (c) => c.events(async function* () {
  yield "a\nb";
  yield { id: "7", event: "x", retry: 5, data: { last: c.header("last-event-id") } };
}));
app.get("/endless", (c) =>
  c.events(async ({ send, onAbort }) => {
    onAbort(() => log.push("aborted"));
    for (;;) {
      await send("tick");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }),
);

export default { fetch: app.fetch };
