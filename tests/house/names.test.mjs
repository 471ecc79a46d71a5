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
  const second = [
    "struct wye__place {\n  int x;\n};\n",
    "static inline int wye__place(int x) { return x; }\n",
    "const uint8_t wye__place[2] = {1, 2};\n",
    "typedef int wye__place(void);\n",
    "int32_t\n", "#define WYE__PLACE 1\n",
  ];
  assert.deepEqual(twice([second[0], second[1]]), ["wye__place"]);
  assert.deepEqual(twice([second[1], second[2]]), ["wye__place"]);
  assert.deepEqual(twice([second[2], second[3]]), ["wye__place"]);
  assert.deepEqual(twice(["#if A\nint wye__x(void) {\n}\n#else\nint wye__x(void) {\n}\n#endif\n"]), []);
});
