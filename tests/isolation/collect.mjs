// The garbage collector, called at once.

import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc");

/**
 * Collects what nothing refers to; several times, because some of it only lets go of more, and what was seen through a
 * WeakRef stays until the job is over. The turns of the loop are for the finalization callbacks.
 */
export async function collect(rounds = 4) {
  for (let round = 0; round < rounds; round++) {
    gc();
    await setTimeout(1);
  }
}
