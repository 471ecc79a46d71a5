#!/usr/bin/env node
// The command: the C program, run by Node's WASI. It sees every file that Node sees.

import fs from "node:fs";
import path from "node:path";

// Node's warning that its WASI is experimental is not for those who use the command.
process.removeAllListeners("warning");
const { WASI } = await import("node:wasi");

const EPIPE = 64;
const SIGPIPE = 13;

const folder = process.cwd();
const { root } = path.parse(folder);
const wasi = new WASI({
  version: "preview1",
  args: ["wye", ...process.argv.slice(2)],
  env: { PWD: folder.slice(root.length - 1).replaceAll(path.sep, "/") },
  preopens: { "/": root },
});
const { wasiImport } = wasi;

/**
 * Where nobody reads the output any more, a signal ends other programs. Node ignores it.
 * @param {number[]} args
 */
function fd_write(...args) {
  const error = wasiImport.fd_write(...args);
  if (error === EPIPE) process.exit(128 + SIGPIPE);
  return error;
}

/**
 * Leaves links to the system. Node's WASI would follow them by name, and /dev/fd/63 may lead to what has none.
 * @param {number} fd
 * @param {number} _follow
 * @param {any[]} others
 */
const path_open = (fd, _follow, ...others) => wasiImport.path_open(fd, 0, ...others);

const imports = { wasi_snapshot_preview1: { ...wasiImport, fd_write, path_open } };
const { instance } = await WebAssembly.instantiate(fs.readFileSync(new URL("wye-cli.wasm", import.meta.url)), imports);
process.exitCode = wasi.start(instance);
