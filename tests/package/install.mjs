// Installs the packed tarball as a user would, outside of the checkout, with the suite beside it.

import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import * as esbuild from "esbuild";
import { allCases } from "../conformance/cases.mjs";
import { local, scratch } from "../support/files.mjs";
import { without } from "../support/skip.mjs";

export const TARBALL = local("build/wye.tgz");
export const noTarball = without(TARBALL, "the tarball: make pack");

const SUITE = ["suite", "app", "entry", "print", "worker"].map((name) => `${name}.mjs`)
  .concat(["entry", "print", "same"].map((name) => `${name}.cjs`));

/**
 * Makes a folder outside of the checkout with node_modules/wye, as in the tarball, and suite/, the suite and its
 * entries.
 * @param {{ after(fn: () => void): void }} t whose end removes the folder
 */
export function consumer(t) {
  const folder = scratch(t, "wye-package-");
  const installed = path.join(folder, "node_modules/wye");
  fs.mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", TARBALL, "-C", installed, "--strip-components=1"]);
  fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true }));
  for (const name of ["runner.mjs", "table-host.mjs"]) copy(`conformance/${name}`, `${folder}/conformance/${name}`);
  for (const name of SUITE) copy(`package/${name}`, `${folder}/suite/${name}`);
  // As JSON: in a literal, the key "__proto__" would set the prototype.
  const json = JSON.stringify(JSON.stringify(allCases()));
  fs.writeFileSync(`${folder}/suite/cases.mjs`, `export const tables = JSON.parse(${json});\n`);
  const entryPoints = ["suite", "cases"].map((name) => `${folder}/suite/${name}.mjs`);
  const options = /** @type {const} */ ({ bundle: true, format: "cjs", outExtension: { ".js": ".cjs" } });
  esbuild.buildSync({ ...options, entryPoints, outdir: `${folder}/suite` });
  return folder;
}

/** @param {string} name of a file in tests/ */
function copy(name, to) {
  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.copyFileSync(local(`tests/${name}`), to);
}
