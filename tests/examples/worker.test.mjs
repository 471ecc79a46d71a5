// The example worker over HTTP, in workerd.

import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";
import { serveExample } from "../../examples/worker/serve.mjs";

let worker;
before(async () => void (worker = await serveExample(0)));
after(() => worker?.stop());

/** A request whose path is sent as it is written here: fetch would tidy it up. */
function ask(method, path, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: "127.0.0.1", port: worker.port, method, path, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (more) => (text += more));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    request.on("error", reject).end(body);
  });
}

const json = async (method, path, body) => {
  const { status, text } = await ask(method, path, body);
  return [status, JSON.parse(text)];
};

test("GET / lists the routes", async () => {
  const { status, text } = await ask("GET", "/");
  assert.equal(status, 200);
  assert.deepEqual(text.trim().split("\n").slice(0, 3), ["GET /", "GET /health", "GET /users"]);
});

test("GET /health is a static route", async () => {
  assert.deepEqual(await json("GET", "/health"), [200, { ok: true }]);
});

test("a query is not part of the path", async () => {
  assert.deepEqual(await json("GET", "/health?verbose=/users/ada"), [200, { ok: true }]);
});

test("GET /users lists the users", async () => {
  const [status, users] = await json("GET", "/users");
  assert.equal(status, 200);
  assert.deepEqual(users.map(({ id }) => id).slice(0, 2), ["ada", "grace"]);
});

test("GET /users/:id reads a parameter", async () => {
  assert.deepEqual(await json("GET", "/users/ada"), [200, { id: "ada", name: "Ada Lovelace" }]);
});

test("a parameter is decoded", async () => {
  assert.deepEqual(await json("GET", "/users/%61d%61"), [200, { id: "ada", name: "Ada Lovelace" }]);
});

test("the slash in an escape does not end a segment", async () => {
  const user = { id: "a/b é", name: "Slash" };
  assert.deepEqual(await json("PUT", "/users/a%2Fb%20%C3%A9", JSON.stringify({ name: "Slash" })), [201, user]);
  assert.deepEqual(await json("GET", "/users/a%2Fb%20%C3%A9"), [200, user]);
});

test("PUT /users/:id makes, then changes, a user", async () => {
  assert.deepEqual(await json("PUT", "/users/alan", '{"name":"Alan"}'), [201, { id: "alan", name: "Alan" }]);
  assert.deepEqual(await json("PUT", "/users/alan", '{"name":"Turing"}'), [200, { id: "alan", name: "Turing" }]);
});

test("PUT /users/:id refuses a body without a name", async () => {
  for (const body of ["", "{", "{}", '{"name":1}']) assert.equal((await json("PUT", "/users/x", body))[0], 400);
});

test("DELETE /users/:id removes a user, once", async () => {
  await ask("PUT", "/users/gone", '{"name":"Gone"}');
  assert.equal((await ask("DELETE", "/users/gone")).status, 204);
  assert.equal((await ask("DELETE", "/users/gone")).status, 404);
});

test("concurrent requests keep their own parameters", async () => {
  const ids = Array.from({ length: 50 }, (_, i) => `many-${i}`);
  const responses = await Promise.all(ids.map((id) => json("PUT", `/users/${id}`, JSON.stringify({ name: id }))));
  assert.deepEqual(responses.map(([, user]) => user), ids.map((id) => ({ id, name: id })));
});

test("GET /compare/:base...:head has two parameters in a segment", async () => {
  assert.deepEqual(await json("GET", "/compare/v1.0...v1.1"), [200, { base: "v1.0", head: "v1.1" }]);
});

test("GET /images/:name@:scale<uint>x.png has a number and a suffix", async () => {
  assert.deepEqual(await json("GET", "/images/logo@2x.png"), [200, { name: "logo", scale: "2" }]);
  assert.equal((await ask("GET", "/images/logo@2x.gif")).status, 404);
  assert.equal((await ask("GET", "/images/logo@ax.png")).status, 404);
});

test("GET /files/*path serves the embedded files", async () => {
  const { status, headers, text } = await ask("GET", "/files/guide/words.txt");
  assert.deepEqual([status, headers["content-type"]], [200, "text/plain; charset=utf-8"]);
  assert.match(text, /one track becomes several/);
  assert.equal((await ask("GET", "/files/guide/start.txt")).status, 200);
});

test("a catch-all may be empty", async () => {
  assert.match((await ask("GET", "/files/")).text, /<h1>/);
});

test("a slash too many or too few is redirected", async () => {
  const where = async (method, path) => {
    const { status, headers } = await ask(method, path);
    return [status, headers.location];
  };
  assert.deepEqual(await where("GET", "/files"), [301, "/files/"]);
  assert.deepEqual(await where("GET", "/users/a%20b/?x=1"), [301, "/users/a%20b?x=1"]);
  assert.deepEqual(await where("HEAD", "/users/"), [301, "/users"]);
  assert.deepEqual(await where("DELETE", "/users/ada/"), [308, "/users/ada"]);
});

test("a catch-all takes no dot segments", async () => {
  assert.equal((await ask("GET", "/files/guide/%2e%2e/guide/words.txt")).status, 404);
});

test("404: no route, and no such file or user", async () => {
  for (const path of ["/nothing", "/users/ada/more", "/users//", "/files/none.txt", "/users/nobody"]) {
    assert.deepEqual(await json("GET", path), [404, { error: "nothing here" }], path);
  }
});

test("405 names the methods in Allow", async () => {
  const { status, headers, text } = await ask("POST", "/users/ada");
  assert.deepEqual([status, headers.allow], [405, "DELETE, GET, HEAD, OPTIONS, PUT"]);
  assert.equal(text, "405 Method Not Allowed");
  assert.equal((await ask("DELETE", "/health")).headers.allow, "GET, HEAD, OPTIONS");
});

test("the app itself responds to OPTIONS", async () => {
  const { status, headers } = await ask("OPTIONS", "/health");
  assert.deepEqual([status, headers.allow], [204, "GET, HEAD, OPTIONS"]);
});

test("every response has its own id", async () => {
  const paths = ["/health", "/health", "/users/nobody", "/nothing", "/users/"];
  const responses = await Promise.all(paths.map((path) => ask("GET", path)));
  const ids = responses.map(({ headers }) => headers["x-request-id"]);
  assert.equal(new Set(ids).size, paths.length, ids.join());
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});

test("HEAD is GET without the body", async () => {
  const { status, headers, text } = await ask("HEAD", "/files/index.html");
  assert.deepEqual([status, headers["content-type"], text], [200, "text/html; charset=utf-8", ""]);
  assert.equal((await ask("HEAD", "/nothing")).status, 404);
});

test("a path of more than 65,535 bytes is refused, and the next request is served", async () => {
  assert.equal((await ask("GET", `/files/${"a".repeat(65_536)}`)).status, 414);
  assert.equal((await ask("GET", "/health")).status, 200);
});
