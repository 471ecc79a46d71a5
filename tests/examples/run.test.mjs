// `make run`: what it prints, how it ends, and what it says where it cannot start.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { local, scratch } from "../support/files.mjs";

const script = local("examples/worker/run.mjs");

function start(port) {
  const child = spawn(process.execPath, [script], { env: { ...process.env, PORT: String(port) } });
  const said = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => (said.out += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (said.err += text));
  const ended = new Promise((resolve) => void child.on("close", (code, signal) => resolve({ ...said, code, signal })));
  return { child, said, ended };
}

async function startedWorker() {
  const run = start(0);
  while (!run.said.out.includes("Ctrl-C") && run.child.exitCode === null) await setTimeout(20);
  return run;
}

test("it prints the routes and three commands to try, and ends quietly by a signal", async (t) => {
  for (const signal of ["SIGINT", "SIGTERM"]) {
    const { child, ended } = await startedWorker();
    t.after(() => child.kill());
    child.kill(signal);
    const { code, out, err } = await ended;
    assert.deepEqual([code, err], [0, ""], signal);
    for (const line of ["  GET     /users/:id", "  PUT     /users/:id", "  GET     /files/*path"]) {
      assert.ok(out.split("\n").includes(line), out);
    }
    assert.equal(out.match(/^ {2}curl /gm).length, 3);
  }
});

test("the commands that it prints work", async (t) => {
  const { child, said, ended } = await startedWorker();
  t.after(() => child.kill());
  const urls = said.out.match(/(?<=curl .*)http:\S+/g);
  const responses = await Promise.all(urls.map((url, i) => fetch(url, { method: i === 2 ? "POST" : "GET" })));
  assert.deepEqual(responses.map(({ status }) => status), [200, 200, 405]);
  child.kill("SIGINT");
  await ended;
});

test("a port in use is reported in one line", async (t) => {
  const server = net.createServer().listen(0, "127.0.0.1");
  t.after(() => server.close());
  await new Promise((listening) => void server.once("listening", listening));
  const { port } = server.address();
  const { code, out, err } = await start(port).ended;
  assert.deepEqual([code, out], [1, ""]);
  assert.equal(err, `port ${port} of 127.0.0.1 is in use: choose another one with PORT=\n`);
});

test("an invalid PORT is reported in one line", async () => {
  const wanted = "choose a number from 1 to 65535, or 0 for any free port";
  for (const port of ["http", "65536", "-1", "1.5", "0x50", "1e3", "80 81"]) {
    const { code, err } = await start(port).ended;
    assert.deepEqual([code, err], [1, `PORT=${port} is not a port: ${wanted}\n`]);
  }
});

test("a folder that cannot be written is named, without a stack trace", async (t) => {
  const folder = scratch(t, "wye-run-");
  fs.writeFileSync(path.join(folder, "file"), "");
  const example = new URL("../../examples/worker/", import.meta.url);
  const lines = [
    `import { bundle, ServeError } from ${JSON.stringify(new URL("serve.mjs", example))};`,
    "const error = await bundle(process.argv[1], process.argv[2]).catch((error) => error);",
    "console.error(error instanceof ServeError, error.message);",
  ];
  const entry = fileURLToPath(new URL("worker.js", example));
  const args = ["--input-type=module", "-e", lines.join("\n"), entry, path.join(folder, "file/out")];
  const { stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  assert.ok(stderr.includes(`mkdir ${path.join(folder, "file")}`), stderr);
  assert.match(stderr, /\ntrue the worker was not bundled: see above\n$/);
});
