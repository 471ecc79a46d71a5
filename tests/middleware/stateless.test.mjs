// The middleware that keeps nothing between requests, and the cache, in workerd over HTTP.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import http from "node:http";
import net from "node:net";
import { after, before, test } from "node:test";
import { serveWorker } from "../support/workerd.mjs";

let worker;
before(async () => {
  const bindings = { TOKEN: 'text = "the-token"', SELF: 'service = "test"' };
  worker = await serveWorker(import.meta.url, "stateless.worker.mjs", { bindings });
});
after(() => worker?.stop());

/** Sends a request as it is written here, and gives the response to `take` when it begins. */
function send(path, headers, method, take) {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port: worker.port, method, path, headers, agent: false };
    http.request(options, (response) => take(response, resolve)).on("error", reject).end();
  });
}

const ask = (path, headers = {}, method = "GET") =>
  send(path, headers, method, (response, resolve) => {
    const pieces = [];
    response.on("data", (piece) => pieces.push(piece));
    response.on("end", () => {
      resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(pieces).toString() });
    });
  });

/** Reads a little of the response, and leaves. */
const leave = (path) =>
  send(path, {}, "GET", (response, resolve) => {
    response.once("data", (piece) => {
      response.destroy();
      resolve(String(piece));
    });
  });

/** Sends bytes as they are written here. */
const raw = (text) =>
  new Promise((resolve, reject) => {
    let response = "";
    const socket = net.connect(worker.port, "127.0.0.1", () => socket.write(text));
    socket.on("data", (piece) => (response += piece)).on("end", () => resolve(response)).on("error", reject);
  });

const json = async (path) => JSON.parse((await ask(path)).text);
const basic = (text) => ({ authorization: `Basic ${Buffer.from(text).toString("base64")}` });
const tagOf = (text) => `"${createHash("sha256").update(text).digest("base64").replace("=", "")}"`;

test("logger: a line for each request", async () => {
  await json("/lines");
  await ask("/page?secret=1");
  await ask("/none");
  await ask("/page", {}, "DELETE");
  await ask("/fails/error");
  assert.deepEqual(await json("/lines"), [
    "GET /page 200 ms",
    "GET /none 404 ms",
    "DELETE /page 405 ms",
    "GET /fails/error 500 ms",
  ]);
});

test("logger: odd requests have a line too", async () => {
  await json("/lines");
  const odd = [["a b"], ["a", "b"], ["a\tb"], ["[::"]];
  for (const [hosts, status] of [...odd.map((hosts) => [hosts, 400]), [["%"], 404]]) {
    const fields = hosts.map((host) => `Host: ${host}\r\n`).join("");
    const response = await raw(`GET /odd?x HTTP/1.1\r\n${fields}Connection: close\r\n\r\n`);
    assert.equal(Number(/^HTTP\/1.1 (\d+)/.exec(response)?.[1]), status, String(hosts));
    assert.deepEqual(await json("/lines"), [`GET /odd ${status} ms`], String(hosts));
  }
});

test("logger: an abandoned request has a line when it ends", async () => {
  await json("/lines");
  assert.deepEqual([(await ask("/slow/200")).status, await json("/lines")], [504, ["GET /slow/200 504 ms"]]);
  let lines = [];
  for (const end = Date.now() + 20_000; lines.length === 0 && Date.now() < end; ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    lines = await json("/lines");
  }
  assert.deepEqual(lines, ["GET /slow/200 200 ms"]);
});

test("requestId and secureHeaders: on responses, misses and errors, new ids and nonces each time", async () => {
  const seen = new Set();
  for (const [path, status] of [["/page", 200], ["/none", 404], ["/fails/http", 409], ["/fails/text", 500]]) {
    const { status: is, headers, text } = await ask(path);
    const [, nonce] = /^script-src 'self' 'nonce-([\w+/]{22}==)'$/.exec(headers["content-security-policy"]);
    assert.deepEqual([is, headers["x-content-type-options"]], [status, "nosniff"], path);
    assert.equal(headers["strict-transport-security"], undefined); // over HTTP
    if (path === "/page") assert.equal(text, nonce);
    seen.add(nonce).add(headers["x-request-id"]);
  }
  assert.equal(seen.size, 8);
  assert.equal((await ask("/page", { "x-request-id": "brought" })).headers["x-request-id"], "brought");
  const traced = { "x-request-id": "Root=1-67891233-abc/d+e==" };
  assert.equal((await ask("/page", traced)).headers["x-request-id"], traced["x-request-id"]);
  assert.match((await ask("/page", { "x-request-id": "b d" })).headers["x-request-id"], /^[0-9a-f-]{36}$/);
});

test("recover: problems", async () => {
  const known = await ask("/fails/http");
  assert.equal(known.headers["content-type"], "application/problem+json");
  assert.equal(known.headers["retry-after"], "3");
  assert.deepEqual(JSON.parse(known.text), {
    type: "about:blank", title: "Conflict", status: 409, detail: "taken", instance: "/fails/http",
  });
  for (const path of ["/fails/error", "/fails/text"]) {
    const { status, text } = await ask(path);
    const problem = { type: "about:blank", title: "Internal Server Error", status: 500, instance: path };
    assert.deepEqual([status, JSON.parse(text)], [500, problem]);
  }
});

