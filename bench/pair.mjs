// Several builds of wye in one process, in turns: `node bench/pair.mjs ROUTES REQUESTS OPTIONS BUILD...`, where a build
// is a folder with its own `js/`, and OPTIONS is JSON: { rounds, ms, warm }. Prints, for each build in the order given,
// a line of JSON: how many answers were wrong, and nanoseconds a lookup by round, of `match` and of `matchUrl`.

import { pathToFileURL } from "node:url";
import { freshPaths } from "./fresh.mjs";
import { median } from "./processes.mjs";
import { readRequests } from "./requests.mjs";
import { readRoutes } from "./routes.mjs";

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

const routes = readRoutes(routeFile);
const builds = [];
for (const [i, folder] of folders.entries()) builds.push(await load(folder, i));

const backwards = [...builds].reverse();

for (const build of builds) for (const entry of ENTRIES) time(build, entry, warm);
for (let round = 0; round < rounds; round++) {
  for (const entry of ENTRIES) {
    for (const build of round % 2 ? backwards : builds) build.figures[entry].push(time(build, entry, ms));
  }
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

// The median pass.
function time(build, entry, enough) {
  const passes = [];
  for (let spent = 0; spent < enough || passes.length < 3; spent += passes.at(-1)) passes.push(pass(build, entry));
  return (median(passes) * 1e6) / requests.length;
}

function pass({ table, loops }, entry) {
  const { pool, renew } = texts[entry];
  const loop = loops[entry];
  let spent = 0;
  for (let from = 0; from < requests.length; from += BATCH) {
    const to = Math.min(from + BATCH, requests.length);
    renew(from, to);
    const start = performance.now();
    loop(table, methods, pool, from, to);
    spent += performance.now() - start;
  }
  return spent;
}
