/* Pools: their memory, handles that go stale, what a release leaves after, and moves while slots are held. */
#define _DEFAULT_SOURCE
#include "support.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pool/poison.h"
#include "pool/pool.h"

static const struct wye_pool_options four = {
    .slots = 4, .params = 6, .values = 3, .scratch = 100, .body = 50, .seed = 0x0123456789ABCDEF};

static struct wye_pool *new_pool(const struct wye_pool_options *options) {
  size_t size = wye_pool_size(options);
  struct wye_pool *pool;
  assert_int_not_equal(size, 0);
  assert_int_equal(wye_pool_init(take(size), size, options, &pool), WYE_OK);
  return pool;
}

static uint64_t hold(struct wye_pool *pool, const struct wye_context *found) {
  uint64_t handle = 0;
  assert_int_equal(wye_acquire(pool, found, &handle), WYE_OK);
  assert_int_not_equal(handle, 0);
  return handle;
}

static void check_stats(const struct wye_pool *pool, uint32_t slots, uint32_t used, uint32_t high, uint32_t retired) {
  struct wye_pool_stats stats = wye_pool_stats(pool);
  assert_int_equal(stats.slots, slots);
  assert_int_equal(stats.used, used);
  assert_int_equal(stats.high_water, high);
  assert_int_equal(stats.retired, retired);
}

/* Each free slot is linked once, and with those in use and those that rest they are all. */
static void check_pool(struct wye_pool *pool) {
  struct wye__ledger_entry *ledger = wye__ledger_of(pool);
  uint32_t free_slots = 0, used = 0, retired = 0;
  for (uint32_t i = pool->free; i != WYE_NONE; i = ledger[i].next) {
    assert_in_range(i, 0, pool->slots - 1);
    assert_int_equal(ledger[i].generation % 2, 0);
    assert_in_range(++free_slots, 1, pool->slots);
  }
  for (uint32_t i = 0; i < pool->slots; i++) {
    assert_int_equal((uintptr_t)wye__slot_at(pool, i) % WYE__LINE, 0);
    assert_in_range(ledger[i].generation, 0, WYE__LAST_GENERATION + 1);
    used += ledger[i].generation % 2;
    retired += ledger[i].generation > WYE__LAST_GENERATION;
  }
  assert_int_equal(used, pool->used);
  assert_int_equal(retired, pool->retired);
  assert_int_equal(free_slots + used + retired, pool->slots);
  assert_in_range(pool->high_water, used, pool->slots);
}

/* ------------------------------------------------------------------ memory */

static void test_options_out_of_range(void **state) {
  (void)state;
  static const struct wye_pool_options wrong[] = {
      {.slots = 0},
      {.slots = WYE_MAX_SLOTS + 1},
      {.slots = UINT32_MAX},
      {.slots = 1, .params = WYE_MAX_PARAMS + 1},
      {.slots = 1, .params = UINT32_MAX},
      {.slots = 1, .values = 256},
      {.slots = 1, .values = UINT32_MAX},
      {.slots = 1, .scratch = (16 << 20) + 1},
      {.slots = 1, .scratch = UINT32_MAX},
      {.slots = 1, .body = (16 << 20) + 1},
      {.slots = 1, .body = UINT32_MAX},
  };
  struct wye_pool *pool;
  void *block = take(4096);
  for (size_t i = 0; i < COUNT(wrong); i++) {
    assert_int_equal(wye_pool_size(&wrong[i]), 0);
    pool = block;
    assert_int_equal(wye_pool_init(block, 4096, &wrong[i], &pool), WYE_BAD_ARGUMENT);
    assert_null(pool);
  }
  assert_int_equal(wye_pool_size(NULL), 0);
  free(block);
}

/* The largest pool has 2 TiB: a size_t of 32 bits cannot say so, and says 0. */
static void test_largest_size(void **state) {
  (void)state;
  struct wye_pool_options most = {
      .slots = WYE_MAX_SLOTS, .params = WYE_MAX_PARAMS, .values = 255, .scratch = 16 << 20, .body = 16 << 20};
  uint64_t slot = 32 + 8 * WYE_MAX_PARAMS + sizeof(struct wye__slot_record) + 255 * 16 + (uint64_t)2 * (16 << 20);
  uint64_t size = 64 + 56 + (uint64_t)WYE_MAX_SLOTS * (8 + ((slot + 63) & ~(uint64_t)63));
  assert_int_equal(wye_pool_size(&most), size > SIZE_MAX ? 0 : size);
  most.slots = 1;
  assert_in_range(wye_pool_size(&most), 32 << 20, 33 << 20);
}

