// Every sample of docs/guide.md, in Node, workerd, Deno and Bun.

import assert from "node:assert/strict";
import fs from "node:fs";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { read, root } from "./markdown.mjs";
import { runtimes, withChecks } from "./samples.mjs";

after(() => fs.rmSync(fileURLToPath(new URL("build/guide/", root)), { recursive: true, force: true }));

/** The blocks whose fence says `js guide NAME`, or names the runtimes that it is for: `js guide NAME in Node, Bun`. */
const FENCES = /^```(?:js|jsx) guide ([a-z-]+)(?: in ([\w, ]+))?\n([^]*?)^```$/gm;
const found = read("docs/guide.md").matchAll(FENCES);
const samples = Array.from(found, ([, name, only, code]) => ({ name, only, code }));

test("each sample has a name of its own, and something to check", () => {
  assert.ok(samples.length > 10);
  assert.equal(new Set(samples.map(({ name }) => name)).size, samples.length);
  for (const { name, code } of samples) assert.match(withChecks(code), /^ *check\./m, name);
});

for (const { name, only, code } of samples) {
  for (const [runtime, { run, isThere }] of Object.entries(runtimes)) {
    if (only !== undefined && !only.split(", ").includes(runtime)) continue;
    const skip = !isThere && !process.env.WYE_REQUIRE_ALL && "needs Linux on x86-64";
    test(`docs/guide.md: ${name} in ${runtime}`, { skip }, async () => {
      assert.equal(await run(name, code), "ran");
    });
  }
}
