/*
 * The bound of wye.h: whatever routes and path, a lookup's steps (vertices entered, places examined) are at most
 * (nodes on the way) x (bytes of the segment). Attacks on it, some with the steps
 * that were counted in the first version.
 *
 * The optimized builds take the short way for paths without escapes; so each attack runs once plain and once with
 * an escape in front, which is compared unit by unit.
 */
#include "support.h"

#include <time.h>

static const char plain[] = "", escaped[] = "%7E"; /* what the path's first segment begins with */
static const char *const fronts[] = {plain, escaped};

/* The path "/" + front + unit written often enough for `length` bytes + tail. */
static char *attack_path(const char *front, const char *unit, size_t length, const char *tail) {
  char *middle = repeat(unit, length / strlen(unit)), *path = take(length + 64);
  snprintf(path, length + 64, "/%s%s%s", front, middle, tail);
  free(middle);
  return path;
}

/* What the search for all matches of the path took that steps_of was asked for last. */
static uint64_t steps_of_all;

static void count_all(struct fixture *f, const char *path) {
  struct wye_hit hits[64];
  size_t size;
  uint32_t get = wye_table_method(f->table, "GET", 3);
  wye__steps = 0;
  int32_t count = wye_match_all(f->table, f->context, get, path, strlen(path), hits, sizeof hits, &size);
  assert_true(count >= 0 || count == WYE_NO_MEMORY);
  steps_of_all = wye__steps;
}

/* Where nothing is found, all matches cost no more: the walk is the same. */
static uint64_t steps_of(struct fixture *f, const char *path, int32_t wanted) {
  count_all(f, path);
  wye__steps = 0;
  answer_bytes(f, "GET", path, strlen(path));
  assert_int_equal(f->context->outcome, wanted);
  uint64_t steps = wye__steps;
  if (wanted < 0 && steps_of_all > steps + 16)
    fail_msg("%.40s: %llu steps for all matches, %llu for none", path, (unsigned long long)steps_of_all,
             (unsigned long long)steps);
  return steps;
}

static uint64_t attack(struct fixture *f, const char *front, const char *unit, size_t length, const char *tail,
                       int32_t wanted) {
  char *path = attack_path(front, unit, length, tail);
  uint64_t steps = steps_of(f, path, wanted);
  free(path);
  return steps;
}

static void check_most(uint64_t steps, uint64_t most, const char *what) {
  if (getenv("SHOW")) fprintf(stderr, "%s: %llu of %llu\n", what, (unsigned long long)steps, (unsigned long long)most);
  if (steps > most)
    fail_msg("%s: %llu steps, at most %llu wanted", what, (unsigned long long)steps, (unsigned long long)most);
}

/* Paths of n and of 2 n bytes: at most `each` steps for a byte, and at most doubled but for what the ends take. */
static void check_linear(struct fixture *f, const char *unit, size_t length, const char *tail, uint64_t each,
                         int32_t wanted) {
  for (size_t i = 0; i < COUNT(fronts); i++) {
    uint64_t once = attack(f, fronts[i], unit, length, tail, wanted), all_once = steps_of_all;
    uint64_t twice = attack(f, fronts[i], unit, 2 * length, tail, wanted), all_twice = steps_of_all;
    check_most(once, each * length + 64, unit);
    check_most(twice, 2 * once + once / 100 + 64, unit);
    check_most(all_once, 2 * each * length + 64, "all matches");
    check_most(all_twice, 2 * all_once + all_once / 100 + 64, "all matches");
  }
}

static void open_one(struct fixture *f, const char *line) {
  const char *const lines[] = {line, NULL};
  fixture_open(f, &longest, lines);
}

/* ------------------------------------------------------------------ literals after parameters */

/* A literal after a parameter, far longer than what of it is in the path. */
static char *long_literal(const char *front, size_t length, const char *tail) {
  char *middle = repeat("-", length), *line = take(length + 64);
  snprintf(line, length + 64, "GET /%s%s%s", front, middle, tail);
  free(middle);
  return line;
}

static void test_long_literals(void **state) {
  (void)state;
  struct fixture f;
  char *lines[9] = {NULL};
  for (size_t i = 0; i < 8; i++) lines[i] = long_literal(":x", 3000, (char[]){'b', (char)('0' + i), 0});
  fixture_open(&f, &longest, (const char *const *)lines);
  check_linear(&f, "-", 30000, "", 3, WYE_NOT_FOUND);
  check_linear(&f, "-", 30000, "b7", 3, 7);
  fixture_drop(&f);
  for (size_t i = 0; i < 8; i++) free(lines[i]);
}

/* A thousand or 20,000 literals after one parameter: one pass finds those that are there. */
static void test_sibling_literals(void **state) {
  (void)state;
  char line[64];
  for (int count = 1000; count <= 20000; count *= 20) {
    struct fixture f;
    fixture_begin(&f, &longest);
    for (int i = 0; i < count; i++) {
      snprintf(line, sizeof line, "GET /:x-s%d", i);
      assert_int_equal(fixture_add_line(&f, line), i);
    }
    fixture_build(&f);
    check_most(steps_of(&f, "/abcdefghi", WYE_NOT_FOUND), 32 + (uint64_t)count / 64, "none of many literals");
    check_most(steps_of(&f, "/abc-s999", 999), 48 + (uint64_t)count / 64, "the last of many literals");
    check_linear(&f, "-", 30000, "", 2, WYE_NOT_FOUND);
    check_linear(&f, "-s1", 30000, "", 2, 1);
    fixture_drop(&f);
  }
}

