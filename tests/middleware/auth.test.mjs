// basicAuth and bearerAuth.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Router, WyeError } from "#wye";
import { basicAuth, bearerAuth, cors, recover, sameSecret } from "#wye/middleware.js";

const base64 = (text, encoding = "utf8") => Buffer.from(text, encoding).toString("base64");
const basic = (text, encoding) => `Basic ${base64(text, encoding)}`;

/** Status, challenge, and who passed. */
async function ask(middleware, authorization, env) {
  const app = new Router().use(middleware).get("/x", (c) => c.json(c.get("user") ?? null));
  const headers = authorization === undefined ? {} : { authorization };
  const response = await app.request("/x", { headers }, env);
  const text = await response.text();
  return { status: response.status, challenge: response.headers.get("www-authenticate"), text };
}

const passed = (user) => ({ status: 200, challenge: null, text: JSON.stringify(user) });

// ---------------------------------------------------------------- Basic

const USERS = { "ada": "lovelace", "grace": "hop:per", "zoë": "pässword€", "empty": "", "\u212b": "\u212b" };

const GOOD = [
  ["ada", basic("ada:lovelace")],
  ["ada", `bAsIc ${base64("ada:lovelace")}`],
  ["ada", `Basic   ${base64("ada:lovelace")}`],
  ["ada", basic("ada:lovelace").replace(/=+$/, "")],
  ["grace", basic("grace:hop:per")],
  ["zoë", basic("zoë:pässword€")],
  ["zoë", basic("zoë:pässword€".normalize("NFD"))],
  ["\u00c5", basic("\u212b:\u212b")],
  ["\u00c5", basic("A\u030a:\u00c5")],
  ["empty", basic("empty:")],
];

for (const [user, authorization] of GOOD) {
  test(`basicAuth lets pass: ${authorization} (${user})`, async () => {
    assert.deepEqual(await ask(basicAuth({ users: USERS }), authorization), passed(user));
  });
}

const REFUSED = [
  undefined,
  "",
  "Basic",
  "Basic ",
  "Basic =",
  "Basic !!!",
  "Basicada",
  `Basic${base64("ada:lovelace")}`,
  `Bearer ${base64("ada:lovelace")}`,
  `${basic("ada:lovelace")}, ${basic("ada:lovelace")}`,
  `${basic("ada:lovelace")} x`,
  basic("ada"),
  basic("ada:"),
  basic("ada:Lovelace"),
  basic("ada:lovelace "),
  basic("ada:lovelac"),
  basic("Ada:lovelace"),
  basic(":lovelace"),
  basic(":"),
  basic(""),
  basic("nobody:lovelace"),
  basic("grace:hop"),
  basic("constructor:"),
  basic("zoë:pässword€", "latin1"),
  basic("ada:lovelace\0"),
  basic("\ufeffada:lovelace"),
  "Basic /////w==",
];

for (const authorization of REFUSED) {
  test(`basicAuth refuses: ${authorization}`, async () => {
    assert.deepEqual(await ask(basicAuth({ users: USERS, realm: 'the "x" \\' }), authorization), {
      status: 401,
      challenge: 'Basic realm="the \\"x\\" \\\\", charset="UTF-8"',
      text: "name and password are required",
    });
  });
}

test("basicAuth calls verify, which may be asynchronous, and return the user", async () => {
  const verify = async (name, password, c) => {
    assert.equal(c.path, "/x");
    if (password === "throw") throw new Error("no database");
    return name === "ada" && password === "ok" ? { id: 7 } : password === "true";
  };
  assert.deepEqual(await ask(basicAuth({ verify }), basic("ada:ok")), passed({ id: 7 }));
  assert.deepEqual(await ask(basicAuth({ verify }), basic("grace:true")), passed("grace"));
  assert.equal((await ask(basicAuth({ verify }), basic("grace:ok"))).status, 401);
  for (const nothing of [undefined, null, 0, "", Promise.resolve(false), Promise.resolve()])
    assert.equal((await ask(basicAuth({ verify: () => nothing }), basic("a:b"))).status, 401);
});

test("verify never sees malformed credentials", async () => {
  const verify = () => true;
  for (const bytes of ["a:\xff", "a\0:b", "a:b\n", "a"])
    assert.equal((await ask(basicAuth({ verify }), basic(bytes, "latin1"))).status, 401, bytes);
  for (const token of ["", "a b", "\u00ff"])
    assert.equal((await ask(bearerAuth({ verify }), `Bearer ${token}`)).status, 400, token);
});

