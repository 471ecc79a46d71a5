// `make install`: a C program finds the library by pkg-config alone, and the command runs.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const compiler = process.env.CC || "cc";
const there = [[compiler, "--version"], ["pkg-config", "--version"], ["make", "--version"]].every(
  ([command, arg]) => spawnSync(command, [arg]).status === 0,
);
const where = { skip: !there && !process.env.WYE_REQUIRE_ALL && "needs make, a C compiler and pkg-config" };

const PROGRAM = `#include <stdio.h>
#include <wye.h>
#include <wye_app.h>
int main(void) { return puts(wye_status_text(WYE_CONFLICT)) < 0 || puts(wye_reason(404)) < 0; }
`;

const INSTALLED = ["bin/wye", "include/wye.h", "include/wye_app.h", "lib/libwye.a", "lib/pkgconfig/wye.pc"];

let folder;
before(() => void (folder = fs.mkdtempSync(path.join(os.tmpdir(), "wye-install-"))));
after(() => fs.rmSync(folder, { recursive: true }));

function run(command, args, env = {}) {
  const options = { cwd: root, encoding: "utf8", env: { ...process.env, ...env } };
  const { status, stdout, stderr, error } = spawnSync(command, args, options);
  assert.equal(status, 0, `${command} ${args.join(" ")}: ${error ?? stderr}`);
  return stdout.trim();
}

function filesBelow(directory) {
  return fs.readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

test("a C program is built against what was installed", where, () => {
  const prefix = path.join(folder, "usr");
  run("make", ["install", `PREFIX=${prefix}`]);
  assert.deepEqual(filesBelow(prefix), INSTALLED);
  const configs = { PKG_CONFIG_PATH: path.join(prefix, "lib/pkgconfig") };
  const flags = run("pkg-config", ["--cflags", "--libs", "wye"], configs);
  const [source, program] = ["main.c", "main"].map((name) => path.join(folder, name));
  fs.writeFileSync(source, PROGRAM);
  run(compiler, ["-o", program, source, ...flags.split(/\s+/)]);
  assert.equal(run(program, []), "conflict\nNot Found");
  assert.equal(spawnSync(path.join(prefix, "bin/wye"), ["--help"]).error, undefined);
});

test("DESTDIR stands before the prefix, and in no installed file", where, () => {
  const destination = path.join(folder, "stage");
  run("make", ["install", "PREFIX=/opt/wye", `DESTDIR=${destination}`]);
  assert.equal(filesBelow(path.join(destination, "opt/wye")).length, INSTALLED.length);
  const { version } = JSON.parse(fs.readFileSync(path.join(root, "package.json")));
  const pc = fs.readFileSync(path.join(destination, "opt/wye/lib/pkgconfig/wye.pc"), "utf8");
  assert.match(pc, /^prefix=\/opt\/wye$/m);
  assert.match(pc, new RegExp(`^Version: ${version}$`, "m"));
  assert.ok(!pc.includes(destination));
});
