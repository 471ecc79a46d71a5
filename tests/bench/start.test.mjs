// What the benchmarks of size and start compare works: every contender answers right, and what wye weighs is limited.

import assert from "node:assert/strict";
import { test } from "node:test";
import { budgets } from "../../bench/budgets/table.mjs";
import { SMALL_APPS } from "../../bench/small-app.mjs";
import { smallAppRequests, startOnce, tableRequests } from "../../bench/start.mjs";
import { STARTERS } from "../../bench/start/contenders.mjs";
import { wasmWeight, weigh } from "../../bench/bundle-size.mjs";

const [hit] = tableRequests();

for (const [name, { title }] of Object.entries(STARTERS)) {
  test(`${title} answers in a process of its own`, () => {
    const { process: whole, program, answer } = startOnce(process.execPath, "table", name, hit.what);
    assert.equal(answer, hit.wanted);
    assert.ok(program > 0 && whole > program, `${whole} ms, of which ${program}`);
  });
}

for (const [name, { title }] of Object.entries(SMALL_APPS)) {
  test(`the app with five routes of ${title}`, async () => {
    const answers = smallAppRequests().map(({ what }) => startOnce(process.execPath, "small-app", name, what).answer);
    assert.deepEqual(answers, smallAppRequests().map(({ wanted }) => wanted));
    for (const { build, weight, problems } of await weigh(name)) {
      assert.deepEqual(problems, [], build);
      assert.ok(weight.gzip < weight.bytes);
    }
  });
}

for (const [name, limit] of Object.entries(budgets.size.gzip)) {
  test(`an app with ${SMALL_APPS[name].title} has at most ${limit} bytes of JavaScript, by gzip`, async () => {
    const [{ build, weight }] = await weigh(name);
    assert.equal(build, "workerd"); // without the module
    assert.ok(weight.gzip <= limit, `${weight.gzip} bytes`);
    assert.ok(weight.gzip > limit - 128, `${weight.gzip} bytes: lower the limit in bench/budgets.json`);
  });
}

test("the module's size is that of the published one", () => {
  const { bytes, gzip } = wasmWeight();
  assert.ok(bytes > 50_000 && gzip > 25_000 && gzip < bytes);
});
