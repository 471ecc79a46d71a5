// The packed tarball: its files, their sizes, and the links of its documents; its command, by npx; and the type of its
// module. contents.json lists the files: each alternative of a pattern must match one.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import * as esbuild from "esbuild";
import { prose } from "../docs/markdown.mjs";
import { local } from "../support/files.mjs";
import { without } from "../support/skip.mjs";
import { TARBALL, consumer, noTarball } from "./install.mjs";

const { files: patterns, bytes } = JSON.parse(fs.readFileSync(new URL("contents.json", import.meta.url), "utf8"));
const options = { skip: noTarball };

/** "a.{b,c}": "a.b" and "a.c". */
function alternatives(pattern) {
  const [braces, inside] = /\{(.*?)\}/.exec(pattern) ?? [];
  return braces ? inside.split(",").flatMap((each) => alternatives(pattern.replace(braces, each))) : [pattern];
}

/** `*` is any text without a slash, `**` any text. */
function expressionOf(pattern) {
  const texts = { "**": ".*", "*": "[^/]*", ".": "\\." };
  return new RegExp(`^${pattern.replace(/\*\*|[*.]/g, (each) => texts[each])}$`);
}

/** The files of the package by their names, and its folder. */
function unpack(t) {
  const folder = path.join(consumer(t), "node_modules/wye");
  const all = fs.readdirSync(folder, { recursive: true, encoding: "utf8" });
  return { folder, names: all.filter((name) => fs.statSync(path.join(folder, name)).isFile()) };
}

test("the package has the files of contents.json, and no others", options, (t) => {
  const { names } = unpack(t);
  const expected = patterns.flatMap(alternatives).map((pattern) => [pattern, expressionOf(pattern)]);
  const none = expected.filter(([, expression]) => !names.some((name) => expression.test(name)));
  assert.deepEqual(none.map(([pattern]) => pattern), [], "the package has no such file");
  const others = names.filter((name) => !expected.some(([, expression]) => expression.test(name)));
  assert.deepEqual(others, [], "contents.json does not list it");
});

test(`it has at most ${bytes.unpacked} bytes, ${bytes.packed} packed`, options, (t) => {
  const { folder, names } = unpack(t);
  const packed = fs.statSync(TARBALL).size;
  const unpacked = names.reduce((sum, name) => sum + fs.statSync(path.join(folder, name)).size, 0);
  t.diagnostic(`${unpacked} bytes, ${packed} packed`);
  assert.ok(unpacked <= bytes.unpacked, `${unpacked} bytes`);
  assert.ok(packed <= bytes.packed, `${packed} bytes packed`);
});

