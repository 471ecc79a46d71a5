/* The program in docs/handlers.md, compiled with all warnings and the sanitizers, prints what stands below it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { blocks, read, root } from "./markdown.mjs";

const at = (path) => fileURLToPath(new URL(path, root));
const library = at("build/asan/libwye.a");
const skip = !existsSync(library) && !process.env.WYE_REQUIRE_ALL && "needs a C compiler";
const FLAGS = "-std=c11 -Wall -Wextra -Wpedantic -Werror -fsanitize=address,undefined -fno-sanitize-recover=all";

test("the program in docs/handlers.md", { skip }, (t) => {
  const folder = mkdtempSync(join(tmpdir(), "wye-handlers-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const text = read("docs/handlers.md");
  const [[program], [output]] = [blocks(text, "c"), blocks(text, "")];
  writeFileSync(join(folder, "main.c"), program);
  const args = [...FLAGS.split(" "), `-I${at("include")}`, "-o", "main", "main.c", library];
  const compiled = spawnSync(process.env.CC || "cc", args, { cwd: folder, encoding: "utf8" });
  assert.equal(compiled.status, 0, compiled.stderr);
  const ran = spawnSync(join(folder, "main"), [], { encoding: "utf8" });
  assert.equal(ran.stderr, "");
  assert.equal(ran.stdout.replaceAll("\r\n", "\n"), output.trimEnd());
});
