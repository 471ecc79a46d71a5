// Node, Deno and Bun: the module's bytes are in this file, as base64, which these hosts decode natively. Bundlers for
// browsers may take this file, too, for `require`. They polyfill the bare name Buffer, so it is read from globalThis.

import { compile } from "./compile.js";
// @ts-ignore: js/bundle.mjs makes it from wye.wasm
import text from "#base64";

const { Buffer } = /** @type {{ Buffer?: BufferConstructor }} */ (globalThis);
const { fromBase64 } = /** @type {{ fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }} */ (Uint8Array);

function decode() {
  if (Buffer) return Buffer.from(text, "base64");
  return fromBase64?.call(Uint8Array, text) ?? Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0));
}

/** @type {WebAssembly.Module | undefined} */
export const module = compile(decode());
