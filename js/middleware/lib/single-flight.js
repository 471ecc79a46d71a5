// Runs of a handler that several requests share. A run is plain data, from which each request makes its own response.
//
//     first request ──> running ──┬── a response to share ───────────────────────────────> shared
//                        ^     ^  ├── one that is not; or none within `most` ────────────> unshared
//                        │     │  ├── a failure, the second one, or nobody waits ────────> failed
//                        │     │  └── a failure, and some wait ──> no leader ──┐
//                        │     └────── one of them takes over ─────────────────┘
//                        └── the leader is silent: another one takes over
//
// Shared, unshared and failed are results: the run leaves the list, and the next request begins a new one. It also
// leaves the list after the first failure: only those that already wait make the second try.

import { Waiter } from "./waiter.js";

/**
 * @typedef {import("./waiter.js").Clock} Clock
 * @typedef {import("./buffered-response.js").BufferedResponse} BufferedResponse
 *
 * @typedef {{ kind: "shared", response: BufferedResponse } | { kind: "unshared" } | { kind: "failed", error: unknown }}
 *   Result
 */

export class SharedRun {
  /** @type {Leader | undefined} */
  leader;
  failures = 0;
  /** @type {Result | undefined} */
  result;
  /** @type {Set<Waiter>} */
  waiters = new Set();

  /** @param {string} key */
  constructor(key) {
    this.key = key;
  }

  /** Whether the next request that checks must lead. */
  get needsLeader() {
    return this.leader === undefined || !this.leader.sign.isLive;
  }

  get hasWaiters() {
    for (const waiter of this.waiters) if (waiter.isLive) return true;
    return false;
  }
}

/** Milliseconds between two signs of life of a leader. */
const HEARTBEAT = 250;

/** The request that runs for all. Its own timer shows signs of life, which end if the host drops the request. */
class Leader {
  #flights;
  #run;
  #clock;
  #end;
  /** @type {any} */
  #timer;
  /** What happens when its time is over. */
  onTimeout = () => {};

  /**
   * @param {SingleFlight} flights
   * @param {SharedRun} run
   * @param {Clock} clock
   * @param {number} most milliseconds until its time is over
   */
  constructor(flights, run, clock, most) {
    this.#flights = flights;
    this.#run = run;
    this.#clock = clock;
    this.#end = clock.now() + most;
    this.sign = new Waiter(clock);
    this.#beat();
  }

  #beat() {
    const { now, timers } = this.#clock;
    this.sign.seen = now();
    if (now() >= this.#end) this.onTimeout();
    else this.#timer = timers.setTimeout(() => this.#beat(), Math.min(HEARTBEAT, this.#end - now()));
  }

  /**
   * Ends the run, if this request still leads it and it has not ended.
   * @param {Result} result
   */
  end(result) {
    this.stop();
    const run = this.#run;
    if (run.leader !== this || run.result !== undefined) return;
    run.result = result;
    this.#leave();
  }

  /**
   * This request has failed. The waiters may try once more without it; later requests begin a new run.
   * @param {Result} otherwise ends the run if nobody waits, or if it was the second try
   */
  fail(otherwise) {
    const run = this.#run;
    if (run.leader !== this || ++run.failures > 1 || !run.hasWaiters) return this.end(otherwise);
    this.stop();
    run.leader = undefined;
    this.#leave();
  }

  /** Stops its signs of life. */
  stop() {
    this.#clock.timers.clearTimeout(this.#timer);
  }

  #leave() {
    this.#flights.forget(this.#run);
    for (const waiter of this.#run.waiters) waiter.wake();
  }
}

export class SingleFlight {
  #clock;
  #most;
  /** @type {Map<string, SharedRun>} */
  #runs = new Map();

  /**
   * @param {Clock} clock
   * @param {number} most milliseconds
   */
  constructor(clock, most) {
    this.#clock = clock;
    this.#most = most;
  }

  get size() {
    return this.#runs.size;
  }

  /**
   * The run of that key: the one under way, or a new one without a leader.
   * @param {string} key
   */
  find(key) {
    let run = this.#runs.get(key);
    if (run === undefined) {
      this.#sweep();
      this.#runs.set(key, (run = new SharedRun(key)));
    }
    return run;
  }

  /**
   * Makes the request that calls this the leader.
   * @param {SharedRun} run
   */
  lead(run) {
    return (run.leader = new Leader(this, run, this.#clock, this.#most));
  }

  /** @param {SharedRun} run */
  forget(run) {
    if (this.#runs.get(run.key) === run) this.#runs.delete(run.key);
  }

  /** Checks the two oldest runs, and forgets those that all requests have left, so that the number stays bounded. */
  #sweep() {
    for (let looks = 0; looks < 2 && this.#runs.size > 0; looks++) {
      const [[key, run]] = this.#runs;
      this.#runs.delete(key);
      if (!run.needsLeader || run.hasWaiters) this.#runs.set(key, run);
    }
  }
}
