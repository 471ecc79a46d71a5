// The app whose requests watch each other: each checks, after every await, that all it reads is its own. It runs in
// Node and in workerd.

import { Router } from "#wye";
import { numbersFrom } from "../random/numbers.mjs";
import { PATTERN, parts } from "./requests.mjs";

const NAMES = ["region", "user", "order", "file", "extension", "rest"];

/** What `c` says of the request, beside what follows from the seed that the request began with. */
class Watch {
  /** @param {number} seed */
  constructor(c, seed) {
    this.c = c;
    this.seed = seed;
    this.parts = parts(seed);
    this.request = c.request;
    this.id = c.requestId;
    this.wrong = [];
    this.looks = 0;
    c.set("kept", this.parts.kept);
    c.set("watch", this);
  }

  /** Reads everything once more. */
  look() {
    const { c, parts: own } = this;
    this.looks++;
    for (let i = 0; i < NAMES.length; i++) {
      const name = NAMES[i];
      this.is(name, c.param(this.looks % 2 === 0 ? name : i), own[name]);
    }
    this.is("query", c.query("q"), own.query);
    this.is("field", c.header("x-field"), own.field);
    this.is("kept", c.get("kept"), own.kept);
    this.is("watch", c.get("watch"), this);
    this.is("request", c.request, this.request);
    this.is("url", c.url, this.request.url);
    this.is("requestId", c.requestId, this.id);
  }

  is(what, found, expected) {
    if (found !== expected) this.wrong.push(`${this.seed}: ${what} is ${String(found)}, not ${String(expected)}`);
  }

  get verdict() {
    return { seed: this.seed, id: this.id, looks: this.looks, wrong: this.wrong.slice(0, 5) };
  }
}

/** The seed is in the request itself: it is read once, before anything else can have happened. */
const seedOf = (c) => Number(c.request.headers.get("x-seed"));

/**
 * @param {object} host
 * @param {(next: () => number) => Promise<void>} host.pause how its handlers wait; `next` gives random numbers
 * @param {(next: () => number) => Promise<void>} [host.longPause] how they do at the gate
 * @param {{ open: boolean, held: number }} [host.gate] where /held waits until it is open; how many it has held
 * @param {(seed: number) => void} [host.leak] is called for each checked request: so that a leak can be planted
 * @param {{ now: number, most: number }} [host.inFlight] how many requests are under way, and were at most
 */
export function watchedApp(host) {
  const { pause, longPause = pause, gate = { open: true, held: 0 }, leak = () => {} } = host;
  const { inFlight = { now: 0, most: 0 } } = host;
  const app = new Router();

  app.use(async (c, next) => {
    inFlight.most = Math.max(inFlight.most, ++inFlight.now);
    try {
      await next();
    } finally {
      inFlight.now--;
    }
  });

  /** Around everything, misses too: a field that is set before an await and one after it. */
  app.use(async (c, next) => {
    const seed = seedOf(c);
    c.header("x-seed", String(seed));
    const response = await next();
    c.header("x-seed-after", String(seedOf(c)));
    return response;
  });

  app.get(`/checked${PATTERN}`, async (c) => {
    const watch = new Watch(c, seedOf(c));
    const next = numbersFrom(watch.seed);
    watch.look();
    for (let round = 0; round < 3; round++) {
      await pause(next);
      watch.look();
    }
    leak(watch.seed);
    return c.json(watch.verdict);
  });

  app.get(`/brief${PATTERN}`, async (c) => {
    const watch = new Watch(c, seedOf(c));
    await pause(numbersFrom(watch.seed));
    watch.look();
    leak(watch.seed);
    c.header("x-verdict", watch.wrong.length === 0 ? "own" : encodeURIComponent(watch.wrong[0]));
    return c.text("");
  });

  app.get(`/held${PATTERN}`, async (c) => {
    const watch = new Watch(c, seedOf(c));
    const next = numbersFrom(watch.seed);
    gate.held++;
    do {
      watch.look();
      await longPause(next);
    } while (!gate.open);
    watch.look();
    await pause(next);
    watch.look();
    return c.json(watch.verdict);
  });

  /** Five lines, each with what `c` says when it is written. */
  app.get(`/streamed${PATTERN}`, (c) => {
    const watch = new Watch(c, seedOf(c));
    const next = numbersFrom(watch.seed);
    return c.stream(async (writer) => {
      for (let line = 0; line < 5; line++) {
        await pause(next);
        watch.look();
        await writer.write(`${c.param("user")}\n`);
      }
      await writer.write(`${JSON.stringify(watch.verdict)}\n`);
    });
  });

  app.get(`/thrown${PATTERN}`, async (c) => {
    const watch = new Watch(c, seedOf(c));
    await pause(numbersFrom(watch.seed));
    watch.look();
    throw Object.assign(new Error("on purpose"), { watch });
  });

  app.onError(async (error, c) => {
    if (error.watch === undefined) return c.json({ wrong: [String(error.stack)] }, 500);
    await pause(numbersFrom(error.watch.seed));
    error.watch.look();
    return c.json(error.watch.verdict, 500);
  });

  app.notFound(async (c) => {
    const seed = seedOf(c);
    await pause(numbersFrom(seed));
    const own = c.header("x-field") === parts(seed).field;
    return c.json({ seed, wrong: own ? [] : [`${seed}: a miss with another's field`] }, 404);
  });

  app.post(`/read${PATTERN}`, async (c) => {
    const watch = new Watch(c, seedOf(c));
    const body = await c.readJson();
    watch.look();
    watch.is("body", body.field, watch.parts.field);
    await pause(numbersFrom(watch.seed));
    watch.look();
    watch.is("the same body", await c.readJson().then(({ field }) => field), watch.parts.field);
    return c.json(watch.verdict);
  });

  return app;
}
