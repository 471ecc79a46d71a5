/*
 * The functions of wye.h under the load: `wye LOAD OPERATIONS`. Each answer is checked. Prints as JSON what the
 * allocator was asked for in each function, and the sizes of the tables.
 *
 * A thousand requests are under way at one time. In each round one of them, at random, is answered and gives its slot
 * back, and the next request of the load takes it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "count.h"
#include "load.h"
#include "wye_pool.h"
#include "wye_ratelimit.h"

enum { UNDER_WAY = 1000, SCRATCH = 512, BODY = 256, VALUES = 4, KEYS = 4096, SELDOM = 64 };

static struct wye_pool *pool;
static struct wye_buckets *buckets;
static char buffer[8192];

/* The requests under way. */
static struct held {
  const struct load_request *request;
  const char *text; /* that was looked up: the URL or its path */
  uint64_t handle;
} held[UNDER_WAY];

/* ------------------------------------------------------------------ a request comes */

/* In turns by the method's text, by its number, and by the URL. */
static int32_t look_up(const struct load_request *r, uint32_t turn) {
  const struct wye_table *table = r->table->table;
  struct wye_context *context = r->table->context;
  const char *path = r->url + r->path;
  uint32_t length = r->length - r->path;
  if (turn % 3 == 0) return CALL(wye_match_url, table, context, r->number, r->url, r->length);
  if (turn % 3 == 1) return CALL(wye_match_method, table, context, r->number, path, length);
  return CALL(wye_match, table, context, r->method, r->method_length, path, length);
}

/* What is written while the table's own context still holds the miss. */
static void answer_miss(const struct load_request *r, int32_t outcome, uint32_t turn) {
  const struct wye_table *table = r->table->table;
  struct wye_context *context = r->table->context;
  if (outcome == WYE_METHOD_NOT_ALLOWED)
    must(CALL(wye_allow, table, context, buffer, sizeof buffer) > 0, "a 405 without methods");
  if (outcome != WYE_REDIRECT) return;
  uint32_t start = turn % 3 == 0 ? 0 : r->path;
  must(CALL(wye_location, table, context, r->url + start, r->length - start, buffer, sizeof buffer) > 0,
       "a redirect to nowhere");
}

/* All routes that match: there are some where a lookup has found one. */
static void find_all(const struct load_request *r, uint32_t turn) {
  static struct wye_hit hits[512];
  const struct wye_table *table = r->table->table;
  struct wye_context *context = r->table->context;
  const char *path = r->url + r->path;
  uint32_t length = r->length - r->path;
  size_t size;
  bool url = turn % 2 == 0;
  int32_t count = url ? CALL(wye_match_all_url, table, context, r->number, r->url, r->length, hits, sizeof hits, &size)
                      : CALL(wye_match_all, table, context, r->number, path, length, hits, sizeof hits, &size);
  must((count > 0) == ((url ? r->url_id : r->id) >= 0), "all matches are others than the first");
  if (count > 0) CALL(wye_hit_param, hits, 0, 0);
}

static void begin(uint32_t place, const struct load_request *r, uint32_t turn) {
  int32_t outcome = look_up(r, turn);
  must(outcome == (turn % 3 == 0 ? r->url_id : r->id), "a lookup has led elsewhere");
  answer_miss(r, outcome, turn);
  must(CALL(wye_acquire, pool, r->table->context, &held[place].handle) == WYE_OK, "there is no slot");
  find_all(r, turn);
  held[place].request = r;
  held[place].text = r->url + (turn % 3 == 0 ? 0 : r->path);
}

/* ------------------------------------------------------------------ it is answered */

static void read_params(const struct held *one, struct wye_slot *slot) {
  const struct wye_table *table = one->request->table->table;
  const struct wye_context *found = CALL(wye_slot_context, slot);
  if (found->outcome < 0) return;
  for (uint32_t i = 0; i < found->params; i++) {
    size_t length;
    struct wye_span span = CALL(wye_param, found, i);
    const char *name = CALL(wye_table_param_name, table, found->route, i, &length);
    must(CALL(wye_param_index, table, found, name, length) == i, "a name that is another's");
    if (span.offset == WYE_NONE) continue;
    const char *raw = one->text + span.offset;
    CALL(wye_table_is_catch_all, table, found->route, i);
    CALL(wye_decode_param, table, found->route, i, raw, span.length, buffer, sizeof buffer);
    CALL(wye_decode, raw, span.length, buffer, sizeof buffer);
  }
}

