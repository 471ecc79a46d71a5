// Request bodies: read once, bounded, as bytes, text, JSON or a form.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Router } from "#wye";
import { later, said } from "./support.mjs";

const encoder = new TextEncoder();

/** An app whose handler reads the body in a way, with at most 8 bytes. */
function reading(read) {
  const app = new Router({ maxBody: 8 });
  app.all("/x", async (c) => {
    const value = await read(c);
    return c.json(value instanceof Uint8Array ? { bytes: [...value] } : value);
  });
  return app;
}

const inPieces = (...pieces) =>
  new ReadableStream({
    pull(controller) {
      if (pieces.length === 0) return controller.close();
      return controller.enqueue(encoder.encode(pieces.shift()));
    },
  });

const post = (body, headers = {}) => ({ method: "POST", body, headers, duplex: "half" });

const bytes = (text) => `200 ${JSON.stringify({ bytes: [...encoder.encode(text)] })}`;

const TOO_LARGE = "413 the body has more than 8 bytes";
const NO_JSON = "400 the body is not valid JSON";

const BODIES = [
  // what, how it is read, the request, the response
  ["bytes", (c) => c.read(), post("abc"), bytes("abc")],
  ["no body", (c) => c.read(), { method: "GET" }, bytes("")],
  ["a POST without a body", (c) => c.read(), { method: "POST" }, bytes("")],
  ["an empty body", (c) => c.read(), post(""), bytes("")],
  ["an empty stream", (c) => c.read(), post(inPieces()), bytes("")],
  ["as much as there may be", (c) => c.read(), post("12345678"), bytes("12345678")],
  ["one byte more", (c) => c.read(), post("123456789"), TOO_LARGE],
  ["pieces", (c) => c.read(), post(inPieces("ab", "", "cde", "f")), bytes("abcdef")],
  ["pieces, as many bytes as there may be", (c) => c.read(), post(inPieces("1234", "5678")), bytes("12345678")],
  ["pieces, one byte more", (c) => c.read(), post(inPieces("1234", "5678", "9")), TOO_LARGE],
  ["declared too long", (c) => c.read(), post("ab", { "content-length": "9" }), TOO_LARGE],
  ["declared too long, not there", (c) => c.read(), post(null, { "content-length": "9" }), TOO_LARGE],
  ["declared too short", (c) => c.read(), post(inPieces("12345", "6789"), { "content-length": "2" }), TOO_LARGE],
  ["declared as no number", (c) => c.read(), post("ab", { "content-length": "x" }), bytes("ab")],
  ["text", (c) => c.readText(), post("é"), '200 "é"'],
  ["text with a byte order mark", (c) => c.readText(), post("\ufeffa"), '200 "a"'],
  ["text that is no UTF-8", (c) => c.readText(), post(new Uint8Array([97, 255])), '200 "a\ufffd"'],
  ["text cut in a character", (c) => c.readText(), post(new Uint8Array([97, 195])), '200 "a\ufffd"'],
  ["text too long", (c) => c.readText(), post("123456789"), TOO_LARGE],
  ["JSON", (c) => c.readJson(), post('{"a":1}'), '200 {"a":1}'],
  ["JSON with a byte order mark", (c) => c.readJson(), post("\ufeff[1]"), "200 [1]"],
  ["no JSON", (c) => c.readJson(), post("{"), NO_JSON],
  ["JSON of nothing", (c) => c.readJson(), post(""), NO_JSON],
  ["JSON without a body", (c) => c.readJson(), { method: "GET" }, NO_JSON],
  ["JSON too long", (c) => c.readJson(), post('{"a":"b"}'), TOO_LARGE],
];

for (const [what, read, init, expected] of BODIES)
  test(`body: ${what}`, async () => {
    const app = reading(read);
    for (let i = 0; i < (init.body instanceof ReadableStream ? 1 : 2); i++)
      assert.equal(await said(app, "/x", init), expected);
  });

test("a body is read once and kept, for middleware and handler, in turn or at once", async () => {
  const app = reading(async (c) => {
    const [first, second] = await Promise.all([c.read(), c.read()]);
    return [first === second, await c.readText(), await c.readJson()];
  });
  assert.equal(await said(app, "/x", post("[1]")), '200 [true,"[1]",[1]]');
  const outer = new Router();
  outer.use(async (c, next) => {
    c.header("x-length", String((await c.read()).length));
    return next();
  });
  outer.post("/x", async (c) => c.text(await c.readText()));
  const response = await outer.request("/x", post("abc"));
  assert.deepEqual([response.headers.get("x-length"), await response.text()], ["3", "abc"]);
});

