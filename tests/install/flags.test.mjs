// Other flags than those of the last build: what depends on them is built anew, and nothing else.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { root, scratch } from "../support/files.mjs";
import { compiler, run } from "../support/run.mjs";
import { needs } from "../support/skip.mjs";
import { FOLDER, version } from "./support.mjs";

/** A checkout with one file of the library, and a command that does nothing. */
function smallCheckout(t) {
  const folder = scratch(t, FOLDER);
  const write = (file, bytes) => {
    fs.mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), bytes);
  };
  for (const file of ["Makefile", "include/wye.h"]) write(file, fs.readFileSync(path.join(root, file)));
  write("src/base/version.c", '#include "wye.h"\nconst char *wye_version(void) { return WYE_VERSION; }\n');
  write("src/command/main.c", "int main(void) { return 0; }\n");
  return folder;
}

const OBJECTS = ["native/src/base/version.o", "native/src/command/main.o"];
const LINKED = ["libwye.a", `libwye.so.${version}`, "wye"];

/** Which of these files make builds with these arguments, beyond what it has built before. */
function made(folder, names, ...args) {
  const files = names.map((name) => path.join(folder, "build", name));
  const times = () => files.map((file) => fs.statSync(file, { bigint: true, throwIfNoEntry: false })?.mtimeNs);
  const before = times();
  run("make", args, { cwd: folder });
  const after = times();
  return names.filter((_, i) => before[i] !== after[i]);
}

const built = (folder, ...args) => made(folder, [...OBJECTS, ...LINKED], "native", ...args);

test("changed flags rebuild what depends on them", needs("make", compiler), (t) => {
  const folder = smallCheckout(t);
  const all = [...OBJECTS, ...LINKED];
  assert.deepEqual(built(folder, "CFLAGS=-O0"), all);
  assert.deepEqual(built(folder, "CFLAGS=-O0"), []);
  assert.deepEqual(built(folder, "CFLAGS=-O0 -DNAME='\"a b\"'"), all);
  assert.deepEqual(built(folder, "CFLAGS=-O0 -DNAME='\"a b\"'"), []);
  assert.deepEqual(built(folder, "CFLAGS=-O0"), all);
  assert.deepEqual(built(folder, "CFLAGS=-O0", "CPPFLAGS=-DWYE_EXACT_READS"), all);
  assert.deepEqual(built(folder, "CFLAGS=-O0", "LDFLAGS=-Wl,-O1"), all);
  assert.deepEqual(built(folder, "CFLAGS=-O0", "LDFLAGS=-Wl,-O2"), LINKED);
  assert.deepEqual(built(folder, "CFLAGS=-O0", "LDFLAGS=-Wl,-O2", `CC=${compiler} -pipe`), all);
});

test("also what is built for tests", needs("make", compiler), (t) => {
  const folder = smallCheckout(t);
  const names = ["asan", "unit/fast", "targets/gcc"].map((build) => `${build}/src/base/version.o`);
  const objects = (...args) => made(folder, names, ...names.map((name) => `build/${name}`), ...args);
  const other = ["CPPFLAGS=-DWYE_EXACT_READS", `TARGET_CC_gcc=${compiler}`];
  assert.deepEqual(objects(`TARGET_CC_gcc=${compiler}`), names);
  assert.deepEqual(objects(`TARGET_CC_gcc=${compiler}`), []);
  assert.deepEqual(objects(...other), names);
  assert.deepEqual(objects(...other), []);
});