test("recover: the app's own 404 and 405 are problems too", async () => {
  for (const [path, method, title, allow] of [["/none", "GET", "Not Found"], ["/page", "PUT", "Method Not Allowed"]]) {
    const { headers, text } = await ask(path, {}, method);
    assert.equal(headers["content-type"], "application/problem+json");
    assert.equal(headers.allow, method === "PUT" ? "GET, HEAD, OPTIONS" : allow);
    assert.equal(JSON.parse(text).title, title);
  }
});

test("cors: preflights, responses, misses, errors", async () => {
  const origin = "http://two.example";
  for (const path of ["/page", "/none", "/basic/me"]) {
    const { status, headers } = await ask(path, { origin, "access-control-request-method": "PUT" }, "OPTIONS");
    const { "access-control-allow-origin": allowed, "access-control-max-age": age, vary } = headers;
    assert.deepEqual([status, allowed, age], [204, origin, "60"], path);
    assert.equal(vary, "Origin, Access-Control-Request-Headers");
  }
  for (const [path, status] of [["/page", 200], ["/none", 404], ["/fails/error", 500], ["/basic/me", 401]]) {
    const { status: is, headers } = await ask(path, { origin });
    assert.deepEqual([is, headers["access-control-allow-origin"], headers.vary], [status, origin, "Origin"], path);
    assert.equal((await ask(path, { origin: "http://evil" })).headers["access-control-allow-origin"], undefined);
  }
});

test("basicAuth: 400 requests at once, each with its own user", async () => {
  const all = Array.from({ length: 400 }, async (_, i) => {
    const headers = { ...basic(`user${i % 20}:pässword${i % 25}`), "x-request-id": `request-${i}` };
    const { status, text, headers: fields } = await ask("/basic/me", headers);
    const { "x-request-id": id, "www-authenticate": challenge } = fields;
    const good = i % 20 === i % 25;
    assert.equal(id, `request-${i}`);
    assert.equal(challenge, good ? undefined : 'Basic realm="restricted", charset="UTF-8"');
    assert.equal(status, good ? 200 : 401);
    if (good) assert.deepEqual(JSON.parse(text), [`user${i % 20}`, `request-${i}`]);
  });
  await Promise.all(all);
});

test("bearerAuth, with a secret of the environment", async () => {
  const status = async (authorization) => (await ask("/bearer/me", authorization && { authorization })).status;
  assert.deepEqual(
    [await status(), await status("Bearer the-token"), await status("Bearer other"), await status("Bearer a b")],
    [401, 200, 401, 400],
  );
});

test("some and every: either way, and all challenges", async () => {
  const of = async (headers) => {
    const { status, text, headers: fields } = await ask("/either/me", headers);
    return [status, status === 200 ? text : fields["www-authenticate"]];
  };
  assert.deepEqual(await of({ authorization: "Bearer the-token" }), [200, "undefined"]);
  assert.deepEqual(await of(basic("user1:pässword1")), [200, "user1"]);
  assert.deepEqual(await of(basic("user2:pässword2")), [403, undefined]);
  assert.deepEqual(await of({}), [401, 'Basic realm="restricted", charset="UTF-8", Bearer realm="restricted"']);
});

test("except: some paths", async () => {
  const statuses = { "/mostly/free": 200, "/mostly/free/a/b": 200, "/mostly/freely": 401, "/mostly/x": 401 };
  for (const [path, status] of Object.entries({ ...statuses, "/mostly/free/%2e%2e/x": 404, "/mostly/FREE/x": 401 }))
    assert.equal((await ask(path)).status, status, path);
});

test("csrf: pages of other origins", async () => {
  const of = async (headers) => (await ask("/own/x", headers, "POST")).status;
  const here = `http://127.0.0.1:${worker.port}`;
  const one = "http://one.example";
  for (const headers of [{}, { origin: here }, { "sec-fetch-site": "same-origin" }, { "sec-fetch-site": "none" }])
    assert.equal(await of(headers), 200, JSON.stringify(headers));
  assert.equal(await of({ "sec-fetch-site": "cross-site", "origin": one }), 200);
  const evil = { origin: "http://evil.example" };
  for (const headers of [evil, { ...evil, "sec-fetch-site": "cross-site" }, { "sec-fetch-site": "same-site" }])
    assert.equal(await of(headers), 403, JSON.stringify(headers));
});

test("validate: what fits, and what does not", async () => {
  const of = async (target, { query = "", ...init }) => {
    const url = `http://127.0.0.1:${worker.port}/valid/${target}${query}`;
    const response = await fetch(url, { method: "POST", ...init });
    return [response.status, response.status === 200 ? await response.json() : (await response.json()).detail];
  };
  const form = (page) => {
    const body = new FormData();
    body.append("page", page);
    return { body };
  };
  const sending = {
    query: (page) => ({ query: `?page=${page}` }),
    json: (page) => ({ body: JSON.stringify({ page }), headers: { "content-type": "application/json" } }),
    form,
    header: (page) => ({ headers: { page } }),
    cookie: (page) => ({ headers: { cookie: `page=${page}` } }),
  };
  for (const [target, init] of Object.entries(sending)) {
    assert.deepEqual(await of(target, init("17")), [200, 17]);
    const [status, detail] = await of(target, init("x"));
    assert.equal(status, 400);
    assert.match(detail, /is not valid: page: Expected a number$/);
  }
});

