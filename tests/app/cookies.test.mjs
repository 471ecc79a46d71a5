// c.cookie, c.setCookie, c.deleteCookie.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HttpError, Router } from "#wye";

// ---------------------------------------------------------------- of a request

/** What `c.cookie` makes of a header. */
async function readFrom(cookie, name) {
  let value;
  const app = new Router().get("/x", (c) => {
    value = c.cookie(name);
    return c.text("");
  });
  await app.request("/x", cookie === undefined ? {} : { headers: { cookie } });
  return value;
}

const REQUESTS = [
  // the header, the name, its value
  [undefined, "a", undefined],
  ["", "a", undefined],
  ["a=1", "a", "1"],
  ["a=1; b=2", "b", "2"],
  ["a=1;b=2", "b", "2"],
  ["a=1 ;  b = 2 ", "b", "2"],
  ["a=", "a", ""],
  ["a", "a", undefined],
  ["b; a=1", "a", "1"],
  ["b;a=1", "b", undefined],
  ["=1; a=2", "a", "2"],
  ["aa=1; a=2", "a", "2"],
  ["a=1; a=2", "a", "1"],
  ["a=b=c", "a", "b=c"],
  ["a=b=c; d=e", "d", "e"],
  ["A=1", "a", undefined],
  ['a="b c"', "a", "b c"],
  ['a="', "a", '"'],
  ['a=""', "a", ""],
  ["a=%20%C3%BC%3B", "a", " ü;"],
  ["a=%zz", "a", "%zz"],
  ["a=%ff", "a", "%ff"],
  ["a=x+y", "a", "x+y"],
  ["a%20=1", "a%20", "1"],
  ["__proto__=1; constructor=2", "__proto__", "1"],
  ["a=1", "constructor", undefined],
  [";;; ; a=1;;", "a", "1"],
  ["a=1\tb; c=2", "c", "2"],
];

for (const [header, name, value] of REQUESTS)
  test(`c.cookie("${name}") of ${JSON.stringify(header)}`, async () => {
    assert.equal(await readFrom(header, name), value);
    const all = await readFrom(header);
    assert.equal(Object.hasOwn(all, name) ? all[name] : undefined, value);
  });

test("all cookies are an object's own", async () => {
  const all = await readFrom("a=1; b=%20; a=2; c; =3; __proto__=4");
  assert.deepEqual(Object.entries(all).sort(), [["__proto__", "4"], ["a", "1"], ["b", " "]]);
  assert.deepEqual(await readFrom(undefined), {});
});

test("long headers are read to their end", async () => {
  const many = `${"a;=%ff;".repeat(20_000)}x=1`;
  const app = new Router().get("/x", (c) => c.text(`${c.cookie("x")}${c.cookie("y")}${c.cookie().x}`));
  assert.equal(await (await app.request("/x", { headers: { cookie: many } })).text(), "1undefined1");
});

// ---------------------------------------------------------------- of a response

/** The Set-Cookie fields of what a handler responds with. */
async function cookiesOf(handler, ...middleware) {
  const app = new Router().use((c, next) => next(), ...middleware).get("/x", handler);
  app.onError((error, c) => c.text("failed", error instanceof HttpError ? error.status : 500));
  return (await app.request("/x")).headers.getSetCookie();
}

const setting = (...given) => cookiesOf((c) => (c.setCookie(...given), c.text("")));

