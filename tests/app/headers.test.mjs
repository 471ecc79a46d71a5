// Header fields belong to the step that sets them: cases as data, and random chains of steps beside a dull model of the
// rules. WYE_SEED= repeats a random run, WYE_RUNS= says how many there are.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HttpError, Router } from "#wye";
import { randomFrom } from "../random/numbers.mjs";
import { runCount, seed } from "../support/seed.mjs";
import { Model, parsed } from "./headers-model.mjs";
import { later, logged, rounds } from "./support.mjs";

const RUNS = runCount(1500);

/* ------------------------------------------------------------------ a scenario as an app */

/** A body whose fate can be asked for. */
function bodyOf(text, fates) {
  const fate = { text, cancelled: false };
  fates.push(fate);
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode(text));
      controller.close();
    },
    cancel() {
      fate.cancelled = true;
    },
  }, { highWaterMark: 0 });
}

const listOf = (fields) => fields.map(parsed).map(({ name, value }) => [name, value]);

/** Headers that are no Headers: those of another realm. */
class OtherHeaders {
  constructor(list) {
    this.list = list;
  }

  get(name) {
    const values = this.list.filter(([key]) => key === name).map(([, value]) => value);
    return values.length > 0 ? values.join(", ") : null;
  }

  getSetCookie() {
    return this.list.filter(([key]) => key === "set-cookie").map(([, value]) => value);
  }

  forEach(visit) {
    for (const name of new Set(this.list.map(([key]) => key))) visit(this.get(name), name, this);
  }
}

/** Responses that many requests return: made once for their fields. */
const shared = new Map();

function sharedOf(fields) {
  const key = fields.join("\n");
  if (!shared.has(key)) shared.set(key, new Response(null, { status: 204, headers: listOf(fields) }));
  return shared.get(key);
}

/** A Response of the step's own: of each kind there is. */
const RAW = {
  "plain": (fields, body) => new Response(body(), { headers: listOf(fields) }),
  "without body": (fields) => new Response(null, { status: 204, headers: listOf(fields) }),
  "shared": (fields) => sharedOf(fields),
  "immutable": (fields, body) => immutable(new Response(body(), { headers: listOf(fields) })),
  "immutable without body": (fields) => immutable(new Response(null, { status: 304, headers: listOf(fields) })),
  "of another realm": (fields, body) => ({ status: 200, headers: new OtherHeaders(listOf(fields)), body: body() }),
  "of another realm, no body": (fields) => ({ status: 204, headers: new OtherHeaders(listOf(fields)), body: null }),
};

/** Its fields cannot be changed, as those of `fetch`. */
function immutable(response) {
  const refuse = () => {
    throw new TypeError("immutable");
  };
  for (const name of ["set", "append", "delete"]) Object.defineProperty(response.headers, name, { value: refuse });
  return response;
}

function set(c, texts) {
  for (const { how, name, value } of texts.map(parsed)) c.header(name, value, { append: how === "append" });
}

function change(headers, texts) {
  for (const { how, name, value } of texts.map(parsed)) {
    if (how === "remove") headers.delete(name);
    else headers[how](name, value);
  }
}

/** What a step does at its end. */
function ends(c, does, inner, body) {
  if (does === "inner") return inner;
  if (does === "nothing") return undefined;
  if (does.mutate) {
    change(inner.headers, does.mutate);
    return inner;
  }
  if (does.copy) {
    const copy = new Response(inner.body, inner);
    change(copy.headers, does.copy);
    return copy;
  }
  if (does.error) throw new HttpError(418, "tea", { headers: Object.fromEntries(listOf(does.error)) });
  if ("error" in does) throw new Error("own");
  if (does.made) {
    const response = c.text(`made ${body.index}`, { headers: listOf(does.made) });
    set(c, does.then ?? []);
    return response;
  }
  const response = RAW[does.kind ?? "plain"](does.raw, body);
  if (does.throws) throw response;
  return response;
}

