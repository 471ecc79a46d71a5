// A checkout in which nothing is built, as a package: npm builds it when it installs or packs it, or fails. And two
// builds of the same files give the same bytes: the second is made in another folder, at another time, in another time
// zone and with another umask. build/wye.tgz must be up to date: make pack.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { root, scratch } from "../support/files.mjs";
import { TARBALL, noTarball } from "./install.mjs";

const MADE = [".git", "node_modules", "build", "dist", "js/wasm/wye.wasm", "js/wasm/constants.js"]
  .map((name) => root + name);

/** Copies the files that are not made, and links what npm has installed for them. */
function checkout(folder) {
  // With their dates: otherwise, package-lock.json would be newer than node_modules, and make would run npm ci.
  fs.cpSync(root, folder, { recursive: true, preserveTimestamps: true, filter: (file) => !MADE.includes(file) });
  fs.symlinkSync(`${root}node_modules`, path.join(folder, "node_modules"));
}

function run(cwd, script) {
  // Without the variables that make sets for a make that it starts.
  const { MAKEFLAGS, MFLAGS, MAKELEVEL, ...env } = process.env;
  const options = { cwd, encoding: "utf8", env: { ...env, TZ: "Pacific/Kiritimati" } };
  const { status, stdout, stderr } = spawnSync("sh", ["-c", `umask 077; ${script}`], options);
  return { status, stdout, all: stdout + stderr };
}

test("a checkout in which nothing is built", { skip: noTarball }, async (t) => {
  const top = scratch(t, "wye-checkout-");
  const [source, user] = [path.join(top, "of another name"), path.join(top, "user")];
  checkout(source);
  fs.mkdirSync(user);
  fs.writeFileSync(path.join(user, "package.json"), '{ "private": true }');
  fs.writeFileSync(path.join(user, "app.mjs"), 'import { Router } from "wye";\nconsole.log(typeof Router);\n');

  await t.test("npm install builds it", () => {
    const installed = run(user, "npm install --offline --omit=dev --no-audit --no-fund '../of another name'");
    assert.equal(installed.status, 0, installed.all);
    assert.equal(run(user, `'${process.execPath}' app.mjs`).all, "function\n");
    assert.match(run(user, "npx --offline wye --version").all, /^wye \d+\.\d+\.\d+\n$/);
  });

  await t.test("another build gives the same tarball", () => {
    const packed = run(source, `chmod -R go= docs include; make pack NODE='${process.execPath}'`);
    assert.equal(packed.status, 0, packed.all);
    const same = fs.readFileSync(path.join(source, "build/wye.tgz")).equals(fs.readFileSync(TARBALL));
    assert.ok(same, "it does not");
  });

  await t.test("npm pack packs nothing where it cannot be built", () => {
    fs.appendFileSync(path.join(source, "js/index.js"), "import {\n");
    const packed = run(source, "npm pack --pack-destination ../user");
    assert.notEqual(packed.status, 0);
    assert.match(packed.all, /js\/index\.js\(\d+,\d+\): error/);
    assert.deepEqual(fs.readdirSync(user).filter((name) => name.endsWith(".tgz")), []);
  });
});
