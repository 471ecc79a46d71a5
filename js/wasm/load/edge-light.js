// Vercel's Edge Runtime compiles no code at run time either; its bundlers take an import with "?module" as a module.

// @ts-ignore: the bundler turns the file into a WebAssembly.Module
import wasm from "../workerd/wye.wasm?module";

/** @type {WebAssembly.Module | undefined} */
export const module = wasm;
