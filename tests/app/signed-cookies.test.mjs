// wye/cookies.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { Router, WyeError } from "#wye";
import { getSignedCookie, setSignedCookie } from "#wye/cookies.js";

const SECRET = "the secret";

/** What a browser sends of the cookie that was set. */
async function signed(value, { secret = SECRET, name = "user", options } = {}) {
  const app = new Router().get("/x", async (c) => {
    await setSignedCookie(c, name, value, secret, options);
    return c.text("");
  });
  app.onError((error) => { throw error; });
  const [cookie] = (await app.request("https://h/x")).headers.getSetCookie();
  return cookie;
}

async function read(cookie, { secret = SECRET, name = "user", options } = {}) {
  let value, thrown;
  const app = new Router().get("/x", async (c) => {
    try {
      value = await getSignedCookie(c, secret, name, options);
    } catch (error) {
      thrown = error;
    }
    return c.text("");
  });
  await app.request("https://h/x", cookie === undefined ? {} : { headers: { cookie: cookie.split("; ")[0] } });
  if (thrown) throw thrown;
  return value;
}

test("a signed cookie can be read", async () => {
  for (const value of ["ada", "", ".", "a.b.c", "ü; x=\r\n%", "x".repeat(3000), "a.".repeat(30)])
    assert.equal(await read(await signed(value)), value);
});

test("the signature is HMAC-SHA256 of name and value", async () => {
  const mac = createHmac("sha256", SECRET).update("user=ada").digest("base64url");
  assert.equal(await signed("ada"), `user=ada.${mac}; Path=/`);
  assert.equal(await read(`user=ada.${mac}`), "ada");
});

test("a cookie that was changed, forged or cut is missing", async () => {
  const pair = (await signed("ada")).split(";")[0];
  const [, mac] = pair.split(".");
  // The last letter has two bits that count for nothing in 32 bytes.
  for (const [i, letter] of [...mac.slice(0, -1)].entries()) {
    const changed = `${mac.slice(0, i)}${letter === "A" ? "B" : "A"}${mac.slice(i + 1)}`;
    assert.equal(await read(`user=ada.${changed}`), undefined, changed);
  }
  const values = ["", "ada", "ada.", `eve.${mac}`, `ada${mac}`, `ad.a${mac}`, `.${mac}`, `ada.${mac}=`, `ada.${mac}A`];
  values.push(`ada.${mac.slice(1)}`, `ada.${"A".repeat(43)}`, `ada.${mac}.`, `ada.x.${mac}`);
  for (const value of values) assert.equal(await read(`user=${value}`), undefined, value);
  assert.equal(await read(undefined), undefined);
  assert.equal(await read(pair), "ada");
});

test("a signature is valid only for its own name and secret", async () => {
  const [, value] = /^user=(.*?);/.exec(await signed("ada"));
  assert.equal(await read(`admin=${value}`, { name: "admin" }), undefined);
  assert.equal(await read(`use=r=${value}`, { name: "use" }), undefined);
  assert.equal(await read(`__Host-user=${value}`, { options: { prefix: "host" } }), undefined);
  assert.equal(await read(`user=${value}`, { secret: "another" }), undefined);
});

test("secrets can be rotated", async () => {
  const old = await signed("ada", { secret: "old" });
  assert.equal(await read(old, { secret: ["new", "old"] }), "ada");
  assert.equal(await read(await signed("ada", { secret: ["new", "old"] }), { secret: "new" }), "ada");
  assert.equal(await read(await signed("ada", { secret: ["new", "old"] }), { secret: ["old"] }), undefined);
  assert.equal(await read(old, { secret: ["new"] }), undefined);
});

test("prefixes and options are those of plain cookies", async () => {
  const host = await signed("ada", { options: { prefix: "host", httpOnly: true, sameSite: "lax" } });
  assert.match(host, /^__Host-user=ada\.[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  assert.equal(await read(host, { options: { prefix: "host" } }), "ada");
  assert.equal(await read(host), undefined);
  const secure = await signed("ada", { options: { prefix: "secure", path: "/x", maxAge: 60 } });
  assert.match(secure, /^__Secure-user=ada\.[\w-]{43}; Path=\/x; Max-Age=60; Secure$/);
  assert.equal(await read(secure, { options: { prefix: "secure" } }), "ada");
});

const WRONG = [
  { secret: "" },
  { secret: undefined },
  { secret: [] },
  { secret: ["a", ""] },
  { secret: ["a", undefined] },
  { secret: new Uint8Array(32) },
  { name: 7 },
  { name: undefined },
  { options: { prefix: "http" } },
  { options: { signingSecret: "x" } },
  { options: "host" },
  { options: null },
];

const badArgument = (error) => error instanceof WyeError && error.code === "BAD_ARGUMENT";

for (const given of WRONG) {
  test(`refused: ${JSON.stringify(given)}`, async () => {
    const { secret, name, options } = { secret: SECRET, name: "user", ...given };
    const app = new Router().get("/x", async (c) => {
      await assert.rejects(setSignedCookie(c, name, "v", secret, options), badArgument);
      await assert.rejects(getSignedCookie(c, secret, name, options), badArgument);
      return c.text("ok");
    });
    app.onError((error, c) => c.text(String(error)));
    const response = await app.request("/x");
    assert.equal(await response.text(), "ok");
    assert.deepEqual(response.headers.getSetCookie(), []);
  });
}

test("names and attributes are those of c.setCookie", async () => {
  const app = new Router().get("/x", async (c) => {
    for (const name of ["", "a b", "a=b"]) await assert.rejects(setSignedCookie(c, name, "v", SECRET), badArgument);
    await assert.rejects(setSignedCookie(c, "a", "v", SECRET, { prefix: "host", path: "/x" }), badArgument);
    await assert.rejects(setSignedCookie(c, "a", "v", SECRET, { prefix: "host", secure: false }), badArgument);
    return c.text("ok");
  });
  assert.deepEqual((await app.request("/x")).headers.getSetCookie(), []);
});

test("a value that is not a string is refused", async () => {
  const app = new Router().get("/x", async (c) => {
    await assert.rejects(setSignedCookie(c, "user", 7, SECRET), /the value of "user" must be a string/);
    return c.text("ok");
  });
  assert.equal((await app.request("/x")).status, 200);
});
