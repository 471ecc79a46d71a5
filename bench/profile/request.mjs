// In the process that measures: where a request's bytes go. Prints JSON:
//
//     steps     bytes of the heap, by what a handler does: each beside the step that it is compared with
//     places    of the whole API of bench/app, what V8's sampling of the heap says: by file and function
//
//     node FLAGS bench/profile/request.mjs       ../profile.mjs has the flags

import { Session } from "node:inspector/promises";
import { Router } from "#wye";
import { bytesServed } from "../app/bytes.mjs";
import { makeLoop } from "../app/loop.mjs";
import { makeRequests } from "../app/routes.mjs";
import makeApp from "../app/wye.mjs";

const COUNT = 256, WARM = 40;
const URL_ = "https://api.example.com/repos/some-owner/some-repository-name?q=some-words";
const RESPONSE = new Response("ok");

const kept = { value: undefined };
const keep = (value) => void (kept.value = value);
const init = { headers: { authorization: "Bearer 42", "x-client": "web-7", accept: "application/json" } };
const requests = Array.from({ length: COUNT }, () => new Request(URL_, init));

/** An app with one route. @param {(c: any) => any} handler @param {Function[]} [middleware] */
function app(handler, middleware = []) {
  const made = new Router();
  if (middleware.length > 0) made.use(...middleware);
  return made.get("/repos/:owner/:repository", handler);
}

const answer = (c) => (keep(c), RESPONSE);
const pass = (c, next) => next();
const wait = async (c, next) => await next();

/** What is done, what it is compared with, and whose the difference is. */
const STEPS = [
  ["a handler that returns a Response it has", app(answer), undefined, "wye: c"],
  ["three middlewares that hand on", app(answer, [pass, pass, pass]), 0, "wye"],
  ["c.set and c.get", app((c) => (c.set("a", c), keep(c.get("a")), RESPONSE)), 0, "wye"],
  ["c.param, twice", app((c) => (keep(c.param("owner")), keep(c.param(1)), RESPONSE)), 0, "wye: the strings"],
  ["c.query", app((c) => (keep(c.query("q")), RESPONSE)), 0, "wye: the string"],
  ["c.header, read", app((c) => (keep(c.header("x-client")), RESPONSE)), 0, "host: the string"],
  ["new Response(text)", app(() => new Response("ok")), 0, "host: Response, Headers, body"],
  ["c.text", app((c) => c.text("ok")), 6, "wye, above new Response(text)"],
  ["c.json", app((c) => c.json({ owner: "some-owner" })), 7, "JSON text, its type's field"],
  ["c.header, set", app((c) => (c.header("x-served-by", "wye"), c.text("ok"))), 7, "host: the field"],
  ["an async handler", app(async (c) => (keep(c), RESPONSE)), 0, "V8: promises"],
  ["three async middlewares more", app(async (c) => (keep(c), RESPONSE), [wait, wait, wait]), 10, "V8: promises"]
];

const loopOf = (made) => ({
  renew() {},
  async serve() {
    for (let i = 0; i < COUNT; i++) {
      const response = made.fetch(requests[i]);
      if (response instanceof Promise) await response;
    }
  }
});

/** What the host takes for a request, before wye sees it. */
const HOST = {
  renew() {},
  async serve() {
    for (let i = 0; i < COUNT; i++) keep(new Request(URL_, init));
  }
};

async function bytesOf(loop) {
  for (let i = 0; i < WARM; i++) await loop.serve();
  return (await bytesServed(loop, COUNT)) / COUNT;
}

async function steps() {
  const found = [{ what: "new Request, with three header fields", bytes: await bytesOf(HOST), whose: "host" }];
  const all = [];
  for (const [what, made, against, whose] of STEPS) {
    all.push(await bytesOf(loopOf(made)));
    found.push({ what, whose, bytes: all.at(-1) - (against === undefined ? 0 : all[against]) });
  }
  return found;
}

// ------------------------------------------------------------------ by function

const SAMPLED = 20_000;

async function places() {
  const sent = makeRequests("hits", 2000);
  const loop = makeLoop({ fetch: makeApp(Router, "sync").fetch }, sent);
  const serve = async () => {
    for (let done = 0; done < SAMPLED; done += loop.size) {
      loop.renew(0, loop.size);
      await loop.serve(0, loop.size);
    }
  };
  await serve();
  const session = new Session();
  session.connect();
  const every = { includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true };
  await session.post("HeapProfiler.startSampling", { samplingInterval: 1024, ...every });
  await serve();
  const { profile } = await session.post("HeapProfiler.stopSampling");
  session.disconnect();
  return gathered(profile.head);
}

/** Bytes by file and function. */
function gathered(head) {
  const sums = new Map();
  const visit = ({ callFrame: { functionName, url }, selfSize, children }) => {
    const place = `${functionName || "(anonymous)"} ${url.replace(/^.*\/(js|bench)\//, "$1/")}`;
    if (selfSize > 0) sums.set(place, (sums.get(place) ?? 0) + selfSize);
    children.forEach(visit);
  };
  visit(head);
  const all = [...sums].map(([place, bytes]) => ({ place, bytes: bytes / SAMPLED }));
  return all.sort((a, b) => b.bytes - a.bytes);
}

console.log(JSON.stringify({ steps: await steps(), places: await places() }));
