import { WyeError } from "./error.js";
export type Exports = {
    memory: WebAssembly.Memory;
    wye_abi: () => number;
    wye_input: () => number;
    wye_error: () => number;
    wye_alloc: (size: number) => number;
    wye_free: (block: number) => void;
    wye_builder_new: (options: number) => number;
    wye_builder_add: (builder: number, method: number, methodLength: number, pattern: number, patternLength: number, name: number, nameLength: number, host: number, hostLength: number, id: number) => number;
    wye_builder_remove: (builder: number, method: number, methodLength: number, pattern: number, patternLength: number, host: number, hostLength: number) => number;
    wye_builder_build: (builder: number) => number;
    wye_builder_free: (builder: number) => void;
    wye_table_routes: (table: number) => number;
    wye_table_route: (table: number, index: number, out: number) => number;
    wye_table_param_name: (table: number, route: number, param: number, out: number) => number;
    wye_table_is_catch_all: (table: number, route: number, param: number) => number;
    wye_table_method: (table: number, method: number, length: number) => number;
    wye_context_new: (table: number) => number;
    wye_match: (table: number, context: number, method: number, path: number, length: number) => number;
    wye_match_url: (table: number, context: number, method: number, url: number, length: number) => number;
    wye_match_all: (table: number, context: number, method: number, path: number, length: number, hits: number, capacity: number, size: number) => number;
    wye_match_all_url: (table: number, context: number, method: number, url: number, length: number, hits: number, capacity: number, size: number) => number;
    wye_allow: (table: number, context: number, buffer: number, capacity: number) => number;
    wye_location: (table: number, context: number, text: number, length: number, buffer: number, capacity: number) => number;
    wye_url: (table: number, context: number, route: number, values: number, count: number, buffer: number, capacity: number) => number;
    wye_pool_new: (slots: number, params: number, seedLow: number, seedHigh: number) => number;
    wye_pool_grow: (pool: number, slots: number, params: number) => number;
    wye_pool_free: (pool: number) => void;
    wye_acquire: (pool: number, context: number) => number;
    wye_release: (pool: number, slot: number, generation: number) => number;
    wye_request_id: (pool: number, slot: number, generation: number) => number;
    wye_buckets_new: (keys: number, rate: number, burst: number, seedLow: number, seedHigh: number) => number;
    wye_buckets_take: (buckets: number, key: number, length: number, now: number) => number;
};
/** @type {Exports} */
export declare let wasm: Exports;
/** The lookups apart from the others: to find them in `wasm` takes 5 ns of 70. @type {Exports["wye_match"]} */
export declare let wye_match: Exports["wye_match"];
/** @type {Exports["wye_match_url"]} */
export declare let wye_match_url: Exports["wye_match_url"];
/** Where the input buffer begins. */
export declare let INPUT: number;
/** Memory as 32-bit numbers. */
export declare let words: Int32Array<ArrayBuffer>;
/** Memory as bytes. */
export declare let bytes: Uint8Array<ArrayBuffer>;
/**
 * Copies a string into the input buffer as UTF-8, as much of it as fits; returns the bytes written. Allocates
 * nothing.
 * @type {(text: string) => number}
 */
export declare let writeInput: (text: string) => number;
/**
 * Makes the instance. Where the host brings the module by itself this has happened before anybody can call it; a second
 * time is an error.
 * @param {WebAssembly.Module} given wye.wasm
 */
export declare function init(given: WebAssembly.Module): void;
/** To be called after every export that may have grown memory: views of the old one are dead then. */
export declare function renewViews(): void;
/**
 * The text of `length` bytes at `offset`.
 * @param {number} offset
 * @param {number} length
 */
export declare function readText(offset: number, length: number): string;
/**
 * Writes a string into memory as UTF-8, at most `capacity` bytes of it; returns the bytes written.
 * @param {string} text
 * @param {number} offset
 * @param {number} capacity
 */
export declare function writeText(text: string, offset: number, capacity: number): number;
/**
 * Runs a cold call in which memory may grow.
 * @param {() => number} call
 */
export declare function cold(call: () => number): number;
/**
 * Runs `use` with a block of linear memory, which is given back behind it. Memory may grow.
 * @template Result
 * @param {number} size
 * @param {(block: number) => Result} use
 */
export declare function withBlock<Result>(size: number, use: (block: number) => Result): Result;
/** What the last failed call left behind; `other` is the index of the route that is in the way. */
export declare function lastError(): {
    code: string;
    offset: number;
    other: number;
    message: string;
};
/** The same as what is thrown. */
export declare function failure(): WyeError;
