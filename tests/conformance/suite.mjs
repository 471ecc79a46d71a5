/* Runs the conformance suite as tests of node:test, one for each file. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { caseFiles, readCases } from "./cases.mjs";
import { runTables } from "./runner.mjs";

/**
 * @param {object} host see runner.mjs
 * @param {object} [options] of the tests
 */
export function conformance(host, options = {}) {
  for (const file of caseFiles()) {
    test(`${host.name}: ${file}`, options, async () => {
      const { failures } = await runTables(readCases(file), host);
      assert.equal(failures.join("\n"), "");
    });
  }
}
