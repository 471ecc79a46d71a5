/** @type {WebAssembly.Module | undefined} */
export declare const module: WebAssembly.Module | undefined;
