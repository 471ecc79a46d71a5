// Compiles the bytes that a JavaScript file contains. If the host refuses, its message shows the reason, and the error
// says what to do.

import { WyeError } from "../../base/error.js";

const POLICY =
  "the Content-Security-Policy forbids it: add 'wasm-unsafe-eval' to the script-src of this page (or of this worker)";
const IMPORTED =
  "this host compiles none at run time: let the bundler resolve with the host's condition (workerd, edge-light), or " +
  "import wye/core and give init() the module";

/** @param {Uint8Array<ArrayBuffer>} bytes */
export function compile(bytes) {
  try {
    return new WebAssembly.Module(bytes);
  } catch (cause) {
    const { message } = /** @type {Error} */ (cause);
    const reason = /Content Security|CSP/i.test(message) ? POLICY : /embedder/.test(message) ? IMPORTED : message;
    throw Object.assign(new WyeError("NO_WEBASSEMBLY", `no WebAssembly: ${reason}`), { cause });
  }
}
