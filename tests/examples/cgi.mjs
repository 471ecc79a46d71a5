/* What a web server does for a CGI program (RFC 3875): the variables that it sets, and how it reads what comes back. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";

/** The environment of a request (RFC 3875 4.1). PATH_INFO is decoded there. */
export function environment({ method, url, fields, body }, more = {}) {
  const [path, query = ""] = url.split(/\?(.*)/s);
  const variables = Object.entries(fields).map(([name, value]) => [name.toUpperCase().replaceAll("-", "_"), value]);
  const own = variables.map(([name, value]) => [name === "CONTENT_TYPE" ? name : `HTTP_${name}`, value]);
  return {
    GATEWAY_INTERFACE: "CGI/1.1",
    SERVER_PROTOCOL: "HTTP/1.1",
    SERVER_NAME: "example.org",
    SERVER_PORT: "80",
    REQUEST_METHOD: method,
    SCRIPT_NAME: "/cgi-bin/app",
    PATH_INFO: decodeURIComponent(path),
    QUERY_STRING: query,
    HTTP_HOST: "example.org",
    ...(body ? { CONTENT_LENGTH: String(body.length) } : {}),
    ...Object.fromEntries(own),
    ...more,
  };
}

/** An answer of the program as { status, headers, body }; fails where it is none (RFC 3875 6). */
export function parse(output) {
  const end = output.indexOf("\r\n\r\n");
  assert.ok(end >= 0, `no head: ${output.subarray(0, 200)}`);
  const lines = output.subarray(0, end).toString().split("\r\n").map((line) => line.match(/^([\w-]+): (.*)$/));
  assert.ok(lines.every((line) => line), String(output.subarray(0, end)));
  const headers = Object.fromEntries(lines.map(([, name, value]) => [name.toLowerCase(), value]));
  assert.equal(Object.keys(headers).length, lines.length, "a field comes once");
  const [, status] = headers.status.match(/^(\d{3}) \S/);
  return { status: Number(status), headers, body: output.subarray(end + 4) };
}

/** Runs a program on this machine. */
export function native(program) {
  return {
    run(env, stdin = "") {
      const { status, stdout, stderr } = spawnSync(program, [], { env, input: stdin, maxBuffer: 1 << 26 });
      return { stdout, stderr: stderr.toString(), code: status };
    },
    close() {},
  };
}

/** Runs a WASI command, by run_wasi.py. */
export function wasmtime(python, module) {
  const script = new URL("run_wasi.py", import.meta.url).pathname;
  const child = spawn(python, ["-B", script, module], { stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async run(env, stdin = "") {
      child.stdin.write(`${JSON.stringify({ env, stdin: Buffer.from(stdin).toString("base64") })}\n`);
      const { value } = await answers.next();
      const { outputs, code } = JSON.parse(value);
      const [stdout, stderr] = outputs.map((text) => Buffer.from(text, "base64"));
      return { stdout, stderr: stderr.toString(), code };
    },
    close: () => child.stdin.end(),
  };
}
