// cache in Node, Deno and Bun; in Deno also in the host's own cache.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import * as esbuild from "esbuild";
import { BUN, DENO } from "../../bench/runtimes.mjs";
import { folderOf, local } from "../support/files.mjs";
import { without } from "../support/skip.mjs";

const folder = folderOf(import.meta.url);
const outfile = `${folder}/cache.mjs`;

const RUNTIMES = {
  node: [process.execPath],
  deno: [DENO, "run", "--quiet", "--no-config", "--no-lock", "-A"],
  bun: [BUN, "run"],
};

const SEEN = [
  "200 1 für 1 für null", "200 2 für 2 für null", "200 1 für 1 für 0", "200 2 für 2 für 0",
  "200  für 0", "200 changed null null", "200 3 für 1 für null",
  "200 4 für 1 für null", "200 4 für 1 für 0", "200 5 für 1 für 0",
];

for (const [runtime, [program, ...args]] of Object.entries(RUNTIMES)) {
  const skip = without(program, "Linux on x86-64");
  test(`cache in ${runtime}`, { skip }, async () => {
    const entryPoints = [local("tests/middleware/cache.runtime.mjs")];
    const options = { bundle: true, format: "esm", platform: "neutral", external: ["node:*"], logLevel: "warning" };
    await esbuild.build({ entryPoints, outfile, ...options });
    const env = { ...process.env, DENO_DIR: `${folder}/deno` };
    const { stdout } = await promisify(execFile)(program, [...args, outfile], { env });
    const { seen, error } = JSON.parse(stdout);
    assert.deepEqual(seen, { memory: SEEN, ...(runtime === "deno" && { host: SEEN }) });
    assert.match(error, /cache: storage must be a Cache of the host .+, not undefined/);
  });
}