/* What the drawing says of the smallest: one cache line, and the record after it. */
static void test_smallest_size(void **state) {
  (void)state;
  assert_int_equal(wye_pool_size(&(struct wye_pool_options){.slots = 1}), 64 + 56 + 8 + 192);
  assert_int_equal(wye_pool_size(&(struct wye_pool_options){.slots = 1, .params = 4}), 64 + 56 + 8 + 192);
  assert_int_equal(wye_pool_size(&(struct wye_pool_options){.slots = 3, .params = 11}), 64 + 56 + 3 * (8 + 192));
  assert_int_equal(wye_pool_size(&(struct wye_pool_options){.slots = 1, .params = 12}), 64 + 56 + 8 + 256);
}

/* A block that ends where the pool does, at each offset in a cache line: all of every slot is in it. */
static void test_size_asked_for_is_enough(void **state) {
  (void)state;
  size_t size = wye_pool_size(&four);
  for (size_t shift = 0; shift < 64; shift += WYE_ALIGNMENT) {
    char *block = take(size + shift);
    struct wye_pool *pool;
    assert_int_equal(wye_pool_init(block + shift, size, &four, &pool), WYE_OK);
    assert_ptr_equal(pool, block + shift);
    check_pool(pool);
    check_stats(pool, 4, 0, 0, 0);
    for (int i = 0; i < 4; i++) {
      struct wye_slot *slot = wye_slot(pool, hold(pool, NULL));
      for (uint32_t key = 0; key < four.values; key++) assert_int_equal(wye_set(slot, key, UINT64_MAX), WYE_OK);
      memset(wye_scratch(slot, four.scratch), 0xFF, four.scratch);
      while (wye_body_append(slot, "b", 1) == WYE_OK) continue;
      struct wye_span *spans = slot->context.param;
      for (uint32_t at = 0; at < four.params; at++) spans[at] = (struct wye_span){at, 1};
    }
    check_pool(pool);
    free(block);
  }
}

static void test_every_smaller_block_is_refused(void **state) {
  (void)state;
  size_t needed = wye_pool_size(&four);
  for (size_t size = 0; size < needed; size++) {
    void *block = take(size);
    struct wye_pool *pool = block;
    assert_int_equal(wye_pool_init(block, size, &four, &pool), WYE_NO_MEMORY);
    assert_null(pool);
    free(block);
  }
}

static void test_bad_arguments(void **state) {
  (void)state;
  size_t size = wye_pool_size(&four) + 8;
  char *block = take(size);
  struct wye_pool *pool;
  for (size_t shift = 1; shift < 8; shift++) {
    pool = (struct wye_pool *)(void *)block;
    assert_int_equal(wye_pool_init(block + shift, size - shift, &four, &pool), WYE_BAD_ARGUMENT);
    assert_null(pool);
  }
  assert_int_equal(wye_pool_init(NULL, size, &four, &pool), WYE_BAD_ARGUMENT);
  assert_int_equal(wye_pool_init(block, size, NULL, &pool), WYE_BAD_ARGUMENT);
  assert_int_equal(wye_pool_init(block, size, &four, NULL), WYE_BAD_ARGUMENT);
  assert_int_equal(wye_pool_move(NULL, block, size, &four, &pool), WYE_BAD_ARGUMENT);
  assert_null(pool);
  free(block);
}

/* ------------------------------------------------------------------ what was found */

static const char *const lines[] = {"GET /:a/:b/:c/:d/:e/:f", "GET /users/:id", "PUT /users/:id", "GET /", NULL};

/* Looks up and holds; `kept` gets what the lookup's own context said. */
static uint64_t look_up(struct fixture *f, struct wye_pool *pool, const char *request, char kept[128]) {
  snprintf(kept, 128, "%s", answer(f, request));
  return hold(pool, f->context);
}

static const char *held_answer(struct fixture *f, struct wye_pool *pool, uint64_t handle, const char *request) {
  struct wye_slot *slot = wye_slot(pool, handle);
  assert_non_null(slot);
  write_answer(f->table, wye_slot_context(slot), strchr(request, ' ') + 1, f->answer, sizeof f->answer);
  return f->answer;
}

static void test_holds_what_was_found(void **state) {
  (void)state;
  static const char *const requests[] = {"GET /1/22/333/4444/5/66", "DELETE /users/7", "GET /users/42", "GET /none"};
  struct fixture f;
  fixture_open(&f, NULL, lines);
  struct wye_pool *pool = new_pool(&four);
  uint64_t handles[4];
  char kept[4][128];
  for (int i = 0; i < 4; i++) handles[i] = look_up(&f, pool, requests[i], kept[i]);
  memset(f.context->param, 0xA5, 6 * sizeof *f.context->param);
  for (int i = 0; i < 4; i++) assert_string_equal(held_answer(&f, pool, handles[i], requests[i]), kept[i]);
  const struct wye_context *context = wye_slot_context(wye_slot(pool, handles[0]));
  assert_int_equal(wye_param_index(f.table, context, "f", 1), 5);
  assert_int_equal(context->capacity, 6);
  free(pool);
  fixture_drop(&f);
}

