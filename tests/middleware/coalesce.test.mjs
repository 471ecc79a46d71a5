// coalesce, by a clock that the test moves.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HttpError, Router } from "#wye";
import { cache, coalesce } from "#wye/middleware.js";
import { SingleFlight } from "../../js/middleware/lib/single-flight.js";
import { Clock, deferred, settle } from "./clock.mjs";

/** An app whose runs end when the test says so: `runs` has them in the order in which they began. */
function appWith(options = {}, around = []) {
  const clock = new Clock();
  const app = new Router();
  const runs = [];
  if (around.length > 0) app.use(...around);
  app.use(coalesce({ now: clock.now, timers: clock.timers, ...options }));
  app.all("/*", (c) => {
    const run = { ...deferred(), url: c.url, number: runs.length + 1 };
    runs.push(run);
    run.answer = (body = `run ${run.number}`, init) => run.resolve(new Response(body, init));
    return run.promise;
  });
  const ask = (path = "/", init = undefined) => app.request(path, init);
  const many = (count, path, init) => Array.from({ length: count }, () => ask(path, init));
  return { app, clock, runs, ask, many };
}

const textOf = async (response) => (await response).text();
const texts = (responses) => Promise.all(responses.map(textOf));
const statuses = async (responses) => (await Promise.all(responses)).map(({ status }) => status);

test("identical requests share one run; each gets its own response", async () => {
  const { clock, runs, many } = appWith();
  const responses = many(30, "/a");
  await settle();
  assert.equal(runs.length, 1);
  runs[0].answer("shared", { status: 203, statusText: "Sure", headers: { "x-from": "run" } });
  const all = await Promise.all(responses);
  assert.equal(new Set(all).size, 30);
  for (const response of all) {
    assert.deepEqual([response.status, response.statusText, response.headers.get("x-from")], [203, "Sure", "run"]);
    response.headers.set("x-from", "changed by one");
    const { value: part } = await response.body.getReader().read();
    assert.equal(new TextDecoder().decode(part), "shared");
    part.fill(0);
  }
  assert.equal(clock.pending, 0);
});

test("nothing is kept: the next request runs again", async () => {
  const { runs, ask } = appWith();
  for (const wanted of ["run 1", "run 2"]) {
    const response = ask();
    await settle();
    runs.at(-1).answer();
    assert.equal(await textOf(response), wanted);
  }
});

test("a response without a body, and HEAD beside GET", async () => {
  const { runs, many } = appWith();
  const [gets, heads] = [many(2), many(2, "/", { method: "HEAD" })];
  await settle();
  assert.equal(runs.length, 2);
  runs[0].resolve(new Response(null, { status: 204 }));
  runs[1].answer("", { headers: { "x-head": "1" } });
  assert.deepEqual(await statuses(gets), [204, 204]);
  for (const response of await Promise.all(heads)) {
    assert.deepEqual([response.headers.get("x-head"), await response.text()], ["1", ""]);
  }
});

test("requests that differ in URL, method or a field of vary run on their own", async () => {
  const { runs, ask } = appWith({ vary: ["Accept-Language", "x-tenant"] });
  const asks = [
    ["/a"],
    ["/a?x=1"],
    ["/a", { headers: { "accept-language": "de" } }],
    ["/a", { headers: { "x-tenant": "1" } }],
    ["/a", { method: "POST" }],
    ["/a", { method: "POST" }],
    ["/a", { headers: { accept: "text/html" } }], // this one is as the first
  ];
  const responses = asks.map(([path, init]) => ask(path, init));
  await settle();
  assert.equal(runs.length, 6);
  for (const run of runs) run.answer();
  assert.equal(await textOf(responses[6]), "run 1");
  await texts(responses.slice(0, 6));
});

test("a key of its own; undefined: this request runs on its own", async () => {
  const key = (c) => (c.query("fresh") ? undefined : c.path);
  const { runs, ask } = appWith({ key });
  const responses = ["/a?1", "/a?2", "/a?fresh=1", "/a?fresh=1"].map((path) => ask(path));
  await settle();
  assert.equal(runs.length, 3);
  for (const run of runs) run.answer();
  assert.deepEqual(await texts(responses), ["run 1", "run 1", "run 2", "run 3"]);
});

