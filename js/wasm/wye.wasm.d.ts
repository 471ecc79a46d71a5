// wye/wye.wasm: where a host or a bundler turns the file into a module. docs/abi.md has its exports.
declare const module: WebAssembly.Module;
export default module;
