// wye/core: there is no module before `init`.

/** @type {WebAssembly.Module | undefined} */
export const module = undefined;
