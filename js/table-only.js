// wye/table: everything without the app: route tables, context pools, token buckets.

export { TokenBuckets } from "./buckets.js";
export { ContextPool } from "./context-pool.js";
export { WyeError } from "./error.js";
export { RouteTable } from "./table.js";