const TAGGED = [
  { path: "/text", text: "hello" },
  { path: "/length", text: "hello" },
  { path: "/own", text: "hello" },
  { path: "/fetched", text: "hello" },
  { path: "/bytes/10000", text: "a".repeat(10_000) },
  { path: "/stream/1000", text: "0123456789".repeat(1000) },
  { path: "/stream/0", text: "" },
  { path: "/bytes/10001", text: "a".repeat(10_001), long: true },
  { path: "/stream/1001", text: "0123456789".repeat(1001), long: true },
  { path: "/stream/5000", text: "0123456789".repeat(5000), long: true },
];

for (const { path, text, long = false } of TAGGED) {
  test(`etag: ${path}`, async () => {
    const first = await ask(`/tagged${path}`);
    const tag = long ? undefined : tagOf(text);
    assert.deepEqual([first.status, first.headers.etag, first.text === text], [200, tag, true]);
    const again = await ask(`/tagged${path}`, { "if-none-match": `"x", W/${tagOf(text)}` });
    assert.deepEqual([again.status, again.text === text], long ? [200, true] : [304, text === ""]);
    assert.equal(again.headers["x-content-type-options"], "nosniff");
    const head = await ask(`/tagged${path}`, {}, "HEAD");
    assert.deepEqual([head.status, head.headers.etag, head.text], [200, first.headers.etag, ""]);
  });
}

for (const { path, text } of TAGGED) {
  test(`cache: ${path}`, async () => {
    const kept = text.length <= 10_000;
    const runs = [];
    for (let i = 0; i < 3; i++) {
      const { status, headers, text: got } = await ask(`/cached${path}`, { "x-request-id": `id-${i}` });
      assert.deepEqual([status, got === text, headers["x-request-id"]], [200, true, `id-${i}`]);
      assert.equal(headers.age === undefined, i === 0 || !kept);
      runs.push(headers["x-run"] - 1);
    }
    const [first] = runs;
    assert.deepEqual(runs, kept ? [first, first, first] : [first, first + 1, first + 2]);
    const head = await ask(`/cached${path}`, {}, "HEAD");
    assert.deepEqual([head.status, head.text, head.headers.age !== undefined], [200, "", kept]);
  });
}

test("cache: what one client never gets from another", async () => {
  const runs = async (path, ...requests) => {
    const seen = [];
    for (const headers of requests) seen.push((await ask(path, headers)).headers["x-run"]);
    return seen.map((run) => run - seen[0]);
  };
  assert.deepEqual(await runs("/cached/cookie", {}, {}), [0, 1]);
  assert.deepEqual(await runs("/cached/private", {}, {}), [0, 1]);
  assert.deepEqual(await runs("/cached/text?1", { cookie: "a=1" }, { cookie: "a=1" }, {}, {}), [0, 1, 2, 2]);
  assert.deepEqual(await runs("/cached/text?2", { authorization: "a" }, { authorization: "a" }, {}, {}), [0, 1, 2, 2]);
  for (const language of ["de", "fr", "de", "fr"])
    assert.equal((await ask("/cached/language", { "accept-language": language })).text, language);
  for (const origin of ["http://one.example", "http://two.example", "http://evil", "http://one.example"]) {
    const { headers } = await ask("/cached/text?3", { origin });
    assert.equal(headers["access-control-allow-origin"], origin === "http://evil" ? undefined : origin);
  }
});

test("cache: nobody spoils what others get", async () => {
  for (const path of ["/spoilt/text", "/spoilt/stream/3"])
    for (let i = 0; i < 4; i++) assert.match((await ask(path)).text, /^(hello|(0123456789){3})$/);
});

test("cache: POST drops what is kept", async () => {
  const run = async (method) => (await ask("/cached/text?4", {}, method)).headers["x-run"];
  const first = await run("GET");
  assert.equal(await run("GET"), first);
  await ask("/cached/text?4", {}, "POST");
  assert.notEqual(await run("GET"), first);
});

test("cache and etag: the tag is kept with the answer", async () => {
  const { headers } = await ask("/both/text");
  const again = await ask("/both/text", { "if-none-match": headers.etag });
  assert.deepEqual([again.status, again.text, again.headers["x-run"]], [304, "", headers["x-run"]]);
  assert.equal(again.headers["content-type"], undefined);
});

test("clients that leave end their streams", async () => {
  for (const path of ["/tagged/endless", "/cached/endless", "/both/endless", "/cached/endless"])
    assert.match(await leave(path), /^0123456789/);
  const deadline = Date.now() + 20_000;
  let open;
  do open = await json("/open");
  while (open > 0 && Date.now() < deadline);
  assert.equal(open, 0);
});
