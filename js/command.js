#!/usr/bin/env node
// The command `wye`: the C program, run by Node's WASI. It can read every file that Node can.

import fs from "node:fs";
import path from "node:path";

// Node warns that its WASI is experimental, which does not concern users of this command.
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
 * Ends the command when nobody reads its output anymore. A signal would end another program; Node ignores that signal.
 * @param {number[]} args
 */
function fd_write(...args) {
  const error = wasiImport.fd_write(...args);
  if (error === EPIPE) process.exit(128 + SIGPIPE);
  return error;
}

/**
 * Lets the system follow links. Node's WASI would follow them by name, but /dev/fd/63 may link to a pipe,
 * which has none.
 * @param {number} fd
 * @param {number} _follow
 * @param {any[]} others
 */
const path_open = (fd, _follow, ...others) => wasiImport.path_open(fd, 0, ...others);

const imports = { wasi_snapshot_preview1: { ...wasiImport, fd_write, path_open } };
const { instance } = await WebAssembly.instantiate(fs.readFileSync(new URL("wye-cli.wasm", import.meta.url)), imports);
process.exitCode = wasi.start(instance);
