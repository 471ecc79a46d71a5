// A storage in the memory of the process: an LRU list with limits on entries and on bytes.

import { isVaryMarker } from "./response-store.js";

/** @typedef {import("./response-store.js").Item} Item */

/**
 * Bytes of an item besides its texts and its body: objects, numbers, the buffer's header, the map's entry. Measured.
 */
const OVERHEAD = 800;

/** Bytes of each name of a marker besides its letters. */
const NAME = 48;

export class MemoryStorage {
  /** @type {Map<string, { item: Item, size: number }>} the least recently used first */
  #items = new Map();
  #maxEntries;
  #maxBytes;
  bytes = 0;
  now;

  /**
   * @param {number} maxEntries
   * @param {number} maxBytes
   * @param {() => number} now
   */
  constructor(maxEntries, maxBytes, now) {
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
    this.now = now;
  }

  get entries() {
    return this.#items.size;
  }

  clear() {
    this.#items.clear();
    this.bytes = 0;
  }

  /** @param {string} key */
  get(key) {
    const held = this.#items.get(key);
    if (held === undefined) return undefined;
    this.#items.delete(key); // to the end of the order
    this.#items.set(key, held);
    return held.item;
  }

  /**
   * @param {string} key
   * @param {Item} item
   */
  set(key, item) {
    this.delete(key);
    const size = sizeOf(key, item);
    if (size > this.#maxBytes || this.#maxEntries === 0) return;
    this.bytes += size;
    this.#items.set(key, { item, size });
    for (const oldest of this.#items.keys()) {
      if (this.#items.size <= this.#maxEntries && this.bytes <= this.#maxBytes) return;
      this.delete(oldest);
    }
  }

  /** @param {string} key */
  delete(key) {
    this.bytes -= this.#items.get(key)?.size ?? 0;
    this.#items.delete(key);
  }
}

/**
 * The most bytes that an item takes: two for each character of the key, one for each of the header fields.
 * @param {string} key
 * @param {Item} item
 */
function sizeOf(key, item) {
  const own = OVERHEAD + 2 * key.length;
  if (isVaryMarker(item)) return item.names.reduce((sum, name) => sum + NAME + name.length, own);
  return own + item.fields.length + /** @type {Uint8Array} */ (item.body).byteLength;
}
