// Vercel's Edge Runtime compiles no code at run time either; its bundlers know the module by "?module".

// @ts-ignore: the bundler turns the file into a WebAssembly.Module
import wasm from "../workerd/wye.wasm?module";

/** @type {WebAssembly.Module | undefined} */
export const module = wasm;
