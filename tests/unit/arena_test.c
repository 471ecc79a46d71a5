/* The arena: what it gives, where it stops, and that a refusal changes nothing. */
#include "support.h"

#include "base/arena.h"

enum { HEAD = 12, SIZE = 64 }; /* a head that is not a multiple of 8 */

static struct wye__arena *new_arena(size_t size) {
  struct wye__arena *arena = take(size);
  wye__arena_init(arena, (uint32_t)size, HEAD);
  return arena;
}

static void test_begins_after_its_head(void **state) {
  (void)state;
  struct wye__arena *arena = new_arena(SIZE);
  assert_int_equal(arena->used, 16);
  assert_int_equal(wye__arena_take(arena, 1), 16);
  free(arena);
}

static void test_gives_places_on_8_bytes(void **state) {
  (void)state;
  struct wye__arena *arena = new_arena(SIZE);
  for (uint32_t length = 1; length <= 8; length++) {
    uint32_t mark = wye__arena_mark(arena);
    assert_int_equal(wye__arena_take(arena, length), mark);
    assert_int_equal(arena->used, mark + 8);
    wye__arena_rewind(arena, mark);
  }
  free(arena);
}

static void test_fills_to_the_last_byte(void **state) {
  (void)state;
  struct wye__arena *arena = new_arena(SIZE);
  uint32_t offset = wye__arena_take(arena, SIZE - 16);
  assert_int_equal(offset, 16);
  memset(wye__at(arena, offset), 0, SIZE - 16);
  assert_int_equal(arena->used, SIZE);
  free(arena);
}

static void test_refuses_one_byte_too_many(void **state) {
  (void)state;
  struct wye__arena *arena = new_arena(SIZE);
  assert_int_equal(wye__arena_take(arena, SIZE - 16 + 1), 0);
  assert_int_equal(arena->used, 16);
  free(arena);
}

/* What is left after the last multiple of 8 cannot be given. */
static void test_block_of_any_size(void **state) {
  (void)state;
  for (size_t size = 16; size <= SIZE; size++) {
    struct wye__arena *arena = new_arena(size);
    uint32_t given = 0;
    while (wye__arena_take(arena, 1)) given++;
    assert_int_equal(given, (size - 16) / 8);
    free(arena);
  }
}

static void test_takes_nothing(void **state) {
  (void)state;
  struct wye__arena *arena = new_arena(SIZE);
  assert_int_equal(wye__arena_take(arena, 0), 16);
  assert_int_equal(arena->used, 16);
  free(arena);
}

static void test_takes_nothing_from_a_full_one(void **state) {
  (void)state;
  struct wye__arena *arena = new_arena(SIZE);
  wye__arena_take(arena, SIZE - 16);
  assert_int_equal(wye__arena_take(arena, 0), SIZE);
  assert_int_equal(wye__arena_take(arena, 1), 0);
  free(arena);
}

static void test_refuses_lengths_above_32_bits(void **state) {
  (void)state;
  static const uint64_t lengths[] = {UINT32_MAX, (uint64_t)UINT32_MAX + 1, (uint64_t)1 << 40, (uint64_t)1 << 63};
  struct wye__arena *arena = new_arena(SIZE);
  for (size_t i = 0; i < COUNT(lengths); i++) assert_int_equal(wye__arena_take(arena, lengths[i]), 0);
  assert_int_equal(arena->used, 16);
  free(arena);
}

static void test_rewinds_to_a_mark(void **state) {
  (void)state;
  struct wye__arena *arena = new_arena(SIZE);
  wye__arena_take(arena, 8);
  uint32_t mark = wye__arena_mark(arena);
  uint32_t first = wye__arena_take(arena, 8);
  wye__arena_take(arena, 16);
  wye__arena_rewind(arena, mark);
  assert_int_equal(wye__arena_take(arena, 8), first);
  free(arena);
}

static void test_offsets_survive_a_copy(void **state) {
  (void)state;
  struct wye__arena *arena = new_arena(SIZE);
  uint32_t offset = wye__arena_take(arena, 8);
  memcpy(wye__at(arena, offset), "unmoved", 8);
  struct wye__arena *moved = copy_of(arena, arena->used);
  free(arena);
  assert_string_equal(wye__at(moved, offset), "unmoved");
  free(moved);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_begins_after_its_head),
      cmocka_unit_test(test_gives_places_on_8_bytes),
      cmocka_unit_test(test_fills_to_the_last_byte),
      cmocka_unit_test(test_refuses_one_byte_too_many),
      cmocka_unit_test(test_block_of_any_size),
      cmocka_unit_test(test_takes_nothing),
      cmocka_unit_test(test_takes_nothing_from_a_full_one),
      cmocka_unit_test(test_refuses_lengths_above_32_bits),
      cmocka_unit_test(test_rewinds_to_a_mark),
      cmocka_unit_test(test_offsets_survive_a_copy),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