test("requests with credentials or for a part run on their own, unless the key has that field", async () => {
  for (const name of ["authorization", "cookie", "range", "if-none-match", "if-modified-since", "if-range"]) {
    const two = async (options) => {
      const { runs, many } = appWith(options);
      const responses = many(2, "/", { headers: { [name]: "x" } });
      await settle();
      for (const run of runs) run.answer();
      await texts(responses);
      return runs.length;
    };
    assert.equal(await two({}), 2, name);
    assert.equal(await two({ key: () => "same" }), 2, name);
    assert.equal(await two({ vary: [name] }), 1, name);
  }
});

test("one client's response never goes to another", async () => {
  const headers = [
    { "set-cookie": "a=1" },
    { "cache-control": "max-age=0, private" },
    { "cache-control": "no-store" },
    { "vary": "x-other" },
    { "vary": "*" },
    { "content-encoding": "br" },
    { "content-type": "text/event-stream" },
    { "content-length": "2000000" },
  ];
  for (const own of headers) {
    const { runs, many } = appWith();
    const responses = many(3);
    await settle();
    runs[0].answer("mine", { headers: own });
    await settle();
    assert.equal(runs.length, 3, JSON.stringify(own));
    for (const run of runs.slice(1)) run.answer();
    assert.deepEqual(await texts(responses), ["mine", "run 2", "run 3"]);
  }
  const { runs, many } = appWith();
  const responses = many(2);
  await settle();
  runs[0].answer("shared", { headers: { "vary": "Accept, Origin", "cache-control": "max-age=5" } });
  assert.deepEqual(await texts(responses), ["shared", "shared"]);
});

test("a body above maxBytes: the first one gets it as it comes, the others run on their own", async () => {
  const { runs, many } = appWith({ maxBytes: 10 });
  const responses = many(3);
  await settle();
  let source;
  runs[0].resolve(new Response(new ReadableStream({ start: (controller) => void (source = controller) })));
  const reader = (await responses[0]).body.getReader();
  source.enqueue(new Uint8Array(10));
  assert.equal((await reader.read()).value.length, 10, "before it is complete");
  await settle();
  assert.equal(runs.length, 1);
  source.enqueue(new Uint8Array(1));
  await settle();
  assert.equal(runs.length, 3);
  for (const run of runs.slice(1)) run.answer();
  assert.deepEqual(await texts(responses.slice(1)), ["run 2", "run 3"]);
  source.close();
  assert.equal((await reader.read()).value.length, 1);
});

test("a client that cancels its stream does not take it from the others", async () => {
  const { runs, many } = appWith();
  const responses = many(3);
  await settle();
  let source;
  runs[0].resolve(new Response(new ReadableStream({ start: (controller) => void (source = controller) })));
  (await responses[0]).body.cancel("gone"); // settles when the others have all
  source.enqueue(new TextEncoder().encode("all of it"));
  source.close();
  assert.deepEqual(await texts(responses.slice(1)), ["all of it", "all of it"]);
});

const brokenStream = () => new ReadableStream({ pull: (controller) => controller.error(new Error("broken")) });

const failures = {
  "an error": (run) => run.reject(new HttpError(503, "down")),
  "a status": (run) => run.answer("down", { status: 503 }),
  "a body that breaks off": (run) => run.resolve(new Response(brokenStream())),
};

for (const [name, fail] of Object.entries(failures)) {
  test(`a failure is the first one's alone: ${name}`, async (t) => {
    t.mock.method(console, "error", () => {});
    const { runs, many, ask } = appWith();
    const responses = many(5);
    await settle();
    fail(runs[0]);
    await settle();
    assert.equal(runs.length, 2, "one of those who waited runs it once more");
    const late = ask();
    await settle();
    assert.equal(runs.length, 3, "who comes now begins anew");
    runs[1].answer();
    assert.deepEqual(await texts(responses.slice(1)), Array(4).fill("run 2"));
    runs[2].answer();
    assert.equal(await textOf(late), "run 3");
    await (await responses[0]).text().catch(() => {});
  });
}

