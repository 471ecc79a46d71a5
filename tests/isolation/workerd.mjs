// The watched app under workerd, and clients for it.

import { spawn } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import net from "node:net";
import { createInterface } from "node:readline";
import { bundleWorker, writeConfig } from "../support/workerd.mjs";

const workerd = createRequire(import.meta.url)("workerd").default;

/**
 * Serves the watched app. What workerd writes about requests that were dropped, and handlers that threw, is kept: it is
 * shown if the process ends by itself.
 * @param {string} testUrl the test file's import.meta.url
 * @param {string} [part] a folder of its own, for one of several tests that run at the same time
 * @returns {Promise<{ port: number, inspector: number, pid: number, stop(): Promise<void> }>}
 */
export async function serveWatched(testUrl, part) {
  const folder = await bundleWorker(testUrl, "worker.mjs", part);
  const config = writeConfig(folder, { bindings: { SELF: 'service = "test"' } });
  const args = ["serve", config, "config", "--control-fd=3", "--inspector-addr=127.0.0.1:0"];
  const errors = fs.openSync(`${folder}/errors.txt`, "w");
  const child = spawn(workerd, args, { stdio: ["ignore", errors, errors, "pipe"] });
  process.once("exit", () => child.kill());
  const ended = new Promise((resolve) => void child.once("exit", resolve));
  let stopping = false;
  ended.then(() => stopping || process.stderr.write(fs.readFileSync(`${folder}/errors.txt`)));
  const stop = () => ((stopping = true), child.kill("SIGKILL"), ended); // it would wait for requests that never end
  return { ...(await ports(child.stdio[3])), pid: child.pid, stop };
}

/** workerd writes a line of JSON to the control descriptor for each socket that it opens. */
async function ports(lines) {
  const found = {};
  for await (const line of createInterface({ input: lines })) {
    const { event, port } = JSON.parse(line);
    found[event === "listen" ? "port" : "inspector"] = port;
    if (found.port && found.inspector) return found;
  }
  throw new Error("workerd stopped before it listened: see above");
}

/** Asks over a connection of the agent: the response, as `problems` takes it. */
export function ask(agent, port, { method, path, headers, body }) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: "127.0.0.1", port, method, path, headers, agent }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (more) => (text += more));
      const header = (name) => response.headers[name];
      response.on("end", () => resolve({ status: response.statusCode, header, text }));
      response.on("error", reject);
    });
    request.on("error", reject).end(body);
  });
}

/** What the worker says about itself. */
export async function control(port, path, method = "GET") {
  const response = await fetch(`http://127.0.0.1:${port}/control/${path}`, { method });
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/**
 * Sends a request over a connection of its own. What is returned leaves, with a response or without: by a reset, of
 * which a server learns at once, or by closing, as browsers do.
 * @param {{ path: string, method?: string, headers?: Record<string, string> }} request
 * @returns {(reset?: boolean) => void}
 */
export function begin(port, { path, method = "GET", headers = {} }) {
  // Half open: or else the socket ends itself when the server does, and with a reset just then Node never exits.
  const socket = net.connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  socket.on("error", () => {}).on("data", () => {});
  const fields = Object.entries({ host: "127.0.0.1", ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`${method} ${path} HTTP/1.1\r\n${fields.join("")}\r\n`);
  return (reset = true) => void (reset ? socket.resetAndDestroy() : socket.destroy());
}
