// In the process that measures: where a lookup's time goes in JavaScript. Each step does what the one before it does,
// and one thing more; the steps take turns, and of all rounds the median counts.
//
//     node bench/profile/lookup.mjs       prints JSON: nanoseconds by step

import { RouteTable } from "#wye";
import { wasm, writeInput } from "../../js/wasm/instance.js";
import { freshPaths } from "../fresh-paths.mjs";
import { median } from "../statistics.mjs";
import { makeRequests } from "../requests.mjs";
import { readRoutes, routeFile } from "../routes.mjs";

const ROUNDS = 41, COUNT = 4096, WARM_ROUNDS = 20;

const routes = readRoutes(routeFile("github-2026"));
const table = new RouteTable();
for (const { method, pattern, id } of routes) table.add(method, pattern, { id });

const requests = makeRequests(routes, "hits", { count: COUNT });
const methods = requests.map(({ method }) => method);
const { pool, renew } = freshPaths(requests);

const kept = { sum: 0, text: "" };

/** Functions of their own, so that V8 compiles each for itself. */
const STEPS = {
  "loop over the strings"() {
    for (let i = 0; i < COUNT; i++) kept.sum += pool[i].length + methods[i].length;
  },
  "copy of the string"() {
    for (let i = 0; i < COUNT; i++) kept.sum += writeInput(pool[i]) + methods[i].length;
  },
  "call into WebAssembly"() {
    for (let i = 0; i < COUNT; i++) kept.sum += writeInput(pool[i]) + methods[i].length + wasm.wye_input();
  },
  "match"() {
    for (let i = 0; i < COUNT; i++) kept.sum += table.match(methods[i], pool[i]);
  },
  "spans read"() {
    for (let i = 0; i < COUNT; i++) {
      kept.sum += table.match(methods[i], pool[i]);
      for (let j = table.paramCount - 1; j >= 0; j--) kept.sum += table.paramEnd(j) - table.paramStart(j);
    }
  },
  "parameters read as strings"() {
    for (let i = 0; i < COUNT; i++) {
      kept.sum += table.match(methods[i], pool[i]);
      for (let j = table.paramCount - 1; j >= 0; j--) kept.text = table.param(j);
    }
  }
};

function time(step) {
  renew();
  kept.sum = 0;
  const start = performance.now();
  step();
  return ((performance.now() - start) * 1e6) / COUNT;
}

const times = Object.fromEntries(Object.keys(STEPS).map((name) => [name, []]));
for (let round = -WARM_ROUNDS; round < ROUNDS; round++) {
  for (const [name, step] of Object.entries(STEPS)) {
    const ns = time(step);
    if (round >= 0) times[name].push(ns);
  }
}
console.log(JSON.stringify(Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]))));
