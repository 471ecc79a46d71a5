/** As many bits of a hash are kept, and so 4,096 places. */
const BITS = 12;

/**
 * When something last happened to a key, in turns. The size is fixed, because a key that is forgotten too early would
 * be a fault: keys share places, so that now and then a key is taken for another one that changed.
 */
export class Marks {
  #turn = 0;
  /** @type {Float64Array | undefined} made when a key is first marked: most routes never change anything */
  #last;
  /** The last one that happened to all keys. */
  #all = 0;

  /** A turn that comes after all before. */
  next() {
    return ++this.#turn;
  }

  /** @param {string} key */
  mark(key) {
    this.#last ??= new Float64Array(1 << BITS);
    this.#last[placeOf(key)] = this.next();
  }

  markAll() {
    this.#all = this.next();
  }

  /**
   * The turn in which a key, or one that shares its place, was last marked.
   * @param {string} key
   */
  last(key) {
    return this.#last === undefined ? this.#all : Math.max(this.#all, this.#last[placeOf(key)]);
  }
}

/** FNV-1a. @param {string} key */
function placeOf(key) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return hash >>> (32 - BITS);
}
