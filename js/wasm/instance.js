// The one WebAssembly instance of the process, its memory, and the words that cross between the two sides. All
// knowledge of exports and layouts is here; tables only see functions and numbers.

import { module } from "#module";
import { ABI, INPUT_SIZE, STATUSES } from "./constants.js";
import { WyeError } from "../base/error.js";
import { fastestWriter } from "./writers.js";

/**
 * @typedef {object} Exports what wasm/exports.c exports; docs/abi.md tells of each
 * @property {WebAssembly.Memory} memory
 * @property {() => number} wye_abi
 * @property {() => number} wye_input
 * @property {() => number} wye_error
 * @property {(size: number) => number} wye_alloc
 * @property {(block: number) => void} wye_free
 * @property {(options: number) => number} wye_builder_new
 * @property {(builder: number, method: number, methodLength: number, pattern: number, patternLength: number,
 *   name: number, nameLength: number, host: number, hostLength: number, id: number) => number} wye_builder_add
 * @property {(builder: number, method: number, methodLength: number, pattern: number, patternLength: number,
 *   host: number, hostLength: number) => number} wye_builder_remove
 * @property {(builder: number) => number} wye_builder_build
 * @property {(builder: number) => void} wye_builder_free
 * @property {(table: number) => number} wye_table_routes
 * @property {(table: number, index: number, out: number) => number} wye_table_route
 * @property {(table: number, route: number, param: number, out: number) => number} wye_table_param_name
 * @property {(table: number, route: number, param: number) => number} wye_table_is_catch_all
 * @property {(table: number, number: number, out: number) => number} wye_table_method_name
 * @property {(table: number) => number} wye_context_new
 * @property {(table: number, context: number, method: number, path: number, length: number) => number} wye_match_method
 * @property {(table: number, context: number, method: number, url: number, length: number) => number} wye_match_url
 * @property {(table: number, context: number, method: number, path: number, length: number, hits: number,
 *   capacity: number, size: number) => number} wye_match_all
 * @property {(table: number, context: number, method: number, url: number, length: number, hits: number,
 *   capacity: number, size: number) => number} wye_match_all_url
 * @property {(table: number, context: number, buffer: number, capacity: number) => number} wye_allow
 * @property {(table: number, context: number, text: number, length: number, buffer: number,
 *   capacity: number) => number} wye_location
 * @property {(table: number, context: number, route: number, values: number, count: number, buffer: number,
 *   capacity: number) => number} wye_url
 * @property {(slots: number, params: number, seedLow: number, seedHigh: number) => number} wye_pool_new
 * @property {(pool: number, slots: number, params: number) => number} wye_pool_grow
 * @property {(pool: number) => void} wye_pool_free
 * @property {(pool: number, context: number) => number} wye_acquire
 * @property {(pool: number, slot: number, generation: number) => number} wye_release
 * @property {(pool: number, slot: number, generation: number) => number} wye_request_id
 * @property {(keys: number, rate: number, burst: number, seedLow: number, seedHigh: number) => number} wye_buckets_new
 * @property {(buckets: number, key: number, length: number, now: number) => number} wye_buckets_take
 */

const COMPILE = "write init(await WebAssembly.compile(bytes)), with the bytes of wye/wye.wasm";

const missing = () => {
  throw new WyeError("BAD_ARGUMENT", "bad argument: wye/core has no module yet: call init(module) first");
};

/** @type {Exports} */
export let wasm = new Proxy(/** @type {any} */ ({}), { get: missing });

/** The lookups have names of their own: to find them in `wasm` takes 5 of 70 ns. @type {Exports["wye_match_method"]} */
export let wye_match_method;
/** @type {Exports["wye_match_url"]} */
export let wye_match_url;

/** Where the input buffer begins. */
export let INPUT = 0;

const writerOf = fastestWriter();

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true }); // U+FEFF is a character like any other

/** Memory as 32-bit numbers. @type {Int32Array} */
export let words = new Int32Array(0);
/** Memory as bytes. @type {Uint8Array} */
export let bytes = new Uint8Array(0);

/**
 * Copies a string into the input buffer as UTF-8, as much of it as fits; returns the bytes written. Allocates
 * nothing.
 * @type {(text: string) => number}
 */
export let writeInput = () => 0;

/**
 * Makes the instance. Only wye/core exports this: elsewhere it has run by the time the package is imported. A second
 * call is an error.
 * @param {WebAssembly.Module} given wye.wasm
 */
export function init(given) {
  if (INPUT !== 0) throw new WyeError("BAD_ARGUMENT", "bad argument: init was already called");
  // Not by `instanceof`: the module may come from another realm, which has a WebAssembly.Module of its own.
  const kind = Object.prototype.toString.call(given);
  if (kind !== "[object WebAssembly.Module]")
    throw new WyeError("BAD_ARGUMENT", `bad argument: init takes a WebAssembly.Module, not ${kind}: ${COMPILE}`);
  const isAlone = WebAssembly.Module.imports(given).length === 0;
  const exports = /** @type {any} */ (isAlone ? new WebAssembly.Instance(given, {}).exports : {});
  if (exports.wye_abi?.() !== ABI)
    throw new WyeError("BAD_ARGUMENT", "bad argument: init: not the wye.wasm of this version: take wye/wye.wasm");
  wasm = exports;
  ({ wye_match_method, wye_match_url } = exports);
  INPUT = wasm.wye_input();
  renewViews();
}

/** Call this after every export that may have grown memory: that detaches the views of the old buffer. */
export function renewViews() {
  const { buffer } = wasm.memory;
  if (words.buffer === buffer) return;
  words = new Int32Array(buffer);
  bytes = new Uint8Array(buffer);
  writeInput = writerOf(buffer, INPUT, INPUT_SIZE);
}

if (module !== undefined) init(module);

/**
 * The text of `length` bytes at `offset`.
 * @param {number} offset
 * @param {number} length
 */
export function readText(offset, length) {
  return decoder.decode(bytes.subarray(offset, offset + length));
}

/**
 * Writes a string into memory as UTF-8, at most `capacity` bytes of it; returns the bytes written.
 * @param {string} text
 * @param {number} offset
 * @param {number} capacity
 */
export function writeText(text, offset, capacity) {
  return encoder.encodeInto(text, bytes.subarray(offset, offset + capacity)).written;
}

/**
 * Runs a cold call in which memory may grow.
 * @param {() => number} call
 */
export function cold(call) {
  const result = call();
  renewViews();
  return result;
}

/**
 * Runs `use` with a block of linear memory, and frees the block afterwards. Memory may grow.
 * @template Result
 * @param {number} size
 * @param {(block: number) => Result} use
 */
export function withBlock(size, use) {
  const block = cold(() => wasm.wye_alloc(size));
  if (!block) throw new WyeError("NO_MEMORY", "no memory: the module's memory cannot grow");
  try {
    return use(block);
  } finally {
    wasm.wye_free(block);
  }
}

/** What the last failed call left behind; `other` is the index of the route that is in the way. */
export function lastError() {
  const at = wasm.wye_error() >> 2;
  const [status, offset, other, message, length] = words.subarray(at, at + 5);
  return { code: STATUSES[-status], offset, other, message: readText(message, length) };
}

/** The same as an error to throw. */
export function failure() {
  const { code, offset, message } = lastError();
  return new WyeError(code, message, offset);
}
