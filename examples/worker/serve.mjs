// Bundles a worker and serves it with workerd.

import { spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import net from "node:net";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const workerd = createRequire(import.meta.url)("workerd").default;

/** Something that went wrong outside of the program; its message is all there is to say. */
export class ServeError extends Error {}

/**
 * Bundles `entry` into the folder `out`, as worker.js, with wye.wasm beside it. The import of the module stays one:
 * workerd does not compile WebAssembly from bytes. WYE_WASM names another build of wye.wasm, as it does in Node. Files
 * are renamed when they are complete, because another process may serve the same folder.
 */
export async function bundle(entry, out) {
  const made = `${out}/worker.${process.pid}.js`;
  const built = esbuild.build({
    entryPoints: [entry],
    outfile: made,
    bundle: true,
    format: "esm",
    conditions: ["workerd"],
    external: ["*.wasm"],
    loader: { ".txt": "text", ".html": "text" },
    logLevel: "warning",
  });
  await built.catch(() => {
    throw new ServeError("the worker was not bundled: see above");
  });
  fs.renameSync(made, `${out}/worker.js`);
  fs.copyFileSync(process.env.WYE_WASM ?? new URL("../../js/wasm/wye.wasm", import.meta.url), `${made}.wasm`);
  fs.renameSync(`${made}.wasm`, `${out}/wye.wasm`);
}

/**
 * Serves a configuration of workerd whose socket is named "http".
 * @param {string} config the file, with a constant `config` in it
 * @param {number} port on 127.0.0.1; 0: any free one
 * @returns {Promise<{ port: number, stop(): Promise<void>, stopped: Promise<void> }>}
 */
export async function serve(config, port) {
  await checkFree(port);
  const args = ["serve", config, "config", `--socket-addr=http=127.0.0.1:${port}`, "--control-fd=3"];
  const child = spawn(workerd, args, { stdio: ["ignore", "pipe", "pipe", "pipe"] });
  child.stdout.pipe(process.stdout);
  process.once("exit", () => child.kill());
  const stopped = new Promise((resolve) => void child.once("exit", () => resolve()));
  const stop = () => (child.kill("SIGTERM"), stopped);
  return { port: await listening(child, stopped), stop, stopped };
}

/** The example itself. */
export async function serveExample(port) {
  const folder = new URL(".", import.meta.url);
  await bundle(fileURLToPath(new URL("worker.js", folder)), fileURLToPath(new URL("../../build/worker", folder)));
  return serve(fileURLToPath(new URL("worker.capnp", folder)), port);
}

/** workerd would report a port in use with a stack trace. */
function checkFree(port) {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().once("error", ({ code }) => reject(new ServeError(portProblem(port, code))));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve()));
  });
}

function portProblem(port, code) {
  const problem = code === "EADDRINUSE" ? "is in use" : `cannot be opened (${code})`;
  return `port ${port} of 127.0.0.1 ${problem}: choose another one with PORT=`;
}

/** workerd writes a line of JSON to the control descriptor for each socket that it opens. */
async function listening(child, stopped) {
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    errors += text;
    process.stderr.write(text);
  });
  const line = new Promise((resolve) => void child.stdio[3].setEncoding("utf8").once("data", resolve));
  const first = await Promise.race([line, stopped]);
  if (first === undefined) throw new ServeError(`workerd stopped before it listened${errors && ": see above"}`);
  return JSON.parse(first).port;
}
