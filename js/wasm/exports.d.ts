// What wasm/exports.c exports; docs/abi.md describes each function. Offsets and lengths are in bytes.

export interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer }; // not WebAssembly.Memory: users may have no types of the web
  wye_abi(): number;
  wye_input(): number;
  wye_error(): number;
  wye_alloc(size: number): number;
  wye_free(block: number): void;
  wye_builder_new(options: number): number;
  wye_builder_add(
    builder: number, method: number, methodLength: number, pattern: number, patternLength: number, name: number,
    nameLength: number, host: number, hostLength: number, id: number,
  ): number;
  wye_builder_remove(
    builder: number, method: number, methodLength: number, pattern: number, patternLength: number, host: number,
    hostLength: number,
  ): number;
  wye_builder_build(builder: number): number;
  wye_builder_free(builder: number): void;
  wye_table_routes(table: number): number;
  wye_table_route(table: number, index: number, out: number): number;
  wye_table_param_name(table: number, route: number, param: number, out: number): number;
  wye_table_is_catch_all(table: number, route: number, param: number): number;
  wye_table_method_name(table: number, number: number, out: number): number;
  wye_context_new(table: number): number;
  wye_match_method(table: number, context: number, method: number, path: number, length: number): number;
  wye_match_url(table: number, context: number, method: number, url: number, length: number): number;
  wye_match_all(
    table: number, context: number, method: number, path: number, length: number, hits: number, capacity: number,
    size: number,
  ): number;
  wye_match_all_url(
    table: number, context: number, method: number, url: number, length: number, hits: number, capacity: number,
    size: number,
  ): number;
  wye_allow(table: number, context: number, buffer: number, capacity: number): number;
  wye_location(table: number, context: number, text: number, length: number, buffer: number, capacity: number): number;
  wye_url(
    table: number, context: number, route: number, values: number, count: number, buffer: number, capacity: number,
  ): number;
  wye_pool_new(slots: number, params: number, seedLow: number, seedHigh: number): number;
  wye_pool_grow(pool: number, slots: number, params: number): number;
  wye_pool_free(pool: number): void;
  wye_acquire(pool: number, context: number): number;
  wye_release(pool: number, slot: number, generation: number): number;
  wye_request_id(pool: number, slot: number, generation: number): number;
  wye_buckets_new(keys: number, rate: number, burst: number, seedLow: number, seedHigh: number): number;
  wye_buckets_take(buckets: number, key: number, length: number, now: number): number;
}
