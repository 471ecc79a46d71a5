/*
 * The module's ABI: only numbers, among them offsets in the exported memory. docs/abi.md describes every function for
 * those who write hosts. Functions with the names of wye.h do the same.
 */
#include "wye.h"

#include "build/image.h"
#include "heap.h"
#include "constants.h"

#define EXPORT(name) __attribute__((export_name(#name)))

/* ------------------------------------------------------------------ memory */

/* Aligned so that short paths are far from the end of a page, where a lookup must copy what it scans. */
static _Alignas(4096) uint8_t input[WYE_INPUT_SIZE];

EXPORT(wye_abi) int32_t abi(void) { return wye_fingerprint(); }

EXPORT(wye_alloc) void *alloc(uint32_t size) { return heap_alloc(size); }

EXPORT(wye_free) void free_block(void *block) { heap_free(block); }

EXPORT(wye_input) uint8_t *input_buffer(void) { return input; }

/* ------------------------------------------------------------------ errors */

static char sentence[2 * (WYE_MAX_PATTERN + WYE_MAX_HOST + WYE_MAX_METHOD) + 512]; /* two routes, and the rest */

static struct {
  int32_t status;
  uint32_t offset;
  uint32_t other;
  const char *text;
  uint32_t text_length;
} last_error = {.text = sentence};

EXPORT(wye_error) const void *error(void) { return &last_error; }

static int32_t remember(const struct wye_error *e, const struct wye_builder *builder, const struct wye_route *route) {
  size_t length = wye_error_format(e, builder, route, sentence, sizeof sentence);
  last_error.status = e->status;
  last_error.offset = e->offset;
  last_error.other = e->other;
  last_error.text_length = (uint32_t)(length < sizeof sentence ? length : sizeof sentence - 1);
  return e->status;
}

static int32_t remember_status(int32_t status, const char *detail) {
  struct wye_error e = {.status = status, .other = WYE_NONE, .detail = detail};
  return remember(&e, NULL, NULL);
}

static int32_t no_memory(void) { return remember_status(WYE_NO_MEMORY, "the module's memory cannot grow"); }

/* ------------------------------------------------------------------ builders */

enum { FIRST_BLOCK = 4096 };

/* A builder and the size of its block, which is replaced by a larger one as the builder grows. */
struct growing {
  struct wye_builder *builder;
  uint32_t size;
  bool removed; /* routes have been removed since the last move */
};

/* Moves the builder into a block of twice the size; or of the same size, if removed routes fill half of it. */
static bool grow(struct growing *g) {
  struct wye_builder *moved;
  bool enough = g->removed && wye_builder_used(g->builder) < g->size / 2;
  uint32_t size = enough ? g->size : g->size * 2;
  if (g->size > UINT32_MAX / 2) return false;
  void *block = heap_alloc(size);
  if (!block) return false;
  wye_builder_move(g->builder, block, size, &moved);
  heap_free(g->builder);
  g->builder = moved;
  g->size = size;
  g->removed = false;
  return true;
}

/*
 *     31       16 15  5 4                       3                  2            1              0
 *     | max_path  | 0   | no_method_not_allowed | case_insensitive | clean_path | trailing_slash |
 */
EXPORT(wye_builder_new) struct growing *builder_new(uint32_t options) {
  uint32_t rest =
      (options & 0xFFFF) >> 4; /* above 1 it has unknown bits, which wye_builder_init refuses as the value 2 */
  struct wye_options o = {options & 3, options >> 2 & 1, options >> 3 & 1, rest > 1 ? 2 : (uint8_t)rest, options >> 16};
  struct growing *g = heap_alloc(sizeof *g);
  void *block = heap_alloc(FIRST_BLOCK);
  int32_t status = g && block ? WYE_OK : no_memory();
  if (status == WYE_OK) {
    *g = (struct growing){.size = FIRST_BLOCK};
    status = wye_builder_init(block, FIRST_BLOCK, &o, &g->builder);
    if (status < 0) remember_status(status, "an option has an unknown value");
  }
  if (status == WYE_OK) return g;
  heap_free(g);
  heap_free(block);
  return NULL;
}

EXPORT(wye_builder_free) void builder_free(struct growing *g) {
  if (!g) return;
  heap_free(g->builder);
  heap_free(g);
}

EXPORT(wye_builder_add)
int32_t builder_add(struct growing *g, const char *method, uint32_t method_length, const char *pattern,
                    uint32_t pattern_length, const char *name, uint32_t name_length, const char *host,
                    uint32_t host_length, int32_t id) {
  struct wye_route route = {method, method_length, pattern, pattern_length, name, name_length, host, host_length, id};
  struct wye_error e;
  for (;;) {
    int32_t status = wye_builder_add(g->builder, &route, &e);
    if (status >= 0) return status;
    if (status != WYE_NO_MEMORY) return remember(&e, g->builder, &route);
    if (!grow(g)) return no_memory();
  }
}

