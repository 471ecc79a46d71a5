// wye/core: everything, for a host that loads wye.wasm its own way. Call `init(module)` before you make a table.

export * from "./index.js";
export { init } from "./wasm/instance.js";
