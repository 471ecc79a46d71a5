import assert from "node:assert/strict";
import { test } from "node:test";
import { Router, WyeError } from "#wye";
import { csrf } from "#wye/middleware.js";

const URL_HERE = "https://site.example:8443/x";
const HERE = "https://site.example:8443";
const OTHER = "https://other.example";
const LOGIN = "https://login.example";

async function statusOf(options, method, headers, url = URL_HERE) {
  const app = new Router().use(csrf(options)).all("/x", (c) => c.text("ok"));
  return (await app.request(url, { method, headers })).status;
}

const from = (site, origin) => ({ ...(site && { "sec-fetch-site": site }), ...(origin && { origin }) });

const CASES = [
  // the fields, the status of a POST; with LOGIN trusted, if that differs
  [from(), 200],
  [from("same-origin"), 200],
  [from("same-origin", HERE), 200],
  [from("none"), 200],
  [from("same-site"), 403],
  [from("same-site", LOGIN), 403, 200],
  [from("same-site", HERE), 403],
  [from("cross-site"), 403],
  [from("cross-site", OTHER), 403],
  [from("cross-site", LOGIN), 403, 200],
  [from("cross-site", "null"), 403],
  [from("SAME-ORIGIN"), 403],
  [from("same-origin, cross-site"), 403],
  [from("something new"), 403],
  [from(undefined, HERE), 200],
  [from(undefined, "http://site.example:8443"), 200], // a proxy may have ended TLS
  [from(undefined, "https://site.example"), 403],
  [from(undefined, OTHER), 403],
  [from(undefined, LOGIN), 403, 200],
  [from(undefined, `${LOGIN}.evil.example`), 403],
  [from(undefined, "null"), 403],
  [from(undefined, "no origin"), 403],
  [from(undefined, "https://site.example:8443.evil.example"), 403],
];

for (const [headers, status, trusted = status] of CASES) {
  test(`csrf: ${JSON.stringify(headers)}`, async () => {
    for (const method of ["POST", "PUT", "PATCH", "DELETE", "PURGE"]) {
      assert.equal(await statusOf({}, method, headers), status, method);
      assert.equal(await statusOf({ origin: LOGIN }, method, headers), trusted, `${method}, one is trusted`);
    }
    for (const method of ["GET", "HEAD", "OPTIONS"]) assert.equal(await statusOf({}, method, headers), 200, method);
  });
}

test("origins take the forms that cors takes", async () => {
  const forms = [[OTHER, LOGIN], /^https:\/\/login\./g, [/login/y, /login/], (origin) => origin === LOGIN];
  for (const origin of [...forms, async (given, c) => c.method === "POST" && given === LOGIN])
    for (const [given, status] of [[LOGIN, 200], ["https://evil.example", 403], [LOGIN, 200]])
      assert.equal(await statusOf({ origin }, "POST", from("cross-site", given)), status, `${origin} ${given}`);
});

test("a function is called only for other origins", async () => {
  const origin = () => assert.fail();
  for (const headers of [from(), from("same-origin", HERE), from(undefined, HERE)])
    assert.equal(await statusOf({ origin }, "POST", headers), 200);
  assert.equal(await statusOf({ origin }, "POST", from("cross-site")), 403);
});

test("no handler runs, and the response says why", async () => {
  let ran = 0;
  const app = new Router().use(csrf()).post("/x", (c) => (ran++, c.text("ok")));
  const response = await app.request(URL_HERE, { method: "POST", headers: from("cross-site", OTHER) });
  assert.deepEqual([response.status, await response.text(), ran], [
    403, "403 Forbidden: the request comes from a page of another origin", 0,
  ]);
});

test("a synchronous chain stays synchronous", () => {
  const app = new Router().use(csrf({ origin: [LOGIN] })).post("/x", (c) => c.text("ok"));
  for (const headers of [from(), from("cross-site", LOGIN), from("cross-site")])
    assert.ok(app.fetch(new Request(URL_HERE, { method: "POST", headers })) instanceof Response);
});

const WRONG = [null, { origin: "*" }, { origin: [LOGIN, "null"] }, { origin: "login.example" }, { origins: [LOGIN] },
  { secFetchSite: "same-site" }, { origin: `${LOGIN}/` }];

for (const options of WRONG)
  test(`csrf: ${JSON.stringify(options)} is refused when the middleware is made`, () => {
    assert.throws(() => csrf(options), (error) => error instanceof WyeError && error.code === "BAD_ARGUMENT");
  });
