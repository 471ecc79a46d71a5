// cache, coalesce and etag in workerd, attacked over HTTP; and the cache in the Cache API, as `wrangler dev` has it.

import assert from "node:assert/strict";
import http from "node:http";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "../../examples/worker/serve.mjs";
import { local } from "../support/files.mjs";
import { without } from "../support/skip.mjs";
import { until } from "../support/wait.mjs";
import { bundleWorker, writeConfig } from "../support/workerd.mjs";

let build;
before(async () => void (build = await bundleWorker(import.meta.url, "cache.worker.mjs")));

/** Sends a request. `response` is a promise; `parts` grows as they come; `leave` resets the connection. */
function send(port, path, { headers = {}, method = "GET", body } = {}) {
  const request = http.request({ host: "127.0.0.1", port, method, path, headers, agent: false });
  const asked = { parts: "", leave: () => request.socket.resetAndDestroy() };
  asked.response = new Promise((resolve, reject) => {
    request.on("error", reject).on("response", (response) => {
      response.setEncoding("utf8").on("data", (part) => (asked.parts += part));
      const { statusCode: status } = response;
      response.on("end", () => resolve({ status, headers: response.headers, text: asked.parts })).on("error", reject);
    });
  });
  asked.response.catch(() => {});
  request.end(body);
  return asked;
}

/** What the tests of both servers use. */
function kit(portOf) {
  const begin = (path, options) => send(portOf(), path, options);
  const ask = (path, options) => begin(path, options).response;
  const text = async (path, options) => (await ask(path, options)).text;
  const open = (...names) => Promise.all(names.map((name) => ask(`/open/${encodeURIComponent(name)}`)));
  const runs = async (path) => JSON.parse(await text("/runs"))[path] ?? 0;
  const reported = async () => JSON.parse(await text("/reported"));
  return { begin, ask, text, open, runs, reported };
}

describe("in workerd", () => {
  let worker;
  before(async () => {
    worker = await serve(writeConfig(build), 0);
  });
  after(() => worker?.stop());
  const { begin, ask, text, open, runs, reported } = kit(() => worker.port);

  for (const headers of [{ "content-length": "6" }, { "transfer-encoding": "chunked" }])
    test(`cache: a GET with a body passes by: ${JSON.stringify(headers)}`, async () => {
      const path = `/cache/body/${Object.keys(headers)[0]}`;
      assert.equal(await text(path, { headers, body: "poison" }), "poison 1");
      assert.equal(await text(path), "nothing 2");
      assert.equal(await text(path, { headers, body: "poison" }), "poison 3");
      assert.equal(await text(path), "nothing 2");
    });

  test("cache: an empty body counts as none", async () => {
    assert.equal(await text("/cache/body/empty", { headers: { "content-length": "0" } }), "nothing 1");
    assert.equal(await text("/cache/body/empty"), "nothing 1");
  });

  test("coalesce: a GET with a body runs alone", async () => {
    const options = { headers: { "content-length": "6" }, body: "poison" };
    const first = begin("/coalesce/body/key", options);
    const second = begin("/coalesce/body/key");
    await sleep(50);
    await open("key");
    assert.deepEqual([(await first.response).text, (await second.response).text], ["poison", ""]);
  });

  for (const [how, name, ...values] of [
    ["vary", "vary", "x-user", "x-user"],
    ["private", "cache-control", "private", "private"],
    ["cookie", "set-cookie", ["user=ada; Path=/"], ["user=bob; Path=/"]],
    ["nothing", "x-own", "1", "1"],
  ])
    test(`coalesce: two users at once, the handler says ${how} by c.header`, async () => {
      const path = `/coalesce/says/${how}`;
      const asked = ["ada", "bob"].map((user) => ask(path, { headers: { "x-user": user } }));
      await until("one runs", async () => (await runs(path)) > 0);
      await sleep(50);
      await open(`says-${how}`);
      const [ada, bob] = await Promise.all(asked);
      const shared = how === "nothing";
      assert.deepEqual(new Set([ada.text, bob.text]).size, shared ? 1 : 2);
      if (!shared) assert.deepEqual([ada.text, bob.text], ["ada", "bob"]);
      assert.deepEqual([ada.headers[name], bob.headers[name]], values);
      assert.equal(await runs(path), shared ? 1 : 2);
    });

  test("cache: a response that a PUT overtakes is not stored, nor one that a slow client is reading", async () => {
    const path = "/cache/slow/put";
    const asked = begin(path);
    await until("the first part", () => asked.parts === "first of 1 ");
    assert.equal(await text(path, { method: "PUT" }), "changed");
    await open("put 1", "put 2", "put 3");
    assert.equal((await asked.response).text, "first of 1 second of 1");
    assert.equal(await text(path), "first of 2 second of 2");
    assert.equal(await text(path), "first of 2 second of 2");
    assert.equal(await text(path, { method: "PROPFIND" }), "found");
    assert.equal(await text(path), "first of 2 second of 2");
  });

  test("cache: a newer response is not replaced by one that began before it", async () => {
    const path = "/cache/slow/newer";
    const asked = begin(path);
    await until("the first part", () => asked.parts === "first of 1 ");
    await sleep(20);
    await open("newer 2");
    assert.equal(await text(path), "first of 2 second of 2");
    await open("newer 1");
    assert.equal((await asked.response).text, "first of 1 second of 1");
    assert.equal(await text(path), "first of 2 second of 2");
  });

  test("cache: the stale response at once; revalidation in the background, one at a time", async () => {
    const path = "/cache/stale/key";
    for (let i = 0; i < 10; i++) assert.equal(await text(path), "run 1");
    assert.equal(await runs(path), 2);
    await sleep(100);
    await open("key 2");
    await until("the new one", async () => (await text(path)) === "run 2");
    await open("key 3", "key 4");
  });

  test("cache: a revalidation that fails keeps the old response, and is reported", async () => {
    const path = "/cache/stale/failing";
    assert.equal(await text(path), "run 1");
    await reported();
    await open("failing 2 fails", "failing 2");
    assert.equal(await text(path), "run 1");
    let errors = [];
    await until("it is reported", async () => (errors = await reported()).length > 0);
    assert.deepEqual(errors, ["Error: down"]);
    assert.equal(await text(path), "run 1");
    await open("failing 3", "failing 4");
    await until("the new one", async () => (await text(path)) !== "run 1");
  });

  test("etag: a stream of events begins at once; a tag set by c.header is compared", async () => {
    const events = begin("/etag/events");
    await until("the first events", () => events.parts.startsWith("data: 1\n\ndata: 1\n\n"));
    events.leave();
    const { headers } = await ask("/etag/own");
    assert.equal(headers.etag, '"7"');
    assert.equal((await ask("/etag/own", { headers: { "if-none-match": '"7"' } })).status, 304);
  });

  test("cache: a failing cache of the host is reported; anything but a cache is an error", async () => {
    await reported();
    for (const run of [1, 2]) assert.equal(await text("/default/fresh/x"), `run ${run}`);
    const errors = await reported();
    assert.ok(errors.length >= 2 && errors.every((error) => /cache/i.test(error)), errors.join());
    assert.equal((await ask("/none/fresh/x")).status, 500);
  });
});

