/*
 * The server of examples/c-server: the cases that the CGI program has, over HTTP; what only a server has; load; and
 * that it stops under load without a request being lost.
 */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { local, scratch } from "../support/files.mjs";
import { compiler, run } from "../support/run.mjs";
import { unless, without } from "../support/skip.mjs";
import { ask, cases, check, TOKEN } from "./c-app.mjs";

const builds = [
  { name: "optimized", program: local("build/examples/c-server") },
  { name: "with the sanitizers", program: local("build/examples/c-server-asan") },
];
const skip = without(builds[0].program, "libmicrohttpd: apt-get install libmicrohttpd-dev");
const noWrk = unless(!spawnSync("wrk", ["-v"]).error, "wrk: apt-get install wrk");

const notLinux = process.platform !== "linux" && "needs LD_PRELOAD";
const PRINTABLE = /^[\n -~]*$/;

const GET = (url, fields = {}) => ({ method: "GET", url, fields });

/**
 * Starts a server on a free port. `stop` sends SIGTERM and gives how it ended: its code, its last line as numbers, and
 * what it wrote to standard error.
 */
async function start(program, args = [], env = {}) {
  const child = spawn(program, ["0", ...args], { env: { ...process.env, APP_TOKEN: TOKEN, ...env } });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) child[name].on("data", (data) => void (output[name] += data));
  const closed = new Promise((resolve) => child.once("close", (code) => resolve(code)));
  while (!/listening on .*\n/.test(output.stdout)) {
    await Promise.race([new Promise((resolve) => child.stdout.once("data", resolve)), closed]);
    assert.equal(child.exitCode, null, output.stderr);
  }
  const stop = async () => {
    child.kill("SIGTERM");
    const code = await closed;
    const figures = /^stopped: (\d+) requests, (\d+) cut short, contexts: (\d+) in use, at most (\d+)$/m;
    const [requests, cut, used, most] = (output.stdout.match(figures) ?? []).slice(1).map(Number);
    return { code, requests, cut, used, most, stderr: output.stderr };
  };
  return { port: Number(output.stdout.match(/:(\d+)\n/)[1]), output, stop };
}

for (const { name, program } of builds) {
  describe(`the cases, ${name}`, { skip }, () => {
    let server;
    const asked = []; /* what was not left out on the command line */
    before(async () => void (server = await start(program)));

    for (const { title, request, expected } of cases) {
      test(title, async () => {
        asked.push(expected);
        check(await ask(server.port, request), expected);
      });
    }

    after(async () => {
      const { code, requests, cut, used, stderr } = await server.stop();
      assert.deepEqual({ code, requests, cut, used }, { code: 0, requests: asked.length, cut: 0, used: 0 }, stderr);
      for (const { log } of asked) if (log) assert.ok(stderr.includes(log), log);
    });
  });
}

// ---------------------------------------------------------------- connections

/** A connection of which the test says what is sent. */
async function connect(port) {
  const socket = net.connect(port, "127.0.0.1");
  let text = "";
  socket.setEncoding("latin1").on("data", (data) => void (text += data)).on("error", () => {});
  const ended = new Promise((resolve) => socket.once("close", resolve));
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  const until = async (pattern) => {
    while (!pattern.test(text)) {
      assert.ok(!socket.closed, `closed after ${JSON.stringify(text)}`);
      await Promise.race([new Promise((resolve) => socket.once("data", resolve)), ended]);
    }
    return text;
  };
  return { socket, until, ended, text: () => text };
}

// ---------------------------------------------------------------- hostile requests

/*
 * hostile.json: `line` (POST /words), `host` (values, one), `head` (more lines) and `body` are a request as it is sent,
 * in Latin-1; a request for /health follows it at once. It is refused by `status` (400), the connection is closed, and
 * what follows gets no answer: a body of another length would be one. A status of 200: both are answered. `silent`:
 * libmicrohttpd may also close without a word. `log`: what is in the log then, unless libmicrohttpd answered itself.
 */
