// workerd and Cloudflare Workers: code may not be compiled at run time, so the module is imported, ready-made; and
// JavaScript's own loop copies strings fastest (docs/decisions.md has the figures).

// @ts-ignore: the host turns the file into a WebAssembly.Module
import wasm from "./wye.wasm";
import { loopWriter } from "./utf8.js";

/** @type {WebAssembly.Module} */
export const module = wasm;

export const writerOf = loopWriter;
