// wye(1): well-formed, with all that the command knows of itself, and an example that prints what it shows.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { root, scratch } from "../support/files.mjs";
import { run } from "../support/run.mjs";
import { needs, without } from "../support/skip.mjs";
import { FOLDER } from "./support.mjs";

const page = path.join(root, "docs/wye.1");
const command = path.join(root, "build/wye");
const built = { skip: without(command, "a C compiler") };

test("mandoc finds nothing to remark", needs("mandoc"), () => {
  const { status, stdout } = spawnSync("mandoc", ["-T", "lint", "-W", "style", page], { encoding: "utf8" });
  assert.equal(stdout, "");
  assert.equal(status, 0);
});

/** The page without its macros' backslashes: an option is `Fl -name`. */
const plain = () => fs.readFileSync(page, "utf8").replaceAll("\\&", "").replaceAll("\\e", "\\");

test("it has every command, option and outcome of --help", built, () => {
  const help = run(command, ["--help"]);
  const commands = Array.from(help.matchAll(/^.* wye ([a-z]+) FILE/gm), ([, name]) => name);
  const options = Array.from(new Set(help.match(/--[a-z-]+/g)));
  const [, block] = /tabs between its fields:\n\n([^]*?)\n\n/.exec(help);
  const outcomes = Array.from(block.matchAll(/^ {4}([a-z-]+)/gm), ([, name]) => name);
  assert.ok(commands.length >= 4 && options.length >= 6 && outcomes.length >= 6, help);
  const text = plain();
  for (const name of commands) assert.match(text, new RegExp(`^\\.It Cm ${name}$`, "m"));
  for (const name of options) assert.match(text, new RegExp(`^\\.It (Fl h , )?Fl ${name.slice(1)}\\b`, "m"));
  for (const name of outcomes) assert.match(text, new RegExp(`^\\.It Li ${name} Ta`, "m"));
});

test("its example prints what it shows", built, (t) => {
  const folder = scratch(t, FOLDER);
  const [, example] = /^\.Bd -literal\n([^]*?)^\.Ed$/m.exec(plain());
  const steps = example.split(/^\$ /m).slice(1).map((step) => step.split(/\n([^]*)/));
  const [[, routes], [line, output]] = steps;
  fs.writeFileSync(path.join(folder, "routes.txt"), routes);
  const { stdout } = spawnSync(command, line.split(" ").slice(1), { cwd: folder, encoding: "utf8" });
  assert.equal(stdout, output);
});
