// docs/migration.md, "From Hono": both sides of each row, run and compared.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Hono } from "hono";
import { except } from "hono/combine";
import { getCookie, setCookie } from "hono/cookie";
import { cors } from "hono/cors";
import { HTTPException } from "hono/http-exception";
import { routePath } from "hono/route";
import { stream, streamSSE } from "hono/streaming";
import { HttpError, Router } from "wye";
import * as wye from "wye/middleware";
import { codes, read, tableBelow } from "./markdown.mjs";

const THERE = { Hono, HTTPException, getCookie, setCookie, routePath, stream, streamSSE, hono: { cors, except } };
const HERE = { Router, HttpError, wye };
const ENV = { NAME: "the environment" };

const URL = "http://localhost/users/42?q=a+b&tag=1&tag=2";
const HEADERS = { "x-a": "1", cookie: "theme=dark; user=ada" };

/** What the body of the request must be for what the row reads. */
function bodyFor(code) {
  if (/form|parseBody/i.test(code)) return new URLSearchParams({ name: "Ada" });
  return '{"a":1}';
}

/** What a code of the table evaluates to, with these names. */
function evaluate(code, names) {
  return new Function(...Object.keys(names), `return ${code};`)(...Object.values(names));
}

/** A response as plain data, without what no row is about. */
async function plain(response) {
  const { status, headers } = response;
  const fields = Object.fromEntries(headers);
  for (const name of ["content-encoding", "transfer-encoding", "x-accel-buffering", "connection"]) delete fields[name];
  const type = fields["content-type"]?.toLowerCase().replace("; ", ";");
  return { status, body: await response.text(), fields: { ...fields, "content-type": type, "cache-control": "" } };
}

/** A row about `c`: the value, or the response. */
async function ofHandler(App, code, names) {
  const app = new App();
  let value;
  app.all("/users/:id", async (c) => {
    value = await evaluate(`(async () => (${code}))()`, { ...names, c });
    return value instanceof Response ? value : c.text("");
  });
  const init = { method: "POST", headers: HEADERS, body: bodyFor(code) };
  const response = await app.request(URL, init, ENV);
  return value instanceof Response ? plain(response) : { value };
}

/** A row about an app: what it says to two requests. */
async function ofApp(App, code, names) {
  const app = new App();
  evaluate(code, { ...names, app });
  return Promise.all(["/x", "/none"].map(async (path) => plain(await app.request(path, undefined, ENV))));
}

// What Hono says by itself where nothing is, or asks of a stream.
const SIMPLER = (result) => JSON.parse(JSON.stringify(result, (key, value) => (value === "" ? undefined : value)));

for (const [there, here] of tableBelow(read("docs/migration.md"), "### From Hono")) {
  const [[theirs], [ours]] = [codes(there), codes(here)];
  test(`From Hono: ${theirs}`, async () => {
    const run = ours.startsWith("app.") ? ofApp : ofHandler;
    const [expected, actual] = [await run(Hono, theirs, THERE), await run(Router, ours, HERE)];
    assert.deepEqual(SIMPLER(actual), SIMPLER(expected));
  });
}
