// In a checkout, the module is read from the file that was built last. The package does not have this loader.

import { readFileSync } from "node:fs";

const file = process.env.WYE_WASM ?? new URL("../wye.wasm", import.meta.url);

/** @type {WebAssembly.Module | undefined} */
export const module = new WebAssembly.Module(readFileSync(file));
