/* Token buckets: their arithmetic, clocks that misbehave, and who is given up where there is no room. */
#define _DEFAULT_SOURCE
#include "support.h"

#include <math.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ratelimit/buckets.h"
#include "base/siphash.h"

static struct wye_buckets *new_buckets(uint32_t keys, double rate, double burst) {
  size_t size = wye_buckets_size(keys);
  struct wye_buckets *buckets;
  assert_int_not_equal(size, 0);
  assert_int_equal(wye_buckets_init(take(size), size, keys, rate, burst, 42, &buckets), WYE_OK);
  return buckets;
}

static double take_token(struct wye_buckets *buckets, const char *key, double now) {
  double wait = wye_buckets_take(buckets, key, strlen(key), now);
  assert_true(wait >= 0);
  return wait;
}

static void check_wait(double wait, double wanted) {
  if (!(fabs(wait - wanted) < 1e-9)) fail_msg("%.17g seconds, not %.17g", wait, wanted);
}

/* ------------------------------------------------------------------ memory */

static void test_sizes(void **state) {
  (void)state;
  assert_int_equal(wye_buckets_size(0), 0);
  assert_int_equal(wye_buckets_size(WYE_MAX_KEYS + 1), 0);
  assert_int_equal(wye_buckets_size(UINT32_MAX), 0);
  assert_int_equal(wye_buckets_size(1), 64 + 4 * 24);
  assert_int_equal(wye_buckets_size(4), 64 + 4 * 24);
  assert_int_equal(wye_buckets_size(5), 64 + 8 * 24);
  assert_int_equal(wye_buckets_size(WYE_MAX_KEYS), 64 + (uint64_t)WYE_MAX_KEYS * 24);
}

static void test_every_smaller_block_is_refused(void **state) {
  (void)state;
  size_t needed = wye_buckets_size(9);
  for (size_t size = 0; size <= needed; size++) {
    void *block = take(size);
    struct wye_buckets *buckets = block;
    int32_t status = wye_buckets_init(block, size, 9, 1, 1, 1, &buckets);
    assert_int_equal(status, size < needed ? WYE_NO_MEMORY : WYE_OK);
    assert_ptr_equal(buckets, size < needed ? NULL : block);
    free(block);
  }
}

static void check_refused(void *block, size_t size, uint32_t keys, double rate, double burst) {
  struct wye_buckets *buckets = block;
  assert_int_equal(wye_buckets_init(block, size, keys, rate, burst, 1, &buckets), WYE_BAD_ARGUMENT);
  assert_null(buckets);
}

static void test_bad_arguments(void **state) {
  (void)state;
  static const double wrong[] = {0, -0.0, -1, NAN, INFINITY, -INFINITY};
  size_t size = wye_buckets_size(8);
  char *block = take(size + 8);
  for (size_t i = 0; i < COUNT(wrong); i++) {
    check_refused(block, size, 8, wrong[i], 1);
    check_refused(block, size, 8, 1, wrong[i]);
  }
  check_refused(block, size, 8, 5e-324, 1); /* a token in more seconds than a double can hold */
  check_refused(block, size, 8, 1, 0.999);
  check_refused(block, size, 0, 1, 1);
  check_refused(block, SIZE_MAX, WYE_MAX_KEYS + 1, 1, 1);
  for (size_t shift = 1; shift < 8; shift++) check_refused(block + shift, size, 8, 1, 1);
  check_refused(NULL, size, 8, 1, 1);
  assert_int_equal(wye_buckets_init(block, size, 8, 1, 1, 1, NULL), WYE_BAD_ARGUMENT);
  free(block);
}

/* ------------------------------------------------------------------ tokens */

static void test_a_burst_and_then_the_rate(void **state) {
  (void)state;
  struct wye_buckets *buckets = new_buckets(8, 2, 5);
  for (int i = 0; i < 5; i++) check_wait(take_token(buckets, "a", 100), 0);
  check_wait(take_token(buckets, "a", 100), 0.5);
  check_wait(take_token(buckets, "a", 100), 0.5); /* who was refused pays nothing */
  check_wait(take_token(buckets, "a", 100.25), 0.25);
  check_wait(take_token(buckets, "a", 100.5), 0);
  check_wait(take_token(buckets, "a", 100.5), 0.5);
  check_wait(take_token(buckets, "a", 101.75), 0);
  check_wait(take_token(buckets, "a", 101.75), 0);
  check_wait(take_token(buckets, "a", 101.75), 0.25);
  free(buckets);
}

