// The profile knows where it is: a stage for nearly every sample, and `c` as the budgets have it.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { haveCompiler } from "../../bench/budgets/native.mjs";
import { budgets } from "../../bench/budgets/table.mjs";

const script = fileURLToPath(new URL("../../bench/profile.mjs", import.meta.url));
const skip = haveCompiler() ? false : "needs Linux and a C compiler: apt-get install gcc";

test("make profile names the stages of a lookup and the objects of a request", { skip }, () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, "--quick"], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const figures = (name) => {
    const line = stdout.split("\n").find((text) => text.trim().startsWith(name)) ?? "";
    const rest = line.slice(line.indexOf(name) + name.length);
    return [...rest.matchAll(/ (-?\d+(?:\.\d+)?)/g)].map(([text]) => Number(text));
  };
  for (const stage of ["copy of the string", "descend", "backtracking"]) assert.ok(figures(stage)[0] > 0, stage);
  const all = figures("all "), elsewhere = figures("elsewhere");
  assert.equal(all.length, 3);
  for (const [i, ns] of elsewhere.entries()) assert.ok(ns < all[i] / 20, `${ns} of ${all[i]} ns`);
  const [c] = figures("a handler that returns a Response it has");
  assert.ok(c > 100 && c <= budgets.v8.hot["Router.fetch"].bytes, `${c}`);
});
