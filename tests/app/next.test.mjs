// The onion: in which order steps run, what next() gives, and what a second call of it is told.
//
// WYE_SEED= repeats a random run, WYE_RUNS= says how many there are.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Router } from "#wye";
import { randomFrom } from "../random/numbers.mjs";
import { runCount, seed } from "../support/seed.mjs";
import {
  LATE_NEXT, NO_NEXT, SECOND_NEXT, ask, later, logged, noting, raise, rounds, said, saying,
} from "./support.mjs";

const RUNS = runCount(800);

/** An app whose route /x has these steps before a handler that counts its runs. */
function appOf(...steps) {
  const made = { app: new Router(), handled: 0, errors: [] };
  made.app.onError((error, c) => {
    made.errors.push(error);
    return c.text(`error: ${error.message}`, 500);
  });
  made.app.get("/x", ...steps, (c) => {
    made.handled++;
    return c.text("handler");
  });
  return made;
}

const passing = (c, next) => next();

const waiting = async (c, next) => {
  await null;
  return next();
};

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

test("next() returns the response itself in a synchronous chain, otherwise a promise", async () => {
  const seen = [];
  const app = new Router();
  app.use((c, next) => {
    const result = next();
    seen.push(result instanceof Promise ? "promise" : result instanceof Response ? "response" : "other");
    return result;
  });
  app.get("/now", saying("now")).get("/later", async (c) => c.text("later"));
  assert.equal(await said(app, "/now"), "200 now");
  assert.equal(await said(app, "/later"), "200 later");
  assert.deepEqual(seen, ["response", "promise"]);
});

/** Each handler, and each way to go on, is synchronous or not. */
const HANDLED = { "a handler": saying("x"), "a handler that waits": async (c) => (await rounds(1), c.text("x")) };

const NOTHING = {
  "next(), and no return": (c, next) => void next(),
  "await next(), and no return": async (c, next) => void (await next()),
  "next() that it does not await, and waits for something else": async (c, next) => {
    next();
    await rounds(2);
  },
  "next() in a callback, and no return": async (c, next) => {
    await Promise.resolve().then(() => next());
  },
};

for (const [how, step] of Object.entries(NOTHING)) {
  for (const [what, handler] of Object.entries(HANDLED)) {
    test(`a step with ${how}, around ${what}: the response is what its next gave`, async () => {
      const app = new Router();
      app.use(async (c, next) => {
        const response = await next();
        response.headers.set("x-seen", `${response.status}`);
      });
      app.get("/x", step, step, handler);
      const { status, text, headers } = await ask(app, "/x");
      assert.deepEqual([status, text, headers.get("x-seen")], [200, "x", "200"]);
    });
  }
}

const FAILURES = {
  "throws": () => {
    throw new Error("handler");
  },
  "rejects": async () => {
    throw new Error("handler");
  },
  "rejects later": async () => {
    await rounds(2);
    throw new Error("handler");
  },
};

for (const [how, handler] of Object.entries(FAILURES)) {
  test(`a step that swallows the error of a handler that ${how}, and returns nothing, fails with it`, async () => {
    for (const swallowing of [
      async (c, next) => {
        try {
          await next();
        } catch {
          // said to nobody
        }
      },
      (c, next) => {
        try {
          const result = next();
          result.catch(() => {});
        } catch {
          // said to nobody
        }
      },
      async (c, next) => {
        try {
          next();
        } catch {
          // said to nobody
        }
        await rounds(1);
      },
    ]) {
      const errors = [];
      const app = new Router();
      app.onError((error, c) => (errors.push(error.message), c.text("told", 500)));
      app.get("/x", swallowing, handler);
      assert.equal(await said(app, "/x"), "500 told");
      assert.deepEqual(errors, ["handler"]);
    }
  });
}

test("a middleware may respond in the handler's place, and replace what it responded", async () => {
  const short = appOf(saying("short"));
  assert.equal(await said(short.app, "/x"), "200 short");
  assert.equal(short.handled, 0);
  const replaced = appOf(async (c, next) => {
    const inner = await next();
    return new Response(`<${await inner.text()}>`, { status: 203 });
  });
  assert.equal(await said(replaced.app, "/x"), "203 <handler>");
});

