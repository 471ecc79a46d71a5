// A great many requests inside one process, always some of them under way at once.

import { kindOf, problems, requestOf } from "./requests.mjs";

/** So many different requests there are; then they come again. */
const DIFFERENT = 4096;

/** @type {{ url: string, init: RequestInit }[]} by seed */
const known = [];

function request(kind, seed) {
  const { path, ...init } = requestOf(kind, seed);
  return { url: `https://example.com${path}`, init };
}

async function one(fetch, seed) {
  const kind = kindOf(seed);
  const { url, init } = (known[seed] ??= request(kind, seed));
  const response = await fetch(new Request(url, init));
  const text = kind === "brief" ? "" : await response.text();
  return problems(kind, seed, { status: response.status, header: (name) => response.headers.get(name), text });
}

/**
 * Asks for `count` requests, `overlap` of them at a time; the first one is the `from`th of them all.
 * @returns {Promise<{ requests: number, wrong: string[] }>} of what is wrong at most ten lines
 */
export async function manyRequests(fetch, from, count, overlap) {
  const wrong = [];
  for (let next = from; next < from + count; next += overlap) {
    const size = Math.min(overlap, from + count - next);
    const answers = await Promise.all(Array.from({ length: size }, (_, i) => one(fetch, (next + i) % DIFFERENT)));
    for (const found of answers) if (found.length > 0 && wrong.length < 10) wrong.push(...found);
  }
  return { requests: count, wrong };
}
