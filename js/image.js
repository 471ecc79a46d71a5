// A table's image as the shim sees it: the routes in it, and the numbers of its methods. Read when first asked for.

import { INPUT_SIZE, NO_METHOD } from "./constants.js";
import { INPUT, readText, wasm, words, writeText } from "./instance.js";
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

export class Image {
  /** @type {RouteRecord[] | undefined} */
  #records;
  /** @type {Map<string, number> | undefined} the first route of each name */
  #named;
  /** @type {Methods | undefined} */
  #methods;

  /** @param {number} table the image's offset; 0: there is none yet, and so no route */
  constructor(table) {
    this.table = table;
  }

  /** Allocates nothing but the first time. */
  get records() {
    return (this.#records ??= this.#readAll());
  }

  #readAll() {
    const length = this.table ? wasm.wye_table_routes(this.table) : 0;
    return Array.from({ length }, (_, i) => this.#read(i));
  }

  /**
   * The index of the first route of that name; undefined if there is none.
   * @param {string} name
   */
  find(name) {
    this.#named ??= new Map(
      this.records.map((record, i) => /** @type {[string, number]} */ ([record.name, i])).reverse(),
    );
    return this.#named.get(name);
  }

  /** The methods' numbers. Allocates nothing but the first time. */
  get methods() {
    return (this.#methods ??= this.#readMethods());
  }

  #readMethods() {
    const names = new Set(this.records.map((record) => record.method));
    const numbers = [...names].map((name) => /** @type {[string, number]} */ ([name, this.#numberOf(name)]));
    return new Methods(numbers, NO_METHOD);
  }

  /** @param {string} method */
  #numberOf(method) {
    return wasm.wye_table_method(this.table, INPUT, writeText(method, INPUT, INPUT_SIZE));
  }

  /**
   * @param {number} index
   * @returns {RouteRecord}
   */
  #read(index) {
    wasm.wye_table_route(this.table, index, INPUT);
    const at = INPUT >> 2;
    const [method, pattern, name, host] = [0, 2, 4, 6].map((i) => readText(words[at + i], words[at + i + 1]));
    const [id, params] = words.subarray(at + 8, at + 10);
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
    return readText(words[INPUT >> 2], words[(INPUT >> 2) + 1]);
  }
}