static void test_no_more_than_the_burst(void **state) {
  (void)state;
  struct wye_buckets *buckets = new_buckets(8, 10, 3);
  for (double now = 0; now < 1e9; now = now * 10 + 1) {
    for (int i = 0; i < 3; i++) check_wait(take_token(buckets, "a", now), 0);
    assert_true(take_token(buckets, "a", now) > 0.09);
  }
  free(buckets);
}

static void test_a_burst_that_is_no_whole_number(void **state) {
  (void)state;
  struct wye_buckets *buckets = new_buckets(8, 1, 2.5);
  check_wait(take_token(buckets, "a", 0), 0);
  check_wait(take_token(buckets, "a", 0), 0);
  check_wait(take_token(buckets, "a", 0), 0.5);
  free(buckets);
}

static void test_keys_have_their_own(void **state) {
  (void)state;
  static const char *const keys[] = {"", "a", "b", "ab"};
  struct wye_buckets *buckets = new_buckets(64, 1, 1);
  for (size_t i = 0; i < COUNT(keys); i++) check_wait(take_token(buckets, keys[i], 1), 0);
  for (size_t i = 0; i < COUNT(keys); i++) check_wait(take_token(buckets, keys[i], 1), 1);
  check_wait(wye_buckets_take(buckets, NULL, 0, 2), 0);
  check_wait(take_token(buckets, "", 2), 1);
  check_wait(wye_buckets_take(buckets, "a\0b", 3, 2), 0); /* any bytes */
  free(buckets);
}

/* A client that waits as long as the call said finds a token, whatever rounding loses. */
static void test_waiting_is_enough(void **state) {
  (void)state;
  static const double rates[] = {1, 3, 7, 0.1, 1.0 / 3, 100.7, 1e-6, 60.0 / 3600};
  static const double starts[] = {0, 0.1, 12345.678, 1e6 + 1.0 / 3};
  for (size_t r = 0; r < COUNT(rates); r++) {
    for (size_t s = 0; s < COUNT(starts); s++) {
      struct wye_buckets *buckets = new_buckets(4, rates[r], 1);
      double now = starts[s];
      check_wait(take_token(buckets, "a", now), 0);
      for (int i = 0; i < 1000; i++) {
        double wait = take_token(buckets, "a", now);
        assert_true(wait > 0 && wait <= 1.000001 / rates[r]);
        now += wait;
        if (take_token(buckets, "a", now) != 0) fail_msg("rate %g from %g, round %d", rates[r], starts[s], i);
      }
      assert_true(now - starts[s] > 1000 / rates[r] * 0.99999);
      free(buckets);
    }
  }
}

static void test_extremes(void **state) {
  (void)state;
  struct wye_buckets *fast = new_buckets(4, 1e308, 1e308), *slow = new_buckets(4, 1e-300, 1);
  for (int i = 0; i < 1000; i++) check_wait(take_token(fast, "a", i * 1e300), 0);
  check_wait(take_token(slow, "a", 0), 0);
  double wait = take_token(slow, "a", 1e6);
  assert_true(wait > 0.9e300 && isfinite(wait));
  free(fast);
  free(slow);
}

/* ------------------------------------------------------------------ clocks */

static void test_time_does_not_run_backwards(void **state) {
  (void)state;
  static const double wrong[] = {99, 0, -1, -1e308, NAN, INFINITY, -INFINITY};
  struct wye_buckets *buckets = new_buckets(64, 1, 1);
  check_wait(take_token(buckets, "a", 100), 0);
  for (size_t i = 0; i < COUNT(wrong); i++) {
    char key[] = {(char)('b' + i), 0};
    check_wait(take_token(buckets, "a", wrong[i]), 1);
    check_wait(take_token(buckets, key, wrong[i]), 0);
    check_wait(take_token(buckets, key, 100), 1);
  }
  check_wait(take_token(buckets, "b", 100.5), 0.5); /* 100 it was, not 99 */
  check_wait(take_token(buckets, "a", 101), 0);
  free(buckets);
}

