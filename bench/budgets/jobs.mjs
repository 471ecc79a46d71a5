// In the process that measures: every hot public function of the tables and of the pool, in V8, under the load.
//
//     node FLAGS bench/budgets/jobs.mjs OPERATIONS      prints JSON; v8.mjs has the flags
//
// Each kind of work goes through the load again and again. The bytes of each pass are counted exactly (../bytes.mjs);
// then all operations run once more in one piece, and the collections that come meanwhile are counted.

import v8 from "node:v8";
import { bytesAllocated } from "../bytes.mjs";
import { freshPaths } from "../fresh.mjs";
import { seededRandom } from "../random.mjs";
import { loadRequests, loadTables } from "./load.mjs";
import { budgets } from "./table.mjs";

const BUDGETS = budgets.v8.hot;

const WARM_OPERATIONS = 65_536, RUNS = 10;

/** Requests that are under way at one time. */
const UNDER_WAY = 1000;

const memories = watchMemories();
const { ContextPool, Router, RouteTable } = await import("wye");

const tables = loadTables().map(fill);
const requests = loadRequests();
const SIZE = requests.length;
const methods = requests.map(({ method }) => method);
const tableOf = requests.map(({ table }) => tables[table]);
const hits = requests.flatMap(({ id, path }, i) => (id >= 0 && !/[%\u0080-\uffff]/.test(path) ? [i] : []));
const escaped = requests.flatMap(({ id, path }, i) => (id >= 0 && /%[^2]|%2[05]/.test(path) ? [i] : []));
const paths = freshPaths(requests);
const urls = freshPaths(requests.map(({ url }) => ({ path: url })));

// The shim keeps its memory to itself, so each instance that is made is watched from the start.
function watchMemories() {
  const found = [];
  const memoryOf = (exports) => Object.values(exports).find((value) => value instanceof WebAssembly.Memory);
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
    construct(target, args, newTarget) {
      const instance = Reflect.construct(target, args, newTarget);
      found.push(memoryOf(instance.exports));
      return instance;
    }
  });
  return found;
}

function fill({ options, routes }) {
  const table = new RouteTable(options);
  for (const { method, pattern, host, name, id } of routes) table.add(method, pattern, { host, name, id });
  return table;
}

// ------------------------------------------------------------------ lookups

/** What is kept so that V8 cannot do without making it. */
const kept = { sum: 0, texts: new Array(1024).fill("") };

function match() {
  let sum = 0;
  for (let i = 0; i < SIZE; i++) sum = (sum + tableOf[i].match(methods[i], paths.pool[i])) | 0;
  kept.sum = sum;
  return SIZE;
}

function matchUrl() {
  let sum = 0;
  for (let i = 0; i < SIZE; i++) sum = (sum + tableOf[i].matchUrl(methods[i], urls.pool[i])) | 0;
  kept.sum = sum;
  return SIZE;
}

function tableSpans() {
  let sum = 0;
  for (let i = 0; i < SIZE; i++) {
    const table = tableOf[i];
    table.matchUrl(methods[i], urls.pool[i]);
    for (let j = table.paramCount; j >= 0; j--) sum = (sum + table.paramEnd(j) - table.paramStart(j)) | 0;
    sum = (sum + table.paramEnd("id") - table.paramStart("owner")) | 0;
  }
  kept.sum = sum;
  return SIZE;
}

function tableRoute() {
  for (let i = 0; i < SIZE; i++) {
    const table = tableOf[i];
    table.match(methods[i], paths.pool[i]);
    kept.texts[i & 1022] = table.pattern;
    kept.texts[(i & 1022) + 1] = table.routeName;
  }
  return SIZE;
}

/** Reads every parameter of a hit; the count is that of the parameters. @param {number[]} list of requests */
const tableParams = (list) => () => {
  let count = 0;
  for (let i = 0; i < SIZE; i++) {
    const request = list[i % list.length], table = tableOf[request];
    table.match(methods[request], paths.pool[request]);
    for (let j = table.paramCount - 1; j >= 0; j--) kept.texts[count++ & 1023] = table.param(j);
  }
  return count;
};

function tableRawParams() {
  let count = 0;
  for (let i = 0; i < SIZE; i++) {
    const request = hits[i % hits.length], table = tableOf[request];
    table.match(methods[request], paths.pool[request]);
    for (let j = table.paramCount - 1; j >= 0; j--) kept.texts[count++ & 1023] = table.rawParam(j);
  }
  return count;
}

