// The program in docs/c.md: compiled with all warnings and the sanitizers it prints what is below it, and
// where malloc fails it says so and ends.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { root, scratch } from "../support/files.mjs";
import { compiler, run } from "../support/run.mjs";
import { without } from "../support/skip.mjs";
import { blocks, read } from "./markdown.mjs";

const library = path.join(root, "build/asan/libwye.a");
const built = { skip: without(library, "a C compiler") };

const text = read("docs/c.md");
const [[program], [output]] = [blocks(text, "c"), blocks(text, "")];
const WARNINGS = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"];
const SANITIZERS = ["-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

/** A malloc that works as often as the environment variable ALLOCATIONS says. */
const SHORT = `#include <stdlib.h>
void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size) {
  static long left = -1;
  if (left < 0) left = getenv("ALLOCATIONS") ? strtol(getenv("ALLOCATIONS"), NULL, 10) : 1000;
  if (left == 0) return NULL;
  left--;
  return __real_malloc(size);
}
`;

function compiled(t) {
  const folder = scratch(t, "wye-embedding-");
  fs.writeFileSync(path.join(folder, "main.c"), program);
  fs.writeFileSync(path.join(folder, "short.c"), SHORT);
  const files = ["main.c", "short.c", library, "-Wl,--wrap=malloc"];
  run(compiler, [...WARNINGS, ...SANITIZERS, `-I${root}include`, "-o", "main", ...files], { cwd: folder });
  return (allocations) => {
    const env = { ...process.env, ALLOCATIONS: String(allocations) };
    return spawnSync(path.join(folder, "main"), [], { encoding: "utf8", env });
  };
}

test("the program in docs/c.md", built, (t) => {
  const { status, stdout, stderr } = compiled(t)(1000);
  assert.deepEqual([status, stdout, stderr], [0, output, ""]);
});

test("it ends properly after any number of allocations", built, (t) => {
  const main = compiled(t);
  let failures = 0;
  for (let allocations = 0; ; allocations++) {
    const { status, stdout, stderr } = main(allocations);
    if (stdout === output) break;
    if (status === 0) assert.equal(stderr, "");
    else assert.deepEqual([status, stdout, stderr], [1, "", "no router: no memory\n"]);
    failures++;
  }
  assert.ok(failures > 6, `${failures}: the builder's block grew, the image's and the context's were made`);
});
