// One name, one thing: no `wye__` name is defined twice, and none differs from a public one by an underscore only.

import assert from "node:assert/strict";
import { test } from "node:test";
import { filesIn, LAYERS } from "./layers.mjs";

/** The text without comments, and with only the first branch of each `#if`: the others define the same names. */
function oneBranch(text) {
  const code = text.replace(/\/\*[^]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ""));
  const skipped = [];
  return code.split("\n").filter((line) => {
    if (/^#\s*if/.test(line)) skipped.push(false);
    else if (/^#\s*el/.test(line)) skipped[skipped.length - 1] = true;
    else if (/^#\s*endif/.test(line)) skipped.pop();
    return !skipped.includes(true);
  }).join("\n");
}

const DEFINITIONS = [
  /^(?:struct|enum|union) (wye__\w+) \{/gm,
  /^typedef [^;]*?\b(wye__\w+)\(/gm,
  /^[a-z_][^\n;={}#]*?\b(wye__\w+)\([^;{}]*\)\s*\{/gm,
  /^(?:const|static)[^\n;(]*?\b(wye__\w+)(?:\[[^\]]*\])? = /gm,
  /^#define (\w*wye__\w+|WYE__\w+)/gm,
];

/** The names that a text defines, each as often as it does. */
const definitionsIn = (text) =>
  DEFINITIONS.flatMap((definition) => Array.from(oneBranch(text).matchAll(definition), ([, name]) => name));

function twice(texts) {
  const names = texts.flatMap(definitionsIn);
  return names.filter((name, i) => names.indexOf(name) !== i);
}

const texts = filesIn(LAYERS.filter(({ folder }) => folder !== "include")).map(([, text]) => text);

test("no name is defined twice", () => {
  assert.ok(texts.flatMap(definitionsIn).length > 190);
  assert.deepEqual(twice(texts), []);
});

test("no name differs from a public one by an underscore only", () => {
  const headers = filesIn(LAYERS.slice(0, 1)).map(([, text]) => text).join("\n");
  const isPublic = (name) => new RegExp(`\\b${name.replace("__", "_")}\\b`).test(headers);
  assert.deepEqual(texts.flatMap(definitionsIn).filter(isPublic), []);
});

test("a second definition is found, of whatever kind", () => {
  const definitions = [
    "struct wye__thing {\n  int x;\n};\n",
    "static inline int wye__thing(int x) { return x; }\n",
    "const uint8_t wye__thing[2] = {1, 2};\n",
    "typedef int wye__thing(void);\n",
    "#define wye__thing 1\n",
  ];
  for (const one of definitions)
    for (const other of definitions) assert.deepEqual(twice([one, other]), ["wye__thing"], one + other);
  assert.deepEqual(twice(["#if A\nint wye__x(void) {\n}\n#else\nint wye__x(void) {\n}\n#endif\n"]), []);
});
