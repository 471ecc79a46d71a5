// The compilers that can build for WebAssembly. A function for each finds it and returns { compile }:
//
//     compile(sources, { target, flagsOf, link, driver }) -> the bytes of the linked module
//
// If it finds none, it throws a BuildError: one line that says what is missing and where to get it.

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import v8 from "node:v8";

export class BuildError extends Error {}

const NEWEST_CLANG = 23;
const OLDEST_CLANG = 14;

export function findToolchain(name) {
  const find = { yowasp: findYowasp, clang: findClang, emscripten: findEmscripten }[name];
  if (!find) throw new BuildError(`TOOLCHAIN=${name} is none of yowasp, clang, emscripten`);
  return find();
}

// ---------------------------------------------------------------- yowasp: clang that runs in WebAssembly itself

async function findYowasp() {
  // It starts a fresh LLVM for every file and runs it for a moment only: the optimising tier never pays off.
  v8.setFlagsFromString("--liftoff-only");
  const { commands } = await import("@yowasp/clang").catch(() => {
    throw new BuildError("@yowasp/clang is not installed: run `npm ci`, or build with TOOLCHAIN=clang");
  });
  // Loads the compiler in advance: only here can its progress messages be turned off.
  await commands.clang(null, {}, { fetchProgress() {} });
  return { compile: (sources, flags) => compileYowasp(commands.clang, sources, flags) };
}

async function compileYowasp(clang, sources, { target, flagsOf, link, driver }) {
  const messages = [];
  const collect = (bytes) => void (bytes && messages.push(Buffer.from(bytes)));
  const step = (tree, args) => clang([`--target=${target}`, ...args], tree, { stdout: collect, stderr: collect });
  try {
    let tree = sourceTree();
    for (const source of sources) tree = await step(tree, [...flagsOf(source), "-c", "-o", objectOf(source), source]);
    tree = await step(tree, [...driver, ...throughDriver(link), "-o", "out.wasm", ...sources.map(objectOf)]);
    return tree["out.wasm"];
  } catch (error) {
    if (error.constructor.name !== "Exit") throw error;
    throw new BuildError("the compiler refused the sources");
  } finally {
    process.stderr.write(Buffer.concat(messages));
  }
}

/** The folders of C sources as the tree of objects that the compiler sees. */
function sourceTree() {
  return Object.fromEntries(["include", "src", "wasm", "examples"].map((folder) => [folder, treeOf(folder)]));
}

function treeOf(folder) {
  const entries = fs.readdirSync(folder, { withFileTypes: true });
  const wanted = entries.filter((entry) => entry.isDirectory() || /\.[ch]$/.test(entry.name));
  return Object.fromEntries(wanted.map((entry) => {
    const file = path.join(folder, entry.name);
    return [entry.name, entry.isDirectory() ? treeOf(file) : fs.readFileSync(file)];
  }));
}

// ---------------------------------------------------------------- clang: the wasi-sdk's or the system's

function findClang() {
  const clang = process.env.WASI_SDK_PATH ? clangOfSdk(process.env.WASI_SDK_PATH) : clangOfSystem();
  return { compile: (sources, flags) => compileClang(clang, sources, flags) };
}

function clangOfSdk(sdk) {
  const clang = path.join(sdk, "bin", "clang");
  if (fs.existsSync(clang)) return clang;
  throw new BuildError(`WASI_SDK_PATH=${sdk} holds no bin/clang: it must name an unpacked wasi-sdk`);
}

function clangOfSystem() {
  const versions = Array.from({ length: NEWEST_CLANG - OLDEST_CLANG + 1 }, (_, i) => `clang-${NEWEST_CLANG - i}`);
  const clang = ["clang", ...versions].find(linksWasm);
  if (clang) return clang;
  throw new BuildError(
    "no clang with lld that links WebAssembly: set WASI_SDK_PATH, " +
      "or apt-get install clang-19 lld-19 wasi-libc libclang-rt-19-dev-wasm32",
  );
}

