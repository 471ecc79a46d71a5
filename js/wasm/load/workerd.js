// workerd and Cloudflare Workers compile no code at run time: the compiled module is imported. Its file is in the same
// folder of dist/ as the bundle that this file becomes a part of.

// @ts-ignore: the host turns the file into a WebAssembly.Module
import wasm from "./wye.wasm";

/** @type {WebAssembly.Module | undefined} */
export const module = wasm;