const DAY = 24 * 60 * 60;
const SET = [
  [["a", "b"], "a=b; Path=/"],
  [["a", ""], "a=; Path=/"],
  [["a", 'b; c=d, "ü"\r\n%\\'], "a=b%3B%20c%3Dd%2C%20%22%C3%BC%22%0D%0A%25%5C; Path=/"],
  [["a", "\ud800"], "a=%EF%BF%BD; Path=/"],
  [["a", "b", {}], "a=b; Path=/"],
  [["a", "b", { path: "/x y" }], "a=b; Path=/x y"],
  [["a", "b", { domain: "example.com" }], "a=b; Path=/; Domain=example.com"],
  [["a", "b", { domain: ".xn--bcher-kva.example" }], "a=b; Path=/; Domain=.xn--bcher-kva.example"],
  [["a", "b", { maxAge: 0 }], "a=b; Path=/; Max-Age=0"],
  [["a", "b", { maxAge: 400 * DAY }], "a=b; Path=/; Max-Age=34560000"],
  [["a", "b", { maxAge: -1 }], "a=b; Path=/; Max-Age=-1"],
  [["a", "b", { expires: new Date(Date.UTC(2030, 0, 2, 3, 4, 5)) }],
    "a=b; Path=/; Expires=Wed, 02 Jan 2030 03:04:05 GMT"],
  [["a", "b", { httpOnly: true, secure: true, partitioned: true }], "a=b; Path=/; HttpOnly; Secure; Partitioned"],
  [["a", "b", { httpOnly: false, secure: undefined }], "a=b; Path=/"],
  [["a", "b", { sameSite: "lax" }], "a=b; Path=/; SameSite=Lax"],
  [["a", "b", { sameSite: "Strict" }], "a=b; Path=/; SameSite=Strict"],
  [["a", "b", { sameSite: "none", secure: true }], "a=b; Path=/; Secure; SameSite=None"],
  [["a", "b", { priority: "high" }], "a=b; Path=/; Priority=High"],
  [["__Secure-a", "b", { secure: true }], "__Secure-a=b; Path=/; Secure"],
  [["__Host-a", "b", { secure: true, path: "/" }], "__Host-a=b; Path=/; Secure"],
  [["__Http-a", "b", { secure: true, httpOnly: true }], "__Http-a=b; Path=/; HttpOnly; Secure"],
  [["a".repeat(96), "b".repeat(4000)], `${"a".repeat(96)}=${"b".repeat(4000)}; Path=/`],
];

for (const [given, is] of SET) {
  test(`c.setCookie(${JSON.stringify(given).slice(1, 100)})`, async () => {
    assert.deepEqual(await setting(...given), [is]);
  });
}

test("a cookie that was set can be read", async () => {
  for (const value of ["", "plain", 'b; c=d, "ü"\r\n%\\', "%20", '"quoted"', "a=b", " blank ", "\u{1f600}"]) {
    const [cookie] = await setting("a", value);
    assert.equal(await readFrom(`z=1; ${cookie.split(";")[0]}; y=2`, "a"), value);
  }
});

test("c.deleteCookie expires the cookie with its path and domain", async () => {
  const ended = "Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
  assert.deepEqual(await cookiesOf((c) => (c.deleteCookie("a"), c.text(""))), [`a=; Path=/; ${ended}`]);
  const options = { path: "/x", domain: "example.com", secure: true, maxAge: 60 };
  const deleted = await cookiesOf((c) => (c.deleteCookie("a", options), c.text("")));
  assert.deepEqual(deleted, [`a=; Path=/x; Domain=example.com; ${ended}; Secure`]);
});

const REFUSED = [
  // what browsers would drop, or read otherwise than it was meant
  ["", "b"],
  ["a b", "c"],
  ["a=b", "c"],
  ["a;", "c"],
  ["ü", "c"],
  [undefined, "c"],
  ["a", undefined],
  ["a", 7],
  ["a", "b", null],
  ["a", "b", { samesite: "lax" }],
  ["a", "b", { maxage: 60 }],
  ["a", "b", { path: "x" }],
  ["a", "b", { path: "" }],
  ["a", "b", { path: "/; Domain=evil.example" }],
  ["a", "b", { path: "/ü" }],
  ["a", "b", { path: "/\r\nx: y" }],
  ["a", "b", { path: `/${"x".repeat(1024)}` }],
  ["a", "b", { domain: "" }],
  ["a", "b", { domain: "example.com:8080" }],
  ["a", "b", { domain: "https://example.com" }],
  ["a", "b", { domain: "bücher.example" }],
  ["a", "b", { domain: "a;b" }],
  ["a", "b", { maxAge: 400 * DAY + 1 }],
  ["a", "b", { maxAge: 1.5 }],
  ["a", "b", { maxAge: NaN }],
  ["a", "b", { maxAge: "60" }],
  ["a", "b", { expires: "tomorrow" }],
  ["a", "b", { expires: Date.now() }],
  ["a", "b", { expires: new Date(NaN) }],
  ["a", "b", { expires: new Date(Date.UTC(10_000, 0)) }],
  ["a", "b", { sameSite: true }],
  ["a", "b", { sameSite: "lex" }],
  ["a", "b", { sameSite: "none" }],
  ["a", "b", { sameSite: "None", secure: false }],
  ["a", "b", { partitioned: true }],
  ["a", "b", { priority: "urgent" }],
  ["a", "b", { httpOnly: "no" }],
  ["a", "b", { secure: 1 }],
  ["__Secure-a", "b"],
  ["__SECURE-a", "b"],
  ["__Host-a", "b"],
  ["__Host-a", "b", { secure: true, path: "/x" }],
  ["__Host-a", "b", { secure: true, domain: "example.com" }],
  ["__Http-a", "b", { secure: true }],
  ["__Host-Http-a", "b", { secure: true }],
  ["a".repeat(97), "b".repeat(4000)],
  ["a", "ü".repeat(683)],
];