const TRIAL = {
  reactor: { text: "int wye;", args: ["--target=wasm32", "-nostdlib", "-Wl,--no-entry"] },
  command: { text: "#include <stdio.h>\nint main(void) { return puts(\"\"); }", args: [] },
};

/** Compiles and links a file of one line, quietly. */
function tries(clang, { text, args }) {
  return inScratch((folder) => {
    const source = path.join(folder, "trial.c");
    fs.writeFileSync(source, text);
    return spawnSync(clang, [...args, "-o", path.join(folder, "trial.wasm"), source]).status === 0;
  });
}

const linksWasm = (clang) => tries(clang, TRIAL.reactor);

/** Sysroots older than WASI's second preview know the first one by a name without a number. */
function wasiTarget(clang) {
  const known = ["wasm32-wasip1", "wasm32-wasi"].find((target) =>
    tries(clang, { ...TRIAL.command, args: [`--target=${target}`] }),
  );
  if (known) return known;
  throw new BuildError(`${clang} finds no WASI libc: apt-get install wasi-libc libclang-rt-19-dev-wasm32`);
}

function compileClang(clang, sources, { target, flagsOf, link, driver }) {
  const triple = `--target=${target === "wasm32-wasip1" ? wasiTarget(clang) : target}`;
  return inScratch((folder) => {
    const objects = compileObjects(clang, sources, (source) => [triple, ...flagsOf(source)], folder);
    const output = path.join(folder, "out.wasm");
    run(clang, [triple, ...driver, ...throughDriver(link), "-o", output, ...objects]);
    return fs.readFileSync(output);
  });
}

// ---------------------------------------------------------------- emscripten

function findEmscripten() {
  if (spawnSync("emcc", ["--version"]).status !== 0) {
    throw new BuildError("no emcc: install emsdk and put it on the PATH, or apt-get install emscripten");
  }
  return { compile: compileEmscripten };
}

/** emcc only compiles: as a linker it always adds exports of its JavaScript runtime. Its own wasm-ld adds nothing. */
function compileEmscripten(sources, { target, flagsOf, link }) {
  if (target !== "wasm32") throw new BuildError("Emscripten builds the module only: a WASI command needs a WASI libc");
  return inScratch((folder) => {
    const objects = compileObjects("emcc", sources, flagsOf, folder);
    const output = path.join(folder, "out.wasm");
    run(linkerOfEmscripten(), [...link, "-o", output, ...objects]);
    return fs.readFileSync(output);
  });
}

/** Debian appends the version of LLVM to the names of its tools. */
function linkerOfEmscripten() {
  const [root, version] = ["LLVM_ROOT", "LLVM_ADD_VERSION"].map((key) => {
    const { status, stdout } = spawnSync("em-config", [key], { encoding: "utf8" });
    return status === 0 ? stdout.trim() : "";
  });
  const linkers = [`wasm-ld-${version}`, "wasm-ld"].map((name) => path.join(root, name));
  const linker = linkers.find((file) => fs.existsSync(file));
  if (linker) return linker;
  throw new BuildError(`Emscripten's LLVM (${root || "em-config LLVM_ROOT says nothing"}) has no wasm-ld`);
}

// ---------------------------------------------------------------- helpers

const objectOf = (source) => source.replaceAll("/", "-").replace(/c$/, "o");

/** The linker's flags as a compiler that calls it takes them. */
const throughDriver = (flags) => flags.map((flag) => `-Wl,${flag}`);

function compileObjects(compiler, sources, flagsOf, folder) {
  const objects = sources.map((source) => path.join(folder, objectOf(source)));
  sources.forEach((source, i) => run(compiler, [...flagsOf(source), "-c", "-o", objects[i], source]));
  return objects;
}

/** Compilers' warnings go to the terminal as they are. */
function run(command, args) {
  const { status } = spawnSync(command, args, { stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new BuildError(`${command} refused the sources`);
}

function inScratch(work) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "wye-"));
  try {
    return work(folder);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
