/*
 * The CGI program of examples/c-cgi: natively, with the sanitizers, and as a WASI command under wasmtime, started as a
 * web server does it; and behind a web server.
 */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { local } from "../support/files.mjs";
import { freePort } from "../support/ports.mjs";
import { unless, without } from "../support/skip.mjs";
import { ask, cases, cgiCases, check, TOKEN } from "./c-app.mjs";
import { environment, native, parse, wasmtime } from "./cgi.mjs";

const python = local("build/venv/bin/python");
const module = local("build/examples/c-cgi.wasm");

const hosts = [
  {
    name: "native",
    skip: without(local("build/examples/c-cgi"), "a C compiler"),
    open: () => native(local("build/examples/c-cgi")),
  },
  {
    name: "native, with the sanitizers",
    skip: without(local("build/examples/c-cgi-asan"), "a C compiler"),
    open: () => native(local("build/examples/c-cgi-asan")),
  },
  {
    name: "wasmtime",
    skip: without(python, "wasmtime: make venv") || without(module, "its module: make examples"),
    open: () => wasmtime(python, module),
  },
];

const requests = cases.filter(({ request }) => request.url !== "*");
const inProgram = [...requests, ...cgiCases];
const BASE = "/cgi-bin/app";

/** What a run gives, without what differs from run to run. */
function plain({ stdout, stderr, code }) {
  const end = stdout.indexOf("\r\n\r\n");
  const head = stdout.subarray(0, end).toString().replace(/(?<=X-Request-Id: )[0-9a-f]{32}/, "-");
  return { head, body: createHash("sha256").update(stdout.subarray(end)).digest("hex"), stderr, code };
}

for (const { name, skip, open } of hosts) {
  describe(name, { skip }, () => {
    let host;
    before(() => void (host = open()));
    after(() => host.close());

    const run = (request, more) => host.run(environment(request, { APP_TOKEN: TOKEN, ...more }), request.body);
    const get = (url, more) => run({ method: "GET", url, fields: {} }, more);

    for (const { title, request, env, expected } of inProgram) {
      test(title, async () => {
        const { stdout, stderr, code } = await run(request, env);
        check(parse(stdout), expected, BASE);
        if (expected.log) assert.equal(stderr, expected.log);
        assert.equal(code, 0);
      });
    }

    test("an empty PATH_INFO is the root", async () => {
      assert.equal(parse((await get("/", { PATH_INFO: "" })).stdout).status, 200);
    });

    test("a stream has no Content-Length", async () => {
      assert.equal(parse((await get("/count/3")).stdout).headers["content-length"], undefined);
    });

    test("nothing is logged if logging is off", async () => {
      assert.equal((await get("/health", { APP_QUIET: "1" })).stderr, "");
    });

    test("without a token in the environment, no token is accepted", async () => {
      for (const APP_TOKEN of ["", undefined]) {
        const env = environment({ method: "DELETE", url: "/users/1", fields: { "x-token": "" } }, { APP_TOKEN });
        const { stdout } = await host.run(JSON.parse(JSON.stringify(env)));
        assert.equal(parse(stdout).status, 403);
      }
    });

    test("an invalid or wrong Content-Length is refused", async () => {
      const lengths = ["x", "-1", "+4", "4x", "0x4", "1e3", " 4", "4 ", "4\n", "4,", "9999999999999999999", "5"];
      for (const length of lengths) {
        const env = environment({ method: "POST", url: "/words", fields: {} }, { CONTENT_LENGTH: length });
        assert.equal(parse((await host.run(env, "four")).stdout).status, 400, length);
      }
    });

    test("no byte after the body is read", async () => {
      const env = environment({ method: "PUT", url: "/echo", fields: {} }, { CONTENT_LENGTH: "4" });
      assert.equal(String(parse((await host.run(env, "four, and more")).stdout).body), "four");
    });

    test("a path that is too long is a 414", async () => {
      const { stdout, code } = await get("/", { PATH_INFO: `/${"x".repeat(66000)}` });
      assert.deepEqual([parse(stdout).status, code], [414, 0]);
    });

    test("outside a web server, it says which variable is missing", async () => {
      const { stdout, stderr, code } = await host.run({});
      assert.deepEqual([String(stdout), code], ["", 2]);
      assert.match(stderr, /REQUEST_METHOD is not set/);
    });
  });
}

const ready = hosts.filter(({ skip }) => !skip);
const alone = ready.length < 2 && "needs two of the above";

test("all hosts write the same bytes", { skip: alone }, async () => {
  const open = ready.map((host) => host.open());
  for (const { title, request, env: more } of inProgram) {
    const env = environment(request, { APP_TOKEN: TOKEN, ...more });
    const [first, ...others] = await Promise.all(open.map(async (host) => plain(await host.run(env, request.body))));
    for (const other of others) assert.deepEqual(other, first, title);
  }
  for (const host of open) host.close();
});

const noFull = !existsSync("/dev/full") && "no /dev/full";

test("output that cannot be written is an error", { skip: hosts[0].skip || noFull }, () => {
  for (const url of ["/health", "/large", "/count/10000"]) {
    const env = environment({ method: "GET", url, fields: {} });
    const { status } = spawnSync("sh", ["-c", '"$0" >/dev/full', local("build/examples/c-cgi")], { env });
    assert.equal(status, 1, url);
  }
});

// ---------------------------------------------------------------- behind a web server

const lighttpd = ["/usr/sbin/lighttpd", "/usr/local/sbin/lighttpd", "/opt/homebrew/sbin/lighttpd"].find(existsSync);
const noLighttpd = unless(lighttpd, "lighttpd: apt-get install lighttpd");

function configOf(folder, port) {
  return `server.modules = ("mod_cgi", "mod_setenv")
server.document-root = "${folder}"
server.bind = "127.0.0.1"
server.port = ${port}
server.errorlog = "${folder}/errors"
server.breakagelog = "${folder}/log"
cgi.assign = (".cgi" => "")
setenv.add-environment = ("APP_TOKEN" => "${TOKEN}")
`;
}

async function untilItListens(port, child) {
  for (;;) {
    const status = await ask(port, { method: "GET", url: "/", fields: {} }).then(({ status }) => status, () => 0);
    if (status) return;
    assert.equal(child.exitCode, null, "lighttpd has ended");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("behind lighttpd", { skip: hosts[0].skip || noLighttpd }, () => {
  let folder, port, child;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "wye-cgi-"));
    port = await freePort();
    writeFileSync(join(folder, "conf"), configOf(folder, port));
    symlinkSync(local("build/examples/c-cgi"), join(folder, "app.cgi"));
    child = spawn(lighttpd, ["-D", "-f", join(folder, "conf")], { stdio: "inherit" });
    await untilItListens(port, child);
  });

  after(async () => {
    const ended = child.exitCode ?? child.signalCode ?? once(child, "exit");
    child.kill();
    await ended;
    rmSync(folder, { recursive: true });
  });

  const passed = requests.filter(({ direct }) => !direct);

  for (const { title, request, expected } of passed) {
    test(title, async () => {
      const answer = await ask(port, { ...request, url: `/app.cgi${request.url}` });
      check(answer, expected, "/app.cgi");
    });
  }

  test("the web server gets what the program logs", () => {
    const log = readFileSync(join(folder, "log"), "utf8");
    for (const { expected } of passed) if (expected.log) assert.ok(log.includes(expected.log), expected.log);
  });
});
