// Workers for tests: bundled, and served by workerd.

import fs from "node:fs";
import { fileURLToPath } from "node:url";
import { bundle, serve } from "../../examples/worker/serve.mjs";
import { folderOf } from "./files.mjs";

/**
 * @typedef {object} WorkerOptions
 * @property {string} [name] of the configuration's file, where one folder has several
 * @property {string} [date] the compatibility date
 * @property {string[]} [flags] compatibility flags
 * @property {Record<string, string>} [bindings] by name; the worker itself is 'service = "test"'
 * @property {string[]} [network] what the worker may reach by fetch; without it, the public internet
 */

/**
 * Writes a configuration of workerd that serves the bundle in this folder.
 * @param {string} folder
 * @param {WorkerOptions} [options]
 * @returns {string} the file
 */
export function writeConfig(folder, { name = "worker", date = "2026-10-01", flags = [], bindings = {}, network } = {}) {
  const bound = Object.entries(bindings).map(([key, value]) => `(name = "${key}", ${value})`);
  const internet = network ? `, (name = "internet", network = (allow = ${JSON.stringify(network)}))` : "";
  const file = `${folder}/${name}.capnp`;
  fs.writeFileSync(file, `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "test", worker = .test)${internet}],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "test")],
);
const test :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js"), (name = "wye.wasm", wasm = embed "wye.wasm")],
  bindings = [${bound.join(", ")}],
  compatibilityDate = "${date}",
  compatibilityFlags = ${JSON.stringify(flags)},
);
`);
  return file;
}

/**
 * Bundles a worker into the test file's own folder.
 * @param {string} testUrl the test file's import.meta.url
 * @param {string} entry the worker's file, beside the test file
 * @param {string} [part] a folder in it, for one of several tests that run at the same time
 * @returns {Promise<string>} the folder
 */
export async function bundleWorker(testUrl, entry, part) {
  const folder = folderOf(testUrl, part);
  await bundle(fileURLToPath(new URL(entry, testUrl)), folder);
  return folder;
}

/**
 * Bundles a worker and serves it on a free port.
 * @param {string} testUrl the test file's import.meta.url
 * @param {string} entry the worker's file, beside the test file
 * @param {WorkerOptions} [options]
 */
export async function serveWorker(testUrl, entry, options) {
  return serve(writeConfig(await bundleWorker(testUrl, entry), options), 0);
}
