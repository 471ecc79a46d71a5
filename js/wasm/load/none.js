// wye/core: there is no module until `init` is called.

/** @type {WebAssembly.Module | undefined} */
export const module = undefined;
