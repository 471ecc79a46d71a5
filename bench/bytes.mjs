// Bytes of the JavaScript heap that a piece of work allocates, exact to the byte.

import v8 from "node:v8";

/**
 * Runs `work` and tells how much the heap grew meanwhile. Needs `--expose-gc`: the young generation is emptied first,
 * and the measurement is repeated if a collection came between all the same, since it would hide what was allocated.
 *
 * The counter is exact, but it counts more than `work` now and then: V8 allocates for itself, such as code that it
 * compiles anew; the end of a page, where it leaves a gap, may fall into the measurement; and a page that is swept late
 * makes the heap smaller. What `work` allocates comes again in every run. So with `runs` above 1 the least of them
 * counts, each from another place, and one in which the heap shrank does not.
 * @param {() => void} work
 * @param {{ runs?: number, prepare?: () => void, enough?: number }} [options] `prepare` goes before each run and is not
 *   measured; no further run is made when one of them took as little as `enough`
 * @returns {number} bytes; what reading the counter itself allocates is taken off
 */
export function bytesAllocated(work, { runs = 1, prepare = nothing, enough = 0 } = {}) {
  let least = Infinity;
  for (let run = 0; least > enough && (run < runs || least === Infinity); run++) {
    if (run === runs + TRIES) throw new Error("the heap shrank in each of the runs: nothing can be said");
    prepare();
    const bytes = grown(work, run) - grown(nothing, run);
    if (bytes >= 0 && bytes < least) least = bytes;
  }
  return least;
}

const nothing = () => {};
const TRIES = 20, SPACE = 1000;

// The spacer is before the place where the next objects will be. The readings are kept, or V8 would at times do
// without the object that one comes in, and the counter itself would not always allocate the same.
const kept = { spacer: [], before: process.memoryUsage(), after: process.memoryUsage() };

function grown(work, place) {
  for (let i = 0; i < TRIES; i++) {
    globalThis.gc({ type: "minor" });
    kept.spacer = new Array(place * SPACE).fill(0);
    const profiler = new v8.GCProfiler();
    profiler.start();
    kept.before = process.memoryUsage();
    work();
    kept.after = process.memoryUsage();
    if (profiler.stop().statistics.length === 0) return kept.after.heapUsed - kept.before.heapUsed;
  }
  throw new Error("the garbage collector ran in each of the measurements: give it less work at a time");
}
