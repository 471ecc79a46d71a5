// A great many requests in this process: `node --expose-gc million-node.mjs REQUESTS PARTS OVERLAP honest|leaky`.
// Prints what the memory came to after each part, as JSON.

import { wasm } from "../../js/wasm/instance.js";
import { watchedApp } from "./app.mjs";
import { manyRequests } from "./many.mjs";

const [requests, parts, overlap] = process.argv.slice(2, 5).map(Number);
const leaked = [];
const leak = (seed) => void leaked.push(Array.from({ length: 12 }, (_, i) => seed + i / 16));

/** Waits a few turns of the microtask queue. */
async function turns(next) {
  for (let left = next() % 8; left >= 0; left--) await null;
}

const inFlight = { now: 0, most: 0 };
const app = watchedApp({ pause: turns, leak: process.argv[5] === "leaky" ? leak : undefined, inFlight });
const samples = [];
const wrong = [];
const size = requests / parts;
for (let part = 0; part < parts; part++) {
  const PIECE = 10_000;
  for (let done = 0; done < size; done += PIECE) {
    wrong.push(...(await manyRequests(app.fetch, part * size + done, Math.min(PIECE, size - done), overlap)).wrong);
    await new Promise((resolve) => void setImmediate(resolve)); // for what Node does behind the scenes
  }
  for (let round = 0; round < 3; round++) {
    gc();
    await new Promise((resolve) => void setImmediate(resolve));
  }
  const { heapUsed: heap, rss: resident } = process.memoryUsage();
  const pages = wasm.memory.buffer.byteLength / 65536;
  samples.push({ requests: (part + 1) * size, heap, pages, resident, most: inFlight.most });
}
console.log(JSON.stringify({ samples, wrong: wrong.slice(0, 10) }));
