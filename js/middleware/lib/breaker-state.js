// The states of a circuit breaker: it leaves a failing backend alone for a while, then tries it with a few requests.
//
//                 `failures` within `window`                   `cooldown` is over
//     closed ───────────────────────────────────> open ─────────────────────────────> half-open
//       ^                                          ^                                    │    │
//       │                                          └── a probe fails, or is lost: ──────┘    │
//       │                                              no outcome within `cooldown`          │
//       └──────────────────── `probes` have succeeded ───────────────────────────────────────┘
//
// Closed: all requests pass. Open: none does. Half-open: `probes` requests pass, and their outcomes decide. Another
// request may replace a probe that waits for its own client. Each change of state begins a new period; outcomes of
// requests from an older period do not count.

/**
 * @typedef {"closed" | "open" | "half-open"} State
 *
 * @typedef {object} Pass a request that was let through
 * @property {number} period
 * @property {number} at when it was let through
 * @property {() => number | undefined} [waits] the milliseconds that its client has kept it waiting; undefined: it is
 *   not waiting now
 */

export class BreakerState {
  #options;
  /** @type {State} */
  #state = "closed";
  #period = 0;
  /** When the state last became open. */
  #opened = 0;
  /** Times of the last failures: a ring whose oldest is at `#next`. @type {number[]} */
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
   * The state at `now`, in milliseconds of a clock that never goes back.
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
   * Lets a request through: returns the pass to report with later; undefined: it may not pass.
   * @param {number} now
   * @param {number} [patience] the milliseconds after which this request may replace a probe that waits for its client
   * @returns {Pass | undefined}
   */
  enter(now, patience = Infinity) {
    const state = this.state(now);
    if (state === "open") return undefined;
    /** @type {Pass} */
    const pass = { period: this.#period, at: now };
    if (state === "closed") return pass;
    if (this.#isFull && !this.#makeRoom(patience)) return undefined;
    this.#probes.add(pass);
    return pass;
  }

  /**
   * Reports the outcome of a request that was let through.
   * @param {Pass} pass what `enter` returned
   * @param {"success" | "failure" | "unknown"} outcome unknown: it says nothing about the backend, for example
   *   because the client left
   * @param {number} now
   */
  report(pass, outcome, now) {
    const state = this.state(now);
    if (pass.period !== this.#period) return;
    if (state === "half-open" && !this.#probes.delete(pass)) return; // another request replaced it
    if (outcome === "failure" && (state === "half-open" || this.#hasTooMany(now))) this.#open(now);
    else if (outcome === "success" && state === "half-open" && ++this.#succeeded === this.#options.probes)
      this.#change("closed");
  }

  /**
   * Milliseconds until a request may pass; 0: now.
   * @param {number} now
   */
  wait(now) {
    const { cooldown } = this.#options;
    const state = this.state(now);
    if (state === "open") return this.#opened + cooldown - now;
    if (state === "closed" || !this.#isFull) return 0;
    for (const oldest of this.#probes) return oldest.at + cooldown - now;
    return Infinity;
  }

  get #isFull() {
    return this.#probes.size + this.#succeeded >= this.#options.probes;
  }

  /**
   * Drops a probe that waits for its client; false if none has waited long enough.
   * @param {number} patience
   */
  #makeRoom(patience) {
    for (const probe of this.#probes) if ((probe.waits?.() ?? -1) >= patience) return this.#probes.delete(probe);
    return false;
  }

  /**
   * Ends probes that have had no outcome for too long: one counts as a failure, unless it waits for its client.
   * @param {number} now
   */
  #dropLost(now) {
    for (const probe of this.#probes) {
      if (now - probe.at < this.#options.cooldown) return;
      if (probe.waits?.() === undefined) return this.#open(now);
      this.#probes.delete(probe);
    }
  }

  /**
   * Records a failure; true if that makes `failures` of them within the window.
   * @param {number} now
   */
  #hasTooMany(now) {
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
