// Two builds of the same files give the same bytes: here once more in another folder, at another time, in another time
// zone and with another umask. build/wye.tgz must be of the files as they are now: make pack.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { TARBALL, noTarball } from "./install.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const MADE = [".git", "node_modules", "build", "dist", "js/wye.wasm", "js/constants.js"].map((name) => root + name);

test("another build gives the same tarball", { skip: noTarball }, (t) => {
  const folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "wye-again-")), "of another name");
  t.after(() => fs.rmSync(path.dirname(folder), { recursive: true }));
  fs.cpSync(root, folder, { recursive: true, filter: (file) => !MADE.includes(file) });
  fs.symlinkSync(`${root}node_modules`, path.join(folder, "node_modules"));

  const script = "umask 077; chmod -R go= .; make -o node_modules/.package-lock.json pack";
  const { MAKEFLAGS, MFLAGS, MAKELEVEL, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync("sh", ["-c", script], {
    cwd: folder, encoding: "utf8", env: { ...env, TZ: "Pacific/Kiritimati" },
  });
  assert.equal(status, 0, stdout + stderr);
  assert.ok(fs.readFileSync(path.join(folder, "build/wye.tgz")).equals(fs.readFileSync(TARBALL)), "it does not");
});
