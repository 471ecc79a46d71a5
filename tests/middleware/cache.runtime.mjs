// What cache does in the runtime that runs this, printed as JSON: with the host's own cache, where there is one.

import { Router } from "wye";
import { cache } from "wye/middleware";

const { caches } = globalThis;
const name = `wye-test-${crypto.randomUUID()}`;
const storages = { memory: {}, ...(caches && { host: { storage: () => caches.open(name) } }) };
const NOW = Date.now();
const seen = {};

/** Promises of work that goes on after the response; the host would wait for them. */
const unfinished = [];
const executionCtx = { waitUntil: (promise) => void unfinished.push(promise) };

/** Waits for all of it, and for what it begins in turn. */
async function finished() {
  while (unfinished.length > 0) await unfinished.shift();
}

for (const [kind, storage] of Object.entries(storages)) {
  const reported = [];
  const shared = { now: () => NOW, report: (error) => void reported.push(String(error)) };
  const app = new Router();
  let run = 0;
  const handler = (c) => c.text(`${++run} für ${c.header("x-a")}`, { headers: { "vary": "x-a", "x-latin": "für" } });
  const stale = { maxAge: 0, staleWhileRevalidate: 60 };
  app.use("/fresh", cache({ ...storage, ...shared })).use("/stale", cache({ ...storage, ...shared, ...stale }));
  app.get("/fresh", handler).get("/stale", handler).put("/fresh", (c) => c.text("changed"));
  const ask = async (path, a, init = {}) => {
    const response = await app.request(path, { ...init, headers: { "x-a": a, ...init.headers } }, {}, executionCtx);
    const text = await response.text();
    await finished();
    const body = init.method === "HEAD" ? "" : text; // Bun's server takes it off
    return `${response.status} ${body} ${response.headers.get("x-latin")} ${response.headers.get("age")}`;
  };
  seen[kind] = [
    await ask("/fresh", "1"), await ask("/fresh", "2"), await ask("/fresh", "1"), await ask("/fresh", "2"),
    await ask("/fresh", "1", { method: "HEAD" }), await ask("/fresh", "1", { method: "PUT" }), await ask("/fresh", "1"),
    await ask("/stale", "1"), await ask("/stale", "1", { headers: { "if-none-match": "*" } }), await ask("/stale", "1"),
    ...reported,
  ];
}
await caches?.delete(name);
let error;
try {
  cache({ storage: caches?.default });
} catch ({ message }) {
  error = message;
}
console.log(JSON.stringify({ seen, error }));
