// `make run`: what it prints, how it ends, and what it says where it cannot start.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import net from "node:net";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("../../examples/worker/run.mjs", import.meta.url));

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

test("a port in use is one line", async (t) => {
  const server = net.createServer().listen(0, "127.0.0.1");
  t.after(() => server.close());
  await new Promise((listening) => void server.once("listening", listening));
  const { port } = server.address();
  const { code, out, err } = await start(port).ended;
  assert.deepEqual([code, out], [1, ""]);
  assert.equal(err, `port ${port} of 127.0.0.1 is in use: choose another one with PORT=\n`);
});

test("a PORT that is none is one line", async () => {
  for (const port of ["http", "65536", "-1", "1.5"]) {
    const { code, err } = await start(port).ended;
    assert.deepEqual([code, err], [1, `PORT=${port} is no port: a number from 0 to 65535\n`]);
  }
});