static void test_nothing_was_looked_up(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, NULL, lines);
  struct wye_pool *pool = new_pool(&four);
  answer(&f, "GET /1/2/3/4/5/6");
  uint64_t used = hold(pool, f.context);
  assert_int_equal(wye_release(pool, used), WYE_OK);
  check_context(f.table, wye_slot_context(wye_slot(pool, hold(pool, NULL))), WYE_NOT_FOUND, 0);
  free(pool);
  fixture_drop(&f);
}

static void test_more_params_than_room(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, NULL, lines);
  struct wye_pool *pool = new_pool(&(struct wye_pool_options){.slots = 1, .params = 5});
  uint64_t handle = 1;
  answer(&f, "GET /1/2/3/4/5/6");
  assert_int_equal(wye_acquire(pool, f.context, &handle), WYE_BAD_ARGUMENT);
  assert_int_equal(handle, 0);
  check_stats(pool, 1, 0, 0, 0);
  answer(&f, "GET /users/1");
  hold(pool, f.context);
  assert_int_equal(wye_table_params(f.table), 6);
  free(pool);
  fixture_drop(&f);
}

/* Misuse: a slot's context has no room for a search, and no table takes it, however small. */
static void check_refuses_lookups(const char *const *of, const char *path) {
  struct fixture f;
  fixture_open(&f, NULL, of);
  struct wye_pool *pool = new_pool(&four);
  uint64_t handle = hold(pool, NULL), other = hold(pool, NULL);
  struct wye_slot *slot = wye_slot(pool, handle), before = *wye_slot(pool, other);
  struct wye_context *context = &slot->context;
  char url[64];
  size_t length, url_length = (size_t)snprintf(url, sizeof url, "http://h%s", path);
  wye_response_sent(slot, UINT64_MAX);
  assert_int_equal(wye_set(slot, 1, UINT64_MAX), WYE_OK);
  assert_int_equal(wye_match(f.table, context, "GET", 3, path, strlen(path)), WYE_BAD_ARGUMENT);
  assert_int_equal(wye_match_method(f.table, context, 0, path, strlen(path)), WYE_BAD_ARGUMENT);
  assert_int_equal(wye_match_url(f.table, context, 0, url, url_length), WYE_BAD_ARGUMENT);
  if (wye_table_routes(f.table)) assert_true(wye_url(f.table, context, 0, NULL, 0, url, sizeof url, &length, NULL) < 0);
  assert_memory_equal(&before, wye_slot(pool, other), sizeof before);
  assert_int_equal(wye_response(slot).bytes, UINT64_MAX);
  assert_int_equal(wye_release(pool, handle), WYE_OK);
  check_pool(pool);
  free(pool);
  fixture_drop(&f);
}

static void test_no_lookup_in_a_slot(void **state) {
  (void)state;
  static const char *const none[] = {NULL};
  static const char *const root[] = {"GET /", NULL};
  static const char *const one[] = {"GET /a", NULL};
  static const char *const split[] = {"GET /:a<slug>-:b<int>", NULL};
  check_refuses_lookups(none, "/");
  check_refuses_lookups(root, "/");
  check_refuses_lookups(one, "/a");
  check_refuses_lookups(split, "/a-1");
  check_refuses_lookups(lines, "/users/1");
}

