// The native contenders: wye through its C API, and the crate matchit. Built where a compiler is found.

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const out = `${root}build/bench/`;
const library = `${root}build/libwye.a`;

// Calls of these are led through the counter in wye.c.
const WRAPPED = ["malloc", "calloc", "realloc"].map((name) => `-Wl,--wrap=${name}`);

/**
 * Builds what can be built.
 * @returns {{ programs: { wye?: string, matchit?: string }, notes: string[], versions: string[] }}
 */
export function buildNative() {
  mkdirSync(out, { recursive: true });
  const built = { programs: {}, notes: [], versions: [] };
  buildWye(built);
  buildMatchit(built);
  return built;
}

function buildWye(built) {
  const compiler = process.env.CC ?? "cc";
  if (!existsSync(library)) return built.notes.push("native wye: left out, there is no build/libwye.a");
  const version = run(compiler, ["--version"]);
  if (!version.ok) return built.notes.push(`native wye: left out, there is no C compiler (${compiler})`);
  const compiled = compile(compiler);
  if (!compiled.ok) return built.notes.push(`native wye: ${compiled.text}`);
  built.programs.wye = `${out}wye`;
  built.versions.push(version.text.split("\n")[0]);
}

// A linker without --wrap gives a program that counts no allocations, and says so.
function compile(compiler) {
  const flags = ["-std=c11", "-O3", `-I${root}include`, `${root}bench/native/wye.c`, library, "-o", `${out}wye`];
  const counting = run(compiler, ["-DCOUNT_ALLOCATIONS", ...flags, ...WRAPPED]);
  return counting.ok ? counting : run(compiler, flags);
}

// Cargo works on a copy, so that its lock file and its target folder stay below build/.
function buildMatchit(built) {
  const version = run("cargo", ["--version"]);
  if (!version.ok) return built.notes.push("matchit: left out, there is no cargo");
  cpSync(`${root}bench/native/matchit`, `${out}matchit`, { recursive: true });
  const cargo = run("cargo", ["build", "--release", "--quiet", "--manifest-path", `${out}matchit/Cargo.toml`]);
  if (!cargo.ok) return built.notes.push(`matchit: left out, cargo cannot build it: ${cargo.text.split("\n")[0]}`);
  built.programs.matchit = `${out}matchit/target/release/bench-matchit`;
  built.versions.push(`matchit ${matchitVersion()}`, version.text.trim());
}

function matchitVersion() {
  const tree = run("cargo", ["pkgid", "--manifest-path", `${out}matchit/Cargo.toml`, "matchit"]);
  return tree.text.trim().split(/[#@]/).at(-1);
}

function run(command, args) {
  const env = { ...process.env, CARGO_TARGET_DIR: `${out}matchit/target` };
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", env });
  return { ok: status === 0, text: error ? error.message : stdout || stderr };
}
