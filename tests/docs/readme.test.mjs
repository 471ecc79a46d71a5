// Everything in README.md that can be run is run.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { RouteTable } from "wye";
import { packOptions } from "../../js/table/options.js";
import { blocks, codes, read, root, tableBelow } from "./markdown.mjs";
import { withChecks } from "./samples.mjs";

const readme = read("README.md");
// Below the checkout, so that a sample finds the package by its name.
const folder = fileURLToPath(new URL("build/docs/", root));
const compiler = process.env.CC || "cc";
const library = fileURLToPath(new URL("build/libwye.a", root));
const command = fileURLToPath(new URL("build/wye", root));

before(() => void fs.mkdirSync(folder, { recursive: true }));
after(() => fs.rmSync(folder, { recursive: true }));

function run(program, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: "utf8", ...options });
  return { status, stdout, stderr: error ? String(error) : stderr };
}

function runs(program, args) {
  const { status, stdout, stderr } = run(program, args);
  assert.equal(status, 0, `${program} ${args.join(" ")}: ${stderr}`);
  return stdout;
}

/** Skips what cannot be done here, unless everything is required. */
const needs = (there, what) => ({ skip: !there && !process.env.WYE_REQUIRE_ALL && `needs ${what}` });
const hasCompiler = run(compiler, ["--version"]).status === 0 && fs.existsSync(library);

async function load(name, code) {
  fs.writeFileSync(`${folder}${name}.mjs`, code);
  return import(new URL(`build/docs/${name}.mjs`, root));
}

// ---------------------------------------------------------------- samples

test("the worker answers", async () => {
  const [code] = blocks(readme, "js worker");
  const { default: worker } = await load("worker", code);
  const ask = (path, method = "GET") => worker.fetch(new Request(`https://example.com${path}`, { method }));
  assert.deepEqual(await (await ask("/users/42?x=1")).json(), { id: "42" });
  assert.equal(await (await ask("/files/a/b.txt")).text(), "a/b.txt");
  assert.equal((await ask("/nowhere")).status, 404);
  const refused = await ask("/users/42", "POST");
  assert.deepEqual([refused.status, refused.headers.get("allow")], [405, "GET, HEAD, OPTIONS"]);
});

const samples = {
  hosts: 8,
  outcomes: 14,
  options: 5,
  urls: 13,
};

for (const [name, lines] of Object.entries(samples)) {
  test(`${name}: each line with a comment gives what the comment says`, async () => {
    const [code] = blocks(readme, `js ${name}`);
    const checked = withChecks(code);
    assert.equal(checked.match(/^check/gm).length, lines);
    await load(name, `import check from "node:assert/strict";\n${checked}`);
  });
}

test("every block is among the samples, or those of guide.test.mjs and tests/package", () => {
  const names = Array.from(readme.matchAll(/^```js (.*)$/gm), ([, name]) => name);
  const own = names.filter((name) => !["worker", "server"].includes(name) && !name.startsWith("guide "));
  assert.deepEqual(own.sort(), Object.keys(samples).sort());
});

test("the TypeScript compiles, but for what is marked", () => {
  const [code] = blocks(readme, "ts");
  assert.equal(code.match(/@ts-expect-error/g).length, 2);
  fs.writeFileSync(`${folder}sample.ts`, code);
  const config = { extends: fileURLToPath(new URL("tests/types/tsconfig.json", root)), include: ["sample.ts"] };
  fs.writeFileSync(`${folder}tsconfig.json`, JSON.stringify(config));
  const tsc = fileURLToPath(new URL("node_modules/typescript/bin/tsc", root));
  const { status, stdout } = run(process.execPath, [tsc, "-p", folder, "--pretty", "false"]);
  assert.deepEqual([status, stdout], [0, ""]);
});

test("the C program prints what its comment says", needs(hasCompiler, "a C compiler and build/libwye.a"), () => {
  const [code] = blocks(readme, "c");
  const [, printed] = /printf.*\/\* (.*) \*\//.exec(code);
  fs.writeFileSync(`${folder}sample.c`, code);
  const include = fileURLToPath(new URL("include", root));
  const warnings = ["-std=c11", "-Wall", "-Wextra", "-Werror"];
  runs(compiler, [...warnings, `-I${include}`, "-o", `${folder}sample`, `${folder}sample.c`, library]);
  assert.equal(runs(`${folder}sample`, []), `${printed}\n`);
});

test("the command prints what stands below it", needs(fs.existsSync(command), "build/wye"), () => {
  const [session] = blocks(readme, "console");
  const [, routes, ...steps] = session.split(/^\$ (.*)\n/m).slice(1);
  fs.writeFileSync(`${folder}routes.txt`, routes);
  assert.equal(steps.length, 10);
  for (let i = 0; i < steps.length; i += 2) {
    const [name, ...args] = steps[i].split(" ");
    assert.equal(name, "wye");
    assert.equal(run(command, args, { cwd: folder }).stdout, steps[i + 1]);
  }
});

test("make help lists the targets", needs(run("make", ["--version"]).status === 0, "make"), () => {
  const help = run("make", ["-s", "help"], { cwd: fileURLToPath(root) }).stdout;
  const mentioned = new Set(Array.from(readme.matchAll(/`make ([a-z][a-z-]*)/g), ([, target]) => target));
  assert.ok(mentioned.has("run") && mentioned.has("test"));
  for (const target of mentioned) assert.match(help, new RegExp(`^ +make ${target} `, "m"));
});

