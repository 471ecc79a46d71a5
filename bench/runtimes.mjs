// The runtimes to measure in: the Node that runs this, and those that are installed as npm packages. Deno and Bun: make
// runtimes.

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const installed = new URL("../build/runtimes/node_modules/", import.meta.url);

export const DENO = fileURLToPath(new URL("@deno/linux-x64-glibc/deno", installed));
export const BUN = fileURLToPath(new URL("@oven/bun-linux-x64/bin/bun", installed));

const modules = new URL("../node_modules/", import.meta.url);

/** The package that holds a whole Node on this machine. */
const nodePackage = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;

/**
 * One runtime for each major version, oldest first.
 * @param {string[] | null} [majors] only these
 * @returns {{ title: string, version: string, path: string }[]}
 */
export function findRuntimes(majors = null) {
  const paths = [process.execPath, ...installedNodes()];
  const all = paths.map(describe).filter(Boolean).sort((a, b) => major(a) - major(b));
  const runtimes = all.filter((runtime, i) => i === 0 || major(runtime) !== major(all[i - 1]));
  return majors ? runtimes.filter((runtime) => majors.includes(String(major(runtime)))) : runtimes;
}

const major = ({ version }) => Number(version.split(".")[0]);

// Such a package may be installed under any alias, so its own name is read.
function installedNodes() {
  if (!existsSync(modules)) return [];
  const folders = readdirSync(modules).filter((folder) => folder.startsWith("node"));
  return folders.filter(isNodePackage).map((folder) => new URL(`${folder}/bin/node`, modules).pathname);
}

function isNodePackage(folder) {
  try {
    return JSON.parse(readFileSync(new URL(`${folder}/package.json`, modules), "utf8")).name === nodePackage;
  } catch {
    return false;
  }
}

function describe(path) {
  const { status, stdout } = spawnSync(path, ["--version"], { encoding: "utf8" });
  const version = stdout?.trim().replace("v", "");
  return status === 0 ? { title: `Node ${version}`, version, path } : null;
}
