// c.events: server-sent events.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Router } from "#wye";

const HERE = "http://h/x";
const tick = () => new Promise((resolve) => setImmediate(resolve));

/** An app that sends events at /x, and what it reported. */
function sending(source, init) {
  const errors = [];
  const app = new Router({ report: (error) => errors.push(error.message) });
  app.get("/x", (c) => c.events(source, init));
  return { app, errors };
}

async function sent(source) {
  const response = await sending(source).app.request(HERE);
  return response.text();
}

/** Events as the HTML standard has a browser read them. */
function parsed(text) {
  const events = [];
  let event = { data: [] };
  let id = "";
  for (const line of text.replace(/^\ufeff/, "").split(/\r\n|\r|\n/)) {
    if (line === "") {
      if (event.data.length > 0) events.push({ type: event.event || "message", data: event.data.join("\n"), id });
      event = { data: [] };
      continue;
    }
    const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line);
    if (field === "data") event.data.push(value);
    else if (field === "event") event.event = value;
    else if (field === "id" && !value.includes("\0")) id = value;
  }
  return events;
}

const EVENTS = [
  // an event, its text
  ["hello", "data: hello\n\n"],
  ["", "data: \n\n"],
  [" x ", "data:  x \n\n"],
  ["a\nb\r\nc\rd", "data: a\ndata: b\ndata: c\ndata: d\n\n"],
  ["a\n", "data: a\ndata: \n\n"],
  ["\n\n", "data: \ndata: \ndata: \n\n"],
  ["data: x\nid: 7", "data: data: x\ndata: id: 7\n\n"],
  ["ü\u2028", "data: ü\u2028\n\n"],
  [{ data: "hello" }, "data: hello\n\n"],
  [{ data: { a: "b\nc" } }, 'data: {"a":"b\\nc"}\n\n'],
  [{ data: 7 }, "data: 7\n\n"],
  [{ data: null }, "data: null\n\n"],
  [{ data: [1, 2] }, "data: [1,2]\n\n"],
  [{ event: "ping" }, "event: ping\ndata: \n\n"],
  [{ data: "x", event: "greeting", id: "17", retry: 5000, comment: "c" },
    ": c\nevent: greeting\nid: 17\nretry: 5000\ndata: x\n\n"],
  [{ id: "" }, "id: \n\n"],
  [{ retry: 0 }, "retry: 0\n\n"],
  [{ comment: "one\ntwo" }, ": one\n: two\n\n"],
  [{ comment: "" }, ": \n\n"],
  [{ data: undefined, id: "1" }, "id: 1\n\n"],
];

const SOURCES = {
  "an array": (events) => events,
  "a generator": (events) => function* () { yield* events; },
  "an async generator": (events) => async function* () { yield* events; },
  "a stream": (events) => ReadableStream.from(events),
  "a function that sends": (events) => async ({ send }) => {
    for (const event of events) await send(event);
  },
  "a function that does not wait": (events) => ({ send }) => {
    for (const event of events) send(event);
  },
};

for (const [title, sourceOf] of Object.entries(SOURCES)) {
  test(`events of ${title}`, async () => {
    const text = await sent(sourceOf(EVENTS.map(([event]) => event)));
    assert.equal(text, EVENTS.map(([, is]) => is).join(""));
  });
}

for (const [event, is] of EVENTS)
  test(`an event: ${JSON.stringify(event)}`, async () => assert.equal(await sent([event]), is));

test("a browser reads what was sent", async () => {
  const text = await sent([{ id: "1", data: "a\nb" }, { event: "x" }, { comment: "c" }, "last\r"]);
  assert.deepEqual(parsed(text), [
    { type: "message", data: "a\nb", id: "1" },
    { type: "x", data: "", id: "1" },
    { type: "message", data: "last\n", id: "1" },
  ]);
});

const WRONG = [
  [{ event: "a\nb" }, /c\.events: event must be a string of one line/],
  [{ event: 7 }, /event must be a string/],
  [{ id: "a\rb" }, /id must be a string of one line/],
  [{ id: "a\0" }, /id must be a string of one line/],
  [{ id: 7 }, /id must be a string of one line, not 7/],
  [{ retry: -1 }, /retry must be an integer of milliseconds, 0 or more, not -1/],
  [{ retry: "5" }, /retry must be an integer/],
  [{ comment: 7 }, /comment must be a string, not number/],
  [{ data: () => {} }, /JSON cannot represent data of type function/],
  [{ dta: "x" }, /an event of c\.events has no option dta; its options are data, /],
  [7, /an event must be a string or an object, not number/],
  [null, /an event must be a string or an object, not null/],
  [undefined, /an event must be a string or an object, not undefined/],
];

for (const [event, message] of WRONG) {
  test(`a wrong event: ${JSON.stringify(event)}`, async () => {
    const { app, errors } = sending(["fine", event, "never"]);
    await assert.rejects((await app.request(HERE)).text());
    assert.match(errors.join(), message);

    let thrown;
    const text = await sent(({ send }) => {
      try {
        send(event);
      } catch (error) {
        thrown = error;
      }
      send("next");
    });
    assert.match(thrown.message, message, "where it is sent");
    assert.equal(text, "data: next\n\n");
  });
}

