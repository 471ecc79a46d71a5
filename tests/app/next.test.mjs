// The onion: in which order steps run, what next() gives, and what a second call of it is told.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Router } from "wye";
import { SECOND_NEXT, assertAllBack, later, logged, noting, rounds, said, saying } from "./support.mjs";

/** An app with these steps in front of a handler that counts its runs. */
function appOf(...steps) {
  const app = new Router();
  const made = { app, handled: 0, errors: [] };
  app.onError((error, c) => {
    made.errors.push(error);
    return c.text(`error: ${error.message}`, 500);
  });
  if (steps.length > 0) app.use(...steps);
  app.get("/x", (c) => {
    made.handled++;
    return c.text("handler");
  });
  return made;
}

/* ------------------------------------------------------------------ the onion */

test("steps run from the outside in and back again", async () => {
  const list = [];
  const app = new Router();
  app.use(noting(list, "a"), noting(list, "b"));
  app.group("/g", noting(list, "c"), (g) => {
    g.use(noting(list, "d"));
    g.get("/x", noting(list, "e"), (c) => {
      list.push("handler");
      return c.text("x");
    });
  });
  assert.equal(await said(app, "/g/x"), "200 x");
  assert.equal(list.join(" "), "a> b> c> d> e> handler <e <d <c <b <a");
});

test("next() gives the response itself where nothing waits, else a promise of it", async () => {
  const seen = [];
  const app = new Router();
  app.use((c) => {
    const result = c.next();
    seen.push(result instanceof Promise ? "promise" : result instanceof Response ? "response" : "other");
    return result;
  });
  app.get("/now", saying("now")).get("/later", async (c) => c.text("later"));
  assert.equal(await said(app, "/now"), "200 now");
  assert.equal(await said(app, "/later"), "200 later");
  assert.deepEqual(seen, ["response", "promise"]);
});

test("a middleware may answer in the handler's place, and replace what it answered", async () => {
  const short = appOf(saying("short"));
  assert.equal(await said(short.app, "/x"), "200 short");
  assert.equal(short.handled, 0);
  const replaced = appOf(async (c) => {
    const inner = await c.next();
    return new Response(`<${await inner.text()}>`, { status: 203 });
  });
  assert.equal(await said(replaced.app, "/x"), "203 <handler>");
});

test("errors come through next() as exceptions, and may be caught there", async () => {
  const app = new Router();
  app.use(async (c) => {
    try {
      return await c.next();
    } catch (error) {
      return c.text(`caught ${error.message}`);
    }
  });
  app.get("/throws", () => {
    throw new Error("thrown");
  });
  app.get("/rejects", async () => {
    throw new Error("rejected");
  });
  assert.equal(await said(app, "/throws"), "200 caught thrown");
  assert.equal(await said(app, "/rejects"), "200 caught rejected");
  assertAllBack(app);
});

test("what c.set stores is there for every step of the request, and for no other request", async () => {
  const app = new Router();
  const key = Symbol("key");
  app.use(async (c) => {
    const before = [c.get("user"), c.get(key)];
    c.set("user", c.query("user"));
    c.set(key, before);
    const response = await c.next();
    c.header("x-inner", c.get("inner"));
    return response;
  });
  app.get("/x", async (c) => {
    await rounds(1);
    c.set("inner", `inner of ${c.get("user")}`);
    return c.json([c.get("user"), c.get(key)]);
  });
  const answers = await Promise.all([1, 2, 3].map((n) => app.request(`/x?user=${n}`)));
  for (const [i, response] of answers.entries()) {
    assert.deepEqual(await response.json(), [String(i + 1), [null, null]]);
    assert.equal(response.headers.get("x-inner"), `inner of ${i + 1}`);
  }
});

/* ------------------------------------------------------------------ a second next() */

const waiting = async (c) => {
  await null;
  return c.next();
};