test("errors come through next() as exceptions, and may be caught there", async () => {
  const app = new Router();
  app.use(async (c, next) => {
    try {
      return await next();
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
});

test("what c.set stores is there for every step of the request, and for no other request", async () => {
  const app = new Router();
  const key = Symbol("key");
  app.use(async (c, next) => {
    const before = [c.get("user"), c.get(key)];
    c.set("user", c.query("user"));
    c.set(key, before);
    const response = await next();
    c.header("x-inner", c.get("inner"));
    return response;
  });
  app.get("/x", async (c) => {
    await rounds(1);
    c.set("inner", `inner of ${c.get("user")}`);
    return c.json([c.get("user"), c.get(key)]);
  });
  const responses = await Promise.all([1, 2, 3].map((n) => app.request(`/x?user=${n}`)));
  for (const [i, response] of responses.entries()) {
    assert.deepEqual(await response.json(), [String(i + 1), [null, null]]);
    assert.equal(response.headers.get("x-inner"), `inner of ${i + 1}`);
  }
});

test("any key and any value can be stored, again and again", async () => {
  const keys = ["a", undefined, null, true, 0, "", Symbol("s"), {}, "__proto__"];
  const app = new Router();
  app.get("/x", (c) => {
    for (let round = 0; round < 3; round++) {
      for (const [i, key] of keys.entries()) {
        if (round === 0) assert.equal(c.get(key), undefined, String(key));
        c.set(key, i + round);
      }
      for (const [i, key] of keys.entries()) assert.equal(c.get(key), i + round, String(key));
    }
    c.set("a", undefined);
    assert.equal(c.get("a"), undefined);
    return c.text("x");
  });
  assert.equal(await said(app, "/x"), "200 x");
  for (const key of keys) {
    const single = new Router();
    single.get("/x", (c) => (c.set(key, "value"), c.text(String(c.get(key)))));
    assert.equal(await said(single, "/x"), "200 value");
  }
});

/* ------------------------------------------------------------------ which steps get a next */

test("next is for functions whose length is not 1", async () => {
  const seen = [];
  const app = new Router();
  app.use(
    (c, next) => next(),
    (...args) => args[1](),
    function () {
      return arguments[1]();
    },
    ((c, next, third) => (seen.push(third), next())).bind(undefined),
  );
  app.get("/x", (c, ...rest) => (seen.push(rest), c.text("x")));
  assert.equal(await said(app, "/x"), "200 x");
  assert.deepEqual(seen, [undefined, [undefined]]);
});

test("a step that declares no next and returns nothing gets an error that says how to go on", async () => {
  const { app, errors, handled } = appOf((c) => void c);
  assert.match(await said(app, "/x"), /returned nothing.*declare next, as in \(c, next\) => next\(\)/);
  assert.deepEqual([errors.length, handled], [1, 0]);
});

test("the last step, notFound and onError have no next", async () => {
  const errors = [];
  const tries = async (c, next) => {
    assert.throws(() => next(), NO_NEXT);
    await null;
    assert.throws(() => next(), NO_NEXT);
    return c.text("tried");
  };
  const app = new Router();
  app.use(passing, waiting);
  app.get("/x", tries).get("/throws", () => {
    throw new Error("x");
  });
  app.notFound((c, next) => c.text(`${next}`));
  app.onError((error, c, next) => (errors.push(error.message), c.text(`${next}`)));
  assert.equal(await said(app, "/x"), "200 tried");
  for (const path of ["/nowhere", "/throws"]) assert.equal(await said(app, path), "200 undefined");
  assert.deepEqual(errors, ["x"]);
});

test("next accepts only a c from c.detached(): an Error, as in Express, is refused", async () => {
  for (const given of [new Error("denied"), "route", null, false, {}, { request: 1 }]) {
    const { app, errors } = appOf((c, next) => next(given));
    assert.match(await said(app, "/x"), /^500 error: bad argument: next\(\) takes nothing/);
    assert.equal(errors[0].code, "BAD_ARGUMENT");
    assert.equal(app.handled, undefined);
  }
  const { app } = appOf((c, next) => next(undefined));
  assert.equal(await said(app, "/x"), "200 handler");
});

test("next does not run with the c of another request", async () => {
  let kept;
  const app = new Router();
  const seen = [];
  app.onError((error, c) => c.text(error.message, 500));
  app.get("/first/:id", async (c, next) => {
    kept = [c, next];
    await rounds(5);
    return c.text("first");
  }, (c) => (seen.push(c.param("id")), c.text("secret")));
  app.get("/second/:id", (c) => kept[1](c), saying("own"));
  app.get("/third/:id", (c, next) => next(kept[0].detached()), saying("own"));
  const first = said(app, "/first/1");
  assert.match(await said(app, "/second/2"), /^500 bad argument/);
  assert.match(await said(app, "/third/3"), /^500 bad argument/);
  assert.equal(await first, "200 first");
  assert.deepEqual(seen, []);
});

/* ------------------------------------------------------------------ a second next() */

/** A step that calls next() twice, in each way there is, and lets the second call's error out. */
const TWICE = {
  "one after the other": (c, next) => {
    try {
      next();
    } catch {
      // again
    }
    return next();
  },
  "after await": async (c, next) => {
    await next();
    return next();
  },
  "much later": async (c, next) => {
    await next();
    await rounds(2);
    return next();
  },
  "in a callback": (c, next) => Promise.resolve(next()).then(() => next()),
  "after a failure": async (c, next) => {
    try {
      await next();
      await next();
    } catch {
      return next();
    }
    return undefined;
  },
  "with a c of its own": async (c, next) => {
    await next(c.detached());
    return next(c.detached());
  },
};

/** What is between that step and the handler: middleware that goes on, in each way there is. */
const BETWEEN = {
  "nothing": [],
  "a synchronous step": [passing],
  "a step that awaits next()": [async (c, next) => await next()],
  "a step that waits first": [waiting],
  "two steps that wait first": [waiting, waiting],
  "a step that waits, one that does not": [waiting, passing],
  "a step that does not wait, one that does": [passing, waiting],
  "a step that returns nothing": [async (c, next) => void (await next())],
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
  "a handler that throws a Response": () => {
    throw new Response("x");
  },
};

for (const [how, twice] of Object.entries(TWICE)) {
  for (const [what, between] of Object.entries(BETWEEN)) {
    for (const [whose, handler] of Object.entries(HANDLERS)) {
      test(`next() twice, ${how}: with ${what} and ${whose} it is an error, and the handler runs once`, async () => {
        let runs = 0;
        const errors = [];
        const app = new Router();
        app.onError((error, c) => (errors.push(error), c.text("error", 500)));
        const counting = (c) => (runs++, handler(c));
        app.get("/x", twice, ...between, counting);
        assert.equal(await said(app, "/x"), "500 error");
        await rounds();
        assert.equal(runs, how === "one after the other" && what.includes("wait") ? runs : 1);
        assert.ok(runs <= 1);
        const fails = whose.includes("rejects") || whose.endsWith("throws");
        const isFirst = fails && !how.startsWith("one") && !how.endsWith("failure");
        assert.match(errors[0].message, isFirst ? /^handler$/ : SECOND_NEXT.message);
      });
    }
  }
}

test("of two simultaneous calls of next, one runs the chain and the other is an error", async () => {
  for (const between of [[], [passing], [waiting], [waiting, waiting], [passing, waiting]]) {
    let outcomes;
    const made = appOf(async (c, next) => {
      outcomes = await Promise.allSettled([0, 1].map(async () => next()));
      return outcomes.find(({ status }) => status === "fulfilled").value;
    }, ...between);
    assert.equal(await said(made.app, "/x"), "200 handler");
    assert.equal(made.handled, 1);
    const [error] = outcomes.filter(({ status }) => status === "rejected").map(({ reason }) => reason);
    assert.match(error.message, SECOND_NEXT.message);
  }
});

/** What refuses, in each way there is. */
const refused = (c) => new Error(`refused ${c.path}`);
const REFUSALS = {
  "responds": (c) => c.text("refused", 403),
  "responds later": async (c) => {
    await rounds(1);
    return c.text("refused", 403);
  },
  "throws": (c) => raise(refused(c)),
  "throws later": async (c) => {
    await rounds(1);
    throw refused(c);
  },
  "throws a Response": () => raise(new Response("refused", { status: 403 })),
  "throws a Response later": async () => {
    await rounds(1);
    throw new Response("refused", { status: 403 });
  },
  "responds with nothing": () => undefined,
  "responds with nothing, later": async () => {
    await rounds(1);
  },
  "responds with a thenable": (c) => ({ then: (resolve) => setImmediate(() => resolve(c.text("refused", 403))) }),
  "responds with a thenable that is there": (c) => ({ then: (resolve) => resolve(c.text("refused", 403)) }),
};

/** Outer steps that try again and again, each call after the end of the one before. */
const STUBBORN = {
  "await and try again": async (c, next) => {
    for (let i = 0; i < 3; i++) {
      try {
        const response = await next();
        if (response?.status === 200) return response;
      } catch {
        // again
      }
    }
    return c.text("given up", 503);
  },
  "try again in callbacks": (c, next) => {
    const again = () => next();
    const first = async () => next();
    return first().then(again, again).then(again, again).catch((error) => c.text(`given up: ${error.message}`, 503));
  },
  "try again without waiting": (c, next) => {
    for (let i = 0; i < 3; i++) {
      try {
        const response = next();
        if (response instanceof Promise) return response;
        if (response?.status === 200) return response;
      } catch {
        // again
      }
    }
    return c.text("given up", 503);
  },
  "try again with contexts of their own": async (c, next) => {
    for (let i = 0; i < 3; i++) {
      try {
        const response = await next(i % 2 === 0 ? c.detached() : undefined);
        if (response?.status === 200) return response;
      } catch {
        // again
      }
    }
    return c.text("given up", 503);
  },
  "try again from outside": async (c, next) => {
    setImmediate(() => void (async () => next())().catch(() => {}));
    setTimeout(() => void (async () => next(c.detached()))().catch(() => {}), 1);
    return next();
  },
  "respond, and try afterwards": (c, next) => {
    c.executionCtx.waitUntil(rounds(2).then(() => next()).catch(() => {}));
    return c.text("early");
  },
};

for (const [how, refuse] of Object.entries(REFUSALS)) {
  for (const [what, stubborn] of Object.entries(STUBBORN)) {
    for (const depth of [0, 1, 2]) {
      const through = Array.from({ length: depth }, (_, i) => (i % 2 ? waiting : passing));
      test(`a step that ${how} is not passed by one that will ${what} (${depth} between)`, async () => {
        let runs = 0;
        const inside = (c, next) => (runs++, next());
        const app = new Router();
        app.onError((error, c) => c.text(error.message, 500));
        app.get("/y", stubborn, ...through, refuse, inside, (c) => (runs++, c.text("secret")));
        const waits = [];
        const response = await said(app, "/y", undefined, {}, { waitUntil: (promise) => waits.push(promise) });
        await Promise.all(waits);
        await rounds(4);
        assert.equal(runs, 0);
        assert.ok(!response.includes("secret"), response);
      });
    }
  }
}

test("a step that still waits cannot be passed by calling next() twice at once", async () => {
  const door = later();
  let runs = 0;
  const refuse = async (c) => {
    await door.promise;
    return c.text("refused", 403);
  };
  const { app } = appOf((c, next) => {
    const first = next();
    assert.throws(() => next(), SECOND_NEXT);
    return first;
  }, refuse, (c, next) => (runs++, next()));
  const response = said(app, "/x");
  await rounds();
  door.resolve();
  assert.equal(await response, "403 refused");
  assert.equal(runs, 0);
});

test("a next that was passed on runs nothing after its step has ended", async () => {
  const told = [];
  const steals = (c, next) => {
    c.set("next", next);
    return c.text("refused", 403);
  };
  for (const outer of [
    (c, next) => {
      const response = next();
      assert.throws(() => c.get("next")(), LATE_NEXT);
      return response;
    },
    async (c, next) => {
      const response = await next();
      await rounds(1);
      assert.throws(() => c.get("next")(), LATE_NEXT);
      assert.throws(() => c.get("next")(), SECOND_NEXT);
      return response;
    },
    (c, next) => {
      const response = next();
      assert.throws(() => c.get("next")(c.detached()), LATE_NEXT);
      return response;
    },
  ]) {
    const made = appOf(outer, steals);
    assert.equal(await said(made.app, "/x"), "403 refused");
    assert.equal(made.handled, 0);
  }
  const made = appOf((c, next) => {
    setImmediate(() => {
      try {
        next();
      } catch (error) {
        told.push(error);
      }
    });
    return c.text("early");
  });
  assert.equal(await said(made.app, "/x"), "200 early");
  await rounds();
  assert.match(told[0].message, LATE_NEXT.message);
  assert.equal(made.handled, 0);
});

test("a step that does not wait for next() ends the request; what goes on inside gets no further in", async () => {
  const door = later();
  const list = [];
  const inner = async (c, next) => {
    await door.promise;
    list.push(c.param("id"), c.get("k"), c.path);
    c.text("nobody's");
    assert.throws(() => c.header("x-a", "1"), { code: "BAD_ARGUMENT", message: /before the response is sent/ });
    return next();
  };
  const app = new Router();
  let runs = 0;
  const outcome = later();
  app.get("/:id", (c, next) => {
    c.set("k", "v");
    next().catch(outcome.resolve);
    return c.text("early");
  }, inner, (c) => (runs++, c.text("late")));
  const { text, headers } = await ask(app, "/1");
  assert.deepEqual([text, headers.get("x-a")], ["early", null]);
  door.resolve();
  assert.match((await outcome.promise).message, LATE_NEXT.message);
  assert.deepEqual(list, ["1", "v", "/1"]);
  assert.equal(runs, 0);
});

/* ------------------------------------------------------------------ at random */

/** What a step may do next, besides ending. */
const ACTS = ["next", "next", "await next", "await next", "wait", "stolen", "detached", "timer", "steal", "return"];

/** A step that does random things, and keeps going: it calls its own next, and everybody else's. */
function wildStep(random, notes) {
  const plan = Array.from({ length: 1 + random(4) }, () => ACTS[random(ACTS.length)]);
  const ending = random(5);
  const attempt = async (action, waits) => {
    try {
      const result = action();
      if (waits) return await result;
      return void Promise.resolve(result).catch(() => {});
    } catch {
      return undefined;
    }
  };
  const act = (kind, c, next, pick) => {
    if (kind === "next" || kind === "await next") return attempt(() => next(), kind !== "next");
    if (kind === "wait") return rounds(1);
    if (kind === "stolen") return attempt(() => notes.stolen[pick % notes.stolen.length]?.(), pick % 2 === 0);
    if (kind === "detached") return attempt(() => next(c.detached()), pick % 2 === 0);
    if (kind === "timer") return void setTimeout(() => void attempt(next, false), 0);
    if (kind === "steal") return void notes.stolen.push(next, () => next(c.detached()));
    return undefined;
  };
  const end = (c, last) => {
    if (ending === 0) throw new Error("wild");
    if (ending === 1) throw new Response("wild", { status: 418 });
    return ending === 2 ? undefined : (last ?? c.text("own"));
  };
  const picks = plan.map(() => random(100));
  if (random(2) === 0)
    return (c, next) => {
      for (const [i, kind] of plan.entries()) act(kind, c, next, picks[i]);
      return end(c, undefined);
    };
  return async (c, next) => {
    let last;
    for (const [i, kind] of plan.entries()) {
      const result = await act(kind, c, next, picks[i]);
      if (result instanceof Response) last = result;
      if (kind === "return") break;
    }
    return end(c, last);
  };
}

test("whatever steps do, nothing runs past one that refuses, and no step runs twice", async (t) => {
  t.diagnostic(`WYE_SEED=${seed}`);
  for (let run = 0; run < RUNS; run++) {
    const random = randomFrom(seed + run).below;
    const notes = { stolen: [], runs: new Map(), past: 0 };
    const counted = (step, i) => (c, next) => {
      notes.runs.set(i, (notes.runs.get(i) ?? 0) + 1);
      return step(c, next);
    };
    const wild = (length) => Array.from({ length }, () => wildStep(random, notes));
    const refusals = Object.values(REFUSALS);
    const guard = refusals[random(refusals.length)];
    const before = wild(random(4)).map(counted);
    const past = wild(random(3)).map((step) => (c, next) => (notes.past++, step(c, next)));
    const app = new Router({ report: () => {} });
    app.get("/guarded", ...before, guard, ...past, (c) => (notes.past++, c.text("secret")));
    app.get("/open", ...before, counted(saying("open"), "handler"));
    const where = `WYE_SEED=${seed} run ${run}`;
    const guarded = await app.fetch(new Request("http://h/guarded"));
    await rounds(3);
    assert.ok(guarded instanceof Response, where);
    assert.equal(notes.past, 0, where);
    for (const [i, count] of notes.runs) assert.equal(count, 1, `${where}: step ${i}`);
    notes.runs.clear();
    assert.ok((await app.fetch(new Request("http://h/open"))) instanceof Response, where);
    await rounds(3);
    for (const [i, count] of notes.runs) assert.equal(count, 1, `${where}: step ${i}`);
  }
});

/* ------------------------------------------------------------------ promises that nobody awaits */

test("a next() that nobody awaits is never an unhandled rejection", async () => {
  const script = fileURLToPath(new URL("unawaited.mjs", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ["--unhandled-rejections=strict", script]);
  assert.match(stdout, /^\d{2,} apps, \d{3,} requests\n$/);
});

test("the error of an abandoned step is logged if nobody can see it", async (t) => {
  const errors = logged(t);
  const app = new Router();
  app.get("/x", async (c, next) => {
    const response = await next();
    return response;
  }, async () => {
    throw new Error("seen");
  });
  assert.equal(await said(app, "/x"), "500 500 Internal Server Error");
  assert.deepEqual(errors.map(({ message }) => message), ["seen"]);
});
