/* RouteTable inside workerd: the rows are posted to a worker, which runs them and answers with what differs. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { serveWorker } from "../support/workerd.mjs";
import { caseFiles, readCases } from "./cases.mjs";

let worker;

before(async () => void (worker = await serveWorker(import.meta.url, "workerd.worker.mjs")));
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