static void use_store(struct wye_slot *slot, uint32_t turn) {
  uint64_t value = 0;
  struct wye_span span = {0, 0};
  must(CALL(wye_set, slot, 1, turn) == WYE_OK, "a value has no room");
  must(CALL(wye_set_span, slot, 2, (struct wye_span){turn, 4}) == WYE_OK, "a span has no room");
  must(CALL(wye_get, slot, 1, &value) && value == turn, "another value");
  must(CALL(wye_get_span, slot, 2, &span) && span.offset == turn, "another span");
}

static void write_text(struct wye_slot *slot, uint32_t turn) {
  char *word = CALL(wye_scratch, slot, 8);
  must(word != NULL, "no scratch memory");
  memcpy(word, "WyeWyeWy", 8);
  CALL_VOID(wye_lower, word, 8);
  CALL_VOID(wye_upper, word, 4);
  CALL(wye_append, slot, word, 8);
  CALL(wye_append_int, slot, -(int64_t)turn);
  CALL(wye_append_uint, slot, turn);
  CALL(wye_append_hex, slot, turn);
  struct wye_span text = CALL(wye_text, slot);
  const char *at = CALL(wye_text_at, slot, text);
  must(at && !memcmp(at, "WYEWyewy-", turn ? 4 : 0), "another text");
}

static void respond(struct wye_slot *slot) {
  size_t length;
  must(CALL(wye_body_append, slot, "a body", 6) == WYE_OK, "a body has no room");
  must(CALL(wye_body, slot, &length) && length == 6, "another body");
  must(CALL(wye_response_begin, slot, 200) == WYE_OK, "a head after another");
  CALL_VOID(wye_response_sent, slot, 6);
  must(CALL(wye_response, slot).bytes == 6, "another response");
  CALL(wye_request_id, pool, slot);
}

static void end(uint32_t place, uint32_t turn) {
  uint64_t handle = held[place].handle;
  struct wye_slot *slot = CALL(wye_slot, pool, handle);
  must(slot != NULL, "a slot was lost");
  read_params(&held[place], slot);
  use_store(slot, turn);
  write_text(slot, turn);
  respond(slot);
  must(CALL(wye_release, pool, handle) == WYE_OK, "a slot cannot be given back");
}

/* ------------------------------------------------------------------ what goes wrong, and what is rarer */

static void misuse(uint64_t stale, const struct wye_context *found) {
  uint64_t handle;
  must(CALL(wye_release, pool, stale) == WYE_STALE, "a slot was given back twice");
  must(!CALL(wye_slot, pool, stale), "a slot of another request");
  must(CALL(wye_acquire, pool, found, &handle) == WYE_EXHAUSTED, "a slot more than there are");
  must(CALL(wye_pool_stats, pool).high_water == UNDER_WAY, "another high-water mark");
}

static void seldom(const struct load_table *language, uint32_t turn) {
  size_t length;
  struct wye_error error;
  struct wye_route route;
  struct wye_value value = {"42", 2};
  uint32_t index = CALL(wye_table_find, language->table, "route-2", 7);
  must(CALL(wye_url, language->table, language->context, index, &value, 1, buffer, sizeof buffer, &length, &error) == 0,
       "no URL");
  must(CALL(wye_table_route, language->table, index, &route), "no such route");
  must(CALL(wye_table_param_count, language->table, index) == 1, "other parameters");
  CALL(wye_table_method, language->table, "GET", 3);
  CALL(wye_table_method_name, language->table, 0, &length);
  CALL(wye_status_text, WYE_CONFLICT);
  CALL(wye_status_name, WYE_CONFLICT);
  CALL(wye_version);
  int written = snprintf(buffer, sizeof buffer, "client-%u", turn % (2 * KEYS));
  CALL(wye_buckets_take, buckets, buffer, (size_t)written, turn / 1000.0);
}

static uint32_t random_below(uint32_t n) {
  static uint32_t state = 1;
  state = state * 1664525 + 1013904223;
  return (uint32_t)((uint64_t)state * n >> 32);
}

