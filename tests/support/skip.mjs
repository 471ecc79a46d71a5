// Tests that need what is not everywhere: they are skipped without it, unless WYE_REQUIRE_ALL says that nothing may be
// skipped. Then they run, and fail.

import { spawnSync } from "node:child_process";
import fs from "node:fs";

export const requireAll = Boolean(process.env.WYE_REQUIRE_ALL);

/**
 * Why a test is skipped, or false if it runs.
 * @param {unknown} there whether what it needs is there
 * @param {string} what it needs, and how to get it: "wrangler: make wrangler"
 */
export const unless = (there, what) => !there && !requireAll && `needs ${what}`;

/** The same for a test that needs a file. */
export const without = (file, what) => unless(fs.existsSync(file), what);

/** Options for a test that needs these programs on the PATH. */
export function needs(...programs) {
  const missing = programs.filter((program) => spawnSync(program, ["--version"]).error);
  return { skip: unless(missing.length === 0, missing.join(" and ")) };
}
