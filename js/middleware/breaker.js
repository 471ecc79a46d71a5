// A circuit breaker: what fails again and again is left alone for a while, and then tried with care.
//
//                 `failures` within `window`                   `cooldown` is over
//     closed ───────────────────────────────────> open ─────────────────────────────> half-open
//       ^                                          ^                                    │    │
//       │                                          └── a probe fails, or is lost: ──────┘    │
//       │                                              no outcome within `cooldown`          │
//       └──────────────────── `probes` have succeeded ───────────────────────────────────────┘
//
// Closed, all requests pass. Open, none does. Half-open, `probes` pass; the others wait for what they come to. A probe
// that waits for its own client is no longer one when another request needs its place. Each change begins a new period;
// what a request of an older one comes to does not count.

/**
 * @typedef {"closed" | "open" | "half-open"} State
 *
 * @typedef {object} Pass a request that has passed
 * @property {number} period
 * @property {number} at when
 * @property {() => number} waits milliseconds for which its client has kept it waiting, if it does so right now
 */

function never() {
  return 0;
}

export class Breaker {
  #options;
  /** @type {State} */
  #state = "closed";
  #period = 0;
  /** When the state last became open. */
  #opened = 0;
  /** Times of the last failures: a ring, the oldest at `#next`. @type {number[]} */
  #times = [];
  #next = 0;
  /** Probes under way. @type {Set<Pass>} */
  #probes = new Set();
  #succeeded = 0;

  /**
   * @param {{ failures: number, window: number, cooldown: number, probes: number }} options times in milliseconds
   */
  constructor(options) {
    this.#options = options;
  }

  /**
   * The state at the time `now`, in milliseconds of a clock that does not run backwards.
   * @param {number} now
   * @returns {State}
   */
  state(now) {
    const { cooldown } = this.#options;
    if (this.#state === "open" && now - this.#opened >= cooldown) this.#change("half-open");
    if (this.#state === "half-open") this.#dropLost(now);
    return this.#state;
  }

  /**
   * Whether a request may pass: what to report later; or undefined, it may not.
   * @param {number} now
   * @param {number} [patience] a probe gives its place to this request if its client has kept it waiting for so long
   * @returns {Pass | undefined}
   */
  enter(now, patience = Infinity) {
    const state = this.state(now);
    if (state === "open") return undefined;
    const pass = { period: this.#period, at: now, waits: never };
    if (state === "closed") return pass;
    if (this.#isFull) this.#makeRoom(patience);
    if (this.#isFull) return undefined;
    this.#probes.add(pass);
    return pass;
  }

  /**
   * What a request came to that has passed.
   * @param {Pass} pass what `enter` gave
   * @param {"success" | "failure" | "unknown"} outcome unknown: it tells nothing, such as when the client left
   * @param {number} now
   */
  report(pass, outcome, now) {
    const state = this.state(now);
    if (pass.period !== this.#period) return;
    if (state === "half-open" && !this.#probes.delete(pass)) return; // another request has its place
    if (outcome === "failure" && (state === "half-open" || this.#isOneTooMany(now))) this.#open(now);
    else if (outcome === "success" && state === "half-open" && ++this.#succeeded === this.#options.probes)
      this.#change("closed");
  }

  /**
   * Milliseconds after which a request may pass; 0: now.
   * @param {number} now
   */
  wait(now) {
    const { cooldown } = this.#options;
    const state = this.state(now);
    if (state === "open") return this.#opened + cooldown - now;
    return state === "half-open" && this.#isFull ? this.#firstProbe() + cooldown - now : 0;
  }

  get #isFull() {
    return this.#probes.size + this.#succeeded >= this.#options.probes;
  }

  /** When the first of the probes under way passed. */
  #firstProbe() {
    for (const { at } of this.#probes) return at;
    return Infinity;
  }

  /** @param {number} patience */
  #makeRoom(patience) {
    for (const probe of this.#probes) {
      const waits = probe.waits();
      if (waits > 0 && waits >= patience) return this.#probes.delete(probe);
    }
    return false;
  }

  /**
   * A probe without an outcome is a failure; but not if it waits for its client.
   * @param {number} now
   */
  #dropLost(now) {
    for (const probe of this.#probes) {
      if (now - probe.at < this.#options.cooldown) return;
      if (probe.waits() === 0) return this.#open(now);
      this.#probes.delete(probe);
    }
  }

  /**
   * Remembers a failure; true if it makes `failures` of them within the window.
   * @param {number} now
   */
  #isOneTooMany(now) {
    const { failures, window } = this.#options;
    this.#times[this.#next] = now;
    this.#next = (this.#next + 1) % failures;
    return this.#times.length === failures && now - this.#times[this.#next] < window;
  }

  /** @param {number} now */
  #open(now) {
    this.#change("open");
    this.#opened = now;
  }

  /** @param {State} state */
  #change(state) {
    this.#state = state;
    this.#period++;
    this.#probes.clear();
    this.#times = [];
    this.#next = this.#succeeded = 0;
  }
}
