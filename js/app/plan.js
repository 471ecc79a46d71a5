// The chains of a route, or of a miss: one if the patterns alone settle which middleware runs, otherwise one for each
// set of middleware that has covered a request so far.

import { decoderOf } from "../table/decode.js";
import { Chain, NO_NAMES } from "./chain.js";

/**
 * @typedef {import("./chain.js").Names} Names
 * @typedef {import("./chain.js").Step} Step
 * @typedef {import("./coverage.js").Cover} Cover
 * @typedef {import("./coverage.js").Covering} Covering
 * @typedef {import("./coverage.js").Layer} Layer
 * @typedef {import("./engine.js").Engine} Engine
 * @typedef {import("../table/image.js").RouteRecord} RouteRecord
 *
 * @typedef {object} Origin what the chains are for
 * @property {number} [outcome]
 * @property {string} [pattern]
 * @property {string} [name]
 * @property {number} [maxBody]
 * @property {Step} [notFound]
 */

/**
 * The parameters of a route.
 * @param {RouteRecord | undefined} record undefined: a miss
 * @returns {Names}
 */
function namesOf(record) {
  if (record === undefined) return NO_NAMES;
  const { params } = record;
  return { names: params, ownNames: params.length, decoders: params.map((_, i) => decoderOf(record, i)), others: [] };
}

/** Above this number all sets are forgotten and laid out again: clients must not be able to make them grow. */
const MOST_SETS = 256;

/** @typedef {{ chain: Chain | undefined, next: Map<Cover, CoverSet> }} CoverSet a set of covers, and the larger ones */

/** @returns {CoverSet} */
function newSet() {
  return { chain: undefined, next: new Map() };
}

export class Plan {
  #engine;
  #layers;
  #asked;
  #steps;
  #origin;
  /** A tree of the chains laid out so far: the root is the empty set, and each edge adds a cover. */
  /** @type {CoverSet | undefined} */
  #sets;
  #setCount = 0;
  /** The only chain where nothing is asked; set by the first request. @type {Chain | undefined} */
  fixed;

  /**
   * @param {Engine} engine
   * @param {Layer[]} layers that may run around its requests, in order
   * @param {Set<Cover>} asked those of their covers that cover only some of the requests
   * @param {Step[]} steps after all middleware
   * @param {Origin} origin
   */
  constructor(engine, layers, asked, steps, origin) {
    this.#engine = engine;
    this.#layers = layers;
    this.#asked = asked;
    this.#steps = steps;
    this.#origin = origin;
    /** Whether to look up, for each request, what covers it. */
    this.asks = asked.size > 0;
  }

  /** @param {RouteRecord | undefined} record of the route that was hit */
  fix(record) {
    return (this.fixed = this.#chain(record, []));
  }

  /**
   * The chain of a request.
   * @param {RouteRecord | undefined} record of the route that was hit
   * @param {Covering[]} covering what covers it
   */
  chainFor(record, covering) {
    let set = (this.#sets ??= newSet());
    for (const { cover } of covering) {
      if (this.#asked.has(cover)) set = set.next.get(cover) ?? this.#grown(set, cover);
    }
    return (set.chain ??= this.#chain(record, covering));
  }

  /**
   * @param {CoverSet} set
   * @param {Cover} cover
   */
  #grown(set, cover) {
    if (this.#setCount >= MOST_SETS) {
      this.#sets = undefined;
      this.#setCount = 0;
    }
    this.#setCount++;
    const grown = newSet();
    set.next.set(cover, grown);
    return grown;
  }

  /**
   * @param {RouteRecord | undefined} record
   * @param {Covering[]} covering
   */
  #chain(record, covering) {
    const covers = covering.map(({ cover }) => cover).filter((cover) => this.#asked.has(cover));
    const isAbsent = (/** @type {Cover | undefined} */ cover) =>
      cover !== undefined && this.#asked.has(cover) && !covers.includes(cover);
    const steps = this.#layers.flatMap((layer) => (isAbsent(layer.cover) ? [] : layer.steps));
    const own = namesOf(record);
    const [names, decoders, others] = [[...own.names], [...own.decoders], [...own.others]];
    for (const cover of covers) {
      for (const [i, name] of cover.names.entries()) {
        if (names.includes(name)) continue;
        names.push(name);
        decoders.push(cover.decoders[i]);
        others.push({ cover, at: 2 * i });
      }
    }
    return new Chain(this.#engine, [...steps, ...this.#steps], { ...own, names, decoders, others }, this.#origin);
  }
}

/**
 * The spans of the names that only middleware has.
 * @param {Chain} chain
 * @param {Covering[]} covering
 */
export function otherSpans({ others }, covering) {
  if (others.length === 0) return undefined;
  const all = [];
  for (const { cover, at } of others) {
    const { spans } = /** @type {Covering} */ (covering.find((one) => one.cover === cover));
    all.push(spans[at], spans[at + 1]);
  }
  return all;
}
