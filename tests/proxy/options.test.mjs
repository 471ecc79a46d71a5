// wye/proxy: its options, and how it calls fetch.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HttpError, Router } from "#wye";
import { proxy } from "#wye/proxy.js";

/** What is sent on for a request, and the response; `target` may be a function of c. */
async function sent({ target = "http://origin.example/x", options, request, before = (c, next) => next() }) {
  let asked, failure;
  const app = new Router({ report: () => {} }).use(before).all("/*", (c) => {
    const answering = (url, init) => {
      asked = { url, ...init };
      return new Response("ok");
    };
    return proxy(typeof target === "function" ? target(c) : target, c, { fetch: answering, ...options });
  });
  app.onError((error, c) => {
    failure = error;
    return c.text(error.message, error.status ?? 500);
  });
  const response = await app.request(request ?? "http://h/here?q=1");
  return { asked, failure, response };
}

test("fetch is asked for the target, by hand, with a signal", async () => {
  const { asked, response } = await sent({});
  assert.deepEqual([asked.url, asked.method, asked.redirect], ["http://origin.example/x?q=1", "GET", "manual"]);
  assert.ok(asked.signal instanceof AbortSignal);
  assert.equal("body" in asked, false);
  assert.equal(await response.text(), "ok");
});

const TARGETS = [
  ["http://origin.example", "http://origin.example?q=1"],
  ["HTTPS://origin.example/a", "HTTPS://origin.example/a?q=1"],
  ["http://origin.example/a?", "http://origin.example/a?"],
  ["http://origin.example/a?b=1", "http://origin.example/a?b=1"],
  ["http://origin.example/a#b?c", "http://origin.example/a?q=1"],
  ["http://origin.example/a?b#c", "http://origin.example/a?b"],
  [new URL("http://origin.example/a/../b"), "http://origin.example/b?q=1"],
  ["http://origin.example/a?next=/../b", "http://origin.example/a?next=/../b"],
  ["http://origin.example/..a/b../...", "http://origin.example/..a/b../...?q=1"],
];

for (const [target, url] of TARGETS)
  test(`the target ${target}`, async () => assert.equal((await sent({ target })).asked.url, url));

test("a request without a query, and one with a fragment", async () => {
  assert.equal((await sent({ request: "http://h/here" })).asked.url, "http://origin.example/x");
  const odd = { method: "GET", url: "http://h/here#x?y", headers: new Headers(), body: null };
  const app = new Router().get("/*", (c) => proxy("http://o/", c, { fetch: (url) => new Response(url) }));
  assert.equal(await (await app.fetch(odd)).text(), "http://o/");
});

test("where a request's body is no stream, as in Firefox", async () => {
  const answering = async (url, { method, body }) => new Response(`${method} ${await body?.text()}`);
  const app = new Router().all("/*", (c) => proxy("http://o/", c, { fetch: answering }));
  const said = async (init) => {
    const request = Object.defineProperty(new Request("http://h/here", init), "body", { value: undefined });
    return (await app.fetch(request)).text();
  };
  assert.equal(await said({ method: "POST", body: "hello" }), "POST hello");
  assert.equal(await said({ method: "GET" }), "GET undefined");
});

const UNSAFE = ["..", "a/..", "a/../b", ".", "./b", "%2e%2E/b", ".%2e", "%2e", "..;/b", "..;x=1/b"];
UNSAFE.push("a\\b", "a\nb", "\t../b");

for (const path of UNSAFE) {
  test(`a path that leads elsewhere: ${JSON.stringify(path)}`, async () => {
    const { asked, response } = await sent({ target: `http://origin.example/safe/${path}` });
    assert.deepEqual([asked, response.status], [undefined, 400]);
  });
}

const WRONG = [
  [{ target: "/x" }, /the target must be an absolute URL of http: or https:, not "\/x"/],
  [{ target: "origin.example" }, /absolute URL/],
  [{ target: "ftp://origin.example/" }, /absolute URL/],
  [{ target: "http://" }, /absolute URL/],
  [{ target: undefined }, /absolute URL/],
  [{ target: 7 }, /absolute URL/],
  [{ target: "http://ada:lovelace@origin.example/" }, /the target must not contain a user or a password/],
  [{ options: { timeout: 0 } }, /proxy: timeout must be a number of milliseconds/],
  [{ options: { timeout: "5s" } }, /proxy: timeout must be a number of milliseconds/],
  [{ options: { fetch: "no" } }, /proxy: fetch must be a function/],
  [{ options: { keepCors: "yes" } }, /proxy: keepCors must be true or false/],
  [{ options: { header: {} } }, /no option header; its options are headers, fetch, .*keepCors\. Did you mean headers/],
  [{ options: { redirect: "follow" } }, /proxy has no option redirect/],
];

for (const [given, message] of WRONG) {
  test(`wrong: ${JSON.stringify(given)}`, async () => {
    const target = "target" in given ? () => given.target : undefined;
    const { asked, failure } = await sent({ ...given, target });
    assert.equal(asked, undefined);
    assert.equal(failure.code, "BAD_ARGUMENT");
    assert.match(failure.message, message);
  });
}

test("fields are changed by an object, by pairs, by Headers", async () => {
  const request = new Request("http://h/", { headers: { "x-a": "1", "x-b": "2" } });
  const fields = { "X-A": "3", "x-c": "4" };
  for (const headers of [fields, Object.entries(fields), new Headers(fields)]) {
    const { asked } = await sent({ request: new Request(request), options: { headers } });
    assert.deepEqual(Object.fromEntries(asked.headers), { "x-a": "3", "x-b": "2", "x-c": "4" });
  }
});

test("the signal of a step around it aborts the request, and its HttpError is the response", async () => {
  const waiting = (url, { signal }) => new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
    if (signal.aborted) reject(signal.reason);
  });
  for (const when of ["before", "after"]) {
    for (const reason of [new HttpError(504, "too slow"), new Error("left"), undefined]) {
      const controller = new AbortController();
      const before = (c, next) => {
        c.set("signal", controller.signal);
        if (when === "before") controller.abort(reason);
        else setTimeout(() => controller.abort(reason), 5);
        return next();
      };
      assert.equal((await sent({ before, options: { fetch: waiting } })).response.status, reason?.status ?? 499);
    }
  }
});

test("a body that breaks off is the client's fault, whatever fetch makes of it", async () => {
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new Uint8Array(3)),
    pull: (controller) => controller.error(new Error("reset")),
  });
  const reading = async (url, init) => {
    try {
      return new Response(await new Response(init.body).text());
    } catch {
      throw new TypeError("fetch failed");
    }
  };
  const request = new Request("http://h/", { method: "POST", body, duplex: "half" });
  const { failure, response } = await sent({ request, options: { fetch: reading } });
  assert.deepEqual([response.status, failure.message, failure.cause.message], [400, "the body is incomplete", "reset"]);
});

test("a fetch that returns anything but a Response is an error", async () => {
  for (const nothing of [undefined, null, "text"]) {
    const { failure } = await sent({ options: { fetch: () => nothing } });
    assert.match(failure.message, /proxy: fetch must return a Response, not/);
  }
});

test("a timer ends with its request", async () => {
  const { asked } = await sent({ options: { timeout: 5 } });
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(asked.signal.aborted, false);
});
