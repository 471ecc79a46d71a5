// Served by workerd. Handlers run until the test opens their gate: each looks for that by timers of its own, because no
// request can wait for another one's promise here.

import { HttpError, Router } from "#wye";
import { circuitBreaker } from "../../js/middleware/circuit-breaker.js";
import { coalesce } from "../../js/middleware/coalesce.js";
import { concurrencyLimit } from "../../js/middleware/concurrency-limit.js";
import { byClientAddress, rateLimit } from "../../js/middleware/rate-limit.js";
import { timeout } from "../../js/middleware/timeout.js";

/** What the test opens; what came, by path; what was called, how often; how many run now, and ran at most. */
const open = new Set();
const came = {};
const calls = {};
const now = {};
const most = {};

const sleep = (ms) => new Promise((resolve) => void setTimeout(resolve, ms));

async function gate(name) {
  while (!open.has(name)) await sleep(5);
}

/** Runs until its gate is open. */
async function work(c) {
  const key = c.param("key");
  const number = (calls[key] = (calls[key] ?? 0) + 1);
  now[key] = (now[key] ?? 0) + 1;
  most[key] = Math.max(most[key] ?? 0, now[key]);
  try {
    await gate(`${key} ${number}`);
  } finally {
    now[key]--; // not, if workerd drops the request
  }
  if (open.has(`${key} ${number} fails`)) throw new HttpError(502, `run ${number} failed`);
  return c.text(`${key} run ${number}`);
}

const app = new Router({ clientAddress: (c) => c.request.cf?.clientIp });
app.use((c, next) => {
  came[c.path] = (came[c.path] ?? 0) + 1;
  return next();
});
app.get("/state", (c) => c.json({ came, calls, now, most }));
app.post("/open", async (c) => {
  for (const name of await c.readJson()) open.add(name);
  return c.body(null, 204);
});

app.get("/coalesce/:key", coalesce(), work);
app.get("/dropped/:key", coalesce(), work); // see below
app.get("/large/:key", coalesce({ maxBytes: 3 }), work);
app.get("/stream/:key", coalesce(), (c) => {
  const key = c.param("key");
  const number = (calls[key] = (calls[key] ?? 0) + 1);
  return c.stream(async (writer) => {
    for (const part of ["one", "two", "three"]) {
      await gate(`${key} ${part}`);
      await writer.write(`${part} of ${number} `);
    }
  });
});
app.get("/limit/:key", concurrencyLimit({ limit: 2, queue: 100, maxWait: 60000 }), work);
app.get("/full/:key", concurrencyLimit({ limit: 1, queue: 1, maxWait: 60000 }), work);
app.get("/leased/:key", concurrencyLimit({ limit: 1, queue: 1, maxWait: 60000, lease: 1000 }), work);
app.get("/late/:key", concurrencyLimit({ limit: 1 }), timeout({ ms: 50 }), work);
app.get("/timeout/:key", timeout({ ms: 50 }), work);
app.get("/never", timeout({ ms: 50 }), () => new Promise(() => {}));
app.get("/unlimited-never", () => new Promise(() => {}));
app.get("/signal/:key", timeout({ ms: 60000 }), async (c) => {
  const key = c.param("key");
  calls[key] = "waits";
  c.get("signal").addEventListener("abort", () => void (calls[key] = "aborted"));
  await gate(key);
  return c.text("over");
});
app.get("/breaker/:key", circuitBreaker({ failures: 2, cooldown: 300, probes: 2 }), work);
app.get("/rate", rateLimit({ rate: 0.001, burst: 5, key: byClientAddress }), (c) => c.text("passed"));

/** A breaker for each key. */
const breakers = new Map();
function breaker(c, next) {
  const key = c.param("key");
  if (!breakers.has(key)) breakers.set(key, circuitBreaker({ failures: 3, cooldown: 300 }));
  return breakers.get(key)(c, next);
}

/** All ways to read an upload. */
const readers = {
  text: async (c) => c.text(await c.readText()),
  raw: async (c) => c.text(await c.request.text()),
  clone: async (c) => c.text(await c.request.clone().text()),
  byob: async (c) => {
    const reader = c.request.body.getReader({ mode: "byob" });
    let text = "";
    for (;;) {
      const { done, value } = await reader.read(new Uint8Array(4));
      if (done) return c.text(text);
      text += new TextDecoder().decode(value);
    }
  },
  body: (c) => fetch(c.query("origin"), { method: "POST", body: c.request.body }),
  request: (c) => fetch(new Request(c.query("origin"), c.request)),
};
app.on(["GET", "POST"], "/breaker/:how/:key", breaker, timeout({ ms: 300 }), async (c) => {
  const key = c.param("key");
  calls[key] = (calls[key] ?? 0) + 1;
  if (c.method === "GET") return c.text("up");
  if (c.param("how") === "fails") throw new HttpError(502, "down");
  const response = await readers[c.param("how")](c);
  c.header("x-address", String(c.clientAddress));
  return new Response(response.body, response);
});

export default {
  fetch(request, env, executionCtx) {
    // Without an executionCtx nothing keeps a request alive whose client leaves: workerd drops it.
    return app.fetch(request, env, request.url.includes("/dropped/") ? undefined : executionCtx);
  },
};
