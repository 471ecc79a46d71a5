// wye/wye.wasm, for hosts and bundlers that import the file as a module. docs/abi.md describes its exports.
declare const module: WebAssembly.Module;
export default module;
