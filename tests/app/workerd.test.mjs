// The app in workerd: what no other host lets through, and what its Responses are like.

import assert from "node:assert/strict";
import net from "node:net";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { serveWorker } from "../support/workerd.mjs";

let worker;
before(async () => {
  worker = await serveWorker(import.meta.url, "worker.mjs", { bindings: { SELF: 'service = "test"' } });
});
after(() => worker?.stop());

/** Sends lines as they are: the status line, the fields and the body of what comes back. */
function raw(...lines) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(worker.port, "127.0.0.1");
    let text = "";
    socket.on("data", (more) => (text += more.toString("latin1"))).on("error", reject);
    socket.on("close", () => {
      const [head, ...body] = text.split("\r\n\r\n");
      const [status, ...fields] = head.split("\r\n");
      const pairs = fields.map((field) => field.split(/: (.*)/s));
      const headers = Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value]));
      resolve({ status: Number(status.split(" ")[1]), headers, body: body.join("\r\n\r\n") });
    });
    socket.write([...lines, "connection: close", "", ""].join("\r\n"));
  });
}

const get = (path, init) => fetch(`http://127.0.0.1:${worker.port}${path}`, { redirect: "manual", ...init });
const control = async (name) => (await get(`/${name}`)).json();

/** What the app was told in the course of requests. */
async function toldOf(action) {
  await control("told");
  await control("url-of-next");
  const result = await action();
  return { result, told: await control("told"), urls: await control("url-of-next") };
}

/* ------------------------------------------------------------------ URLs that no URL parser would let through */

const BACKSLASHES = [
  "/api/private\\x", "/api/public\\..\\private/x", "/api\\private/x", "/api/private/..\\..\\x", "\\api/private/x",
  "/api/x\\", "/\\api/private/x", "//api\\private",
];

for (const path of BACKSLASHES) {
  test(`GET ${path} is no path: it does not get past a guard`, async () => {
    const { result, told } = await toldOf(() => raw(`GET ${path} HTTP/1.1`, "host: localhost"));
    assert.equal(result.status, 400, result.body);
    assert.ok(!result.body.includes("passed on"), result.body);
    if (told.length > 0) assert.match(told.join("\n"), /^GET \S+ 400$/);
  });
}

test("a backslash in a query or an escape is a character like any other", async () => {
  assert.equal((await raw("GET /api/x?a\\b HTTP/1.1", "host: localhost")).status, 200);
  assert.equal((await raw("GET /api/x%5Cy HTTP/1.1", "host: localhost")).status, 200);
});

const HOSTS = [
  ["host: a b"], ["host: a", "host: b"], ["host: a:b:c"], ["host: [::1"], ["host: a/b"], ["host: a?b"], ["host: a#b"],
  ["host: a\\b"], ["host: @"], ["host: a@b@c"], ["host: %zz"], ["host: a,b"], ["host: <>"], ["host: a:99999"],
];

for (const fields of HOSTS) {
  test(`a request with ${fields.join(", ")} is responded to, and logged if it arrives`, async () => {
    for (const path of ["/plain", "/api/private/x", "/throws", "/none"]) {
      const { result, told } = await toldOf(() => raw(`GET ${path} HTTP/1.1`, ...fields));
      assert.ok(result.status >= 200 && result.status < 600, `${path}: ${result.status}`);
      if (path === "/api/private/x") assert.ok(!result.body.includes("passed on"), result.body);
      const hasArrived = told.some((line) => line.startsWith("GET "));
      assert.ok(hasArrived || result.status === 400, `${result.status} without a line of the log: ${told}`);
      assert.ok(!told.some((line) => line.includes("Invalid URL")), told.join("\n"));
    }
  });
}

test("two Host fields, and one with a blank in it, are a bad request", async () => {
  assert.equal((await raw("GET /plain HTTP/1.1", "host: a b")).status, 400);
  assert.equal((await raw("GET /plain HTTP/1.1", "host: a", "host: b")).status, 400);
});

/* ------------------------------------------------------------------ OPTIONS */

const ALL = "GET, HEAD, OPTIONS, POST, PURGE";

test("OPTIONS * lists the methods of all routes", async () => {
  const { result, urls } = await toldOf(() => raw("OPTIONS * HTTP/1.1", "host: localhost"));
  assert.deepEqual([result.status, result.headers.allow, urls], [204, ALL, ["http://localhost*"]]);
});

test("OPTIONS / lists the methods of /, whatever the host", async () => {
  for (const host of ["x*", "*", "localhost*", "x:80*"]) {
    for (const line of ["OPTIONS / HTTP/1.1", `OPTIONS http://${host}/ HTTP/1.1`, "OPTIONS /?* HTTP/1.1"]) {
      const { result, urls } = await toldOf(() => raw(line, `host: ${host}`));
      if (result.status === 400) continue; // a host that no URL can have
      assert.deepEqual([result.status, result.headers.allow], [204, "GET, HEAD, OPTIONS"], `${line} ${host} ${urls}`);
    }
  }
});

