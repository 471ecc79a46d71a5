// A table's image in linear memory, and what JavaScript reads from it: the methods, and each route when it is first
// needed.

import { OK } from "../wasm/constants.js";
import { create, inputOffset, int32At, readTextAt, wasm } from "../wasm/instance.js";
import { MethodNumbers } from "./method-numbers.js";

/**
 * @typedef {object} RouteInfo
 * @property {number} id
 * @property {string} method
 * @property {string} pattern
 * @property {string | undefined} host
 * @property {string | undefined} name
 *
 * @typedef {RouteInfo & { params: string[], hostParams: number, catchAll: boolean[] }} RouteRecord `params`: the names
 *   of the parameters, of which the first `hostParams` are the host's; `catchAll`: whether each is a catch-all
 */

export class Image {
  /** @type {RouteRecord[]} */
  #records;
  /** @type {Map<string | undefined, number> | undefined} the first route of each name */
  #named;

  /** @param {number} table the offset of the image; 0: there is none yet, and so no route */
  constructor(table) {
    this.table = table;
    this.#records = new Array(table && wasm.wye_table_routes(table));
    this.methods = new MethodNumbers(table ? this.#readMethods() : []);
  }

  /** Frees its memory. What was read from it stays. */
  free() {
    wasm.wye_free(this.table);
    this.table = 0;
  }

  /** A context with room for lookups in this table. `wasm.wye_free` frees it. */
  newContext() {
    return create(() => wasm.wye_context_new(this.table));
  }

  /** All routes. */
  records() {
    return Array.from(this.#records, (_, i) => this.record(i));
  }

  /**
   * The index of the first route of that name; undefined if there is none.
   * @param {string} name
   */
  find(name) {
    this.#named ??= new Map(this.records().map((record, i) => /** @type {const} */ ([record.name, i])).reverse());
    return this.#named.get(name);
  }

  /**
   * A route. Allocates only the first time.
   * @param {number} index
   */
  record(index) {
    return (this.#records[index] ??= this.#readRoute(index));
  }

  // What these exports write into the input buffer. A text is a pair: offset and length.
  //
  //     wye_table_method_name    0 name
  //     wye_table_route          0 method    8 pattern    16 name    24 host    32 id    36 parameters
  //     wye_table_param_name     0 name

  #readMethods() {
    const methods = [];
    const isRead = () => wasm.wye_table_method_name(this.table, methods.length, inputOffset) === OK;
    while (isRead()) methods.push(readTextAt(inputOffset));
    return methods;
  }

  /**
   * @param {number} index
   * @returns {RouteRecord}
   */
  #readRoute(index) {
    wasm.wye_table_route(this.table, index, inputOffset);
    const [method, pattern, name, host] = [0, 8, 16, 24].map((at) => readTextAt(inputOffset + at));
    const id = int32At(inputOffset + 32);
    const params = Array.from({ length: int32At(inputOffset + 36) }, (_, i) => i);
    return {
      id,
      method,
      pattern,
      host: host || undefined,
      name: name || undefined,
      params: params.map((i) => this.#readParamName(index, i)),
      catchAll: params.map((i) => wasm.wye_table_is_catch_all(this.table, index, i) !== 0),
      hostParams: host.split(".").filter((label) => label.startsWith(":")).length,
    };
  }

  /**
   * @param {number} route
   * @param {number} param
   */
  #readParamName(route, param) {
    wasm.wye_table_param_name(this.table, route, param, inputOffset);
    return readTextAt(inputOffset);
  }
}

/** The image of a table before its first lookup. */
export const NO_IMAGE = new Image(0);
