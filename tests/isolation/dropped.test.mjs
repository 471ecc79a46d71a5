// Requests that end without a word leave nothing behind, in Node and in workerd: those that the host drops because they
// hang, those whose clients have left, streams that nobody reads to their end.
//
// WYE_DROPPED=50000 asks for more of each kind. Measured, the heap moves by less than half a megabyte, whatever their
// number; a leak that is planted, of the `c` of each, leaves far more.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, suite, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { KINDS } from "./dropped.mjs";
import { heapInUse } from "./inspector.mjs";
import { ask, begin, control, serveWatched } from "./workerd.mjs";

const COUNT = Number(process.env.WYE_DROPPED ?? 5000);
const MOST_BYTES = 150;

/** Node has no host that would drop what waits for a timer: it runs. */
const ENDLESS_IN_NODE = ["long", "stream"];

const bytesEach = (grown) => (grown / COUNT).toFixed(0);

// ---------------------------------------------------------------- Node

async function inNode(which, ...kinds) {
  const script = fileURLToPath(new URL("dropped-node.mjs", import.meta.url));
  const child = spawn(process.execPath, ["--expose-gc", script, String(COUNT), which, ...kinds]);
  const said = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => (said.out += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (said.err += text));
  await once(child, "close");
  if (said.out === "") throw new Error(`the process that drops requests failed: ${said.err}`);
  return JSON.parse(said.out);
}

// ---------------------------------------------------------------- workerd

let worker;
before(async () => void (worker = await serveWatched(import.meta.url)));
after(() => worker?.stop());

const started = async (which) => (await control(worker.port, `dropped/${which}`)).started;

/** Waits for what comes about without us; where it does not, what is checked next says what is there. */
async function until(condition) {
  for (let tries = 0; tries < 400 && !(await condition()); tries++) await setTimeout(10);
}

/** These write on and on, and so learn of a client that has closed its connection without a reset. */
const WRITING = ["generator", "endless", "events"];

/** Begins requests of a kind, and leaves when they have all arrived. */
async function dropMany(kind, which, count) {
  const headers = { "x-which": which, ...(kind === "body" ? { "content-length": "9" } : {}) };
  const method = kind === "body" ? "POST" : "GET";
  for (let from = 0; from < count; from += 200) {
    const now = await started(which);
    const ids = Array.from({ length: Math.min(200, count - from) }, (_, i) => from + i);
    const clients = ids.map((id) => begin(worker.port, { path: `/dropped/${kind}/${id}`, method, headers }));
    await until(async () => (await started(which)) >= now + ids.length);
    for (const [i, leave] of clients.entries()) leave(!WRITING.includes(kind) || i % 2 === 0);
  }
}

async function heap() {
  await setTimeout(400); // what notices that clients have left
  return heapInUse(worker.inspector, () => started("honest").then(() => undefined));
}

async function inWorkerd(kind, which) {
  await dropMany(kind, which, 1000);
  const first = await heap();
  await dropMany(kind, which, COUNT);
  return (await heap()) - first;
}

suite(`${COUNT} dropped requests of each kind leave nothing behind`, () => {
  const kinds = KINDS.filter((kind) => !ENDLESS_IN_NODE.includes(kind));
  for (const kind of kinds)
    test(`Node: ${kind}`, async (t) => {
      const { grown, status } = await inNode("honest", kind);
      t.diagnostic(`${bytesEach(grown[kind])} bytes for each`);
      assert.ok(grown[kind] <= MOST_BYTES * COUNT, `the heap grew by ${grown[kind]} bytes`);
      assert.equal(status, 200);
    });

  test("Node: a planted leak is found", async (t) => {
    const { grown } = await inNode("leaky", "never");
    t.diagnostic(`${bytesEach(grown.never)} bytes for each`);
    assert.ok(grown.never > MOST_BYTES * COUNT);
  });

  for (const kind of KINDS)
    test(`workerd: ${kind}`, async (t) => {
      const grown = await inWorkerd(kind, "honest");
      t.diagnostic(`${bytesEach(grown)} bytes for each`);
      assert.ok(grown <= MOST_BYTES * COUNT, `the heap grew by ${grown} bytes`);
      const { status, text } = await ask(undefined, worker.port, { method: "GET", path: "/dropped/ok/7" });
      assert.deepEqual([status, text], [200, "7"]);
    });

  test("workerd: a planted leak is found", async (t) => {
    const grown = await inWorkerd("never", "leaky");
    t.diagnostic(`${bytesEach(grown)} bytes for each`);
    assert.ok(grown > MOST_BYTES * COUNT);
  });
});
