// The TypeScript declarations, by the compiler itself: what must compile, what must not, and what it costs. All but the
// cost by two compilers: the project's own, and the oldest that the declarations are for.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { after, suite, test } from "node:test";
import { Router } from "wye";
import { Context } from "../../js/app/context.js";
import { folderOf, root } from "../support/files.mjs";
import { seed } from "../support/seed.mjs";
import { without } from "../support/skip.mjs";
import {
  APP_MISTAKES, MISTAKES, appMistakes, appOfMany, chainOfMany, limits, members, mistakes, paramsOfMany, sampled,
  tableOfMany, userOfApps, userOfTables,
} from "./generate.mjs";

const project = "tests/types/tsconfig.json";

// Where packages are: the compiler, and the types of Node that it takes.
const OURS = `${root}node_modules`;
const OLDEST = `${root}build/typescript/node_modules`;

const missing = without(OLDEST, "the oldest TypeScript: make typescript");
const versionOf = (packages) => JSON.parse(readFileSync(`${packages}/typescript/package.json`, "utf8")).version;
if (missing) test("with the oldest TypeScript", { skip: missing }, () => {});

// Below the package, so that its own name leads to it.
const folder = folderOf(import.meta.url);
after(() => rmSync(folder, { recursive: true }));

/** Runs a compiler over a project: its messages, and its figures by their names. */
function compile(file, packages) {
  const args = [`${packages}/typescript/bin/tsc`, "-p", file, "--extendedDiagnostics", "--pretty", "false"];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  const figures = [...stdout.matchAll(/^([A-Z][A-Za-z ]+): +([\d.]+)/gm)];
  assert.ok(figures.length > 5, stdout + stderr);
  const numbers = figures.map(([, name, value]) => [name, Number(value)]);
  return { messages: stdout.match(/^.*error TS\d+:.*(?:\n .*)*/gm) ?? [], ...Object.fromEntries(numbers) };
}

/** The same for one program. */
function compileText(name, text, packages, compilerOptions = {}) {
  writeFileSync(`${folder}/${name}.ts`, text);
  const options = { typeRoots: [`${packages}/@types`], ...compilerOptions };
  const config = { extends: `${root}${project}`, include: [`${folder}/${name}.ts`], compilerOptions: options };
  writeFileSync(`${folder}/${name}.json`, JSON.stringify(config));
  return compile(`${folder}/${name}.json`, packages);
}

// An app is typed by the classes of the web that the project has: each brings others.
const PLATFORMS = {
  "a worker": { lib: ["es2023", "webworker"], types: [] },
  "a page": { lib: ["es2023", "dom"], types: [] },
  "Node": { lib: ["es2023"], types: ["node"] },
};

/* The names of the members of a class that others may use, in the order of the alphabet. */
function membersOf({ prototype }, ...own) {
  const names = [...own];
  for (let each = prototype; each !== Object.prototype; each = Object.getPrototypeOf(each))
    names.push(...Object.getOwnPropertyNames(each));
  return [...new Set(names)].filter((name) => name !== "constructor").sort();
}


