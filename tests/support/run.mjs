// Programs that a test runs to their end.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { root } from "./files.mjs";

export const compiler = process.env.CC || "cc";

/** The environment without what a make that runs the tests hands down: its flags, and that nothing may be skipped. */
export const environment = { ...process.env };
for (const name of ["MAKEFLAGS", "MAKELEVEL", "MFLAGS", "WYE_REQUIRE_ALL"]) delete environment[name];

/** Runs a program that must succeed: what it prints, without space at the end. Otherwise fails with all its output. */
export function run(program, args, { cwd = root, env = {} } = {}) {
  const options = { cwd, encoding: "utf8", env: { ...environment, ...env } };
  const { status, stdout, stderr, error } = spawnSync(program, args, options);
  assert.equal(status, 0, `${program} ${args.join(" ")}: ${error ?? stderr}${stdout}`);
  return stdout.trim();
}
