// What the tests of the documents share: folders, processes, and the samples that check themselves.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { root } from "./markdown.mjs";
import { withChecks } from "./samples.mjs";

export const local = (file) => fileURLToPath(new URL(file, root));

/** A folder for one file of tests. It is below the checkout, so that a sample finds the package by its name. */
export function scratch(name) {
  const folder = local(`build/docs-${name}/`);
  fs.mkdirSync(folder, { recursive: true });
  after(() => fs.rmSync(folder, { recursive: true }));
  return folder;
}

export function run(program, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: "utf8", ...options });
  return { status, stdout, stderr: error ? String(error) : stderr };
}

/** Skips what cannot be done here, unless everything is required. */
export const needs = (there, what) => ({ skip: !there && !process.env.WYE_REQUIRE_ALL && `needs ${what}` });

/** Writes a sample as a module, and imports it. */
export async function load(folder, name, code) {
  const file = `${folder}${name}.mjs`;
  fs.writeFileSync(file, code);
  return import(file);
}

/** Runs a sample of so many lines that say their values. */
export async function checkSample(folder, name, code, lines) {
  const checked = withChecks(code);
  assert.equal(checked.match(/^check/gm).length, lines);
  await load(folder, name, `import check from "node:assert/strict";\n${checked}`);
}
