// The app that sends requests on, in every runtime.

import { HttpError, Router } from "#wye";
import { proxy } from "#wye/proxy.js";

/** @param {(error: unknown) => void} report */
export function makeApp(report) {
  const app = new Router({ report });
  const origin = (c) => `http://127.0.0.1:${c.header("x-origin-port")}`;

  app.all("/to/*", (c) => proxy(`${origin(c)}/${c.rawParam("*")}`, c));
  app.all("/own-query/*", (c) => proxy(`${origin(c)}/${c.rawParam("*")}?own=1`, c));
  app.all("/no-query/*", (c) => proxy(`${origin(c)}/${c.rawParam("*")}?`, c));
  app.all("/decoded/:path", (c) => proxy(`${origin(c)}/echo/${c.param("path")}`, c));
  app.all("/timed/*", (c) => proxy(`${origin(c)}/${c.rawParam("*")}`, c, { timeout: 100 }));
  app.all("/cors/*", (c) => proxy(`${origin(c)}/${c.rawParam("*")}`, c, { keepCors: true }));
  app.all("/fields/*", (c) =>
    proxy(`${origin(c)}/${c.rawParam("*")}`, c, {
      headers: { "x-added": "1", "cookie": undefined, "X-Forwarded-For": "10.0.0.1", "user-agent": "wye" },
    }));
  app.all("/read/*", async (c) => {
    await c.read();
    return proxy(`${origin(c)}/${c.rawParam("*")}`, c);
  });
  app.all("/gone/*", (c) => proxy("http://127.0.0.1:9/", c, { fetch: c.header("x-fetch") ? throwing : undefined }));
  app.all("/around/*", async (c, next) => {
    c.header("x-around", "1");
    c.setCookie("around", "1");
    const response = await next();
    c.header("x-own", "changed");
    return response;
  }, (c) => proxy(new URL(`${origin(c)}/${c.rawParam("*")}`), c));
  app.all("/caught/*", async (c) => {
    try {
      return await proxy(`${origin(c)}/${c.rawParam("*")}`, c);
    } catch (error) {
      if (error instanceof HttpError) return c.json({ status: error.status, caused: error.cause !== undefined });
      throw error;
    }
  });
  return app;
}

function throwing() {
  throw new TypeError("no way there");
}