/** A step as a function: one that waits where it is to, and otherwise goes on as its next does. */
function stepOf(plan, index, { fates, seen }) {
  const body = Object.assign(() => bodyOf(`raw ${index}`, fates), { index });
  const after = (c, inner) => {
    if (inner) seen[index] = entriesOf(inner.headers);
    set(c, plan.after);
    return ends(c, plan.does, inner, body);
  };
  const failed = (c, error) => {
    if (!plan.catches) throw error;
    return after(c, undefined);
  };
  if (!plan.next) {
    const run = (c) => {
      set(c, plan.before);
      return after(c, undefined);
    };
    return plan.waits ? async (c) => (await null, run(c)) : run;
  }
  if (plan.waits)
    return async (c, next) => {
      await null;
      set(c, plan.before);
      let inner;
      try {
        inner = await next();
      } catch (error) {
        return failed(c, error);
      }
      await null;
      return after(c, inner);
    };
  return (c, next) => {
    set(c, plan.before);
    let inner;
    try {
      inner = next();
    } catch (error) {
      return failed(c, error);
    }
    if (!(inner instanceof Promise)) return after(c, inner);
    return inner.then((response) => after(c, response), (error) => failed(c, error));
  };
}

const entriesOf = (headers) => {
  const names = [...new Set(headers.keys())];
  return names.map((name) => [name, name === "set-cookie" ? headers.getSetCookie() : headers.get(name)]).sort();
};

/** A step with all that the data leave out. */
const DULL = { before: [], next: false, catches: false, after: [], does: { made: [] }, waits: false };
const whole = (step) => step && { ...DULL, ...step };

const complete = ({ steps, onError, method = "GET" }) => ({ steps: steps.map(whole), onError: whole(onError), method });

/** Serves a scenario: the fields of the response, those that each step saw, and what became of the bodies. */
async function serve({ steps, onError, method }) {
  const notes = { fates: [], seen: [] };
  const app = new Router({ report: () => {} });
  app.get("/x", ...steps.map((plan, i) => stepOf(plan, i + 1, notes)));
  if (onError) {
    const step = stepOf(onError, 0, notes);
    app.onError((error, c) => step(c));
  }
  const response = await app.fetch(new Request("http://h/x", { method }));
  assert.ok(response instanceof Response);
  const fields = entriesOf(response.headers);
  const text = await response.text();
  await rounds(1);
  return { fields, text, status: response.status, ...notes };
}

/** Whether a scenario comes to what the model says. */
async function check(scenario) {
  const before = new Map([...shared].map(([key, response]) => [key, JSON.stringify(entriesOf(response.headers))]));
  const model = new Model(scenario);
  const { fields, seen, fates, text } = await serve(scenario);
  assert.deepEqual(fields, model.response.fields.entries_, "fields of the response");
  for (const [index, entries] of seen.entries())
    assert.deepEqual(entries, model.seen[index], `what next gave step ${index}`);
  for (const fate of fates) {
    const isSent = scenario.method === "GET" && fate.text === `raw ${model.response.body}`;
    assert.equal(fate.cancelled, !isSent, `${fate.text} of ${fates.map((one) => one.text)}, sent: ${text}`);
  }
  for (const [key, was] of before)
    assert.equal(JSON.stringify(entriesOf(shared.get(key).headers)), was, "a response that requests share has changed");
  return fields;
}

/* ------------------------------------------------------------------ by hand */

const COOKIE = "+set-cookie: sid=1";
const around = (step) => ({ next: true, does: "inner", ...step });