EXPORT(wye_builder_remove)
int32_t builder_remove(struct growing *g, const char *method, uint32_t method_length, const char *pattern,
                       uint32_t pattern_length, const char *host, uint32_t host_length) {
  struct wye_route route = {.method = method,
                            .method_length = method_length,
                            .pattern = pattern,
                            .pattern_length = pattern_length,
                            .host = host,
                            .host_length = host_length};
  for (;;) {
    int32_t status = wye_builder_remove(g->builder, &route);
    if (status == WYE_OK) g->removed = true;
    if (status != WYE_NO_MEMORY) return status;
    if (!grow(g)) return no_memory();
  }
}

static void *take_image(void *image, size_t size) { return *(void **)image = heap_alloc((uint32_t)size); }

/* Returns the table, which is its image, in a block of its own. */
EXPORT(wye_builder_build) intptr_t builder_build(struct growing *g) {
  void *image;
  size_t size;
  for (;;) {
    int32_t status = wye__build(g->builder, take_image, &image, &size);
    if (status == WYE_OK) return (intptr_t)image;
    if (status != WYE_NO_MEMORY) return remember_status(status, "an image has at most 1 GiB");
    if (size || !grow(g)) return no_memory();
  }
}

/* ------------------------------------------------------------------ tables */

EXPORT(wye_table_open) int32_t table_open(const void *image, uint32_t size) {
  const struct wye_table *table;
  struct wye_error e;
  int32_t status = wye_table_open(image, size, &table, &e);
  return status < 0 ? remember(&e, NULL, NULL) : status;
}

EXPORT(wye_table_size) uint32_t table_size(const struct wye_table *table) { return (uint32_t)wye_table_size(table); }

EXPORT(wye_table_routes) uint32_t table_routes(const struct wye_table *table) { return wye_table_routes(table); }

EXPORT(wye_table_method) uint32_t table_method(const struct wye_table *table, const char *method, uint32_t length) {
  return wye_table_method(table, method, length);
}

/* Writes the offset and the length of a text. */
static int32_t point_at(const char *text, size_t length, uint32_t out[2]) {
  out[0] = (uint32_t)(uintptr_t)text;
  out[1] = (uint32_t)length;
  return text ? WYE_OK : WYE_BAD_ARGUMENT;
}

EXPORT(wye_table_method_name)
int32_t table_method_name(const struct wye_table *table, uint32_t number, uint32_t out[2]) {
  size_t length;
  const char *name = wye_table_method_name(table, number, &length);
  return point_at(name, length, out);
}

/* Writes ten numbers: struct wye_route, and the number of parameters. */
EXPORT(wye_table_route) int32_t table_route(const struct wye_table *table, uint32_t index, uint32_t out[10]) {
  _Static_assert(sizeof(struct wye_route) == 9 * sizeof *out, "each of its fields is a number here");
  bool found = wye_table_route(table, index, (struct wye_route *)(void *)out);
  out[9] = wye_table_param_count(table, index);
  return found ? WYE_OK : WYE_BAD_ARGUMENT;
}

EXPORT(wye_table_param_name)
int32_t table_param_name(const struct wye_table *table, uint32_t route, uint32_t param, uint32_t out[2]) {
  size_t length;
  const char *name = wye_table_param_name(table, route, param, &length);
  return point_at(name, length, out);
}

EXPORT(wye_table_is_catch_all)
uint32_t table_is_catch_all(const struct wye_table *table, uint32_t route, uint32_t param) {
  return wye_table_is_catch_all(table, route, param);
}

/* ------------------------------------------------------------------ lookups */

EXPORT(wye_context_new) struct wye_context *context_new(const struct wye_table *table) {
  size_t size = wye_context_size(table);
  struct wye_context *context = NULL;
  void *block = heap_alloc((uint32_t)size);
  if (!block) return no_memory(), NULL;
  wye_context_init(block, size, table, &context);
  return context;
}

EXPORT(wye_match_method)
int32_t match_method(const struct wye_table *table, struct wye_context *context, uint32_t method, const char *path,
                     uint32_t length) {
  return wye_match_method(table, context, method, path, length);
}

EXPORT(wye_match_url)
int32_t match_url(const struct wye_table *table, struct wye_context *context, uint32_t method, const char *url,
                  uint32_t length) {
  return wye_match_url(table, context, method, url, length);
}

/* Writes the bytes that the hits take to `size`. */
EXPORT(wye_match_all)
int32_t match_all(const struct wye_table *table, struct wye_context *context, uint32_t method, const char *path,
                  uint32_t length, struct wye_hit *hits, uint32_t capacity, uint32_t *size) {
  size_t taken;
  int32_t count = wye_match_all(table, context, method, path, length, hits, capacity, &taken);
  *size = (uint32_t)taken;
  return count;
}

