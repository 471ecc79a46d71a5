/*
 * The cases of the app in examples/c-cgi, for every host that it has.
 *
 * c-app.json: `method` (GET), `url`, `with` (fields), `send` (a body) are the request; `status` (200), `headers` and
 * `body` the answer; `log` is the line on standard error. A header that is null must not be there; those that a case
 * does not name are not looked at, but for X-Request-Id. `{base}` is what comes before the path in the client's URL.
 * `direct`: not for a web server in between, which changes such a request. `env`: variables that only a server which is
 * careless would set, for the CGI program alone. Texts may be repeated: see expand.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import http from "node:http";
import { expand } from "../conformance/runner.mjs";

const rows = JSON.parse(readFileSync(new URL("c-app.json", import.meta.url), "utf8"));

export const TOKEN = "open sesame";

const expandAll = (texts) => Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, expand(text)]));

const all = rows.map(({ title, direct, env, method = "GET", url, with: fields = {}, send, ...expected }) => ({
  title,
  direct,
  env: env && expandAll(env),
  request: { method, url, fields: expandAll(fields), body: send === undefined ? undefined : Buffer.from(expand(send)) },
  expected: { status: 200, headers: {}, ...expected, body: expand(expected.body) ?? "" },
}));

/* What comes over HTTP, and what comes in an environment only. */
export const cases = all.filter(({ env }) => !env);
export const cgiCases = all.filter(({ env }) => env);

/** Compares an answer, { status, headers, body }, with what a case says. */
export function check(answer, { status, headers, body }, base = "") {
  assert.equal(answer.status, status);
  assert.match(answer.headers["x-request-id"], /^[0-9a-f]{32}$/);
  for (const [name, value] of Object.entries(headers)) {
    assert.equal(answer.headers[name], value?.replace("{base}", base), name);
  }
  assert.ok(Buffer.from(body).equals(answer.body), `the body is ${JSON.stringify(String(answer.body).slice(0, 200))}`);
}

/**
 * Sends a request over HTTP. A server may answer before it has read all of a body, and close: what comes back counts.
 * @param {number} port
 * @param {{ method: string, url: string, fields: object, body?: Buffer }} request
 * @param {http.Agent | false} [agent]
 * @returns {Promise<{ status: number, headers: object, body: Buffer }>}
 */
export function ask(port, { method, url, fields, body }, agent = false) {
  const headers = body ? { ...fields, "content-length": body.length } : fields;
  return new Promise((resolve, reject) => {
    const request = http.request({ host: "127.0.0.1", port, method, path: url, headers, agent }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        if (!response.complete) return reject(new Error("the answer is cut short"));
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    request.on("error", (error) => {
      if (!request.res) reject(error);
    });
    request.end(body);
  });
}
