// The servers for Node that docs/runtimes.md shows, exactly as it shows them, with the packed tarball:
// the app of app.mjs, streams, clients that leave, bodies, errors.

import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import { test } from "node:test";
import { blocks, codes, read, tableBelow } from "../docs/markdown.mjs";
import { without } from "../support/skip.mjs";
import { REQUESTS, wrong } from "./app.mjs";
import { consumer, noTarball } from "./install.mjs";
import { SERVERS, addPackages, serving } from "./start.mjs";

const skip = noTarball || without(SERVERS, "srvx and @hono/node-server: make servers");
const install = read("docs/runtimes.md");

const HOSTS = {
  "srvx": { sample: "js srvx", packages: ["srvx"] },
  "@hono/node-server": { sample: "js node-server", packages: ["@hono/node-server", "hono"] },
};

const appFor = (address) => `import * as wye from "wye";
import * as cookies from "wye/cookies";
import * as middleware from "wye/middleware";
import { makeApp } from "./suite/app.mjs";

const seen = [];
class Router extends wye.Router {
  constructor(options) {
    const report = (error) => seen.push("reported " + error.message);
    super({ ...options, report, clientAddress: ${address} });
  }
}
const app = makeApp({ ...wye, ...cookies, ...middleware, Router });
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let goOn;

app.get("/seen", (c) => c.json(seen.splice(0)));
app.get("/address", (c) => c.text(c.clientAddress));
app.get("/pieces", (c) => c.stream(async function* () {
  yield "first ";
  await new Promise((resolve) => (goOn = resolve));
  yield "second";
}));
app.get("/go-on", (c) => c.text(String(goOn())));
app.get("/endless", (c) => c.stream(async function* () {
  try {
    for (;; await later(1)) yield "on and on\\n";
  } finally {
    seen.push("stopped");
  }
}));
app.get("/waits", async (c) => {
  seen.push("waits");
  await new Promise((resolve) => c.request.signal.addEventListener("abort", resolve));
  seen.push("aborted");
  return c.text("for nobody");
});
app.get("/breaks", (c) => c.stream(async function* () {
  yield "first ";
  throw new Error("halfway");
}));
app.post("/form", async (c) => c.json([...(await c.readForm())]));
app.post("/upload", { maxBody: 10_000_000 }, async (c) => {
  seen.push("upload");
  return c.text(String((await c.read()).length));
});
app.get("/request", ({ request }) =>
  Response.json([request instanceof Request, new Request(request).method, request.clone().url]));
app.get("/cookies", (c) => {
  c.setCookie("a", "1");
  c.setCookie("b", "2");
  return c.text("");
});
export default app;
`;

/** A request on a connection of its own; `take` gets the response when it begins. */
function ask(url, { method = "GET", headers, body } = {}, take = whole) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers, agent: false });
    request.on("error", reject).on("response", (response) => take(response, resolve, reject));
    if (typeof body === "function") body(request);
    else request.end(body);
  });
}

function whole(response, resolve, reject) {
  let text = "";
  const { statusCode: status, headers } = response;
  response.setEncoding("utf8").on("data", (piece) => (text += piece)).on("error", reject);
  response.on("end", () => resolve({ status, headers, text }));
}