test("a second failure goes to all that waited, and to nobody later", async () => {
  for (const fail of [failures["an error"], failures["a status"]]) {
    const { clock, runs, many, ask } = appWith();
    const responses = many(5);
    await settle();
    fail(runs[0]);
    await settle();
    fail(runs[1]);
    assert.deepEqual(await statuses(responses), Array(5).fill(503));
    assert.deepEqual(new Set(await texts(responses)), new Set(["down"]));
    assert.equal(runs.length, 2);
    const later = ask();
    await settle();
    runs[2].answer();
    assert.equal(await textOf(later), "run 3");
    assert.equal(clock.pending, 0);
  }
});

test("a failure that nobody waits for is not kept", async () => {
  const { clock, runs, ask } = appWith();
  for (const fail of [failures["an error"], failures["a status"]]) {
    const response = ask();
    await settle();
    fail(runs.at(-1));
    assert.deepEqual(await statuses([response]), [503]);
    assert.equal(clock.pending, 0);
  }
  assert.equal(runs.length, 2);
});

test("a run that takes too long: all run on their own, and the next request begins a new run", async () => {
  const { clock, runs, many, ask } = appWith({ maxWait: 1000 });
  const responses = many(3);
  await clock.pass(999);
  assert.equal(runs.length, 1);
  await clock.pass(1);
  assert.equal(runs.length, 3);
  const next = ask();
  await settle();
  assert.equal(runs.length, 4);
  for (const run of runs) run.answer();
  assert.deepEqual(await texts([...responses, next]), ["run 1", "run 2", "run 3", "run 4"]);
  await clock.pass(1000);
  assert.equal(clock.pending, 0);
});

test("the others give up a stream that takes too long, and it ends with its client", async () => {
  const { clock, runs, many } = appWith({ maxWait: 1000 });
  const responses = many(2);
  await settle();
  let cancelled = false;
  runs[0].resolve(new Response(new ReadableStream({ cancel: () => void (cancelled = true) })));
  const first = await responses[0];
  await clock.pass(1000);
  runs[1].answer();
  assert.equal(await textOf(responses[1]), "run 2");
  await first.body.cancel();
  await settle();
  assert.equal(cancelled, true);
});

test("a leader that falls silent: one of those that wait takes over", async () => {
  const clock = new Clock();
  const flights = new SingleFlight(clock, 10000);
  const run = flights.find("key");
  assert.equal(run.needsLeader, true);
  const leader = flights.lead(run);
  assert.equal(run.needsLeader, false);
  await clock.pass(5000);
  assert.equal(run.needsLeader, false, "it gives signs of life");
  leader.stop(); // as if the host had dropped it
  await clock.pass(1250);
  assert.equal(run.needsLeader, true);
  const second = flights.lead(run);
  leader.end({ kind: "unshared" });
  assert.equal(run.result, undefined, "the first one has nothing to say anymore");
  second.end({ kind: "unshared" });
  assert.deepEqual([run.result.kind, flights.size], ["unshared", 0]);
});

test("runs that everybody has left do not stay", async () => {
  const clock = new Clock();
  const flights = new SingleFlight(clock, 10000);
  for (let i = 0; i < 1000; i++) flights.lead(flights.find(`lost ${i}`)).stop();
  await clock.pass(2000);
  for (let i = 0; i < 1000; i++) flights.lead(flights.find(`key ${i}`)).end({ kind: "unshared" });
  assert.ok(flights.size <= 1, `${flights.size} are left`);
});

test("fields that are set outside are each request's own", async () => {
  let count = 0;
  const { runs, many } = appWith({}, [(c, next) => (c.header("x-id", String(++count)), next())]);
  const responses = many(3);
  await settle();
  runs[0].answer();
  const ids = (await Promise.all(responses)).map(({ headers }) => headers.get("x-id"));
  assert.deepEqual(ids, ["1", "2", "3"]);
});

