/* What a slot holds: the store, the scratch buffer and its texts, the body, the response's record, the request's id. */
#define _DEFAULT_SOURCE
#include "support.h"

#include <sys/mman.h>
#include <unistd.h>

static struct wye_pool *pool;
static struct wye_slot *slot;
static uint64_t handle;

/* A pool of one slot, which is held. */
static void open_slot(const struct wye_pool_options *options) {
  size_t size = wye_pool_size(options);
  assert_int_equal(wye_pool_init(take(size), size, options, &pool), WYE_OK);
  assert_int_equal(wye_acquire(pool, NULL, &handle), WYE_OK);
  slot = wye_slot(pool, handle);
}

/* The next request's slot: it is the same one. */
static void reopen_slot(void) {
  assert_int_equal(wye_release(pool, handle), WYE_OK);
  assert_int_equal(wye_acquire(pool, NULL, &handle), WYE_OK);
  assert_ptr_equal(wye_slot(pool, handle), slot);
}

static int close_slot(void **state) {
  (void)state;
  free(pool);
  pool = NULL;
  return 0;
}

static void check_text(struct wye_span span, const char *text) {
  assert_int_equal(span.length, strlen(text));
  assert_memory_equal(wye_text_at(slot, span), text, span.length);
}

/* ------------------------------------------------------------------ store */

static void check_number(uint32_t key, uint64_t wanted) {
  struct wye_span span;
  uint64_t value;
  assert_true(wye_get(slot, key, &value));
  assert_true(value == wanted);
  assert_false(wye_get_span(slot, key, &span));
  assert_int_equal(span.offset, WYE_NONE);
  assert_int_equal(span.length, 0);
}

static void check_span(uint32_t key, struct wye_span wanted) {
  struct wye_span span;
  uint64_t value = 1;
  assert_true(wye_get_span(slot, key, &span));
  assert_memory_equal(&span, &wanted, sizeof span);
  assert_false(wye_get(slot, key, &value));
  assert_true(value == 0);
}

static void check_nothing(uint32_t key) {
  struct wye_span span = {1, 1};
  uint64_t value = 1;
  assert_false(wye_get(slot, key, &value));
  assert_true(value == 0);
  assert_false(wye_get_span(slot, key, &span));
  assert_int_equal(span.offset, WYE_NONE);
  assert_int_equal(span.length, 0);
}

static void test_store(void **state) {
  (void)state;
  open_slot(&(struct wye_pool_options){.slots = 1, .values = 3});
  check_nothing(0);
  assert_int_equal(wye_set(slot, 0, UINT64_MAX), WYE_OK);
  assert_int_equal(wye_set_span(slot, UINT32_MAX, (struct wye_span){7, UINT32_MAX}), WYE_OK);
  assert_int_equal(wye_set(slot, 1, 0), WYE_OK);
  check_number(0, UINT64_MAX);
  check_number(1, 0);
  check_span(UINT32_MAX, (struct wye_span){7, UINT32_MAX});
  check_nothing(2);
}

/* A key has one value, of either kind; it is replaced also in a full store. */
static void test_store_replaces(void **state) {
  (void)state;
  open_slot(&(struct wye_pool_options){.slots = 1, .values = 2});
  assert_int_equal(wye_set(slot, 5, 1), WYE_OK);
  assert_int_equal(wye_set(slot, 6, 2), WYE_OK);
  assert_int_equal(wye_set(slot, 7, 3), WYE_NO_MEMORY);
  assert_int_equal(wye_set_span(slot, 7, (struct wye_span){0, 0}), WYE_NO_MEMORY);
  check_nothing(7);
  assert_int_equal(wye_set(slot, 5, 9), WYE_OK);
  check_number(5, 9);
  assert_int_equal(wye_set_span(slot, 5, (struct wye_span){1, 2}), WYE_OK);
  check_span(5, (struct wye_span){1, 2});
  assert_int_equal(wye_set(slot, 5, 10), WYE_OK);
  check_number(5, 10);
  check_number(6, 2);
}

