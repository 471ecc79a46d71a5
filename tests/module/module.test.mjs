// What can be read off the module's bytes: docs/abi.md promises it to hosts.

import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import zlib from "node:zlib";
import { requireAll } from "../support/skip.mjs";
import { readModule } from "./binary.mjs";

const root = new URL("../../", import.meta.url);
const json = (name) => JSON.parse(fs.readFileSync(new URL(name, import.meta.url)));
const { stack, modules } = json("budget.json");
const signatures = json("exports.json");

const required = (file) => file === "build/wye.wasm" || requireAll;

for (const [file, budget] of Object.entries(modules)) {
  const url = new URL(file, root);
  if (fs.existsSync(url) || required(file)) test(file, (t) => checkModule(t, fs.readFileSync(url), budget));
  else test(file, { skip: "not built" }, () => {});
}

async function checkModule(t, bytes, budget) {
  const module = readModule(bytes);
  const compiled = new WebAssembly.Module(bytes);

  await t.test("imports nothing", () => assert.deepEqual(WebAssembly.Module.imports(compiled), []));

  await t.test("exports memory and the functions of the ABI, and no more", () => {
    assert.deepEqual(module.exports, signatures);
    const names = WebAssembly.Module.exports(compiled).map(({ name }) => name);
    assert.deepEqual(names.sort(), Object.keys(signatures).sort());
  });

  await t.test("runs nothing when it is instantiated", () => assert.equal(module.hasStart, false));

  await t.test("has its stack below its data", () => {
    const stackPointers = module.globals.filter(({ mutable }) => mutable);
    assert.deepEqual(stackPointers, [{ type: "i32", mutable: true, value: stack }]);
    for (const { offset } of module.data) assert.ok(offset >= stack, `a data segment at ${offset}`);
  });

  await t.test("has one memory, which may grow", () => {
    assert.equal(module.memories.length, 1);
    assert.equal(module.memories[0].maximum, undefined);
  });

  await t.test("carries no names and no debug sections", () => assert.deepEqual(module.custom, []));

  await t.test(`has at most ${budget.bytes} bytes, ${budget.gzip} by gzip`, (part) => {
    const gzip = zlib.gzipSync(bytes, { level: 9 }).length;
    part.diagnostic(`${bytes.length} bytes, ${gzip} by gzip`);
    assert.ok(bytes.length <= budget.bytes, `${bytes.length} bytes`);
    assert.ok(gzip <= budget.gzip, `${gzip} bytes by gzip`);
  });
}
