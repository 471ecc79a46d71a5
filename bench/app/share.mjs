// The framework's own share of the heap, exactly: what wye's Router allocates for a request, its host's objects and the
// handler's own not counted; and what the pool's integer handles allocate, which is nothing.
//
// `node bench/app/share.mjs [--requests N]` prints it and fails if it is over its budget; `measureShares` and
// `overShare` give the same to a test.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { budgets } from "../budgets/table.mjs";
import { bytesAllocated } from "../bytes.mjs";
import { freshPaths } from "../fresh.mjs";
import { BY, makeRequests, ORIGIN, ROUTES, SERVED, TOKEN } from "./routes.mjs";

/** The most that a request may take, in bytes: `c`, the one object that a handler is given; as an integer, nothing. */
export const BUDGETS = budgets.share;

/**
 * @typedef {object} Share
 * @property {string} work
 * @property {"router" | "handles" | undefined} budget
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
 * @param {Share[]} shares
 * @returns {string[]} what passes its budget; empty if all is well
 */
export function overShare(shares) {
  const over = shares.filter(({ budget, requests, own }) => budget && own > BUDGETS[budget] * requests);
  return over.map(({ work, budget, requests, own }) =>
    `${work}: ${own} bytes in ${requests} requests (${BUDGETS[budget]} each are allowed)`);
}

// ------------------------------------------------------------------ in the process that measures

const COUNT = 4000, WARM_PASSES = 30, RUNS = 5;

// One for all requests: with fresh ones the host's own bytes would drown those of the framework.
const RESPONSE = new Response("ok");

/** @type {Record<string, { budget?: string, make: (wye: object, sent: object[]) => object }>} */
const WORK = {
  "router, a handler alone": { budget: "router", make: (wye, sent) => serving(wye, sent, [], readRequest) },
  "router, three middlewares": { budget: "router", make: (wye, sent) => serving(wye, sent, MIDDLEWARE, readHeaders) },
  "integer handles of the pool": { budget: "handles", make: handles },
  "control: an object on purpose": { make: (wye, sent) => serving(wye, sent, [lavish], readRequest) }
};

async function child(work, count) {
  const { budget, make } = WORK[work];
  const job = make(await import("wye"), makeRequests("hits", COUNT));
  warm(job);
  return { work, budget, ...share(job, count) };
}

// ------------------------------------------------------------------ through the Router

// What they read, write and keep is what those of the API do (wye.mjs).
const MIDDLEWARE = [
  (c) => {
    const response = c.next();
    c.header(SERVED, BY);
    return response;
  },
  (c) => {
    c.set("client", c.header("x-client"));
    return c.next();
  },
  (c) => (c.header("authorization") === TOKEN ? c.next() : c.text("unauthorized", 401))
];

const kept = { made: {}, client: undefined, method: "", url: "" };

function lavish(c) {
  kept.made = { position: 1 };
  return c.next();
}

function handler(c) {
  kept.client = c.get("client");
  return RESPONSE;
}

function serving({ Router }, sent, middleware, host) {
  const requests = sent.map(({ method, path, headers }) => new Request(ORIGIN + path, { method, headers }));
  const router = new Router();
  if (middleware.length > 0) router.use(...middleware);
  for (const { method, pattern } of ROUTES) router.on(method, pattern, handler);
  const run = () => {
    for (let i = 0; i < COUNT; i++) {
      if (router.fetch(requests[i]) !== RESPONSE) throw new Error(`${requests[i].url} was not answered`);
    }
  };
  const runHost = () => {
    for (let i = 0; i < COUNT; i++) host(requests[i]);
  };
  return { run, host: runHost, renew() {} };
}

// What the framework asks the host for, whoever asks.
function readRequest(request) {
  kept.method = request.method;
  kept.url = request.url;
}

function readHeaders(request) {
  readRequest(request);
  kept.client = request.headers.get("x-client");
  if (request.headers.get("authorization") !== TOKEN) throw new Error("no token");
  RESPONSE.headers.set(SERVED, BY);
}

// ------------------------------------------------------------------ through integers

// A few requests are under way at a time. What is read of one is where its parameters lie: no strings are made.
const UNDER_WAY = 64;

function handles({ ContextPool, RouteTable }, sent) {
  const table = new RouteTable();
  for (const { method, pattern } of ROUTES) table.add(method, pattern);
  const pool = new ContextPool();
  const { pool: urls, renew } = freshPaths(sent.map(({ path }) => ({ path: ORIGIN + path })));
  const methods = sent.map(({ method }) => method);
  const held = new Array(UNDER_WAY).fill(0);
  const run = () => {
    let sum = 0;
    for (let i = 0; i < COUNT; i++) {
      const place = i % UNDER_WAY;
      if (held[place] !== 0) sum = (sum + readSpans(pool, held[place])) | 0;
      table.matchUrl(methods[i], urls[i]);
      held[place] = pool.acquire(table);
    }
    kept.client = sum;
  };
  return { run, host() {}, renew };
}

function readSpans(pool, handle) {
  let sum = pool.outcome(handle);
  for (let i = pool.paramCount(handle) - 1; i >= 0; i--) {
    sum = (sum + pool.paramEnd(handle, i) - pool.paramStart(handle, i)) | 0;
  }
  pool.release(handle);
  return sum;
}

// ------------------------------------------------------------------ counting

// Until V8 has compiled all of it: compiled code lies on the heap too, but belongs to no request.
function warm({ run, host, renew }) {
  for (let i = 0; i < WARM_PASSES; i++) {
    renew();
    bytesAllocated(run);
    bytesAllocated(host);
  }
}

function share({ run, host, renew }, count) {
  const sum = { requests: 0, own: 0, host: 0 };
  for (; sum.requests < count; sum.requests += COUNT) {
    const all = bytesAllocated(run, { runs: RUNS, prepare: renew });
    const hosts = bytesAllocated(host, { runs: RUNS });
    sum.own += all - hosts;
    sum.host += hosts;
  }
  return sum;
}

// ------------------------------------------------------------------ the command

/** Measures, prints, and returns the figures with what is over its budget. */
export function reportShares(options) {
  const shares = measureShares(options);
  for (const { work, requests, own, host } of shares) {
    const each = (bytes) => Math.round((bytes / requests) * 1000) / 1000;
    console.log(`  ${work.padEnd(30)} ${each(own)} bytes a request, beside ${each(host)} of the host`);
  }
  const over = overShare(shares);
  for (const complaint of over) console.log(`  OVER BUDGET: ${complaint}`);
  return { shares, over };
}

async function main() {
  const options = { requests: { type: "string", default: "1000000" }, work: { type: "string" } };
  const { values } = parseArgs({ options });
  const requests = Number(values.requests);
  if (values.work) return console.log(JSON.stringify(await child(values.work, requests)));
  process.exitCode = reportShares({ requests }).over.length > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