for (const given of REFUSED) {
  test(`c.setCookie(${JSON.stringify(given).slice(1, 100)}) is an error`, async () => {
    let thrown;
    const cookies = await cookiesOf((c) => {
      try {
        c.setCookie(...given);
      } catch (error) {
        thrown = error;
      }
      return c.text("");
    });
    assert.equal(thrown?.code, "BAD_ARGUMENT");
    assert.match(thrown.message, /cookie/);
    assert.deepEqual(cookies, []);
  });
}

test("the error names the cookie and the options", async () => {
  const app = new Router().get("/x", (c) => (c.setCookie("a", "b", { samesite: "lax" }), c.text("")));
  app.onError((error, c) => c.text(error.message));
  assert.match(await (await app.request("/x")).text(), /the cookie "a" has no option samesite; .* mean sameSite\?$/);
});

// ---------------------------------------------------------------- none is lost

const ONE = "one=1; Path=/", TWO = "two=2; Path=/", OWN = "own=3", OUTER = "outer=4; Path=/";
const both = (c) => {
  c.setCookie("one", "1");
  c.setCookie("two", "2");
};
const outer = (c, next) => {
  c.setCookie("outer", "4");
  return next();
};
const OWN_FIELDS = { headers: { "set-cookie": OWN } };

const RESPONSES = {
  "c.text": (c) => c.text(""),
  "c.json": (c) => c.json({}),
  "c.body": (c) => c.body(null, 204),
  "c.redirect": (c) => c.redirect("/y"),
  "c.stream": (c) => c.stream([]),
  "c.events": (c) => c.events([]),
  "c.notFound": (c) => c.notFound(),
  "a Response of its own": () => new Response("x"),
  "a Response that cannot be changed": () => Response.redirect("http://h/"),
  "a promise of one": async (c) => c.text(""),
  "a thrown Response": () => { throw new Response("x"); },
  "an error": () => { throw new Error("failed"); },
  "an HttpError": () => { throw new HttpError(409); },
};

for (const [title, respond] of Object.entries(RESPONSES)) {
  test(`several cookies before ${title}`, async () => {
    const cookies = await cookiesOf((c) => (both(c), respond(c)), outer);
    assert.deepEqual(cookies.sort(), [ONE, OUTER, TWO].sort());
  });

  test(`several cookies after next gave ${title}`, async () => {
    const failing = title.includes("error") || title.includes("Error");
    const after = async (c, next) => {
      try {
        return await next();
      } finally {
        both(c);
      }
    };
    assert.deepEqual((await cookiesOf(respond, outer, after)).sort(), [ONE, OUTER, TWO].sort(), failing && "an error");
  });
}

test("cookies are sent beside those of the handler's own fields", async () => {
  const own = (respond) => cookiesOf((c) => (both(c), respond(c)), outer).then((cookies) => cookies.sort());
  const all = [ONE, OUTER, OWN, TWO].sort();
  assert.deepEqual(await own((c) => c.text("", OWN_FIELDS)), all);
  assert.deepEqual(await own((c) => c.redirect("/y") && c.body(null, OWN_FIELDS)), all);
  assert.deepEqual(await own(() => new Response("", OWN_FIELDS)), all);
  assert.deepEqual(await own((c) => (c.header("set-cookie", OWN), c.text(""))), all);
  assert.deepEqual(await own((c) => (c.header("Set-Cookie", OWN, { append: true }), c.text(""))), all);
  const two = { headers: [["set-cookie", OWN], ["set-cookie", "own2=5"]] };
  assert.deepEqual(await own((c) => c.text("", two)), [...all, "own2=5"].sort());
});

