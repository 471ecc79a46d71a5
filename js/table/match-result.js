// The result of a lookup: the text that was looked up, and a context in linear memory with the spans. Strings are cut
// from the text on demand. A table has one for its last match; a pool has one for each slot.

import {
  CONTEXT_ESCAPED,
  CONTEXT_OUTCOME,
  CONTEXT_PARAMS,
  CONTEXT_PATH,
  CONTEXT_PATH_END,
  CONTEXT_ROUTE,
  CONTEXT_SPANS,
  NOT_FOUND,
} from "../wasm/constants.js";
import { bytes, int32At } from "../wasm/instance.js";
import { RequestText } from "../wasm/request-text.js";
import { decoderOf } from "./decode.js";
import { NO_IMAGE } from "./image.js";

/** @typedef {import("./image.js").RouteRecord} RouteRecord */

/** An assignment to a property named `__proto__` would not make one. */
const OWN = { writable: true, enumerable: true, configurable: true };

export class MatchResult extends RequestText {
  /** The image of the table that was searched. */
  image = NO_IMAGE;
  /** The offset of the context; 0: there has been no lookup yet. */
  context = 0;

  /**
   * Takes over the result of another lookup, except for its context. Reads the route now, because the table may be
   * freed before anyone asks for it.
   * @param {MatchResult} other
   */
  copy(other) {
    super.copy(other);
    this.image = other.image;
    if (other.outcome >= 0) this.image.record(other.#routeIndex);
  }

  /** What the lookup returned: a handler id, or a negative outcome. */
  get outcome() {
    return this.context === 0 ? NOT_FOUND : int32At(this.context + CONTEXT_OUTCOME);
  }

  get #routeIndex() {
    return int32At(this.context + CONTEXT_ROUTE);
  }

  /**
   * The route that was hit.
   * @returns {RouteRecord | undefined}
   */
  get route() {
    return this.outcome < 0 ? undefined : this.image.record(this.#routeIndex);
  }

  get paramCount() {
    return this.context === 0 ? 0 : bytes[this.context + CONTEXT_PARAMS];
  }

  /** @param {string | number} key */
  param(key) {
    const index = this.#index(key);
    const raw = this.#cut(index);
    if (raw === undefined || bytes[this.context + CONTEXT_ESCAPED] === 0) return raw;
    return decoderOf(/** @type {RouteRecord} */ (this.route), index)(raw);
  }

  /** @param {string | number} key */
  rawParam(key) {
    return this.#cut(this.#index(key));
  }

  /** @param {string | number} key */
  paramStart(key) {
    const index = this.#index(key);
    return index < 0 ? -1 : this.startOf(index);
  }

  /** @param {string | number} key */
  paramEnd(key) {
    const index = this.#index(key);
    return index < 0 || this.startOf(index) < 0 ? -1 : this.endOf(index);
  }

  /** @returns {Record<string, string | undefined>} */
  params() {
    /** @type {Record<string, string | undefined>} */
    const values = {};
    const { route } = this;
    for (let i = 0; route && i < route.params.length; i++) {
      const value = this.param(i);
      if (value === undefined) continue;
      if (route.params[i] === "__proto__") Object.defineProperty(values, "__proto__", { ...OWN, value });
      else values[route.params[i]] = value;
    }
    return values;
  }

  /**
   * @param {string | number} key
   * @returns {number} the position of that parameter; -1: there is none, or it is after the last one with a value
   */
  #index(key) {
    const index = typeof key === "number" ? Math.trunc(key) : (this.route?.params.indexOf(key) ?? -1);
    return index >= 0 && index < this.paramCount ? index : -1;
  }

  /**
   * The raw value at an index that `#index` returned; undefined if there is none.
   * @param {number} index
   */
  #cut(index) {
    if (index < 0) return undefined;
    const span = this.context + CONTEXT_SPANS + 8 * index;
    const start = int32At(span);
    const end = start + int32At(span + 4);
    return start < 0 ? undefined : this.text.substring(this.indexOfByte(start), this.indexOfByte(end));
  }

  /**
   * Where the value at `index`, which is below `paramCount`, begins in the text, in UTF-16 units; -1 if an optional
   * form omits it.
   * @param {number} index
   */
  startOf(index) {
    return this.indexOfByte(int32At(this.context + CONTEXT_SPANS + 8 * index));
  }

  /**
   * Where it ends.
   * @param {number} index
   */
  endOf(index) {
    const span = this.context + CONTEXT_SPANS + 8 * index;
    return this.indexOfByte(int32At(span) + int32At(span + 4));
  }

  /** Where the path begins in the text, in UTF-16 units. */
  get pathStart() {
    return this.indexOfByte(int32At(this.context + CONTEXT_PATH));
  }

  /** Where it ends. */
  get pathEnd() {
    return this.indexOfByte(int32At(this.context + CONTEXT_PATH_END));
  }
}
