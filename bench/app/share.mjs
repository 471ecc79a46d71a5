// The framework's own share of the heap: what wye's Router allocates for a request, without the host's objects and the
// handler's own.
//
// `node bench/app/share.mjs [--requests N]` prints it and fails if it is over its budget; `measureShares` and
// `shareRows` give the same to others.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { complaint, budgets, holds, print } from "../budgets/table.mjs";
import { bytesAllocated } from "../bytes.mjs";
import { bytesServed } from "./bytes.mjs";
import { BY, makeRequests, ORIGIN, ROUTES, SERVED, TOKEN } from "./routes.mjs";

/**
 * @typedef {object} Share
 * @property {string} work
 * @property {number | undefined} budget bytes of a request
 * @property {number} requests
 * @property {number} own bytes of the heap, all requests together, without the host's
 * @property {number} host what the same reading and writing of the host's objects takes by itself
 */

/**
 * Measures each kind of work in a process of its own: what V8 makes of the host's code depends on all that calls it.
 * @param {{ requests?: number, node?: string }} [options] how many, for each kind of work
 * @returns {Share[]}
 */
export function measureShares({ requests = 1_000_000, node = process.execPath } = {}) {
  return Object.keys(WORK).map((work) => {
    const args = [...FLAGS, fileURLToPath(import.meta.url), "--work", work, "--requests", String(requests)];
    const { status, stdout, stderr } = spawnSync(node, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`the measurement of a request's share failed: ${stderr}`);
    return JSON.parse(stdout);
  });
}

// Where V8 inlines the host's functions, it does without some of their short-lived objects: with one caller, and not
// with another. When it compiles anew is a matter of time.
const EXACT = ["--no-turbo-inlining", "--no-concurrent-recompilation"];
const FLAGS = ["--expose-gc", "--min-semi-space-size=16", ...EXACT];

/**
 * @param {string} part the runtime
 * @param {Share[]} shares
 * @returns {import("../budgets/table.mjs").Row[]} of those that have a budget
 */
export function shareRows(part, shares) {
  const judged = shares.filter(({ budget }) => budget !== undefined);
  return judged.map(({ work, budget, requests, own }) =>
    ({ part, operation: work, unit: "bytes", budget, measured: own / requests }));
}

// ------------------------------------------------------------------ in the process that measures

const COUNT = 4000, WARM_PASSES = 30, RUNS = 5;

/** So many requests are served at a time where they wait for something. */
const LATER = 500;

// One for all requests: with fresh ones the host's own bytes would drown those of the framework.
const RESPONSE = new Response("ok");

const { request, next, later } = budgets.share;

/** @type {Record<string, { budget?: number, middleware: Function[], host: (request: Request) => void }>} */
const WORK = {
  "Router, a handler alone": { budget: request, middleware: [], host: readRequest },
  "Router, three middlewares": { budget: request + 3 * next, middleware: middlewares(), host: readHeaders },
  "Router, three async middlewares": { budget: later, middleware: middlewaresLater(), host: readHeaders },
  "control: an object on purpose": { middleware: [lavish], host: wrapped }
};

async function child(work, count) {
  const { budget, middleware, host } = WORK[work];
  const served = serving(await import("wye"), makeRequests("hits", COUNT), middleware);
  const measure = middleware === WORK["Router, three async middlewares"].middleware ? shareLater : share;
  return { work, budget, ...(await measure(served, host, count)) };
}

// ------------------------------------------------------------------ through the Router

// What they read, write and keep is what those of the API do (wye.mjs).
function middlewares() {
  return [
    (c, next) => {
      const response = next();
      c.header(SERVED, BY);
      return response;
    },
    (c, next) => {
      c.set("client", c.header("x-client"));
      return next();
    },
    (c, next) => (c.header("authorization") === TOKEN ? next() : c.text("unauthorized", 401))
  ];
}

function middlewaresLater() {
  return [
    async (c, next) => {
      const response = await next();
      c.header(SERVED, BY);
      return response;
    },
    async (c, next) => {
      c.set("client", c.header("x-client"));
      return await next();
    },
    async (c, next) => (c.header("authorization") === TOKEN ? await next() : c.text("unauthorized", 401))
  ];
}

const kept = { made: {}, client: undefined, method: "", url: "", body: undefined };

function lavish(c, next) {
  kept.made = { position: 1 };
  return next();
}

function handler(c) {
  kept.client = c.get("client");
  return RESPONSE;
}

function serving({ Router }, sent, middleware) {
  const requests = sent.map(({ method, path, headers }) => new Request(ORIGIN + path, { method, headers }));
  const router = new Router();
  if (middleware.length > 0) router.use(...middleware);
  for (const { method, pattern } of ROUTES) router.on(method, pattern, handler);
  return { requests, fetch: router.fetch };
}

// What the framework asks the host for, whoever asks.
function readRequest(request) {
  kept.method = request.method;
  kept.url = request.url;
}

// A response that a handler has made itself, below a step that takes `next`: whether its fields can be changed.
function wrapped(request) {
  readRequest(request);
  kept.body = RESPONSE.body;
  RESPONSE.headers.delete("x-is-immutable");
}

function readHeaders(request) {
  kept.client = request.headers.get("x-client");
  if (request.headers.get("authorization") !== TOKEN) throw new Error("no token");
  wrapped(request);
  RESPONSE.headers.set(SERVED, BY);
}

// ------------------------------------------------------------------ counting

function share({ requests, fetch }, host, count) {
  const run = () => {
    for (let i = 0; i < COUNT; i++) {
      if (fetch(requests[i]) !== RESPONSE) throw new Error(`${requests[i].url} was not answered`);
    }
  };
  const runHost = () => {
    for (let i = 0; i < COUNT; i++) host(requests[i]);
  };
  // Until V8 has compiled all of it: compiled code lies on the heap too, but belongs to no request.
  for (let i = 0; i < WARM_PASSES; i++) {
    bytesAllocated(run);
    bytesAllocated(runHost);
  }
  const sum = { requests: 0, own: 0, host: 0 };
  for (; sum.requests < count; sum.requests += COUNT) {
    const hosts = bytesAllocated(runHost, { runs: RUNS });
    sum.own += bytesAllocated(run, { runs: RUNS }) - hosts;
    sum.host += hosts;
  }
  return sum;
}

/** The same where requests are waited for, one after the other. */
async function shareLater({ requests, fetch }, host) {
  const loopOf = (serve) => ({ renew() {}, serve });
  const run = loopOf(async (from, to) => {
    for (let i = from; i < to; i++) {
      if ((await fetch(requests[i])) !== RESPONSE) throw new Error(`${requests[i].url} was not answered`);
    }
  });
  const runHost = loopOf(async (from, to) => {
    for (let i = from; i < to; i++) host(await requests[i]);
  });
  for (let i = 0; i < WARM_PASSES; i++) {
    await run.serve(0, COUNT);
    await runHost.serve(0, COUNT);
  }
  const hosts = await bytesServed(runHost, LATER);
  return { requests: LATER, own: (await bytesServed(run, LATER)) - hosts, host: hosts };
}

// ------------------------------------------------------------------ the command

async function main() {
  const options = { requests: { type: "string", default: "1000000" }, work: { type: "string" } };
  const { values } = parseArgs({ options });
  const requests = Number(values.requests);
  if (values.work) return console.log(JSON.stringify(await child(values.work, requests)));
  const rows = shareRows(process.version, measureShares({ requests }));
  print("bytes of wye's own for a request", rows);
  const over = rows.filter((row) => !holds(row));
  for (const row of over) console.log(complaint(row));
  process.exitCode = over.length > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
