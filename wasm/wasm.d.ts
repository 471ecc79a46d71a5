// In workerd, and in bundlers for it, an import of a .wasm file is the compiled module.
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
