// Token buckets, and the middleware around them.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Router } from "wye";
import { TokenBuckets } from "../../js/buckets.js";
import { rateLimit } from "../../js/middleware/rate-limit.js";
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

test("keys are any text; a long one counts as far as it fits", () => {
  const take = (key) => buckets.take(key, 1) === 0;
  const buckets = new TokenBuckets({ keys: 1024, rate: 1, burst: 1 });
  for (const key of ["", "a", "é", "\u{1F600}", "a\0b", "x".repeat(69632)]) {
    assert.deepEqual([take(key), take(key)], [true, false], key.slice(0, 9));
  }
  assert.equal(take("x".repeat(69632) + "y"), false, "the same as far as it fits");
});

test("buckets that cannot be", () => {
  const good = { keys: 1, rate: 1, burst: 1 };
  for (const keys of [0, -1, 1.5, NaN, "1", 16777217, 2 ** 32 + 1])
    assert.throws(() => new TokenBuckets({ ...good, keys }), { code: "BAD_ARGUMENT", message: /keys is an integer/ });
  for (const rate of [0, -1, NaN, Infinity, "1"])
    assert.throws(() => new TokenBuckets({ ...good, rate }), { code: "BAD_ARGUMENT", message: /rate is a number/ });
  for (const burst of [0, 0.5, NaN, Infinity, undefined])
    assert.throws(() => rateLimit({ rate: 1, burst }), { code: "BAD_ARGUMENT", message: /burst is a number/ });
});

function limited(options) {
  const clock = new Clock();
  const app = new Router();
  app.use(rateLimit({ now: clock.now, ...options }));
  app.get("/", (c) => c.text("passed"));
  const ask = (who) => app.request("/", { headers: who === undefined ? {} : { "x-who": who } });
  return { app, clock, ask };
}

const byWho = (c) => c.header("x-who");

test("as many as the burst pass, then 429 with the time to wait, then as many as the rate gives", async () => {
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

test("the policy is on what passes", async () => {
  const { ask } = limited({ rate: 10, burst: 5, key: byWho });
  const { headers } = await ask("ada");
  assert.deepEqual([headers.get("ratelimit-policy"), headers.get("ratelimit")], ['"default";q=5;w=1', null]);
});

test("without a key the client's address is, where the host tells it; elsewhere it says what to write", async (t) => {
  const { app } = limited({ rate: 1, burst: 1 });
  const from = (address) => app.request("/", { headers: { "cf-connecting-ip": address } });
  assert.deepEqual([(await from("1.2.3.4")).status, (await from("1.2.3.4")).status], [200, 429]);
  assert.equal((await from("1.2.3.5")).status, 200);
  const log = t.mock.method(console, "error", () => {});
  assert.equal((await app.request("/")).status, 500);
  assert.match(log.mock.calls[0].arguments[0].message, /does not tell the client's address; write key:/);
});

test("a key that is no text is an error", async (t) => {
  const log = t.mock.method(console, "error", () => {});
  const { ask } = limited({ rate: 1, burst: 1, key: byWho });
  assert.equal((await ask()).status, 500);
  assert.match(log.mock.calls[0].arguments[0].message, /key gave no string, but undefined/);
});

test("many more keys than there is room for: nothing grows, and who comes again and again is still limited", () => {
  const buckets = new TokenBuckets({ keys: 64, rate: 0.001, burst: 3 });
  const greedy = () => buckets.take("greedy", 1) === 0;
  let passed = 0;
  for (let i = 0; i < 10000; i++) {
    buckets.take(`key ${i}`, 1);
    if (greedy()) passed++;
  }
  assert.equal(passed, 3, "its bucket is the emptiest: it is never the one that is given up");
});
