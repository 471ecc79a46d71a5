// Two builds in one process: copies of this one, so that they differ in nothing.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { copyBuild, runPair } from "../../bench/paired.mjs";
import { makeRequests, writeRequests } from "../../bench/requests.mjs";
import { readRoutes, routeFile } from "../../bench/routes.mjs";
import { local, root, scratch } from "../support/files.mjs";

const folder = scratch({ after }, "wye-bench-");
const folders = ["one", "other"].map((name) => `${folder}/${name}`);
for (const copy of folders) copyBuild(root, copy);

const options = { rounds: 3, ms: 0, warm: 0 };
const routes = fileURLToPath(routeFile("gplus"));
const requests = `${folder}/requests.tsv`;

function pair(set, change = (list) => list) {
  writeRequests(requests, change(makeRequests(readRoutes(routes), set, { count: 50 })));
  return runPair({ folders, routes, requests, options });
}

for (const set of ["hits", "misses", "405", "escaped"]) {
  test(`${set}: each build is verified and timed in every round`, () => {
    const found = pair(set);
    assert.deepEqual(found.map(({ wrong }) => wrong), [0, 0]);
    for (const { figures } of found) {
      assert.deepEqual(Object.keys(figures), ["match", "matchUrl"]);
      for (const rounds of Object.values(figures)) {
        assert.equal(rounds.length, 3);
        assert.ok(rounds.every((ns) => ns > 0), String(rounds));
      }
    }
  });
}

test("a wrong id and a wrong value are found", () => {
  const change = ([first, second, ...rest]) => [
    { ...first, id: first.id + 1 }, { ...second, values: second.values.map((value) => `${value}x`) }, ...rest
  ];
  const withValues = (list) => change([...list].sort((a, b) => b.values.length - a.values.length));
  assert.deepEqual(pair("hits", withValues).map(({ wrong }) => wrong), [4, 4]); // by match, and by matchUrl
});

test("the command says what it needs", () => {
  const paired = local("bench/paired.mjs");
  const run = (...args) => spawnSync(process.execPath, [paired, ...args], { encoding: "utf8" });
  assert.match(run().stderr, /BASE=REVISION/);
  assert.match(run("--help").stdout, /--base REVISION/);
});
