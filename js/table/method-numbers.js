// From a method's text to its number in a table, without allocation. The second character and the length choose a hash
// slot, and one comparison decides whether the slot's method is this one, so for the methods of HTTP no branch depends
// on the method. A Map is slower (docs/decisions.md has the figures).

import { NO_METHOD } from "../wasm/constants.js";

const SLOTS = 64;

/** @param {string} method */
function hashSlot(method) {
  return (method.charCodeAt(1) + 9 * method.length) & (SLOTS - 1);
}

export class MethodNumbers {
  /** @type {(string | undefined)[]} */
  #names = new Array(SLOTS).fill(undefined);
  #numbers = new Uint8Array(SLOTS);
  /** @type {Map<string, number>} methods whose slot was taken */
  #others = new Map();

  /** @param {string[]} methods each at the index that is its number */
  constructor(methods) {
    for (const [number, method] of methods.entries()) {
      const [name] = Object.keys({ [method]: 0 }); // V8 keeps one copy of a key, so comparisons compare pointers
      const slot = hashSlot(name);
      if (this.#names[slot] !== undefined) {
        this.#others.set(name, number);
      } else {
        this.#names[slot] = name;
        this.#numbers[slot] = number;
      }
    }
  }

  /** @param {string} method */
  numberOf(method) {
    const slot = hashSlot(method);
    if (this.#names[slot] === method) return this.#numbers[slot];
    return this.#others.size === 0 ? NO_METHOD : (this.#others.get(method) ?? NO_METHOD);
  }
}
