// One contender in a process of its own: `node --expose-gc bench/process.mjs CONTENDER ROUTES REQUESTS`.
//
// It builds the table, checks every answer, prints what it found as a line of JSON, and then does what the lines on its
// standard input say: `warm KIND`, `time KIND MS` and `bytes KIND`. The kinds are `id`, the lookup alone, and `params`,
// the lookup and all parameters read.

import { createInterface } from "node:readline";
import { CONTENDERS, rightId } from "./contenders.mjs";
import { readRoutes } from "./routes.mjs";
import { readRequests } from "./requests.mjs";
import { freshPaths } from "./fresh-paths.mjs";
import { bytesAllocated } from "./bytes.mjs";
import { medianPass } from "./statistics.mjs";

// Enough lookups for V8 to compile everything, within a second; a router that makes a closure a route needs many.
const WARM_PASSES = 100, WARM_MS = 800;

// So many strings are made at a time, to be as warm in the cache as one that a server has just made, and timed.
const BATCH = 256;

const [name, routeFile, requestFile] = process.argv.slice(2);
const contender = CONTENDERS[name];
const routes = readRoutes(routeFile);
const requests = readRequests(requestFile);
const router = await contender.build(routes, requests);

const methods = requests.map((request) => internedMethod(request.method));
const paths = freshPaths(requests);
const unread = new Set();
const loops = { ...(router.lookup && { id: idLoop }), ...(router.find && { params: paramsLoop }) };
const answers = router.lookup && !contender.baseline;

const wrongAnswers = answers ? countWrong() : null;
const handlers = router.find ? forEachRoute(makeHandler) : [];
const commands = { warm, time, bytes };

say({ refused: router.refused.length, why: router.refused[0], wrong: wrongAnswers, kinds: Object.keys(loops) });

for await (const line of createInterface({ input: process.stdin })) {
  const [command, kind, ms] = line.split(" ");
  say(commands[command](loops[kind], Number(ms)));
}

function say(value) {
  process.stdout.write(JSON.stringify(value) + "\n");
}

// A server's parser gives one and the same string for a method each time.
function internedMethod(method) {
  return { GET: "GET", POST: "POST", PUT: "PUT", PATCH: "PATCH", DELETE: "DELETE" }[method] ?? method;
}

// ------------------------------------------------------------------ the work

function idLoop(from, to) {
  let sum = 0;
  for (let i = from; i < to; i++) sum = (sum + router.lookup(methods[i], paths.pool[i])) | 0;
  return sum;
}

function paramsLoop(from, to) {
  let sum = 0;
  for (let i = from; i < to; i++) {
    const result = router.find(methods[i], paths.pool[i]);
    const id = router.idOf(result);
    sum = (sum + (id < 0 ? id : handlers[id](result))) | 0;
  }
  return sum;
}

// Hosts that have the same pattern share what is made for it.
function forEachRoute(make) {
  const made = new Map();
  return routes.map((route) => {
    const key = [route.method, route.pattern, ...route.names].join(" ");
    if (!made.has(key)) made.set(key, make(route));
    return made.get(key);
  });
}

// As in an application, each route has a handler that knows the names of its parameters. What was not there when the
// answers were checked is not read either.
function makeHandler(route) {
  const reads = unread.has(route.id) ? [] : readExpressions(route).map((read) => `${read}.length`);
  return new Function("router", `return (r) => ${["0", ...reads].join(" + ")};`)(router.router);
}

function readExpressions(route) {
  const catchAll = (index) => route.pattern.includes("*") && index === route.names.length - 1;
  return route.names.map((param, index) => router.read(param, index, catchAll(index)));
}

// ------------------------------------------------------------------ the answers

function countWrong() {
  paths.renew();
  const readers = router.find ? forEachRoute(makeReader) : [];
  const wrong = { id: 0, params: 0 };
  requests.forEach((request, i) => {
    const idRight = rightId(contender, router.lookup(methods[i], paths.pool[i]), request.id);
    if (!idRight) wrong.id++;
    if (router.find && !(idRight && valuesRight(readers, i))) wrong.params++;
  });
  return wrong;
}

function makeReader(route) {
  return new Function("router", `return (r) => [${readExpressions(route).join(", ")}];`)(router.router);
}

function valuesRight(readers, i) {
  const result = router.find(methods[i], paths.pool[i]);
  const id = router.idOf(result);
  if (id < 0) return true;
  const values = readers[id](result);
  if (values.some((value) => typeof value !== "string")) unread.add(id);
  const expected = requests[i].values.map((value) => (contender.decodes ? decode(value) : value));
  return JSON.stringify(values) === JSON.stringify(expected);
}

function decode(value) {
  return value.includes("%") ? decodeURIComponent(value) : value;
}

// ------------------------------------------------------------------ the figures

function warm(loop) {
  for (let passes = 0, spent = 0; passes < WARM_PASSES && spent < WARM_MS; passes++) spent += timePass(loop);
  return {};
}

function time(loop, ms) {
  const times = Array.from({ length: Math.ceil(requests.length / BATCH) }, () => []);
  for (let spent = 0; spent < ms || times[0].length < 3; ) spent += timePass(loop, times);
  return { ns: medianPass(times, requests.length), passes: times[0].length };
}

function timePass(loop, times) {
  let spent = 0;
  for (let from = 0; from < requests.length; from += BATCH) {
    const to = Math.min(from + BATCH, requests.length);
    paths.renew(from, to);
    const start = performance.now();
    loop(from, to);
    const time = performance.now() - start;
    times?.[from / BATCH].push(time);
    spent += time;
  }
  return spent;
}

// A few lookups only, so that even a lavish contender does not fill the young generation.
function bytes(loop) {
  const count = Math.min(1024, requests.length);
  const options = { prepare: () => paths.renew(0, count) };
  const measured = Array.from({ length: 9 }, () => bytesAllocated(() => loop(0, count), options));
  return { bytes: measured.sort((a, b) => a - b)[4] / count };
}
