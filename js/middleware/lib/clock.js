// Time that neither goes back nor stops, whatever happens to the host's clocks.

/** Hosts without `performance` have only the wall clock. */
const monotonic = globalThis.performance ?? Date;

function wallTime() {
  return Date.now();
}

export function monotonicTime() {
  return monotonic.now();
}

/**
 * A clock in milliseconds that advances as far as the source that advanced most. A wall clock that is set back does not
 * stop it, nor does a monotonic clock that stops while the machine sleeps. A wall clock that is set forward moves it
 * forward too: things expire early, once.
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