static void run(uint32_t operations) {
  const struct load_table *language = load_table_named("language");
  for (uint32_t turn = 0; turn < operations; turn++) {
    bool filling = turn < UNDER_WAY;
    uint32_t place = filling ? turn : random_below(UNDER_WAY);
    uint64_t before = held[place].handle;
    if (!filling) end(place, turn);
    begin(place, &load_requests[turn % load_request_count], turn);
    if (!filling && turn % SELDOM == 0) misuse(before, held[place].request->table->context);
    if (turn % SELDOM == 0) seldom(language, turn);
  }
}

/* ------------------------------------------------------------------ what happens once */

static void make_pool(void) {
  uint32_t params = 0;
  for (uint32_t i = 0; i < load_table_count; i++) {
    uint32_t most = CALL(wye_table_params, load_tables[i].table);
    if (most > params) params = most;
  }
  /* It begins small and is moved, as the pool of an app that grows. */
  struct wye_pool_options options = {10, params, VALUES, SCRATCH, BODY, 1};
  struct wye_pool *small;
  size_t size = CALL(wye_pool_size, &options);
  must(CALL(wye_pool_init, reserve(size), size, &options, &small) == WYE_OK, "no pool");
  options.slots = UNDER_WAY;
  size = CALL(wye_pool_size, &options);
  must(CALL(wye_pool_move, small, reserve(size), size, &options, &pool) == WYE_OK, "no larger pool");
}

static void make_buckets(void) {
  size_t size = CALL(wye_buckets_size, KEYS);
  must(CALL(wye_buckets_init, reserve(size), size, KEYS, 10, 20, 1, &buckets) == WYE_OK, "no buckets");
}

/* A builder of two routes: a conflict, its sentence, and one that is taken away. */
static void refuse_route(void) {
  struct wye_builder *builder;
  struct wye_error error;
  struct wye_route first = {.method = "GET", .method_length = 3, .pattern = "/:a", .pattern_length = 3, .id = 0};
  struct wye_route second = {.method = "GET", .method_length = 3, .pattern = "/:b", .pattern_length = 3, .id = 1};
  size_t size = CALL(wye_builder_min_size) + 4096;
  must(CALL(wye_builder_init, reserve(size), size, NULL, &builder) == WYE_OK, "no builder");
  must(CALL(wye_builder_add, builder, &first, &error) == 0, "no first route");
  must(CALL(wye_builder_add, builder, &second, &error) == WYE_CONFLICT, "no conflict");
  CALL(wye_error_format, &error, builder, &second, buffer, sizeof buffer);
  must(CALL(wye_builder_remove, builder, &first) == WYE_OK, "the first route stays");
  must(CALL(wye_builder_routes, builder) == 0, "a route is left");
}

static void analyse(const struct load_table *language) {
  struct wye_analysis *analysis;
  struct wye_witness witness;
  size_t size = CALL(wye_analysis_size, language->table);
  must(CALL(wye_analysis_init, reserve(size), size, language->table, &analysis) == WYE_OK, "no analysis");
  must(CALL(wye_overlap, analysis, 0, 0, &witness) == 1, "no overlap");
  must(CALL(wye_reach, analysis, 1, &witness) == WYE_REACHED, "a route that nobody reaches");
}

static void print_table(const struct load_table *t, const char *before) {
  printf("%s{\"name\":\"%s\",\"routes\":%u,\"builder\":%zu,\"needed\":%zu,\"image\":%zu,\"context\":%zu}", before,
         t->name, CALL(wye_table_routes, t->table), t->builder, t->needed, CALL(wye_table_size, t->table),
         CALL(wye_context_size, t->table));
}

int main(int argc, char **argv) {
  if (argc != 3) fail("usage: wye LOAD OPERATIONS");
  count_control();
  read_load(argv[1]);
  make_pool();
  make_buckets();
  refuse_route();
  analyse(load_table_named("language"));
  run((uint32_t)strtoul(argv[2], NULL, 10));
  printf("{\"highWater\":%u,\"tables\":[", wye_pool_stats(pool).high_water);
  for (uint32_t i = 0; i < load_table_count; i++) print_table(&load_tables[i], i ? "," : "");
  printf("],\"functions\":");
  print_counters();
  printf("}\n");
  return 0;
}
