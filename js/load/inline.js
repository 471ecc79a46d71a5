// Every host that compiles WebAssembly itself: the module's bytes are in this file, so that nothing has to be found.

import { decodeBytes } from "./bytes.js";
import { compile } from "./compile.js";
// @ts-ignore: js/bundle.mjs makes it of wye.wasm
import text from "#text";

/** @type {WebAssembly.Module | undefined} */
export const module = compile(decodeBytes(text));