/** what, steps from the outside in, fields of the response: undefined is one that it may not have. */
const CASES = [
  [
    "what a step sets before next reaches the response where that lacks it",
    [around({ before: ["x-a: outer", "x-b: outer"] }), { does: { raw: ["x-a: own"] } }],
    { "x-a": "own", "x-b": "outer" },
  ],
  ["the same of c.text", [around({ before: ["x-a: outer"] }), { does: { made: ["x-a: own"] } }], { "x-a": "own" }],
  ["the inner step's field wins", [around({ before: ["x-a: 1"] }), around({ before: ["x-a: 2"] }), {}], { "x-a": "2" }],
  [
    "appended values accumulate, from the inside out",
    [around({ before: ["+vary: a"] }), around({ before: ["+vary: b"] }), { before: ["+vary: c"] }],
    { vary: "c, b, a" },
  ],
  [
    "a value that is there is not appended again",
    [around({ before: ["+vary: a"] }), { does: { raw: ["vary: b, a"] } }],
    { vary: "b, a" },
  ],
  [
    "cookies are kept apart",
    [around({ before: [COOKIE] }), { before: ["+set-cookie: b=2, c"] }],
    { "set-cookie": ["b=2, c", "sid=1"] },
  ],
  [
    "what is set after next wins",
    [around({ after: ["x-a: late"] }), { does: { raw: ["x-a: own"] } }],
    { "x-a": "late" },
  ],
  ["the outermost after next wins", [around({ after: ["x-a: 1"] }), around({ after: ["x-a: 2"] }), {}], { "x-a": "1" }],
  [
    "what is taken back after next is gone",
    [around({ after: ["-etag"] }), { before: ["etag: 1"] }],
    { etag: undefined },
  ],
  [
    "a step takes its own field back, and nobody else's",
    [around({ before: ["x-a: 1", "x-b: 1", "-x-a", "-x-c"] }), { before: ["x-c: 1"] }],
    { "x-a": undefined, "x-b": "1", "x-c": "1" },
  ],
  [
    "a step takes back after next what it had set before",
    [around({ before: ["x-a: 1", "+x-b: 1"], after: ["-x-a", "-x-b"] }), {}],
    { "x-a": undefined, "x-b": undefined },
  ],
  [
    "middleware sets cache-control, the handler's raw Response has its own",
    [around({ before: ["cache-control: public"] }), { does: { raw: ["cache-control: no-store"] } }],
    { "cache-control": "no-store" },
  ],
  [
    "a handler's c.header reaches its raw Response, whose own win",
    [{ before: ["x-a: c", "x-b: c"], does: { raw: ["x-a: own"] } }],
    { "x-a": "own", "x-b": "c" },
  ],
  [
    "middleware returns a copy without content-length",
    [around({ does: { copy: ["-content-length"] } }), { before: ["content-length: 6"], does: { raw: [] } }],
    { "content-length": undefined },
  ],
  [
    "a copy has what the copied one had",
    [around({ before: ["x-a: 1"], does: { copy: ["x-b: copy"] } }), { before: ["x-b: 1", "x-c: 1"] }],
    { "x-a": "1", "x-b": "copy", "x-c": "1" },
  ],
  [
    "middleware returns another Response: the handler's fields are gone, its own are not",
    [around({ before: ["x-a: 1"], does: { raw: ["x-own: 1"] } }), { before: ["etag: 1", "x-b: 1", COOKIE] }],
    { "x-a": "1", "x-own": "1", etag: undefined, "x-b": undefined, "set-cookie": undefined },
  ],
  [
    "the same with one that c makes",
    [around({ before: ["x-a: 1"], after: ["x-c: 1"], does: { made: [] } }), { before: ["x-a: 2", "x-b: 1"] }],
    { "x-a": "1", "x-b": undefined, "x-c": "1" },
  ],
  [
    "what a middleware changes by hand stays changed",
    [
      around({ before: ["x-b: outer"] }),
      around({ does: { mutate: ["-x-a", "x-b: hand"] } }),
      { before: ["x-a: 1", "x-b: 1"] },
    ],
    { "x-a": undefined, "x-b": "hand" },
  ],
  [
    "what is set after c made the response reaches it",
    [{ before: ["x-a: 1"], does: { made: ["x-b: 1"], then: ["x-a: 2", "-x-b", "+x-c: 1"] } }],
    { "x-a": "2", "x-b": undefined, "x-c": "1" },
  ],
  [
    "a handler that describes its content, and throws",
    [
      {
        before: [
          "content-type: text/html", "content-length: 1000", "content-encoding: gzip", "cache-control: max-age=9",
          "content-disposition: attachment", "content-range: bytes 0-1/2", "content-language: de",
          "content-location: /x",
          "etag: 1", "last-modified: x", "expires: x", "age: 1", "accept-ranges: bytes", "digest: x", "repr-digest: x",
          "content-digest: x", "cdn-cache-control: max-age=9", "cloudflare-cdn-cache-control: max-age=9",
          "content-security-policy: default-src 'self'", "content-security-policy-report-only: x", "vary: origin",
          "access-control-allow-origin: *", COOKIE, "www-authenticate: Basic", "x-request-id: 1",
        ],
        does: { error: undefined },
      },
    ],
    {
      "content-type": "text/plain;charset=UTF-8", "content-length": undefined, "content-encoding": undefined,
      "cache-control": undefined, "content-disposition": undefined, "content-range": undefined,
      "content-language": undefined, "content-location": undefined, etag: undefined,
      "last-modified": undefined, expires: undefined, age: undefined,
      "accept-ranges": undefined, digest: undefined, "repr-digest": undefined, "content-digest": undefined,
      "cdn-cache-control": undefined, "cloudflare-cdn-cache-control": undefined,
      "content-security-policy": "default-src 'self'", "content-security-policy-report-only": "x", vary: "origin",
      "access-control-allow-origin": "*", "set-cookie": ["sid=1"], "www-authenticate": "Basic", "x-request-id": "1",
    },
  ],
  [
    "cache-control that forbids stays, whoever set it",
    [
      around({ before: ["cache-control: private, max-age=1"] }),
      { before: ["cdn-cache-control: no-store"], does: { error: undefined } },
    ],
    { "cache-control": "private, max-age=1", "cdn-cache-control": "no-store" },
  ],
  [
    "middleware that describes content, around a handler that throws",
    [around({ before: ["cache-control: public", "content-language: de", "x-a: 1"] }), { does: { error: undefined } }],
    { "cache-control": undefined, "content-language": undefined, "x-a": "1" },
  ],
  [
    "an HttpError's own fields win",
    [around({ before: ["x-a: 1", COOKIE] }), { does: { error: ["x-a: error"] } }],
    { "x-a": "error", "set-cookie": ["sid=1"] },
  ],
  [
    "an error takes no cookie of another step along",
    [around({ before: ["+set-cookie: a=1"] }), { before: ["set-cookie: b=2"], does: { error: undefined } }],
    { "set-cookie": ["a=1", "b=2"] },
  ],
  [
    "of cookies of one name the innermost is sent, and of one step the last",
    [around({ before: ["set-cookie: a=1", "set-cookie: b=1"] }), { before: ["set-cookie: a=2", "set-cookie: a=3"] }],
    { "set-cookie": ["a=3", "b=1"] },
  ],
  [
    "the same in an error response",
    [around({ before: ["set-cookie: a=1"] }), { before: ["set-cookie: a=2"], does: { error: undefined } }],
    { "set-cookie": ["a=2"] },
  ],
  [
    "a step that fails takes back nothing of the others",
    [around({ before: ["x-a: 1"] }), { before: ["-x-a", "x-b: 1", "-x-b"], does: { error: undefined } }],
    { "x-a": "1", "x-b": undefined },
  ],
  [
    "middleware that catches: its Response has what is left",
    [
      around({ before: ["x-a: 1"], catches: true, after: ["x-c: 1"], does: { made: [] } }),
      { before: ["x-b: 1", "content-type: text/html", "content-length: 1000"], does: { error: undefined } },
    ],
    { "x-a": "1", "x-b": "1", "x-c": "1", "content-type": "text/plain;charset=UTF-8", "content-length": undefined },
  ],
  [
    "the same with a raw Response",
    [
      around({ catches: true, does: { raw: ["x-b: own"] } }),
      { before: ["x-b: 1", "content-length: 1000", COOKIE], does: { error: undefined } },
    ],
    { "x-b": "own", "content-length": undefined, "set-cookie": ["sid=1"] },
  ],
  [
    "a thrown Response has its own fields, and no others that describe content",
    [
      around({ before: ["x-a: 1", "cache-control: public"] }),
      {
        before: ["content-length: 1000", "x-b: 1", "x-c: 1"],
        does: { raw: ["x-b: own", "cache-control: max-age=1"], throws: true },
      },
    ],
    { "x-a": "1", "x-b": "own", "x-c": "1", "content-length": undefined, "cache-control": "max-age=1" },
  ],
  [
    "a middleware that throws after its next: the response is gone, what was set is not",
    [
      around({ before: ["x-a: 1"], after: ["x-b: 1", "etag: 1"], does: { error: undefined } }),
      { before: ["x-c: 1", "etag: 2"] },
    ],
    { "x-a": "1", "x-b": "1", "x-c": "1", etag: undefined },
  ],
];

