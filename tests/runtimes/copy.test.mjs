// How strings are copied into linear memory: each runtime has its own fastest way, and gets that one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { WAYS } from "../../bench/copy/ways.mjs";
import { copiedPaths, copiers } from "../../bench/copy.mjs";
import { findRuntimes } from "../../bench/runtimes.mjs";
import { requireAll } from "../support/skip.mjs";

const LOOP = "loop, four characters a store";
const NATIVE = "Buffer.utf8Write";
const MIXED = "the loop if short, else utf8Write";

const MEANT = {
  "Node 20": LOOP,
  "Node 22": NATIVE,
  "Node 24": MIXED,
  "Node 26": MIXED,
  "Deno": LOOP,
  "Bun": MIXED,
  "workerd": LOOP,
  "workerd, nodejs_compat": LOOP,
};

const runtimes = await copiers(findRuntimes());
const paths = copiedPaths().slice(0, 100);

test("Node, Deno, Bun and workerd are here", (t) => {
  const missing = ["Deno", "Bun"].filter((name) => !runtimes.some(({ title }) => title === name));
  if (missing.length > 0 && !requireAll) return t.skip(`needs ${missing}: make runtimes`);
  assert.deepEqual(missing, []);
});

for (const { title, ask } of runtimes) {
  const [name] = /^[^\d]*(?:\d+)?/.exec(title);
  test(`${title} copies by: ${MEANT[name]}`, async () => {
    assert.equal((await ask(LOOP, paths, 0)).chosen, MEANT[name]);
  });
  test(`each way copies right in ${title}`, async () => {
    for (const way of Object.keys(WAYS)) await ask(way, [...paths, "/"], 0);
  });
}

test.after(() => Promise.all(runtimes.map(({ stop }) => stop?.())));