for (const [host, { sample, packages }] of Object.entries(HOSTS)) {
  test(`an app in Node, with ${host}`, { skip }, async (t) => {
    const folder = consumer(t);
    addPackages(folder, packages);
    const [, option] = tableBelow(install, "### The client's address").find(([name]) => name === host);
    fs.writeFileSync(`${folder}/package.json`, JSON.stringify({ type: "module" }));
    fs.writeFileSync(`${folder}/app.js`, appFor(codes(option)[0]));
    const [code] = blocks(install, sample);
    // A free port. srvx prints it; the other gives it to a function.
    const print = "({ port }) => console.log(`http://127.0.0.1:${port}/`)";
    const free = code.replace(", port: 3000 });", `, port: 0, hostname: "127.0.0.1" }, ${print});`);
    assert.notEqual(free, code);
    fs.writeFileSync(`${folder}/server.js`, free);
    await serving(folder, [process.execPath, "server.js"], async (url) => {
      const seen = async () => JSON.parse((await ask(`${url}/seen`)).text);
      /** Until the app has seen that. */
      const until = async (what) => {
        for (let all = []; !all.includes(what); ) all = [...all, ...(await seen())];
      };

      await t.test("the app of twenty routes gives the right responses", async () => {
        for (const asked of REQUESTS) {
          const { path, ...init } = asked;
          const response = await fetch(url + path, { ...init, redirect: "manual" });
          assert.equal(await wrong(asked, response), undefined);
        }
      });

      await t.test("a stream arrives piece by piece", async () => {
        const pieces = await ask(`${url}/pieces`, {}, (response, resolve) => {
          const all = [];
          response.setEncoding("utf8").on("data", (piece) => {
            all.push(piece);
            if (all.length === 1) void ask(`${url}/go-on`);
          });
          response.on("end", () => resolve(all));
        });
        assert.deepEqual(pieces, ["first ", "second"]);
      });

      await t.test("HEAD responses have no body, and end", async () => {
        for (const path of ["/", "/pieces", "/endless"]) {
          const [head, get] = [await ask(url + path, { method: "HEAD" }), await statusOf(url + path)];
          assert.deepEqual([head.status, head.text], [get, ""], path);
        }
        await until("stopped"); // that of the GET
      });

      await t.test("a client that leaves ends the generator", async () => {
        await seen();
        await ask(`${url}/endless`, {}, (response, resolve) => {
          response.once("data", () => resolve(response.destroy()));
        });
        await until("stopped");
      });

      await t.test("a client that leaves aborts c.request.signal", async () => {
        const request = http.get(`${url}/waits`, { agent: false }).on("error", () => {});
        await until("waits");
        request.destroy();
        await until("aborted");
      });

      await t.test("bodies are read: text, forms, in pieces, too long, broken off", async () => {
        const json = { "content-type": "application/json" };
        const { status } = await ask(`${url}/users`, { method: "POST", headers: json, body: `"${"x".repeat(2000)}"` });
        assert.equal(status, 413);
        const form = new FormData();
        form.append("name", "Ada Lovelåce");
        const response = await fetch(`${url}/form`, { method: "POST", body: form });
        assert.deepEqual(await response.json(), [["name", "Ada Lovelåce"]]);
        const sent = await ask(`${url}/upload`, {
          method: "POST",
          body(request) {
            request.write(Buffer.alloc(1_000_000));
            until("upload").then(() => request.end(Buffer.alloc(2_000_000))); // before all was sent
          },
        });
        assert.equal(sent.text, "3000000");
        const upload = http.request(`${url}/upload`, { method: "POST", headers: { "content-length": 9 } });
        upload.on("error", () => {}).write("x");
        await until("upload");
        upload.destroy();
        await new Promise((resolve) => void upload.on("close", resolve));
        assert.equal((await ask(`${url}/`)).status, 200); // the server still works
      });

      await t.test("an error inside a stream is reported, and breaks the response off", async () => {
        await seen();
        await assert.rejects(ask(`${url}/breaks`));
        await until("reported halfway");
      });

      await t.test("the client's address, cookies and the Request reach the app", async () => {
        assert.equal((await ask(`${url}/address`)).text, "127.0.0.1");
        assert.deepEqual((await ask(`${url}/cookies`)).headers["set-cookie"], ["a=1; Path=/", "b=2; Path=/"]);
        assert.deepEqual(JSON.parse((await ask(`${url}/request`)).text), [true, "GET", `${url}/request`]);
      });
    });
  });
}

/** The status of a GET, whose body nobody waits for. */
const statusOf = (url) =>
  ask(url, {}, (response, resolve) => {
    resolve(response.statusCode);
    response.on("error", () => {}).destroy();
  });
