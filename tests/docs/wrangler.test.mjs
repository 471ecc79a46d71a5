// README.md's worker, bundled by wrangler with the configuration of docs/runtimes.md; workerd serves what wrangler
// would upload. It is the newest wrangler that npm installs for the oldest Node, so it must know the configuration's
// date.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { promisify } from "node:util";
import { serve } from "../../examples/worker/serve.mjs";
import { local, read, root, scratch } from "../support/files.mjs";
import { without } from "../support/skip.mjs";
import { blocks } from "./markdown.mjs";

const program = local("build/wrangler/node_modules/wrangler/bin/wrangler.js");
const skip = without(program, "wrangler: make wrangler");

const config = () => blocks(read("docs/runtimes.md"), "jsonc wrangler")[0];
const { compatibility_date: date } = JSON.parse(config());

test("the compatibility_date of docs/runtimes.md is known to the wrangler of the oldest Node", { skip }, () => {
  const require = createRequire(program);
  const { minVersion, satisfies } = require("semver");
  const oldest = minVersion(JSON.parse(read("package.json")).engines.node).version;
  const { node } = require("wrangler/package.json").engines;
  assert.ok(satisfies(oldest, node), `Node ${oldest} gets another wrangler: this one is for ${node}`);
  const { compatibilityDate } = require("workerd");
  assert.ok(date <= compatibilityDate, `${date} is after ${compatibilityDate}`);
});

/** What workerd serves: the files that wrangler would upload, the script first. */
function configOf(files) {
  const kind = (name) => (name.endsWith(".wasm") ? "wasm" : "esModule");
  const modules = files.map((name) => `(name = "${name}", ${kind(name)} = embed "${name}")`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "api", worker = (modules = [${modules}], compatibilityDate = "${date}"))],
  sockets = [(name = "http", http = (), service = "api")],
);\n`;
}

test("what wrangler makes of the README's worker runs in workerd", { skip }, async (t) => {
  const app = scratch(t, "wye-wrangler-");
  const readme = read("README.md");
  fs.writeFileSync(`${app}/worker.js`, blocks(readme, "js worker")[0]);
  fs.writeFileSync(`${app}/wrangler.jsonc`, config());
  fs.mkdirSync(`${app}/node_modules`);
  fs.symlinkSync(root, `${app}/node_modules/wye`);
  const env = { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false" };
  await promisify(execFile)(process.execPath, [program, "deploy", "--dry-run", "--outdir=out"], { cwd: app, env });

  const wasm = fs.readdirSync(`${app}/out`).filter((name) => name.endsWith(".wasm"));
  assert.equal(wasm.length, 1);
  const files = ["worker.js", ...wasm];
  fs.writeFileSync(`${app}/out/config.capnp`, configOf(files));
  const worker = await serve(`${app}/out/config.capnp`, 0);
  t.after(() => worker.stop());
  const response = await fetch(`http://127.0.0.1:${worker.port}/users/42`);
  assert.deepEqual(await response.json(), { id: "42" });
});
