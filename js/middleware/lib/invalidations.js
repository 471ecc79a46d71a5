// When keys were last invalidated (RFC 9111 4.4), so that a response from before that is not taken for a new one.

/** Bits of a hash that select a slot: 4,096 slots. */
const BITS = 12;

/**
 * When each key was last invalidated, counted in turns. To forget a key would be wrong, so for a fixed size keys share
 * slots: now and then a key is invalidated together with another one.
 */
export class Invalidations {
  #turn = 0;
  /** @type {Float64Array | undefined} made for the first key: most routes never invalidate anything */
  #last;
  /** The last turn that invalidated all keys. */
  #all = 0;

  /** Begins the next turn. */
  next() {
    return ++this.#turn;
  }

  /** @param {string} key */
  invalidate(key) {
    this.#last ??= new Float64Array(1 << BITS);
    this.#last[slotOf(key)] = this.next();
  }

  invalidateAll() {
    this.#all = this.next();
  }

  /**
   * The turn in which a key, or one that shares its slot, was last invalidated.
   * @param {string} key
   */
  last(key) {
    return this.#last === undefined ? this.#all : Math.max(this.#all, this.#last[slotOf(key)]);
  }
}

/** FNV-1a. @param {string} key */
function slotOf(key) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return hash >>> (32 - BITS);
}