/* Each dash is examined once, for the literal at the end: 16,006 steps for 16,000 dashes, 64,006 for 64,000. */
static void test_dashes(void **state) {
  (void)state;
  struct fixture f;
  open_one(&f, "GET /:a-:b-:c-:d-x");
  check_linear(&f, "-", 16000, "", 2, WYE_NOT_FOUND);
  check_most(attack(&f, plain, "-", 64000, "", WYE_NOT_FOUND), 2 * 64000, "64,000 dashes");
  check_most(attack(&f, escaped, "-", 64000, "", WYE_NOT_FOUND), 2 * 64000, "64,000 dashes and an escape");
  fixture_drop(&f);
}

/* The hit at the other end of them is found. */
static void test_dashes_with_a_hit(void **state) {
  (void)state;
  struct fixture f;
  open_one(&f, "GET /:a-:b-:c-:d-x");
  check_linear(&f, "-", 16000, "x", 2, 0);
  attack(&f, plain, "-", 64000, "x", 0);
  assert_int_equal(wye_param(f.context, 0).length, 1);
  assert_int_equal(wye_param(f.context, 3).length, 64000 - 7);
  fixture_drop(&f);
}

/* Every literal has to be looked for to the end: once at most for each of the 64 parameters. */
static void test_64_params_in_a_segment(void **state) {
  (void)state;
  struct fixture f;
  char line[1024] = "GET /:p0";
  for (int i = 1; i < WYE_MAX_PARAMS; i++) snprintf(line + strlen(line), 16, "-:p%d", i);
  strcat(line, "-x");
  open_one(&f, line);
  check_linear(&f, "-", 16000, "", 2, WYE_NOT_FOUND);
  check_linear(&f, "-a", 16000, "", 2, WYE_NOT_FOUND);
  fixture_drop(&f);
}

/* Four ways to go on after each literal, at four levels: 340 bounded parameters, each looked for at most twice. */
static void add_ways(struct fixture *f, char *line, int level) {
  static const char *const literals[] = {"-", "--", ".", "-."};
  size_t length = strlen(line);
  for (size_t i = 0; i < COUNT(literals); i++) {
    snprintf(line + length, 16, ":p%d%s", level, literals[i]);
    if (level < 3) add_ways(f, line, level + 1);
    else {
      strcat(line, "/x");
      assert_true(fixture_add_line(f, line) >= 0);
    }
  }
}

static void test_tree_of_literals(void **state) {
  (void)state;
  struct fixture f;
  char line[256] = "GET /";
  fixture_begin(&f, &longest);
  add_ways(&f, line, 0);
  fixture_build(&f);
  assert_int_equal(wye_table_routes(f.table), 256);
  check_linear(&f, "-", 8000, "", 2 * 340, WYE_NOT_FOUND);
  check_linear(&f, "-.", 8000, "", 2 * 340, WYE_NOT_FOUND);
  check_linear(&f, "a", 8000, "", 2 * 340, WYE_NOT_FOUND);
  fixture_drop(&f);
}

