// The middleware that holds state, in workerd, with requests that overlap, fail, and leave. Three kinds: workerd of
// today; with the flag for request.signal; and of an older compatibility date, where no request can wake another one.

import assert from "node:assert/strict";
import http from "node:http";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../support/wait.mjs";
import { bundleWorker } from "../support/workerd.mjs";
import { Host, texts } from "./overlap.mjs";

const KINDS = [
  { name: "today", date: "2026-10-01", flags: [], tells: false },
  { name: "request-signal", date: "2026-10-01", flags: ["enable_request_signal"], tells: true },
  { name: "older", date: "2024-01-01", flags: [], tells: false },
];

let build;
before(async () => void (build = await bundleWorker(import.meta.url, "stateful.worker.mjs")));

for (const kind of KINDS) describe(`workerd, ${kind.name}`, () => suite(kind));

/** @param {typeof KINDS[0]} kind */
function suite(kind) {
  let host;
  before(async () => void (host = await Host.start(build, kind)));
  after(() => host?.stop());

  /** Sends so many requests, and waits until the worker has them all. */
  const overlap = async (count, path) => {
    const before = (await host.state()).came[path] ?? 0;
    const asked = host.many(count, path);
    await until(`${count} requests in flight`, async () => (await host.state()).came[path] >= before + count);
    return asked;
  };
  const called = (key, count) => until(`${key} was called`, async () => (await host.state()).calls[key] === count);
  const running = (key, count) => until(`${key} runs`, async () => (await host.state()).now[key] === count);

  test("coalesce: 50 requests at once are one run, and all get its response", async () => {
    const asked = await overlap(50, "/coalesce/all");
    await host.open("all 1");
    assert.deepEqual(new Set(await texts(asked)), new Set(["200 all run 1"]));
    assert.equal((await host.state()).calls.all, 1);
  });

  test("coalesce: many keys at once do not mix", async () => {
    const keys = Array.from({ length: 8 }, (_, i) => `key${i}`);
    const asked = await Promise.all(keys.map((key) => overlap(6, `/coalesce/${key}`)));
    await host.open(...keys.map((key) => `${key} 1`));
    for (const [i, key] of keys.entries())
      assert.deepEqual(new Set(await texts(asked[i])), new Set([`200 ${key} run 1`]));
  });

  test("coalesce: the first one leaves, and the others get what it began", async () => {
    const [first] = host.many(1, "/coalesce/left");
    await called("left", 1);
    const asked = await overlap(20, "/coalesce/left");
    first.leave();
    await host.open("left 1");
    assert.deepEqual(new Set(await texts(asked)), new Set(["200 left run 1"]));
    assert.equal((await host.state()).calls.left, 1);
  });

  test("coalesce: the host drops the first one, and another one takes over", async () => {
    const [first] = host.many(1, "/dropped/lost");
    await called("lost", 1);
    const asked = await overlap(20, "/dropped/lost");
    first.leave();
    await called("lost", 2);
    await host.open("lost 1", "lost 2");
    assert.deepEqual(new Set(await texts(asked)), new Set(["200 lost run 2"]));
  });

  test("coalesce: some of those that wait leave, also the one that would take over", async () => {
    const [first] = host.many(1, "/coalesce/some");
    await called("some", 1);
    const asked = await overlap(20, "/coalesce/some");
    for (const one of asked.slice(0, 10)) one.leave();
    await host.open("some 1 fails", "some 1", "some 2");
    assert.equal(await first.text, "502 run 1 failed");
    assert.deepEqual(new Set(await texts(asked.slice(10))), new Set(["200 some run 2"]));
  });

  test("coalesce: the first one fails alone; the second one fails for all; the next one begins a new run", async () => {
    const [first] = host.many(1, "/coalesce/failing");
    await called("failing", 1);
    const asked = await overlap(20, "/coalesce/failing");
    await host.open("failing 1 fails", "failing 1");
    assert.equal(await first.text, "502 run 1 failed");
    await called("failing", 2);
    await host.open("failing 2 fails", "failing 2", "failing 3");
    assert.deepEqual(new Set(await texts(asked)), new Set(["502 run 2 failed"]));
    assert.equal(await host.ask("/coalesce/failing").text, "200 failing run 3");
  });

  test("coalesce: each request makes a response that is too large for itself", async () => {
    const asked = await overlap(10, "/large/large");
    await host.open(...asked.map((_, i) => `large ${i + 1}`));
    assert.deepEqual(new Set(await texts(asked)).size, 10);
  });

  test("coalesce: a slow stream goes to the first one part by part, to the others when it is complete", async () => {
    const [first] = host.many(1, "/stream/slow");
    await called("slow", 1);
    const asked = await overlap(20, "/stream/slow");
    await host.open("slow one");
    await until("the first part", () => first.parts === "one of 1 ");
    assert.ok(asked.every(({ parts }) => parts === ""));
    await host.open("slow two", "slow three");
    const whole = "200 one of 1 two of 1 three of 1 ";
    assert.deepEqual(new Set(await texts([first, ...asked])), new Set([whole]));
  });

  test("coalesce: the first one leaves its stream, and the others get all of it", async () => {
    const [first] = host.many(1, "/stream/broken");
    await called("broken", 1);
    const asked = await overlap(20, "/stream/broken");
    await host.open("broken one");
    await until("the first part", () => first.parts === "one of 1 ");
    first.leave();
    await host.open("broken two", "broken three");
    assert.deepEqual(new Set(await texts(asked)), new Set(["200 one of 1 two of 1 three of 1 "]));
  });

  test("concurrencyLimit: 2 of 40 at one time, and all get through", async () => {
    const asked = await overlap(40, "/limit/two");
    await running("two", 2);
    await host.open(...asked.map((_, i) => `two ${i + 1}`));
    const wanted = asked.map((_, i) => `200 two run ${i + 1}`);
    assert.deepEqual(new Set(await texts(asked)), new Set(wanted));
    assert.equal((await host.state()).most.two, 2);
  });

  test("concurrencyLimit: a client that leaves holds its permit until its handler has ended", async () => {
    const holder = host.ask("/full/holder");
    await called("holder", 1);
    const next = host.ask("/full/next");
    await until("the queue is full", async () => (await host.ask("/full/refused").text).startsWith("503"));
    holder.leave();
    await host.open("next 1");
    await sleep(300);
    assert.equal((await host.state()).calls.next, undefined);
    await host.open("holder 1");
    assert.equal(await next.text, "200 next run 1");
  });

  test("concurrencyLimit: 40 clients that leave at once, never more than 2 handlers", async () => {
    const first = host.ask("/limit/hasty");
    await called("hasty", 1);
    for (let i = 0; i < 40; i++) {
      const [one] = await overlap(1, "/limit/hasty");
      one.leave();
    }
    const last = host.ask("/limit/hasty");
    await host.open(...Array.from({ length: 42 }, (_, i) => `hasty ${i + 1}`));
    assert.match(await first.text, /^200 hasty run \d+$/);
    assert.match(await last.text, /^200 hasty run \d+$/);
    assert.equal((await host.state()).most.hasty, 2);
  });

  test("concurrencyLimit: what a timeout inside has abandoned counts until it ends", async () => {
    assert.match(await host.ask("/late/overdue").text, /^504 /);
    assert.match(await host.ask("/late/overdue").text, /^503 /);
    assert.equal((await host.state()).calls.overdue, 1);
    await host.open("overdue 1", "overdue 2");
    await until("the permit is back", async () => (await host.ask("/late/overdue").text) === "200 overdue run 2");
  });

  test("concurrencyLimit: a client that leaves while it waits does not stop the others", async () => {
    const holders = host.many(2, "/limit/crowd");
    await running("crowd", 2);
    const asked = await overlap(20, "/limit/crowd");
    for (const one of asked.slice(0, 10)) one.leave();
    await host.open(...Array.from({ length: 22 }, (_, i) => `crowd ${i + 1}`));
    for (const one of [...holders, ...asked.slice(10)]) assert.match(await one.text, /^200 crowd run \d+$/);
    assert.equal((await host.state()).most.crowd, 2);
  });

  test("concurrencyLimit: a lease ends, and the next one runs", async () => {
    host.ask("/leased/holder2");
    await called("holder2", 1);
    const next = host.ask("/leased/next2");
    await host.open("next2 1");
    assert.equal(await next.text, "200 next2 run 1");
    await host.open("holder2 1");
  });

  test("timeout: 504 for a handler that never settles, which workerd by itself cancels as hung", async () => {
    const late = new Set(["504 504 Gateway Timeout: no response within 50 ms"]);
    assert.deepEqual(new Set(await texts(host.many(20, "/never"))), late);
    assert.deepEqual(new Set(await texts(host.many(3, "/timeout/late"))), late);
    assert.match(await host.ask("/unlimited-never").text, /^500 /);
  });

  test("timeout: the signal is aborted when the client leaves, where the host reports that", async () => {
    const one = host.ask("/signal/gone");
    await called("gone", "waits");
    one.leave();
    if (kind.tells) await called("gone", "aborted");
    await host.open("gone");
  });

  test("circuitBreaker: exactly two probes of 30 requests, then it is closed", async () => {
    await host.open("probed 1 fails", "probed 2 fails", "probed 1", "probed 2");
    for (const run of [1, 2]) assert.equal(await host.ask("/breaker/probed").text, `502 run ${run} failed`);
    assert.match(await host.ask("/breaker/probed").text, /^503 /);
    const first = [];
    await until("it is half-open", async () => {
      const one = host.ask("/breaker/probed");
      const refused = one.text.then((text) => text.startsWith("503 "));
      const runs = called("probed", 3).then(() => false);
      if (await Promise.race([refused, runs])) return false;
      return first.push(one);
    });
    const asked = host.many(30, "/breaker/probed");
    await called("probed", 4);
    await host.open("probed 3", "probed 4", "probed 5");
    const all = await texts([...first, ...asked]);
    assert.equal(all.filter((text) => text.startsWith("200 ")).length, 2);
    assert.equal(all.filter((text) => text.startsWith("503 ")).length, 29);
    assert.equal(await host.ask("/breaker/probed").text, "200 probed run 5");
  });

  /** A server that responds with what it got, when it has the whole body. */
  const origin = async (t) => {
    const server = http.createServer(async (request, response) => {
      let text = "";
      try {
        for await (const piece of request) text += piece;
      } catch {
        return;
      }
      response.end(`${request.headers["content-length"]} ${text}`);
    });
    await new Promise((resolve) => void server.listen(0, "127.0.0.1", resolve));
    t.after(() => server.close().closeAllConnections());
    return `http://127.0.0.1:${server.address().port}/`;
  };
  const READERS = ["text", "raw", "clone", "byob", "body", "request"];

  test("circuitBreaker: an upload arrives unchanged, however it is read, and is sent on with its length", async (t) => {
    const url = await origin(t);
    for (const how of READERS) {
      const upload = host.upload(`/breaker/${how}/whole?origin=${url}`, "the head ");
      upload.more();
      const response = await upload.response;
      const wanted = how === "body" || how === "request" ? "21 the head and the rest" : "the head and the rest";
      assert.ok(response.startsWith("HTTP/1.1 200 "), `${how}: ${response}`);
      assert.ok(response.includes(wanted), `${how}: ${response}`);
      assert.match(response, /^x-address: 127\.0\.0\.1:\d+\r$/im);
    }
  });

  test("circuitBreaker: uploads that break off or stall, however they are read, open nothing", async (t) => {
    const url = await origin(t);
    for (const how of READERS) {
      for (const end of ["reset", "close", "stall"]) {
        const key = `${how}-${end}`;
        const path = `/breaker/${how}/${key}?origin=${url}`;
        const uploads = Array.from({ length: 5 }, () => host.upload(path, "the head"));
        await called(key, 5);
        if (end === "stall") {
          for (const { response } of uploads) assert.match(await response, /^HTTP\/1.1 504 /, key);
        } else {
          for (const upload of uploads) upload[end]();
        }
        await sleep(how === "text" ? 400 : 100);
        assert.equal(await host.ask(`/breaker/${how}/${key}`).text, "200 up", key);
      }
    }
  });

  test("circuitBreaker: a probe that stalls keeps no other request out, and opens nothing", async () => {
    for (let i = 0; i < 3; i++) await host.ask("/breaker/fails/probe", "x").text;
    assert.match(await host.ask("/breaker/text/probe").text, /^503 /);
    await sleep(350);
    const stalled = host.upload("/breaker/text/probe", "the head");
    await called("probe", 4);
    assert.equal(await host.ask("/breaker/text/probe").text, "200 up");
    assert.match(await stalled.response, /^HTTP\/1.1 504 /);
    for (let i = 0; i < 3; i++) assert.equal(await host.ask("/breaker/text/probe").text, "200 up");
  });

  test("rateLimit: by the client's address, which workerd gives", async () => {
    const all = await texts(host.many(20, "/rate"));
    assert.equal(all.filter((text) => text === "200 passed").length, 5);
    assert.equal(all.filter((text) => text.startsWith("429 ")).length, 15);
    const refused = host.ask("/rate");
    await refused.text;
    assert.ok(Number(refused.headers["retry-after"]) > 900, refused.headers["retry-after"]);
  });
}
