// Browsers and all other hosts: the module's bytes are in this file, as text, so there is no second file to find.

import { decodeBytes } from "./bytes.js";
import { compile } from "./compile.js";
// @ts-ignore: js/bundle.mjs makes it from wye.wasm
import text from "#text";

/** @type {WebAssembly.Module | undefined} */
export const module = compile(decodeBytes(text));
