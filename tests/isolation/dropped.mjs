// Handlers whose requests end without a response, or in the middle of one: the host drops them, or nobody waits.

import { Router } from "#wye";

const never = () => new Promise(() => {});
const seconds = (count) => new Promise((resolve) => void setTimeout(resolve, 1000 * count));

/** Each with a value that shows whether it stays: a leak of a request's own is a leak of this. */
const HANDLERS = {
  // The host notices that nothing will ever happen.
  never: () => never(),
  // It drops these when it learns that their clients have gone.
  long: async (c) => {
    await seconds(3600);
    return c.text(c.param("id"));
  },
  body: async (c) => c.text(await c.readText()),
  store: async (c) => {
    c.set("wait", never());
    return c.text(await c.get("wait"));
  },
  signal: (c) => new Promise((resolve) => c.request.signal.addEventListener("abort", () => resolve(c.text("")))),
  error: async (c) => {
    await never();
    throw new Error(c.param("id"));
  },
  stream: (c) => c.stream(async (writer) => {
    await writer.write(c.param("id"));
    await seconds(3600);
  }),
  hungStream: (c) => c.stream(async (writer) => {
    writer.onAbort(() => c.get("id"));
    await writer.write(c.param("id"));
    await never();
  }),
  generator: (c) => c.stream(async function* () {
    try {
      for (;;) {
        yield `${c.param("id")}\n`;
        await seconds(0.01);
      }
    } finally {
      await never(); // a cancel may not wait for this
    }
  }),
  endless: (c) => c.stream(async (writer) => {
    for (;;) {
      await writer.write(`${c.param("id")}\n`);
      await seconds(0.01);
    }
  }),
  events: (c) => c.events(async ({ send, onAbort }) => {
    onAbort(() => c.get("id"));
    for (;;) {
      await send({ data: c.param("id") });
      await seconds(0.01);
    }
  }),
};

export const KINDS = Object.keys(HANDLERS);

/**
 * @param {boolean} isLeaky whether it keeps something of each request: about 100 bytes more than it may
 */
export function droppedApp(isLeaky = false) {
  const app = new Router();
  const state = { started: 0, kept: [] };
  /** Around everything, so that a request that is dropped has steps to come back to. */
  app.use(async (c, next) => {
    state.started++;
    c.set("id", c.param("id"));
    c.header("x-id", c.requestId);
    if (isLeaky) state.kept.push(c);
    const response = await next();
    c.header("x-after", "1");
    return response;
  });
  app.get("/dropped/ok/:id", (c) => c.text(c.param("id")));
  for (const kind of KINDS) app.all(`/dropped/${kind}/:id`, (c, next) => next(), HANDLERS[kind]);
  return { app, state };
}