/** An app whose handlers wait for the test, and respond by `respond(c, number)`. */
function appOf(respond, inside = [], options = {}) {
  const gate = deferred();
  let count = 0;
  const app = new Router().use(coalesce({ now: () => 0, ...options }), ...inside);
  app.all("/*", async (c) => {
    const number = ++count;
    await gate.promise;
    return respond(c, number);
  });
  const two = async (users = ["ada", "bob"]) => {
    const asked = users.map((user) => app.request("/", { headers: { "x-user": user } }));
    await settle();
    gate.resolve();
    return Promise.all(asked);
  };
  return { app, gate, two, count: () => count };
}

const says = {
  "in its init": (name, value) => [(c) => new Response(c.header("x-user"), { headers: { [name]: value } })],
  "by c.header": (name, value) => [(c) => (c.header(name, value), new Response(c.header("x-user")))],
  "by c.header and c.text": (name, value) => [(c) => (c.header(name, value), c.text(c.header("x-user")))],
  "by a step inside": (name, value) => [
    (c) => new Response(c.header("x-user")),
    [(c, next) => (c.header(name, value), next())],
  ],
  "by a step inside, after its next": (name, value) => [
    (c) => new Response(c.header("x-user")),
    [async (c, next) => { await next(); c.header(name, value); }],
  ],
};

for (const [how, say] of Object.entries(says))
  for (const [name, value] of Object.entries({ "vary": "x-user", "cache-control": "private", "set-cookie": "a=b" }))
    test(`two users at once run apart where the handler says ${name}: ${value} ${how}`, async () => {
      const { two, count } = appOf(...say(name, value));
      const all = await two();
      assert.deepEqual(await Promise.all(all.map((one) => one.text())), ["ada", "bob"]);
      assert.deepEqual([all.map(({ headers }) => headers.get(name)), count()], [[value, value], 2]);
    });

for (const [how, say] of Object.entries(says))
  test(`all get the fields of the one that ran, said ${how}`, async () => {
    const { two, count } = appOf(...say("x-own", "1"));
    const all = await two(["ada", "bob", "eve"]);
    const seen = await Promise.all(all.map(async (one) => [await one.text(), Object.fromEntries(one.headers)]));
    assert.equal(count(), 1);
    assert.equal(seen[0][1]["x-own"], "1");
    for (const one of seen) assert.deepEqual(one, seen[0]);
  });

test("a thrown Response is a response like others", async () => {
  const { two, count } = appOf(() => { throw new Response("no", { status: 404, headers: { "x-own": "1" } }); });
  for (const one of await two()) {
    assert.deepEqual([one.status, one.headers.get("x-own"), await one.text()], [404, "1", "no"]);
  }
  assert.equal(count(), 1);
});

test("a key may be a promise; what is neither a string nor undefined is an error", async () => {
  const { runs, ask } = appWith({ key: async (c) => (c.query("fresh") ? undefined : c.path) });
  const responses = ["/a?1", "/a?2", "/b", "/a?fresh=1", "/a?fresh=1"].map((path) => ask(path));
  await settle();
  assert.equal(runs.length, 4);
  for (const run of runs) run.answer(run.url.slice(-3));
  assert.deepEqual(await texts(responses), ["a?1", "a?1", "t/b", "h=1", "h=1"]);
  for (const value of [{}, null, 7, ["/"], Promise.resolve({})]) {
    const wrong = appWith({ key: () => value });
    const errors = [];
    wrong.app.onError((error, c) => (errors.push(error), c.text("", 500)));
    assert.deepEqual(await statuses([wrong.ask(), wrong.ask(), wrong.ask("/", { method: "POST" })]), [500, 500, 500]);
    assert.deepEqual(errors.map(({ code }) => code), Array(3).fill("BAD_ARGUMENT"));
    assert.match(errors[0].message, /coalesce: key must return a string, undefined, or a promise of one/);
    assert.equal(wrong.runs.length, 0);
  }
});

