// Several builds of wye take turns in one process: `node bench/paired/process.mjs ROUTES REQUESTS OPTIONS BUILD...`. A
// build is a folder with its own `js/`; OPTIONS is JSON: { rounds, ms, warm }. Prints a line of JSON for each build, in
// the order given: how many answers were wrong, and nanoseconds a lookup by round, of `match` and of `matchUrl`.

import { pathToFileURL } from "node:url";
import { freshPaths } from "../fresh-paths.mjs";
import { medianPass, rotated } from "../statistics.mjs";
import { readRequests } from "../requests.mjs";
import { readRoutes } from "../routes.mjs";

const ORIGIN = "https://api.example.com";
const BATCH = 256;

const [routeFile, requestFile, optionText, ...folders] = process.argv.slice(2);
const { rounds, ms, warm } = JSON.parse(optionText);
const requests = readRequests(requestFile);
const methods = requests.map(({ method }) => method);
const texts = {
  match: freshPaths(requests),
  matchUrl: freshPaths(requests.map(({ path }) => ({ path: ORIGIN + path })))
};
const ENTRIES = Object.keys(texts);

const batches = Array.from({ length: Math.ceil(requests.length / BATCH) }, (_, i) => i * BATCH);

const routes = readRoutes(routeFile);
const builds = [];
for (const [i, folder] of folders.entries()) builds.push(await load(folder, i));

for (const entry of ENTRIES) timeRound(entry, warm);
for (let round = 0; round < rounds; round++) {
  for (const entry of ENTRIES) timeRound(entry, ms).forEach((ns, i) => builds[i].figures[entry].push(ns));
}
for (const { wrong, figures } of builds) console.log(JSON.stringify({ wrong, figures }));

async function load(folder, i) {
  const { RouteTable } = await import(pathToFileURL(`${folder}/js/index.js`).href);
  const table = new RouteTable();
  for (const { method, pattern, id } of routes) table.add(method, pattern, { id });
  const wrong = ENTRIES.reduce((sum, entry) => sum + countWrong(table, entry), 0);
  const loops = Object.fromEntries(ENTRIES.map((entry) => [entry, makeLoop(entry, i)]));
  return { table, wrong, loops, figures: { match: [], matchUrl: [] } };
}

function countWrong(table, entry) {
  return requests.filter(({ method, id, values }, i) => {
    if (table[entry](method, texts[entry].pool[i]) !== id) return true;
    return values.some((value, at) => table.rawParam(at) !== value) || (id >= 0 && table.paramCount !== values.length);
  }).length;
}

// Each build has loops of its own, whose texts differ: V8 would have them share what it learnt of the calls in them.
function makeLoop(entry, i) {
  const body = `let sum = 0; for (let i = from; i < to; i++) sum = (sum + table.${entry}(methods[i], pool[i])) | 0;`;
  return new Function("table", "methods", "pool", "from", "to", `${body} return sum; // ${i}`);
}

// Nanoseconds a lookup for each build, which take turns at each pass over the requests.
function timeRound(entry, enough) {
  const times = builds.map(() => batches.map(() => []));
  for (let spent = 0, turn = 0; spent < enough * builds.length || turn < 3; turn++) {
    for (const i of rotated([...builds.keys()], turn)) spent += pass(builds[i], entry, times[i]);
  }
  return times.map((ofBuild) => medianPass(ofBuild, requests.length));
}

function pass({ table, loops }, entry, times) {
  const { pool, renew } = texts[entry];
  const loop = loops[entry];
  let spent = 0;
  batches.forEach((from, batch) => {
    const to = Math.min(from + BATCH, requests.length);
    renew(from, to);
    const start = performance.now();
    loop(table, methods, pool, from, to);
    const time = performance.now() - start;
    times[batch].push(time);
    spent += time;
  });
  return spent;
}