/* 300 literals after one parameter, each missing everywhere. */
static void test_many_literals(void **state) {
  (void)state;
  struct fixture f;
  char line[64];
  fixture_begin(&f, &longest);
  for (int i = 0; i < 300; i++) {
    snprintf(line, sizeof line, "GET /:a-%d:b/x", 1000 + i);
    fixture_add_line(&f, line);
  }
  fixture_build(&f);
  check_linear(&f, "-1", 8000, "", 2 * 300, WYE_NOT_FOUND);
  check_linear(&f, "-", 8000, "", 2 * 300, WYE_NOT_FOUND);
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ prefixes */

/* 1,000 prefixes, each the beginning of the next: all of them are tried, and what is after the segment fails. */
static void test_nested_prefixes(void **state) {
  (void)state;
  struct fixture f;
  char line[1100], front[1001] = "";
  fixture_begin(&f, &longest);
  for (int i = 1; i <= 1000; i++) {
    memset(front, 'p', (size_t)i);
    snprintf(line, sizeof line, "GET /%s:x/end", front);
    fixture_add_line(&f, line);
  }
  fixture_build(&f);
  uint64_t once = attack(&f, plain, "p", 8000, "/no", WYE_NOT_FOUND);
  uint64_t twice = attack(&f, plain, "p", 16000, "/no", WYE_NOT_FOUND);
  check_most(once, 8 * 1000, "1,000 prefixes");
  check_most(twice, once + 64, "1,000 prefixes on twice the bytes");
  fixture_drop(&f);
}

/* The same with a literal after each, which is nowhere. All have one automaton, which reads the segment once. */
static void test_nested_prefixes_with_a_literal(void **state) {
  (void)state;
  struct fixture f;
  char line[1100], front[1001] = "";
  fixture_begin(&f, &longest);
  for (int i = 1; i <= 1000; i++) {
    memset(front, 'p', (size_t)i);
    snprintf(line, sizeof line, "GET /%s:x-b", front);
    fixture_add_line(&f, line);
  }
  fixture_build(&f);
  uint64_t once = attack(&f, plain, "p", 8000, "%7E", WYE_NOT_FOUND);
  check_most(once, 8000 + 16 * 1000, "1,000 prefixes and a literal");
  check_most(attack(&f, plain, "p", 16000, "%7E", WYE_NOT_FOUND), once + 8000 + 64, "on twice the bytes");
  fixture_drop(&f);
}

/* Steps for paths of 1,000, 2,000 and 4,000 bytes, each followed by `tail`. */
static void grow(struct fixture *f, const char *front, const char *unit, const char *tail, int32_t wanted,
                 uint64_t steps[3]) {
  for (size_t i = 0; i < 3; i++) steps[i] = attack(f, front, unit, (size_t)1000 << i, tail, wanted);
}

/*
 * Twice the bytes take at most 2^power times the steps; of the 1,000 bytes each takes `each`, or with the power 2 so
 * many for each byte of the segment.
 */
static void check_growth(struct fixture *f, const char *unit, const char *tail, uint64_t power, uint64_t each,
                         int32_t wanted, const char *what) {
  for (size_t i = 0; i < COUNT(fronts); i++) {
    uint64_t steps[3], factor = (uint64_t)1 << power;
    grow(f, fronts[i], unit, tail, wanted, steps);
    check_most(steps[0], each * (power == 1 ? 1000 : 1000 * 1000), what);
    check_most(steps[1], factor * steps[0] + steps[0] / 20 + 64, what);
    check_most(steps[2], factor * steps[1] + steps[1] / 20 + 64, what);
    if (steps[2] < 4000)
      fail_msg("%s: %llu steps in 4,000 bytes: they are not counted", what, (unsigned long long)steps[2]);
  }
}

/* ------------------------------------------------------------------ catch-alls in the middle */

/*
 * A search enters each node at most once per offset: as many as there are slashes in the path, for each node after a
 * catch-all in the middle. Tried one way after the other, k of them would take the k-th power.
 */
static void test_catch_alls_in_the_middle(void **state) {
  (void)state;
  static const struct {
    const char *lines[5], *unit, *tail;
    uint64_t each; /* steps for a byte of the path, at most */
  } rows[] = {
      {{"GET /*a/x/y"}, "x/", "z", 4},
      {{"GET /*a/x/*b/x/*c/x/y"}, "x/", "z", 8},
      {{"GET /*a/x/*b/x/*c/x/*d/x/*e/x/*f/x/*g/x/*h/x/y"}, "x/", "z", 20},
      {{"GET /*a/x/*b/x/*c/x/*d/y"}, "x/", "", 8},
      {{"GET /*a/:p/*b/:q/*c/:r/y"}, "x/", "z", 8},
      {{"GET /*a/:p/*b/:q/*c/:r/y"}, "/", "z", 8},
      {{"GET /*a/x/w?/*b/x/:o?/x?/x/*c/x/y"}, "x/", "z", 24},
      {{"GET /*a/x/y", "GET /*a/:p/*b/z", "GET /:p/*a/x/z", "GET /:p/x/*a/x/w"}, "x/", "v", 24},
      {{"GET /*a/:x-:y<int>/*b/:z-:w<int>/y"}, "a-1/", "z", 16},
      {{"GET /*a/:x(.*)-:y(.*)/*b/:z(.*)-:w(.*)/y"}, "a-1-/", "z", 64},
      {{"GET /*a/:x-:y/*b/v:z.:w/*c/:u~:v-/y"}, "v-1.~-/", "z", 16},
      {{"GET /*a/:x-:y<int>-/q", "GET /*a/:x.:y<int>./q", "GET /*a/p:y<int>./*b/q"}, "p1-2.3./", "z", 32},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct fixture f;
    fixture_open(&f, NULL, rows[i].lines);
    check_growth(&f, rows[i].unit, rows[i].tail, 1, rows[i].each, WYE_NOT_FOUND, rows[i].lines[0]);
    fixture_drop(&f);
  }
}

/* The only split that serves is the last one. */
static void test_catch_alls_in_the_middle_with_a_hit(void **state) {
  (void)state;
  struct fixture f;
  open_one(&f, "GET /*a/x/*b/x/*c/x/y");
  check_growth(&f, "x/", "y", 1, 8, 0, "a hit");
  attack(&f, plain, "x/", 8192, "y", 0);
  assert_int_equal(wye_param(f.context, 0).length, 1);
  assert_int_equal(wye_param(f.context, 1).length, 1);
  assert_int_equal(wye_param(f.context, 2).length, 8192 - 11);
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ constraints */

/* Expressions that are exponential where they are tried one way after the other. Here a character is a step. */
static void test_expressions(void **state) {
  (void)state;
  static const struct {
    const char *line, *unit, *tail;
  } rows[] = {
      {"GET /:x([a~]*(?:a+)+b)", "a", ""},
      {"GET /:x(~?(?:a|a)*b)", "a", ""},
      {"GET /:x(~?(?:a*)*b)", "a", "/"},
      {"GET /:x((?:.*a){12}b)", "a", ""},
      {"GET /:x(~?(?:a|ab|b)+(?:ab)+c)", "ab", ""},
      {"GET /:x(~?\\w+\\w+\\w+-)", "a", ""},
      {"GET /:x(~?(?:a|aa)+)-:y(b)", "a", "-c"},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct fixture f;
    open_one(&f, rows[i].line);
    check_growth(&f, rows[i].unit, rows[i].tail, 1, 4, WYE_NOT_FOUND, rows[i].line);
    fixture_drop(&f);
  }
}

static void test_types(void **state) {
  (void)state;
  static const struct {
    const char *line, *unit, *tail;
  } rows[] = {{"GET /:x<alnum>-", "a", ""},
              {"GET /:x<slug>", "a-", ""},
              {"GET /:x<uint>", "0", "a"},
              {"GET /:x<int>.", "0", ""}};
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct fixture f;
    open_one(&f, rows[i].line);
    for (size_t length = 1000; length <= 4000; length *= 2) {
      uint64_t steps = attack(&f, plain, rows[i].unit, length, rows[i].tail, WYE_NOT_FOUND);
      check_most(steps, 3 * length + 64, rows[i].line);
      if (steps < length) fail_msg("%s: only %llu steps", rows[i].line, (unsigned long long)steps);
    }
    fixture_drop(&f);
  }
}

/*
 * Several constrained parameters in a segment: which place of one literal counts depends on what follows. Readings that
 * began at different places meet in one state, from where on there is nothing new. They look out for each other every
 * 64 bytes; so each byte is read a hundred times or so for each parameter.
 */
static void test_constrained_splits(void **state) {
  (void)state;
  static const struct {
    const char *line, *unit, *tail;
  } rows[] = {
      {"GET /:a(~?[a-]+)-:b<slug>-:c<int>/x", "a-", "a/x"},
      {"GET /:a(.*)-:b(.*)-:c(\\d+)", "a-", "a"},
      {"GET /:a(.*)-:b(.*)-:c(\\d+)", "-", "a"},
      {"GET /:a(.*)-:b(.*)-:c(.*)-:d(\\d+)", "-", "a"},
      {"GET /:a(.*)-:b(.*)-:c(.*)-:d(.*)-:e(\\d+)/x", "a-", "1/y"},
      {"GET /:a(~?[a-]+)-:b<slug>-:c<slug>-:d<slug>-:e<int>", "a-", "a"},
      {"GET /:a-:b(.{3,})-:c(.+)-:d-:e<int>", "-", "a"},
      {"GET /:a-:b(.*)-:c(.*)-x", "-", "a"},
      {"GET /:a-:b(-|a.*)-:c(.*)-x", "-a", "a"},
      {"GET /:a-:b(.+)x", "-", "a"},
      {"GET /:a-:b([\\w-]+)", "-", "!"},
      {"GET /:a-:b<slug>", "a-", ""},
      {"GET /:a-:b([\\w-]{1,70})", "-", "/a"},
      {"GET /:a-:b((?:[a-][a-])+)", "-", "!"},
      {"GET /:a-:b((?:[a-][a-])+)x", "-", "a"},
      {"GET /:a-:b((?:..)*)-:c(\\d+)", "-", "a"},
      {"GET /:a(.*)-:b((?:...)*)-:c((?:..)*)-:d(\\d+)", "-", "a"},
      {"GET /:a-:b((?:..)*)-:c((?:..)*)-:d((?:..)*)-:e((?:..)*)-:f((?:..)*)-:g(\\d+)/x", "-", "a/x"},
      {"GET /:a-:b((?:..){30}.*)-x", "-", "a"},
      {"GET /:a-:b(.{20,})x", "-", "a"},
      {"GET /:a-:b(.+)x", "\xC3\xA9%C3%A9-", "a"}, /* characters that lie across the edges at which readings meet */
      {"GET /:a-:b(.+)", "%2D-%C3-%A9", "/a"},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct fixture f;
    open_one(&f, rows[i].line);
    check_growth(&f, rows[i].unit, rows[i].tail, 1, 800, WYE_NOT_FOUND, rows[i].line);
    fixture_drop(&f);
  }
}

/* Runs with bounds: a value that begins later is a part of one that was read, which has the rest of its characters. */
static void test_bounded_runs(void **state) {
  (void)state;
  char line[2048] = "GET /:z";
  static const char *const lines[] = {"GET /:z-:b([\\w.-]{1,255})-:c([\\w.-]{1,255})-:d(\\d+)", NULL};
  struct fixture f;
  fixture_open(&f, &longest, lines);
  check_linear(&f, "-", 16000, "", 40, WYE_NOT_FOUND);
  fixture_drop(&f);
  for (int i = 0; i < 32; i++) snprintf(line + strlen(line), 32, "-:a%d([\\w-]{1,900})", i);
  strcat(line, "-:e<int>");
  open_one(&f, line);
  check_linear(&f, "-", 16000, "", 32 * 14, WYE_NOT_FOUND);
  check_linear(&f, "0", 16000, "", 32 * 14, WYE_NOT_FOUND);
  fixture_drop(&f);
}

/* 72 states that are all under way at once, and thousands of constraints before literals that are not there. */
static void test_many_states_and_constraints(void **state) {
  (void)state;
  struct fixture f;
  char line[2048] = "GET /:x-:e(";
  for (int i = 0; i < 72; i++) {
    int x = 'a' + i % 24, y = 'a' + i / 24;
    snprintf(line + strlen(line), 32, "%s%c%c.*_%c%c", i ? "|" : "", y, x, y, x);
  }
  strcat(line, ")-:y.z");
  open_one(&f, line);
  check_growth(&f, "-ab-bc-ca-cc-bd-xa-aa-ba-bb", "", 1, 800, WYE_NOT_FOUND, "72 alternatives");
  fixture_drop(&f);
  fixture_begin(&f, &longest);
  for (int i = 0; i < 4000; i++) {
    snprintf(line, sizeof line, "GET /:a-:b<uint(%d..)>-c%d", i, i);
    assert_int_equal(fixture_add_line(&f, line), i);
  }
  fixture_build(&f);
  assert_in_range(wye_context_size(f.table), 1, 1 << 20);
  check_linear(&f, "-", 16000, "", 16, WYE_NOT_FOUND);
  check_linear(&f, "-1", 16000, "-c1", 4 + 4000 / 64, 1);
  check_linear(&f, "0", 16000, "-c1", 16, WYE_NOT_FOUND);
  fixture_drop(&f);
}

/* Each parameter's readings are remembered for themselves, of one constraint or of several. */
static void test_constrained_ways(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /:a-:b(.+)x",   "GET /:a-:b(.+)y",    "GET /:a-:b([^/]+)x",
                                      "GET /:a-:b([^x]+)", "GET /:a-:b([^y]+)z", NULL};
  struct fixture f;
  fixture_open(&f, &longest, lines);
  check_growth(&f, "-", "axyz/none", 1, 800, WYE_NOT_FOUND, "constrained ways");
  fixture_drop(&f);
}