/** A step that calls next() twice, in each way there is, and lets the second call's error out. */
const TWICE = {
  "one after the other": (c) => {
    Promise.resolve(c.next()).catch(() => {}); // nobody waits for it
    return c.next();
  },
  "after await": async (c) => {
    await c.next();
    return c.next();
  },
  "much later": async (c) => {
    await c.next();
    await rounds(2);
    return c.next();
  },
  "in a callback": (c) => Promise.resolve(c.next()).then(() => c.next()),
  "after a failure": async (c) => {
    try {
      await c.next();
      await c.next();
    } catch {
      return c.next();
    }
    return undefined;
  },
};

/** What stands between that step and the handler: middleware that goes on, in each way there is. */
const BETWEEN = {
  "nothing": [],
  "a synchronous step": [(c) => c.next()],
  "a step that awaits next()": [async (c) => await c.next()],
  "a step that waits first": [waiting],
  "two steps that wait first": [waiting, waiting],
  "a step that waits, one that does not": [waiting, (c) => c.next()],
  "a step that does not wait, one that does": [(c) => c.next(), waiting],
};

const HANDLERS = {
  "a synchronous handler": saying("x"),
  "a handler that waits": async (c) => {
    await null;
    return c.text("x");
  },
  "a handler that throws": () => {
    throw new Error("handler");
  },
  "a handler that rejects": async () => {
    await null;
    throw new Error("handler");
  },
};

/** In these the second call comes while the first one is still under way. */
const overlaps = (twice, between) => twice === "one after the other" && between.includes(waiting);

for (const [how, twice] of Object.entries(TWICE)) {
  for (const [what, between] of Object.entries(BETWEEN)) {
    for (const [whose, handler] of Object.entries(HANDLERS)) {
      if (overlaps(how, between)) continue;
      test(`next() twice, ${how}: with ${what} and ${whose} it is an error, and the handler runs once`, async () => {
        let runs = 0;
        const errors = [];
        const app = new Router();
        app.onError((error, c) => (errors.push(error), c.text("error", 500)));
        const counting = (c) => (runs++, handler(c));
        app.get("/x", twice, ...between, counting);
        assert.equal(await said(app, "/x"), "500 error");
        await rounds();
        assert.equal(runs, 1);
        assert.match(errors[0].message, /second time|^handler$/);
        if (!whose.includes("throws") && !whose.includes("rejects")) assert.match(errors[0].message, /second time/);
        assertAllBack(app);
      });
    }
  }
}

test("two calls at the same time, of a step that waits: the chain runs once, and one of the two is told", async () => {
  for (const between of [[waiting], [waiting, waiting], [(c) => c.next(), waiting]]) {
    const { app, handled } = appOf();
    assert.equal(handled, 0);
    let runs = 0;
    let outcomes;
    app.get("/y", async (c) => {
      outcomes = await Promise.allSettled([0, 1].map(async () => c.next()));
      return outcomes.find(({ status }) => status === "fulfilled").value;
    }, ...between, (c) => (runs++, c.text("y")));
    assert.equal(await said(app, "/y"), "200 y");
    assert.equal(runs, 1);
    const [error] = outcomes.filter(({ status }) => status === "rejected").map(({ reason }) => reason);
    assert.match(error.message, SECOND_NEXT.message);
    assertAllBack(app);
  }
});

/** What refuses, in each way there is. */
const REFUSALS = {
  "answers": (c) => c.text("refused", 403),
  "answers later": async (c) => {
    await rounds(1);
    return c.text("refused", 403);
  },
  "throws": () => {
    throw new Error("refused");
  },
  "throws later": async () => {
    await rounds(1);
    throw new Error("refused");
  },
  "answers with nothing": () => undefined,
  "answers with nothing, later": async () => {
    await rounds(1);
  },
  "answers with a thenable": (c) => ({ then: (resolve) => setImmediate(() => resolve(c.text("refused", 403))) }),
  "answers with a thenable that is there": (c) => ({ then: (resolve) => resolve(c.text("refused", 403)) }),
};