test("a verify that throws lets nobody in", async (t) => {
  t.mock.method(console, "error", () => {});
  const verify = () => { throw new Error("no database"); };
  assert.equal((await ask(basicAuth({ verify }), basic("a:b"))).status, 500);
  assert.equal((await ask(bearerAuth({ verify: () => Promise.reject(new Error("no")) }), "Bearer a")).status, 500);
});

/** The inputs of SHA-256 while `run` runs. */
async function digests(t, run) {
  const { digest } = crypto.subtle;
  let count = 0;
  const mock = t.mock.method(crypto.subtle, "digest", (...given) => (count++, digest.apply(crypto.subtle, given)));
  await run();
  mock.mock.restore();
  return count;
}

test("an unknown user takes the same work as a known one", async (t) => {
  const app = new Router().use(basicAuth({ users: USERS })).get("/x", (c) => c.text(""));
  const work = (pair) => digests(t, () => app.request("/x", { headers: { authorization: basic(pair) } }));
  assert.equal(await work("ada:lovelace"), 1 + Object.keys(USERS).length);
  for (const pair of ["ada:lovelace", "ada:wrong", "nobody:wrong", "nobody:lovelace", ":", "empty:"])
    assert.equal(await work(pair), 1, pair);
});

test("no secret's digest is made before the first request", async (t) => {
  assert.equal(await digests(t, async () => void basicAuth({ users: USERS })), 0);
  assert.equal(await digests(t, async () => void bearerAuth({ tokens: ["a"] })), 0);
});

// ---------------------------------------------------------------- Bearer

const TOKENS = ["abc-._~+/123==", "second"];
const refused = (status, error, text) => ({ status, challenge: `Bearer realm="restricted"${error}`, text });
const missing = refused(401, "", "a token is required");
const malformed = refused(400, ', error="invalid_request"', "malformed authorization");
const wrong = refused(401, ', error="invalid_token"', "the token is not valid");

const BEARER = [
  [undefined, missing],
  ["", missing],
  [basic("ada:lovelace"), missing],
  ["Bearerabc", missing],
  ["Bearers abc", missing],
  ["Bearer", malformed],
  ["Bearer ", malformed],
  ["Bearer a b", malformed],
  ["Bearer second, Bearer second", malformed],
  ["Bearer \u00e9", malformed],
  ["Bearer =", malformed],
  ['Bearer "second"', malformed],
  ["Bearer token=second", malformed],
  ["Bearer none", wrong],
  ["Bearer Second", wrong],
  ["Bearer secon", wrong],
  ["Bearer second2", wrong],
  ["Bearer second=", wrong],
  ["Bearer second", passed(null)],
  ["bearer second", passed(null)],
  ["BEARER  second", passed(null)],
  ["Bearer abc-._~+/123==", passed(null)],
];

for (const [authorization, is] of BEARER)
  test(`bearerAuth: ${authorization} is ${is.status}`, async () => {
    assert.deepEqual(await ask(bearerAuth({ tokens: TOKENS }), authorization), is);
  });

test("bearerAuth calls verify", async () => {
  const verify = async (token, c) => (token === c.env.token ? { id: 7 } : false);
  assert.deepEqual(await ask(bearerAuth({ verify }), "Bearer t", { token: "t" }), passed({ id: 7 }));
  assert.deepEqual(await ask(bearerAuth({ verify }), "Bearer u", { token: "t" }), wrong);
  assert.deepEqual(await ask(bearerAuth({ verify }), "Bearer u v", { token: "u v" }), malformed);
});

test("an empty list of tokens or users lets nobody in", async () => {
  assert.deepEqual(await ask(bearerAuth({ tokens: [] }), "Bearer second"), wrong);
  assert.equal((await ask(basicAuth({ users: {} }), basic(":"))).status, 401);
});

// ---------------------------------------------------------------- both

test("the response has the challenge, whatever onError and recover make of the error", async () => {
  const forgetful = new Router().use(basicAuth({ users: USERS })).get("/x", (c) => c.text(""));
  forgetful.onError(() => new Response("go away", { status: 401 }));
  const problem = new Router().use(recover(), bearerAuth({ tokens: TOKENS })).get("/x", (c) => c.text(""));
  for (const [app, scheme] of [[forgetful, /^Basic /], [problem, /^Bearer /]]) {
    const response = await app.request("/x");
    assert.equal(response.status, 401);
    assert.match(response.headers.get("www-authenticate"), scheme);
  }
});

