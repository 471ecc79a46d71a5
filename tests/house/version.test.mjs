// One version for the C library and the npm package, and lock files that work with any registry.

import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";

const read = (file) => fs.readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");

test("package.json has the version of wye.h", () => {
  const numbers = read("include/wye.h").match(/(?<=^#define WYE_VERSION_[A-Z]+ )\d+$/gm);
  assert.equal(JSON.parse(read("package.json")).version, numbers.join("."));
});

const below = fs.readdirSync(new URL("../", import.meta.url), { recursive: true, encoding: "utf8" });
const locks = below.filter((name) => name.endsWith("/package-lock.json")).map((name) => `tests/${name}`);

for (const lock of ["package-lock.json", ...locks])
  test(`${lock} names no registry`, () => assert.doesNotMatch(read(lock), /"resolved"/));
