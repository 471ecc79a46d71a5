// Every route that matches a request: a buffer of hits in linear memory, and the text that their spans index. A table
// has one such object; the next search overwrites it.
//
//     0               8           8 + HIT_SIZE
//     | bytes that    | hit 0     | hit 1     | ...     | spans of hit 0    | spans of hit 1    | ...
//     | hits need     |           |           |         | offset, length, ...
//
// In a hit, HIT_SPANS says where its spans begin, in bytes from hit 0.

import { CONTEXT_ESCAPED, HIT_PARAMS, HIT_ROUTE, HIT_SIZE, HIT_SPANS, NO_MEMORY } from "../wasm/constants.js";
import { allocate, bytes, inputOffset, int32At, wasm, writeInput } from "../wasm/instance.js";
import { RequestText } from "../wasm/request-text.js";
import { decoderOf } from "./decode.js";
import { NO_IMAGE } from "./image.js";

/**
 * @typedef {import("./image.js").Image} Image
 * @typedef {import("../wasm/exports.js").Exports} Exports
 *
 * @typedef {object} Match a route that matches
 * @property {number} id its handler id
 * @property {string} pattern
 * @property {string | undefined} name
 * @property {Record<string, string>} params the decoded values; a parameter that an optional form omits has no key
 */

/** Bytes for hits in the first buffer: enough for most requests. */
const FIRST_CAPACITY = 1024;

/** Where the hits begin in the buffer. */
const HITS = 8;

export class AllMatches extends RequestText {
  /** How many routes match. */
  count = 0;
  /** The table that was searched. */
  #image = NO_IMAGE;
  /** The context that a search works in. */
  #context = 0;
  #buffer = 0;
  /** Bytes for hits in the buffer. */
  #capacity = 0;

  // ---------------------------------------------------------------- the search

  /**
   * Finds all routes that match. Allocates only for a new image, and when the buffer is too small.
   * @param {Exports["wye_match_all"]} search `wasm.wye_match_all` or `wasm.wye_match_all_url`
   * @param {Image} image
   * @param {string} method
   * @param {string} text
   */
  find(search, image, method, text) {
    if (image !== this.#image) this.#prepare(image);
    const number = image.methods.numberOf(method);
    this.text = text;
    this.written = writeInput(text);
    let count = NO_MEMORY;
    while (count === NO_MEMORY) {
      const hits = this.#buffer + HITS;
      count = search(image.table, this.#context, number, inputOffset, this.written, hits, this.#capacity, this.#buffer);
      if (count === NO_MEMORY) this.#makeRoom(int32At(this.#buffer));
    }
    this.count = Math.max(count, 0);
  }

  /** Before the first search of an image. @param {Image} image */
  #prepare(image) {
    wasm.wye_free(this.#context);
    this.#context = 0;
    this.#image = NO_IMAGE;
    this.#context = image.newContext();
    if (this.#buffer === 0) this.#makeRoom(FIRST_CAPACITY);
    this.#image = image;
  }

  /** @param {number} size bytes for hits, at least */
  #makeRoom(size) {
    const capacity = Math.max(size, 2 * this.#capacity);
    wasm.wye_free(this.#buffer);
    this.#buffer = this.#capacity = 0;
    this.#buffer = allocate(HITS + capacity);
    this.#capacity = capacity;
  }

  /** Frees its memory. */
  free() {
    wasm.wye_free(this.#context);
    wasm.wye_free(this.#buffer);
    this.#context = this.#buffer = this.#capacity = this.count = 0;
    this.#image = NO_IMAGE;
    this.forget();
  }

  // ---------------------------------------------------------------- what it found

  /** @returns {Match[]} */
  toArray() {
    return Array.from({ length: this.count }, (_, i) => {
      const { id, pattern, name, params } = this.record(i);
      const values = params.slice(0, this.paramCount(i)).map((param, j) => [param, this.param(i, j)]);
      return { id, pattern, name, params: Object.fromEntries(values.filter((_, j) => this.paramStart(i, j) >= 0)) };
    });
  }

  /**
   * The index of a route among all routes of the table; both are in the order of registration.
   * @param {number} i
   */
  route(i) {
    return int32At(this.#hit(i) + HIT_ROUTE);
  }

  /**
   * The same route, as a record.
   * @param {number} i
   */
  record(i) {
    return this.#image.record(this.route(i));
  }

  /** @param {number} i */
  paramCount(i) {
    return int32At(this.#hit(i) + HIT_PARAMS);
  }

  /**
   * Where the value of a parameter begins in the text, in UTF-16 units; -1 if an optional form omits it.
   * @param {number} i
   * @param {number} param below paramCount(i)
   */
  paramStart(i, param) {
    return this.indexOfByte(int32At(this.#span(i, param)));
  }

  /**
   * Where it ends.
   * @param {number} i
   * @param {number} param
   */
  paramEnd(i, param) {
    const span = this.#span(i, param);
    return this.indexOfByte(int32At(span) + int32At(span + 4));
  }

  /**
   * The decoded value of a parameter. Allocates this string.
   * @param {number} i
   * @param {number} param
   */
  param(i, param) {
    const raw = this.text.substring(this.paramStart(i, param), this.paramEnd(i, param));
    const isEscaped = bytes[this.#context + CONTEXT_ESCAPED] !== 0;
    return isEscaped ? decoderOf(this.record(i), param)(raw) : raw;
  }

  /** @param {number} i */
  #hit(i) {
    return this.#buffer + HITS + i * HIT_SIZE;
  }

  /**
   * @param {number} i
   * @param {number} param
   */
  #span(i, param) {
    return this.#buffer + HITS + int32At(this.#hit(i) + HIT_SPANS) + 8 * param;
  }
}