const hostile = JSON.parse(readFileSync(new URL("hostile.json", import.meta.url), "utf8"));
const FOLLOWING = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";

function textOf({ line = "POST /words HTTP/1.1", host = ["a"], head = [], body = "hello" }) {
  const lines = [line, ...host.map((value) => `Host: ${value}`), ...head];
  return `${lines.join("\r\n")}\r\n\r\n${body}${FOLLOWING}`;
}

for (const { name, program } of builds) {
  describe(`hostile requests, ${name}`, { skip }, () => {
    let server;
    const logs = [];
    before(async () => void (server = await start(program)));

    for (const { title, status = 400, silent, log, ...row } of hostile) {
      test(title, { timeout: 10000 }, async () => {
        const { socket, until, ended, text } = await connect(server.port);
        socket.write(textOf(row), "latin1");
        await (status === 200 ? until(/"ok":true/) : ended);
        socket.destroy();
        const answers = [...text().matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, code]) => Number(code));
        if (status === 200) assert.deepEqual(answers, [200, 200]);
        else assert.deepEqual([...new Set(answers)], silent && answers.length === 0 ? [] : [status]);
        if (log && (status === 200 || text().includes("\nbad request\n"))) logs.push(log);
      });
    }

    after(async () => {
      const { code, used, stderr } = await server.stop();
      assert.deepEqual({ code, used }, { code: 0, used: 0 }, stderr);
      assert.match(stderr, PRINTABLE);
      for (const log of logs) assert.ok(stderr.includes(log), log);
    });
  });
}

/* A client that has gone is what libmicrohttpd itself writes a path about. */
test("everything libmicrohttpd logs is printable", { skip: skip || notLinux }, async (t) => {
  const library = join(scratch(t, "wye-deaf-"), "deaf.so");
  run(compiler, ["-shared", "-fPIC", "-o", library, local("tests/examples/deaf.c")]);
  const server = await start(builds[0].program, [], { LD_PRELOAD: library });
  const { socket, ended } = await connect(server.port);
  socket.write("GET /hello/\u009b31m HTTP/1.1\r\nHost: a\r\n\r\n", "latin1");
  await ended;
  const { code, used, stderr } = await server.stop();
  assert.deepEqual({ code, used }, { code: 0, used: 0 });
  assert.match(stderr, /^Failed to send .*\/hello\/\\x9b31m/m);
  assert.match(stderr, PRINTABLE);
});

/* Nothing may be taken for hidden where a head is large, comes in pieces, or follows another. */
test("valid heads in small pieces are accepted", { skip }, async () => {
  const server = await start(builds[1].program);
  const { socket, until } = await connect(server.port);
  socket.setNoDelay();
  const fields = Array.from({ length: 150 }, (_, i) => `X-${i}:${" ".repeat(i % 3)}${"x".repeat(i)}\r\n`).join("");
  const texts = Array.from({ length: 8 }, (_, i) => `GET /users/1?a=${i}&b HTTP/1.1\r\nHost: a\r\n${fields}\r\n`);
  const all = `${texts.join("\r\n")}GET /health HTTP/1.1\r\nHost: a\r\nCookie: a=b; c=d\r\n\r\n`;
  for (let from = 0, size = 1; from < all.length; from += size, size = (size * 7) % 4099) {
    await new Promise((resolve) => socket.write(all.slice(from, from + size), resolve));
  }
  const text = await until(/"ok":true/);
  assert.equal(text.match(/HTTP\/1\.1 200/g).length, texts.length + 1);
  socket.destroy();
  const { code, used, stderr } = await server.stop();
  assert.deepEqual({ code, used }, { code: 0, used: 0 }, stderr);
});

