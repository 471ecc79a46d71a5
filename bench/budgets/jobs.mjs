// In the process that measures: every hot public function of the tables and of the pool, in V8, under the load.
//
//     node FLAGS bench/budgets/jobs.mjs OPERATIONS      prints JSON; v8.mjs has the flags
//
// Each kind of work goes through the load again and again. The bytes of each pass are counted exactly (../bytes.mjs);
// then all operations run once more in one piece, and the collections that come meanwhile are counted.

import v8 from "node:v8";
import { ContextPool, Router, RouteTable } from "#wye";
import { wasm } from "../../js/wasm/instance.js";
import { allMatchesOf } from "../../js/table/route-table.js";
import { bytesAllocated } from "../bytes.mjs";
import { freshPaths } from "../fresh-paths.mjs";
import { seededRandom } from "../random.mjs";
import { loadRequests, loadTables } from "./load.mjs";
import { budgets } from "./table.mjs";

const BUDGETS = budgets.v8.hot;

const WARM_OPERATIONS = 65_536, RUNS = 10;

/** Requests that are under way at one time. */
const UNDER_WAY = 1000;


const tables = loadTables().map(fill);
const requests = loadRequests();
const SIZE = requests.length;
const methods = requests.map(({ method }) => method);
const tableOf = requests.map(({ table }) => tables[table]);
const hits = requests.flatMap(({ id, path }, i) => (id >= 0 && !/[%\u0080-\uffff]/.test(path) ? [i] : []));
const escaped = requests.flatMap(({ id, path }, i) => (id >= 0 && /%[^2]|%2[05]/.test(path) ? [i] : []));
const paths = freshPaths(requests);
const urls = freshPaths(requests.map(({ url }) => ({ path: url })));

function fill({ options, routes }) {
  const table = new RouteTable(options);
  for (const { method, pattern, host, name, id } of routes) table.add(method, pattern, { host, name, id });
  return table;
}

// ------------------------------------------------------------------ lookups

// Each of these does one operation, or as many as it returns, for a request of the load: the one at `i`.

/** What is kept so that V8 cannot do without making it. */
const kept = { sum: 0, texts: new Array(1024).fill(""), request: undefined, method: "", client: undefined };

const note = (number) => void (kept.sum = (kept.sum + number) & 0xffff);
const keep = (i, text) => void (kept.texts[i & 1023] = text);

function match(i) {
  note(tableOf[i].match(methods[i], paths.pool[i]));
  return 1;
}

function matchUrl(i) {
  note(tableOf[i].matchUrl(methods[i], urls.pool[i]));
  return 1;
}

/** All routes that match, as an app asks for its middleware, and all their spans. */
function allRoutes(i) {
  const hits = allMatchesOf(tableOf[i], methods[i], urls.pool[i]);
  for (let j = 0; j < hits.count; j++) {
    note(hits.route(j));
    for (let k = hits.paramCount(j) - 1; k >= 0; k--) note(hits.paramEnd(j, k) - hits.paramStart(j, k));
  }
  return 1;
}

function tableSpans(i) {
  const table = tableOf[i];
  table.matchUrl(methods[i], urls.pool[i]);
  for (let j = table.paramCount; j >= 0; j--) note(table.paramEnd(j) - table.paramStart(j));
  note(table.paramEnd("id") - table.paramStart("owner"));
  return 1;
}

function tableRoute(i) {
  const table = tableOf[i];
  table.match(methods[i], paths.pool[i]);
  keep(2 * i, table.pattern);
  keep(2 * i + 1, table.routeName);
  return 1;
}

/** Reads every parameter of a hit. @param {number[]} list of requests */
const tableParams = (list) => (i) => {
  const request = list[i % list.length], table = tableOf[request];
  table.match(methods[request], paths.pool[request]);
  const count = table.paramCount;
  for (let j = 0; j < count; j++) keep(i + j, table.param(j));
  return count;
};

function tableRawParams(i) {
  const request = hits[i % hits.length], table = tableOf[request];
  table.match(methods[request], paths.pool[request]);
  const count = table.paramCount;
  for (let j = 0; j < count; j++) keep(i + j, table.rawParam(j));
  return count;
}

