// One framework in a process of its own: `node --expose-gc bench/app/process.mjs CONTENDER STYLE`.
//
// It checks every answer, prints what it found as a line of JSON, and then does what the lines on its standard input
// say, as bench/process.mjs does: `warm KIND`, `time KIND MS` and `bytes KIND`. The kinds are `serve`, and `request`:
// what the requests themselves cost, which is no part of serving them.

import { createInterface } from "node:readline";
import { medianPass } from "../statistics.mjs";
import { bytesServed } from "./bytes.mjs";
import { makeContender } from "./contenders.mjs";
import { makeLoop, timeBatches } from "./loop.mjs";
import { makeRequests } from "./routes.mjs";

const COUNT = 4000, WARM_MS = 1000;

// So many requests are served at a time to count bytes: what even a lavish framework allocates has room.
const COUNTED = 500;

const [name, style] = process.argv.slice(2);
const requests = makeRequests("hits", COUNT);
const app = await makeContender(name, style, requests.map(({ answer }) => answer));
const loop = makeLoop(app, requests);
const { size, renew } = loop;
const loops = { serve: loop, request: { size, renew() {}, serve: async (from, to) => renew(from, to) } };

const commands = {
  warm: async (kind) => void (await timeBatches(loops[kind], WARM_MS)),
  time: async (kind, ms) => ({ ns: medianPass(await timeBatches(loops[kind], ms), COUNT) }),
  bytes: async (kind) => ({ bytes: (await bytesServed(loops[kind], COUNTED)) / COUNTED })
};

const wrong = await loop.verify();
say({ refused: 0, wrong: { id: wrong.length, params: 0 }, why: wrong[0], kinds: Object.keys(loops) });

for await (const line of createInterface({ input: process.stdin })) {
  const [command, kind, ms] = line.split(" ");
  say((await commands[command](kind, Number(ms))) ?? {});
}

function say(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

