// wye/core: the same as wye, for a host that loads wye.wasm its own way. Call `init(module)` before you make a table or
// an app.

export * from "./index.js";
export { init } from "./wasm/instance.js";
