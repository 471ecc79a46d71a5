// c.redirect: any text gives a valid Location.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Router } from "#wye";
import { TARGETS } from "./targets.mjs";

/** RFC 3986, appendix A, as far as characters go. */
const REFERENCE = /^(?:%[0-9A-Fa-f]{2}|[\w.~!$&'()*+,;=:@/?#[\]-])*$/;

async function locationOf(target, status) {
  const one = new Router().get("/x", (c) => c.redirect(target, status));
  const response = await one.request("/x");
  return [response.status, response.headers.get("location")];
}

for (const [target, location] of TARGETS) {
  test(`c.redirect(${JSON.stringify(target)})`, async () => {
    assert.deepEqual(await locationOf(target), [302, location]);
    assert.match(location, REFERENCE);
    assert.deepEqual(await locationOf(location), [302, location], "what is valid stays");
  });
}

test("a browser goes where the target says", () => {
  const base = "https://site.example/dir/page";
  for (const [target, location] of TARGETS) {
    if (/\\|^ | $|[\0-\x1f]|%(?![0-9a-f]{2})/i.test(target) || !URL.canParse(target, base)) continue;
    const [there, here] = [new URL(target, base), new URL(location, base)];
    assert.equal(here.host, there.host, target);
    assert.equal(decodeURI(here.pathname), decodeURI(there.pathname), target);
    assert.deepEqual([...here.searchParams], [...there.searchParams], target);
  }
});

test("no target leaves the site by a backslash, a tab or a line break", () => {
  const begins = ["/\\", "\\\\", "/\t/", "/\n/", "\t//", " //", "\x01//", "https:\\"];
  for (const target of begins.map((begin) => `${begin}evil`)) {
    const one = new Router().get("/x", (c) => c.redirect(target));
    const location = one.fetch(new Request("https://site.example/x")).headers.get("location");
    if (!URL.canParse(location, "https://site.example/")) continue; // a browser refuses it
    assert.equal(new URL(location, "https://site.example/").host, "site.example", target);
  }
});

test("a URL object is accepted, from this realm or another", async () => {
  const url = new URL("https://bücher.example/ü?a|b");
  for (const target of [url, { href: url.href }])
    assert.deepEqual(await locationOf(target), [302, "https://xn--bcher-kva.example/%C3%BC?a%7Cb"]);
});

test("each redirect status is accepted, and no other", async (t) => {
  const error = t.mock.method(console, "error", () => {});
  for (const status of [301, 302, 303, 307, 308]) assert.deepEqual(await locationOf("/y", status), [status, "/y"]);
  for (const status of [200, 300, 304, 404, "302", null, NaN]) assert.equal((await locationOf("/y", status))[0], 500);
  for (const target of [undefined, null, 7, {}]) assert.equal((await locationOf(target))[0], 500);
  const [thrown] = error.mock.calls.at(-1).arguments;
  assert.match(thrown.message, /^c\.redirect: a location must be a string or a URL, not object$/);
});

test("fields and cookies that were set are sent with it", async () => {
  const one = new Router().use((c, next) => (c.setCookie("outer", "1"), next()));
  one.get("/x", (c) => {
    c.setCookie("session", "2");
    c.header("x-own", "3");
    return c.redirect("/y");
  });
  const { headers, body } = await one.request("/x");
  assert.deepEqual(headers.getSetCookie(), ["session=2; Path=/", "outer=1; Path=/"]);
  assert.deepEqual([headers.get("x-own"), headers.get("location"), body], ["3", "/y", null]);
});