describe("connections", { skip }, () => {
  for (const { name, program } of builds) {
    test(`a chunked body that is too large is refused, ${name}`, async () => {
      const server = await start(program);
      const { socket, until } = await connect(server.port);
      socket.write("POST /words HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (let i = 0; i < 17; i++) socket.write(`1000\r\n${"x".repeat(4096)}\r\n`);
      socket.write("0\r\n\r\nGET /health HTTP/1.1\r\nHost: a\r\n\r\n");
      const text = await until(/"ok":true/);
      assert.match(text, /^HTTP\/1\.1 413 [^]*content too large\nHTTP\/1\.1 200 /);
      socket.destroy();
      const { code, cut, used } = await server.stop();
      assert.deepEqual({ code, cut, used }, { code: 0, cut: 0, used: 0 });
    });

    test(`clients may leave in the middle, ${name}`, async () => {
      const server = await start(program);
      const upload = "POST /words HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc";
      for (const text of [upload, "GET /he", "GET /x HTTP/1.1\r\nA:"]) {
        const { socket } = await connect(server.port);
        await new Promise((resolve) => socket.write(text, resolve));
        socket.destroy();
      }
      const { socket, until } = await connect(server.port);
      socket.write("GET /count/1000000 HTTP/1.1\r\nHost: a\r\n\r\n");
      await until(/ 100\n/);
      socket.destroy();
      assert.equal((await ask(server.port, GET("/health"))).status, 200);
      const { code, used, stderr } = await server.stop();
      assert.deepEqual({ code, used }, { code: 0, used: 0 }, stderr);
    });
  }

  test("a stream is pulled as its client reads, and holds its context until then", async () => {
    const server = await start(builds[1].program, ["1", "1"]);
    const { socket, until, ended } = await connect(server.port);
    socket.write("GET /count/1000000 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    await until(/ 100\n/);
    socket.pause();
    const { status, headers, body } = await ask(server.port, GET("/health"));
    assert.deepEqual([status, headers["retry-after"], String(body)], [503, "1", "service unavailable\n"]);
    socket.resume();
    await ended;
    assert.equal((await ask(server.port, GET("/health"))).status, 200);
    const { code, cut, used, most } = await server.stop();
    assert.deepEqual({ code, cut, used, most }, { code: 0, cut: 0, used: 0, most: 1 });
  });

  test("invalid arguments and a port in use are reported", async () => {
    for (const args of [["x"], ["65536"], ["0", "0"], ["0", "1", "-1"], ["0", "1", "1", "1"]]) {
      const { status, stderr } = spawnSync(builds[0].program, args, { timeout: 20000 });
      assert.deepEqual([status, String(stderr)], [2, "usage: server [PORT [THREADS [CONTEXTS]]]\n"]);
    }
    const taken = net.createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    const { status, stderr } = spawnSync(builds[0].program, [String(taken.address().port)], { timeout: 20000 });
    assert.equal(status, 2);
    assert.match(String(stderr), /^port \d+: Address already in use\n$/);
    taken.close();
  });
});

// ---------------------------------------------------------------- load

for (const { name, program } of builds) {
  test(`under load by wrk, ${name}`, { skip: skip || noWrk }, async (t) => {
    const server = await start(program, ["2", "64"], { APP_QUIET: "1" });
    const url = `http://127.0.0.1:${server.port}/users/2`;
    const { stdout } = await new Promise((resolve) => {
      const wrk = spawn("wrk", ["-t1", "-c32", "-d2", "--latency", url]);
      let stdout = "";
      wrk.stdout.on("data", (data) => void (stdout += data));
      wrk.once("close", () => resolve({ stdout }));
    });
    const { code, requests, used, most, stderr } = await server.stop();
    const answered = Number(stdout.match(/(\d+) requests in/)?.[1]);
    const figure = (pattern) => stdout.match(pattern)?.[1];
    t.diagnostic(
      `${figure(/Requests\/sec: +(\S+)/)} requests a second, latency 50 % ${figure(/50% +(\S+)/)}, ` +
        `99 % ${figure(/99% +(\S+)/)}; ${answered} requests, at most ${most} contexts`,
    );
    assert.ok(answered > 0, stdout);
    assert.ok(!/Socket errors|Non-2xx/.test(stdout), stdout);
    assert.deepEqual({ code, used, stderr }, { code: 0, used: 0, stderr: "" });
    assert.ok(requests >= answered && requests <= answered + 32, `${requests} requests for ${answered} answers`);
  });
}

const REQUESTS = [
  GET("/hello/ada"),
  GET("/users/1"),
  GET("/count/500"),
  GET("/large"),
  { method: "POST", url: "/words", fields: {}, body: Buffer.alloc(20000, "a b\n") },
];
const LENGTHS = ["/hello/ada", "/users/1", "/count/500", "/large", "/words"];

/**
 * A client on one connection: sends a request when the last one is answered, until the server says that it closes. An
 * answer that is not whole is an error. Connections that are refused, once the server has stopped listening, are none.
 */
async function keepAsking(port, tally, seed) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  for (let i = seed; !tally.closed; i++) {
    const request = REQUESTS[i % REQUESTS.length];
    const answer = await ask(port, request, agent).catch((error) => error);
    if (answer instanceof Error) {
      if (answer.code === "ECONNREFUSED" && tally.stopping) break;
      tally.lost.push(`${request.url}: ${answer.code} ${answer.message}`);
      break;
    }
    assert.equal(answer.status, 200);
    tally.lengths[request.url].add(answer.body.length);
    tally.answered++;
    if (answer.headers.connection === "close") tally.told++;
  }
  agent.destroy();
}

for (const { name, program } of builds) {
  test(`stopped under load, the server loses no request, ${name}`, { skip, timeout: 120000 }, async (t) => {
    const server = await start(program, ["2", "64"], { APP_QUIET: "1" });
    const lengths = Object.fromEntries(LENGTHS.map((url) => [url, new Set()]));
    const tally = { answered: 0, told: 0, lost: [], lengths, stopping: false };
    const clients = Array.from({ length: 24 }, (_, i) => keepAsking(server.port, tally, i));
    const idle = await connect(server.port); /* a connection that says nothing */
    while (tally.answered < 500) await new Promise((resolve) => setTimeout(resolve, 10));
    tally.stopping = true;
    const before = tally.answered;
    const { code, requests, cut, used, most, stderr } = await server.stop();
    await Promise.all(clients);
    await idle.ended;
    const later = tally.answered - before;
    t.diagnostic(`${tally.answered} answers, ${later} of them after SIGTERM; at most ${most} contexts`);
    assert.deepEqual(tally.lost, []);
    assert.deepEqual({ code, cut, used, stderr }, { code: 0, cut: 0, used: 0, stderr: "" });
    assert.equal(requests, tally.answered, "as many as the server has counted");
    assert.ok(tally.told > 0, "clients were told that it closes");
    for (const [url, sizes] of Object.entries(lengths)) assert.equal(sizes.size, 1, `${url}: ${[...sizes]}`);
  });
}

test("a request that begins after SIGTERM on an open connection is answered", { skip }, async () => {
  const server = await start(builds[1].program);
  const client = await connect(server.port);
  client.socket.write("GET /health HTTP/1.1\r\nHost: a\r\n\r\n");
  await client.until(/"ok":true/);
  const stream = await connect(server.port);
  stream.socket.write("GET /count/1000000 HTTP/1.1\r\nHost: a\r\n\r\n");
  await stream.until(/ 100\n/);
  stream.socket.pause();
  const stopped = server.stop();
  for (let refused = false; !refused;) {
    refused = await connect(server.port).then(({ socket }) => void socket.destroy(), () => true);
  }
  client.socket.write("GET /users/1 HTTP/1.1\r\nHost: a\r\n\r\n");
  const text = await client.until(/Ada Lovelace/);
  assert.match(text.split("\r\n\r\n").slice(-2)[0], /^Connection: close$/m);
  stream.socket.resume();
  await stream.ended;
  assert.match(stream.text().slice(-32), /\n1000000\n\r\n0\r\n\r\n$/);
  const { code, requests, cut, used } = await stopped;
  assert.deepEqual({ code, requests, cut, used }, { code: 0, requests: 3, cut: 0, used: 0 });
});
