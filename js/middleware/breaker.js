// A circuit breaker: what fails again and again is left alone for a while, and then tried with care.
//
//                 `failures` within `window`                   `cooldown` is over
//     closed ───────────────────────────────────> open ─────────────────────────────> half-open
//       ^                                          ^                                    │    │
//       │                                          └── a probe fails, or is lost: ──────┘    │
//       │                                              no answer within `cooldown`           │
//       └──────────────────── all `probes` have succeeded ──────────────────────────────────┘
//
// Closed, all requests pass. Open, none does. Half-open, exactly `probes` pass; the others wait for what they come to.
// Each change begins a new period; what a request of an older one comes to does not count.

/** @typedef {"closed" | "open" | "half-open"} State */

export class Breaker {
  #options;
  /** @type {State} */
  #state = "closed";
  /** Requests that have passed, and how many of them in front of the last change of the state. */
  #passed = 0;
  #before = 0;
  /** When the state last became open. */
  #opened = 0;
  /** Times of the last failures: a ring, the oldest at `#next`. @type {number[]} */
  #times = [];
  #next = 0;
  /** Probes that wait or have succeeded, by their numbers: when they passed. @type {Map<number, number>} */
  #probes = new Map();
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
    const probing = this.#state === "half-open" && this.#probes.size > this.#succeeded;
    if (probing && now - this.#lastProbe() >= cooldown) this.#open(now);
    return this.#state;
  }

  /**
   * Whether a request may pass: its number, for `report`; or -1, it may not.
   * @param {number} now
   */
  enter(now) {
    const state = this.state(now);
    if (state === "open" || this.#probes.size === this.#options.probes) return -1;
    if (state === "half-open") this.#probes.set(this.#passed, now);
    return this.#passed++;
  }

  /**
   * What a request came to that has passed.
   * @param {number} request what `enter` gave
   * @param {"success" | "failure" | "unknown"} outcome unknown: it tells nothing, such as when the client left
   * @param {number} now
   */
  report(request, outcome, now) {
    const state = this.state(now);
    if (request < this.#before) return;
    if (outcome === "failure" && (state === "half-open" || this.#isOneTooMany(now))) this.#open(now);
    else if (state === "half-open" && outcome === "unknown") this.#probes.delete(request); // its place is free
    else if (state === "half-open" && ++this.#succeeded === this.#options.probes) this.#change("closed");
  }

  /**
   * Milliseconds until a request may pass, if all goes well; 0: now.
   * @param {number} now
   */
  wait(now) {
    const state = this.state(now);
    if (state === "open") return this.#opened + this.#options.cooldown - now;
    if (state === "half-open" && this.#probes.size === this.#options.probes)
      return this.#lastProbe() + this.#options.cooldown - now;
    return 0;
  }

  /** When the last probe passed. */
  #lastProbe() {
    return Math.max(...this.#probes.values());
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
    this.#before = this.#passed;
    this.#probes.clear();
    this.#times = [];
    this.#next = this.#succeeded = 0;
  }
}
