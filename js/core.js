// wye/core: everything, for a host that has its own way to wye.wasm. `init(module)` comes before the first table.

export * from "./index.js";
export { init } from "./instance.js";
