// README.md: its worker, its C program, its figure, its patterns and its commands.

import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { blocks, codes, read, tableBelow } from "./markdown.mjs";
import { checkPattern } from "./patterns.mjs";
import { load, local, needs, run, scratch } from "./support.mjs";

const readme = read("README.md");
const folder = scratch("readme");
const compiler = process.env.CC || "cc";
const library = local("build/libwye.a");
const hasCompiler = run(compiler, ["--version"]).status === 0 && fs.existsSync(library);

test("it has at most 200 lines", () => {
  assert.ok(readme.split("\n").length <= 201);
});

test("the figure has the numbers of docs/performance.md", () => {
  const [figure] = blocks(readme, "");
  const shown = Array.from(figure.matchAll(/^(\S.*?) +(█\S*) ([\d,]+) +(\d+)$/gm), ([, name, bar, ns, bytes]) => {
    return { name: name.replace("'s", ""), bar, ns, bytes };
  });
  const measured = tableBelow(read("docs/performance.md"), "## Lookups").map(([name, ns, , bytes]) => {
    return { name: name.replace(/ \d.*/, ""), ns, bytes: bytes.split(" / ")[0] };
  });
  assert.deepEqual(shown.map(({ name, ns, bytes }) => ({ name, ns, bytes })), measured);
  for (const { bar, ns } of shown) {
    const length = (40 * Number(ns.replace(",", ""))) / 1200;
    assert.equal(bar.match(/█/g).length, Math.floor(length));
  }
});

test("the worker responds as the text says", async () => {
  const [code] = blocks(readme, "js worker");
  const { default: worker } = await load(folder, "worker", code);
  const ask = (path, init) => worker.fetch(new Request(`https://example.com${path}`, init));
  const user = await ask("/users/42?x=1");
  assert.deepEqual(await user.json(), { id: "42" });
  assert.ok(user.headers.has("x-request-id"));
  assert.equal(await (await ask("/files/a/b.txt")).text(), "a/b.txt");
  const added = await ask("/users", { method: "POST", body: '{"name":"Ada"}' });
  assert.deepEqual([added.status, await added.json()], [201, { name: "Ada" }]);
  assert.equal((await ask("/users/ada")).status, 404);
  const refused = await ask("/users/42", { method: "POST" });
  assert.deepEqual([refused.status, refused.headers.get("allow")], [405, "GET, HEAD, OPTIONS"]);
});

test("the C program prints what its comment says", needs(hasCompiler, "a C compiler and build/libwye.a"), () => {
  const [code] = blocks(readme, "c");
  const [, printed] = /printf.*\/\* (.*) \*\//.exec(code);
  fs.writeFileSync(`${folder}sample.c`, code);
  const warnings = ["-std=c11", "-Wall", "-Wextra", "-Werror"];
  const args = [...warnings, `-I${local("include")}`, "-o", `${folder}sample`, `${folder}sample.c`, library];
  assert.deepEqual(run(compiler, args), { status: 0, stdout: "", stderr: "" });
  assert.equal(run(`${folder}sample`, []).stdout, `${printed}\n`);
});

test("each pattern matches what its row says", () => {
  for (const [pattern, , matches, misses] of tableBelow(readme, "## Route patterns")) {
    checkPattern(codes(pattern), codes(matches), codes(misses));
  }
});

test("make help lists the targets", needs(run("make", ["--version"]).status === 0, "make"), () => {
  const help = run("make", ["-s", "help"], { cwd: local("") }).stdout;
  const pages = ["README.md", "CONTRIBUTING.md", "docs/performance.md", "docs/c.md", "docs/c-handlers.md"];
  const text = pages.map(read).join("");
  const mentioned = new Set(Array.from(text.matchAll(/`make ([a-z][a-z-]*)/g), ([, target]) => target));
  assert.ok(mentioned.has("run") && mentioned.has("test"));
  for (const target of mentioned) assert.match(help, new RegExp(`^ +make ${target} `, "m"));
});