static void test_store_in_every_size(void **state) {
  (void)state;
  for (uint32_t size = 0; size <= 255; size += size < 4 ? 1 : 251) {
    open_slot(&(struct wye_pool_options){.slots = 1, .values = size, .scratch = 8});
    memset(wye_scratch(slot, 8), 0x77, 8);
    for (uint32_t key = 0; key < size; key++) assert_int_equal(wye_set(slot, key, key * 3), WYE_OK);
    assert_int_equal(wye_set(slot, size, 0), WYE_NO_MEMORY);
    for (uint32_t key = 0; key < size; key++) check_number(key, key * 3);
    assert_memory_equal(wye_text_at(slot, (struct wye_span){0, 8}), "wwwwwwww", 8);
    reopen_slot();
    for (uint32_t key = 0; key <= size; key++) check_nothing(key);
    close_slot(NULL);
  }
}

/* ------------------------------------------------------------------ scratch */

static void test_scratch_is_aligned(void **state) {
  (void)state;
  open_slot(&(struct wye_pool_options){.slots = 1, .params = 5, .values = 1, .scratch = 64});
  char *first = wye_scratch(slot, 1), *second = wye_scratch(slot, 9), *third = wye_scratch(slot, 8);
  assert_int_equal((uintptr_t)first % WYE_ALIGNMENT, 0);
  assert_ptr_equal(second, first + 8);
  assert_ptr_equal(third, first + 24);
  assert_null(wye_scratch(slot, 33));
  assert_ptr_equal(wye_scratch(slot, 32), first + 32);
  assert_null(wye_scratch(slot, 1));
}

static void test_scratch_of_any_size(void **state) {
  (void)state;
  static const size_t huge[] = {SIZE_MAX, SIZE_MAX - 7, SIZE_MAX / 2, (size_t)1 << 31, UINT32_MAX, UINT32_MAX - 7};
  for (uint32_t size = 0; size < 40; size++) {
    open_slot(&(struct wye_pool_options){.slots = 1, .scratch = size, .body = 1});
    assert_int_equal(wye_body_append(slot, "b", 1), WYE_OK);
    for (size_t i = 0; i < COUNT(huge); i++) assert_null(wye_scratch(slot, huge[i]));
    assert_null(wye_scratch(slot, size + 1));
    assert_non_null(wye_scratch(slot, 0));
    char *all = wye_scratch(slot, size);
    assert_non_null(all);
    memset(all, 'a', size);
    assert_null(wye_scratch(slot, 1));
    assert_int_equal(wye_append(slot, "t", 1), WYE_NO_MEMORY);
    size_t length;
    assert_memory_equal(wye_body(slot, &length), "b", 1);
    close_slot(NULL);
  }
}

/* A block in the middle of a text: the text goes on, whole. */
static void test_scratch_under_an_open_text(void **state) {
  (void)state;
  open_slot(&(struct wye_pool_options){.slots = 1, .scratch = 64});
  assert_int_equal(wye_append(slot, "abc", 3), WYE_OK);
  struct wye_span closed = wye_text(slot);
  assert_int_equal(wye_append(slot, "one ", 4), WYE_OK);
  char *block = wye_scratch(slot, 5);
  memset(block, 'x', 5);
  assert_int_equal(wye_append(slot, "two ", 4), WYE_OK);
  char *other = wye_scratch(slot, 3);
  memset(other, 'y', 3);
  assert_int_equal(wye_append_int(slot, 3), WYE_OK);
  check_text(wye_text(slot), "one two 3");
  check_text(closed, "abc");
  assert_memory_equal(block, "xxxxx", 5);
  assert_memory_equal(other, "yyy", 3);
}

