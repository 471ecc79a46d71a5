// The same as process.mjs inside workerd: a worker that is asked by URL, `/time/serve?ms=100`, and answers with JSON.

import { makeLoop, timeBatches } from "./loop.mjs";
import { makeRequests } from "./routes.mjs";

// The clock goes in steps of a millisecond. So many requests are served between two readings that a step is little, and
// of all readings the mean counts, in which the steps cancel out.
const COUNT = 4000, BATCH = 2000;

const WARM_MS = 1000;

/** How many requests are served for their bytes, and how often. */
export const COUNTED = 500, RUNS = 9;

/** Collections that drive what was written of those before out of the buffer. */
export const PADDING = 20;

/**
 * @param {(style: string, answers: object[]) => any} makeContender of one framework
 * @param {"sync" | "async"} style
 */
export function makeWorker(makeContender, style) {
  const requests = makeRequests("hits", COUNT);
  const app = makeContender(style, requests.map(({ answer }) => answer));
  let loop; // a worker makes no requests before it is asked
  return {
    async fetch(request) {
      const { pathname, searchParams } = new URL(request.url);
      const [, command, kind] = pathname.split("/");
      loop ??= makeLoop(app, requests);
      const { size, renew } = loop;
      const kinds = { serve: loop, request: { size, renew() {}, serve: async (from, to) => renew(from, to) } };
      return Response.json(await COMMANDS[command](kinds[kind] ?? kinds.serve, Number(searchParams.get("ms")), kinds));
    }
  };
}

const COMMANDS = {
  async hello(loop, _, kinds) {
    const wrong = await loop.verify();
    return { refused: 0, wrong: { id: wrong.length, params: 0 }, why: wrong[0], kinds: Object.keys(kinds) };
  },
  async warm(loop) {
    await timeBatches(loop, WARM_MS);
    return {};
  },
  async time(loop, ms) {
    const all = (await timeBatches(loop, ms, { batch: BATCH })).flat();
    return { ns: (all.reduce((sum, ms) => sum + ms, 0) * 1e6) / (all.length * BATCH) };
  },
  // V8 writes how large the heap is at each collection. What grew between the first and the second is what asking
  // for them takes; between the third and the fourth it is the requests' too.
  async bytes(loop) {
    for (let run = 0; run < RUNS; run++) {
      loop.renew(0, COUNTED);
      for (const count of [0, COUNTED]) {
        globalThis.gc({ type: "minor" });
        await loop.serve(0, count);
        globalThis.gc({ type: "minor" });
      }
    }
    for (let i = 0; i < PADDING; i++) globalThis.gc({ type: "minor" });
    return {};
  }
};