// ------------------------------------------------------------------ contexts

/** Contexts that are held, by place: a number each, kept as numbers are, without an object around it. */
function holding(count) {
  const random = seededRandom(7);
  return {
    pool: new ContextPool(), handles: new Float64Array(count),
    places: Int32Array.from({ length: SIZE }, () => random.below(count))
  };
}

function hold(held, place, i) {
  tableOf[i].matchUrl(methods[i], urls.pool[i]);
  held.handles[place] = held.pool.acquire(tableOf[i]);
}

function filled(count) {
  const held = holding(count);
  for (let place = 0; place < count; place++) hold(held, place, place);
  return held;
}

/** The same with handles beyond 2^31, where a number is no small integer any more: 2^16 generations on. */
function old(count) {
  const held = filled(count);
  for (let use = 0; use < 2 ** 15; use++) {
    for (let place = 0; place < count; place++) {
      held.pool.release(held.handles[place]);
      held.handles[place] = held.pool.acquire(tableOf[0]);
    }
  }
  if (!held.handles.every((handle) => handle > 2 ** 31)) throw new Error("the handles are not beyond 2^31");
  return held;
}

/** A request at random ends, and the next one takes its slot. */
const exchange = (held) => () => {
  const { pool, handles, places } = held;
  for (let i = 0; i < SIZE; i++) {
    const place = places[i], table = tableOf[i];
    table.matchUrl(methods[i], urls.pool[i]);
    pool.release(handles[place]);
    handles[place] = pool.acquire(table);
  }
  return SIZE;
};

const poolSpans = ({ pool, handles, places }) => () => {
  let sum = 0;
  for (let i = 0; i < SIZE; i++) {
    const handle = handles[places[i]];
    sum = (sum + pool.outcome(handle)) | 0;
    for (let j = pool.paramCount(handle); j >= 0; j--)
      sum = (sum + pool.paramEnd(handle, j) - pool.paramStart(handle, j)) | 0;
    sum = (sum + pool.paramEnd(handle, "id") - pool.paramStart(handle, "owner")) | 0;
  }
  kept.sum = sum;
  return SIZE;
};

const poolRoute = ({ pool, handles, places }) => () => {
  for (let i = 0; i < SIZE; i++) {
    kept.texts[i & 1022] = pool.pattern(handles[places[i]]);
    kept.texts[(i & 1022) + 1] = pool.routeName(handles[places[i]]);
  }
  return SIZE;
};

const poolParams = ({ pool, handles, places }) => () => {
  let count = 0;
  for (let i = 0; i < SIZE; i++) {
    const handle = handles[places[i]];
    for (let j = pool.paramCount(handle) - 1; j >= 0; j--) kept.texts[count++ & 1023] = pool.rawParam(handle, j);
  }
  return count;
};

// ------------------------------------------------------------------ requests

// One response for all: with fresh ones the host's own bytes would drown those of wye.
const RESPONSE = new Response("ok");

/** What the handler does with `c`, for the kind of work that is measured now. */
let use = (c) => void (kept.method = c.method);

function handler(c) {
  use(c);
  return RESPONSE;
}

const pass = (c) => c.next();
const carry = (c) => {
  c.set("client", kept);
  c.status(201);
  return c.next();
};

// Requests of two tables of the load, of those that hit. Each is used again and again: nothing is left in it.
const served = [0, 2];
const sent = requests.filter(({ table, method, urlId }) => served.includes(table) && urlId >= 0 && method !== "PURGE");
const made = sent.slice(0, 1024).map(({ method, url }) => new Request(url, { method }));

function serving(middleware, reading = use) {
  const apps = served.map((table) => app(middleware, loadTables()[table].routes));
  const takers = made.map((_, i) => apps[served.indexOf(sent[i].table)]);
  return () => {
    use = reading;
    for (let i = 0; i < made.length; i++) {
      if (takers[i].fetch(made[i]) !== RESPONSE) throw new Error(`${made[i].url} was not answered`);
    }
    return made.length;
  };
}

function app(middleware, routes) {
  const made = new Router();
  if (middleware.length > 0) made.use(...middleware);
  for (const route of routes) addRoute(made, route);
  return made;
}