static void test_wrong_times_at_first(void **state) {
  (void)state;
  static const double wrong[] = {-5, NAN, INFINITY, -INFINITY};
  for (size_t i = 0; i < COUNT(wrong); i++) {
    struct wye_buckets *buckets = new_buckets(4, 1, 1);
    check_wait(take_token(buckets, "a", wrong[i]), 0);
    check_wait(take_token(buckets, "a", wrong[i]), 1);
    check_wait(take_token(buckets, "a", 0.25), 0.75);
    check_wait(take_token(buckets, "a", 1), 0);
    free(buckets);
  }
}

/* ------------------------------------------------------------------ against a model */

static uint32_t next(uint32_t *random) { return (*random = *random * 1664525 + 1013904223) >> 8; }

/* As many keys as fit into one set: nobody is given up, and each is what a bucket of its own would be. */
static void test_against_a_model(void **state) {
  (void)state;
  enum { KEYS = 4, TURNS = 100000 };
  double tokens[KEYS], at[KEYS] = {0}, now = 0, rate = 3, burst = 7;
  uint32_t random = 7;
  struct wye_buckets *buckets = new_buckets(KEYS, rate, burst);
  for (int i = 0; i < KEYS; i++) tokens[i] = burst;
  for (int turn = 0; turn < TURNS; turn++) {
    uint32_t i = next(&random) % KEYS;
    char key[] = {(char)('a' + i), 0};
    now += (next(&random) % 64) / 256.0;
    tokens[i] += (now - at[i]) * rate;
    if (tokens[i] > burst) tokens[i] = burst;
    at[i] = now;
    double wait = tokens[i] >= 1 ? 0 : (1 - tokens[i]) / rate;
    if (wait == 0) tokens[i]--;
    check_wait(take_token(buckets, key, now), wait);
  }
  free(buckets);
}

/* In no span of time are more let through than the burst and the rate allow. */
static void test_never_more_than_allowed(void **state) {
  (void)state;
  enum { TURNS = 20000 };
  static double let[TURNS];
  uint32_t random = 3, count = 0;
  double now = 0, rate = 5, burst = 4;
  struct wye_buckets *buckets = new_buckets(4, rate, burst);
  for (int turn = 0; turn < TURNS; turn++) {
    now += (next(&random) % 1000) / 10000.0;
    if (take_token(buckets, "a", now) == 0) let[count++] = now;
  }
  assert_in_range(count, (uint32_t)(now * rate * 0.99), (uint32_t)(burst + now * rate) + 1);
  for (uint32_t i = 0; i < count; i++)
    for (uint32_t j = i; j < count && j < i + 200; j++)
      assert_true(j - i + 1 <= burst + (let[j] - let[i]) * rate + 0.01);
  free(buckets);
}

/* ------------------------------------------------------------------ too many keys */

/* One set, full: the fullest bucket goes, and its owner finds a full one when he comes back. */
static void test_the_fullest_is_given_up(void **state) {
  (void)state;
  static const char *const keys[] = {"a", "b", "c", "d"};
  for (int fullest = 0; fullest < 4; fullest++) {
    struct wye_buckets *buckets = new_buckets(4, 0.001, 10);
    for (int i = 0; i < 4; i++)
      for (int times = 0; times < (i == fullest ? 3 : 10); times++) check_wait(take_token(buckets, keys[i], 1), 0);
    for (int times = 0; times < 10; times++) check_wait(take_token(buckets, "new", 1), 0);
    assert_true(take_token(buckets, "new", 1) > 0);
    for (int i = 0; i < 4; i++)
      if (i != fullest) assert_true(take_token(buckets, keys[i], 1) > 0);
    check_wait(take_token(buckets, keys[fullest], 1), 0);
    free(buckets);
  }
}

/* Fullest by now, not when they were examined last. */
static void test_the_fullest_by_now(void **state) {
  (void)state;
  struct wye_buckets *buckets = new_buckets(4, 1, 10);
  for (int i = 0; i < 10; i++) check_wait(take_token(buckets, "early", 0), 0);
  static const char *const late[] = {"x", "y", "z"};
  for (int k = 0; k < 3; k++)
    for (int i = 0; i < 5; i++) check_wait(take_token(buckets, late[k], 9), 0);
  check_wait(take_token(buckets, "new", 9), 0); /* `early` has 9 by now, the others 5 */
  for (int k = 0; k < 3; k++) {
    for (int i = 0; i < 5; i++) check_wait(take_token(buckets, late[k], 9), 0);
    assert_true(take_token(buckets, late[k], 9) > 0);
  }
  free(buckets);
}

