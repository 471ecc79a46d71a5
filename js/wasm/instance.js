// The package's one WebAssembly instance: its exports, its memory, and the texts that pass in and out.

import { module } from "#module";
import { badArgument } from "../base/arguments.js";
import { WyeError } from "../base/error.js";
import { ABI, INPUT_SIZE, STATUSES } from "./constants.js";
import { fastestWriter } from "./string-writers.js";

/** @typedef {import("./exports.js").Exports} Exports */

const COMPILE = "write init(await WebAssembly.compile(bytes)), with the bytes of wye/wye.wasm";

const notInitialized = () => {
  throw badArgument("wye/core has no module yet: call init(module) first");
};

/** @type {Exports} */
export let wasm = new Proxy(/** @type {any} */ ({}), { get: notInitialized });

/** Variables for the two lookups: reading them from `wasm` takes 5 of 70 ns. @type {Exports["wye_match_method"]} */
export let wye_match_method;
/** @type {Exports["wye_match_url"]} */
export let wye_match_url;

/** The offset of the input buffer. */
export let inputOffset = 0;

// ---------------------------------------------------------------- the start

/**
 * Makes the instance. Only wye/core exports this: the other entries have called it by the end of their import. A second
 * call is an error.
 * @param {WebAssembly.Module} given wye.wasm
 */
export function init(given) {
  if (inputOffset !== 0) throw badArgument("init must be called only once");
  // Not by `instanceof`: the module may come from another realm, which has a WebAssembly.Module of its own.
  const kind = Object.prototype.toString.call(given);
  if (kind !== "[object WebAssembly.Module]")
    throw badArgument(`init: module must be a WebAssembly.Module, not ${kind}: ${COMPILE}`);
  const isAlone = WebAssembly.Module.imports(given).length === 0;
  const exports = /** @type {any} */ (isAlone ? new WebAssembly.Instance(given, {}).exports : {});
  if (exports.wye_abi?.() !== ABI)
    throw badArgument("init: module must be wye/wye.wasm of this version");
  wasm = exports;
  ({ wye_match_method, wye_match_url } = exports);
  inputOffset = wasm.wye_input();
  renewViews();
}

// ---------------------------------------------------------------- memory

const writerOf = fastestWriter();

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

/** Must run after every export that may have grown memory: growing detaches the views of the old buffer. */
export function renewViews() {
  const { buffer } = wasm.memory;
  if (words.buffer === buffer) return;
  words = new Int32Array(buffer);
  bytes = new Uint8Array(buffer);
  writeInput = writerOf(buffer, inputOffset, INPUT_SIZE);
}

if (module !== undefined) init(module);

/**
 * The 32-bit number at an offset.
 * @param {number} offset a multiple of 4
 */
export function int32At(offset) {
  return words[offset >> 2];
}

/**
 * Calls an export that makes something in linear memory, and returns its offset. If that is no offset, throws the
 * module's error.
 * @param {() => number} make
 */
export function create(make) {
  const offset = make();
  renewViews();
  if (offset <= 0) throw moduleError();
  return offset;
}

/**
 * A block of linear memory. `wasm.wye_free` frees it.
 * @param {number} size
 */
export function allocate(size) {
  const block = wasm.wye_alloc(size);
  renewViews();
  if (block === 0) throw new WyeError("NO_MEMORY", "no memory: the module's memory cannot grow");
  return block;
}

/**
 * Runs `use` with a block of linear memory, and frees the block afterwards.
 * @template Result
 * @param {number} size
 * @param {(block: number) => Result} use
 */
export function withBlock(size, use) {
  const block = allocate(size);
  try {
    return use(block);
  } finally {
    wasm.wye_free(block);
  }
}

// ---------------------------------------------------------------- texts

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true }); // U+FEFF is a character like any other

/**
 * Writes texts into the input buffer; returns the offset and the length of each. Each has a quarter of the buffer. A
 * text that does not fit is cut, but what remains still exceeds the limit for such texts, so the export refuses it.
 * @param {string[]} texts four at most
 */
export function writeTexts(texts) {
  return texts.flatMap((text, i) => {
    const offset = inputOffset + i * (INPUT_SIZE / 4);
    return [offset, encoder.encodeInto(text, bytes.subarray(offset, offset + INPUT_SIZE / 4)).written];
  });
}

/**
 * The text of `length` bytes at `offset`.
 * @param {number} offset
 * @param {number} length
 */
export function readText(offset, length) {
  return decoder.decode(bytes.subarray(offset, offset + length));
}

/**
 * The text that an offset and a length in memory point at.
 * @param {number} pair the offset of the two
 */
export function readTextAt(pair) {
  return readText(int32At(pair), int32At(pair + 4));
}

// ---------------------------------------------------------------- errors

/** The module's last error; `other` is the index of the route that conflicts. */
export function readError() {
  const error = wasm.wye_error();
  const [status, offset, other] = words.subarray(error >> 2);
  return { code: STATUSES[-status], offset, other, message: readTextAt(error + 12) };
}

/** The same, as an error to throw. */
export function moduleError() {
  const { code, offset, message } = readError();
  return new WyeError(code, message, offset);
}
