// What an import of a .wasm file gives in workerd and in bundlers for it.
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