/* The room that is left may be too little for the block, for the text, or for the padding between them. */
static void test_scratch_starves_under_an_open_text(void **state) {
  (void)state;
  for (uint32_t size = 0; size < 24; size++) {
    open_slot(&(struct wye_pool_options){.slots = 1, .scratch = size});
    bool fits =
        wye_append(slot, "abc", 3) == WYE_OK && wye_text(slot).length == 3 && wye_append(slot, "12345", 5) == WYE_OK;
    assert_int_equal(fits, size >= 8);
    if (fits && size < 8 + 5 + 2) assert_null(wye_scratch(slot, 2));
    if (fits && size >= 8 + 5 + 2) assert_non_null(wye_scratch(slot, 2));
    if (fits) check_text(wye_text(slot), "12345");
    close_slot(NULL);
  }
}

/* ------------------------------------------------------------------ text */

static void test_numbers(void **state) {
  (void)state;
  open_slot(&(struct wye_pool_options){.slots = 1, .scratch = 400});
  static const int64_t ints[] = {0, 1, -1, 9, 10, -10, 1234567890, INT64_MAX, INT64_MIN};
  static const uint64_t uints[] = {0, 9, 10, 99, 100, 12345678901234567890u, UINT64_MAX};
  for (size_t i = 0; i < COUNT(ints); i++) {
    char wanted[32];
    snprintf(wanted, sizeof wanted, "%lld", (long long)ints[i]);
    assert_int_equal(wye_append_int(slot, ints[i]), WYE_OK);
    check_text(wye_text(slot), wanted);
  }
  for (size_t i = 0; i < COUNT(uints); i++) {
    char wanted[64];
    snprintf(wanted, sizeof wanted, "%llu,%llx", (unsigned long long)uints[i], (unsigned long long)uints[i]);
    assert_int_equal(wye_append_uint(slot, uints[i]), WYE_OK);
    assert_int_equal(wye_append(slot, ",", 1), WYE_OK);
    assert_int_equal(wye_append_hex(slot, uints[i]), WYE_OK);
    check_text(wye_text(slot), wanted);
  }
}

/* All or nothing, in a buffer of any size. */
static void test_append_starves(void **state) {
  (void)state;
  for (uint32_t size = 0; size < 50; size++) {
    open_slot(&(struct wye_pool_options){.slots = 1, .scratch = size, .body = 1});
    assert_int_equal(wye_append(slot, "ab", 2), size >= 2 ? WYE_OK : WYE_NO_MEMORY);
    assert_int_equal(wye_append_int(slot, INT64_MIN), size >= 22 ? WYE_OK : WYE_NO_MEMORY);
    assert_int_equal(wye_append_uint(slot, UINT64_MAX), size >= 42 ? WYE_OK : WYE_NO_MEMORY);
    assert_int_equal(wye_append_hex(slot, 255),
                     (size >= 4 && size < 22) || (size >= 24 && size < 42) || size >= 44 ? WYE_OK : WYE_NO_MEMORY);
    assert_int_equal(wye_append(slot, "x", SIZE_MAX), WYE_NO_MEMORY);
    assert_int_equal(wye_append(slot, NULL, 0), WYE_OK);
    struct wye_span span = wye_text(slot);
    assert_in_range(span.offset + span.length, 0, size);
    if (size >= 44) check_text(span, "ab-922337203685477580818446744073709551615ff");
    close_slot(NULL);
  }
}

static void test_texts(void **state) {
  (void)state;
  open_slot(&(struct wye_pool_options){.slots = 1, .scratch = 32});
  assert_int_equal(wye_text(slot).length, 0);
  assert_int_equal(wye_append(slot, "first", 5), WYE_OK);
  struct wye_span first = wye_text(slot), empty = wye_text(slot);
  assert_int_equal(empty.length, 0);
  assert_non_null(wye_text_at(slot, empty));
  assert_int_equal(wye_append(slot, "second ", 7), WYE_OK);
  assert_int_equal(wye_append(slot, wye_text_at(slot, first), first.length), WYE_OK);
  check_text(wye_text(slot), "second first");
  check_text(first, "first");
  reopen_slot();
  assert_int_equal(wye_text(slot).offset, 0);
}

