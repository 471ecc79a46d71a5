// some, every, except.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HttpError, Router, WyeError } from "#wye";
import { basicAuth, bearerAuth, cache, coalesce, etag, every, except, recover, some } from "#wye/middleware.js";

const HERE = "http://h/x";
const badArgument = (error) => error instanceof WyeError && error.code === "BAD_ARGUMENT";

/** An app with the middleware around a handler that says who the user is; what ran, and what was reported. */
function appWith(...middleware) {
  const log = [];
  const errors = [];
  const app = new Router({ report: (error) => errors.push(String(error?.message)) });
  app.use(...middleware);
  app.get("/*", (c) => {
    log.push("handler");
    return c.text(String(c.get("user")));
  });
  return { app, log, errors };
}

async function said(app, target = HERE, headers = {}) {
  const response = await app.request(target, { headers });
  return `${response.status} ${await response.text()}`;
}

/** Steps that let a request through, and steps that refuse, each at once and later. */
const LETTING = {
  "a step": (c, next) => next(),
  "a step, later": async (c, next) => next(),
  "a step that returns nothing": (c, next) => void next(),
  "a step, later, that returns nothing": async (c, next) => void (await next()),
  "a condition": () => true,
  "a condition, later": async () => true,
  "every": every((c, next) => next(), () => true),
  "some": some(() => false, () => true),
};

const REFUSING = {
  "a thrown HttpError": [() => { throw new HttpError(401, "thrown"); }, "401 thrown"],
  "a thrown HttpError, later": [async () => { throw new HttpError(401, "thrown"); }, "401 thrown"],
  "a thrown Response": [() => { throw new Response("thrown", { status: 403 }); }, "403 thrown"],
  "a response": [(c) => c.text("no", 403), "403 no"],
  "a response, later": [async (c) => c.text("no", 403), "403 no"],
  "a redirect": [(c) => c.redirect("/login"), "302 "],
  "a condition": [() => false, "403 403 Forbidden"],
  "a condition, later": [async () => false, "403 403 Forbidden"],
  "every": [every(() => true, () => false), "403 403 Forbidden"],
  "some": [some(() => false, (c) => c.text("no", 404)), "404 no"],
};

const PASSED = "200 undefined";

// ---------------------------------------------------------------- some

for (const [title, step] of Object.entries(LETTING)) {
  test(`some: ${title} lets through; the next one does not run`, async () => {
    const { app, log } = appWith(some(step, (c, next) => (log.push("second"), next())));
    assert.deepEqual([await said(app), log], [PASSED, ["handler"]]);
  });
}

for (const [title, [step, refusal]] of Object.entries(REFUSING)) {
  test(`some: ${title} refuses`, async () => {
    const only = appWith(some(step));
    assert.deepEqual([await said(only.app), only.log, only.errors], [refusal, [], []]);
    for (const [, letting] of Object.entries(LETTING)) {
      const { app, log, errors } = appWith(some(step, letting));
      assert.deepEqual([await said(app), log, errors], [PASSED, ["handler"], []]);
    }
    const last = appWith(some((c) => c.text("first", 402), step));
    assert.deepEqual([await said(last.app), last.log], [refusal, []]);
  });
}

test("some: what a refusing alternative has set is undone", async () => {
  const failing = (c) => {
    c.header("www-authenticate", "Custom");
    c.header("cache-control", "no-store");
    c.setCookie("refused", "1");
    c.set("user", "mallory");
    c.set("other", 1);
    c.status(401);
    throw new HttpError(401);
  };
  const answering = (c) => {
    c.header("www-authenticate", "Custom");
    c.set("user", "mallory");
    return c.text("no", 401);
  };
  const before = (c, next) => {
    c.header("x-before", "1");
    c.set("kept", 2);
    return next();
  };
  const passing = (c, next) => {
    c.header("x-passed", "1");
    c.setCookie("passed", "1");
    return next();
  };
  for (const refused of [failing, answering, every(() => true, failing)]) {
    const { app } = appWith(every(before, some(refused, passing)));
    const response = await app.request(HERE);
    assert.deepEqual([response.status, await response.text()], [200, "undefined"]);
    assert.deepEqual(Object.fromEntries(response.headers), {
      "content-type": "text/plain;charset=UTF-8",
      "set-cookie": "passed=1; Path=/",
      "x-before": "1",
      "x-passed": "1",
    });
  }
});

test("some: what the last alternative has set stays on its refusal", async () => {
  const first = (c) => (c.header("x-first", "1"), c.text("no", 403));
  const second = (c) => (c.header("x-second", "1"), c.setCookie("a", "b"), c.text("no", 403));
  const { headers } = await appWith(some(first, second)).app.request(HERE);
  const fields = ["x-first", "x-second", "set-cookie"].map((name) => headers.get(name));
  assert.deepEqual(fields, [null, "1", "a=b; Path=/"]);
});