test("the links of its documents lead into it", options, (t) => {
  const { folder, names } = unpack(t);
  let links = 0;
  for (const name of names.filter((each) => each.endsWith(".md"))) {
    for (const [, link] of prose(fs.readFileSync(path.join(folder, name), "utf8")).matchAll(/\]\(([^)#]+)[^)]*\)/g)) {
      if (/^https:/.test(link)) continue;
      links++;
      assert.ok(names.includes(path.join(path.dirname(name), link)), `${name} leads to ${link}`);
    }
  }
  assert.ok(links > 40, `${links} links`);
});

test("it has every file that package.json names", options, (t) => {
  const { folder, names } = unpack(t);
  const { imports, files, ...manifest } = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
  const targets = (value) => (typeof value === "object" ? Object.values(value).flatMap(targets) : [value]);
  const { bin, main, module, types, typesVersions, exports } = manifest;
  for (const target of targets({ bin, main, module, types, typesVersions, exports }))
    assert.ok(names.includes(path.normalize(target)), target);
});

test("npx wye runs the command", options, (t) => {
  const folder = consumer(t);
  fs.rmSync(path.join(folder, "node_modules"), { recursive: true });
  const run = (program, ...args) => spawnSync(program, args, { cwd: folder, encoding: "utf8" });
  const installed = run("npm", "install", "--offline", "--no-audit", "--no-fund", TARBALL);
  assert.equal(installed.status, 0, installed.stderr);

  fs.writeFileSync(path.join(folder, "routes.txt"), "GET /users/:id user\nGET /users/:name/x\n* /files/*rest\n");
  const expected = [
    ["list routes.txt", "0\tGET\t/users/:id\tuser\n1\tGET\t/users/:name/x\n2\t*\t/files/*rest\n", "", 0],
    ["check routes.txt", "routes.txt: 3 routes, 0 problems\n", "", 0],
    ["match routes.txt GET /files/a /no", "ok\t2\t/files/*rest\trest=a\nnot-found\n", "", 1],
    ["tree --format=svg routes.txt", "", "wye: --format=svg: unknown; write text or dot\nTry `wye --help`.\n", 2],
    ["check ../none.txt", "", "wye: ../none.txt: no such file\n", 2],
  ];
  for (const [args, stdout, stderr, code] of expected) {
    const ran = run("npx", "--offline", "wye", ...args.split(" "));
    assert.deepEqual([ran.stdout, ran.stderr, ran.status], [stdout, stderr, code], args);
  }
  const tree = run("npx", "--offline", "wye", "tree", path.join(folder, "routes.txt"));
  assert.match(tree.stdout, /^any host\n├── \/files\n│ {3}└── \/\*rest {2}\* 2\n└── \/users\n/);
});

// Before an uncaught error Node prints the line that threw; and it prints the name of the class.
for (const extension of ["mjs", "cjs"]) {
  test(`an uncaught error in a .${extension} prints a screen of text, not a file of code`, options, (t) => {
    const folder = consumer(t);
    const load = extension === "mjs" ? 'import { Router } from "wye";' : 'const { Router } = require("wye");';
    fs.writeFileSync(path.join(folder, `app.${extension}`), `${load}\nnew Router().get("users", () => {});\n`);
    const { stderr } = spawnSync(process.execPath, [`app.${extension}`], { cwd: folder, encoding: "utf8" });
    assert.match(stderr, /^WyeError: bad pattern "users" at byte 0: a pattern must begin with "\/"$/m);
    assert.match(stderr, new RegExp(`app\\.${extension}:2:`));
    assert.doesNotMatch(stderr, /\b_[A-Z]/);
    assert.ok(stderr.length < 4000, `${stderr.length} characters`);
  });
}

// What polyfills and test environments do to a host's globals.
const GLOBALS = [
  "delete globalThis.Buffer;",
  "delete globalThis.process;",
  "globalThis.Buffer = undefined; globalThis.Bun = {};",
  'globalThis.process = { release: { name: "node" } };',
  "globalThis.Deno = {};",
];

for (const before of GLOBALS) {
  test(`a table works where a program begins with: ${before}`, options, (t) => {
    const lines = [
      "const { log } = console;", before, 'const { RouteTable } = require("wye/table");',
      'const table = RouteTable.of([{ method: "GET", pattern: "/:id" }]);',
      'log(table.match("GET", "/ab\u00e9"), table.param("id"));',
    ];
    const cwd = consumer(t);
    const { stdout, stderr } = spawnSync(process.execPath, ["-e", lines.join("\n")], { cwd, encoding: "utf8" });
    assert.equal(stderr, "");
    assert.equal(stdout, "0 ab\u00e9\n");
  });
}

test("init names what it accepts", options, async (t) => {
  const { folder } = unpack(t);
  const file = (name) => fs.readFileSync(path.join(folder, "dist", name));
  const { init } = await import(path.join(folder, "dist/core/index.js"));
  const module = new WebAssembly.Module(file("workerd/wye.wasm"));
  const empty = Uint8Array.from([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  const kinds = {
    Undefined: undefined,
    Null: null,
    Uint8Array: file("workerd/wye.wasm"),
    Promise: WebAssembly.compile(empty),
    "WebAssembly.Instance": new WebAssembly.Instance(module, {}),
    Module: await import("node:path"), // import * as wasm from "wye/wye.wasm"
  };
  for (const [kind, given] of Object.entries(kinds)) {
    const message = `bad argument: init: module must be a WebAssembly.Module, not [object ${kind}]: ` +
      "write init(await WebAssembly.compile(bytes)), with the bytes of wye/wye.wasm";
    assert.throws(() => init(given), { code: "BAD_ARGUMENT", message });
  }
  const message = "bad argument: init: module must be wye/wye.wasm of this version";
  for (const bytes of [empty, file("wye-cli.wasm")])
    assert.throws(() => init(new WebAssembly.Module(bytes)), { code: "BAD_ARGUMENT", message });
  init(module);
  assert.throws(() => init(module), { code: "BAD_ARGUMENT", message: /init must be called only once/ });
});

// With "sideEffects": false in package.json, a bundler drops what is not used. It must not drop what is used.
const IMPORTS = [
  ['import "wye"; console.log("ran");', "ran", 100],
  ['import { HttpError } from "wye"; console.log(new HttpError(404).status);', "404", Infinity],
  ['import { RouteTable } from "wye/table"; console.log(new RouteTable().add("GET", "/a"));', "0", Infinity],
  ['import { cors } from "wye/middleware"; console.log(typeof cors());', "function", Infinity],
];

test("a bundler drops what is not used, and nothing else", options, async (t) => {
  const folder = consumer(t);
  for (const [contents, printed, most] of IMPORTS) {
    const outfile = path.join(folder, "out.mjs");
    const stdin = { contents, resolveDir: folder };
    await esbuild.build({ stdin, outfile, bundle: true, minify: true, format: "esm", platform: "browser" });
    const { stdout, stderr } = spawnSync(process.execPath, [outfile], { encoding: "utf8" });
    assert.equal(stderr, "");
    assert.equal(stdout, `${printed}\n`);
    assert.ok(fs.statSync(outfile).size <= most, contents);
  }
});

const MODULE = `import { init } from "wye/core";
import wasm from "wye/wye.wasm";
init(wasm);
export const module: WebAssembly.Module = wasm;
// @ts-expect-error: it is a module, not its exports
wasm.memory;
`;

const RESOLUTIONS = [
  ["node_modules", { module: "nodenext" }],
  ["node_modules", { module: "esnext", moduleResolution: "bundler" }],
  ["build/typescript/node_modules", { module: "nodenext", moduleResolution: "nodenext" }],
  ["build/typescript/node_modules", { module: "esnext", moduleResolution: "node10" }],
];

for (const [packages, compilerOptions] of RESOLUTIONS) {
  const compiler = local(`${packages}/typescript/bin/tsc`);
  const title = `wye/wye.wasm is a WebAssembly.Module: ${packages}, ${Object.values(compilerOptions).join(", ")}`;
  test(title, { skip: noTarball || without(compiler, "this TypeScript: make typescript") }, (t) => {
    const folder = consumer(t);
    fs.writeFileSync(path.join(folder, "app.mts"), MODULE);
    const always = { target: "es2022", lib: ["es2023", "dom"], types: [], strict: true, noEmit: true };
    const settings = { ...always, ...compilerOptions };
    fs.writeFileSync(
      path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: settings, files: ["app.mts"] }),
    );
    const { stdout, status } = spawnSync(process.execPath, [compiler, "-p", folder], { encoding: "utf8" });
    assert.equal(stdout, "");
    assert.equal(status, 0);
  });
}
