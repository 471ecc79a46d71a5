/* RouteTable inside workerd: the rows are posted to a worker, which runs them and answers with what differs. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { bundle, serve } from "../../examples/worker/serve.mjs";
import { caseFiles, readCases } from "./cases.mjs";

const local = (path) => fileURLToPath(new URL(path, import.meta.url));

let worker;

before(async () => {
  await bundle(local("workerd.worker.mjs"), local("../../build/conformance"));
  worker = await serve(local("workerd.capnp"), 0);
});
after(() => worker?.stop());

async function runThere(tables) {
  const response = await fetch(`http://127.0.0.1:${worker.port}/`, { method: "POST", body: JSON.stringify(tables) });
  return response.json();
}

for (const file of caseFiles()) {
  test(`wasm in workerd: ${file}`, async () => {
    const { ran, failures } = await runThere(readCases(file));
    assert.equal(failures.join("\n"), "");
    assert.ok(ran > 0);
  });
}
