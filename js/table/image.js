// A table's image as the shim sees it: the routes in it, and the numbers of its methods. Each is read when it is first
// asked for.

import { NO_METHOD, OK } from "../wasm/constants.js";
import { INPUT, readText, wasm, words } from "../wasm/instance.js";
import { Methods } from "./methods.js";

/**
 * @typedef {object} RouteInfo
 * @property {number} id
 * @property {string} method
 * @property {string} pattern
 * @property {string | undefined} host
 * @property {string | undefined} name
 *
 * @typedef {RouteInfo & { params: string[], hostParams: number, catchAll: boolean[] }} RouteRecord with the parameters'
 *   names: the first `hostParams` are the host's; `catchAll` says for each parameter whether it is one
 */

/**
 * A text that the last call of an export pointed at.
 * @param {number} i which of them, from 0
 */
function pointed(i) {
  const at = (INPUT >> 2) + 2 * i;
  return readText(words[at], words[at + 1]);
}

export class Image {
  /** @type {RouteRecord[]} */
  #records;
  /** @type {Map<string | undefined, number> | undefined} the first route of each name */
  #named;
  /** @type {Methods | undefined} */
  #methods;

  /** @param {number} table the image's offset; 0: there is none yet, and so no route */
  constructor(table) {
    this.table = table;
    this.#records = new Array(table && wasm.wye_table_routes(table));
  }

  /**
   * A route. Allocates nothing but the first time.
   * @param {number} index
   */
  record(index) {
    return (this.#records[index] ??= this.#read(index));
  }

  /** All of them. */
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

  /** The methods' numbers. Allocates nothing but the first time. */
  get methods() {
    return (this.#methods ??= this.#readMethods());
  }

  #readMethods() {
    const names = [];
    while (wasm.wye_table_method_name(this.table, names.length, INPUT) === OK) names.push(pointed(0));
    return new Methods(names, NO_METHOD);
  }

  /**
   * @param {number} index
   * @returns {RouteRecord}
   */
  #read(index) {
    wasm.wye_table_route(this.table, index, INPUT);
    const [method, pattern, name, host] = [0, 1, 2, 3].map(pointed);
    const at = (INPUT >> 2) + 8;
    const [id, params] = words.subarray(at, at + 2);
    return {
      id,
      method,
      pattern,
      host: host || undefined,
      name: name || undefined,
      params: Array.from({ length: params }, (_, i) => this.#readParamName(index, i)),
      catchAll: Array.from({ length: params }, (_, i) => wasm.wye_table_is_catch_all(this.table, index, i) !== 0),
      hostParams: host.split(".").filter((label) => label.startsWith(":")).length,
    };
  }

  /**
   * @param {number} route
   * @param {number} param
   */
  #readParamName(route, param) {
    wasm.wye_table_param_name(this.table, route, param, INPUT);
    return pointed(0);
  }
}
