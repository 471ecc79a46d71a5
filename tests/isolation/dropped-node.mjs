// Requests that nobody waits for, in this process: `node --expose-gc dropped-node.mjs COUNT honest|leaky KIND...`.
// Prints how many bytes the heap has grown by after COUNT of each kind, as JSON.

import { droppedApp } from "./dropped.mjs";

const count = Number(process.argv[2]);
const { app } = droppedApp(process.argv[3] === "leaky");
const kinds = process.argv.slice(4);

/** Begins one, reads a piece of what it streams, and lets go of it. */
async function drop(kind, id) {
  const body = () => new ReadableStream({ pull: () => new Promise(() => {}) });
  const init = kind === "body" ? { method: "POST", body: body(), duplex: "half" } : undefined;
  const response = app.fetch(new Request(`http://h/dropped/${kind}/${id}`, init));
  const first = await Promise.race([response, turn()]);
  if (first === undefined || id % 3 === 0) return; // a stream may be dropped before it is read
  const reader = first.body.getReader();
  await reader.read();
  if (id % 3 === 1) reader.cancel().catch(() => {});
}

const turn = (ms = 0) => new Promise((resolve) => void setTimeout(resolve, ms));

async function heap() {
  await turn(100); // what waits for a moment
  for (let round = 0; round < 4; round++) {
    gc();
    await turn();
  }
  return process.memoryUsage().heapUsed;
}

async function dropMany(kind, many) {
  for (let id = 0; id < many; id += 100) await Promise.all(Array.from({ length: 100 }, (_, i) => drop(kind, id + i)));
}

const grown = {};
for (const kind of kinds) {
  await dropMany(kind, 500);
  const before = await heap();
  await dropMany(kind, count);
  grown[kind] = (await heap()) - before;
}
const response = await app.fetch(new Request("http://h/dropped/ok/1"));
console.log(JSON.stringify({ grown, status: response.status }));
process.exit(); // timers may be left