/* But for a path that was cleaned, which is not copied. */
static void test_location_in_a_slot(void **state) {
  (void)state;
  static const struct wye_options clean = {.clean_path = 1, .trailing_slash = WYE_SLASH_REDIRECT};
  static const char *const paths[] = {"/USERS//1", "/users/1/"};
  struct fixture f;
  fixture_open(&f, &clean, lines);
  struct wye_pool *pool = new_pool(&four);
  for (size_t i = 0; i < COUNT(paths); i++) {
    char to[16] = "old";
    int32_t outcome = wye_match(f.table, f.context, "GET", 3, paths[i], strlen(paths[i]));
    assert_int_equal(outcome, WYE_REDIRECT);
    const struct wye_context *context = wye_slot_context(wye_slot(pool, hold(pool, f.context)));
    assert_int_equal(context->outcome, WYE_REDIRECT);
    assert_int_equal(wye_location(f.table, context, paths[i], strlen(paths[i]), to, sizeof to), i ? 8 : 0);
    assert_string_equal(to, i ? "/users/1" : "");
    assert_int_equal(wye_location(f.table, f.context, paths[i], strlen(paths[i]), to, sizeof to), 8);
    assert_string_equal(to, "/users/1");
  }
  free(pool);
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ handles */

static void test_exhausted(void **state) {
  (void)state;
  struct wye_pool *pool = new_pool(&four);
  uint64_t handles[4], handle = 1;
  for (int i = 0; i < 4; i++) handles[i] = hold(pool, NULL);
  for (int i = 0; i < 4; i++)
    for (int j = 0; j < i; j++) assert_ptr_not_equal(wye_slot(pool, handles[i]), wye_slot(pool, handles[j]));
  assert_int_equal(wye_acquire(pool, NULL, &handle), WYE_EXHAUSTED);
  assert_int_equal(handle, 0);
  check_stats(pool, 4, 4, 4, 0);
  struct wye_slot *slot = wye_slot(pool, handles[2]);
  assert_int_equal(wye_release(pool, handles[2]), WYE_OK);
  assert_ptr_equal(wye_slot(pool, hold(pool, NULL)), slot);
  check_stats(pool, 4, 4, 4, 0);
  check_pool(pool);
  free(pool);
}

/* The slot that was released last is taken first. */
static void test_last_in_first_out(void **state) {
  (void)state;
  struct wye_pool *pool = new_pool(&four);
  uint64_t handles[4];
  for (uint32_t i = 0; i < 4; i++) {
    handles[i] = hold(pool, NULL);
    assert_int_equal((uint32_t)handles[i], i);
  }
  for (uint32_t i = 0; i < 4; i++) assert_int_equal(wye_release(pool, handles[i]), WYE_OK);
  for (uint32_t i = 4; i-- > 0;) assert_int_equal((uint32_t)hold(pool, NULL), i);
  free(pool);
}

static void check_stale(struct wye_pool *pool, uint64_t handle) {
  struct wye_pool_stats before = wye_pool_stats(pool), after;
  assert_null(wye_slot(pool, handle));
  assert_int_equal(wye_release(pool, handle), WYE_STALE);
  after = wye_pool_stats(pool);
  assert_memory_equal(&before, &after, sizeof before);
  check_pool(pool);
}

static void test_released_twice(void **state) {
  (void)state;
  struct wye_pool *pool = new_pool(&four);
  uint64_t handle = hold(pool, NULL);
  assert_int_equal(wye_release(pool, handle), WYE_OK);
  check_stale(pool, handle);
  uint64_t next = hold(pool, NULL);
  assert_int_equal(wye_set(wye_slot(pool, next), 1, 42), WYE_OK);
  check_stale(pool, handle);
  uint64_t value;
  assert_true(wye_get(wye_slot(pool, next), 1, &value));
  assert_int_equal(value, 42);
  free(pool);
}

static void test_forged_handles(void **state) {
  (void)state;
  struct wye_pool *pool = new_pool(&four);
  uint64_t handle = hold(pool, NULL);
  check_stale(pool, 0);
  check_stale(pool, 1);                   /* slot 1 is free, with the generation 0 */
  check_stale(pool, handle + 1);          /* that generation, of a free slot */
  check_stale(pool, handle + four.slots); /* no such slot */
  check_stale(pool, handle + UINT32_MAX);
  check_stale(pool, handle + ((uint64_t)1 << 32)); /* generations to come */
  check_stale(pool, handle + ((uint64_t)2 << 32));
  check_stale(pool, UINT64_MAX);
  assert_int_equal(wye_release(pool, handle), WYE_OK);
  check_stale(pool, handle + ((uint64_t)1 << 32)); /* the generation of the free slot */
  free(pool);
}

/* What follows the ledger, which may be the first slot, is not an entry of it: here it would say 1, an odd number. */
static void test_forged_slot_after_the_last(void **state) {
  (void)state;
  static const struct wye_context found = {.outcome = 1, .route = 1};
  size_t size = wye_pool_size(&four);
  for (size_t shift = 0; shift < 64; shift += 8) {
    char *block = take(size + shift);
    struct wye_pool *pool;
    assert_int_equal(wye_pool_init(block + shift, size, &four, &pool), WYE_OK);
    hold(pool, &found);
    check_stale(pool, (uint64_t)1 << 32 | four.slots);
    free(block);
  }
}

/* Every handle that was ever given out stays stale, whoever has the slot. */
static void test_stale_over_many_generations(void **state) {
  (void)state;
  enum { TIMES = 1000 };
  static uint64_t handles[TIMES];
  struct wye_pool *pool = new_pool(&(struct wye_pool_options){.slots = 2});
  for (int i = 0; i < TIMES; i++) {
    handles[i] = hold(pool, NULL);
    for (int j = 0; j < i; j++) assert_null(wye_slot(pool, handles[j]));
    assert_int_equal(wye_release(pool, handles[i]), WYE_OK);
    check_stale(pool, handles[i / 2]);
  }
  check_stats(pool, 2, 0, 1, 0);
  free(pool);
}

/* After its last generation a slot is not given out again, and its handles do not come back. */
static void test_retirement(void **state) {
  (void)state;
  struct wye_pool *pool = new_pool(&(struct wye_pool_options){.slots = 2});
  uint64_t other = hold(pool, NULL), handle;
  assert_int_equal((uint32_t)other, 0);
  wye__ledger_of(pool)[1].generation = WYE__LAST_GENERATION - 3;
  for (uint32_t generation = WYE__LAST_GENERATION - 2; generation <= WYE__LAST_GENERATION; generation += 2) {
    handle = hold(pool, NULL);
    assert_int_equal(handle, (uint64_t)generation << 32 | 1);
    assert_in_range(handle >> 32, 1, (1 << 30) - 1);
    assert_non_null(wye_slot(pool, handle));
    assert_int_equal(wye_release(pool, handle), WYE_OK);
    check_stale(pool, handle);
  }
  check_stats(pool, 2, 1, 2, 1);
  assert_int_equal(wye_acquire(pool, NULL, &handle), WYE_EXHAUSTED);
  assert_int_equal(wye_release(pool, other), WYE_OK);
  assert_int_equal((uint32_t)hold(pool, NULL), 0);
  check_stale(pool, (uint64_t)(WYE__LAST_GENERATION + 1) << 32 | 1);
  free(pool);
}

/* ------------------------------------------------------------------ what a release leaves */

/* Uses some of everything, less than there is. */
static uint64_t use(struct wye_pool *pool, const struct wye_context *found) {
  uint64_t handle = hold(pool, found);
  struct wye_slot *slot = wye_slot(pool, handle);
  assert_int_equal(wye_set(slot, 7, 0x1111111111111111), WYE_OK);
  assert_int_equal(wye_set_span(slot, 9, (struct wye_span){1, 2}), WYE_OK);
  memset(wye_scratch(slot, 11), 'x', 11);
  assert_int_equal(wye_append(slot, "text", 4), WYE_OK);
  assert_int_equal(wye_body_append(slot, "body", 4), WYE_OK);
  assert_int_equal(wye_response_begin(slot, 200), WYE_OK);
  wye_response_sent(slot, 1000);
  wye_request_id(pool, slot);
  return handle;
}

#if !defined(WYE_POISON)

static void check_bytes(const uint8_t *from, size_t size, uint8_t byte) {
  for (size_t i = 0; i < size; i++) assert_int_equal(from[i], byte);
}

static void test_release_clears_what_was_used(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, NULL, lines);
  struct wye_pool *pool = new_pool(&four);
  uint8_t *slot = (uint8_t *)wye__slot_at(pool, 0);
  memset(slot, 0x5A, pool->stride);
  answer(&f, "GET /users/1");
  assert_int_equal(wye_release(pool, use(pool, f.context)), WYE_OK);
  uint8_t *record = slot + 32 + 8 * 6, *store = record + sizeof(struct wye__slot_record);
  uint8_t *scratch = store + 3 * sizeof(struct wye__store_entry), *body = scratch + 104;
  check_bytes(slot, 64, 0);
  check_bytes(slot + 64, 16, 0x5A); /* spans of a longer route */
  check_bytes(record, sizeof(struct wye__slot_record), 0);
  check_bytes(store, 2 * sizeof(struct wye__store_entry), 0);
  check_bytes(store + 2 * sizeof(struct wye__store_entry), sizeof(struct wye__store_entry), 0x5A);
  check_bytes(scratch, 15, 0);
  check_bytes(scratch + 15, 104 - 15, 0x5A);
  check_bytes(body, 4, 0);
  check_bytes(body + 4, (size_t)(slot + pool->stride - body - 4), 0x5A);
  free(pool);
  fixture_drop(&f);
}

