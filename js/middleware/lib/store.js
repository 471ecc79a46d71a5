// The entries of `cache`, on any shelf: how responses that vary are found, and which fills may be stored.
//
//     key ──> entry                                   a response that does not vary
//     key ──> sign: names, id ──┬─> [id, values] ──> entry
//                               └─> [id, values] ──> entry      one for each combination of values

import { discard } from "./bodies.js";
import { Marks } from "./marks.js";

/**
 * @typedef {object} Entry times are in milliseconds, by the shelf's clock
 * @property {string} fields pairs of name and value, as JSON
 * @property {import("#app").Bytes | ReadableStream<Uint8Array> | null} body
 * @property {number} born when the response was made
 * @property {number} began when the request for it began
 * @property {number} fresh until when it is fresh
 * @property {number} stale until when it may be served while it is revalidated
 * @property {number} failing until when it may be served in place of an error
 *
 * @typedef {object} Sign the item under the key of responses that vary
 * @property {string[]} names fields of the request that they vary by
 * @property {string} id belongs to the keys of these responses, so that a later sign finds none of them
 * @property {number} began when the request for the newest of them began
 * @property {number} end until when one of them may exist
 *
 * @typedef {object} Shelf holds items by keys
 * @property {() => number} now
 * @property {(key: string) => Entry | Sign | undefined | Promise<Entry | Sign | undefined>} get
 * @property {(key: string, item: Entry | Sign) => unknown} set
 * @property {(key: string) => unknown} delete
 *
 * @typedef {{ turn: number, began: number }} Ticket when a fill began
 */

/** Milliseconds after which a revalidation counts as lost: a host may drop it silently. */
const LEASE = 30_000;

/** JSON, so that keys of the two kinds are never equal, and no key keeps alive a longer string it was cut from. */
const plainKey = (/** @type {string} */ key) => JSON.stringify(key);

/**
 * @param {Sign} sign
 * @param {(string | undefined)[]} values of the fields; an absent one differs from an empty one
 */
const variantKey = (sign, values) => JSON.stringify([sign.id, ...values.map((value) => value ?? null)]);

/**
 * When an entry becomes useless.
 * @param {{ fresh: number, stale: number, failing: number }} entry
 */
export function lastOf({ fresh, stale, failing }) {
  return Math.max(fresh, stale, failing);
}

export class Store {
  #shelf;
  #steady;
  #marks = new Marks();
  /** When each revalidation under way began; the oldest first. @type {Map<string, number>} */
  #claims = new Map();
  hits = 0;
  misses = 0;

  /**
   * @param {Shelf} shelf
   * @param {() => number} steady milliseconds of a clock that never goes back
   */
  constructor(shelf, steady) {
    this.#shelf = shelf;
    this.#steady = steady;
  }

  /**
   * The entry for a request, and its own key.
   * @param {string} key
   * @param {(name: string) => string | undefined} field of the request
   */
  async find(key, field) {
    let at = plainKey(key);
    let found = await this.#shelf.get(at);
    if (isSign(found)) {
      at = variantKey(found, found.names.map(field));
      found = await this.#shelf.get(at);
    }
    const entry = /** @type {Entry | undefined} */ (found);
    const now = this.#shelf.now();
    if (entry !== undefined && now < Math.max(entry.fresh, entry.stale)) this.hits++;
    else this.misses++;
    if (entry !== undefined && now < lastOf(entry)) return { entry, at, now };
    release(entry);
    return undefined;
  }

  /** @returns {Ticket} for a fill; take it before the fill begins */
  begin() {
    return { turn: this.#marks.next(), began: this.#shelf.now() };
  }

  /**
   * Stores an entry, unless its key was dropped, or a later fill was stored, since its own fill began.
   * @param {string} key
   * @param {string[]} names fields of the request that the response depends on
   * @param {(string | undefined)[]} values their values
   * @param {Entry} entry
   * @param {Ticket} ticket
   */
  async put(key, names, values, entry, ticket) {
    const shelf = this.#shelf;
    const plain = plainKey(key);
    const known = await shelf.get(plain);
    const sign = names.length > 0 ? signFor(known, names, entry) : undefined;
    const at = sign === undefined ? plain : variantKey(sign, values);
    const rival = sign !== undefined && isSign(known) && known.id === sign.id ? await shelf.get(at) : known;
    release(known);
    release(rival);
    if (this.#isLate(key, ticket) || (rival !== undefined && rival.began > entry.began)) return;
    const writing = [shelf.set(at, entry), sign && shelf.set(plain, sign)];
    await Promise.all(writing);
    if (this.#isLate(key, ticket)) await shelf.delete(plain); // the key was dropped during the write
  }

  /**
   * @param {string} key
   * @param {Ticket} ticket
   */
  #isLate(key, { turn }) {
    return this.#marks.last(key) > turn;
  }

  /**
   * Drops what is stored for a key, and what is being stored. Variants of a response can no longer be found, and go
   * when their room is needed.
   * @param {string} key
   */
  async delete(key) {
    this.#marks.mark(key);
    await this.#shelf.delete(plainKey(key));
  }

  /** Refuses everything that is being stored. */
  refuse() {
    this.#marks.markAll();
  }

  /**
   * Whether the caller may revalidate the entry with this key: nobody else does.
   * @param {string} at
   */
  claim(at) {
    const now = this.#steady();
    for (const [other, began] of this.#claims) {
      if (now - began < LEASE) break;
      this.#claims.delete(other);
    }
    if (this.#claims.has(at)) return false;
    this.#claims.set(at, now);
    return true;
  }

  /** @param {string} at */
  unclaim(at) {
    this.#claims.delete(at);
  }
}

/**
 * @param {Entry | Sign | undefined} item
 * @returns {item is Sign}
 */
export function isSign(item) {
  return item !== undefined && "names" in item;
}

/**
 * The sign for a response: the stored one, if it has the same names.
 * @param {Entry | Sign | undefined} known
 * @param {string[]} names
 * @param {Entry} entry
 * @returns {Sign}
 */
function signFor(known, names, entry) {
  const end = lastOf(entry);
  const { began } = entry;
  if (isSign(known) && known.names.join() === names.join())
    return { ...known, began: Math.max(known.began, began), end: Math.max(known.end, end) };
  return { names: JSON.parse(JSON.stringify(names)), id: crypto.randomUUID(), began, end };
}

/**
 * Releases an unused entry: its body may be a stream of the host.
 * @param {Entry | Sign | undefined} item
 */
export function release(item) {
  if (item !== undefined && "body" in item && item.body instanceof ReadableStream) discard(item.body);
}
