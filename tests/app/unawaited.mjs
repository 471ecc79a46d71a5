// Requests whose steps do not await next(), in every combination: `node --unhandled-rejections=strict unawaited.mjs`
// ends with an error if one of their promises is rejected without anybody who handles that.

import { Router } from "#wye";
import { rounds } from "./support.mjs";

const fail = () => {
  throw new Error("handler");
};

const HANDLERS = {
  throws: fail,
  rejects: async () => fail(),
  rejectsLater: async () => (await rounds(1), fail()),
  thenable: () => ({ then: (_, no) => no(new Error("thenable")) }),
  thenableLater: () => ({ then: (_, no) => void setImmediate(() => no(new Error("thenable"))) }),
  nothing: async () => {},
  throwsResponse: async () => {
    await null;
    throw new Response("thrown");
  },
  responds: async (c) => (await rounds(1), c.text("x")),
};

const ignoring = (action) => {
  try {
    action();
  } catch {
    // synchronous ones are the caller's
  }
};

const OUTER = {
  responds: (c, next) => (ignoring(next), c.text("early")),
  respondsLater: async (c, next) => {
    ignoring(next);
    await rounds(2);
    return c.text("late");
  },
  throws: (c, next) => {
    ignoring(next);
    throw new Error("outer");
  },
  rejects: async (c, next) => {
    ignoring(next);
    await null;
    throw new Error("outer");
  },
  nothing: (c, next) => void ignoring(next),
  detached: (c, next) => (ignoring(() => next(c.detached())), c.text("early")),
  races: (c, next) => Promise.race([rounds(1).then(() => c.text("first")), (async () => next())()]),
  awaits: async (c, next) => await next(),
};

const BETWEEN = {
  none: [],
  passing: [(c, next) => next()],
  waiting: [async (c, next) => (await rounds(1), next())],
  awaiting: [async (c, next) => await next()],
  careless: [async (c, next) => (ignoring(next), c.text("between"))],
};

let apps = 0;
let requests = 0;
for (const outer of Object.values(OUTER)) {
  for (const between of Object.values(BETWEEN)) {
    for (const handler of Object.values(HANDLERS)) {
      const app = new Router({ report: () => {} });
      apps++;
      app.get("/x", outer, ...between, handler);
      for (let i = 0; i < 2; i++) {
        const response = await app.fetch(new Request("http://h/x"));
        if (!(response instanceof Response)) throw new Error("no response");
        requests++;
        await rounds(4);
      }
    }
  }
}
console.log(`${apps} apps, ${requests} requests`);
