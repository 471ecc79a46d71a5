// Time that neither goes back nor stands still, whatever is done to the host's clocks.

/** Of hosts that have no `performance`, the wall clock alone. */
const monotonic = globalThis.performance ?? Date;

function wallTime() {
  return Date.now();
}

export function monotonicTime() {
  return monotonic.now();
}

/**
 * A clock of milliseconds that advances by the most that any of its sources has advanced. A wall clock that is set back
 * does not stop it, nor a monotonic one that stops while the machine sleeps. One that is set forward takes it along:
 * what is kept until then expires early, once.
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
