// HEAD in servers that make a response of what `fetch` gives: it says what GET says, or nothing, and has no body.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import net from "node:net";
import { test } from "node:test";
import * as esbuild from "esbuild";
import { BUN, DENO } from "../../bench/runtimes.mjs";
import { folderOf, local } from "../support/files.mjs";
import { without } from "../support/skip.mjs";

const RUNTIMES = {
  deno: [DENO, "run", "--quiet", "--no-config", "--no-lock", "-A"],
  bun: [BUN, "run"],
};

async function bundled(runtime) {
  const outfile = `${folderOf(import.meta.url)}/${runtime}.mjs`;
  const entry = local(`tests/runtimes/${runtime}.mjs`);
  const options = { bundle: true, format: "esm", platform: "neutral", external: ["node:*"], logLevel: "warning" };
  await esbuild.build({ entryPoints: [entry], outfile, ...options });
  return outfile;
}

/** The head of the response to a request on a connection of its own, and what follows it. */
function ask(port, method, path) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, "127.0.0.1");
    let text = "";
    socket.setEncoding("latin1").on("data", (piece) => {
      text += piece;
      if (text.length > 10_000) socket.destroy();
    });
    socket.once("error", reject).once("close", () => resolve(read(text)));
    socket.write(`${method} ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
  });
}

function read(text) {
  const [head, body] = text.split(/\r\n\r\n([^]*)/);
  const [line, ...fields] = head.split("\r\n");
  const length = fields.map((field) => /^content-length: (.*)/i.exec(field)?.[1]).find((value) => value !== undefined);
  return { status: Number(line.split(" ")[1]), length, body };
}

const PATHS = ["/text", "/length", "/stream", "/endless", "/none", "/nowhere"];

for (const [runtime, [program, ...args]] of Object.entries(RUNTIMES)) {
  const skip = without(program, "Linux on x86-64");
  test(`HEAD in ${runtime}`, { skip }, async (t) => {
    const server = spawn(program, [...args, await bundled(runtime)], { stdio: ["ignore", "pipe", "inherit"] });
    t.after(() => server.kill());
    const port = Number(await new Promise((resolve) => server.stdout.setEncoding("utf8").once("data", resolve)));
    for (const path of PATHS) {
      const [get, head] = [await ask(port, "GET", path), await ask(port, "HEAD", path)];
      assert.equal(head.status, get.status, path);
      assert.equal(head.body, "", path);
      assert.ok(head.length === undefined || head.length === get.length, `${path}: ${head.length}, not ${get.length}`);
    }
    assert.deepEqual(await ask(port, "HEAD", "/own"), { status: 200, length: "77", body: "" });
  });
}
