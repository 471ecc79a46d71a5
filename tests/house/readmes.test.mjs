// The tables of tests/README.md and bench/README.md have a row for each folder or file, and no others.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { test } from "node:test";
import { local, read } from "../support/files.mjs";

/** The names in code in the first cells of a document's tables. */
function namesIn(file) {
  const cells = Array.from(read(file).matchAll(/^\| *((?:\[?`[^|]*)) *\|/gm), ([, cell]) => cell);
  return cells.flatMap((cell) => Array.from(cell.matchAll(/`([^`]*)`/g), ([, name]) => name));
}

/** Folders in a folder of the checkout, without those that only a build or a cache has left. */
function foldersIn(folder) {
  const hasFiles = (name) =>
    fs.readdirSync(local(`${folder}/${name}`), { withFileTypes: true }).some((entry) => entry.name !== "__pycache__");
  const entries = fs.readdirSync(local(folder), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && hasFiles(entry.name)).map(({ name }) => name);
}

test("every folder of tests/ has a row in tests/README.md", () => {
  assert.deepEqual(namesIn("tests/README.md").sort(), foldersIn("tests").sort());
});

const named = namesIn("bench/README.md");

test("every part of the benchmark has a row in bench/README.md", () => {
  const { stdout } = spawnSync(process.execPath, [local("bench/run.mjs"), "--help"], { encoding: "utf8" });
  const [, parts] = /--part NAME,\.\.\. +of ([^;]*);/.exec(stdout);
  const commands = named.map((name) => /^make bench BENCH=(\S+)$/.exec(name)?.[1]).filter(Boolean);
  assert.deepEqual(commands.sort(), parts.split(", ").sort());
});

test("every command of the Makefile that measures has a row in bench/README.md", () => {
  const rules = read("Makefile").matchAll(/^([a-z-]+):.*\n\t.*\bbench\/\w+\.mjs/gm);
  for (const [, target] of rules) assert.ok(named.some((name) => name.startsWith(`make ${target}`)), target);
});

test("every file and folder of bench/ has a row in bench/README.md", () => {
  const entries = fs.readdirSync(local("bench"), { withFileTypes: true });
  const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
  const missing = names.filter((name) => name !== "README.md" && !named.some((known) => known.startsWith(name)));
  assert.deepEqual(missing, []);
  const files = named.filter((name) => !name.startsWith("make ") && /[./]/.test(name));
  for (const name of files) assert.ok(fs.existsSync(local(`bench/${name}`)), `${name} does not exist`);
});
