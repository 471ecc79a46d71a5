// Cookies, forms, events and redirects in workerd, over HTTP.

import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";
import { serveWorker } from "../support/workerd.mjs";
import { TARGETS } from "./targets.mjs";

let worker;
before(async () => void (worker = await serveWorker(import.meta.url, "features.worker.mjs")));
after(() => worker?.stop());

const ask = (path, init) => fetch(`http://127.0.0.1:${worker.port}${path}`, { redirect: "manual", ...init });

test("any text is a valid redirect target", async () => {
  for (const [i, [target, location]] of TARGETS.entries()) {
    const { status, headers } = await ask(`/redirect/${i}`);
    const given = headers.get("location") ?? ""; // workerd leaves an empty field out
    assert.deepEqual([status, given], [302, location], JSON.stringify(target));
  }
});

test("cookies are read", async () => {
  const headers = { cookie: 'a=1; b="%C3%BC"; a=2; __proto__=3' };
  const all = await (await ask("/cookies/all", { headers })).text();
  assert.deepEqual(Object.entries(JSON.parse(all)).sort(), [["__proto__", "3"], ["a", "1"], ["b", "ü"]]);
});

test("cookies are set, and none is lost", async () => {
  const set = [
    "after=2; Path=/",
    "old=; Path=/x; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
    "outer=1; Path=/; HttpOnly; SameSite=Lax",
    "session=%C3%BC%3B%20x; Path=/",
  ];
  for (const [path, status] of [["text", 200], ["redirect", 302]]) {
    const response = await ask(`/cookies/${path}`);
    assert.deepEqual([response.status, response.headers.getSetCookie().sort()], [status, set], path);
  }
  assert.deepEqual((await ask("/cookies/own")).headers.getSetCookie().sort(), [...set, "own=3"].sort());
  const failed = await ask("/cookies/error");
  assert.deepEqual([failed.status, failed.headers.getSetCookie().sort()], [500, set.slice(1)]);
});

test("a signed cookie is read only with its secret", async () => {
  for (const [secret, user] of [["new", "ü.1"], ["old", "ü.1"], ["other", null]]) {
    const [cookie] = (await ask(`/signed?secret=${secret}`)).headers.getSetCookie();
    assert.match(cookie, /^user=%C3%BC\.1\.[\w-]{43}; Path=\/; HttpOnly$/);
    const [pair] = cookie.split(";");
    assert.equal(await (await ask("/signed", { headers: { cookie: pair } })).json(), user);
    const changed = pair.replace(".1.", ".2.");
    assert.equal(await (await ask("/signed", { headers: { cookie: changed } })).json(), null);
  }
});

test("forms are read", async () => {
  const form = new FormData();
  form.append("a", "ü");
  form.append("file", new File(["hello"], "x.txt"));
  form.append("a", "2");
  const ok = async (body, path = "/form", headers = {}) =>
    (await ask(path, { method: "POST", body, headers })).json();
  for (const path of ["/form", "/form?first=read"]) {
    assert.deepEqual(await ok(form, path), [["a", "ü"], ["file", "hello"], ["a", "2"]]);
    assert.deepEqual(await ok(new URLSearchParams("a=1&a=+2"), path), [["a", "1"], ["a", " 2"]]);
  }
  const refused = async (body, type) =>
    (await ask("/form", { method: "POST", body, headers: { "content-type": type } })).status;
  assert.equal(await refused("{}", "application/json"), 415);
  assert.equal(await refused("hello", "multipart/form-data; boundary=b"), 400);
  assert.equal(await refused("hello", "multipart/form-data"), 400);
  assert.equal(await refused(`a=${"x".repeat(2000)}`, "application/x-www-form-urlencoded"), 413);
});

test("events are sent", async () => {
  const response = await ask("/events", { headers: { "last-event-id": "6" } });
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  assert.equal(response.headers.get("cache-control"), "no-cache");
  assert.equal(await response.text(), 'data: a\ndata: b\n\nevent: x\nid: 7\nretry: 5\ndata: {"last":"6"}\n\n');
});

test("events end when the client leaves", async () => {
  await new Promise((resolve, reject) => {
    const request = http.get({ host: "127.0.0.1", port: worker.port, path: "/endless", agent: false }, (response) => {
      response.once("data", () => resolve(request.destroy()));
    });
    request.on("error", reject);
  });
  let log = [];
  for (const end = Date.now() + 20_000; log.length === 0 && Date.now() < end; ) log = await (await ask("/log")).json();
  assert.deepEqual(log, ["aborted"]);
});
