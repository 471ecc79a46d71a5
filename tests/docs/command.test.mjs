// docs/command.md: the command prints what its page shows.

import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { blocks, read } from "./markdown.mjs";
import { local, needs, run, scratch } from "./support.mjs";

const folder = scratch("command");
const command = local("build/wye");

test("the command prints what its page shows", needs(fs.existsSync(command), "build/wye"), () => {
  const [session] = blocks(read("docs/command.md"), "console");
  const [, routes, ...steps] = session.split(/^\$ (.*)\n/m).slice(1);
  fs.writeFileSync(`${folder}routes.txt`, routes);
  assert.equal(steps.length, 10);
  for (let i = 0; i < steps.length; i += 2) {
    const [name, ...args] = steps[i].split(" ");
    assert.equal(name, "wye");
    assert.equal(run(command, args, { cwd: folder }).stdout, steps[i + 1]);
  }
});
