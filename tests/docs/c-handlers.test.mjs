/* The program in docs/c-handlers.md, compiled with all warnings and the sanitizers, prints what the document shows. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { local, read, scratch } from "../support/files.mjs";
import { compiler, run } from "../support/run.mjs";
import { without } from "../support/skip.mjs";
import { blocks } from "./markdown.mjs";

const library = local("build/asan/libwye.a");
const FLAGS = "-std=c11 -Wall -Wextra -Wpedantic -Werror -fsanitize=address,undefined -fno-sanitize-recover=all";

test("the program in docs/c-handlers.md", { skip: without(library, "a C compiler") }, (t) => {
  const folder = scratch(t, "wye-handlers-");
  const text = read("docs/c-handlers.md");
  const [[program], [output]] = [blocks(text, "c"), blocks(text, "")];
  writeFileSync(join(folder, "main.c"), program);
  run(compiler, [...FLAGS.split(" "), `-I${local("include")}`, "-o", "main", "main.c", library], { cwd: folder });
  const { stdout, stderr } = spawnSync(join(folder, "main"), [], { encoding: "utf8" });
  assert.equal(stderr, "");
  assert.equal(stdout.replaceAll("\r\n", "\n"), output.trimEnd());
});
