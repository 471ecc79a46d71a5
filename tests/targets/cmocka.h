/*
 * As much of cmocka as tests/unit uses, in one header, for targets that have no package of it. A failed assertion ends
 * its test; the program ends with the number of tests that failed.
 */
#ifndef WYE_TEST_CMOCKA_H
#define WYE_TEST_CMOCKA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct CMUnitTest {
  const char *name;
  void (*run)(void **state);
  int (*setup)(void **state), (*teardown)(void **state);
};

#define cmocka_unit_test(test) {#test, test, NULL, NULL}
#define cmocka_unit_test_setup(test, setup) {#test, test, setup, NULL}
#define cmocka_unit_test_teardown(test, teardown) {#test, test, NULL, teardown}
#define cmocka_unit_test_setup_teardown(test, setup, teardown) {#test, test, setup, teardown}

#define cmocka_run_group_tests(tests, setup, teardown) \
  cmocka__run(tests, sizeof(tests) / sizeof((tests)[0]), setup, teardown)

#define print_error(...) fprintf(stderr, __VA_ARGS__)
#define print_message(...) printf(__VA_ARGS__)

enum { CMOCKA_FAILED = 1, CMOCKA_SKIPPED = 2 };

/* Where a test ends that does not run through: one for the program, whichever of its files defines it. */
jmp_buf *cmocka__end(void);

__attribute__((weak)) jmp_buf *cmocka__end(void) {
  static jmp_buf end;
  return &end;
}

__attribute__((noreturn, format(printf, 3, 4))) static inline void cmocka__fail(const char *file, int line,
                                                                                const char *format, ...) {
  va_list list;
  va_start(list, format);
  fprintf(stderr, "%s:%d: ", file, line);
  vfprintf(stderr, format, list);
  fprintf(stderr, "\n");
  va_end(list);
  longjmp(*cmocka__end(), CMOCKA_FAILED);
}

#define fail_msg(...) cmocka__fail(__FILE__, __LINE__, __VA_ARGS__)
#define skip() longjmp(*cmocka__end(), CMOCKA_SKIPPED)

static inline void cmocka__check(int holds, const char *text, const char *file, int line) {
  if (!holds) cmocka__fail(file, line, "%s", text);
}

static inline void cmocka__compare(uintmax_t a, uintmax_t b, int equal, const char *text, const char *file, int line) {
  if ((a == b) != equal) cmocka__fail(file, line, "%s: %#jx, %#jx", text, a, b);
}

static inline void cmocka__range(uintmax_t value, uintmax_t from, uintmax_t to, const char *file, int line) {
  if (value < from || value > to) cmocka__fail(file, line, "%ju is not within %ju and %ju", value, from, to);
}

static inline void cmocka__texts(const char *a, const char *b, const char *file, int line) {
  if (strcmp(a, b) != 0) cmocka__fail(file, line, "\"%s\" != \"%s\"", a, b);
}

#define assert_true(value) cmocka__check((value) ? 1 : 0, #value, __FILE__, __LINE__)
#define assert_false(value) cmocka__check((value) ? 0 : 1, "not " #value, __FILE__, __LINE__)
#define assert_null(value) cmocka__check((value) == NULL, #value " is NULL", __FILE__, __LINE__)
#define assert_non_null(value) cmocka__check((value) != NULL, #value " is not NULL", __FILE__, __LINE__)
#define assert_ptr_equal(a, b) cmocka__check((const void *)(a) == (const void *)(b), #a " == " #b, __FILE__, __LINE__)
#define assert_ptr_not_equal(a, b) \
  cmocka__check((const void *)(a) != (const void *)(b), #a " != " #b, __FILE__, __LINE__)
#define assert_int_equal(a, b) cmocka__compare((uintmax_t)(a), (uintmax_t)(b), 1, #a " == " #b, __FILE__, __LINE__)
#define assert_int_not_equal(a, b) cmocka__compare((uintmax_t)(a), (uintmax_t)(b), 0, #a " != " #b, __FILE__, __LINE__)
#define assert_in_range(value, from, to) \
  cmocka__range((uintmax_t)(value), (uintmax_t)(from), (uintmax_t)(to), __FILE__, __LINE__)
#define assert_string_equal(a, b) cmocka__texts(a, b, __FILE__, __LINE__)
#define assert_memory_equal(a, b, size) cmocka__check(memcmp(a, b, size) == 0, #a " == " #b, __FILE__, __LINE__)
#define assert_memory_not_equal(a, b, size) cmocka__check(memcmp(a, b, size) != 0, #a " != " #b, __FILE__, __LINE__)

/* Whether the test failed. */
static inline int cmocka__run_one(const struct CMUnitTest *test, void **state) {
  switch (setjmp(*cmocka__end())) {
  case 0:
    if (test->setup && test->setup(state) != 0) return 1;
    test->run(state);
    return 0;
  case CMOCKA_SKIPPED: return 0;
  default: return 1;
  }
}

static inline int cmocka__run(const struct CMUnitTest *tests, size_t count, int (*setup)(void **),
                              int (*teardown)(void **)) {
  void *state = NULL;
  int failed = 0;
  if (setup && setup(&state) != 0) return 1;
  for (size_t i = 0; i < count; i++) {
    int one = cmocka__run_one(&tests[i], &state);
    if (one) fprintf(stderr, "%s failed\n", tests[i].name);
    failed += one;
    if (tests[i].teardown) tests[i].teardown(&state);
  }
  if (teardown) teardown(&state);
  printf("%zu tests, %d failed\n", count, failed);
  return failed;
}

#endif