test("wrong sources are errors of the handler", async () => {
  for (const source of [undefined, null, "text", 7, {}]) {
    const { app, errors } = sending(source);
    assert.equal((await app.request(HERE)).status, 500);
    assert.match(errors[0], /c\.events: a source must be/);
  }
});

test("the fields of the response", async () => {
  const fields = async (init, before) => {
    const app = new Router().get("/x", (c) => (before?.(c), c.events([], init)));
    const { status, headers } = await app.request(HERE);
    return [status, Object.fromEntries(headers)];
  };
  const usual = { "content-type": "text/event-stream", "cache-control": "no-cache" };
  assert.deepEqual(await fields(), [200, usual]);
  assert.deepEqual(await fields(201), [201, usual]);
  assert.deepEqual(await fields({ headers: { "x-a": "1" } }), [200, { ...usual, "x-a": "1" }]);
  const noStore = { ...usual, "cache-control": "no-store" };
  assert.deepEqual(await fields({ headers: { "Cache-Control": "no-store" } }), [200, noStore]);
  assert.deepEqual(await fields(undefined, (c) => c.header("cache-control", "no-store")), [200, noStore]);
});

test("the client's last id can be read", async () => {
  const app = new Router().get("/x", (c) => c.events([{ id: "8", data: c.header("last-event-id") ?? "none" }]));
  const response = await app.request(HERE, { headers: { "last-event-id": "7" } });
  assert.equal(await response.text(), "id: 8\ndata: 7\n\n");
});

test("the client leaves: onAbort is called, once, and `aborted` says so", async () => {
  const log = [];
  let sender;
  const { app, errors } = sending(async (given) => {
    sender = given;
    given.onAbort(() => log.push("one"));
    given.onAbort(() => { throw new Error("listener"); });
    given.onAbort(async () => { throw new Error("late listener"); });
    given.onAbort(() => log.push("two"));
    for (;;) await given.send("tick");
  });
  const reader = (await app.request(HERE)).body.getReader();
  await reader.read();
  assert.equal(sender.aborted, false);
  await reader.cancel();
  await tick();
  assert.deepEqual([log, sender.aborted], [["one", "two"], true]);
  sender.onAbort(() => log.push("at once"));
  assert.deepEqual(log, ["one", "two", "at once"]);
  await assert.rejects(sender.send("x"), /the client has gone/);
  sender.send("nobody waits for this");
  await tick();
  assert.deepEqual(errors, ["listener", "late listener"]);
});

test("the client leaves while nothing is sent", async () => {
  let aborted = false;
  const { app, errors } = sending(({ onAbort }) => new Promise((resolve) => {
    onAbort(() => {
      aborted = true;
      resolve();
    });
  }));
  const reader = (await app.request(HERE)).body.getReader();
  const reading = reader.read();
  await tick();
  await reader.cancel();
  await reading;
  assert.deepEqual([aborted, errors], [true, []]);
});

test("the client leaves: a generator ends, and its listeners are called", async () => {
  const log = [];
  const { app } = sending(async function* ({ onAbort }) {
    onAbort(() => log.push("aborted"));
    try {
      for (;;) yield "tick";
    } finally {
      log.push("finally");
    }
  });
  const reader = (await app.request(HERE)).body.getReader();
  await reader.read();
  await reader.cancel();
  await tick();
  assert.deepEqual(log.sort(), ["aborted", "finally"]);
});

test("nothing begins before it is read, for HEAD never", async () => {
  let begun = 0;
  const { app } = sending(() => void begun++);
  await app.request(HERE, { method: "HEAD" });
  const { body } = await app.request(HERE);
  await tick();
  assert.equal(begun, 0);
  await body.cancel();
  await tick();
  assert.equal(begun, 0);
});

test("an error is reported, the stream breaks, and what onAbort holds is let go", async () => {
  for (const fail of [async () => { throw new Error("broken"); }, () => { throw new Error("broken"); }]) {
    let released = false;
    const { app, errors } = sending(({ send, onAbort }) => {
      onAbort(() => (released = true));
      send("first");
      return fail();
    });
    const reader = (await app.request(HERE)).body.getReader();
    assert.equal(Buffer.from((await reader.read()).value).toString(), "data: first\n\n");
    await assert.rejects(reader.read(), /broken/);
    await tick();
    assert.deepEqual(errors, ["broken"]);
    assert.ok(released);
  }
});

test("what is sent after the function has ended is an error that is reported", async () => {
  let sender;
  const { app, errors } = sending((given) => {
    sender = given;
    given.send("first");
  });
  assert.equal(await (await app.request(HERE)).text(), "data: first\n\n");
  sender.send("late");
  await assert.rejects(sender.send("late"), /after the end of the stream/);
  assert.match(errors.join(), /after the end of the stream.* after the end of the stream/);
});

test("the listener of onAbort must be a function", async () => {
  const { app, errors } = sending(({ onAbort }) => onAbort());
  await assert.rejects((await app.request(HERE)).text());
  assert.match(errors[0], /onAbort: listener must be a function/);
});