/*
 * Here the readings never meet: each knows where it began in so many states that only the last is remembered. The
 * steps grow with the square of the segment's bytes, and no faster, however many parameters there are.
 */
static void test_splits_that_never_meet(void **state) {
  (void)state;
  static const char *const lines[] = {
      "GET /:a-:b((?:.{200})*)-:c(\\d+)",
      "GET /:a-:b((?:.{200})*)-:c((?:.{210})*)-:d((?:.{220})*)-:e(\\d+)/x",
  };
  for (size_t i = 0; i < COUNT(lines); i++) {
    struct fixture f;
    open_one(&f, lines[i]);
    check_growth(&f, "-", "a/x", 2, 8, WYE_NOT_FOUND, lines[i]);
    fixture_drop(&f);
  }
}

/* Plain parameters before a constrained one: of where they end, only the last literal's occurrence matters. */
static void test_plain_splits_before_a_constraint(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /:a-:b<int>/x", "GET /:a-:b-:c-:d-:e<int>/x", "GET /:a-:b-:c-:d-:e(\\d+)-x"};
  for (size_t i = 0; i < COUNT(lines); i++) {
    struct fixture f;
    open_one(&f, lines[i]);
    check_growth(&f, "-", "a/x", 1, 24, WYE_NOT_FOUND, lines[i]);
    fixture_drop(&f);
  }
}

