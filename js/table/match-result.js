// What a lookup found: the text that was looked up, and a context in linear memory with the spans. Strings are cut from
// the text when they are asked for. A table's last match is one, and so is each slot of a pool.

import {
  CONTEXT_ESCAPED,
  CONTEXT_OUTCOME,
  CONTEXT_PARAMS,
  CONTEXT_PATH,
  CONTEXT_PATH_END,
  CONTEXT_ROUTE,
  CONTEXT_SPANS,
} from "../wasm/constants.js";
import { decodeParam } from "./decode.js";
import { Image } from "./image.js";
import { bytes, words } from "../wasm/instance.js";
import { RequestText } from "../wasm/request-text.js";

/** @typedef {import("./image.js").RouteRecord} RouteRecord */

/** The image of a table before its first lookup. */
const NO_IMAGE = new Image(0);

export class Found extends RequestText {
  /** The index of the context among the words; 0: there is none yet. */
  at = 0;
  /** What the lookup went through. */
  image = NO_IMAGE;

  /** What the lookup returned. */
  get outcome() {
    return words[this.at + CONTEXT_OUTCOME / 4];
  }

  get paramCount() {
    return this.at ? words[this.at + CONTEXT_PARAMS / 4] : 0;
  }

  /**
   * The route that was hit.
   * @returns {RouteRecord | undefined}
   */
  get route() {
    if (!this.at || this.outcome < 0) return undefined;
    return this.image.record(words[this.at + CONTEXT_ROUTE / 4]);
  }

  /** The image, to be kept: it has read the route, so the table's linear memory may be freed. */
  keptImage() {
    if (this.outcome >= 0) this.image.record(words[this.at + CONTEXT_ROUTE / 4]);
    return this.image;
  }

  /** @param {string | number} key */
  param(key) {
    const index = this.#index(key);
    if (index < 0) return undefined;
    const raw = this.text.substring(this.startOf(index), this.endOf(index));
    const { route } = this;
    return route && this.#isEscaped ? decodeParam(route, index, raw) : raw;
  }

  /** @param {string | number} key */
  rawParam(key) {
    const index = this.#index(key);
    return index < 0 ? undefined : this.text.substring(this.startOf(index), this.endOf(index));
  }

  /** @param {string | number} key */
  paramStart(key) {
    const index = this.#index(key);
    return index < 0 ? -1 : this.startOf(index);
  }

  /** @param {string | number} key */
  paramEnd(key) {
    const index = this.#index(key);
    return index < 0 ? -1 : this.endOf(index);
  }

  /** @returns {Record<string, string | undefined>} */
  params() {
    const names = this.route?.params.slice(0, this.paramCount) ?? [];
    return Object.fromEntries(names.map((name, i) => [name, this.param(i)]));
  }

  /** Where the path begins in the text, in units. */
  get pathStart() {
    return this.unit(words[this.at + CONTEXT_PATH / 4]);
  }

  /** Where it ends. */
  get pathEnd() {
    return this.unit(words[this.at + CONTEXT_PATH_END / 4]);
  }

  /**
   * @param {string | number} key
   * @returns {number} -1: none
   */
  #index(key) {
    const index = typeof key === "number" ? Math.trunc(key) : (this.route?.params.indexOf(key) ?? -1);
    return index >= 0 && index < this.paramCount ? index : -1;
  }

  get #isEscaped() {
    return bytes[4 * this.at + CONTEXT_ESCAPED] !== 0;
  }

  /**
   * Where a parameter begins that is known to be there.
   * @param {number} index
   */
  startOf(index) {
    return this.unit(words[this.at + CONTEXT_SPANS / 4 + 2 * index]);
  }

  /** @param {number} index */
  endOf(index) {
    const span = this.at + CONTEXT_SPANS / 4 + 2 * index;
    return this.unit(words[span] + words[span + 1]);
  }
}