// ------------------------------------------------------------------ contexts

/** Contexts that are held, by place: a number each, kept as numbers are, without an object around it. */
function filled(count) {
  const random = seededRandom(7);
  const places = Int32Array.from({ length: SIZE }, () => random.below(count));
  const held = { pool: new ContextPool(), handles: new Float64Array(count), places };
  for (let place = 0; place < count; place++) hold(held, place, place);
  return held;
}

function hold({ pool, handles }, place, i) {
  tableOf[i].matchUrl(methods[i], urls.pool[i]);
  handles[place] = pool.acquire(tableOf[i]);
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
const exchange = (held) => (i) => {
  const place = held.places[i];
  held.pool.release(held.handles[place]);
  hold(held, place, i);
  return 1;
};

const poolSpans = ({ pool, handles, places }) => (i) => {
  const handle = handles[places[i]];
  note(pool.outcome(handle));
  for (let j = pool.paramCount(handle); j >= 0; j--) note(pool.paramEnd(handle, j) - pool.paramStart(handle, j));
  note(pool.paramEnd(handle, "id") - pool.paramStart(handle, "owner"));
  return 1;
};

const poolRoute = ({ pool, handles, places }) => (i) => {
  const handle = handles[places[i]];
  keep(2 * i, pool.pattern(handle));
  keep(2 * i + 1, pool.routeName(handle));
  return 1;
};

/** Every other parameter as it is written. */
const poolParams = ({ pool, handles, places }) => (i) => {
  const handle = handles[places[i]];
  const count = pool.paramCount(handle);
  for (let j = 0; j < count; j++) keep(i + j, j & 1 ? pool.rawParam(handle, j) : pool.param(handle, j));
  return count;
};

// ------------------------------------------------------------------ requests

const nothing = () => {};

// One response for all, whose parts are its own properties: fresh ones, and the host's getters, allocate bytes of the
// host, and how many depends on what V8 inlines.
const RESPONSE = Object.defineProperties(new Response("ok"), {
  status: { value: 200 },
  headers: { value: { delete: nothing, get: nothing, forEach: nothing } },
  body: { value: new ReadableStream() },
  bodyUsed: { value: false }
});

/** What the handler does with `c`, for the kind of work that is measured now. */
let use = readMethod;

function handler(c) {
  use(c);
  return RESPONSE;
}

const pass = (c, next) => next();
const carry = (c, next) => {
  c.set("client", kept);
  c.status(201);
  return next();
};

// Requests of two tables of the load, of those that hit. Each is used again and again: nothing is left in it.
const served = [0, 2];
const sent = requests.filter(({ table, method, urlId }) => served.includes(table) && urlId >= 0 && method !== "PURGE");
const made = sent.slice(0, 1024).map(({ method, url }) => new Request(url, { method }));

function serving(middleware, reading) {
  const apps = served.map((table) => app(middleware, loadTables()[table].routes));
  const takers = made.map((_, i) => apps[served.indexOf(sent[i].table)]);
  const each = (i) => {
    if (takers[i].fetch(made[i]) !== RESPONSE) throw new Error(`${made[i].url} was not answered`);
    return 1;
  };
  return { each, size: made.length, prepare: () => void (use = reading) };
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
  else app.domain(host, add);
}

function readMethod(c) {
  kept.method = c.method;
}

function readAll(c) {
  kept.request = c.request ?? c.env ?? c.executionCtx ?? c.error;
  kept.method = c.method;
  keep(0, c.url);
  keep(1, c.routePattern);
  keep(2, c.routeName);
  kept.client = c.get("client");
}

const readParam = (c) => keep(0, c.param(0));
const readRaw = (c) => keep(0, c.rawParam(0));
const readPath = (c) => keep(0, c.path);
const readInt = (c) => note(c.int(0) ?? 0);
const readQuery = (c) => keep(0, c.query("q"));

// ------------------------------------------------------------------ counting

const held = filled(UNDER_WAY), aged = old(16);

/**
 * @typedef {object} Job
 * @property {(i: number) => number} each an operation for the request at `i`, or as many as it returns
 * @property {number} size requests that there are
 * @property {() => void} prepare before each pass over them
 */

/** By what it is called in budgets.json. The strings of a lookup are fresh ones, as a server makes them. */
const JOBS = {
  "RouteTable.match": { each: match, size: SIZE, prepare: () => paths.renew() },
  "RouteTable.matchUrl": { each: matchUrl, size: SIZE, prepare: () => urls.renew() },
  "allMatchesOf": { each: allRoutes, size: SIZE, prepare: () => urls.renew() },
  "RouteTable.paramCount, paramStart, paramEnd": onLoad(tableSpans),
  "RouteTable.pattern, routeName": onLoad(tableRoute),
  "RouteTable.param": onLoad(tableParams(hits)),
  "RouteTable.param, escaped": onLoad(tableParams(escaped)),
  "RouteTable.rawParam": onLoad(tableRawParams),
  "ContextPool.acquire, release": onLoad(exchange(held)),
  "ContextPool.outcome, paramCount, paramStart, paramEnd": onLoad(poolSpans(held)),
  "ContextPool.pattern, routeName": onLoad(poolRoute(held)),
  "ContextPool.param, rawParam": onLoad(poolParams(held)),
  "ContextPool.acquire, release, beyond 2^31": onLoad(exchange(aged)),
  "ContextPool.outcome, paramCount, paramStart, paramEnd, beyond 2^31": onLoad(poolSpans(aged)),
  "Router.fetch": serving([], readMethod),
  "Router.fetch, three middlewares": serving([pass, carry, pass], readAll),
  "Router.fetch, c.param": serving([], readParam),
  "Router.fetch, c.rawParam": serving([], readRaw),
  "Router.fetch, c.path": serving([], readPath),
  "Router.fetch, c.int": serving([], readInt),
  "Router.fetch, c.query": serving([], readQuery)
};

function onLoad(each) {
  return { each, size: SIZE, prepare: nothing };
}

/** So many passes; returns the operations. @param {Job} job */
function run({ each, size }, passes) {
  let operations = 0;
  for (let pass = 0; pass < passes; pass++) {
    for (let i = 0; i < size; i++) operations += each(i);
  }
  return operations;
}

// Until V8 has compiled all of it: compiled code lies on the heap too, but belongs to no operation.
function warm(job) {
  for (let done = 0; done < WARM_OPERATIONS; done += job.size) {
    job.prepare();
    bytesAllocated(() => void run(job, 1));
  }
}

// Without allocation there is no need of parts: all operations are one piece, in which everything counts.
function measure(name, job, all) {
  const { bytes: budget, share = 1 } = BUDGETS[name];
  job.prepare();
  const each = run(job, 1), passes = Math.ceil((all * share) / each), piece = budget === 0 ? passes : 1;
  const options = { runs: RUNS, prepare: job.prepare, enough: piece * each * budget };
  let bytes = 0;
  for (let done = 0; done < passes; done += piece) bytes += bytesAllocated(() => void run(job, piece), options);
  return { operations: passes * each, bytes, collections: bytes === 0 ? 0 : collections(job, passes) };
}

/** How often the collector runs in so many passes, with nothing else in between. */
function collections(job, passes) {
  globalThis.gc();
  const profiler = new v8.GCProfiler();
  profiler.start();
  run(job, passes);
  return profiler.stop().statistics.length;
}

function main(operations, only) {
  const jobs = Object.entries(JOBS).filter(([name]) => name.includes(only));
  for (const [, job] of jobs) warm(job);
  const before = wasm.memory.buffer.byteLength;
  const measured = Object.fromEntries(jobs.map(([name, job]) => [name, measure(name, job, operations)]));
  const memory = { before, after: wasm.memory.buffer.byteLength, ...held.pool.stats };
  console.log(JSON.stringify({ measured, memory }));
}

main(Number(process.argv[2] ?? 1_000_000), process.argv[3] ?? "");
