// Token buckets, and the middleware around them.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Router } from "#wye";
import { TokenBuckets } from "../../js/table/token-buckets.js";
import { byClientAddress, rateLimit } from "../../js/middleware/rate-limit.js";
import { Clock } from "./clock.mjs";

/** The dullest of buckets. */
class DullBuckets {
  #rate;
  #burst;
  #levels = new Map();

  constructor({ rate, burst }) {
    this.#rate = rate;
    this.#burst = burst;
  }

  take(key, now) {
    const { level, time } = this.#levels.get(key) ?? { level: this.#burst, time: now };
    const tokens = Math.min(this.#burst, level + (now - time) * this.#rate);
    this.#levels.set(key, { level: tokens >= 1 ? tokens - 1 : tokens, time: now });
    return tokens >= 1 ? 0 : (1 - tokens) / this.#rate;
  }
}

test("buckets do what dull ones do", () => {
  const asks = fc.array(fc.record({ key: fc.nat(9), pause: fc.nat(40) }), { minLength: 1, maxLength: 200 });
  // Numbers that a double holds exactly, so that both come to the same.
  const property = (rate, burst, list) => {
    const options = { rate: 2 ** rate, burst, keys: 1024 };
    const [buckets, dull] = [new TokenBuckets(options), new DullBuckets(options)];
    let now = 1000;
    for (const { key, pause } of list) {
      now += pause / 32;
      const [got, wanted] = [buckets.take(`key ${key}`, now), dull.take(`key ${key}`, now)];
      assert.ok(Math.abs(got - wanted) < 1e-6, `got ${got}, wanted ${wanted}`);
    }
  };
  fc.assert(fc.property(fc.integer({ min: -3, max: 5 }), fc.integer({ min: 1, max: 8 }), asks, property));
});

test("keys are any text; only what fits of a long one counts", () => {
  const take = (key) => buckets.take(key, 1) === 0;
  const buckets = new TokenBuckets({ keys: 1024, rate: 1, burst: 1 });
  for (const key of ["", "a", "é", "\u{1F600}", "a\0b", "x".repeat(69632)]) {
    assert.deepEqual([take(key), take(key)], [true, false], key.slice(0, 9));
  }
  assert.equal(take("x".repeat(69632) + "y"), false, "the same as far as it fits");
});

test("invalid buckets are errors", () => {
  const good = { keys: 1, rate: 1, burst: 1 };
  for (const keys of [0, -1, 1.5, NaN, "1", 16777217, 2 ** 32 + 1])
    assert.throws(() => new TokenBuckets({ ...good, keys }), { code: "BAD_ARGUMENT", message: /keys must be/ });
  for (const rate of [0, -1, NaN, Infinity, "1", 1e-320, undefined])
    assert.throws(() => new TokenBuckets({ ...good, rate }), { code: "BAD_ARGUMENT", message: /rate must be/ });
  for (const burst of [0, 0.5, NaN, Infinity, undefined])
    assert.throws(() => rateLimit({ rate: 1, burst, key: byWho }), { message: /burst must be a number/ });
});

test("invalid options are errors when the middleware is made", () => {
  const good = { rate: 1, burst: 1, key: byWho };
  const wrong = [
    [{ key: undefined }, /rateLimit: key must be byClientAddress, or a function of c/],
    [{ key: "x-forwarded-for" }, /rateLimit: key must be a function, not string/],
    [{ rate: 1e-320 }, /rate must be a number of tokens a second, above 1e-308, not 1e-320/],
    [{ rate: 1e-300 }, /rateLimit: burst and burst \/ rate must be at most 9{15}, not 1, 9.9+e\+299/],
    [{ burst: 1e16 }, /rateLimit: burst and burst \/ rate must be at most 9{15}, not 10000000000000000, /],
    [{ maxKeys: 0 }, /keys must be an integer from 1/],
    [{ now: 5 }, /rateLimit: now must be a function, not number/],
    [{ limit: 5 }, /rateLimit has no option limit; its options are rate, burst, key, maxKeys, now/],
  ];
  for (const [options, message] of wrong)
    assert.throws(() => rateLimit({ ...good, ...options }), { code: "BAD_ARGUMENT", message });
  assert.throws(() => rateLimit(), { code: "BAD_ARGUMENT", message: /the options of rateLimit must be an object/ });
});

test("the slowest possible rate still gives whole numbers", async () => {
  const { ask } = limited({ rate: 1e-14, burst: 1, key: byWho });
  assert.equal((await ask("ada")).headers.get("ratelimit-policy"), '"default";q=1;w=100000000000000');
  assert.equal((await ask("ada")).headers.get("retry-after"), "100000000000000");
});

function limited(options, settings = {}) {
  const clock = new Clock();
  const app = new Router(settings);
  app.use(rateLimit({ now: clock.now, ...options }));
  app.get("/", (c) => c.text("passed"));
  const ask = (who) => app.request("/", { headers: who === undefined ? {} : { "x-who": who } });
  return { app, clock, ask };
}

const byWho = (c) => c.header("x-who");

test("the burst passes, then 429 with the time to wait, then what the rate allows", async () => {
  const { clock, ask } = limited({ rate: 0.4, burst: 2, key: byWho });
  const status = async () => (await ask("ada")).status;
  assert.deepEqual([await status(), await status()], [200, 200]);
  const refused = await ask("ada");
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get("retry-after"), "3"); // 2.5 seconds, in whole ones
  assert.equal(refused.headers.get("ratelimit"), '"default";r=0;t=3');
  assert.equal(refused.headers.get("ratelimit-policy"), '"default";q=2;w=5');
  assert.equal((await ask("grace")).status, 200, "another one's bucket");
  await clock.pass(2499);
  const almost = await ask("ada");
  assert.deepEqual([almost.status, almost.headers.get("retry-after")], [429, "1"]);
  await clock.pass(1);
  assert.deepEqual([await status(), await status()], [200, 429]);
});

