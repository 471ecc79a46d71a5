// The watched app in workerd, and paths below /control/ that say how it does.

import { Router } from "wye";
import { wasm } from "../../js/instance.js";
import { watchedApp } from "./app.mjs";
import { manyRequests } from "./many.mjs";
import { abandonedApp } from "./abandoned.mjs";

const gate = { open: true };
/** What a test that plants a leak makes the app keep. */
const leaked = [];

const pause = (next) => new Promise((resolve) => void setTimeout(resolve, gate.open ? next() % 20 : 200 + (next() % 800)));
const app = watchedApp({ pause, gate });

const leak = (seed) => void leaked.push(Array.from({ length: 12 }, (_, i) => seed + i / 16));
const inner = { honest: watchedApp({ pause: turns }), leaky: watchedApp({ pause: turns, leak }) };

/** Waits a few turns of the microtask queue: no timer, no other request of the host. */
async function turns(next) {
  for (let left = next() % 8; left >= 0; left--) await null;
}

const control = new Router();
control.get("/control/stats", (c) => c.json({ contexts: app.contexts, pages: wasm.memory.buffer.byteLength / 65536 }));
control.post("/control/gate/:state", (c) => {
  gate.open = c.param("state") === "open";
  return c.json(gate);
});
control.post("/control/many/:which/:from<uint>/:count<uint>/:overlap<uint>", async (c) => {
  const target = inner[c.param("which")];
  const done = await manyRequests(target.fetch, c.int("from"), c.int("count"), c.int("overlap"));
  return c.json({ ...done, contexts: target.contexts });
});

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
