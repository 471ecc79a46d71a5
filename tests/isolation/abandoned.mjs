// In workerd: handlers whose requests are dropped by the host, or left by their clients.

import { Router } from "wye";

const never = () => new Promise(() => {});
const seconds = (count) => new Promise((resolve) => void setTimeout(resolve, 1000 * count));

/** @param {number} maxContexts */
export function abandonedApp(maxContexts) {
  const app = new Router({ maxContexts });
  const base = "/abandoned/:maximum";
  /** Contexts that handlers have kept, against all advice, and what late ones have read. */
  const kept = [];
  const late = [];
  let started = 0;
  app.use((c) => {
    started++;
    return c.next();
  });

  app.get(`${base}/ok/:id`, (c) => c.text(c.param("id")));
  /** The host notices that nothing will ever happen. */
  app.get(`${base}/never/:id`, (c) => (kept.push(c), never()));
  /** The host drops it when it learns that the client has gone. */
  app.get(`${base}/long/:id`, async (c) => {
    kept.push(c);
    await seconds(3600);
    return c.text(c.param("id"));
  });
  app.get(`${base}/hung-stream/:id`, (c) => c.stream(async (writer) => {
    await writer.write(c.param("id"));
    await never();
  }));
  app.get(`${base}/long-stream/:id`, (c) => c.stream(async (writer) => {
    await writer.write(c.param("id"));
    await seconds(3600);
  }));
  app.get(`${base}/endless/:id`, (c) => c.stream(async (writer) => {
    for (;;) {
      await writer.write(`${c.param("id")}\n`);
      await seconds(0.01);
    }
  }));
  app.get(`${base}/throws/:id`, async (c) => {
    await seconds(0.3);
    late.push(c.param("id"));
    throw new Error("after its client left");
  });
  app.onError(({ message }, c) => c.text(message, 500));

  const read = (c) => {
    try {
      return c.param("id");
    } catch ({ code }) {
      return code;
    }
  };
  return (request, env, executionCtx) => {
    if (!request.url.endsWith("/stats")) return app.fetch(request, env, executionCtx);
    return Response.json({ ...app.contexts, started, kept: kept.map(read), late });
  };
}