/* With room for twice as many, few are given up; with none to spare the table still stands. */
static uint32_t remembered(uint32_t room, uint32_t keys, uint64_t seed) {
  struct wye_buckets *buckets;
  size_t size = wye_buckets_size(room);
  uint32_t count = 0;
  char key[32];
  assert_int_equal(wye_buckets_init(take(size), size, room, 1e-9, 1, seed, &buckets), WYE_OK);
  for (uint32_t i = 0; i < keys; i++) {
    snprintf(key, sizeof key, "10.0.%u.%u", i / 256, i % 256);
    check_wait(take_token(buckets, key, 1), 0);
  }
  for (uint32_t i = keys; i-- > 0;) {
    snprintf(key, sizeof key, "10.0.%u.%u", i / 256, i % 256);
    count += take_token(buckets, key, 1) > 0;
  }
  free(buckets);
  return count;
}

static void test_many_keys(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 20; seed++) {
    assert_in_range(remembered(20000, 10000, seed), 9400, 10000);
    assert_in_range(remembered(1000, 10000, seed), 1, 1000);
  }
}

/* ------------------------------------------------------------------ hashes */

/* As CPython computes them with PYTHONHASHSEED=1, which makes this key: hash(bytes(range(n))). */
static void test_siphash(void **state) {
  (void)state;
  static const uint64_t key[2] = {0xAED66CE184BE2329, 0xEBE9BBF1F1499052};
  static const struct {
    size_t length;
    uint64_t hash;
  } vectors[] = {
      {1, 0xECD3E5AFCECDA4B9},  {2, 0xBF360F1EA1745965},  {3, 0x8D5B20AB227BA858},  {7, 0xFD15E78052A69DDF},
      {8, 0xC0B5739E7E28DD01},  {9, 0x208A1A5A0CBBF778},  {15, 0xFA87985F39E97A53}, {16, 0x12E9D283F9F37002},
      {17, 0x9F5BB4237F61907F}, {63, 0x542052345BC68274}, {64, 0x7E644B6EDC375DC8},
  };
  uint8_t text[64];
  for (size_t i = 0; i < sizeof text; i++) text[i] = (uint8_t)i;
  for (size_t i = 0; i < COUNT(vectors); i++) {
    uint8_t *exact = copy_of(text, vectors[i].length);
    if (wye__siphash(key, exact, vectors[i].length) != vectors[i].hash) fail_msg("%zu bytes", vectors[i].length);
    free(exact);
  }
}

/* Keys end where memory does. */
static void test_guard_page(void **state) {
  (void)state;
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  char *block = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *end = block + page;
  assert_ptr_not_equal(block, MAP_FAILED);
  assert_int_equal(mprotect(end, page, PROT_NONE), 0);
  struct wye_buckets *buckets = new_buckets(1000, 1, 1);
  for (uint32_t length = 0; length < 200; length++) {
    check_wait(wye_buckets_take(buckets, end - length, length, 1), 0);
    check_wait(wye_buckets_take(buckets, end - length, length, 1), 1);
  }
  free(buckets);
  munmap(block, 2 * page);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_sizes),
      cmocka_unit_test(test_every_smaller_block_is_refused),
      cmocka_unit_test(test_bad_arguments),
      cmocka_unit_test(test_a_burst_and_then_the_rate),
      cmocka_unit_test(test_no_more_than_the_burst),
      cmocka_unit_test(test_a_burst_that_is_no_whole_number),
      cmocka_unit_test(test_keys_have_their_own),
      cmocka_unit_test(test_waiting_is_enough),
      cmocka_unit_test(test_extremes),
      cmocka_unit_test(test_time_does_not_run_backwards),
      cmocka_unit_test(test_wrong_times_at_first),
      cmocka_unit_test(test_against_a_model),
      cmocka_unit_test(test_never_more_than_allowed),
      cmocka_unit_test(test_the_fullest_is_given_up),
      cmocka_unit_test(test_the_fullest_by_now),
      cmocka_unit_test(test_many_keys),
      cmocka_unit_test(test_siphash),
      cmocka_unit_test(test_guard_page),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
