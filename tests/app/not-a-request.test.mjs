// What is given to `fetch` in place of a Request: by hosts that have none, and by mistake.

import assert from "node:assert/strict";
import http from "node:http";
import { test } from "node:test";
import { Router } from "#wye";

const app = new Router();
app.get("/users/:id", (c) => c.text(c.param("id")));

const message = (kind) =>
  `bad argument: fetch: request must be a Request, not ${kind}; for Node's http, use @hono/node-server or srvx`;

for (const method of ["GET", "HEAD", "POST", "OPTIONS"]) {
  test(`${method}: http.createServer(app.fetch) fails, and does not wait`, async (t) => {
    const error = await new Promise((resolve, reject) => {
      const server = http.createServer((request, response) => {
        try {
          app.fetch(request);
          reject(new Error("it took an IncomingMessage"));
        } catch (thrown) {
          resolve(thrown);
        }
        response.end();
      });
      t.after(() => server.close());
      server.listen(0, "127.0.0.1", () => {
        http.request({ port: server.address().port, method, path: "/users/1", agent: false }).end();
      });
    });
    assert.deepEqual([error.name, error.code, error.message], ["WyeError", "BAD_ARGUMENT", message("IncomingMessage")]);
  });
}

const GIVEN = {
  String: "http://localhost/users/1",
  URL: new URL("http://localhost/users/1"),
  Object: { rawPath: "/users/1", requestContext: {} },
  undefined,
  null: null,
};

for (const [kind, given] of Object.entries(GIVEN)) {
  test(`fetch(${kind})`, () => {
    assert.throws(() => app.fetch(given), { name: "WyeError", code: "BAD_ARGUMENT", message: message(kind) });
  });
}
