// What the tests of `make install` share: programs that are there or not, and runs that must succeed.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const compiler = process.env.CC || "cc";

/** Options for a test that needs these programs; where everything is required it runs, and fails. */
export function needs(...programs) {
  const there = (program) => spawnSync(program, ["--version"]).error === undefined;
  const missing = programs.filter((program) => !there(program));
  return { skip: missing.length > 0 && !process.env.WYE_REQUIRE_ALL && `needs ${missing.join(" and ")}` };
}

/** A folder that is removed when the test ends. Its name has a space, as prefixes may, unless another one is given. */
export function scratch(t, name = "wye install-") {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), name));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  return folder;
}

/** The environment without what a make that runs the tests hands down: its flags, and that nothing may be skipped. */
export const environment = { ...process.env };
for (const name of ["MAKEFLAGS", "MAKELEVEL", "MFLAGS", "WYE_REQUIRE_ALL"]) delete environment[name];

/** What a command prints that must succeed. */
export function run(command, args, { cwd = root, env = {} } = {}) {
  const options = { cwd, encoding: "utf8", env: { ...environment, ...env } };
  const { status, stdout, stderr, error } = spawnSync(command, args, options);
  assert.equal(status, 0, `${command} ${args.join(" ")}: ${error ?? stderr}${stdout}`);
  return stdout.trim();
}

/** Everything below a folder but folders, sorted; a link as "name -> target". */
export function filesBelow(folder) {
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory()).map((entry) => {
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    const name = path.relative(folder, file);
    return entry.isSymbolicLink() ? `${name} -> ${fs.readlinkSync(file)}` : name;
  });
  return files.sort();
}

export const { version } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"));

/** The part of the version that is in the name by which programs load the shared library. */
export const soversion = version.replace(/^(0\.\d+|\d+)\..*/, "$1");
