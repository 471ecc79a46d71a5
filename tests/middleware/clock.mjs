// A clock that moves only when a test moves it.

/** Lets everything that is ready run: promises, and what the host queues after them. */
export async function settle() {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => void setImmediate(resolve));
}

export class Clock {
  #time = 1_000_000;
  #count = 0;
  /** @type {Map<number, { at: number, call: () => void }>} */
  #waiting = new Map();

  now = () => this.#time;

  timers = {
    setTimeout: (call, ms) => {
      this.#waiting.set(++this.#count, { at: this.#time + ms, call });
      return this.#count;
    },
    clearTimeout: (timer) => void this.#waiting.delete(timer),
  };

  /** Timers that are set. */
  get pending() {
    return this.#waiting.size;
  }

  /** Lets time pass, and runs whatever is due at its time and in order. */
  async pass(ms) {
    const end = this.#time + ms;
    await settle();
    for (;;) {
      const [next] = [...this.#waiting].filter(([, { at }]) => at <= end).sort((a, b) => a[1].at - b[1].at);
      if (next === undefined) break;
      const [timer, { at, call }] = next;
      this.#waiting.delete(timer);
      this.#time = Math.max(this.#time, at);
      call();
      await settle();
    }
    this.#time = end;
  }
}

/** A promise, and what settles it. */
export function deferred() {
  let resolve, reject;
  const promise = new Promise((yes, no) => ((resolve = yes), (reject = no)));
  return { promise, resolve, reject };
}
