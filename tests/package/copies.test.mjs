// Several copies of the package in one process, from the packed tarball: by import and by require, two installations,
// wye and wye/core. docs/runtimes.md says what they share.

import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import { before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { consumer, noTarball } from "./install.mjs";

const NAMES = ["", "/middleware", "/table"];

/** What a copy exports, in one object. @type {Record<string, (folder: string) => Promise<any>>} */
const COPIES = {
  imported: async (folder) => Object.assign({}, ...(await Promise.all(NAMES.map((name) => imported(folder, name))))),
  required: async (folder) => {
    const all = ["index", "middleware", "table"].map((name) => `wye/dist/cjs/${name}.js`);
    return Object.assign({}, ...all.map((name) => createRequire(`${folder}/`)(`./node_modules/${name}`)));
  },
  "installed again": (folder) => COPIES.imported(`${folder}/other`),
  "wye/core": async (folder) => {
    const core = Object.assign({}, ...(await Promise.all(NAMES.map((name) => imported(folder, `/core${name}`)))));
    core.init(new WebAssembly.Module(fs.readFileSync(`${folder}/node_modules/wye/dist/workerd/wye.wasm`)));
    return core;
  },
};

/** As a file in the folder imports it. */
async function imported(folder, name) {
  const file = `${folder}/import${name.replaceAll("/", "-")}.mjs`;
  fs.writeFileSync(file, `export * from "wye${name}";\n`);
  return import(pathToFileURL(file).href);
}

const PAIRS = Object.keys(COPIES).flatMap((one) => Object.keys(COPIES).map((other) => [one, other]));

describe("copies of the package", { skip: noTarball }, () => {
  let copies;
  before(async () => {
    const folder = consumer({ after: (fn) => process.on("exit", fn) });
    fs.cpSync(`${folder}/node_modules`, `${folder}/other/node_modules`, { recursive: true });
    copies = {};
    for (const [name, load] of Object.entries(COPIES)) copies[name] = await load(folder);
  });

  test("the copies have different classes", () => {
    const classes = Object.values(copies).flatMap(({ Router, HttpError }) => [Router, HttpError]);
    assert.equal(new Set(classes).size, 2 * Object.keys(COPIES).length);
  });

  for (const [one, other] of PAIRS) {
    test(`${one} in ${other}`, async () => {
      const [theirs, ours] = [copies[one], copies[other]];
      await checkErrors(theirs, ours);
      await checkMiddleware(theirs, ours);
      if (one !== other) checkRefusals(theirs, ours);
    });
  }
});

async function checkErrors(theirs, ours) {
  class Gone extends theirs.HttpError {}
  class Other extends ours.HttpError {}
  const reports = [];
  const app = new ours.Router({ report: (error) => reports.push(error) });
  app.get("/gone", () => {
    throw new Gone(410, "gone", { headers: { "x-why": "old" } });
  });
  const response = await app.request("/gone");
  assert.deepEqual([response.status, await response.text(), response.headers.get("x-why")], [410, "gone", "old"]);
  assert.deepEqual(reports, []);

  const error = new Gone(410);
  const made = new theirs.WyeError("BAD_PATTERN", "bad pattern");
  const is = (value, type) => value instanceof type;
  assert.deepEqual([ours.HttpError, Gone, Error, ours.WyeError, Other].map((type) => is(error, type)),
    [true, true, true, false, false]);
  assert.deepEqual([ours.WyeError, ours.HttpError].map((type) => is(made, type)), [true, false]);
  for (const value of [new Error("x"), { name: "HttpError", status: 404 }, null, undefined, "HttpError", 404])
    assert.deepEqual([is(value, ours.HttpError), is(value, ours.WyeError)], [false, false]);
  assert.deepEqual(Object.keys(error).sort(), ["headers", "name", "status"]); // the mark is not among them
}

/** A middleware of each around one of the other: errors, fields, and what they tell each other. */
async function checkMiddleware(theirs, ours) {
  const app = new ours.Router({ report() {} });
  app.use(theirs.requestId({ generator: () => "the-id" }), ours.recover(), theirs.cors());
  const failing = theirs.circuitBreaker({ failures: 1 });
  const limit = ours.concurrencyLimit({ limit: 1 });
  let finish;
  app.get("/limited", failing, limit, async (c) => {
    await new Promise((resolve) => (finish = resolve));
    return c.text("done");
  });
  app.get("/user", ours.basicAuth({ users: { ada: "secret" } }), (c) => c.text("ada"));

  const refused = await app.request("/user", { headers: { origin: "https://example.com" } });
  assert.deepEqual([refused.status, refused.headers.get("x-request-id"), refused.headers.get("content-type")],
    [401, "the-id", "application/problem+json"]);
  assert.equal(refused.headers.get("access-control-allow-origin"), "*");

  const first = app.request("/limited");
  await new Promise((resolve) => void setTimeout(resolve));
  assert.equal((await app.request("/limited")).status, 503); // of the limit, which is no failure of the backend
  finish();
  assert.equal(await (await first).text(), "done");
  const second = app.request("/limited");
  await new Promise((resolve) => void setTimeout(resolve));
  finish();
  assert.equal((await second).status, 200); // so the breaker is closed
}

function checkRefusals(theirs, ours) {
  assert.throws(() => new ours.Router().route("/x", new theirs.Router()),
    { name: "WyeError", code: "BAD_ARGUMENT", message: /must be a Router of this copy of wye.*npm ls wye/ });
  const table = new theirs.RouteTable();
  table.add("GET", "/");
  table.match("GET", "/");
  assert.throws(() => new ours.ContextPool().acquire(table),
    { name: "WyeError", code: "BAD_ARGUMENT", message: /this copy of wye/ });
}