for (const [what, steps, expected] of CASES) {
  test(`fields: ${what}`, async () => {
    for (const waits of [false, true]) {
      const got = Object.fromEntries(await check(complete({ steps: steps.map((step) => ({ ...step, waits })) })));
      assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, got[name]])), expected);
    }
  });
}

/** Whatever makes the error response, nothing of the content that failed is in it. */
const ERROR_RESPONSES = {
  "the app itself": () => {},
  "onError": (app) => app.onError((error, c) => c.text("own", 500)),
  "onError with a Response": (app) => app.onError(() => new Response("own", { status: 500 })),
  "onError that waits": (app) => app.onError(async (error, c) => (await null, c.json({ error: 1 }, 500))),
  "onError that throws": (app) => app.onError(() => { throw new Error("second"); }),
  "onError that throws a Response": (app) => app.onError(() => { throw new Response("own", { status: 500 }); }),
  "a middleware that catches": (app) => app.use(async (c, next) => {
    try {
      return await next();
    } catch {
      return c.text("own", 500);
    }
  }),
  "a middleware that catches, and returns a Response": (app) => app.use((c, next) => {
    try {
      return next();
    } catch {
      return new Response("own", { status: 500 });
    }
  }),
};

const GONE = { "content-length": "1000", "content-encoding": "gzip", "cache-control": "public" };
const CONTENT = { "content-type": "text/html", ...GONE };

