// c.readForm: forms of browsers, within maxBody, also after c.read.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Router } from "#wye";

/** What a handler reads, with the bytes that there may be. */
async function read(body, { headers = {}, maxBody = 1000, reader = (c) => c.readForm(), method = "POST" } = {}) {
  const app = new Router({ maxBody });
  app.all("/x", async (c) => {
    const form = await reader(c);
    const fields = await Promise.all([...form].map(async ([name, value]) => [name, await text(value)]));
    return c.json(fields);
  });
  const response = await app.request("/x", { method, body, headers, duplex: "half" });
  const message = await response.text();
  return response.status === 200 ? JSON.parse(message) : `${response.status} ${message}`;
}

const text = async (value) =>
  typeof value === "string" ? value : { name: value.name, type: value.type, text: await value.text() };

const URLENCODED = { headers: { "content-type": "application/x-www-form-urlencoded" } };

function formOf(...fields) {
  const form = new FormData();
  for (const [name, ...value] of fields) form.append(name, ...value);
  return form;
}

test("fields keep their order, also several of one name", async () => {
  const fields = [["a", "1"], ["b", "ü\r\n"], ["a", "2"]];
  assert.deepEqual(await read(formOf(...fields)), fields);
  assert.deepEqual(await read("a=1&b=%C3%BC+x&a=2&c", URLENCODED), [["a", "1"], ["b", "ü x"], ["a", "2"], ["c", ""]]);
  assert.deepEqual(await read(new URLSearchParams({ a: "&=" })), [["a", "&="]]);
});

test("files have a name, a type and content", async () => {
  const file = new File(["hello"], "ü.txt", { type: "text/plain" });
  const form = formOf(["title", "x"], ["file", file], ["empty", new File([], "none")]);
  assert.deepEqual(await read(form), [
    ["title", "x"],
    ["file", { name: "ü.txt", type: "text/plain", text: "hello" }],
    ["empty", { name: "none", type: "application/octet-stream", text: "" }],
  ]);
});

test("the bytes of a file are unchanged", async () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  let got;
  const reader = async (c) => {
    const form = await c.readForm();
    got = new Uint8Array(await form.get("file").arrayBuffer());
    return [];
  };
  await read(formOf(["file", new File([bytes], "b")]), { reader });
  assert.deepEqual(got, bytes);
});

test("names of object members and empty names are names like any other", async () => {
  assert.deepEqual(await read("__proto__=1&=2&constructor=3", URLENCODED), [
    ["__proto__", "1"], ["", "2"], ["constructor", "3"],
  ]);
});

const AFTER = {
  "c.read": (c) => c.read(),
  "c.readText": (c) => c.readText(),
  "c.readForm": (c) => c.readForm(),
  "a failed c.readJson": (c) => c.readJson().catch(() => {}),
  "another one at once": (c) => void c.readForm(),
};

for (const [title, first] of Object.entries(AFTER)) {
  test(`after ${title}, and before it`, async () => {
    const reader = async (c) => {
      await first(c);
      const form = await c.readForm();
      await first(c);
      return form;
    };
    assert.deepEqual(await read("a=1", { ...URLENCODED, reader }), [["a", "1"]]);
    assert.deepEqual(await read(formOf(["a", "1"]), { reader }), [["a", "1"]]);
  });
}

test("each call returns a new form", async () => {
  const reader = async (c) => {
    (await c.readForm()).append("b", "2");
    return c.readForm();
  };
  assert.deepEqual(await read("a=1", { ...URLENCODED, reader }), [["a", "1"]]);
});

test("maxBody limits a form, whatever length the request declares", async () => {
  const long = `a=${"x".repeat(1000)}`;
  const tooLarge = "413 the body has more than 1000 bytes";
  assert.equal(await read(long, URLENCODED), tooLarge);
  assert.equal(await read(formOf(["a", new File(["x".repeat(1000)], "f")])), tooLarge);
  const pieces = () => new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(100).fill(97)) });
  assert.equal(await read(pieces(), URLENCODED), tooLarge);
  assert.deepEqual(await read(`a=${"x".repeat(998)}`, URLENCODED), [["a", "x".repeat(998)]]);
});

test("a route's own maxBody counts", async () => {
  const app = new Router({ maxBody: 10 });
  app.post("/x", { maxBody: 100 }, async (c) => c.text((await c.readForm()).get("a")));
  const ask = (length) => app.request("/x", { method: "POST", body: new URLSearchParams({ a: "x".repeat(length) }) });
  assert.deepEqual([(await ask(98)).status, (await ask(99)).status], [200, 413]);
});

const boundary = (name) => ({ headers: { "content-type": `multipart/form-data; boundary=${name}` } });
const part = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n";

const OTHERS = [
  // title, body, options, what it is
  ["another type", '{"a":1}', { headers: { "content-type": "application/json" } }, 415],
  ["no type", new Uint8Array([97]), {}, 415],
  ["a type that only begins so", "a=1", { headers: { "content-type": "application/x-www-form-urlencoded2" } }, 415],
  ["no body, no type", null, {}, 415],
  ["a multipart without boundary", part, { headers: { "content-type": "multipart/form-data" } }, 400],
  ["a multipart of another boundary", `${part}--b--\r\n`, boundary("c"), 400],
  ["a multipart that ends early", part, boundary("b"), 400],
  ["a multipart of nothing", "", boundary("b"), 400],
  ["no multipart", "hello", boundary("b"), 400],
  ["a type in capitals, with a charset", "a=1", {
    headers: { "content-type": "Application/X-WWW-Form-URLEncoded ; charset=UTF-8" },
  }, [["a", "1"]]],
  ["a boundary in quotes", `${part}--b--\r\n`, boundary('"b"'), [["a", "1"]]],
  ["nothing, urlencoded", "", URLENCODED, []],
  ["a malformed escape", "a=%zz&b=%ff", URLENCODED, [["a", "%zz"], ["b", "\ufffd"]]],
];

for (const [title, body, options, is] of OTHERS) {
  test(`a form: ${title}`, async () => {
    const got = await read(body, options);
    if (typeof is === "number") assert.equal(Number.parseInt(got), is, JSON.stringify(got));
    else assert.deepEqual(got, is);
  });
}

test("a form may have no fields", async () => assert.deepEqual(await read(formOf()), []));

test("a body that breaks off is a 400, not a 500", async () => {
  const broken = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode("a=1")),
    pull: (controller) => controller.error(new Error("reset")),
  });
  assert.equal(await read(broken, URLENCODED), "400 the body is incomplete");
});

test("reading a form after c.request was read is an error that says so", async (t) => {
  const error = t.mock.method(console, "error", () => {});
  const reader = async (c) => {
    await c.request.text();
    return c.readForm();
  };
  assert.equal(await read("a=1", { ...URLENCODED, reader }), "500 500 Internal Server Error");
  assert.match(String(error.mock.calls[0].arguments[0]), /the body was already read from c\.request/);
});
