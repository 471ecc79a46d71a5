// A worker with cache, coalesce and etag, for what only a real server brings: bodies of GET, slow clients, clients that
// leave, and the host's own cache.

import { Router } from "#wye";
import { cache, coalesce, etag } from "#wye/middleware.js";

const later = (milliseconds) => new Promise((resolve) => void setTimeout(resolve, milliseconds));

/** What the test has opened, and how often handlers ran. */
const open = new Set();
const runs = {};
const reported = [];

async function gate(name) {
  while (!open.has(name)) await later(5);
}

function counted(c) {
  return (runs[c.path] = (runs[c.path] ?? 0) + 1);
}

const report = (error) => void reported.push(`${error.code ?? error.name}: ${error.message}`);
const app = new Router();
app.get("/open/:name", (c) => (open.add(c.param("name")), c.text("")));
app.get("/runs", (c) => c.json(runs));
app.get("/reported", (c) => c.json(reported.splice(0)));

/** Responds from a body, where there is one. */
async function echo(c) {
  return c.text(`${(await c.readText()) || "nothing"} ${counted(c)}`);
}
const body = Symbol("body");
app.group("/cache/body", cache(), (g) => void g.get("/:key", echo));
app.group("/coalesce/body", coalesce(), (g) => {
  g.get("/:key", async (c) => (c.set(body, c.readText()), await gate(c.param("key")), c.text(await c.get(body))));
});

for (const [how, say] of Object.entries({
  vary: (c) => c.header("vary", "x-user"),
  private: (c) => c.header("cache-control", "private"),
  cookie: (c) => c.setCookie("user", c.header("x-user")),
  nothing: (c) => c.header("x-own", "1"),
}))
  app.get(`/coalesce/says/${how}`, coalesce(), async (c) => {
    counted(c);
    say(c);
    await gate(`says-${how}`);
    return new Response(c.header("x-user"));
  });

/** A response in two parts; the second one when the test says so. */
app.group("/cache/slow", cache(), (g) => {
  g.get("/:key", (c) => {
    const key = c.param("key");
    const run = counted(c);
    return c.stream(async function* () {
      yield `first of ${run} `;
      await gate(`${key} ${run}`);
      yield `second of ${run}`;
    });
  });
  g.put("/:key", (c) => c.text("changed"));
  g.on("PROPFIND", "/:key", (c) => c.text("found"));
});

const stale = cache({ maxAge: 0, staleWhileRevalidate: 60, report });
app.group("/cache/stale", stale, (g) => {
  g.get("/:key", async (c) => {
    const run = counted(c);
    if (run > 1) await gate(`${c.param("key")} ${run}`);
    if (open.has(`${c.param("key")} ${run} fails`)) throw new Error("down");
    return c.text(`run ${run}`);
  });
});

app.get("/etag/events", etag(), (c) => {
  c.header("content-type", "text/event-stream");
  return new Response(new ReadableStream({
    async pull(controller) {
      controller.enqueue(new TextEncoder().encode("data: 1\n\n"));
      await later(20);
    },
  }));
});
app.get("/etag/own", etag(), (c) => (c.header("etag", '"7"'), new Response("hello")));

const { caches } = globalThis;
const STORAGES = {
  default: { storage: caches.default },
  named: { storage: () => caches.open("named") },
  none: { storage: () => undefined },
};
for (const [name, options] of Object.entries(STORAGES))
  app.group(`/${name}`, (c, next) => (c.header("x-request-id", crypto.randomUUID()), next()), (outer) => {
    const staleFor = { maxAge: 0, staleWhileRevalidate: 60 };
    outer.group("/stale", cache({ ...options, ...staleFor, report }), (g) => {
      g.get("/:key", (c) => c.text(`run ${counted(c)}`));
    });
    outer.group("/fresh", cache({ ...options, report, key: (c) => c.url.replace("latin", "\u{1f600}") }), (g) => {
      g.get("/short/:key", (c) => c.text(`run ${counted(c)}`, { headers: { "cache-control": "max-age=1" } }));
      g.get("/vary/:key", (c) => {
        return c.text(`run ${counted(c)}`, { headers: { vary: "Accept-Language" } });
      });
      g.get("/cookie/:key", (c) => (c.setCookie("a", "b"), c.text(`run ${counted(c)}`)));
      g.get("/bytes/:size<uint>", (c) => (counted(c), c.body(new Uint8Array(c.int("size")).fill(97))));
      g.get("/:key", etag(), (c) => {
        const headers = { "x-latin": "gr\u00fc\u00df, \"quoted\"", "cache-control": "public, max-age=60" };
        return c.text(`run ${counted(c)}`, { headers });
      });
      g.put("/:key", (c) => c.text("changed"));
    });
  });

export default { fetch: app.fetch };