test("a body that is too long is too long each time, and the rest is not read", async () => {
  let pulled = 0;
  let cancelled = false;
  const endless = new ReadableStream({
    pull(controller) {
      pulled++;
      controller.enqueue(encoder.encode("1234"));
    },
    cancel() {
      cancelled = true;
    },
  });
  const app = reading(async (c) => {
    const codes = [];
    for (let i = 0; i < 2; i++) await c.read().catch((error) => codes.push(error.status));
    return codes;
  });
  assert.equal(await said(app, "/x", post(endless)), "200 [413,413]");
  assert.ok(pulled <= 4, `${pulled} pieces were asked for`);
  assert.ok(cancelled);
});

test("a body that breaks off is a 400", async () => {
  const app = reading((c) => c.read());
  const broken = new ReadableStream({
    pull(controller) {
      controller.error(new Error("gone"));
    },
  });
  assert.equal(await said(app, "/x", post(broken)), "400 the body is incomplete");
});

test("a body that the handler reads from c.request is not available to c.read", async () => {
  const app = reading(async (c) => [await c.request.text(), await c.read().catch((error) => error.name)]);
  assert.equal(await said(app, "/x", post("abc")), '200 ["abc","TypeError"]');
});

test("a client may leave while its body is read", async () => {
  const app = reading((c) => c.read());
  app.onError((error, c) => c.text(`${error.status} ${error.cause.name}`, 500));
  const begun = later();
  const stuck = new ReadableStream({
    pull(controller) {
      begun.resolve(controller);
      return new Promise(() => {});
    },
  });
  const response = said(app, "/x", post(stuck));
  (await begun.promise).error(Object.assign(new Error("gone"), { name: "AbortError" }));
  assert.equal(await response, "500 400 AbortError");
});

test("maxBody 0 accepts only empty bodies", async () => {
  const app = new Router({ maxBody: 0 });
  app.post("/x", async (c) => c.json((await c.read()).length));
  assert.equal(await said(app, "/x", post("")), "200 0");
  assert.equal((await said(app, "/x", post("a"))).slice(0, 3), "413");
});

/* ------------------------------------------------------------------ forms */

const form = async (c) => {
  const data = await c.readForm();
  const texts = [...data].map(async ([name, value]) => [name, typeof value === "string" ? value : await value.text()]);
  return Promise.all(texts);
};

const multipart = (...pairs) => {
  const data = new globalThis.FormData();
  for (const [name, value] of pairs) data.append(name, value);
  return { method: "POST", body: data };
};

const FORM_TYPE = "application/x-www-form-urlencoded";
const URLENCODED = { "content-type": FORM_TYPE };

const FORMS = [
  ["a form", post("a=1&b=é+%26&a=2", URLENCODED), '200 [["a","1"],["b","é &"],["a","2"]]'],
  ["an empty form", post("", URLENCODED), "200 []"],
  ["a form of several parts", multipart(["a", "1"], ["f", new Blob(["file"])]), '200 [["a","1"],["f","file"]]'],
  ["a form and its encoding", post("a=1", { "content-type": `${FORM_TYPE.toUpperCase()};x=y` }), '200 [["a","1"]]'],
  ["a form too long", post("a=1234567890".repeat(100), URLENCODED), "413 the body has more than 1000 bytes"],
  ["no form", post("a=1", { "content-type": "text/plain" }), /^415 the body is not a form/],
  ["a form without a type", post(new Uint8Array(1)), /^415 the body is not a form/],
  ["no form at all", post("--x", { "content-type": "multipart/form-data" }), /^400 the body is not a valid form/],
];

for (const [what, init, expected] of FORMS)
  test(`body: ${what}`, async () => {
    for (const before of [() => {}, (c) => c.read(), (c) => c.readText()]) {
      const app = new Router({ maxBody: 1000 });
      app.post("/x", async (c) => {
        await before(c);
        return c.json(await form(c));
      });
      const response = await said(app, "/x", init);
      if (expected instanceof RegExp) assert.match(response, expected);
      else assert.equal(response, expected);
    }
  });
