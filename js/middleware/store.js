// The entries of `cache`: in the order of their last use, bounded in number and in bytes.

/**
 * @typedef {object} Entry
 * @property {[string, string][]} fields
 * @property {Uint8Array<ArrayBuffer>} body
 * @property {number} born when it was made, in milliseconds
 * @property {number} end when it is not good any more
 *
 * @typedef {object} Sign stands in the place of answers that vary
 * @property {string[]} names fields of the request that they vary by
 * @property {number} number is in the keys of these answers, so that none of them is found behind a later sign
 */

/** What an entry takes beside its texts and bytes, roughly. */
const OVERHEAD = 256;

/** @param {string} key */
const plainKey = (key) => `=${key}`;

/**
 * @param {Sign} sign
 * @param {(string | undefined)[]} values of the fields; one that is absent is not the same as an empty one
 */
const variantKey = (sign, values) => JSON.stringify([sign.number, ...values.map((value) => value ?? null)]);

export class Store {
  /** @type {Map<string, { item: Entry | Sign, size: number }>} the longest unused first */
  #items = new Map();
  #bytes = 0;
  #signs = 0;
  #hits = 0;
  #misses = 0;
  #maxEntries;
  #maxBytes;
  /** Counts how often everything was dropped: what began before is not put in any more. */
  epoch = 0;

  /**
   * @param {number} maxEntries
   * @param {number} maxBytes
   */
  constructor(maxEntries, maxBytes) {
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
  }

  stats() {
    return { entries: this.#items.size, bytes: this.#bytes, hits: this.#hits, misses: this.#misses };
  }

  clear() {
    this.#items.clear();
    this.#bytes = 0;
    this.epoch++;
  }

  /**
   * The entry for a request, if it is still good.
   * @param {string} key
   * @param {(name: string) => string | undefined} field of the request
   * @param {number} now
   */
  find(key, field, now) {
    const first = this.#use(plainKey(key));
    const found = first && "names" in first ? this.#use(variantKey(first, first.names.map(field))) : first;
    const entry = /** @type {Entry | undefined} */ (found);
    const good = entry !== undefined && now < entry.end;
    if (good) this.#hits++;
    else this.#misses++;
    return good ? entry : undefined;
  }

  /**
   * @param {string} key
   * @param {string[]} names fields of the request that the answer depends on
   * @param {(string | undefined)[]} values what they were
   * @param {Entry} entry
   */
  put(key, names, values, entry) {
    const plain = plainKey(key);
    if (names.length === 0) return this.#set(plain, entry);
    const sign = this.#signFor(plain, names);
    this.#set(plain, sign);
    this.#set(variantKey(sign, values), entry);
  }

  /**
   * Drops what is there for a key. The variants of an answer are not found any more, and go when room is needed.
   * @param {string} key
   */
  delete(key) {
    this.#remove(plainKey(key));
  }

  /**
   * @param {string} plain
   * @param {string[]} names
   * @returns {Sign}
   */
  #signFor(plain, names) {
    const known = this.#items.get(plain)?.item;
    const same = known && "names" in known && known.names.join() === names.join();
    return same ? known : { names, number: ++this.#signs };
  }

  /**
   * Moves an item to the end of the order.
   * @param {string} key
   */
  #use(key) {
    const held = this.#items.get(key);
    if (held === undefined) return undefined;
    this.#items.delete(key);
    this.#items.set(key, held);
    return held.item;
  }

  /**
   * @param {string} key
   * @param {Entry | Sign} item
   */
  #set(key, item) {
    this.#remove(key);
    const size = sizeOf(key, item);
    if (size > this.#maxBytes || this.#maxEntries === 0) return;
    this.#bytes += size;
    this.#items.set(key, { item, size });
    for (const oldest of this.#items.keys()) {
      if (this.#items.size <= this.#maxEntries && this.#bytes <= this.#maxBytes) return;
      this.#remove(oldest);
    }
  }

  /** @param {string} key */
  #remove(key) {
    this.#bytes -= this.#items.get(key)?.size ?? 0;
    this.#items.delete(key);
  }
}

/**
 * Bytes that an item takes, roughly: two for each character.
 * @param {string} key
 * @param {Entry | Sign} item
 */
function sizeOf(key, item) {
  const texts = "names" in item ? item.names : item.fields.flat();
  const characters = texts.reduce((sum, text) => sum + text.length, key.length);
  return OVERHEAD + 2 * characters + ("names" in item ? 0 : item.body.byteLength);
}