const basic = basicAuth({ users: { ada: "lovelace" } });
const bearer = bearerAuth({ tokens: ["token"] });
const ADA = { authorization: `Basic ${btoa("ada:lovelace")}` };
const BASIC = 'Basic realm="restricted", charset="UTF-8"';
const BEARER = 'Bearer realm="restricted"';

test("some: several ways to authenticate", async () => {
  for (const guard of [some(basic, bearer), some(bearer, basic)]) {
    const { app } = appWith(guard);
    const passed = await app.request(HERE, { headers: ADA });
    assert.deepEqual([passed.status, passed.headers.get("www-authenticate")], [200, null]);
    assert.equal(await said(app, HERE, ADA), "200 ada");
    assert.equal(await said(app, HERE, { authorization: "Bearer token" }), "200 undefined");
    assert.match(await said(app), /^401 /);
    assert.match(await said(app, HERE, { authorization: "Bearer other" }), /^401 /);
  }
});

test("some: a refusal has the challenges of all", async () => {
  const challenges = async (...middleware) => {
    const app = new Router().use(...middleware).get("/x", (c) => c.text(""));
    return (await app.request(HERE)).headers.get("www-authenticate");
  };
  for (const around of [[], [recover()], [(c, next) => next()]]) {
    assert.equal(await challenges(...around, some(basic, bearer)), `${BEARER}, ${BASIC}`);
    assert.equal(await challenges(...around, some(bearer, () => false, basic)), `${BASIC}, ${BEARER}`);
    assert.equal(await challenges(...around, some(basic, (c) => c.text("no", 403))), null);
    assert.equal(await challenges(...around, some(basic, basic)), BASIC);
  }
});

test("some: an unexpected error is rethrown, unless another alternative lets the request through", async () => {
  const broken = async () => { throw new TypeError("no database"); };
  const through = appWith(some(broken, () => true));
  assert.deepEqual([await said(through.app), through.errors], [PASSED, []]);
  for (const guard of [some(broken, () => false), some(() => false, broken), some(broken, (c) => c.text("no", 401))]) {
    const { app, log, errors } = appWith(guard);
    assert.deepEqual([await said(app), log], ["500 500 Internal Server Error", []]);
    assert.deepEqual(errors, ["no database"]);
  }
});

test("some: an error after next is not a refusal", async () => {
  for (const error of [new HttpError(401, "inside"), new HttpError(404, "inside")]) {
    let ran = 0;
    const { app } = appWith(some(async (c, next) => next(), () => (ran++, true)), () => { throw error; });
    assert.deepEqual([await said(app), ran], [`${error.status} inside`, 0]);
  }
});

test("some: an alternative that has refused cannot call next later", async () => {
  let late;
  const refusing = (c, next) => {
    late = () => next();
    return c.text("no", 403);
  };
  const { app, log } = appWith(some(refusing, async () => {
    assert.throws(late, /some: an alternative must call next\(\) before it refuses/);
    return false;
  }));
  assert.deepEqual([await said(app), log], ["403 403 Forbidden", []]);
  assert.throws(late, badArgument);
});

test("some and every: next runs once", async () => {
  const twice = async (c, next) => {
    await next();
    return next();
  };
  const both = (c, next) => Promise.all([next(), Promise.resolve().then(() => next())]).then(([response]) => response);
  for (const step of [twice, both]) {
    for (const guard of [some(step), every(step), every(step, () => true), some(every(() => true, step))]) {
      const { app, log, errors } = appWith(guard);
      assert.equal(await said(app), "500 500 Internal Server Error");
      assert.deepEqual(log, ["handler"]);
      assert.match(errors.join(), /second time/);
    }
  }
});

test("some: discarded responses are cancelled", async () => {
  let cancelled = 0;
  const body = () => new ReadableStream({ cancel: () => void cancelled++ });
  const refusing = () => new Response(body(), { status: 403 });
  await said(appWith(some(refusing, refusing, () => true)).app);
  assert.equal(cancelled, 2);
});

// ---------------------------------------------------------------- every

test("every: in order, each around the next", async () => {
  const order = [];
  const around = (name) => async (c, next) => {
    order.push(`${name}>`);
    const response = await next();
    order.push(`<${name}`);
    return response;
  };
  const { app } = appWith(every(around("a"), [around("b"), [around("c")]], () => true));
  assert.equal(await said(app), PASSED);
  assert.deepEqual(order, ["a>", "b>", "c>", "<c", "<b", "<a"]);
});