/* Spans that no text has: beyond what is closed, or none. */
static void test_text_of_no_span(void **state) {
  (void)state;
  open_slot(&(struct wye_pool_options){.slots = 1, .scratch = 32});
  assert_int_equal(wye_append(slot, "first", 5), WYE_OK);
  assert_null(wye_text_at(slot, (struct wye_span){0, 5})); /* it is open yet */
  assert_non_null(wye_text_at(slot, wye_text(slot)));
  assert_null(wye_text_at(slot, (struct wye_span){0, 6}));
  assert_null(wye_text_at(slot, (struct wye_span){6, 0}));
  assert_null(wye_text_at(slot, (struct wye_span){5, UINT32_MAX}));
  assert_null(wye_text_at(slot, (struct wye_span){WYE_NONE, 0}));
  assert_null(wye_text_at(slot, (struct wye_span){WYE_NONE, 1}));
  assert_non_null(wye_text_at(slot, (struct wye_span){5, 0}));
}

static void test_letters(void **state) {
  (void)state;
  unsigned char lower[256], upper[256];
  for (int i = 0; i < 256; i++) lower[i] = upper[i] = (unsigned char)i;
  wye_lower((char *)lower, sizeof lower);
  wye_upper((char *)upper, sizeof upper);
  for (int i = 0; i < 256; i++) {
    assert_int_equal(lower[i], i >= 'A' && i <= 'Z' ? i + 32 : i);
    assert_int_equal(upper[i], i >= 'a' && i <= 'z' ? i - 32 : i);
  }
  wye_lower(NULL, 0);
  wye_upper(NULL, 0);
}

/* ------------------------------------------------------------------ body */

static void test_body(void **state) {
  (void)state;
  open_slot(&(struct wye_pool_options){.slots = 1, .body = 10});
  size_t length = 1;
  assert_null(wye_body(slot, &length));
  assert_int_equal(length, 0);
  assert_int_equal(wye_body_append(slot, NULL, 0), WYE_OK);
  assert_null(wye_body(slot, &length));
  assert_int_equal(wye_body_append(slot, "01234567890", 11), WYE_BODY_TOO_LARGE);
  assert_null(wye_body(slot, &length));
  assert_int_equal(wye_body_append(slot, "0123", 4), WYE_OK);
  assert_int_equal(wye_body_append(slot, "4567890", 7), WYE_BODY_TOO_LARGE);
  assert_int_equal(wye_body_append(slot, "", SIZE_MAX), WYE_BODY_TOO_LARGE);
  assert_int_equal(wye_body_append(slot, "456789", 6), WYE_OK);
  assert_int_equal(wye_body_append(slot, "x", 1), WYE_BODY_TOO_LARGE);
  assert_memory_equal(wye_body(slot, &length), "0123456789", 10);
  assert_int_equal(length, 10);
  reopen_slot();
  assert_null(wye_body(slot, &length));
  assert_int_equal(length, 0);
}

static void test_largest_buffers(void **state) {
  (void)state;
  open_slot(&(struct wye_pool_options){.slots = 1, .scratch = 16 << 20, .body = 16 << 20});
  char *all = take(16 << 20);
  assert_int_equal(wye_body_append(slot, all, 16 << 20), WYE_OK);
  assert_int_equal(wye_append(slot, all, 16 << 20), WYE_OK);
  assert_int_equal(wye_body_append(slot, all, 1), WYE_BODY_TOO_LARGE);
  assert_int_equal(wye_append(slot, all, 1), WYE_NO_MEMORY);
  free(all);
}

/* ------------------------------------------------------------------ response */

