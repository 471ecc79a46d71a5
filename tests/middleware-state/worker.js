// Served by workerd. Handlers run until the test opens their gate: each looks for that by timers of its own, because no
// request can wait for another one's promise here.

import { HttpError, Router } from "wye";
import { circuitBreaker } from "../../js/middleware/circuit-breaker.js";
import { coalesce } from "../../js/middleware/coalesce.js";
import { concurrencyLimit } from "../../js/middleware/concurrency.js";
import { rateLimit } from "../../js/middleware/rate-limit.js";
import { timeout } from "../../js/middleware/timeout.js";

/** What the test opens; what was called, how often; how many run now, and ran at most. */
const open = new Set();
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

const app = new Router();
app.get("/state", (c) => c.json({ calls, now, most, contexts: app.contexts }));
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
app.get("/rate", rateLimit({ rate: 0.001, burst: 5 }), (c) => c.text("passed"));

export default {
  fetch(request, env, executionCtx) {
    // Without an executionCtx nothing keeps a request alive whose client leaves: workerd drops it.
    return app.fetch(request, env, request.url.includes("/dropped/") ? undefined : executionCtx);
  },
};