test("the error has the challenge", async () => {
  const guards = [[basicAuth({ users: USERS }), /^Basic /], [bearerAuth({ tokens: [] }), /^Bearer /]];
  for (const [guard, challenge] of guards) {
    let thrown;
    const app = new Router().use((c, next) => next().catch((error) => {
      thrown = error;
      return new Response("");
    }), guard);
    await app.request("/x");
    assert.equal(thrown.status, 401);
    assert.match(thrown.headers["www-authenticate"], challenge);
  }
});

test("without credentials no handler runs, and misses look like hits", async () => {
  let ran = 0;
  const app = new Router().use(bearerAuth({ tokens: TOKENS })).get("/x", (c) => (ran++, c.text("")));
  for (const [path, method] of [["/x", "GET"], ["/x", "HEAD"], ["/x", "DELETE"], ["/x", "OPTIONS"], ["/none", "GET"]])
    assert.equal((await app.request(path, { method })).status, 401, `${method} ${path}`);
  assert.equal(ran, 0);
});

test("preflights are answered before it", async () => {
  const app = new Router().use(cors(), bearerAuth({ tokens: TOKENS })).get("/x", (c) => c.text(""));
  const headers = { "origin": "http://a", "access-control-request-method": "GET" };
  assert.equal((await app.request("/x", { method: "OPTIONS", headers })).status, 204);
  const refused = await app.request("/x", { headers });
  assert.deepEqual([refused.status, refused.headers.get("access-control-allow-origin")], [401, "*"]);
});

test("many at once, each with its own user", async () => {
  const users = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`user${i}`, `password${i}`]));
  const app = new Router().use(basicAuth({ users })).get("/x", (c) => c.text(c.get("user")));
  const asked = await Promise.all(Array.from({ length: 500 }, async (_, i) => {
    const pair = `user${i % 50}:password${i % 60}`;
    const response = await app.request("/x", { headers: { authorization: basic(pair) } });
    return response.status === 200 ? response.text() : response.status;
  }));
  asked.forEach((answer, i) => assert.equal(answer, i % 50 === i % 60 ? `user${i % 50}` : 401));
});

test("sameSecret", async () => {
  for (const text of ["a", "", "é"]) assert.equal(await sameSecret(text, text), true, text);
  for (const [one, other] of [["a", "b"], ["a", "aa"], ["", "a"], ["é", "e"]])
    assert.equal(await sameSecret(one, other), false, `${one} ${other}`);
  for (const [one, other] of [["undefined", undefined], [undefined, "a"], ["a", null], [1, 1]])
    await assert.rejects(sameSecret(one, other), (error) => error instanceof WyeError && error.code === "BAD_ARGUMENT");
});

const WRONG = [
  () => basicAuth(),
  () => basicAuth({}),
  () => basicAuth({ users: {}, verify: () => true }),
  () => basicAuth({ users: { "a:b": "c" } }),
  () => basicAuth({ users: { "a\n": "c" } }),
  () => basicAuth({ users: { a: "c\0" } }),
  () => basicAuth({ users: { a: undefined } }),
  () => basicAuth({ users: {}, realm: "a\r\nb" }),
  () => basicAuth({ users: {}, realm: "é" }),
  () => bearerAuth(),
  () => bearerAuth({}),
  () => bearerAuth({ tokens: ["a"], verify: () => true }),
  () => bearerAuth({ tokens: [""] }),
  () => bearerAuth({ tokens: ["a b"] }),
  () => bearerAuth({ tokens: [undefined] }),
  () => bearerAuth({ tokens: "abc" }),
  () => bearerAuth({ token: "abc" }),
  () => bearerAuth({ verify: "abc" }),
  () => basicAuth({ username: "ada", password: "lovelace" }),
  () => basicAuth({ users: {}, invalidUserMessage: "no" }),
  () => basicAuth({ users: "ada" }),
  () => basicAuth({ verify: true }),
  () => basicAuth({ users: {}, realm: 7 }),
];

test("the error names the option that was meant", () => {
  assert.throws(() => bearerAuth({ token: "abc" }), {
    message:
      "bad argument: bearerAuth has no option token; its options are tokens, verify, realm. Did you mean tokens?",
  });
});

for (const make of WRONG) {
  test(`refused when the middleware is made: ${String(make).slice(6)}`, () => {
    assert.throws(make, (error) => error instanceof WyeError && error.code === "BAD_ARGUMENT");
  });
}
