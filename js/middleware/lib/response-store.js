// The responses of `cache`, in any storage: how variants of a response are found, and which new ones may be stored.
//
//     key ──> entry                                     a response that does not vary
//     key ──> marker: names, id ──┬─> [id, values] ──> entry
//                                 └─> [id, values] ──> entry      one for each combination of values

import { discard } from "./response-body.js";
import { endOf } from "./cache-lifetime.js";
import { Invalidations } from "./invalidations.js";

/**
 * @typedef {object} Entry times are in milliseconds, by the storage's clock
 * @property {string} fields pairs of name and value, as JSON
 * @property {import("#app").Bytes | ReadableStream<Uint8Array> | null} body
 * @property {number} born when the response was made
 * @property {number} began when the request for it began
 * @property {number} fresh until when it is fresh
 * @property {number} stale until when it may be served while it is revalidated
 * @property {number} failing until when it may be served in place of an error
 *
 * @typedef {object} VaryMarker the item under the key of responses that vary
 * @property {string[]} names fields of the request that they vary by
 * @property {string} id a part of the keys of these responses, so that a later marker finds none of them
 * @property {number} began when the request for the newest of them began
 * @property {number} end until when any of them may be served
 *
 * @typedef {Entry | VaryMarker} Item
 *
 * @typedef {object} Storage holds items by keys
 * @property {() => number} now
 * @property {(key: string) => Item | undefined | Promise<Item | undefined>} get
 * @property {(key: string, item: Item) => unknown} set
 * @property {(key: string) => unknown} delete
 *
 * @typedef {{ turn: number, began: number }} Start when a request for a new response began
 */

/** Milliseconds after which a revalidation counts as lost: a host may drop it silently. */
const LEASE = 30_000;

/** In JSON, keys of the two kinds are never equal, and no key keeps a longer string alive that it was cut from. */
const plainKey = (/** @type {string} */ key) => JSON.stringify(key);

/**
 * @param {VaryMarker} marker
 * @param {(string | undefined)[]} values of the fields; an absent one differs from an empty one
 */
const variantKey = (marker, values) => JSON.stringify([marker.id, ...values.map((value) => value ?? null)]);

export class ResponseStore {
  #storage;
  #steady;
  #invalidations = new Invalidations();
  /** When each revalidation under way began; the oldest first. @type {Map<string, number>} */
  #claims = new Map();
  hits = 0;
  misses = 0;

  /**
   * @param {Storage} storage
   * @param {() => number} steady milliseconds of a clock that never goes back
   */
  constructor(storage, steady) {
    this.#storage = storage;
    this.#steady = steady;
  }

  /**
   * The entry for a request, and its own key.
   * @param {string} key
   * @param {(name: string) => string | undefined} field of the request
   */
  async find(key, field) {
    let at = plainKey(key);
    let found = await this.#storage.get(at);
    if (isVaryMarker(found)) {
      at = variantKey(found, found.names.map(field));
      found = await this.#storage.get(at);
    }
    const entry = /** @type {Entry | undefined} */ (found);
    const now = this.#storage.now();
    if (entry !== undefined && now < Math.max(entry.fresh, entry.stale)) this.hits++;
    else this.misses++;
    if (entry !== undefined && now < endOf(entry)) return { entry, at, now };
    release(entry);
    return undefined;
  }

  /** The start of a request for a new response: call this before the request begins. @returns {Start} */
  begin() {
    return { turn: this.#invalidations.next(), began: this.#storage.now() };
  }

  /**
   * Stores an entry, unless since the start of its request the key was invalidated, or the entry of a later request was
   * stored.
   * @param {string} key
   * @param {string[]} names fields of the request that the response depends on
   * @param {(string | undefined)[]} values their values
   * @param {Entry} entry
   * @param {Start} start
   */
  async put(key, names, values, entry, { turn }) {
    const storage = this.#storage;
    const isLate = () => this.#invalidations.last(key) > turn;
    const plain = plainKey(key);
    const known = await storage.get(plain);
    const marker = names.length > 0 ? markerFor(known, names, entry) : undefined;
    const at = marker === undefined ? plain : variantKey(marker, values);
    const rival = marker !== undefined && isVaryMarker(known) && known.id === marker.id ? await storage.get(at) : known;
    release(known);
    release(rival);
    if (isLate() || (rival !== undefined && rival.began > entry.began)) return;
    await Promise.all([storage.set(at, entry), marker && storage.set(plain, marker)]);
    if (isLate()) await storage.delete(plain); // the key was invalidated during the write
  }

  /**
   * Drops what is stored for a key, and what is being stored. Variants of a response can no longer be found; the
   * storage drops them when it needs their room.
   * @param {string} key
   */
  async invalidate(key) {
    this.#invalidations.invalidate(key);
    await this.#storage.delete(plainKey(key));
  }

  /** Drops everything that is being stored. */
  invalidateAll() {
    this.#invalidations.invalidateAll();
  }

  /**
   * Claims the revalidation of the entry with this key; false if another request has claimed it.
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
 * @param {Item | undefined} item
 * @returns {item is VaryMarker}
 */
export function isVaryMarker(item) {
  return item !== undefined && "names" in item;
}

/**
 * The marker for a response: the stored one, if it has the same names.
 * @param {Item | undefined} known
 * @param {string[]} names
 * @param {Entry} entry
 * @returns {VaryMarker}
 */
function markerFor(known, names, entry) {
  const end = endOf(entry);
  const { began } = entry;
  if (isVaryMarker(known) && known.names.join() === names.join())
    return { ...known, began: Math.max(known.began, began), end: Math.max(known.end, end) };
  return { names: JSON.parse(JSON.stringify(names)), id: crypto.randomUUID(), began, end };
}

/**
 * Releases an entry that is not served: its body may be a stream of the host.
 * @param {Item | undefined} item
 */
export function release(item) {
  if (item !== undefined && "body" in item && item.body instanceof ReadableStream) discard(item.body);
}
