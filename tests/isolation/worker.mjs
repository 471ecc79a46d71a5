// The watched app in workerd, and paths below /control/ that say how it does.

import { Router } from "#wye";
import { wasm } from "../../js/wasm/instance.js";
import { watchedApp } from "./app.mjs";
import { manyRequests } from "./many.mjs";
import { requestOf } from "./requests.mjs";
import { droppedApp } from "./dropped.mjs";

const gate = { open: true, held: 0 };
/** What a test that plants a leak makes the app keep. */
const leaked = [];

const wait = (milliseconds) => new Promise((resolve) => void setTimeout(resolve, milliseconds));
const pause = (next) => wait(next() % 20);
const longPause = (next) => wait(200 + (next() % 800));
const inFlight = { now: 0, most: 0 };
const app = watchedApp({ pause, longPause, gate, inFlight });

const leak = (seed) => void leaked.push(Array.from({ length: 12 }, (_, i) => seed + i / 16));
const within = { now: 0, most: 0 };
const inner = {
  honest: watchedApp({ pause: turns, inFlight: within }),
  leaky: watchedApp({ pause: turns, leak, inFlight: within }),
};

/** Waits a few turns of the microtask queue: no timer, no other request of the host. */
async function turns(next) {
  for (let left = next() % 8; left >= 0; left--) await null;
}

const control = new Router();
control.get("/control/stats", (c) => {
  return c.json({ inFlight, held: gate.held, pages: wasm.memory.buffer.byteLength / 65536 });
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
  return c.json({ ...done, inFlight: within });
});

/** Requests of the held kind that the worker sends to itself; each is one of the host's, with a `c` of its own. */
async function fan(self, from, count) {
  const one = async (seed) => {
    const { path, ...init } = requestOf("held", seed);
    const response = await self.fetch(`http://localhost${path}`, init);
    const { status, headers } = response;
    return { seed, status, headers: Object.fromEntries(headers), text: await response.text() };
  };
  return Promise.all(Array.from({ length: count }, (_, i) => one(from + i)));
}

const dropped = { honest: droppedApp(), leaky: droppedApp(true) };

control.get("/control/dropped/:which", (c) => c.json({ started: dropped[c.param("which")].state.started }));

export default {
  fetch(request, env, executionCtx) {
    const [, first] = new URL(request.url).pathname.split("/", 2);
    if (first === "control") return control.fetch(request, env, executionCtx);
    if (first !== "dropped") return app.fetch(request, env, executionCtx);
    return dropped[request.headers.get("x-which") ?? "honest"].app.fetch(request, env, executionCtx);
  },
};