for (const [title, [step, refusal]] of Object.entries(REFUSING)) {
  test(`every: ${title} ends it`, async () => {
    let after = 0;
    const { app, log } = appWith(every(() => true, step, () => (after++, true)));
    assert.deepEqual([await said(app), log, after], [refusal, [], 0]);
  });
}

test("every: steps that return nothing, and steps that return another response", async () => {
  const silent = async (c, next) => void (await next());
  const replacing = async (c, next) => {
    const response = await next();
    assert.ok(response instanceof Response);
    return c.text(`<${await response.text()}>`);
  };
  assert.equal(await said(appWith(every(silent, replacing, silent, replacing, silent)).app), "200 <<undefined>>");
  const { app, errors } = appWith(every((c) => undefined, () => true)); // eslint-disable-line no-unused-vars
  assert.equal(await said(app), "500 500 Internal Server Error");
  assert.match(errors[0], /a step returned nothing/);
});

test("every: a step can catch what those inside throw", async () => {
  const catching = async (c, next) => {
    try {
      return await next();
    } catch (error) {
      return c.text(`caught ${error.message}`);
    }
  };
  const { app } = appWith(every(catching, () => { throw new Error("inner"); }));
  assert.equal(await said(app), "200 caught inner");
});

test("every: a detached c reaches the handler", async () => {
  const detaching = async (c, next) => {
    const other = c.detached();
    other.set("user", "detached");
    return next(other);
  };
  assert.equal(await said(appWith(every(() => true, detaching, () => true)).app), "200 detached");
  assert.equal(await said(appWith(some(() => false, detaching)).app), "200 detached");
});

test("a synchronous chain stays synchronous", () => {
  const guard = every((c, next) => next(), some(() => false, (c, next) => next()), except("/y", () => true));
  assert.ok(appWith(guard).app.fetch(new Request(HERE)) instanceof Response);
});

/** Several steps as one. */
const TOGETHER = {
  "a list": (...steps) => steps,
  every,
  "every in every": (first, ...others) => every(() => true, every(first, every(...others))),
  "except": (...steps) => except("/none", ...steps),
  "except, later": (...steps) => except(async () => false, ...steps),
  "every in except": (...steps) => except("/none", every(...steps)),
  "except in every": (...steps) => every(except("/none", ...steps)),
};

for (const [title, together] of Object.entries(TOGETHER)) {
  for (const keeping of [cache, coalesce]) {
    test(`${title}: ${keeping.name} gives nobody what a step after it calls private`, async () => {
      const isPrivate = (c, next) => {
        c.header("cache-control", "private");
        return next();
      };
      const app = new Router().use(together(keeping(), isPrivate));
      app.get("/x", async (c) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return new Response(c.header("x-user"));
      });
      const first = said(app, HERE, { "x-user": "a" });
      if (keeping === cache) await first;
      const second = said(app, HERE, { "x-user": "b" });
      assert.deepEqual([await first, await second], ["200 a", "200 b"]);
    });
  }

  test(`${title}: fields belong to the step that sets them`, async () => {
    const shared = new Response(null, { status: 401, headers: { "x-both": "inner" } });
    let count = 0;
    const outer = async (c, next) => {
      const response = await next();
      c.header("x-both", "outer");
      response.headers.append("set-cookie", `a=${++count}`);
      return response;
    };
    const app = new Router().use(together(outer, () => shared)).get("/x", (c) => c.text(""));
    for (const expected of [1, 2]) {
      const { headers } = await app.request(HERE);
      assert.deepEqual([headers.get("x-both"), headers.getSetCookie()], ["outer", [`a=${expected}`]]);
    }
    assert.deepEqual([...shared.headers], [["x-both", "inner"]]);
    const tagged = new Router().get("/x", together(etag(), (c) => {
      c.header("etag", '"t"');
      return new Response("b");
    }));
    assert.equal((await tagged.request(HERE, { headers: { "if-none-match": '"t"' } })).status, 304);
  });

  test(`${title}: a thrown response is the response`, async () => {
    const seeing = async (c, next) => c.text(`seen ${(await next()).status}`);
    const app = new Router().use(together(seeing, () => { throw new Response("", { status: 402 }); }));
    assert.equal(await said(app.get("/x", (c) => c.text(""))), "200 seen 402");
  });
}

test("except: the function is called once for each request", async () => {
  let asked = 0;
  const order = [];
  const noting = (name) => (c, next) => (order.push(name), next());
  const { app } = appWith(except((c) => c.path === "/x" && ++asked > 0, noting("a"), noting("b")));
  assert.deepEqual([await said(app), asked, order], [PASSED, 1, []]);
});

// ---------------------------------------------------------------- except

