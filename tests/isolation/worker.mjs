// The watched app in workerd, and paths below /control/ that say how it does.

import { Router } from "wye";
import { wasm } from "../../js/instance.js";
import { watchedApp } from "./app.mjs";
import { manyRequests } from "./many.mjs";
import { requestOf } from "./requests.mjs";
import { abandonedApp } from "./abandoned.mjs";

const gate = { open: true, held: 0 };
/** What a test that plants a leak makes the app keep. */
const leaked = [];

const wait = (milliseconds) => new Promise((resolve) => void setTimeout(resolve, milliseconds));
const pause = (next) => wait(next() % 20);
const longPause = (next) => wait(200 + (next() % 800));
const app = watchedApp({ pause, longPause, gate });

const leak = (seed) => void leaked.push(Array.from({ length: 12 }, (_, i) => seed + i / 16));
const inner = { honest: watchedApp({ pause: turns }), leaky: watchedApp({ pause: turns, leak }) };

/** Waits a few turns of the microtask queue: no timer, no other request of the host. */
async function turns(next) {
  for (let left = next() % 8; left >= 0; left--) await null;
}

const control = new Router();
control.get("/control/stats", (c) => {
  return c.json({ contexts: app.contexts, held: gate.held, pages: wasm.memory.buffer.byteLength / 65536 });
});
control.post("/control/gate/:state", (c) => {
  gate.open = c.param("state") === "open";
  return c.json(gate);
});
control.get("/control/fan/:from<uint>/:count<uint>", async (c) => {
  return c.json(await fan(c.env.SELF, c.int("from"), c.int("count")));
});
control.post("/control/many/:which/:from<uint>/:count<uint>/:overlap<uint>", async (c) => {
  const target = inner[c.param("which")];
  const done = await manyRequests(target.fetch, c.int("from"), c.int("count"), c.int("overlap"));
  return c.json({ ...done, contexts: target.contexts });
});

/** Requests of the held kind that the worker sends to itself; each is one of the host's, with a context of its own. */
async function fan(self, from, count) {
  const one = async (seed) => {
    const { path, ...init } = requestOf("held", seed);
    const response = await self.fetch(`http://localhost${path}`, init);
    const { status, headers } = response;
    return { seed, status, headers: Object.fromEntries(headers), text: await response.text() };
  };
  return Promise.all(Array.from({ length: count }, (_, i) => one(from + i)));
}

/** Apps with handlers that never settle, by the most contexts that they may have. */
const abandoned = new Map();

export default {
  fetch(request, env, executionCtx) {
    const [, first, second] = new URL(request.url).pathname.split("/", 3);
    if (first === "control") return control.fetch(request, env, executionCtx);
    if (first !== "abandoned") return app.fetch(request, env, executionCtx);
    if (!abandoned.has(second)) abandoned.set(second, abandonedApp(Number(second)));
    return abandoned.get(second)(request, env, executionCtx);
  },
};
