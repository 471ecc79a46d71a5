// wye/core: whoever imports it brings the module.

/** @type {WebAssembly.Module | undefined} */
export const module = undefined;