static void test_response(void **state) {
  (void)state;
  open_slot(&(struct wye_pool_options){.slots = 1});
  for (uint32_t status = 0; status < 1100; status++) {
    bool in_range = status >= 100 && status <= 999, interim = status < 200 && status != 101;
    assert_int_equal(wye_response(slot).status, 0);
    assert_int_equal(wye_response_begin(slot, status), in_range ? WYE_OK : WYE_BAD_ARGUMENT);
    assert_int_equal(wye_response(slot).status, in_range && !interim ? status : 0);
    assert_int_equal(wye_response(slot).upgraded, status == 101);
    if (in_range && !interim) assert_int_equal(wye_response_begin(slot, 200), WYE_ALREADY_WRITTEN);
    assert_int_equal(wye_response(slot).status, in_range && !interim ? status : 0);
    reopen_slot();
  }
  assert_int_equal(wye_response_begin(slot, UINT32_MAX), WYE_BAD_ARGUMENT);
  assert_int_equal(wye_response_begin(slot, 65536 + 200), WYE_BAD_ARGUMENT);
}

/* The first head stands; what is interim comes before it. */
static void test_second_head(void **state) {
  (void)state;
  open_slot(&(struct wye_pool_options){.slots = 1});
  assert_int_equal(wye_response_begin(slot, 103), WYE_OK);
  assert_int_equal(wye_response_begin(slot, 100), WYE_OK);
  assert_int_equal(wye_response_begin(slot, 404), WYE_OK);
  assert_int_equal(wye_response_begin(slot, 500), WYE_ALREADY_WRITTEN);
  assert_int_equal(wye_response_begin(slot, 100), WYE_ALREADY_WRITTEN);
  assert_int_equal(wye_response_begin(slot, 101), WYE_ALREADY_WRITTEN);
  assert_int_equal(wye_response_begin(slot, 99), WYE_BAD_ARGUMENT);
  assert_int_equal(wye_response(slot).status, 404);
  assert_false(wye_response(slot).upgraded);
}

static void test_bytes_sent(void **state) {
  (void)state;
  open_slot(&(struct wye_pool_options){.slots = 1});
  wye_response_sent(slot, 0);
  wye_response_sent(slot, (uint64_t)1 << 40);
  wye_response_sent(slot, 5);
  assert_true(wye_response(slot).bytes == ((uint64_t)1 << 40) + 5);
  reopen_slot();
  assert_true(wye_response(slot).bytes == 0);
}

/* ------------------------------------------------------------------ request ids */

static int by_text(const void *a, const void *b) { return memcmp(a, b, WYE_REQUEST_ID); }

static void check_id(const char *id) {
  for (int i = 0; i < WYE_REQUEST_ID; i++)
    assert_true((id[i] >= '0' && id[i] <= '9') || (id[i] >= 'a' && id[i] <= 'f'));
  assert_memory_not_equal(id, "00000000000000000000000000000000", WYE_REQUEST_ID);
}

static void test_request_ids_differ(void **state) {
  (void)state;
  enum { COUNT_OF_IDS = 100000 };
  static char ids[COUNT_OF_IDS][WYE_REQUEST_ID];
  static const uint64_t seeds[] = {0, 1, UINT64_MAX, 0x9E3779B97F4A7C15, 0x61C8864680B583EB};
  for (size_t s = 0; s < COUNT(seeds); s++) {
    open_slot(&(struct wye_pool_options){.slots = 1, .seed = seeds[s]});
    for (int i = 0; i < COUNT_OF_IDS; i++) {
      const char *id = wye_request_id(pool, slot);
      check_id(id);
      memcpy(ids[i], id, WYE_REQUEST_ID);
      if (i) assert_memory_equal(ids[i], ids[0], WYE_REQUEST_ID / 2);
      assert_ptr_equal(wye_request_id(pool, slot), id);
      assert_memory_equal(wye_request_id(pool, slot), ids[i], WYE_REQUEST_ID);
      reopen_slot();
    }
    qsort(ids, COUNT_OF_IDS, WYE_REQUEST_ID, by_text);
    for (int i = 1; i < COUNT_OF_IDS; i++) assert_memory_not_equal(ids[i], ids[i - 1], WYE_REQUEST_ID);
    close_slot(NULL);
  }
}