/** Outer steps that try again and again, each call behind the end of the one before. */
const STUBBORN = {
  "await and try again": async (c) => {
    for (let i = 0; i < 3; i++) {
      try {
        const response = await c.next();
        if (response?.status === 200) return response;
      } catch {
        // again
      }
    }
    return c.text("given up", 503);
  },
  "try again in callbacks": (c) => {
    const again = () => c.next();
    const first = async () => c.next();
    return first().then(again, again).then(again, again).catch((error) => c.text(`given up: ${error.message}`, 503));
  },
  "try again without waiting": (c) => {
    for (let i = 0; i < 3; i++) {
      try {
        const response = c.next();
        if (response instanceof Promise) return response;
        if (response?.status === 200) return response;
      } catch {
        // again
      }
    }
    return c.text("given up", 503);
  },
};

for (const [how, refuse] of Object.entries(REFUSALS)) {
  for (const [what, stubborn] of Object.entries(STUBBORN)) {
    for (const depth of [0, 1, 2]) {
      const through = Array.from({ length: depth }, (_, i) => (i % 2 ? waiting : (c) => c.next()));
      test(`a step that ${how} is not passed by one that will ${what} (${depth} between)`, async () => {
        const { app } = appOf();
        let runs = 0;
        const behind = (c) => (runs++, c.next());
        app.get("/y", stubborn, ...through, refuse, behind, (c) => (runs++, c.text("secret")));
        const answer = await said(app, "/y");
        await rounds(4);
        assert.equal(runs, 0);
        assert.ok(!answer.includes("secret"), answer);
        assertAllBack(app);
      });
    }
  }
}

test("a step that still waits cannot be passed by calling next() twice at once", async () => {
  const { app } = appOf();
  const door = later();
  let runs = 0;
  const refuse = async (c) => {
    await door.promise;
    return c.text("refused", 403);
  };
  app.get("/y", (c) => {
    const first = c.next();
    assert.throws(() => c.next(), SECOND_NEXT);
    return first;
  }, refuse, (c) => (runs++, c.text("secret")));
  const answer = said(app, "/y");
  await rounds();
  door.resolve();
  assert.equal(await answer, "403 refused");
  assert.equal(runs, 0);
});

test("the handler, notFound and onError have no next()", async () => {
  const errors = [];
  const app = new Router();
  const tries = async (c) => {
    assert.throws(() => c.next(), SECOND_NEXT);
    await null;
    assert.throws(() => c.next(), SECOND_NEXT);
    return c.text("tried");
  };
  app.use((c) => c.next(), waiting);
  app.get("/x", tries).get("/throws", () => {
    throw new Error("x");
  });
  app.get("/unmet", waiting, async () => {
    throw new Error("x");
  });
  app.notFound(tries).onError((error, c) => (errors.push(error.message), tries(c)));
  for (const path of ["/x", "/nowhere", "/throws", "/unmet"]) assert.equal(await said(app, path), "200 tried");
  assert.deepEqual(errors, ["x", "x"]);
  assertAllBack(app);
});

test("onError has no next() even where the step that failed had called none", async (t) => {
  logged(t);
  const app = new Router();
  let runs = 0;
  app.use(() => {
    throw new Error("x");
  });
  app.get("/x", () => runs++);
  app.onError((error, c) => c.next());
  assert.equal(await said(app, "/x"), "500 500 Internal Server Error");
  assert.equal(runs, 0);
});

test("a step that does not wait for next() ends the request; what goes on then is stale", async (t) => {
  logged(t);
  const app = new Router();
  const outcome = later();
  app.use((c) => {
    c.next().catch(outcome.resolve);
    return c.text("early");
  });
  app.get("/x", waiting, saying("x"));
  assert.equal(await said(app, "/x"), "200 early");
  const error = await outcome.promise;
  assert.ok(["STALE", "BAD_ARGUMENT"].includes(error.code), error.message);
  assertAllBack(app);
});
