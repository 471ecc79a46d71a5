// Clocks that neither go back nor stop, whatever happens to those of the host.

/** Hosts without `performance` have only the wall clock. */
const monotonic = globalThis.performance ?? Date;

function wallTime() {
  return Date.now();
}

export function monotonicTime() {
  return monotonic.now();
}

/**
 * A clock in milliseconds that always advances as far as the source that has advanced most. It does not stop when the
 * wall clock is set back, nor when the monotonic clock stops because the machine sleeps. When the wall clock is set
 * forward, it jumps forward, too: then things expire early, once.
 * @param {(() => number)[]} sources
 * @returns {() => number}
 */
export function steadyClock(sources = [wallTime, monotonicTime]) {
  const last = sources.map((source) => source());
  let time = 0;
  return () => {
    let passed = 0;
    for (let i = 0; i < sources.length; i++) {
      const reading = sources[i]();
      if (reading - last[i] > passed) passed = reading - last[i];
      last[i] = reading;
    }
    return (time += passed);
  };
}