/* The nodes between segments are entered once, however many ways there are to split the segments before. */
static void test_segments_of_constrained_splits(void **state) {
  (void)state;
  enum { MANY = 6 };
  struct fixture f;
  char line[512] = "GET ", path[256];
  for (int i = 0; i < MANY; i++) snprintf(line + strlen(line), 64, "/:a%d<slug>-:b%d<slug>", i, i);
  strcat(line, "/end");
  open_one(&f, line);
  uint64_t before = 0;
  for (int segments = 1; segments <= MANY; segments++) {
    path[0] = 0;
    for (int i = 0; i < segments; i++) strcat(path, "/a-b-c-d-e-f-g-h");
    strcat(path, "/none");
    uint64_t steps = steps_of(&f, path, WYE_NOT_FOUND);
    check_most(steps, 400 * (uint64_t)segments, "segments of splits");
    if (segments > 1) check_most(steps, before + 400, "one segment more");
    before = steps;
  }
  path[0] = 0;
  for (int i = 0; i < MANY; i++) strcat(path, "/a-b-c-d-e-f-g-h");
  strcat(path, "/end");
  check_most(steps_of(&f, path, 0), 400, "the first way");
  fixture_drop(&f);
}

/* Static, bounded, constrained and plain ways through each segment, all of them overlapping, one after the other. */
static void test_ways_of_all_kinds(void **state) {
  (void)state;
  enum { MANY = 4, WAYS = 5 };
  static const char *const ways[WAYS] = {"/a-b", "/:p%d-:q%d", "/:p%d<slug>-:q%d(b*)", "/:p%d<slug>",
                                         "/:p%d(.+)-:q%d<slug>"};
  struct fixture f;
  char line[512], path[64] = "";
  fixture_begin(&f, &longest);
  for (int n = 0; n < WAYS * WAYS * WAYS * WAYS; n++) {
    strcpy(line, "GET ");
    for (int i = 0, rest = n; i < MANY; i++, rest /= WAYS) snprintf(line + strlen(line), 64, ways[rest % WAYS], i, i);
    snprintf(line + strlen(line), 16, "/end");
    assert_int_equal(fixture_add_line(&f, line), n);
  }
  fixture_build(&f);
  for (int i = 0; i < MANY; i++) strcat(path, "/a-b");
  strcat(path, "/none");
  uint64_t nodes = 1 + WAYS + WAYS * WAYS + WAYS * WAYS * WAYS;
  check_most(steps_of(&f, path, WYE_NOT_FOUND), nodes * 54, "ways of all kinds");
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ catch-alls */

/*
 * One catch-all after the other, all for another method, over a rest in which a dot segment is looked for: once, and
 * not for each of them. That is not counted in steps; 2,000 times it would be a minute and more in place of a second.
 */
static void test_nested_catch_alls(void **state) {
  (void)state;
  enum { DEEP = 2000, TIMES = 300 };
  struct fixture f;
  char *front = repeat("/a", DEEP), *rest = repeat("/b", 30000), *path = take(65536);
  fixture_begin(&f, &longest);
  for (size_t i = 0; i < DEEP; i++) {
    snprintf(path, 65536, "PUT %.*s/*rest", (int)(2 * i), front);
    assert_int_equal(fixture_add_line(&f, path), i);
  }
  fixture_build(&f);
  snprintf(path, 65536, "%s%s", front, rest);
  check_most(steps_of(&f, path, WYE_METHOD_NOT_ALLOWED), 4 * DEEP + 16, "nested catch-alls");
  clock_t begin = clock();
  for (int i = 0; i < TIMES; i++) steps_of(&f, path, WYE_METHOD_NOT_ALLOWED);
  double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
  if (getenv("SHOW")) fprintf(stderr, "nested catch-alls: %.3f s\n", seconds);
  assert_true(seconds < 10);
  snprintf(path, 65536, "%s%s", front, rest);
  memcpy(path + 2 * DEEP, "/..", 3);
  path[2 * DEEP + 3] = '/';
  check_most(steps_of(&f, path, WYE_NOT_FOUND), 4 * DEEP + 16, "nested catch-alls over dots");
  free(front);
  free(rest);
  free(path);
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ policies */

/* Each of the other forms is one more lookup: the path cleaned, in lower case, and both with the other slash. */
static void test_policies(void **state) {
  (void)state;
  const struct wye_options options = {.trailing_slash = WYE_SLASH_REDIRECT, .clean_path = 1, .max_path = WYE_MAX_PATH};
  static const char *const lines[] = {"GET /:a-:b-:c-:d-x", "GET /:a<slug>-:b<int>", NULL};
  struct fixture f, strict;
  fixture_open(&f, &options, lines);
  fixture_open(&strict, &longest, lines);
  for (size_t length = 1000; length <= 4000; length *= 2) {
    uint64_t once = attack(&strict, escaped, "-", length, "", WYE_NOT_FOUND);
    check_most(attack(&f, escaped, "-", length, "", WYE_NOT_FOUND), 6 * once + 64, "policies");
  }
  fixture_drop(&f);
  fixture_drop(&strict);
}

/* ------------------------------------------------------------------ segments */

enum { LEVELS = 10 };

/* All 2^10 ways to write ten segments as a static one or a parameter, each with an end of its own. */
static void open_all_ways(struct fixture *f) {
  char line[256];
  fixture_begin(f, &longest);
  for (int ways = 0; ways < 1 << LEVELS; ways++) {
    strcpy(line, "GET ");
    for (int i = 0; i < LEVELS; i++) snprintf(line + strlen(line), 8, ways >> i & 1 ? "/:p%c" : "/a", 'a' + i);
    snprintf(line + strlen(line), 16, "/end-%d", ways & 0x3FF);
    fixture_add_line(f, line);
  }
  fixture_build(f);
}

/* 2^11 - 1 nodes are on the way, and each is entered once: 4,094 steps plain, 5,118 escaped. */
static void test_all_ways(void **state) {
  (void)state;
  struct fixture f;
  open_all_ways(&f);
  uint64_t steps = attack(&f, plain, "a/", 2 * LEVELS, "none", WYE_NOT_FOUND);
  check_most(steps, 3 << (LEVELS + 1), "all ways");
  steps = attack(&f, "%61/", "a/", 2 * LEVELS - 2, "none", WYE_NOT_FOUND);
  check_most(steps, 3 << (LEVELS + 1), "all ways, escaped");
  steps = attack(&f, plain, "a/", 2 * LEVELS, "end-1023", 1023);
  check_most(steps, 3 << (LEVELS + 1), "the last way");
  fixture_drop(&f);
}

/* The last segment's length does not count for the ways to it. */
static void test_all_ways_to_a_long_segment(void **state) {
  (void)state;
  struct fixture f;
  open_all_ways(&f);
  char *once = repeat("z", 1000), *twice = repeat("z", 2000);
  uint64_t steps = attack(&f, plain, "a/", 2 * LEVELS, "", WYE_NOT_FOUND);
  for (size_t i = 0; i < 2; i++) {
    char *path = attack_path(plain, "a/", 2 * LEVELS, "");
    path = realloc(path, 4096);
    strcat(path, i ? twice : once);
    check_most(steps_of(&f, path, WYE_NOT_FOUND), steps + 64, "a long end");
    free(path);
  }
  free(once);
  free(twice);
  fixture_drop(&f);
}

/* A literal that ends its segment may be found twice at the same offset: what follows is entered only once. */
static void test_literals_at_the_ends_of_segments(void **state) {
  (void)state;
  enum { MANY = 20 };
  struct fixture f;
  char line[256] = "GET ";
  for (int i = 0; i < MANY; i++) snprintf(line + strlen(line), 16, "/:p%c-x", 'a' + i);
  strcat(line, "/end");
  open_one(&f, line);
  check_most(attack(&f, plain, "1-x/", 4 * MANY, "none", WYE_NOT_FOUND), 10 * MANY, "ends of segments");
  check_most(attack(&f, plain, "-x-x/", 5 * MANY, "none", WYE_NOT_FOUND), 20 * MANY, "two such ends");
  check_most(attack(&f, "%31-x/", "1-x/", 4 * MANY - 4, "none", WYE_NOT_FOUND), 10 * MANY, "escaped ends");
  fixture_drop(&f);
}

/* `/a/:b/a/:c ...`: overlaps at every second segment, under a method that is not asked for. */
static void test_overlaps_of_another_method(void **state) {
  (void)state;
  struct fixture f;
  char line[256];
  fixture_begin(&f, &longest);
  for (int ways = 0; ways < 1 << LEVELS; ways++) {
    strcpy(line, "PUT ");
    for (int i = 0; i < LEVELS; i++) snprintf(line + strlen(line), 16, ways >> i & 1 ? "/a/:p%c" : "/:q%c/a", 'a' + i);
    fixture_add_line(&f, line);
  }
  fixture_build(&f);
  uint64_t steps = attack(&f, plain, "a/", 4 * LEVELS - 2, "a", WYE_METHOD_NOT_ALLOWED);
  check_most(steps, 4 << (LEVELS + 1), "overlaps");
  fixture_drop(&f);
}

/* 32,767 segments of which the table knows three: no more steps than those. */
static void test_more_segments_than_any_route(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /a/:b/c", "GET /:a/b/c", "GET /a/b/*rest", NULL};
  struct fixture f;
  fixture_open(&f, &longest, lines);
  check_most(attack(&f, plain, "z/", 65000, "", WYE_NOT_FOUND), 16, "unknown segments");
  check_most(attack(&f, plain, "/", 65000, "", WYE_NOT_FOUND), 16, "slashes");
  check_most(attack(&f, plain, "a/b/", 65000, "", 2), 16, "the rest");
  fixture_drop(&f);
}

/*
 * Every path of `/a` segments is matched by a catch-all after each of its 1,000 segments, and by parameters in place
 * of any of them at six levels: each node is entered once, and each match is found once.
 */
static void test_all_matches(void **state) {
  (void)state;
  struct fixture f;
  char line[3000] = "GET ";
  size_t size;
  fixture_begin(&f, &longest);
  for (int depth = 0; depth < 1000; depth++) {
    strcat(line, "/a");
    char *end = line + strlen(line);
    strcpy(end, "/*r");
    assert_int_equal(fixture_add_line(&f, line), depth);
    *end = 0;
  }
  for (int bits = 1; bits < 64; bits++) {
    strcpy(line, "* ");
    for (int level = 0; level < 6; level++) sprintf(line + strlen(line), bits >> level & 1 ? "/:p%d" : "/a", level);
    assert_true(fixture_add_line(&f, line) >= 0);
  }
  fixture_build(&f);
  char *path = repeat("/a", 1001);
  wye__steps = 0;
  assert_int_equal(wye_match_all(f.table, f.context, 0, path, strlen(path), NULL, 0, &size), WYE_NO_MEMORY);
  assert_int_equal(size, 1000 * (sizeof(struct wye_hit) + sizeof(struct wye_span)));
  check_most(wye__steps, 4 * 1000 + 4 * 127, "a catch-all after each segment");
  free(path);
  wye__steps = 0;
  struct wye_hit hits[256];
  assert_int_equal(wye_match_all(f.table, f.context, 0, "/a/a/a/a/a/a", 12, hits, sizeof hits, &size), 5 + 63);
  check_most(wye__steps, 4 * 127, "parameters at six levels");
  fixture_drop(&f);
}

/* Static siblings are found by a hash: 10,000 of them cost no more than 10. */
static void test_many_siblings(void **state) {
  (void)state;
  struct fixture f;
  char line[64];
  fixture_begin(&f, &longest);
  for (int i = 0; i < 10000; i++) {
    snprintf(line, sizeof line, "GET /sibling-%d/end", i);
    fixture_add_line(&f, line);
  }
  fixture_build(&f);
  uint64_t most = 0;
  for (int i = 0; i < 10000; i++) {
    snprintf(line, sizeof line, "/sibling-%d/end", i);
    uint64_t steps = steps_of(&f, line, i);
    if (steps > most) most = steps;
  }
  check_most(most, 16, "10,000 siblings");
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ building */

enum { FEW = 2000, MANY_MORE = 8 * FEW };

static void add_constraint(struct fixture *f, int i) {
  char line[64];
  snprintf(line, sizeof line, "GET /c%d/:x<uint(%d..)>", i, i);
  assert_int_equal(fixture_add_line(f, line), i);
}

/* The first 14 labels are text or parameters, as the bits say: a mask of its own for each number. */
static void add_mask(struct fixture *f, int i) {
  char line[256] = "GET ";
  for (int bit = 0; bit < 14; bit++) snprintf(line + strlen(line), 16, i >> bit & 1 ? ":p%d." : "a.", bit);
  strcat(line, "com/");
  assert_int_equal(fixture_add_line(f, line), i);
}

static void add_of_two_methods(struct fixture *f, int i, int count) {
  char line[64];
  snprintf(line, sizeof line, "%s /r%d", i < count / 2 ? "GET" : "PUT", i);
  assert_int_equal(fixture_add_line(f, line), i);
}

/* Eight times as many take at most eight times the steps, and those of three more levels of a tree or a sort. */
static void check_building(uint64_t few, uint64_t many, uint64_t each, const char *what) {
  check_most(few, each * FEW, what);
  check_most(many, 8 * few + 8 * few / 2, what);
}

/* Of adding, and of one build in a block with enough room: how often the fixture has to try depends on the room. */
static uint64_t steps_to_build(void (*add)(struct fixture *, int), int count) {
  struct fixture f;
  fixture_begin(&f, &longest);
  wye__steps = 0;
  for (int i = 0; i < count; i++) add(&f, i);
  uint64_t steps = wye__steps;
  fixture_build(&f);
  wye__steps = 0;
  assert_int_equal(wye_builder_build(f.builder, f.image, f.image_size, &f.image_size), WYE_OK);
  steps += wye__steps;
  fixture_drop(&f);
  return steps;
}

/* Each constraint is found by its text and by its number, as often as a route or the image names it. */
static void test_building_constraints(void **state) {
  (void)state;
  check_building(steps_to_build(add_constraint, FEW), steps_to_build(add_constraint, MANY_MORE), 120, "constraints");
}

static void test_building_masks(void **state) {
  (void)state;
  check_building(steps_to_build(add_mask, FEW), steps_to_build(add_mask, MANY_MORE), 16, "masks");
}

/* Removed one by one, backwards or the second method first, so that a method may have to look for its next route. */
static uint64_t steps_to_remove(int count, bool backwards) {
  struct fixture f;
  fixture_begin(&f, &longest);
  for (int i = 0; i < count; i++) add_of_two_methods(&f, i, count);
  wye__steps = 0;
  for (int i = 0; i < count; i++) {
    int number = backwards ? count - 1 - i : (i + count / 2) % count;
    char line[64];
    snprintf(line, sizeof line, "%s /r%d", number < count / 2 ? "GET" : "PUT", number);
    struct wye_route route = route_of(line);
    assert_int_equal(wye_builder_remove(f.builder, &route), WYE_OK);
  }
  uint64_t steps = wye__steps;
  assert_int_equal(wye_builder_routes(f.builder), 0);
  fixture_drop(&f);
  return steps;
}

static void test_removing(void **state) {
  (void)state;
  for (int backwards = 0; backwards < 2; backwards++)
    check_building(steps_to_remove(FEW, backwards), steps_to_remove(MANY_MORE, backwards), 4, "removals");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_long_literals),
      cmocka_unit_test(test_sibling_literals),
      cmocka_unit_test(test_dashes),
      cmocka_unit_test(test_dashes_with_a_hit),
      cmocka_unit_test(test_64_params_in_a_segment),
      cmocka_unit_test(test_tree_of_literals),
      cmocka_unit_test(test_many_literals),
      cmocka_unit_test(test_nested_prefixes),
      cmocka_unit_test(test_nested_prefixes_with_a_literal),
      cmocka_unit_test(test_catch_alls_in_the_middle),
      cmocka_unit_test(test_catch_alls_in_the_middle_with_a_hit),
      cmocka_unit_test(test_expressions),
      cmocka_unit_test(test_types),
      cmocka_unit_test(test_constrained_splits),
      cmocka_unit_test(test_bounded_runs),
      cmocka_unit_test(test_many_states_and_constraints),
      cmocka_unit_test(test_constrained_ways),
      cmocka_unit_test(test_splits_that_never_meet),
      cmocka_unit_test(test_plain_splits_before_a_constraint),
      cmocka_unit_test(test_segments_of_constrained_splits),
      cmocka_unit_test(test_ways_of_all_kinds),
      cmocka_unit_test(test_nested_catch_alls),
      cmocka_unit_test(test_policies),
      cmocka_unit_test(test_all_ways),
      cmocka_unit_test(test_all_ways_to_a_long_segment),
      cmocka_unit_test(test_literals_at_the_ends_of_segments),
      cmocka_unit_test(test_overlaps_of_another_method),
      cmocka_unit_test(test_more_segments_than_any_route),
      cmocka_unit_test(test_all_matches),
      cmocka_unit_test(test_many_siblings),
      cmocka_unit_test(test_building_constraints),
      cmocka_unit_test(test_building_masks),
      cmocka_unit_test(test_removing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
