export * from "./index.js";
export { init } from "./instance.js";
