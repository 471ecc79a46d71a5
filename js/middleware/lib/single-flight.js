// Runs that several requests share. A flight holds only plain data: requests look at it, and each makes its own
// response from it.
//
//     first request ──> running ──┬── a response to share ───────────────────────────────> landed
//                        ^     ^  ├── one that is not; or none within `most` ────────────> alone
//                        │     │  ├── a failure, the second one, or nobody waits ────────> failed
//                        │     │  └── a failure, and some wait ──> vacant ──┐
//                        │     └────── one of them takes over ──────────────┘
//                        └── the leader is silent: another one takes over
//
// Landed, alone and failed are endings: the flight leaves the list, and the next request begins a new one. It also
// leaves the list after the first failure: only those that already wait make the second try.

import { Waiter } from "./waiter.js";

/**
 * @typedef {import("./waiter.js").Clock} Clock
 *
 * @typedef {object} Parcel a response as plain data
 * @property {number} status
 * @property {string} statusText
 * @property {[string, string][]} headers
 * @property {Uint8Array | null} body
 *
 * @typedef {{ kind: "landed", parcel: Parcel } | { kind: "alone" } | { kind: "failed", error: unknown }} Ending
 */

/** Milliseconds between two signs of life of a leader. */
const BEAT = 250;

/** The request that runs for all. A timer of its own gives signs of life, which end if the host drops it. */
class Leader {
  #clock;
  #end;
  /** @type {any} */
  #timer;
  /** Called when its time is over. */
  late = () => {};

  /**
   * @param {Clock} clock
   * @param {number} most milliseconds that it has
   */
  constructor(clock, most) {
    this.#clock = clock;
    this.sign = new Waiter(clock);
    this.#end = clock.now() + most;
    this.#beat();
  }

  #beat() {
    const { now, timers } = this.#clock;
    this.sign.seen = now();
    if (now() >= this.#end) this.late();
    else this.#timer = timers.setTimeout(() => this.#beat(), Math.min(BEAT, this.#end - now()));
  }

  rest() {
    this.#clock.timers.clearTimeout(this.#timer);
  }
}

export class Flight {
  /** @type {Leader | undefined} */
  leader;
  failures = 0;
  /** @type {Ending | undefined} */
  ending;
  /** @type {Set<Waiter>} */
  waiters = new Set();

  get isVacant() {
    return this.leader === undefined || !this.leader.sign.isLive;
  }

  get hasWaiters() {
    for (const waiter of this.waiters) if (waiter.isLive) return true;
    return false;
  }
}

export class Flights {
  #clock;
  #most;
  /** @type {Map<string, Flight>} */
  #flights = new Map();

  /**
   * @param {Clock} clock
   * @param {number} most milliseconds
   */
  constructor(clock, most) {
    this.#clock = clock;
    this.#most = most;
  }

  get size() {
    return this.#flights.size;
  }

  /**
   * The flight of that key: the one under way, or a new one without a leader.
   * @param {string} key
   */
  find(key) {
    let flight = this.#flights.get(key);
    if (flight === undefined) {
      this.#sweep();
      this.#flights.set(key, (flight = new Flight()));
    }
    return flight;
  }

  /**
   * Makes the request that calls this the leader.
   * @param {Flight} flight
   */
  lead(flight) {
    return (flight.leader = new Leader(this.#clock, this.#most));
  }

  /**
   * The leader has failed. Its waiters may try once more without it; later requests start again.
   * @param {string} key
   * @param {Flight} flight
   * @param {Leader} leader
   * @returns {boolean} whether one of the waiters will
   */
  fail(key, flight, leader) {
    if (flight.leader !== leader || ++flight.failures > 1 || !flight.hasWaiters) return false;
    leader.rest();
    flight.leader = undefined;
    this.#forget(key, flight);
    for (const waiter of flight.waiters) waiter.wake();
    return true;
  }

  /**
   * Ends a flight, if that leader still has it and it has not ended.
   * @param {string} key
   * @param {Flight} flight
   * @param {Leader} leader
   * @param {Ending} ending
   */
  end(key, flight, leader, ending) {
    leader.rest();
    if (flight.leader !== leader || flight.ending !== undefined) return;
    flight.ending = ending;
    this.#forget(key, flight);
    for (const waiter of flight.waiters) waiter.wake();
  }

  /**
   * @param {string} key
   * @param {Flight} flight
   */
  #forget(key, flight) {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }

  /** Looks at the two oldest and forgets those that everybody has left, so that their number stays bounded. */
  #sweep() {
    for (let looks = 0; looks < 2 && this.#flights.size > 0; looks++) {
      const [[key, flight]] = this.#flights;
      this.#flights.delete(key);
      if (!flight.isVacant || flight.hasWaiters) this.#flights.set(key, flight);
    }
  }
}