EXPORT(wye_match_all_url)
int32_t match_all_url(const struct wye_table *table, struct wye_context *context, uint32_t method, const char *url,
                      uint32_t length, struct wye_hit *hits, uint32_t capacity, uint32_t *size) {
  size_t taken;
  int32_t count = wye_match_all_url(table, context, method, url, length, hits, capacity, &taken);
  *size = (uint32_t)taken;
  return count;
}

EXPORT(wye_allow)
uint32_t allow(const struct wye_table *table, const struct wye_context *context, char *buffer, uint32_t capacity) {
  return (uint32_t)wye_allow(table, context, buffer, capacity);
}

EXPORT(wye_location)
uint32_t location(const struct wye_table *table, const struct wye_context *context, const char *text, uint32_t length,
                  char *buffer, uint32_t capacity) {
  return (uint32_t)wye_location(table, context, text, length, buffer, capacity);
}

EXPORT(wye_decode_param)
uint32_t decode_param(const struct wye_table *table, uint32_t route, uint32_t param, const char *raw, uint32_t length,
                      char *buffer, uint32_t capacity) {
  return (uint32_t)wye_decode_param(table, route, param, raw, length, buffer, capacity);
}

EXPORT(wye_decode) uint32_t decode(const char *text, uint32_t length, char *buffer, uint32_t capacity) {
  return (uint32_t)wye_decode(text, length, buffer, capacity);
}

/* ------------------------------------------------------------------ pools */

static uint64_t from_halves(uint32_t low, uint32_t high) { return (uint64_t)high << 32 | low; }

/* Makes a pool in a block of its own, or moves one into a larger block. */
static struct wye_pool *new_pool(struct wye_pool *old, const struct wye_pool_options *options) {
  struct wye_pool *pool;
  size_t size = wye_pool_size(options);
  void *block = size ? heap_alloc((uint32_t)size) : NULL;
  if (size && !block) return no_memory(), NULL;
  int32_t status = old ? wye_pool_move(old, block, size, options, &pool) : wye_pool_init(block, size, options, &pool);
  heap_free(pool ? (void *)old : block);
  if (!pool) remember_status(status, "a pool has 1 to 65,536 slots of at most 64 parameters, and never gets smaller");
  return pool;
}

EXPORT(wye_pool_new)
struct wye_pool *pool_new(uint32_t slots, uint32_t params, uint32_t seed_low, uint32_t seed_high) {
  return new_pool(
      NULL, &(struct wye_pool_options){.slots = slots, .params = params, .seed = from_halves(seed_low, seed_high)});
}

EXPORT(wye_pool_grow) struct wye_pool *pool_grow(struct wye_pool *pool, uint32_t slots, uint32_t params) {
  return new_pool(pool, &(struct wye_pool_options){.slots = slots, .params = params});
}

EXPORT(wye_pool_free) void pool_free(struct wye_pool *pool) { heap_free(pool); }

EXPORT(wye_acquire) int32_t acquire(struct wye_pool *pool, const struct wye_context *context) {
  uint64_t handle;
  int32_t status = wye_acquire(pool, context, &handle);
  return status < 0 ? status : (int32_t)handle;
}

EXPORT(wye_release) int32_t release(struct wye_pool *pool, uint32_t slot, uint32_t generation) {
  return wye_release(pool, from_halves(slot, generation));
}

EXPORT(wye_request_id) const char *request_id(struct wye_pool *pool, uint32_t slot, uint32_t generation) {
  struct wye_slot *found = wye_slot(pool, from_halves(slot, generation));
  return found ? wye_request_id(pool, found) : NULL;
}

/* ------------------------------------------------------------------ rates */

EXPORT(wye_buckets_new)
struct wye_buckets *buckets_new(uint32_t keys, double rate, double burst, uint32_t seed_low, uint32_t seed_high) {
  struct wye_buckets *buckets = NULL;
  size_t size = wye_buckets_size(keys);
  void *block = heap_alloc((uint32_t)size);
  if (!block) return no_memory(), NULL;
  int32_t status = wye_buckets_init(block, size, keys, rate, burst, from_halves(seed_low, seed_high), &buckets);
  if (status == WYE_OK) return buckets;
  heap_free(block);
  remember_status(status, "a rate above 0, a burst of 1 or more and 1 to 16,777,216 keys are needed");
  return NULL;
}

EXPORT(wye_buckets_take)
double buckets_take(struct wye_buckets *buckets, const char *key, uint32_t length, double now) {
  return wye_buckets_take(buckets, key, length, now);
}

/* ------------------------------------------------------------------ reverse routing */

/* Returns the length of the text, or a status. `values`: pairs of offset and length, as struct wye_value is in wasm. */
EXPORT(wye_url)
int32_t url(const struct wye_table *table, struct wye_context *context, uint32_t route, const struct wye_value *values,
            uint32_t count, char *buffer, uint32_t capacity) {
  size_t length;
  struct wye_error e;
  int32_t status = wye_url(table, context, route, values, count, buffer, capacity, &length, &e);
  return status < 0 ? remember(&e, NULL, NULL) : (int32_t)length;
}
