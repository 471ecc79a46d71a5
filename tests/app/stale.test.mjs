// A request that is over: whoever still uses its `c` is told so, and never sees the request that has its slot by then.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Router } from "wye";
import { STALE, assertAllBack, later, logged, rounds, said } from "./support.mjs";

/** Every member of `c`, used. */
const MEMBERS = {
  request: (c) => c.request,
  env: (c) => c.env,
  executionCtx: (c) => c.executionCtx,
  url: (c) => c.url,
  method: (c) => c.method,
  path: (c) => c.path,
  routePattern: (c) => c.routePattern,
  routeName: (c) => c.routeName,
  error: (c) => c.error,
  requestId: (c) => c.requestId,
  param: (c) => c.param("x"),
  "param by number": (c) => c.param(0),
  rawParam: (c) => c.rawParam("x"),
  params: (c) => c.params(),
  int: (c) => c.int("x"),
  query: (c) => c.query(),
  "query by name": (c) => c.query("q"),
  read: (c) => c.read(),
  readText: (c) => c.readText(),
  readJson: (c) => c.readJson(),
  get: (c) => c.get("k"),
  set: (c) => c.set("k", 1),
  next: (c) => c.next(),
  header: (c) => c.header("x-a"),
  "header of the answer": (c) => c.header("x-a", "1"),
  status: (c) => c.status(201),
  text: (c) => c.text("x"),
  html: (c) => c.html("x"),
  json: (c) => c.json(1),
  body: (c) => c.body(null),
  redirect: (c) => c.redirect("/"),
  stream: (c) => c.stream(async () => {}),
};

test("the table above has every member of c", () => {
  let prototype;
  new Router().get("/", (c) => ((prototype = Object.getPrototypeOf(c)), c.text(""))).fetch(new Request("http://h/"));
  const members = Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor");
  assert.deepEqual(members.filter((name) => !(name in MEMBERS)), []);
});

const BODY = { method: "POST", body: "1", headers: { "x-a": "1" } };

/** What using a member comes to: what it throws, or rejects with, or gives. */
async function used(member, c) {
  try {
    return { gives: await member(c) };
  } catch (error) {
    return { throws: error };
  }
}

for (const [name, member] of Object.entries(MEMBERS)) {
  test(`c.${name}, used after the end: in between, and while its slot serves another request`, async () => {
    const door = later();
    let kept;
    const app = new Router({ maxContexts: 1 });
    app.post("/:x", (c) => c.text((kept = c).param("x")));
    app.post("/held/:x", async (c) => {
      await door.promise;
      return c.json([c.param("x"), c.get("k") ?? null, c.query("q")]);
    });
    assert.equal(await said(app, "/1", BODY), "200 1");
    const { throws: between } = await used(member, kept);
    assert.deepEqual({ name: between?.name, code: between?.code }, STALE);
    const other = app.request("/held/other?q=2", BODY);
    assert.equal(app.contexts.used, 1);
    const { throws: during } = await used(member, kept);
    assert.deepEqual({ name: during?.name, code: during?.code }, STALE);
    assert.match(during.message, /this request is over/);
    door.resolve();
    const response = await other;
    assert.equal(response.headers.get("x-a"), null);
    assert.deepEqual([response.status, await response.json()], [200, ["other", null, "2"]]);
    assertAllBack(app);
  });
}

test("in a timer, and in waitUntil", async () => {
  const outcomes = [];
  const app = new Router();
  app.get("/:x", (c) => {
    const path = () => c.path;
    setTimeout(() => outcomes.push(used(path)), 1);
    c.executionCtx.waitUntil(rounds().then(() => outcomes.push(used(path))));
    return c.text("x");
  });
  const waits = [];
  await app.request("/1", undefined, undefined, { waitUntil: (promise) => waits.push(promise) });
  await Promise.all([...waits, new Promise((resolve) => setTimeout(resolve, 20))]);
  assert.equal(outcomes.length, 2);
  for (const { throws } of await Promise.all(outcomes)) assert.equal(throws.code, "STALE");
});

test("a c of each of many requests, all kept: none reads another one's", async () => {
  const app = new Router();
  const kept = [];
  app.get("/:x", async (c) => {
    kept.push(c);
    await rounds(Number(c.param("x")) % 3);
    return c.text(c.param("x"));
  });
  const paths = Array.from({ length: 300 }, (_, i) => `/${i}`);
  const answers = await Promise.all(paths.map((path) => said(app, path)));
  assert.deepEqual(answers, paths.map((path) => `200 ${path.slice(1)}`));
  for (const c of kept) assert.throws(() => c.param("x"), STALE);
  assertAllBack(app);
});

test("a request that began before the slot's first use ended keeps nothing of it", async (t) => {
  logged(t);
  const app = new Router({ maxContexts: 1, maxBody: 10 });
  app.use((c) => {
    if (c.query("dirty") === undefined) return c.next();
    c.set("k", 1);
    c.status(418);
    c.header("x-old", "1");
    c.header("set-cookie", "old=1", { append: true });
    return c.next();
  });
  app.post("/dirty/:a/:b", async (c) => {
    await c.read();
    throw new Error("old");
  });
  app.post("/clean", async (c) => {
    const body = await c.readText();
    return c.json([c.get("k") ?? null, c.error ?? null, c.params(), c.param(0) ?? null, body, c.env ?? null]);
  });
  app.get("/nowhere/x", (c) => c.text("x"));
  for (const [path, init] of [["/dirty/1/2?dirty=1", BODY], ["/nowhere/x?dirty=1", BODY], ["/none?dirty=1", BODY]]) {
    await app.request(path, init, { SECRET: 1 });
    const response = await app.request("/clean", { method: "POST", body: "new" });
    assert.deepEqual([response.status, await response.json()], [200, [null, null, {}, null, "new", null]]);
    assert.deepEqual([...response.headers.keys()], ["content-type"]);
  }
});

test("the request ids of a slot's uses differ, and each stays for its request", async () => {
  const app = new Router();
  const seen = [];
  app.get("/:n", async (c) => {
    const first = c.requestId;
    await rounds(1);
    // More requests than the pool has slots: it grows in the middle of this one.
    if (c.param("n") === "0") await Promise.all(Array.from({ length: 200 }, (_, i) => app.request(`/${i + 1}`)));
    assert.equal(c.requestId, first);
    seen.push(first);
    return c.text(first);
  });
  for (let i = 0; i < 3; i++) await app.request("/0");
  assert.equal(seen.length, 3 + 3 * 200);
  assert.equal(new Set(seen).size, seen.length);
  for (const id of seen) assert.match(id, /^[0-9a-f]{32}$/);
  assert.ok(app.contexts.slots > 64);
  assertAllBack(app);
});