const miniflare = local("build/wrangler/node_modules/miniflare");
const skip = without(miniflare, "wrangler: make wrangler");

describe("in the Cache API", { skip }, () => {
  let server;
  let port;
  before(async () => {
    const { Miniflare } = createRequire(import.meta.url)(miniflare);
    server = new Miniflare({
      modules: ["worker.js", "wye.wasm"].map((name) => ({
        type: name.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
        path: `${build}/${name}`,
      })),
      modulesRoot: build,
      compatibilityDate: "2026-04-01",
    });
    port = Number((await server.ready).port);
  });
  after(() => server?.dispose());
  const { ask, text, runs, reported } = kit(() => port);
  const settled = (path) => until(`${path} is stored`, async () => (await ask(path)).headers.age !== undefined);

  for (const name of ["default", "named"]) {
    test(`${name}: stored with its own fields, without those from outside`, async () => {
      const path = `/${name}/fresh/latin`;
      const ids = new Set();
      const first = await ask(path);
      await settled(path);
      const before = await runs(path);
      for (let i = 0; i < 3; i++) {
        const { status, text: body, headers } = await ask(path);
        assert.match(`${status} ${body}`, /^200 run \d+$/);
        for (const field of ["x-latin", "cache-control", "content-type"])
          assert.equal(headers[field], first.headers[field]);
        assert.ok(Object.keys(headers).every((field) => !field.startsWith("wye-") && field !== "cf-cache-status"));
        ids.add(headers["x-request-id"]);
      }
      assert.deepEqual([ids.size, await runs(path)], [3, before]);
      const { etag } = (await ask(path)).headers;
      const known = await ask(path, { headers: { "if-none-match": etag } });
      assert.deepEqual([known.status, known.text], [304, ""]);
      const head = await ask(path, { method: "HEAD" });
      assert.deepEqual([head.status, head.text, head.headers.etag, await runs(path)], [200, "", etag, before]);
    });

    test(`${name}: PUT drops it`, async () => {
      const path = `/${name}/fresh/put`;
      await settled(path);
      const before = await runs(path);
      await ask(path, { method: "PUT" });
      assert.equal(await text(path), `run ${before + 1}`);
    });

    test(`${name}: it expires, and what may not be stored is not`, async () => {
      const short = `/${name}/fresh/short/x`;
      await settled(short);
      const before = await runs(short);
      await sleep(1100);
      assert.equal(await text(short), `run ${before + 1}`);
      const cookie = `/${name}/fresh/cookie/x`;
      for (const run of [1, 2, 3]) assert.equal(await text(cookie), `run ${run}`);
    });

    test(`${name}: what varies has a response for each value`, async () => {
      const path = `/${name}/fresh/vary/x`;
      const say = async (language) => {
        const headers = language === undefined ? {} : { "accept-language": language };
        let response;
        await until("stored", async () => (response = await ask(path, { headers })).headers.age !== undefined);
        return response.text;
      };
      const [de, fr, none] = [await say("de"), await say("fr"), await say()];
      assert.equal(new Set([de, fr, none]).size, 3);
      assert.deepEqual([await say("de"), await say("fr"), await say()], [de, fr, none]);
    });

    test(`${name}: bytes of any length up to maxBody`, async () => {
      for (const size of [0, 1, 100_000, 1_048_576]) {
        const path = `/${name}/fresh/bytes/${size}`;
        await settled(path);
        assert.equal(await text(path), "a".repeat(size));
      }
      const path = `/${name}/fresh/bytes/1048577`;
      for (let i = 0; i < 2; i++) assert.equal((await ask(path)).headers.age, undefined);
    });

    test(`${name}: stale at once, and revalidated in the background`, async () => {
      const path = `/${name}/stale/x`;
      await settled(path);
      const before = await text(path);
      await until("a new one", async () => (await text(path)) !== before);
    });
  }

  test("nothing was reported, and each of many at once gets its own", async () => {
    assert.deepEqual(await reported(), []);
    const paths = Array.from({ length: 100 }, (_, i) => `/named/fresh/key${i % 10}`);
    const all = await Promise.all(paths.map((path) => ask(path)));
    for (const { status, text: body } of all) assert.match(`${status} ${body}`, /^200 run \d+$/);
    assert.deepEqual(await reported(), []);
  });
});