for (const [what, make] of Object.entries(ERROR_RESPONSES)) {
  test(`what described the content of a handler that throws is not in the response of ${what}`, async (t) => {
    logged(t);
    const routesOf = (app) => {
      make(app);
      return app.use((c, next) => (c.header("x-request-id", "1"), next())).get("/x", (c) => {
        for (const [name, value] of Object.entries(CONTENT)) c.header(name, value);
        c.setCookie("sid", "1");
        throw new Error("no");
      });
    };
    const mounted = new Router().route("/m", routesOf(new Router()));
    for (const [app, path] of [[routesOf(new Router()), "/x"], [mounted, "/m/x"]]) {
      const { status, headers } = await app.request(path);
      assert.equal(status, 500);
      for (const name of Object.keys(GONE)) assert.equal(headers.get(name), null, name);
      assert.doesNotMatch(headers.get("content-type"), /html/);
      assert.deepEqual([headers.get("x-request-id"), headers.getSetCookie().length], ["1", 1]);
    }
  });
}

/* ------------------------------------------------------------------ shared responses */

const cookiesOf = ({ headers }) => headers.getSetCookie().map((cookie) => cookie.split(";")[0]);

test("a shared response never changes, and each request has its own copy", async () => {
  const OK = new Response(null, { status: 204, headers: { "x-own": "1" } });
  const wraps = {
    "before next": (c, next) => (c.setCookie("user", c.query("user")), next()),
    "after next": async (c, next) => {
      const response = await next();
      c.setCookie("user", c.query("user"));
      return response;
    },
    "by hand": async (c, next) => {
      const response = await next();
      response.headers.append("set-cookie", `user=${c.query("user")}`);
      return response;
    },
  };
  const returns = {
    "returned": () => OK,
    "returned later": async () => OK,
    "thrown": () => {
      throw OK;
    },
    "by a middleware": [() => OK, (c) => c.text("never")],
    "caught": [async (c, next) => {
      try {
        return await next();
      } catch {
        return OK;
      }
    }, () => {
      throw new Error("x");
    }],
  };
  for (const [how, wrap] of Object.entries(wraps)) {
    for (const [where, handlers] of Object.entries(returns)) {
      const app = new Router();
      app.use(wrap).get("/x", handlers);
      const users = ["ada", "grace", "alan"];
      for (const user of users) {
        const response = await app.request(`/x?user=${user}`);
        assert.equal(response.status, 204);
        assert.deepEqual(cookiesOf(response), [`user=${user}`], `${how}, ${where}`);
      }
      assert.deepEqual([...OK.headers], [["x-own", "1"]], `${how}, ${where}`);
    }
  }
  const inErrors = new Router();
  inErrors.onError(() => OK).notFound(() => OK).onOutcome(() => OK);
  inErrors.use(wraps["before next"]).get("/x", () => {
    throw new Error("x");
  });
  for (const [path, method] of [["/x", "GET"], ["/none", "GET"], ["/x", "POST"]])
    for (const user of ["ada", "grace"]) {
      const response = await inErrors.request(`${path}?user=${user}`, { method });
      assert.deepEqual(cookiesOf(response), [`user=${user}`], path);
    }
  assert.deepEqual([...OK.headers], [["x-own", "1"]]);
});

