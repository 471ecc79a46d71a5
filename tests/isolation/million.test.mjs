// A million requests in Node, and a million in workerd: the heap does not grow, nor does the linear memory. Each
// request watches that all it reads is its own, as in in-flight.test.mjs.
//
// WYE_REQUESTS=10000000 asks for more. What fails is bytes: the heap may grow by 20 bytes a request. Measured, it moves
// by some tens of kilobytes in all, under 1 byte a request; and a leak of about 100 bytes a request, planted, is found.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import { suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { heapInUse } from "./inspector.mjs";
import { kindOf, problems, requestOf } from "./requests.mjs";
import { ask, control, serveWatched } from "./workerd.mjs";

const REQUESTS = Number(process.env.WYE_REQUESTS ?? 1_000_000);
const MOST_BYTES = 20;

/** Parts of a run, each with a look at the heap after it. The first ones are for warming up. */
const PARTS = 10;
const WARM = 2;

/** A part of the requests that are not asked for by the worker itself, but over HTTP. */
const OVER_HTTP = 0.1;
const CONNECTIONS = 50;
const OVERLAP = 250;

/** What the tests look at after each part. */
/** @typedef {{ requests: number, heap: number, pages: number, resident: number, most: number }} Sample */

/** @param {Sample[]} samples */
function growth(samples) {
  const [first, last] = [samples[WARM - 1], samples.at(-1)];
  return { bytes: last.heap - first.heap, requests: last.requests - first.requests, pages: last.pages - first.pages };
}

const tooMuch = ({ bytes, requests }) => bytes > MOST_BYTES * requests;
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;

/** @param {Sample[]} samples */
function report(t, samples) {
  const { bytes, requests, pages } = growth(samples);
  for (const { requests: so, heap, pages: now, resident } of samples)
    t.diagnostic(`${so} requests: heap ${megabytes(heap)}, ${now} pages, process ${megabytes(resident)}`);
  t.diagnostic(`${bytes} bytes and ${pages} pages more after ${requests} requests that followed the warm-up`);
  t.diagnostic(`${samples.at(-1).most} requests under way at most`);
}

/** @param {Sample[]} samples */
function checkGrowth(samples) {
  const { bytes, requests, pages } = growth(samples);
  assert.equal(pages, 0);
  assert.ok(!tooMuch({ bytes, requests }), `the heap grew by ${bytes} bytes in ${requests} requests`);
}

// ---------------------------------------------------------------- Node

/** Runs in a process of its own, where nothing else takes memory. */
async function inNode(requests, leaky = false) {
  const script = fileURLToPath(new URL("million-node.mjs", import.meta.url));
  const args = [requests, PARTS, OVERLAP, leaky ? "leaky" : "honest"].map(String);
  const child = spawn(process.execPath, ["--expose-gc", script, ...args]);
  const said = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => (said.out += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (said.err += text));
  await new Promise((resolve) => void child.once("close", resolve));
  if (said.out === "") throw new Error(`the process that makes the requests failed: ${said.err}`);
  return JSON.parse(said.out);
}

// ---------------------------------------------------------------- workerd

async function sample(worker, requests) {
  const { pages } = await control(worker.port, "stats");
  const heap = await heapInUse(worker.inspector, async () => void (await control(worker.port, "stats")));
  return { requests, heap, pages, resident: resident(worker.pid) };
}

/** Bytes of memory that a process holds; 0 where the system does not tell. */
function resident(pid) {
  try {
    return 1024 * Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))[1]);
  } catch {
    return 0;
  }
}

/**
 * Some requests over HTTP, one after the other on each connection. The connections do not outlive the call: workerd
 * closes those that are idle for some seconds.
 */
async function overHttp(port, from, count) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const wrong = [];
  let next = from;
  const client = async () => {
    while (next < from + count) {
      const seed = next++ % 4096;
      const kind = kindOf(seed);
      wrong.push(...problems(kind, seed, await ask(agent, port, requestOf(kind, seed))));
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  agent.destroy();
  return wrong;
}

/** The worker asks itself for so many; in pieces, so that no request of the host takes too long. */
async function inside(port, which, from, count) {
  const wrong = [];
  let most = 0;
  for (let done = 0; done < count; done += 20_000) {
    const size = Math.min(20_000, count - done);
    const part = await control(port, `many/${which}/${from + done}/${size}/${OVERLAP}`, "POST");
    wrong.push(...part.wrong);
    most = part.inFlight.most;
  }
  return { wrong, most };
}

async function inWorkerd(worker, requests, which) {
  const samples = [];
  const wrong = [];
  for (let part = 0; part < PARTS; part++) {
    const [from, size] = [(part * requests) / PARTS, requests / PARTS];
    const within = await inside(worker.port, which, from, size * (1 - OVER_HTTP));
    wrong.push(...within.wrong, ...(await overHttp(worker.port, from, size * OVER_HTTP)));
    samples.push({ ...(await sample(worker, from + size)), most: within.most });
  }
  return { samples, wrong };
}

// ---------------------------------------------------------------- the tests; the two hosts work beside each other

suite("a million requests", { concurrency: 2 }, () => {
  test(`${REQUESTS} requests in Node leave nothing behind`, async (t) => {
    const { samples, wrong } = await inNode(REQUESTS);
    report(t, samples);
    assert.deepEqual(wrong, []);
    checkGrowth(samples);
  });

  test("a leak planted in Node is found", async (t) => {
    const { samples } = await inNode(REQUESTS / 10, true);
    const { bytes, requests } = growth(samples);
    t.diagnostic(`${(bytes / requests).toFixed(0)} bytes a request`);
    assert.ok(tooMuch({ bytes, requests }), `no more than ${bytes} bytes in ${requests} requests`);
  });

  test(`${REQUESTS} requests in workerd leave nothing behind`, async (t) => {
    const worker = await serveWatched(import.meta.url, "honest");
    t.after(() => worker.stop());
    const { samples, wrong } = await inWorkerd(worker, REQUESTS, "honest");
    t.diagnostic(`${REQUESTS * OVER_HTTP} of them over HTTP, the others by the worker itself`);
    report(t, samples);
    assert.deepEqual(wrong, []);
    checkGrowth(samples);
  });

  test("a leak planted in workerd is found", async (t) => {
    const worker = await serveWatched(import.meta.url, "leaky");
    t.after(() => worker.stop());
    const { samples } = await inWorkerd(worker, REQUESTS / 10, "leaky");
    const { bytes, requests } = growth(samples);
    t.diagnostic(`${(bytes / requests).toFixed(0)} bytes a request`);
    assert.ok(tooMuch({ bytes, requests }), `no more than ${bytes} bytes in ${requests} requests`);
  });
});
