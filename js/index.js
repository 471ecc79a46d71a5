// wye: a router for edge runtimes.

export { WyeError } from "./error.js";
export { RouteTable } from "./table.js";
