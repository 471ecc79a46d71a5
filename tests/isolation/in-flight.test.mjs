// Ten thousand requests under way at one time, each of them watching that all it reads is its own, in Node and in
// workerd. Others come and go meanwhile: misses, 405s, streams, handlers that throw, bodies, clients that leave.
//
// WYE_IN_FLIGHT=20000 asks for more of them.

import assert from "node:assert/strict";
import http from "node:http";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { watchedApp } from "./app.mjs";
import { idOf, kindOf, problems, requestOf } from "./requests.mjs";
import { ask, begin, control, serveWatched } from "./workerd.mjs";

const IN_FLIGHT = Number(process.env.WYE_IN_FLIGHT ?? 10_000);
/** Connections, and clients in Node, that ask for other things meanwhile. */
const BACKGROUND = 20;

// In workerd a connection takes two open files. So half of the requests have connections of their own, and the worker
// sends the others to itself, so many for each connection.
const FAN = 10;

/** What the responses to all requests come to. */
class Tally {
  wrong = [];
  ids = new Set();
  responses = 0;
  looks = 0;

  add(kind, seed, response) {
    this.responses++;
    this.wrong.push(...problems(kind, seed, response));
    this.looks += Number(/"looks":(\d+)/.exec(response.text)?.[1] ?? 0);
    const id = idOf(response.text);
    if (id === undefined) return;
    if (this.ids.has(id)) this.wrong.push(`${kind} ${seed}: the id ${id} was given to another request, too`);
    this.ids.add(id);
  }
}

/** Asks for requests of all kinds, one after the other, until `over` says so. */
async function background(askFor, seed, over, tally) {
  for (; !over(); seed++) {
    const kind = kindOf(seed);
    tally.add(kind, seed, await askFor(requestOf(kind, seed)));
  }
}

/** @param {import("node:test").TestContext} t */
function report(t, tally, inFlight, more) {
  t.diagnostic(`${IN_FLIGHT} requests held at once; ${inFlight.most} under way at most`);
  const { responses, looks, ids } = tally;
  t.diagnostic(`${responses} responses, ${looks} looks at all that a request has, ${ids.size} ids; ${more}`);
  assert.deepEqual(tally.wrong.slice(0, 10), []);
  assert.ok(inFlight.most >= IN_FLIGHT, `no more than ${inFlight.most} at once`);
}

// ---------------------------------------------------------------- Node

test(`${IN_FLIGHT} requests under way at once in Node`, async (t) => {
  const gate = { open: false, held: 0 };
  const pause = (next) => setTimeout(next() % 20);
  const longPause = (next) => setTimeout(next() % 400);
  const inFlight = { now: 0, most: 0 };
  const app = watchedApp({ pause, longPause, gate, inFlight });
  const tally = new Tally();
  const askFor = async ({ path, ...init }) => {
    const response = await app.request(path, init);
    return { status: response.status, header: (name) => response.headers.get(name), text: await response.text() };
  };
  const held = Array.from({ length: IN_FLIGHT }, async (_, seed) => {
    tally.add("held", seed, await askFor(requestOf("held", seed)));
  });
  const others = Array.from({ length: BACKGROUND }, (_, i) =>
    background(askFor, IN_FLIGHT + 1000 * i, () => gate.open, tally));
  const leaving = Array.from({ length: 500 }, (_, i) => leaveNode(app, IN_FLIGHT + 1000 * BACKGROUND + i));
  await Promise.all(leaving);
  while (gate.held < IN_FLIGHT) await setTimeout(50);
  await setTimeout(500); // some rounds more
  gate.open = true;
  await Promise.all([...held, ...others]);
  await setTimeout(50); // the last ones that were left
  report(t, tally, inFlight, "500 clients left");
  assert.equal(inFlight.now, 0);
});

/** A client that leaves: it cancels a stream, or aborts what it asked for. */
async function leaveNode(app, seed) {
  const client = new AbortController();
  const kind = seed % 2 === 0 ? "streamed" : "thrown";
  const { path, ...init } = requestOf(kind, seed);
  const response = app.request(path, { ...init, signal: client.signal });
  if (kind === "streamed") await (await response).body.cancel();
  client.abort();
}

// ---------------------------------------------------------------- workerd

/** Files that this process may have open, sockets among them. */
function openFiles() {
  const limit = process.report.getReport().userLimits?.open_files?.soft ?? "unlimited";
  return limit === "unlimited" ? Infinity : Number(limit);
}

test(`${IN_FLIGHT} requests under way at once in workerd`, async (t) => {
  const files = openFiles();
  assert.ok(files > 1.2 * IN_FLIGHT + 500, `${files} open files are allowed: raise that, or set WYE_IN_FLIGHT to less`);
  const worker = await serveWatched(import.meta.url);
  t.after(() => worker.stop());
  const agent = new http.Agent({ keepAlive: true, maxFreeSockets: IN_FLIGHT });
  t.after(() => agent.destroy());
  const tally = new Tally();
  const askFor = (request) => ask(agent, worker.port, request);
  await control(worker.port, "gate/closed", "POST");
  let open = false;
  const others = Array.from({ length: BACKGROUND }, (_, i) =>
    background(askFor, IN_FLIGHT + 1000 * i, () => open, tally));
  const held = await hold(askFor, tally);
  const left = leaving(worker.port, () => open);
  while ((await control(worker.port, "stats")).held < IN_FLIGHT) await setTimeout(100);
  await control(worker.port, "gate/open", "POST");
  open = true;
  await Promise.all([...held, ...others]);
  const { inFlight } = await control(worker.port, "stats");
  report(t, tally, inFlight, `${await left} clients left`);
});

/** Begins the requests that are held, some hundred at a time: a host takes so many connections at once. */
async function hold(askFor, tally) {
  const held = [];
  const half = IN_FLIGHT / 2;
  for (let seed = 0; seed < IN_FLIGHT; seed += seed < half ? 1 : FAN) {
    if (seed < half) held.push(askOne(askFor, seed, tally));
    else held.push(askFan(askFor, seed, Math.min(FAN, IN_FLIGHT - seed), tally));
    if (held.length % 200 === 0) await setTimeout(1);
  }
  return held;
}

async function askOne(askFor, seed, tally) {
  tally.add("held", seed, await askFor(requestOf("held", seed)));
}

async function askFan(askFor, from, count, tally) {
  const { text } = await askFor({ method: "GET", path: `/control/fan/${from}/${count}` });
  const responses = JSON.parse(text);
  assert.deepEqual(responses.map(({ seed }) => seed), Array.from({ length: count }, (_, i) => from + i));
  for (const { seed, status, headers, text } of responses)
    tally.add("held", seed, { status, header: (name) => headers[name], text });
}

/** A thousand clients that leave without waiting, by a reset or by closing; how many there were. */
async function leaving(port, over) {
  let count = 0;
  while (!over() && count < 1000) {
    const kinds = ["checked", "streamed", "thrown"];
    const seeds = Array.from({ length: 20 }, (_, i) => 5_000_000 + count + i);
    await Promise.all(seeds.map(async (seed) => {
      const { path, headers } = requestOf(kinds[seed % kinds.length], seed);
      const leave = begin(port, { path, headers });
      await setTimeout(seed % 50);
      leave(seed % 4 !== 0);
    }));
    count += seeds.length;
  }
  return count;
}