test("requests with a body or with Upgrade run on their own", async () => {
  for (const headers of [{ "content-length": "5" }, { "transfer-encoding": "chunked" }, { upgrade: "websocket" }]) {
    const { runs, many } = appWith();
    const responses = many(2, "/", { headers });
    await settle();
    assert.equal(runs.length, 2, JSON.stringify(headers));
    for (const run of runs) run.answer();
    await texts(responses);
  }
  const { runs, many } = appWith({ methods: ["GET", "QUERY"] });
  const [bare, full] = [many(2, "/", { method: "QUERY" }), many(2, "/", { method: "QUERY", body: "q" })];
  await settle();
  assert.equal(runs.length, 3);
  for (const run of runs) run.answer();
  await texts([...bare, ...full]);
});

test("requests after a change begin a new run, and those before it share theirs", async () => {
  for (const method of ["PUT", "DELETE", "FROBNICATE"]) {
    const { runs, ask, many } = appWith();
    const before = many(2, "/a");
    const other = ask("/b");
    await settle();
    const change = ask("/a", { method });
    await settle();
    runs[2].reject(new HttpError(500, "it may have changed all the same"));
    await change;
    const after = many(2, "/a");
    const others = ask("/b");
    await settle();
    assert.equal(runs.length, 4, method);
    runs[0].answer("old");
    runs[1].answer("other");
    runs[3].answer("new");
    assert.deepEqual(await texts([...before, ...after, other, others]), ["old", "old", "new", "new", "other", "other"]);
  }
  for (const method of ["OPTIONS", "PROPFIND", "QUERY", "REPORT", "SEARCH"]) {
    const { runs, ask } = appWith();
    const first = ask("/a");
    await settle();
    const safe = ask("/a", { method });
    await settle();
    runs[1]?.answer();
    await safe;
    const second = ask("/a");
    await settle();
    runs[0].answer("shared");
    assert.deepEqual(await texts([first, second]), ["shared", "shared"], method);
  }
});

test("a cache around it stores nothing that began before a change", async () => {
  const runs = [];
  const app = new Router().use(cache(), coalesce({ now: () => 0 }));
  app.get("/", () => new Promise((resolve) => runs.push((text) => resolve(new Response(text)))));
  app.put("/", (c) => c.text("changed"));
  const [first] = [app.request("/")];
  await settle();
  await app.request("/", { method: "PUT" });
  const second = app.request("/");
  await settle();
  assert.equal(runs.length, 2);
  runs[0]("old");
  runs[1]("new");
  assert.deepEqual([await textOf(first), await textOf(second), await textOf(app.request("/"))], ["old", "new", "new"]);
});

test("a clock that is set back does not keep anybody waiting", async () => {
  let offset = 0;
  const clock = new Clock();
  const { runs, many } = appWith({ now: () => clock.now() + offset, timers: clock.timers, maxWait: 1000 });
  const responses = many(3);
  await clock.pass(500);
  assert.equal(runs.length, 1);
  offset = -3_600_000;
  await clock.pass(1000); // what passed between two looks at the clock is lost
  assert.equal(runs.length, 3);
  for (const run of runs) run.answer();
  await texts(responses);
});

test("by default a step of the wall clock has no effect", async (t) => {
  const gate = deferred();
  let count = 0;
  const app = new Router().use(coalesce()).get("/", async (c) => (count++, await gate.promise, c.text("once")));
  const asked = [1, 2, 3].map(() => app.request("/"));
  for (const hour of [3_600_000, -3_600_000]) {
    const now = Date.now() + hour;
    t.mock.method(Date, "now", () => now);
    await new Promise((resolve) => void setTimeout(resolve, 300));
    asked.push(app.request("/"));
  }
  gate.resolve();
  assert.deepEqual(await texts(asked), Array(5).fill("once"));
  assert.equal(count, 1);
});

test("invalid options are errors", () => {
  const bad = [{ maxBytes: -1 }, { maxWait: 0 }, { vary: "accept" }, { vary: [1] }, { vary: ["a b"] }, { key: "x" }]
    .concat([{ methods: "GET" }, { methods: [1] }, { now: 1 }, { maxwait: 1 }, { ttl: 5 }]);
  for (const options of bad)
    assert.throws(() => coalesce(options), { code: "BAD_ARGUMENT", message: /coalesce/ }, JSON.stringify(options));
  assert.throws(() => coalesce({ maxwait: 1 }), /coalesce has no option maxwait; its options are key, .*maxWait/);
});