test("c.header never removes another cookie, except all of them on request", async () => {
  const respond = (c) => {
    c.header("set-cookie", "x=1");
    c.header("set-cookie", "y=2");
    return c.text("");
  };
  assert.deepEqual(await cookiesOf(respond), ["x=1", "y=2"]);
  const after = (c, next) => {
    const response = next();
    c.header("set-cookie", "z=3");
    return response;
  };
  assert.deepEqual(await cookiesOf(respond, after), ["x=1", "y=2", "z=3"]);
  const removing = (c, next) => {
    const response = next();
    c.header("set-cookie", undefined);
    return response;
  };
  assert.deepEqual(await cookiesOf(respond, removing), []);
});

test("each client gets its own cookies of a response that is shared", async () => {
  const OK = new Response(null, { status: 204 });
  let count = 0;
  const app = new Router().use((c, next) => (c.setCookie("id", String(++count)), next())).get("/x", () => OK);
  for (const id of [1, 2, 3])
    assert.deepEqual((await app.request("/x")).headers.getSetCookie(), [`id=${id}; Path=/`]);
  assert.deepEqual(OK.headers.getSetCookie(), []);
});

test("misses, 405s, redirects and HEAD carry cookies", async () => {
  const app = new Router({ trailingSlash: "redirect" }).use(outer).get("/x", (c) => c.text("x"));
  const statuses = { "GET /none": 404, "PUT /x": 405, "GET /x/": 301, "HEAD /x": 200 };
  for (const [line, status] of Object.entries(statuses)) {
    const [method, path] = line.split(" ");
    const response = await app.request(path, { method });
    assert.deepEqual([response.status, response.headers.getSetCookie()], [status, [OUTER]]);
  }
});

test("a value with a comma is one cookie", async () => {
  const expires = new Date(Date.UTC(2030, 0, 2));
  const cookies = await cookiesOf((c) => {
    c.setCookie("a", "1", { expires });
    c.setCookie("b", "2", { expires });
    return new Response("");
  });
  assert.deepEqual(cookies.map((cookie) => cookie.split("=")[0]), ["a", "b"]);
});

test("of a cookie that is set several times, the last one is sent, however far inside", async () => {
  const session = (value, options) => (c, next) => {
    c.setCookie("session", value, options);
    return next();
  };
  const of = async (respond, ...middleware) => (await cookiesOf(respond, ...middleware)).join(", ");
  const login = (c) => (c.setCookie("session", "user"), c.text(""));
  const logout = (c) => (c.deleteCookie("session"), new Response(""));
  assert.equal(await of(login, session("nobody")), "session=user; Path=/");
  assert.match(await of(logout, session("nobody")), /^session=; Path=\/; Max-Age=0; [^=]*=[^=]*$/);
  assert.equal(await of(() => new Response(""), session("one"), session("two")), "session=two; Path=/");
  const twice = (c) => (c.setCookie("a", "1"), c.setCookie("a", "2"));
  assert.equal(await of((c) => (twice(c), c.text(""))), "a=2; Path=/");
  assert.equal(await of((c) => (twice(c), new Response(""))), "a=2; Path=/");
  assert.equal(await of((c) => (twice(c), c.text("", { headers: { "set-cookie": "a=3; path=/" } }))), "a=3; path=/");
  const after = async (c, next) => {
    await next();
    c.setCookie("session", "after");
  };
  assert.equal(await of(login, after), "session=after; Path=/");
  assert.equal(await of(login, session("nobody", { path: "/y" })), "session=user; Path=/, session=nobody; Path=/y");
  assert.equal(
    await of(login, session("nobody", { domain: "example.com" })),
    "session=user; Path=/, session=nobody; Path=/; Domain=example.com",
  );
});