test("HEAD has no body, and the length that GET would say, or none", async () => {
  for (const path of ["/plain", "/wrapped/text", "/none", "/stream/generator", "/throws"]) {
    const [head, got] = [await raw(`HEAD ${path} HTTP/1.1`, "host: h"), await raw(`GET ${path} HTTP/1.1`, "host: h")];
    assert.deepEqual([head.status, head.body], [got.status, ""], path);
    const length = head.headers["content-length"];
    assert.ok(length === undefined || length === got.headers["content-length"], `${path}: ${length}`);
  }
});

/* ------------------------------------------------------------------ fields and bodies */

const WRAPPED = [
  // path, status, body, the handler's own fields
  ["text", 200, "text", {}],
  ["shared", 204, "", { "x-own": "1" }],
  ["fetched", 200, "fetched", { "x-own": "1" }],
  ["plain-redirect", 307, "", { location: "http://h/x" }],
  ["copied", 200, "onetwo", { "x-gone": null }],
  ["replaced", 200, "TEXT", {}],
];

for (const [path, status, body, own] of WRAPPED) {
  test(`middleware around ${path}: fields before, after and by hand, and a cookie of one's own`, async () => {
    for (const user of ["ada", "grace"]) {
      const response = await get(`/wrapped/${path}?user=${user}`);
      assert.deepEqual([response.status, await response.text()], [status, body]);
      for (const name of ["x-before", "x-by-hand", "x-after"]) assert.equal(response.headers.get(name), "1", name);
      assert.deepEqual(response.headers.getSetCookie(), [`user=${user}; Path=/`]);
      for (const [name, value] of Object.entries(own)) assert.equal(response.headers.get(name), value, name);
    }
  });
}

test("an error response has nothing of the content that failed", async () => {
  const { result, told } = await toldOf(() => get("/wrapped/throws"));
  const { status, headers } = result;
  assert.deepEqual([status, await result.text()], [500, "500 Internal Server Error"]);
  assert.deepEqual([headers.get("content-encoding"), headers.get("x-before")], [null, "1"]);
  assert.match(headers.get("content-type"), /^text\/plain/);
  assert.ok(told.includes("wrapped at /wrapped/throws"), told.join("\n"));
});

const REDIRECTS = [
  "/%E5%B0%8F", "/caf%C3%A9?q=%C3%BC#%C3%A9", "/a%20b", "//h/%C3%BC", "/%5Cevil.example",
];

for (const [n, location] of REDIRECTS.entries())
  test(`c.redirect sends ${location}`, async () => {
    assert.equal((await get(`/redirect/${n}`)).headers.get("location"), location);
  });

/** Opens a WebSocket by hand, and gives the first frame's text. (Node 20 has no client.) */
function websocket(path) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(worker.port, "127.0.0.1");
    let text = "";
    socket.on("error", reject).on("data", (more) => {
      text += more.toString("latin1");
      const [head, frame] = text.split("\r\n\r\n");
      if (frame === undefined) return;
      if (frame === "") return void socket.write(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69])); // "hi"
      resolve({ status: Number(head.split(" ")[1]), text: frame.slice(2) });
      socket.destroy();
    });
    const fields = ["host: h", "upgrade: websocket", "connection: Upgrade", "sec-websocket-version: 13"];
    const key = `sec-websocket-key: ${btoa("0123456789abcdef")}`;
    socket.write([`GET ${path} HTTP/1.1`, ...fields, key, "", ""].join("\r\n"));
  });
}

test("a WebSocket passes unchanged, also through middleware that sets fields", async () => {
  for (const path of ["/socket", "/wrapped/socket"])
    assert.deepEqual(await websocket(path), { status: 101, text: "echo hi" });
});

/* ------------------------------------------------------------------ streams, and c afterwards */

test("a generator is streamed, and the c of a stream works until its end", async () => {
  assert.equal(await (await get("/stream/generator?n=zwei")).text(), "onezwei");
});

test("an error after the head was sent breaks the body off, and is reported", async () => {
  const { told } = await toldOf(async () => {
    const response = await get("/stream/breaks");
    assert.equal(response.status, 200);
    await assert.rejects(response.text());
    await setTimeout(100);
  });
  assert.ok(told.includes("broken at /stream/breaks"), told.join("\n"));
});

test("a stream that is not returned never starts", async () => {
  const { told } = await toldOf(async () => assert.equal(await (await get("/stream/forgotten")).text(), "other"));
  assert.deepEqual(told, ["GET /stream/forgotten 200"]);
});

test("c works in waitUntil, after its response", async () => {
  const { told } = await toldOf(async () => {
    await Promise.all([1, 2, 3].map((n) => get(`/later/${n}?q=${n}`, { headers: { "x-a": `${n}` } })));
    await setTimeout(200);
  });
  for (const n of [1, 2, 3]) assert.ok(told.includes(`waitUntil ${n} ${n} /later/${n} ${n}`), told.join("\n"));
});

test("a next() that nobody awaits fails silently", async () => {
  const { result, told } = await toldOf(async () => (await get("/unawaited")).text());
  await setTimeout(50);
  assert.deepEqual([result, told], ["early", ["GET /unawaited 200"]]);
});
