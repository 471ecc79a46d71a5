// A worker with all the middleware that keeps nothing between requests, and with the cache.

import { HttpError, Router } from "#wye";
import * as middleware from "#wye/middleware.js";

const { basicAuth, bearerAuth, cache, cors, csrf, etag, every, except, logger, recover } = middleware;
const { requestId, sameSecret, secureHeaders, some, validate } = middleware;

const lines = [];
const app = new Router();

app.get("/lines", (c) => c.json(lines.splice(0)));
app.get("/open", (c) => c.json(open));

const print = (line) => void lines.push(line.replace(/[\d.]+ ms$/, "ms"));

app.use(
  logger({ print }),
  requestId({ trust: true, generator: async () => crypto.randomUUID() }),
  secureHeaders({ contentSecurityPolicy: { "script-src": ["'self'", "'nonce'"] } }),
  cors({ origin: ["http://one.example", /^http:\/\/two\.example$/g], credentials: true, maxAge: 60 }),
  recover({ report: () => {} }),
);

app.get("/page", (c) => c.html(c.get("nonce")));
app.get("/fails/:how", (c) => {
  if (c.param("how") === "http") throw new HttpError(409, "taken", { headers: { "retry-after": "3" } });
  if (c.param("how") === "text") throw "secret"; // eslint-disable-line no-throw-literal
  return Promise.reject(new Error("secret"));
});

const later = (milliseconds) => new Promise((resolve) => void setTimeout(resolve, milliseconds));

/** Gives up on the steps inside it, as `timeout` does. */
const within = (ms) => (c, next) => {
  const inside = next();
  c.executionCtx.waitUntil(inside);
  return Promise.race([inside, later(ms).then(() => new Response("gave up", { status: 504 }))]);
};
const users = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`user${i}`, `pässword${i}`]));

app.group("/basic", basicAuth({ users }), (g) => {
  g.get("/me", async (c) => {
    await later(Math.random() * 20);
    return c.json([c.get("user"), c.get("requestId")]);
  });
});
app.group("/slow", within(20), logger({ print }), (g) => {
  g.get("/:ms<uint>", async (c) => {
    await later(c.int("ms"));
    return c.text("late");
  });
});
const bearer = bearerAuth({ verify: (token, c) => sameSecret(token, c.env.TOKEN) });
app.group("/either", some(bearer, every(basicAuth({ users }), (c) => c.get("user") === "user1")), (g) => {
  g.get("/me", (c) => c.text(String(c.get("user"))));
});
app.group("/mostly", except(["/mostly/free/*"], bearer), (g) => {
  g.get("/*", (c) => c.text("ok"));
});
app.group("/own", csrf({ origin: "http://one.example" }), (g) => {
  g.post("/x", (c) => c.text("done"));
});
const paged = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: async ({ page }) =>
      /^[0-9]+$/.test(page) ? { value: Number(page) } : { issues: [{ message: "Expected a number", path: ["page"] }] },
  },
};
for (const target of ["query", "json", "form", "header", "cookie"])
  app.post(`/valid/${target}`, validate(target, paged), (c) => c.json(c.get(target)));
app.group("/bearer", bearer, (g) => {
  g.get("/me", (c) => c.text("ok"));
});

/** How many endless streams are being read. */
let open = 0;

async function* pieces(count) {
  if (count === Infinity) open++;
  try {
    for (let i = 0; i < count; i++) {
      if (i % 100 === 0) await later(1);
      yield "0123456789";
    }
  } finally {
    if (count === Infinity) open--;
  }
}

/** The same responses, after one middleware or another. `x-run` says how often a handler ran. */
function responses(g) {
  let runs = 0;
  const count = (c) => c.header("x-run", String(++runs));
  g.get("/text", (c) => (count(c), c.text("hello")));
  g.get("/length", (c) => (count(c), c.text("hello", { headers: { "content-length": "5" } })));
  g.get("/own", (c) => (count(c), new Response("hello", { headers: { "x-own": "1", "vary": "Accept" } })));
  g.get("/bytes/:size<uint>", (c) => (count(c), c.body(new Uint8Array(c.int("size")).fill(97))));
  g.get("/stream/:count<uint>", (c) => (count(c), c.stream(pieces(c.int("count")))));
  g.get("/endless", (c) => (count(c), c.stream(pieces(Infinity))));
  g.get("/cookie", (c) => (count(c), c.text("hello", { headers: { "set-cookie": "a=b" } })));
  g.get("/private", (c) => (count(c), c.text("hello", { headers: { "cache-control": "private" } })));
  g.get("/language", (c) => (count(c), c.text(c.header("accept-language"), { headers: { vary: "Accept-Language" } })));
  g.get("/fetched", (c) => (count(c), c.env.SELF.fetch("http://self/plain")));
  g.post("/text", (c) => (count(c), c.text("changed")));
}

app.get("/plain", () => new Response("hello", { headers: { "x-plain": "1" } }));
app.group("/tagged", etag({ maxBytes: 10_000 }), responses);
app.group("/cached", cache({ maxBody: 10_000 }), responses);
app.group("/both", cache(), etag({ maxBytes: 10_000 }), responses);

/** Middleware that reads what the cache gives it, and spoils the bytes. */
async function spoil(c, next) {
  const response = await next();
  const bytes = new Uint8Array(await response.arrayBuffer());
  const copy = bytes.slice();
  bytes.fill(0);
  return new Response(copy, response);
}
app.group("/spoilt", spoil, cache(), responses);

export default { fetch: app.fetch };
