// One version for the C library and the npm package.

import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";

const read = (file) => fs.readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");

test("package.json has the version of wye.h", () => {
  const numbers = read("include/wye.h").match(/(?<=^#define WYE_VERSION_[A-Z]+ )\d+$/gm);
  assert.equal(JSON.parse(read("package.json")).version, numbers.join("."));
});

test("the locks name no registry", () => {
  for (const folder of ["", "tests/nodes/", "tests/runtimes/", "tests/servers/", "tests/typescript/"])
    assert.doesNotMatch(read(`${folder}package-lock.json`), /"resolved"/);
});
