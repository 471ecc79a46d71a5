// The TypeScript declarations, by the compiler itself: what must compile, what must not, and what it costs.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Router } from "wye";
import { Context } from "../../js/context.js";
import {
  APP_MISTAKES, MISTAKES, appMistakes, appOfMany, limits, members, mistakes, paramsOfMany, sampled, tableOfMany,
  userOfApps, userOfTables,
} from "./generate.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const compiler = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));
const project = "tests/types/tsconfig.json";

// Below the package, so that its own name leads to it.
const folder = `${root}build/types-${process.pid}`;
before(() => mkdirSync(folder, { recursive: true }));
after(() => rmSync(folder, { recursive: true }));

/** Runs the compiler over a project: its messages, and its figures by their names. */
function compile(file) {
  const args = [compiler, "-p", file, "--extendedDiagnostics", "--pretty", "false"];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  const figures = [...stdout.matchAll(/^([A-Z][A-Za-z ]+): +([\d.]+)/gm)];
  assert.ok(figures.length > 5, stdout + stderr);
  const numbers = figures.map(([, name, value]) => [name, Number(value)]);
  return { messages: stdout.match(/^.*error TS\d+:.*(?:\n .*)*/gm) ?? [], ...Object.fromEntries(numbers) };
}

/** The same for one program. */
function compileText(name, text, compilerOptions = {}) {
  writeFileSync(`${folder}/${name}.ts`, text);
  const config = { extends: `${root}${project}`, include: [`${folder}/${name}.ts`], compilerOptions };
  writeFileSync(`${folder}/${name}.json`, JSON.stringify(config));
  return compile(`${folder}/${name}.json`);
}

test("what is right compiles, and what is marked as wrong does not", () => {
  assert.deepEqual(compile(project).messages, []);
});

// An app is typed by the classes of the web that the project has: each brings others.
const PLATFORMS = {
  "a worker": { lib: ["es2023", "webworker"], types: [] },
  "a page": { lib: ["es2023", "dom"], types: [] },
  "Node": { lib: ["es2023"], types: ["node"] },
};
for (const [platform, compilerOptions] of Object.entries(PLATFORMS)) {
  test(`the same for an app, with the types of ${platform}`, () => {
    const app = readFileSync(`${root}tests/types/app.ts`, "utf8");
    assert.deepEqual(compileText("app", app, compilerOptions).messages, []);
  });
}

test("the same for a Worker, with types as its platform declares them", () => {
  assert.deepEqual(compile("tests/types/workers/tsconfig.json").messages, []);
});

test("a mistake in an app is told with the names that would be right", () => {
  const { messages } = compileText("app-mistakes", appMistakes(), PLATFORMS["a worker"]);
  assert.equal(messages.length, APP_MISTAKES.length, messages.join("\n"));
  for (const [i, [line, wanted]] of APP_MISTAKES.entries()) assert.match(messages[i], wanted, line);
});

/* The names of the members of a class that others may use, in the order of the alphabet. */
function membersOf({ prototype }) {
  const names = [];
  for (let each = prototype; each !== Object.prototype; each = Object.getPrototypeOf(each))
    names.push(...Object.getOwnPropertyNames(each));
  return [...new Set(names)].filter((name) => name !== "constructor").sort();
}

test("what is declared by hand has the members of the classes, and no others", () => {
  const app = [...membersOf(Router), ...Object.keys(new Router())];
  const routes = membersOf(Object.getPrototypeOf(Router));
  const { messages } = compileText("members", members({ Context: membersOf(Context), Router: app, Routes: routes }));
  assert.deepEqual(messages, []);
});

test("a mistake is found, and found where it is", () => {
  const { messages } = compileText("mistakes", mistakes());
  const found = messages.map((message) => message.match(/\((\d+),\d+\): error TS(\d+)/).slice(1).map(Number));
  assert.deepEqual(found, MISTAKES.map(([, number], i) => [i + 3, number]), messages.join("\n"));
});

test("patterns at the limits are not too deep for the compiler", () => {
  assert.deepEqual(compileText("limits", limits()).messages, []);
});

const seed = Number(process.env.WYE_SEED ?? Date.now() % 1_000_000_000);
test(`1,000 random patterns have the parameters that they are made of, WYE_SEED=${seed}`, () => {
  assert.deepEqual(compileText("sampled", sampled(1000, seed)).messages, []);
});

// In a package of its own, with nothing but what wye ships, and with the declarations checked too: a table where there
// are no types of the web at all, an app and the middleware where there are.
for (const [moduleResolution, module] of [["bundler", "esnext"], ["nodenext", "nodenext"]]) {
  test(`the declarations hold where the package is installed: moduleResolution ${moduleResolution}`, async () => {
    const user = `${folder}/${moduleResolution}`;
    cpSync(`${root}package.json`, `${user}/node_modules/wye/package.json`);
    cpSync(`${root}js`, `${user}/node_modules/wye/js`, { recursive: true });
    writeFileSync(`${user}/package.json`, '{ "name": "user", "type": "module" }');
    const options = { module, moduleResolution };
    assert.deepEqual(compileText(`${moduleResolution}/table`, userOfTables(), options).messages, []);
    const app = userOfApps(await import("wye/middleware"));
    for (const [platform, types] of Object.entries(PLATFORMS)) {
      const { messages } = compileText(`${moduleResolution}/app`, app, { ...options, ...types });
      assert.deepEqual(messages, [], platform);
    }
  });
}

// Instantiations are the compiler's steps: the same on every machine. The budgets are half again what was
// measured with TypeScript 7.0. A step for each character, or for each route at each use, would take thousands.
const COUNT = 1500;
for (const [what, make, budget] of [
  ["the URLs of a table", tableOfMany, 600],
  ["the parameters of patterns", paramsOfMany, 550],
  ["the handlers of an app", appOfMany, 400],
]) {
  test(`${what}, ${COUNT} routes: at most ${budget} instantiations a route`, (t) => {
    const none = compileText("none", make(0), PLATFORMS["a worker"]);
    const many = compileText("many", make(COUNT), PLATFORMS["a worker"]);
    assert.deepEqual(many.messages.slice(0, 5), []);
    const each = (many.Instantiations - none.Instantiations) / COUNT;
    t.diagnostic(`${Math.round(each)} instantiations a route, checked in ${many["Check time"]} s`);
    assert.ok(each > 10, `${each} instantiations a route: was anything checked?`);
    assert.ok(each < budget, `${each} instantiations a route`);
  });
}
