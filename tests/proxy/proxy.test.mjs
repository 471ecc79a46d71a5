// wye/proxy, between a client and a server over HTTP, in Node and in workerd.

import assert from "node:assert/strict";
import http from "node:http";
import { after, before, describe, test } from "node:test";
import zlib from "node:zlib";
import { serveWorker } from "../support/workerd.mjs";
import { makeApp } from "./app.mjs";
import { CODED, startOrigin } from "./origin.mjs";
import { serveInNode } from "./server.mjs";

/** The worker may reach the origin on this machine. */
const inWorkerd = () => serveWorker(import.meta.url, "worker.mjs", { network: ["private", "public"] });

async function inNode() {
  const reports = [];
  const app = makeApp((error) => reports.push(`${error.status ?? error.name}`));
  app.get("/reports", (c) => c.json(reports.splice(0)));
  return serveInNode(app);
}

const TEXT = "hello, hello, hello";
/** workerd notices a reset at once, and an end only when it writes. */
const leave = (request) => request.socket.resetAndDestroy();

const later = (ms) => new Promise((resolve) => void setTimeout(resolve, ms));

for (const [host, start] of [["Node", inNode], ["workerd", inWorkerd]]) {
  describe(`proxy in ${host}`, () => {
    let origin, server;
    before(async () => {
      origin = await startOrigin();
      server = await start();
    });
    after(async () => {
      origin?.stop();
      await server?.stop();
    });

    /** A request as it is written here; `take` gets the response when it begins. */
    const send = (path, { method = "GET", headers = {}, body, port = origin.port } = {}, take) =>
      new Promise((resolve, reject) => {
        const fields = { "x-origin-port": port, ...headers };
        const options = { host: "127.0.0.1", port: server.port, method, path, headers: fields, agent: false };
        const request = http.request(options, (response) => take(response, resolve, reject, request));
        request.on("error", reject);
        if (typeof body === "function") body(request);
        else request.end(body);
      });

    const ask = (path, init) =>
      send(path, init, (response, resolve, reject) => {
        const pieces = [];
        response.on("data", (piece) => pieces.push(piece)).on("error", reject).on("end", () => {
          const { statusCode: status, statusMessage, headers, rawHeaders } = response;
          resolve({ status, statusMessage, headers, rawHeaders, bytes: Buffer.concat(pieces) });
        });
      });

    const said = async (path, init) => {
      const { status, bytes } = await ask(path, init);
      return `${status} ${bytes}`;
    };

    const echoed = async (path, init) => {
      const { status, bytes } = await ask(path, init);
      assert.equal(status, 200, String(bytes));
      const { fields, ...seen } = JSON.parse(bytes);
      const headers = {};
      for (const [name, value] of fields) headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
      return { ...seen, headers };
    };

    const logged = async (line) => {
      for (const end = Date.now() + 10_000; !origin.log.includes(line) && Date.now() < end; ) await later(10);
      const log = origin.log.splice(0);
      assert.ok(log.includes(line), `${line} in ${log}`);
    };

    const reports = async () => JSON.parse((await ask("/reports")).bytes);

    test("method, path, query, fields and body are sent on", async () => {
      for (const method of ["GET", "DELETE", "POST", "PUT", "PATCH", "OPTIONS", "PROPFIND"]) {
        const body = ["POST", "PUT", "PATCH"].includes(method) ? "ünï" : undefined;
        const headers = { "x-a": "1", "cookie": "a=1; b=2", "origin": "http://x", "user-agent": "me" };
        const seen = await echoed("/to/echo/a%2Fb?x=%20&y=%27&z", { method, body, headers });
        assert.deepEqual([seen.method, seen.url, seen.text], [method, "/echo/a%2Fb?x=%20&y=%27&z", body ?? ""]);
        const { "x-a": a, cookie, origin: from, "user-agent": agent } = seen.headers;
        assert.deepEqual([a, cookie, from, agent], ["1", "a=1; b=2", "http://x", "me"]);
        assert.equal(seen.headers.host, `127.0.0.1:${origin.port}`);
      }
    });

    test("the query is sent on unless the target has its own", async () => {
      assert.equal((await echoed("/to/echo")).url, "/echo");
      assert.equal((await echoed("/own-query/echo?x=1")).url, "/echo?own=1");
      assert.match((await echoed("/no-query/echo?x=1")).url, /^\/echo\??$/);
    });

    test("hop-by-hop fields are removed, also those that Connection lists", async () => {
      const headers = {
        "connection": "close, X-Secret, cookie2", "x-secret": "1", "cookie2": "2", "keep-alive": "timeout=5",
        "te": "trailers", "proxy-authorization": "Basic x", "proxy-connection": "close", "x-kept": "1",
      };
      const seen = (await echoed("/to/echo", { headers })).headers;
      for (const name of ["x-secret", "cookie2", "te", "proxy-authorization", "proxy-connection", "upgrade"])
        assert.equal(seen[name], undefined, name);
      assert.notEqual(seen["keep-alive"], "timeout=5");
      assert.equal(seen["x-kept"], "1");

      const back = await ask("/to/hop");
      assert.equal(String(back.bytes), "hop");
      for (const name of ["x-hop", "proxy-authenticate", "trailer", "upgrade"])
        assert.equal(back.headers[name], undefined, name);
      assert.doesNotMatch(back.headers.connection ?? "", /x-hop/);
      assert.equal(back.headers["x-own"], "1");
    });

    test("Expect does not get in the way", async () => {
      const headers = { "expect": "100-continue", "content-length": "5" };
      const seen = await echoed("/to/echo", { method: "POST", headers, body: "hello" });
      assert.deepEqual([seen.text, seen.headers.expect], ["hello", undefined]);
    });

    test("the length of a body is sent if it is known", async () => {
      const known = await echoed("/to/echo", { method: "POST", headers: { "content-length": "5" }, body: "hello" });
      assert.deepEqual([known.headers["content-length"], known.headers["transfer-encoding"]], ["5", undefined]);
      const chunked = { "transfer-encoding": "chunked" };
      const unknown = await echoed("/to/echo", { method: "POST", headers: chunked, body: "x" });
      assert.deepEqual([unknown.text, unknown.headers["content-length"]], ["x", undefined]);
      const none = await echoed("/to/echo", { method: "POST", headers: { "content-length": "0" } });
      assert.deepEqual([none.length, none.headers["content-length"]], [0, "0"]);
    });

    test("a body that c has read is sent on", async () => {
      const seen = await echoed("/read/echo", { method: "POST", body: "hello" });
      assert.deepEqual([seen.text, seen.headers["content-length"]], ["hello", "5"]);
    });

    test("a GET with a body is refused, not cut off", async () => {
      const headers = { "content-length": "5" };
      const text = await said("/to/echo", { headers, body: "hello" });
      if (host === "workerd") assert.equal(text, "400 400 Bad Request: a GET with a body cannot be proxied");
      else assert.match(text, /^200 .*"length":0/); // Node's Request has no body then
    });

    test("fields are set and removed", async () => {
      const headers = { "cookie": "secret=1", "x-forwarded-for": "6.6.6.6", "x-a": "1" };
      const seen = (await echoed("/fields/echo", { headers })).headers;
      assert.deepEqual(
        [seen["x-added"], seen.cookie, seen["x-forwarded-for"], seen["user-agent"], seen["x-a"]],
        ["1", undefined, "10.0.0.1", "wye", "1"],
      );
    });

    test("status, fields and cookies come back", async () => {
      const { status, statusMessage, headers, bytes } = await ask("/to/said");
      assert.deepEqual([status, statusMessage, String(bytes)], [200, "All Fine", "said"]);
      assert.deepEqual(headers["set-cookie"], ["a=1; Expires=Wed, 02 Jan 2030 03:04:05 GMT", "b=2"]);
      for (const code of [201, 204, 304, 400, 404, 500, 503]) {
        const response = await ask(`/to/status/${code}`);
        assert.deepEqual([response.status, response.headers.etag, response.bytes.length], [code, '"1"', 0]);
      }
    });

    test("redirects are left to the client", async () => {
      for (const code of [301, 302, 303, 307, 308]) {
        const { status, headers } = await ask(`/to/status/${code}`, { method: "POST", body: "x" });
        assert.deepEqual([status, headers.location], [code, "/elsewhere"]);
      }
    });

    for (const coding of ["gzip", "deflate", "br"]) {
      test(`a body in ${coding} can be read`, async () => {
        const decode = { gzip: zlib.gunzipSync, deflate: zlib.inflateSync, br: zlib.brotliDecompressSync }[coding];
        for (const accepted of ["gzip, deflate, br, zstd", coding, undefined]) {
          const { headers, bytes } = await ask(`/to/coded/${coding}`, {
            headers: accepted === undefined ? {} : { "accept-encoding": accepted },
          });
          const { "content-encoding": given, "content-length": length } = headers;
          assert.equal(String(given === undefined ? bytes : decode(bytes)), TEXT);
          if (length !== undefined) assert.equal(Number(length), bytes.length);
          if (accepted !== undefined) assert.equal(given, host === "Node" ? undefined : coding);
        }
        const head = await ask(`/to/coded/${coding}`, { method: "HEAD" });
        assert.deepEqual([head.status, head.bytes.length], [200, 0]);
      });
    }

    test("a body in an unrequested coding is decoded, or passed on with its Content-Encoding", async () => {
      for (const coding of ["zstd", "deflate", "br"]) {
        const { headers, bytes } = await ask(`/to/coded/${coding}`, { headers: { "accept-encoding": "gzip" } });
        const { "content-encoding": given, "content-length": length } = headers;
        assert.deepEqual(bytes, given === undefined ? Buffer.from(TEXT) : CODED[coding], coding);
        if (length !== undefined) assert.equal(Number(length), bytes.length);
      }
    });

    test("a body in an unknown coding is passed on unchanged", async () => {
      const { headers, bytes } = await ask("/to/coded/rot13");
      assert.deepEqual([headers["content-encoding"], String(bytes)], ["rot13", "uryyb"]);
    });

    test("the origin is asked only for codings that can be decoded", async () => {
      const headers = { "accept-encoding": "zstd, rot13" };
      const { headers: seen } = await echoed("/to/echo", { headers });
      if (host === "Node") assert.doesNotMatch(seen["accept-encoding"], /rot13/);
      else assert.equal(seen["accept-encoding"], "zstd, rot13");
    });

    test("HEAD has the fields of GET", async () => {
      const { status, headers, bytes } = await ask("/to/said", { method: "HEAD" });
      assert.deepEqual([status, headers["x-own"], bytes.length], [200, "1", 0]);
    });

    test("CORS fields of the origin are removed, unless they are wanted", async () => {
      const without = (await ask("/to/cors")).headers;
      assert.deepEqual([without["access-control-allow-origin"], without["access-control-allow-credentials"]],
        [undefined, undefined]);
      assert.equal(without.vary, "Origin");
      assert.equal((await ask("/cors/cors")).headers["access-control-allow-origin"], "*");
    });

    test("middleware around it sees and changes the response", async () => {
      const { headers } = await ask("/around/said");
      assert.deepEqual([headers["x-own"], headers["x-around"]], ["changed", "1"]);
      assert.equal(headers["set-cookie"].length, 3);
    });

    test("responses are streamed", async () => {
      const first = await send("/to/stream/400", {}, (response, resolve) => {
        response.once("data", (piece) => {
          resolve([String(piece).slice(0, 10), origin.log.includes("stream done")]);
          response.resume();
        });
      });
      assert.deepEqual(first, ["0123456789", false]);
      await logged("stream done");
      assert.equal((await ask("/to/stream/20")).bytes.length, 200);
      origin.log.splice(0);
    });

    test("requests are streamed", async () => {
      const body = async (request) => {
        request.write("a".repeat(10_000));
        await logged("upload"); // before all was sent
        request.end("b".repeat(10_000));
      };
      assert.equal(await said("/to/upload", { method: "POST", body }), "200 20000");
      origin.log.splice(0);
    });

    test("a client that leaves before the response ends the request", async () => {
      await send("/to/slow/5000", {
        body(request) {
          request.on("error", () => {});
          request.end();
          const timer = setInterval(() => {
            if (!origin.log.includes("slow")) return;
            clearInterval(timer);
            leave(request);
          }, 5);
        },
      }, () => assert.fail()).catch(() => {});
      await logged("slow left");
    });

    test("a client that leaves while it reads ends the response", async () => {
      await send("/to/stream/100000", {}, (response, resolve) => {
        response.once("data", () => resolve(response.destroy()));
      });
      await logged("stream left");
    });

    test("a client that aborts its upload ends the request, and nothing is reported", async () => {
      await reports();
      const body = (request) => {
        request.on("error", () => {});
        request.setHeader("content-length", "1000");
        request.write("a".repeat(100));
        logged("upload").then(() => request.destroy());
      };
      await send("/to/upload", { method: "POST", body }, () => assert.fail()).catch(() => {});
      await logged("upload left");
      await later(50);
      assert.deepEqual(await reports(), []);
    });

    test("a server that cannot be reached is a 502, and reported", async () => {
      await reports();
      assert.equal(await said("/gone/x", { headers: { "x-fetch": "1" } }), "502 502 Bad Gateway");
      assert.equal(await said("/to/x", { port: 1 }), "502 502 Bad Gateway");
      assert.equal(await said("/to/reset"), "502 502 Bad Gateway");
      assert.deepEqual(await reports(), ["502", "502", "502"]);
      assert.equal(await said("/caught/reset"), '200 {"status":502,"caused":true}');
    });

    test("a server that takes too long is a 504, and the request is aborted", async () => {
      const started = Date.now();
      assert.equal(await said("/timed/slow/5000"), "504 504 Gateway Timeout: no response within 100 ms");
      assert.ok(Date.now() - started < 4000);
      await logged("slow left");
      assert.equal((await ask("/timed/stream/60")).bytes.length, 600, "the body may take longer");
      origin.log.splice(0);
    });

    test("a response that breaks off breaks off for the client", async () => {
      await assert.rejects(ask("/to/broken"));
    });

    test("the path cannot lead elsewhere", async () => {
      const refused = "400 400 Bad Request: the path leads elsewhere";
      for (const path of ["..%2Fstatus%2F201", "%2e%2e%2Fx", "x%2F..", "x%5C..%5Cy", "x%0Ay", "..;%2Fx", "x%2F.%2Fy"])
        assert.equal(await said(`/decoded/${path}`), refused, path);
      assert.equal((await echoed("/decoded/a..b%2F...%2Fc")).url, "/echo/a..b/.../c");
    });
  });
}