// ---------------------------------------------------------------- tables

function tableOf(patterns) {
  const table = new RouteTable();
  for (const pattern of patterns) table.add("GET", pattern);
  return table;
}

/** What a row says to be taken is, by one of the patterns, and what it says not to be is not. */
function checkRow(patterns, takes, refuses) {
  const table = tableOf(patterns);
  const matches = (path) => table.match("GET", path) >= 0;
  assert.ok(takes.length && refuses.length, `${patterns}: nothing to check`);
  for (const path of takes) assert.ok(matches(path), `${patterns} ${path}`);
  for (const path of refuses) assert.ok(!matches(path), `${patterns} ${path}`);
  table.free();
}

test("each pattern takes what its row says", () => {
  for (const [pattern, , takes, refuses] of tableBelow(readme, "## Patterns")) {
    checkRow(codes(pattern), codes(takes), codes(refuses));
  }
});

const paths = (cell) => codes(cell).map((value) => `/${value}`);

test("each type takes what its row says", () => {
  for (const [type, , takes, refuses] of tableBelow(readme, "### Types")) {
    checkRow(codes(type).map((name) => `/:x<${name}>`), paths(takes), paths(refuses));
  }
});

test("each expression takes what its row says", () => {
  for (const [expressions, , takes, refuses] of tableBelow(readme, "### Expressions")) {
    const each = codes(expressions);
    if (each.length === 1) checkRow([`/:x${each[0]}`], paths(takes), paths(refuses));
    else each.forEach((one, i) => checkRow([`/:x${one}`], [paths(takes)[i]], [paths(refuses)[i]]));
  }
});

test("each host takes what its row says", () => {
  for (const [host, , takes, refuses] of tableBelow(readme, "## Hosts")) {
    const table = new RouteTable();
    table.add("GET", "/", { host: codes(host)[0] });
    const check = (outcome) => (name) => assert.equal(table.matchUrl("GET", `http://${name}/`), outcome, name);
    codes(takes).forEach(check(0));
    codes(refuses).forEach(check(RouteTable.NOT_FOUND));
    table.free();
  }
});

test("the options are those that a table takes, the default of each first", () => {
  let name;
  for (const [option, value] of tableBelow(readme, "## Options")) {
    if (option) [name] = codes(option);
    const packed = packOptions({ [name]: JSON.parse(codes(value)[0]) });
    assert.equal(packed === 0, option !== "", `${name}: ${value}`);
    assert.throws(() => packOptions({ [name]: "maybe" }), { code: "BAD_ARGUMENT" }, name);
  }
});

test("match order is what its examples say, in either order of registration", () => {
  for (const [patterns, path, taken] of tableBelow(readme, "## Match order")) {
    for (const order of [codes(patterns), codes(patterns).reverse()]) {
      const table = tableOf(order);
      table.match("GET", ...codes(path));
      assert.deepEqual([table.pattern], codes(taken));
      table.free();
    }
  }
});

test("the limits are those of wye.h", () => {
  const header = ["wye.h", "wye_pool.h", "wye_ratelimit.h"].map((name) => read(`include/${name}`)).join("");
  const rows = tableBelow(readme, "## Limits");
  for (const [, limit, name] of rows) {
    const [constant] = codes(name);
    const [, value] = new RegExp(`\\b${constant} = (\\d+)`).exec(header);
    const stated = limit === "1 GiB" ? 2 ** 30 : Number(/^[\d,]+/.exec(limit)[0].replaceAll(",", ""));
    assert.equal(stated, Number(value), constant);
  }
  const limits = header.match(/\bWYE_MAX_\w+(?= = )/g);
  assert.deepEqual(rows.map(([, , name]) => codes(name)[0]).sort(), limits.sort());
});