/* Seeds that are neighbours have nothing in common to see; and the same seed gives the same ids. */
static void test_request_ids_of_seeds(void **state) {
  (void)state;
  char ids[3][WYE_REQUEST_ID];
  for (uint32_t i = 0; i < 3; i++) {
    open_slot(&(struct wye_pool_options){.slots = 1, .seed = 1000 + i % 2});
    memcpy(ids[i], wye_request_id(pool, slot), WYE_REQUEST_ID);
    close_slot(NULL);
  }
  assert_memory_equal(ids[0], ids[2], WYE_REQUEST_ID);
  assert_memory_not_equal(ids[0], ids[1], 4);
  assert_memory_not_equal(ids[0] + 16, ids[1] + 16, 4);
}

/* The numbers of the paper's generator for the seed 0, as other implementations of SplitMix64 give them. */
static void test_request_ids_are_splitmix64(void **state) {
  (void)state;
  open_slot(&(struct wye_pool_options){.slots = 1, .seed = 0});
  assert_memory_equal(wye_request_id(pool, slot), "0000000000000001e220a8397b1dcdaf", WYE_REQUEST_ID);
  reopen_slot();
  assert_memory_equal(wye_request_id(pool, slot), "00000000000000016e789e6aa1b965f4", WYE_REQUEST_ID);
}

/* ------------------------------------------------------------------ texts at the end of memory */

/* Texts that are read end where memory does. */
static void test_guard_page(void **state) {
  (void)state;
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  char *block = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *end = block + page;
  assert_ptr_not_equal(block, MAP_FAILED);
  assert_int_equal(mprotect(end, page, PROT_NONE), 0);
  memset(block, 'A', page);
  for (uint32_t length = 0; length < 200; length++) {
    open_slot(&(struct wye_pool_options){.slots = 1, .scratch = length, .body = length});
    assert_int_equal(wye_append(slot, end - length, length), WYE_OK);
    assert_int_equal(wye_body_append(slot, end - length, length), WYE_OK);
    wye_lower(end - length, length);
    wye_upper(end - length, length);
    close_slot(NULL);
  }
  munmap(block, 2 * page);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_teardown(test_store, close_slot),
      cmocka_unit_test_teardown(test_store_replaces, close_slot),
      cmocka_unit_test_teardown(test_store_in_every_size, close_slot),
      cmocka_unit_test_teardown(test_scratch_is_aligned, close_slot),
      cmocka_unit_test_teardown(test_scratch_of_any_size, close_slot),
      cmocka_unit_test_teardown(test_scratch_under_an_open_text, close_slot),
      cmocka_unit_test_teardown(test_scratch_starves_under_an_open_text, close_slot),
      cmocka_unit_test_teardown(test_numbers, close_slot),
      cmocka_unit_test_teardown(test_append_starves, close_slot),
      cmocka_unit_test_teardown(test_texts, close_slot),
      cmocka_unit_test_teardown(test_text_of_no_span, close_slot),
      cmocka_unit_test_teardown(test_letters, close_slot),
      cmocka_unit_test_teardown(test_body, close_slot),
      cmocka_unit_test_teardown(test_largest_buffers, close_slot),
      cmocka_unit_test_teardown(test_response, close_slot),
      cmocka_unit_test_teardown(test_second_head, close_slot),
      cmocka_unit_test_teardown(test_bytes_sent, close_slot),
      cmocka_unit_test_teardown(test_request_ids_differ, close_slot),
      cmocka_unit_test_teardown(test_request_ids_of_seeds, close_slot),
      cmocka_unit_test_teardown(test_request_ids_are_splitmix64, close_slot),
      cmocka_unit_test_teardown(test_guard_page, close_slot),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
