// wye/table: everything without the app: route tables, context pools, token buckets.

export { TokenBuckets } from "./table/token-buckets.js";
export { ContextPool } from "./table/context-pool.js";
export { WyeError } from "./base/error.js";
export { RouteTable } from "./table/route-table.js";