test("a single handler returns its Response itself, if nothing could change it", async () => {
  const OK = new Response(null, { status: 204 });
  const app = new Router();
  app.get("/x", () => OK);
  assert.equal(await app.request("/x"), OK);
});

test("the response of next has fields that can be changed, even of fetch and Response.redirect", async () => {
  for (const make of [() => fetch("data:text/plain,x"), () => Response.redirect("http://h/", 307)]) {
    const app = new Router();
    app.use(async (c, next) => {
      const response = await next();
      response.headers.set("x-a", "1");
      response.headers.delete("content-type");
    });
    app.get("/x", make);
    const { headers } = await app.request("/x");
    assert.deepEqual([headers.get("x-a"), headers.get("content-type")], ["1", null]);
  }
});

/* ------------------------------------------------------------------ steps that are given up */

const LATE = {
  // what a step makes that no longer waits for its next: type, and the fields that are its own
  "c.text": [(c) => c.text("late", 504), "text/plain;charset=UTF-8", {}],
  "c.html": [(c) => c.html("late", 504), "text/html;charset=UTF-8", {}],
  "c.json": [(c) => c.json("late", 504), "application/json", {}],
  "c.text with fields": [
    (c) => c.text("late", { status: 504, headers: { "retry-after": "1", "cache-control": "public" } }),
    "text/plain;charset=UTF-8", { "retry-after": "1", "cache-control": "public" },
  ],
  "c.text with the type of the one given up": [
    (c) => c.text("late", { status: 504, headers: { "content-type": "image/png" } }), "image/png", {},
  ],
  "a Response": [() => new Response("late", { status: 504 }), "text/plain;charset=UTF-8", {}],
};

for (const [what, [make, type, own]] of Object.entries(LATE)) {
  test(`${what} in place of a handler that still runs has nothing of that handler's`, async () => {
    const door = later();
    const outer = async (c, next) => {
      c.header("x-before", "1");
      c.header("vary", "origin", { append: true });
      const response = await Promise.race([next(), rounds(3)]);
      return response ?? make(c);
    };
    const handler = async (c) => {
      for (const [name, value] of Object.entries(CONTENT)) c.header(name, value);
      c.setCookie("sid", "secret");
      await door.promise;
      return c.text("x");
    };
    for (const between of [[], [async (c, next) => (c.header("x-between", "1"), next())]]) {
      const app = new Router();
      app.get("/x", outer, between, handler);
      const { status, headers } = await app.request("/x");
      const expected = { "content-type": type, vary: "origin", "x-before": "1", ...own };
      assert.deepEqual([status, Object.fromEntries(headers)], [504, expected]);
    }
    door.resolve();
    await rounds(2);
  });
}

/* ------------------------------------------------------------------ when a field is set too late */

test("a field that is set after the response was sent is an error that names it", async () => {
  let kept;
  const app = new Router();
  app.get("/x", (c) => (kept = c).text("x"));
  await app.request("/x");
  const message = /header (x-a|set-cookie) must be set before the response is sent/;
  const acts = [() => kept.header("X-A", "1"), () => kept.header("x-a", undefined), () => kept.setCookie("a", "1")];
  for (const act of acts) assert.throws(act, { code: "BAD_ARGUMENT", message });
  assert.equal(kept.header("x-a"), undefined);
});

/* ------------------------------------------------------------------ at random */

const NAMES = [
  "x-a", "x-a", "x-b", "vary", "set-cookie", "set-cookie", "cache-control", "content-type", "content-security-policy",
  "etag", "content-length", "__proto__",
];

const VALUES = {
  __proto__: null,
  "cache-control": ["no-store", "public", "private", "max-age=1"],
  "content-type": ["text/html", "a/b"],
  "content-length": ["1000"],
  etag: ['"1"', '"2"'],
};

function fieldOf(random) {
  const name = NAMES[random(NAMES.length)];
  const values = VALUES[name] ?? (name === "set-cookie" ? ["a=1", "b=2, 3", "a=4", "c=4"] : ["1", "2", "3"]);
  return `${name}: ${values[random(values.length)]}`;
}

function opOf(random) {
  const field = fieldOf(random);
  const how = random(5);
  return how === 0 ? `-${field.split(":")[0]}` : how <= 2 ? `+${field}` : field;
}

const some = (random, most, make) => Array.from({ length: random(most + 1) }, () => make(random));

