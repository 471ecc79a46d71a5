// docs/route-table.md: its samples, its options and its TypeScript.

import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { packOptions } from "../../js/table/options.js";
import { blocks, codes, read, tableBelow } from "./markdown.mjs";
import { checkSample, local, run, scratch } from "./support.mjs";

const text = read("docs/route-table.md");
const folder = scratch("route-table");

const samples = { outcomes: 14, options: 5, urls: 13 };

for (const [name, lines] of Object.entries(samples)) {
  test(`${name}: each line with a comment gives what the comment says`, async () => {
    const [code] = blocks(text, `js ${name}`);
    await checkSample(folder, name, code, lines);
  });
}

test("the options are those that a table takes, the default of each first", () => {
  let name;
  for (const [option, value] of tableBelow(text, "## Options")) {
    if (option) [name] = codes(option);
    const packed = packOptions({ [name]: JSON.parse(codes(value)[0]) });
    assert.equal(packed === packOptions({}), option !== "", `${name}: ${value}`);
    assert.throws(() => packOptions({ [name]: "maybe" }), { code: "BAD_ARGUMENT" }, name);
  }
});

test("the TypeScript compiles, but for what is marked", () => {
  const [code] = blocks(text, "ts");
  assert.equal(code.match(/@ts-expect-error/g).length, 2);
  fs.writeFileSync(`${folder}sample.ts`, code);
  const config = { extends: local("tests/types/tsconfig.json"), include: ["sample.ts"] };
  fs.writeFileSync(`${folder}tsconfig.json`, JSON.stringify(config));
  const compiler = local("node_modules/typescript/bin/tsc");
  const { status, stdout } = run(process.execPath, [compiler, "-p", folder, "--pretty", "false"]);
  assert.deepEqual([status, stdout], [0, ""]);
});
