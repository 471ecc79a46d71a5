// The packed tarball under publint, and under attw, which checks its types.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { read } from "../docs/markdown.mjs";
import { local } from "../support/files.mjs";
import { without } from "../support/skip.mjs";
import { TARBALL, noTarball } from "./install.mjs";

const packages = local("build/package-tools/node_modules/");
const options = { skip: noTarball || without(packages, "publint and attw: make package-tools") };

// `require` can give nothing for it: hosts that load WebAssembly modules load them as ES modules.
const NO_COMMON_JS = "./wye.wasm";

/** Runs a tool, whose text has no colors: where CI is set, publint would print them into a pipe, too. */
function run(program, ...args) {
  const env = { ...process.env, NO_COLOR: "1" };
  return spawnSync(process.execPath, [packages + program, ...args], { encoding: "utf8", env });
}

test("publint reports nothing", options, () => {
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
