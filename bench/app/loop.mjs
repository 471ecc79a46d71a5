// Serves requests with an application, and times it: the same code in Node and in workerd.

import { ORIGIN, wrong } from "./routes.mjs";

// So many requests are made at a time, and then served: as warm in the cache as one that a server has just made.
export const BATCH = 32;

/**
 * @typedef {object} Loop
 * @property {number} size requests in a pass
 * @property {(from: number, to: number) => void} renew makes fresh requests, from fresh strings
 * @property {(from: number, to: number) => Promise<void>} serve
 * @property {() => Promise<string[]>} verify serves each once; what is wrong
 */

/**
 * @param {{ fetch(request: Request, env: object): Response | Promise<Response> }} app
 * @param {import("./routes.mjs").Request[]} requests
 * @returns {Loop}
 */
export function makeLoop(app, requests) {
  const { pool, renew } = freshRequests(requests);
  const env = { index: 0 };
  const last = { response: undefined };
  // An answer that is there at once is not waited for, as a host would not.
  const serve = async (from, to) => {
    for (let i = from; i < to; i++) {
      env.index = i;
      const answer = app.fetch(pool[i], env);
      last.response = answer instanceof Response ? answer : await answer;
    }
  };
  const verify = async () => {
    renew(0, pool.length);
    const found = [];
    for (let i = 0; i < pool.length; i++) {
      await serve(i, i + 1);
      found.push(await wrong(requests[i], last.response));
    }
    return found.filter(Boolean);
  };
  return { size: pool.length, renew, serve, verify };
}

/** Requests as a host would bring them: a new object each time, with a URL whose string nobody has read yet. */
function freshRequests(requests) {
  const texts = requests.map(({ path }) => new TextEncoder().encode(ORIGIN + path));
  const inits = requests.map(({ method, headers }) => ({ method, headers }));
  const decoder = new TextDecoder();
  const make = (i) => new Request(decoder.decode(texts[i]), inits[i]);
  const pool = requests.map((_, i) => make(i));
  const renew = (from, to) => {
    for (let i = from; i < to; i++) pool[i] = make(i);
  };
  return { pool, renew };
}

/**
 * How long serving takes: of each batch fresh requests are made, which is not timed, and served. Several passes, for at
 * least `ms` milliseconds of serving.
 * @param {Loop} loop
 * @param {number} ms
 * @param {{ batch?: number, passes?: number }} [options] requests at a time; at least so many passes
 * @returns {Promise<number[][]>} for each batch its time in each pass, in milliseconds
 */
export async function timeBatches({ size, renew, serve }, ms, { batch = BATCH, passes = 3 } = {}) {
  const times = Array.from({ length: Math.ceil(size / batch) }, () => []);
  for (let spent = 0; spent < ms || times[0].length < passes; ) {
    for (let from = 0; from < size; from += batch) {
      const to = Math.min(from + batch, size);
      renew(from, to);
      const start = performance.now();
      await serve(from, to);
      const time = performance.now() - start;
      times[from / batch].push(time);
      spent += time;
    }
  }
  return times;
}
