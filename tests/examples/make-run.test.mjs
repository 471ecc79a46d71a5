// `make run` where it cannot start: one line each time, which says what it found.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { root, scratch } from "../support/files.mjs";
import { environment } from "../support/run.mjs";
import { needs } from "../support/skip.mjs";

const needsMake = needs("make");

/** A program that stands for another one: a shell script of these lines. */
function script(folder, name, ...lines) {
  const file = path.join(folder, name);
  fs.writeFileSync(file, `#!/bin/sh\n${lines.join("\n")}\n`, { mode: 0o755 });
  return file;
}

/** What make says, without its own word that a recipe failed. */
function make(cwd, ...args) {
  const { status, stdout, stderr } = spawnSync("make", args, { cwd, encoding: "utf8", env: environment });
  return { status, out: stdout, err: stderr.replaceAll(/^make.*\n/gm, "") };
}

test("a Node that is too old is named with its version, also in a checkout that is built", needsMake, (t) => {
  const folder = scratch(t, "wye-make-");
  for (const version of ["v18.20.4", "v6.17.1", "v9.0.0"]) {
    const node = script(folder, `node-${version}`, `echo ${version}`);
    const said = `Node 20 or newer is needed: ${node} is ${version}\n`;
    assert.deepEqual(make(root, "run", `NODE=${node}`), { status: 2, out: said, err: "" });
  }
});

test("a Node that does not run is reported differently from a missing one", needsMake, (t) => {
  const folder = scratch(t, "wye-make-");
  for (const [line, found] of [
    ["exit 3", "does not run"],
    ["echo warning >&2; echo libx.so: not found >&2; exit 127", "does not run: libx.so: not found"],
    ["true", "is of no version"],
    ["echo hello", "is hello"],
  ]) {
    const node = script(folder, "node", line);
    const said = `Node 20 or newer is needed: ${node} ${found}\n`;
    assert.deepEqual(make(root, "run", `NODE=${node}`), { status: 2, out: said, err: "" });
  }
});

test("without a Node it says so", needsMake, () => {
  const said = "Node 20 or newer is needed: there is no node-of-nobody on the PATH\n";
  assert.deepEqual(make(root, "run", "NODE=node-of-nobody"), { status: 2, out: said, err: "" });
});

// ---------------------------------------------------------------- the first run

/** A checkout before its first run, as far as that comes. */
function freshCheckout(t) {
  const folder = scratch(t, "wye-make-");
  const files = ["Makefile", "package.json", "package-lock.json", "wasm", "include"];
  for (const file of files) fs.cpSync(path.join(root, file), path.join(folder, file), { recursive: true });
  return folder;
}

/** The first run with an npm that prints these lines and fails. */
function firstRun(folder, ...lines) {
  const npm = script(folder, "npm", "cat >&2 <<'END'", ...lines, "END", "exit 1");
  return make(folder, "js", `NPM=${npm}`, `NODE=${process.execPath}`);
}

test("without a network the first run says so in one line, and where npm's own words are", needsMake, (t) => {
  const folder = freshCheckout(t);
  for (const code of ["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT"]) {
    const { status, out, err } = firstRun(folder, `npm error code ${code}`, "npm error network request failed");
    const said = "the registry cannot be reached; the first run needs a network (its log: build/npm-ci.log)";
    assert.deepEqual([status, out, err], [2, `npm ci\nnpm ci failed: ${said}\n`, ""], code);
    assert.match(fs.readFileSync(path.join(folder, "build/npm-ci.log"), "utf8"), new RegExp(code));
  }
});

test("npm itself, without a network, gives the same line", needsMake, (t) => {
  const folder = freshCheckout(t);
  const npm = { npm_config_registry: "http://127.0.0.1:9/", npm_config_cache: path.join(folder, "cache") };
  const env = { ...environment, ...npm };
  const { status, stdout } = spawnSync("make", ["js"], { cwd: folder, encoding: "utf8", env });
  assert.equal(status, 2);
  assert.match(stdout, /^npm ci\nnpm ci failed: the registry cannot be reached; .*\n$/);
});

test("a checkout that cannot be written says so in one line", needsMake, (t) => {
  const folder = freshCheckout(t);
  fs.writeFileSync(path.join(folder, "build"), "");
  const { status, out, err } = make(folder, "js", `NODE=${process.execPath}`);
  assert.deepEqual([status, out], [2, "npm ci\n"]);
  assert.match(err, /^mkdir: [^\n]*build[^\n]*\n$/);
});

test("any other failure of npm is reported in its own first line", needsMake, (t) => {
  const { status, out, err } = firstRun(
    freshCheckout(t),
    "npm error code EINTEGRITY",
    "npm error sha512-x integrity checksum failed: \\n",
    "npm error A complete log of this run can be found in: x",
  );
  const said = "sha512-x integrity checksum failed: \\n (its log: build/npm-ci.log)";
  assert.deepEqual([status, out, err], [2, `npm ci\nnpm ci failed: ${said}\n`, ""]);
});

test("the first run reports a missing npm, too", needsMake, (t) => {
  const { status, out } = make(freshCheckout(t), "js", "NPM=npm-of-nobody", `NODE=${process.execPath}`);
  const said = "npm ci failed: there is no npm-of-nobody on the PATH (its log: build/npm-ci.log)";
  assert.deepEqual([status, out], [2, `npm ci\n${said}\n`]);
});