/** Fields that are given all at once, each name once. */
function givenOf(random) {
  const nameOf = (field) => field.split(":")[0];
  const fields = some(random, 2, fieldOf);
  return fields.filter((field, i) => !fields.slice(0, i).some((other) => nameOf(other) === nameOf(field)));
}

const KINDS = Object.keys(RAW);

function endOf(random, isLast, catches) {
  const choice = random(isLast || catches ? 8 : 20);
  const raw = { raw: givenOf(random), kind: KINDS[random(KINDS.length)] };
  if (choice <= 2) return { made: givenOf(random), then: some(random, 2, opOf) };
  if (choice <= 4) return raw;
  if (choice === 5) return { ...raw, throws: true };
  if (choice <= 7) return { error: random(2) ? givenOf(random).filter((field) => !field.startsWith("__")) : undefined };
  if (choice <= 9) return { mutate: some(random, 3, opOf) };
  if (choice <= 12) return { copy: some(random, 3, opOf) };
  return choice <= 14 ? "nothing" : "inner";
}

function scenarioOf(random) {
  const count = 1 + random(4);
  const steps = Array.from({ length: count }, (_, i) => {
    const isLast = i === count - 1;
    const next = !isLast && random(8) > 0;
    const catches = next && random(4) === 0;
    return {
      before: some(random, 3, opOf), next, catches, after: next ? some(random, 3, opOf) : [],
      does: endOf(random, !next, catches), waits: random(2) === 0,
    };
  });
  const handler = { before: some(random, 2, opOf), does: endOf(random, true, false), waits: random(2) === 0 };
  return complete({ steps, onError: random(2) === 0 ? handler : undefined, method: random(6) === 0 ? "HEAD" : "GET" });
}

/** What is wrong with a scenario. */
async function failure(scenario) {
  try {
    await check(scenario);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The smallest scenario that still fails, by leaving things out. */
async function shrunk(scenario) {
  const fails = async (other) => (await failure(other))?.code === "ERR_ASSERTION";
  const smaller = function* (one) {
    for (let i = 0; i < one.steps.length - 1; i++) yield { ...one, steps: one.steps.toSpliced(i, 1) };
    if (one.onError) yield { ...one, onError: undefined };
    if (one.method === "HEAD") yield { ...one, method: "GET" };
    for (const [i, step] of [...one.steps, one.onError].entries()) {
      const isStep = i < one.steps.length;
      const put = (other) => ({ ...one, ...(isStep ? { steps: one.steps.with(i, other) } : { onError: other }) });
      for (const list of ["before", "after"])
        for (let j = 0; j < (step?.[list].length ?? 0); j++) yield put({ ...step, [list]: step[list].toSpliced(j, 1) });
      for (const list of ["made", "then", "raw", "mutate", "copy"])
        for (let j = 0; j < (step?.does[list]?.length ?? 0); j++)
          yield put({ ...step, does: { ...step.does, [list]: step.does[list].toSpliced(j, 1) } });
      if (step?.waits) yield put({ ...step, waits: false });
    }
  };
  for (let found = true; found; ) {
    found = false;
    for (const other of smaller(scenario)) {
      if (!(await fails(other))) continue;
      scenario = other;
      found = true;
      break;
    }
  }
  return scenario;
}

test("random chains of steps give what the rules say", async (t) => {
  t.diagnostic(`WYE_SEED=${seed}`);
  for (let run = 0; run < RUNS; run++) {
    const scenario = scenarioOf(randomFrom(seed + run).below);
    const error = await failure(scenario);
    if (error === undefined) continue;
    const small = await shrunk(scenario);
    const { message } = await failure(small);
    assert.fail(`WYE_SEED=${seed + run} ${message}\n${JSON.stringify(small, (key, value) => value ?? null, 1)}`);
  }
});

test("a bodiless response that a handler reuses takes on no cookie of a request", async () => {
  let n = 0;
  let kept;
  const app = new Router();
  app.use((c, next) => {
    c.setCookie("n", String(++n));
    return next();
  });
  app.get("/x", (c) => (kept ??= c.body(null, 204)));
  for (const expected of ["n=1; Path=/", "n=2; Path=/", "n=3; Path=/"])
    assert.deepEqual((await app.request("/x")).headers.getSetCookie(), [expected]);
  assert.deepEqual(kept.headers.getSetCookie(), []);
});
