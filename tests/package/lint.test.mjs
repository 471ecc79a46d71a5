// What others' tools say of the packed tarball: publint, and whether the types are right (attw).

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { read } from "../docs/markdown.mjs";
import { TARBALL, noTarball } from "./install.mjs";

const packages = fileURLToPath(new URL("../../build/package-tools/node_modules/", import.meta.url));
const none = !fs.existsSync(packages) && !process.env.WYE_REQUIRE_ALL && "needs the tools: make package-tools";
const options = { skip: noTarball || none };

// No file can be what `require` gives for it: WebAssembly modules are ES modules, where a host knows them at all.
const NO_COMMON_JS = "./wye.wasm";

/** Runs a tool, whose text has no colors: where CI is set, publint would print them into a pipe, too. */
function run(program, ...args) {
  const env = { ...process.env, NO_COLOR: "1" };
  return spawnSync(process.execPath, [packages + program, ...args], { encoding: "utf8", env });
}

test("publint has nothing to say", options, () => {
  const { stdout, status } = run("publint/src/cli.js", TARBALL, "--strict");
  assert.match(stdout, /^All good!$/m);
  assert.equal(status, 0);
});

test("attw finds no fault, in any entry and by any resolver", options, () => {
  const args = [TARBALL, "--profile", "strict", "--format", "json", "--exclude-entrypoints", NO_COMMON_JS];
  const { stdout, stderr, status } = run("@arethetypeswrong/cli/dist/index.js", ...args);
  assert.ok(stdout, stderr);
  const { analysis, problems = {} } = JSON.parse(stdout);
  assert.deepEqual(problems, {});
  assert.equal(status, 0);
  const entries = Object.keys(JSON.parse(read("package.json")).exports).filter((name) => name !== NO_COMMON_JS);
  assert.deepEqual(Object.keys(analysis.entrypoints), entries);
});