test("responses that pass have the policy", async () => {
  const { ask } = limited({ rate: 10, burst: 5, key: byWho });
  const { headers } = await ask("ada");
  assert.deepEqual([headers.get("ratelimit-policy"), headers.get("ratelimit")], ['"default";q=5;w=1', null]);
});

test("the clock steps by an hour, either way: the rate stays what it is", async () => {
  for (const hour of [-3600000, 3600000]) {
    const clock = new Clock();
    let step = 0;
    const app = new Router();
    app.use(rateLimit({ rate: 1, burst: 2, key: byWho, now: () => clock.now() + step }));
    app.get("/", (c) => c.text("passed"));
    const status = async () => (await app.request("/", { headers: { "x-who": "ada" } })).status;
    assert.deepEqual([await status(), await status(), await status()], [200, 200, 429]);
    step = hour;
    const after = [await status(), await status(), await status()];
    assert.deepEqual(after, hour < 0 ? [429, 429, 429] : [200, 200, 429], "at most one burst, once");
    for (let i = 0; i < 10; i++) {
      await clock.pass(1000);
      assert.deepEqual([await status(), await status()], [200, 429]);
    }
  }
});

test("an asynchronous key is awaited; with a synchronous one the chain stays synchronous", async () => {
  const { ask } = limited({ rate: 1, burst: 1, key: async (c) => byWho(c) });
  const all = [await ask("ada"), await ask("ada"), await ask("grace")];
  assert.deepEqual(all.map(({ status }) => status), [200, 429, 200]);
  const { app } = limited({ rate: 1, burst: 1, key: () => "all" });
  assert.equal(app.fetch(new Request("http://localhost/")).status, 200);
});

test("byClientAddress: what the app trusts, IPv6 by /64, IPv4 in any form", async () => {
  const same = [
    ["1.2.3.4", "1.2.3.4:5678", " 1.2.3.4 ", "::ffff:1.2.3.4", "::FFFF:102:304", "[::ffff:1.2.3.4]:80"].concat([
      "0:0:0:0:0:ffff:1.2.3.4",
      "64:ff9b::1.2.3.4",
    ]),
    ["1.2.3.5"],
    ["2001:db8:0:1::1", "2001:DB8:0:1:ffff:ffff:ffff:ffff", "2001:0db8:0000:0001::", "[2001:db8:0:1::2]:443"].concat([
      "2001:db8::1:0:0:0:1",
      "2001:db8:0:1::1.2.3.4",
      "2001:db8:0:1::7%eth0",
    ]),
    ["2001:db8:0:2::1"],
    ["::1", "::2", "::", "0:0:0:0:0:0:0:9"],
    ["fe80::1%eth0", "fe80::2%1"],
  ];
  const { app } = limited({ rate: 1, burst: 1, key: byClientAddress }, { clientAddress: "x-address" });
  for (const [first, ...others] of same) {
    const status = async (address) => (await app.request("/", { headers: { "x-address": address } })).status;
    assert.equal(await status(first), 200, first);
    for (const other of others) assert.equal(await status(other), 429, other);
  }
});

test("byClientAddress: does not trust the client's own field, and refuses what is not an address", async (t) => {
  const log = t.mock.method(console, "error", () => {});
  const { app } = limited({ rate: 1, burst: 1, key: byClientAddress });
  assert.equal((await app.request("/", { headers: { "cf-connecting-ip": "1.2.3.4" } })).status, 500);
  assert.match(log.mock.calls[0].arguments[0].message, /clientAddress: say what to trust: new Router\({ clientAddress/);
  const trusting = limited({ rate: 1, burst: 1, key: byClientAddress }, { clientAddress: "x-address" }).app;
  assert.equal((await trusting.request("/")).status, 500);
  assert.match(log.mock.calls[1].arguments[0].message, /c.clientAddress must be an IP address, not undefined/);
  const wrong = ["unknown", "_hidden", "1.2.3", "1.2.3.256", "01.2.3.4", "1.2.3.4.5", "1::2::3", "1:2:3:4:5:6:7", ":1"];
  wrong.push("1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8", "12345::", "g::", "[::1", "1.2.3.4::", "::1.2.3", ":::");
  wrong.push("1:2:3:4:5:6:7:1.2.3.4");
  for (const address of wrong)
    assert.equal((await trusting.request("/", { headers: { "x-address": address } })).status, 500, address);
});

test("a key that is not a string is an error", async (t) => {
  const log = t.mock.method(console, "error", () => {});
  const { ask } = limited({ rate: 1, burst: 1, key: byWho });
  assert.equal((await ask()).status, 500);
  assert.match(log.mock.calls[0].arguments[0].message, /key must return a string, not undefined/);
  const wrong = limited({ rate: 1, burst: 1, key: () => ({}) });
  assert.equal((await wrong.ask()).status, 500);
  const late = limited({ rate: 1, burst: 1, key: async () => 17 });
  assert.equal((await late.ask()).status, 500);
});

test("many more keys than room: nothing grows, and a client that keeps coming is still limited", () => {
  const buckets = new TokenBuckets({ keys: 64, rate: 0.001, burst: 3 });
  const greedy = () => buckets.take("greedy", 1) === 0;
  let passed = 0;
  for (let i = 0; i < 10000; i++) {
    buckets.take(`key ${i}`, 1);
    if (greedy()) passed++;
  }
  assert.equal(passed, 3, "its bucket is the emptiest: it is never the one that is given up");
});
