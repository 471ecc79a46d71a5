// Every route that matches a request: a buffer of hits in linear memory, and the text that their spans index. A table
// has one buffer; callers read it in place, and the next lookup overwrites it.

import { CONTEXT_ESCAPED, HIT_PARAMS, HIT_ROUTE, HIT_SIZE, HIT_SPANS, NO_MEMORY } from "../wasm/constants.js";
import { decodeParam } from "./decode.js";
import { WyeError } from "../base/error.js";
import { Image } from "./image.js";
import { INPUT, bytes, cold, failure, wasm, words, writeInput } from "../wasm/instance.js";
import { RequestText } from "../wasm/request-text.js";

/**
 * wye_match_all or wye_match_all_url.
 * @typedef {(table: number, context: number, method: number, text: number, length: number, hits: number,
 *   capacity: number, size: number) => number} Search
 */

/** The image of a table before its first lookup. */
const NO_IMAGE = new Image(0);

/** Bytes of the first buffer, enough for most requests. 8 bytes before the hits hold the size that they need. */
const FIRST_BUFFER = 1024;
const SIZE_BYTES = 8;

export class Hits extends RequestText {
  /** How many routes match. */
  count = 0;
  /** The image of the last lookup. */
  image = NO_IMAGE;
  /** What the table has in linear memory. */
  #held;
  #capacity = 0;
  /** The index of the hits among the words. */
  #first = 0;

  /** @param {{ searchContext: number, hits: number }} held of the table, which gives both back */
  constructor(held) {
    super();
    this.#held = held;
  }

  /**
   * Looks up all hits. Allocates only the first time for a table, and when the buffer is too small.
   * @param {Search} search
   * @param {Image} image
   * @param {string} method
   * @param {string} text
   */
  find(search, image, method, text) {
    if (this.image !== image) this.#take(image);
    const number = image.methods.number(method); // before the text is written: it may have to be asked for
    const written = writeInput(text);
    this.begin(text, written);
    const { searchContext, hits } = this.#held;
    const first = hits + SIZE_BYTES;
    const count = search(image.table, searchContext, number, INPUT, written, first, this.#capacity, hits);
    if (count === NO_MEMORY) {
      this.#makeRoom(words[hits >> 2]);
      this.find(search, image, method, text);
    } else {
      this.count = count < 0 ? 0 : count;
    }
  }

  /**
   * The index of a route; both routes and hits are in the order of registration.
   * @param {number} i
   */
  route(i) {
    return words[this.#at(i) + HIT_ROUTE / 4];
  }

  /** @param {number} i */
  paramCount(i) {
    return words[this.#at(i) + HIT_PARAMS / 4];
  }

  /**
   * Where the value of a parameter begins in the text, in UTF-16 units.
   * @param {number} i of the routes that match
   * @param {number} param below paramCount(i)
   */
  paramStart(i, param) {
    return this.unit(words[this.#span(i, param)]);
  }

  /**
   * Where it ends.
   * @param {number} i
   * @param {number} param
   */
  paramEnd(i, param) {
    const span = this.#span(i, param);
    return this.unit(words[span] + words[span + 1]);
  }

  /**
   * The decoded value of a parameter. Makes this string.
   * @param {number} i
   * @param {number} param
   */
  param(i, param) {
    const raw = this.text.substring(this.paramStart(i, param), this.paramEnd(i, param));
    const isEscaped = bytes[this.#held.searchContext + CONTEXT_ESCAPED] !== 0;
    return isEscaped ? decodeParam(this.image.record(this.route(i)), param, raw) : raw;
  }

  /** @param {number} i */
  #at(i) {
    return this.#first + i * (HIT_SIZE / 4);
  }

  /**
   * @param {number} i
   * @param {number} param
   */
  #span(i, param) {
    return this.#first + (words[this.#at(i) + HIT_SPANS / 4] >> 2) + 2 * param;
  }

  // ---------------------------------------------------------------- memory

  /** @param {Image} image another one */
  #take(image) {
    const held = this.#held;
    wasm.wye_free(held.searchContext);
    this.image = NO_IMAGE;
    held.searchContext = cold(() => wasm.wye_context_new(image.table));
    if (!held.searchContext) throw failure();
    if (!held.hits) this.#makeRoom(FIRST_BUFFER);
    this.image = image;
  }

  /** @param {number} size bytes for hits, at least */
  #makeRoom(size) {
    const held = this.#held;
    const capacity = Math.max(size, 2 * this.#capacity);
    wasm.wye_free(held.hits);
    this.#capacity = 0;
    held.hits = cold(() => wasm.wye_alloc(SIZE_BYTES + capacity));
    if (!held.hits) throw new WyeError("NO_MEMORY", "no memory: the module's memory cannot grow");
    this.#capacity = capacity;
    this.#first = (held.hits + SIZE_BYTES) >> 2;
  }

  /** Drops everything: the table has freed its memory. */
  clear() {
    this.begin("", 0);
    this.image = NO_IMAGE;
    this.count = this.#capacity = 0;
  }
}