const EXCEPT = [
  // the exceptions, a path, whether it is one
  ["/login", "/login", true],
  ["/login", "/login?x=1", true],
  ["/login", "/login/", false],
  ["/login", "/LOGIN", false],
  ["/login", "/login/x", false],
  ["/login", "/logi%6E", true],
  ["/public/*", "/public/a/b", true],
  ["/public/*", "/public/", true],
  ["/public/*", "/public", true],
  ["/public/*", "/publicity", false],
  ["/public/*", "/public/..%2fadmin", true],
  ["/public/*", "/public/%2e%2e/admin", false],
  ["/public/*rest", "/public", true],
  ["/*", "/", true],
  ["/users/:id<int>", "/users/7", true],
  ["/users/:id<int>", "/users/x", false],
  ["/a/:x?", "/a", true],
  [["/a", "/b/*"], "/b/c", true],
  [["/a", "/a/*", "/:x", "/:y/*"], "/a", true],
  [["/a", "/b/*"], "/c", false],
  [(c) => c.path === "/x", "/x", true],
  [(c) => c.path === "/x", "/y", false],
  [async (c) => c.path === "/x", "/x", true],
  [async () => false, "/x", false],
  [(c) => c.get("none"), "/x", false],
  [["/a", async (c) => c.path === "/x", () => false], "/x", true],
  [["/a", async (c) => c.path === "/x", () => false], "/y", false],
];

for (const [exceptions, path, is] of EXCEPT) {
  test(`except ${JSON.stringify(exceptions) ?? exceptions}: ${path}`, async () => {
    const { app } = appWith(except(exceptions, () => false));
    assert.equal(await said(app, new Request(`http://h${path}`)), is ? PASSED : "403 403 Forbidden");
  });
}

test("except: a pattern matches paths as long as the app serves", async () => {
  const app = new Router({ maxPath: 65_535 }).use(except("/public/*", () => false)).get("/*", (c) => c.text("served"));
  assert.equal(await said(app, `http://h${"/public/".padEnd(65_535, "x")}`), "200 served");
  assert.equal(await said(app, `http://h${"/private/".padEnd(65_535, "x")}`), "403 403 Forbidden");
});

test("except: a malformed URL is no exception", async () => {
  const app = new Router().use(except("/*", (c) => c.text("guarded", 403)));
  const response = await app.fetch({ method: "GET", url: "no url", headers: new Headers(), body: null });
  assert.equal(await response.text(), "guarded");
});

test("except: a truthy value is an error, not true", async () => {
  for (const condition of [() => "yes", () => 1, async () => ({})]) {
    const { app, log, errors } = appWith(except(condition, () => false));
    assert.deepEqual([await said(app), log], ["500 500 Internal Server Error", []]);
    assert.match(errors[0], /except: the function must return true or false/);
  }
});

test("except: skips all of several steps, or runs all of them", async () => {
  const order = [];
  const noting = (name) => (c, next) => (order.push(name), next());
  const { app } = appWith(except("/free", noting("a"), [noting("b")]));
  await said(app, "http://h/free");
  assert.deepEqual(order, []);
  await said(app);
  assert.deepEqual(order, ["a", "b"]);
});

test("every: a step that returns nothing gives what its next returned or threw", async () => {
  const swallowing = (c, next) => {
    try {
      next();
    } catch {
      // nothing
    }
  };
  const swallowingLater = async (c, next) => {
    await next().catch(() => {});
  };
  const notWaiting = (c, next) => void next();
  const failing = () => { throw new HttpError(409, "inner"); };
  const failingLater = async () => failing();
  const seeing = async (c, next) => {
    const response = await next();
    assert.ok(response instanceof Response);
    return response;
  };
  assert.equal(await said(appWith(every(seeing, swallowing, failing)).app), "409 inner");
  assert.equal(await said(appWith(every(seeing, swallowingLater, failingLater)).app), "409 inner");
  assert.equal(await said(appWith(every(seeing, notWaiting, failingLater)).app), "409 inner");
  assert.equal(await said(appWith(every(seeing, notWaiting, async (c, next) => next())).app), PASSED);
});

const WRONG = [
  () => some(),
  () => some(undefined),
  () => some([() => true]),
  () => some({}),
  () => every(),
  () => every([]),
  () => every("/x"),
  () => every(() => true, null),
  () => except(),
  () => except([], () => true),
  () => except("/x"),
  () => except(/x/, () => true),
  () => except(() => true),
  () => except("/x", "/y", () => true),
];

for (const make of WRONG)
  test(`refused when it is made: ${String(make).slice(6)}`, () => assert.throws(make, badArgument));

test("a malformed pattern is refused when it is made", () => {
  for (const pattern of ["login", "/{id}", "/a*b"]) assert.throws(() => except(pattern, () => true), WyeError);
});