function addRoute(app, { method, host, pattern }) {
  const add = (routes) => void routes.on(method, pattern, handler);
  if (host === "") add(app);
  else app.host(host, add);
}

function readRequest(c) {
  kept.request = c.request ?? c.env ?? c.executionCtx ?? c.error;
  kept.method = c.method;
  kept.texts[0] = c.url;
  kept.texts[1] = c.routePattern;
  kept.texts[2] = c.routeName;
  kept.client = c.get("client");
}

const readParam = (c) => void (kept.texts[0] = c.param(0));
const readRaw = (c) => void (kept.texts[0] = c.rawParam(0));
const readPath = (c) => void (kept.texts[0] = c.path);
const readInt = (c) => void (kept.sum = c.int(0) ?? 0);
const readQuery = (c) => void (kept.texts[0] = c.query("q"));
const readId = (c) => void (kept.texts[0] = c.requestId);

// ------------------------------------------------------------------ counting

const held = filled(UNDER_WAY), aged = old(16);

/** By what it is called in budgets.json: one pass over the load, which returns how many operations that were. */
const JOBS = {
  "RouteTable.match": match,
  "RouteTable.matchUrl": matchUrl,
  "RouteTable.paramCount, paramStart, paramEnd": tableSpans,
  "RouteTable.pattern, routeName": tableRoute,
  "RouteTable.param": tableParams(hits),
  "RouteTable.param, escaped": tableParams(escaped),
  "RouteTable.rawParam": tableRawParams,
  "ContextPool.acquire, release": exchange(held),
  "ContextPool.outcome, paramCount, paramStart, paramEnd": poolSpans(held),
  "ContextPool.pattern, routeName": poolRoute(held),
  "ContextPool.param, rawParam": poolParams(held),
  "ContextPool.acquire, release, beyond 2^31": exchange(aged),
  "ContextPool.outcome, paramCount, paramStart, paramEnd, beyond 2^31": poolSpans(aged),
  "Router.fetch": serving([]),
  "Router.fetch, three middlewares": serving([pass, carry, pass], readRequest),
  "Router.fetch, c.param": serving([], readParam),
  "Router.fetch, c.rawParam": serving([], readRaw),
  "Router.fetch, c.path": serving([], readPath),
  "Router.fetch, c.int": serving([], readInt),
  "Router.fetch, c.query": serving([], readQuery),
  "Router.fetch, c.requestId": serving([], readId)
};

// Until V8 has compiled all of it: compiled code lies on the heap too, but belongs to no operation.
function warm(work) {
  for (let done = 0; done < WARM_OPERATIONS; done += work()) bytesAllocated(work);
}

/** Strings as a server makes them, for the work that reads them first; for the rest old ones do. */
const RENEWED = new Map([[match, paths.renew], [matchUrl, urls.renew]]);

// Without allocation there is no need of parts: all operations are one piece, in which everything counts.
function measure(name, work, all) {
  const { bytes: budget, share = 1 } = BUDGETS[name], each = work();
  const passes = Math.ceil((all * share) / each), inOne = budget === 0 ? passes : 1;
  const run = () => {
    for (let pass = 0; pass < inOne; pass++) work();
  };
  const options = { runs: RUNS, prepare: () => RENEWED.get(work)?.(), enough: inOne * each * budget };
  let bytes = 0;
  for (let done = 0; done < passes; done += inOne) bytes += bytesAllocated(run, options);
  return { operations: passes * each, bytes, collections: bytes === 0 ? 0 : collections(work, passes) };
}

/** How often the collector runs in so many passes, with nothing else in between. */
function collections(work, passes) {
  globalThis.gc();
  const profiler = new v8.GCProfiler();
  profiler.start();
  for (let pass = 0; pass < passes; pass++) work();
  return profiler.stop().statistics.length;
}

function main(operations, only) {
  const jobs = Object.entries(JOBS).filter(([name]) => name.includes(only));
  for (const [, work] of jobs) warm(work);
  const bytes = () => memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
  const before = bytes();
  const measured = Object.fromEntries(jobs.map(([name, work]) => [name, measure(name, work, operations)]));
  const memory = { before, after: bytes(), ...held.pool.stats };
  console.log(JSON.stringify({ measured, memory }));
}

main(Number(process.argv[2] ?? 1_000_000), process.argv[3] ?? "");