static void test_release_clears_all_spans(void **state) {
  (void)state;
  struct fixture f;
  fixture_open(&f, NULL, lines);
  struct wye_pool *pool = new_pool(&four);
  uint8_t *slot = (uint8_t *)wye__slot_at(pool, 0);
  memset(slot, 0x5A, pool->stride);
  answer(&f, "GET /1/2/3/4/5/6");
  assert_int_equal(wye_release(pool, hold(pool, f.context)), WYE_OK);
  check_bytes(slot, 32 + 6 * 8 + sizeof(struct wye__slot_record), 0);
  check_bytes(slot + 32 + 6 * 8 + sizeof(struct wye__slot_record), 16, 0x5A);
  free(pool);
  fixture_drop(&f);
}

#else

/* Runs `what` in a process of its own, and says whether it came to its end. */
static bool survives(void (*what)(struct wye_pool *pool), struct wye_pool *pool) {
  int status;
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    signal(SIGILL, SIG_DFL); /* which cmocka handles */
    signal(SIGTRAP, SIG_DFL);
    if (!freopen("/dev/null", "w", stderr)) _exit(0);
    what(pool);
    _exit(0);
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void use_and_release(struct wye_pool *pool) { wye_release(pool, use(pool, NULL)); }

/* A pointer that was kept past the release writes through it; the next one who takes the slot finds out. */
static void write_after_release(struct wye_pool *pool) {
  uint64_t handle = 0;
  wye_acquire(pool, NULL, &handle);
  struct wye_slot *slot = wye_slot(pool, handle);
  char *scratch = wye_scratch(slot, 8);
  wye_release(pool, handle);
  scratch[7] = 'x';
  wye_acquire(pool, NULL, &handle);
}

static void test_writing_after_a_release_is_found(void **state) {
  (void)state;
  struct wye_pool *pool = new_pool(&four);
  assert_true(survives(use_and_release, pool));
  assert_false(survives(write_after_release, pool));
  free(pool);
}

#if defined(__SANITIZE_ADDRESS__)

static void read_after_release(struct wye_pool *pool) {
  uint64_t handle = 0;
  wye_acquire(pool, NULL, &handle);
  const struct wye_context *context = wye_slot_context(wye_slot(pool, handle));
  wye_release(pool, handle);
  if (wye_param(context, 0).length) _exit(0);
}

static void test_reading_after_a_release_is_found(void **state) {
  (void)state;
  struct wye_pool *pool = new_pool(&four);
  assert_false(survives(read_after_release, pool));
  free(pool);
}

#else

static void test_released_slot_is_poisoned(void **state) {
  (void)state;
  struct wye_pool *pool = new_pool(&four);
  use_and_release(pool);
  for (uint32_t i = 0; i < 4; i++)
    for (uint32_t at = 0; at < pool->stride; at++)
      assert_int_equal(((uint8_t *)wye__slot_at(pool, i))[at], WYE__POISON_BYTE);
  free(pool);
}

#endif
#endif

/* ------------------------------------------------------------------ interleaving */

static uint32_t next(uint32_t *random) { return (*random = *random * 1664525 + 1013904223) >> 8; }

/* Requests that come and go in any order, each with its own parameters, values, text and body. */
static void test_many_at_once(void **state) {
  (void)state;
  enum { SLOTS = 500, TURNS = 20000 };
  static uint64_t handles[SLOTS];
  static uint32_t numbers[SLOTS];
  struct fixture f;
  fixture_open(&f, NULL, lines);
  struct wye_pool *pool =
      new_pool(&(struct wye_pool_options){.slots = SLOTS, .params = 6, .values = 1, .scratch = 16, .body = 16});
  uint32_t random = 1;
  for (int turn = 0; turn < TURNS; turn++) {
    uint32_t i = next(&random) % SLOTS;
    char path[32], number[16];
    if (handles[i] == 0) {
      numbers[i] = next(&random);
      snprintf(path, sizeof path, "/users/%u", numbers[i]);
      wye_match(f.table, f.context, "GET", 3, path, strlen(path));
      handles[i] = hold(pool, f.context);
      struct wye_slot *slot = wye_slot(pool, handles[i]);
      assert_int_equal(wye_set(slot, 0, numbers[i]), WYE_OK);
      assert_int_equal(wye_append_uint(slot, numbers[i]), WYE_OK);
      assert_int_equal(wye_body_append(slot, path, strlen(path)), WYE_OK);
      continue;
    }
    struct wye_slot *slot = wye_slot(pool, handles[i]);
    snprintf(number, sizeof number, "%u", numbers[i]);
    snprintf(path, sizeof path, "/users/%u", numbers[i]);
    struct wye_span param = wye_param(wye_slot_context(slot), 0), text = wye_text(slot);
    uint64_t value;
    size_t length;
    assert_int_equal(param.length, strlen(number));
    assert_true(wye_get(slot, 0, &value));
    assert_int_equal(value, numbers[i]);
    assert_int_equal(text.length, strlen(number));
    assert_memory_equal(wye_text_at(slot, text), number, text.length);
    assert_memory_equal(wye_body(slot, &length), path, strlen(path));
    assert_int_equal(length, strlen(path));
    assert_int_equal(wye_release(pool, handles[i]), WYE_OK);
    check_stale(pool, handles[i]);
    handles[i] = 0;
  }
  free(pool);
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ moves */

static void check_used(struct wye_pool *pool, uint64_t handle, const char *id) {
  struct wye_slot *slot = wye_slot(pool, handle);
  uint64_t value;
  struct wye_span span;
  size_t length;
  assert_non_null(slot);
  assert_true(wye_get(slot, 7, &value));
  assert_true(value == 0x1111111111111111);
  assert_true(wye_get_span(slot, 9, &span));
  assert_memory_equal(&span, (&(struct wye_span){1, 2}), sizeof span);
  assert_memory_equal(wye_text_at(slot, (struct wye_span){0, 11}), "xxxxxxxxxxx", 11);
  assert_memory_equal(wye_body(slot, &length), "body", 4);
  assert_int_equal(length, 4);
  assert_int_equal(wye_response(slot).status, 200);
  assert_int_equal(wye_response(slot).bytes, 1000);
  assert_memory_equal(wye_request_id(pool, slot), id, WYE_REQUEST_ID);
}

/* The text that was open is still open, and all the room there is can be used. */
static void check_goes_on(struct wye_pool *pool, uint64_t handle, const struct wye_pool_options *options) {
  struct wye_slot *slot = wye_slot(pool, handle);
  assert_int_equal(wye_append(slot, "more", 4), WYE_OK);
  struct wye_span span = wye_text(slot);
  assert_int_equal(span.length, 8);
  assert_memory_equal(wye_text_at(slot, span), "textmore", 8);
  uint32_t left = options->scratch - span.offset - span.length;
  for (; left; left--) assert_int_equal(wye_append(slot, "y", 1), WYE_OK);
  assert_int_equal(wye_append(slot, "y", 1), WYE_NO_MEMORY);
  for (uint32_t i = 4; i < options->body; i++) assert_int_equal(wye_body_append(slot, "z", 1), WYE_OK);
  assert_int_equal(wye_body_append(slot, "z", 1), WYE_BODY_TOO_LARGE);
  for (uint32_t i = 2; i < options->values; i++) assert_int_equal(wye_set(slot, 100 + i, i), WYE_OK);
  assert_int_equal(wye_set(slot, 99, 0), WYE_NO_MEMORY);
}

/* Slots in each state: 0 in use, 1 released, 2 in use with six parameters, 3 not used yet. */
static void check_move(struct fixture *f, const struct wye_pool_options *to, size_t shift) {
  static const char *const request = "GET /1/22/333/4444/5/66";
  struct wye_pool *pool = new_pool(&four), *moved;
  char ids[2][WYE_REQUEST_ID], kept[128];
  uint64_t first = use(pool, NULL), second = hold(pool, NULL), handle;
  snprintf(kept, sizeof kept, "%s", answer(f, request));
  uint64_t third = use(pool, f->context);
  memcpy(ids[0], wye_request_id(pool, wye_slot(pool, first)), WYE_REQUEST_ID);
  memcpy(ids[1], wye_request_id(pool, wye_slot(pool, third)), WYE_REQUEST_ID);
  assert_int_equal(wye_release(pool, second), WYE_OK);

  size_t size = wye_pool_size(to);
  char *block = take(size + shift);
  assert_int_equal(wye_pool_move(pool, block + shift, size, to, &moved), WYE_OK);
  memset(pool, 0x5A, wye_pool_size(&four));
  free(pool);
  check_pool(moved);
  check_stats(moved, to->slots, 2, 3, 0);
  check_stale(moved, second);
  check_used(moved, first, ids[0]);
  check_used(moved, third, ids[1]);
  assert_string_equal(held_answer(f, moved, third, request), kept);
  assert_int_equal(wye_slot_context(wye_slot(moved, first))->capacity, to->params);
  check_goes_on(moved, first, to);
  check_goes_on(moved, third, to);
  for (uint32_t i = 2; i < to->slots; i++) {
    const char *id = wye_request_id(moved, wye_slot(moved, hold(moved, f->context)));
    for (int j = 0; j < 2; j++) assert_memory_not_equal(id, ids[j], WYE_REQUEST_ID);
  }
  assert_int_equal(wye_acquire(moved, NULL, &handle), WYE_EXHAUSTED);
  assert_int_equal(wye_release(moved, first), WYE_OK);
  assert_int_equal(wye_release(moved, third), WYE_OK);
  check_pool(moved);
  free(block);
}

static void test_moves(void **state) {
  (void)state;
  struct wye_pool_options to[] = {four, four, four, four, four, four, four, four};
  to[1].slots = 9;
  to[2].params = 64;
  to[3].values = 255;
  to[4].scratch = 1001;
  to[5].body = 999;
  to[6].seed = 1;
  to[7] = (struct wye_pool_options){.slots = 100, .params = 7, .values = 4, .scratch = 101, .body = 51};
  struct fixture f;
  fixture_open(&f, NULL, lines);
  for (size_t i = 0; i < COUNT(to); i++)
    for (size_t shift = 0; shift < 64; shift += 8) check_move(&f, &to[i], shift);
  fixture_drop(&f);
}

static void check_refused_move(struct wye_pool *pool, size_t size, const struct wye_pool_options *to, int32_t status) {
  void *block = take(size);
  struct wye_pool *moved = pool;
  assert_int_equal(wye_pool_move(pool, block, size, to, &moved), status);
  assert_null(moved);
  free(block);
}

static void test_refused_moves(void **state) {
  (void)state;
  struct wye_pool *pool = new_pool(&four);
  char id[WYE_REQUEST_ID];
  uint64_t handle = use(pool, NULL);
  memcpy(id, wye_request_id(pool, wye_slot(pool, handle)), sizeof id);
  struct wye_pool_options less[] = {four, four, four, four, four}, many = four;
  less[0].slots--;
  less[1].params--;
  less[2].values--;
  less[3].scratch--;
  less[4].body--;
  for (size_t i = 0; i < COUNT(less); i++) check_refused_move(pool, wye_pool_size(&four), &less[i], WYE_BAD_ARGUMENT);
  many.slots = WYE_MAX_SLOTS + 1;
  check_refused_move(pool, wye_pool_size(&four), &many, WYE_BAD_ARGUMENT);
  check_refused_move(pool, wye_pool_size(&four), NULL, WYE_BAD_ARGUMENT);
  for (size_t size = 0; size < wye_pool_size(&four); size++) check_refused_move(pool, size, &four, WYE_NO_MEMORY);
  assert_int_equal(wye_pool_move(pool, NULL, 4096, &four, NULL), WYE_BAD_ARGUMENT);
  check_pool(pool);
  check_stats(pool, 4, 1, 1, 0);
  check_used(pool, handle, id);
  free(pool);
}

/* `params` below 4 count as 4, also where less is not allowed. */
static void test_move_with_few_params(void **state) {
  (void)state;
  struct wye_pool_options options = {.slots = 1, .params = 4};
  struct wye_pool *pool = new_pool(&options), *moved;
  options.params = 0;
  size_t size = wye_pool_size(&options);
  assert_int_equal(wye_pool_move(pool, take(size), size, &options, &moved), WYE_OK);
  assert_int_equal(wye_slot_context(wye_slot(moved, hold(moved, NULL)))->capacity, 4);
  free(pool);
  free(moved);
}

/* What rests for good does so in the next block, too. */
static void test_retired_slots_stay_so(void **state) {
  (void)state;
  struct wye_pool_options options = {.slots = 1};
  struct wye_pool *pool = new_pool(&options), *moved;
  wye__ledger_of(pool)[0].generation = WYE__LAST_GENERATION - 1;
  assert_int_equal(wye_release(pool, hold(pool, NULL)), WYE_OK);
  options.slots = 2;
  size_t size = wye_pool_size(&options);
  assert_int_equal(wye_pool_move(pool, take(size), size, &options, &moved), WYE_OK);
  check_stats(moved, 2, 0, 1, 1);
  uint64_t handle = hold(moved, NULL);
  assert_int_equal(handle, (uint64_t)1 << 32 | 1);
  assert_int_equal(wye_acquire(moved, NULL, &handle), WYE_EXHAUSTED);
  check_pool(moved);
  free(pool);
  free(moved);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_options_out_of_range),
      cmocka_unit_test(test_largest_size),
      cmocka_unit_test(test_smallest_size),
      cmocka_unit_test(test_size_asked_for_is_enough),
      cmocka_unit_test(test_every_smaller_block_is_refused),
      cmocka_unit_test(test_bad_arguments),
      cmocka_unit_test(test_holds_what_was_found),
      cmocka_unit_test(test_nothing_was_looked_up),
      cmocka_unit_test(test_more_params_than_room),
      cmocka_unit_test(test_no_lookup_in_a_slot),
      cmocka_unit_test(test_location_in_a_slot),
      cmocka_unit_test(test_exhausted),
      cmocka_unit_test(test_last_in_first_out),
      cmocka_unit_test(test_released_twice),
      cmocka_unit_test(test_forged_handles),
      cmocka_unit_test(test_forged_slot_after_the_last),
      cmocka_unit_test(test_stale_over_many_generations),
      cmocka_unit_test(test_retirement),
#if !defined(WYE_POISON)
      cmocka_unit_test(test_release_clears_what_was_used),
      cmocka_unit_test(test_release_clears_all_spans),
#else
      cmocka_unit_test(test_writing_after_a_release_is_found),
#if defined(__SANITIZE_ADDRESS__)
      cmocka_unit_test(test_reading_after_a_release_is_found),
#else
      cmocka_unit_test(test_released_slot_is_poisoned),
#endif
#endif
      cmocka_unit_test(test_many_at_once),
      cmocka_unit_test(test_moves),
      cmocka_unit_test(test_refused_moves),
      cmocka_unit_test(test_move_with_few_params),
      cmocka_unit_test(test_retired_slots_stay_so),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
