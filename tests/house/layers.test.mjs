// Every #include and import goes where the layers allow it.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { filesIn, JS_LAYERS, LAYERS, root, wrongArrows } from "./layers.mjs";

test("C: each layer includes only what is above it", () => {
  const files = filesIn(LAYERS);
  assert.ok(files.length > 90, `${files.length} files`);
  assert.deepEqual(wrongArrows(LAYERS, files), []);
});

test("every folder of src/ is a layer, and src/ has no files of its own", () => {
  const folders = readdirSync(path.join(root, "src")).map((name) => `src/${name}`).sort();
  assert.deepEqual(folders, LAYERS.map(({ folder }) => folder).filter((folder) => folder.startsWith("src/")).sort());
});

test("JavaScript: each layer imports only what is above it", () => {
  const files = filesIn(JS_LAYERS);
  assert.ok(files.length > 80, `${files.length} files`);
  assert.deepEqual(wrongArrows(JS_LAYERS, files), []);
});

test("every folder of js/ is a layer", () => {
  const folders = readdirSync(path.join(root, "js"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const layers = JS_LAYERS.map(({ folder }) => folder).filter((folder) => !folder.endsWith("/"));
  assert.deepEqual(folders.map(({ name }) => `js/${name}`).sort(), layers.sort());
});

const planted = [
  ["a layer below", LAYERS, "src/base/bytes.h", '#include "language/host.h"'],
  ["the builder, from a lookup", LAYERS, "src/lookup/match.c", '#include "wye.h"\n  #  include "build/builder.h"'],
  ["the builder, from handlers", LAYERS, "src/http/reply.c", '#include "build/builder.h"'],
  ["the library, from the command", LAYERS, "src/command/main.c", '#include "base/bytes.h"'],
  ["the command, from the module", LAYERS, "wasm/exports.c", '#include "command/command.h"'],
  ["a file that does not exist", LAYERS, "src/http/app.c", '#include "nowhere.h"'],
  ["the memory, from the app", JS_LAYERS, "js/app/router.js", 'import { memory } from "../wasm/instance.js";'],
  ["internals, from a middleware", JS_LAYERS, "js/middleware/cache.js", 'export * from "../app/context.js";'],
  ["an import that is a call", JS_LAYERS, "js/table/route-table.js", 'const { x } = await import("../app/router.js");'],
];

for (const [name, layers, file, text] of planted) {
  test(`an arrow that is not allowed is found: ${name}`, () => {
    assert.equal(wrongArrows(layers, [[file, text]]).length, 1);
  });
}

test("arrows that are allowed, and those in comments, are not found", () => {
  const good = [
    ["src/reverse/url.c", '#include "build/builder.h"\n#include <stdint.h>'],
    ["src/lookup/match.c", '/* #include "build/builder.h" */\n#include "lookup/search.h"\n#include "wye.h"'],
    ["wasm/exports.c", '#include "heap.h"\n#include "pool/pool.h"\n#include "build/builder.h"'],
  ];
  assert.deepEqual(wrongArrows(LAYERS, good), []);
  const js = [
    ["js/app/router.js", 'import { RouteTable } from "../table/route-table.js";\n// import "../wasm/instance.js"'],
    ["js/middleware/cors.js", 'import { list } from "./lib/lists.js";\nimport { HttpError } from "../index.js";'],
  ];
  assert.deepEqual(wrongArrows(JS_LAYERS, js), []);
});
