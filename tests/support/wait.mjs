// Waiting in tests.

import { setTimeout as sleep } from "node:timers/promises";

const MINUTE = 60_000;

/**
 * Looks again and again until it is so, for a minute at most.
 * @param {string} what is waited for
 * @param {() => unknown} look
 */
export async function until(what, look) {
  const end = Date.now() + MINUTE;
  while (!(await look())) {
    if (Date.now() > end) throw new Error(`this did not happen within a minute: ${what}`);
    await sleep(10);
  }
}
