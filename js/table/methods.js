// From a method's text to its number in a table, without allocation and, for the methods of HTTP, without a branch that
// depends on which one it is: second character and length choose a place, one comparison tells whether it is the right
// one.

const PLACES = 64;

/** @param {string} method */
function place(method) {
  return (method.charCodeAt(1) + 9 * method.length) & (PLACES - 1);
}

export class Methods {
  /** @type {(string | undefined)[]} */
  #names = new Array(PLACES).fill(undefined);
  #numbers = new Uint8Array(PLACES);
  /** @type {Map<string, number>} those that found their place taken */
  #others = new Map();
  #none;

  /**
   * @param {string[]} methods by their numbers
   * @param {number} none the number for every other method
   */
  constructor(methods, none) {
    this.#none = none;
    for (const [number, method] of methods.entries()) {
      const [name] = Object.keys({ [method]: 0 }); // as a key V8 keeps it once: comparing it compares pointers
      const at = place(name);
      if (this.#names[at] !== undefined) {
        this.#others.set(name, number);
      } else {
        this.#names[at] = name;
        this.#numbers[at] = number;
      }
    }
  }

  /** @param {string} method */
  number(method) {
    const at = place(method);
    if (this.#names[at] === method) return this.#numbers[at];
    return this.#others.size === 0 ? this.#none : (this.#others.get(method) ?? this.#none);
  }
}