for (const packages of missing ? [OURS] : [OURS, OLDEST]) {
  suite(`TypeScript ${versionOf(packages)}`, () => {
    test("correct programs compile, and marked mistakes do not", () => {
      assert.deepEqual(compile(project, packages).messages, []);
    });

    for (const [platform, compilerOptions] of Object.entries(PLATFORMS)) {
      for (const name of ["app", "middleware"])
        test(`the same for ${name}.ts, with the types of ${platform}`, () => {
          const text = readFileSync(`${root}tests/types/${name}.ts`, "utf8");
          assert.deepEqual(compileText(name, text, packages, compilerOptions).messages, []);
        });
    }

    test("the same for a Worker, with types as its platform declares them", () => {
      assert.deepEqual(compile("tests/types/workers/tsconfig.json", packages).messages, []);
    });

    test("the message for a mistake in an app has the names that would be right", () => {
      const { messages } = compileText("app-mistakes", appMistakes(), packages, PLATFORMS["a worker"]);
      assert.equal(messages.length, APP_MISTAKES.length, messages.join("\n"));
      for (const [i, [line, wanted]] of APP_MISTAKES.entries()) assert.match(messages[i], wanted, line);
    });

    test("the hand-written declarations have exactly the members of the classes", () => {
      const types = {
        Context: membersOf(Context, ...Object.keys(new Context())),
        Router: membersOf(Router, ...Object.keys(new Router())),
        Routes: membersOf(Object.getPrototypeOf(Router)),
      };
      assert.deepEqual(compileText("members", members(types), packages).messages, []);
    });

    test("a mistake is reported at its own position", () => {
      const { messages } = compileText("mistakes", mistakes(), packages);
      assert.equal(messages.length, MISTAKES.length, messages.join("\n"));
      for (const [i, [line, numbers]] of MISTAKES.entries()) {
        const [, at, number] = messages[i].match(/\((\d+),\d+\): error TS(\d+)/);
        assert.equal(Number(at), i + 3, messages[i]);
        assert.ok(numbers.includes(Number(number)), `${line}: ${messages[i]}`);
      }
    });

    test("the compiler accepts patterns at the limits", () => {
      assert.deepEqual(compileText("limits", limits(), packages).messages, []);
    });

    test(`1,000 random patterns have exactly the parameters they were made from, WYE_SEED=${seed}`, () => {
      assert.deepEqual(compileText("sampled", sampled(1000, seed), packages).messages, []);
    });

    // In a package of its own, with nothing but what wye ships, and with the declarations checked too: a table where
    // there are no types of the web at all, an app and the middleware where there are.
    for (const [moduleResolution, module] of [["bundler", "esnext"], ["nodenext", "nodenext"]]) {
      test(`the declarations hold where the package is installed: moduleResolution ${moduleResolution}`, async () => {
        const user = `${folder}/${moduleResolution}`;
        cpSync(`${root}package.json`, `${user}/node_modules/wye/package.json`);
        cpSync(`${root}dist`, `${user}/node_modules/wye/dist`, { recursive: true });
        writeFileSync(`${user}/package.json`, '{ "name": "user", "type": "module" }');
        const options = { module, moduleResolution };
        assert.deepEqual(compileText(`${moduleResolution}/table`, userOfTables(), packages, options).messages, []);
        const app = userOfApps(await import("wye/middleware"));
        for (const [platform, types] of Object.entries(PLATFORMS)) {
          const { messages } = compileText(`${moduleResolution}/app`, app, packages, { ...options, ...types });
          assert.deepEqual(messages, [], platform);
        }
      });
    }
  });
}

// Instantiations are the compiler's steps: the same on every machine. The budgets are half again what was
// measured with TypeScript 7.0. A step for each character, or for each route at each use, would take thousands.
for (const [what, make, count, budget] of [
  ["the URLs of a table", tableOfMany, 1500, 600],
  ["the parameters of patterns", paramsOfMany, 1500, 550],
  ["the handlers of an app", appOfMany, 1500, 830],
  ["an app in one chain of calls, and the URLs of its routes", chainOfMany, 300, 1300],
]) {
  test(`${what}, ${count} routes: at most ${budget} instantiations a route`, (t) => {
    const none = compileText("none", make(0), OURS, PLATFORMS["a worker"]);
    const many = compileText("many", make(count), OURS, PLATFORMS["a worker"]);
    assert.deepEqual(many.messages.slice(0, 5), []);
    const each = (many.Instantiations - none.Instantiations) / count;
    t.diagnostic(`${Math.round(each)} instantiations a route, checked in ${many["Check time"]} s`);
    assert.ok(each > 10, `${each} instantiations a route: was anything checked?`);
    assert.ok(each < budget, `${each} instantiations a route`);
  });
}
