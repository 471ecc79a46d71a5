// What c.set keeps, for one request at a time. Mostly these are a few values, so they are looked for one by one, and
// the arrays keep their room for the next request. (A Map makes itself anew whenever it is emptied.)

/** With more keys than this a Map is faster. */
const FEW = 16;

export class Store {
  /** @type {unknown[]} */
  #keys = [];
  /** @type {unknown[]} */
  #values = [];
  #size = 0;
  /** @type {Map<unknown, unknown> | undefined} all of them, if they are more than a few */
  #many;

  /** @param {unknown} key */
  get(key) {
    if (this.#many !== undefined) return this.#many.get(key);
    const at = this.#find(key);
    return at < this.#size ? this.#values[at] : undefined;
  }

  /**
   * @param {unknown} key
   * @param {unknown} value
   */
  set(key, value) {
    const at = this.#find(key);
    if (at === FEW) this.#many ??= new Map(this.#keys.map((known, i) => [known, this.#values[i]]));
    if (this.#many !== undefined) {
      this.#many.set(key, value);
      return;
    }
    this.#keys[at] = key;
    this.#values[at] = value;
    if (at === this.#size) this.#size++;
  }

  clear() {
    this.#many = undefined;
    while (this.#size > 0) {
      this.#size--;
      this.#keys[this.#size] = this.#values[this.#size] = undefined;
    }
  }

  /**
   * Where the key stands, or else the place behind the last one.
   * @param {unknown} key
   */
  #find(key) {
    let at = 0;
    while (at < this.#size && this.#keys[at] !== key) at++;
    return at;
  }
}
