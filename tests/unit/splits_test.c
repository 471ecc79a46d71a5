/*
 * Three constrained parameters in a segment, against the dullest matcher there is: every way to split every short
 * segment. What a lookup remembers, so as not to try a split twice, must not hide one that was never tried.
 */
#include "support.h"

/* ------------------------------------------------------------------ the dull matcher */

typedef bool holds(const char *value, size_t length);

static bool any(const char *value, size_t length) {
  (void)value;
  return length > 0;
}

static bool is_int(const char *value, size_t length) {
  size_t at = length > 0 && value[0] == '-';
  if (at == length) return false;
  while (at < length && value[at] == '1') at++;
  return at == length;
}

static bool is_slug(const char *value, size_t length) {
  bool word = false;
  for (size_t i = 0; i < length; i++) {
    if (value[i] == '-' && !word) return false;
    word = value[i] != '-';
  }
  return word;
}

static bool is_pairs(const char *value, size_t length) {
  (void)value;
  return length > 0 && length % 2 == 0;
}

static bool is_run(const char *value, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (value[i] == '-') return false;
  return length > 0;
}

static bool is_long(const char *value, size_t length) {
  (void)value;
  return length >= 3;
}

static bool is_short(const char *value, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (value[i] == '1') return false;
  return length > 0 && length <= 2;
}

static const struct {
  const char *text;
  holds *holds;
} kinds[] = {
    {"", any},           {"<int>", is_int},    {"<slug>", is_slug},       {"((?:..)+)", is_pairs},
    {"([a1]+)", is_run}, {"(.{3,})", is_long}, {"([a-]{1,2})", is_short},
};
static const char *const literals[] = {"-", "a-"}, *const ends[] = {"", "-"};

enum { PARAMS = 3, KINDS = COUNT(kinds), PATTERNS = KINDS * KINDS * KINDS * 8 };

struct pattern {
  size_t kinds[PARAMS];
  const char *literals[PARAMS]; /* after each */
};

/* Each pattern has a number. */
static struct pattern pattern_at(size_t n) {
  struct pattern p;
  p.literals[0] = literals[n % 2], n /= 2;
  p.literals[1] = literals[n % 2], n /= 2;
  p.literals[2] = ends[n % 2], n /= 2;
  for (size_t i = 0; i < PARAMS; i++, n /= KINDS) p.kinds[i] = n % KINDS;
  return p;
}

/* The first split in which all hold, the first parameter as short as it can be, then the second: where each begins. */
static bool split(const struct pattern *p, size_t param, const char *segment, size_t length, size_t at,
                  struct wye_span *spans) {
  if (param == PARAMS) return at == length;
  const char *literal = p->literals[param];
  size_t size = strlen(literal);
  bool last = param == PARAMS - 1;
  for (size_t end = at + 1; end + size <= length; end++) {
    if (last && end + size != length) continue;
    if (memcmp(segment + end, literal, size) != 0) continue;
    if (!kinds[p->kinds[param]].holds(segment + at, end - at)) continue;
    spans[param] = (struct wye_span){(uint32_t)at, (uint32_t)(end - at)};
    if (split(p, param + 1, segment, length, end + size, spans)) return true;
  }
  return false;
}

/* ------------------------------------------------------------------ all segments */

enum { LONGEST = 7, TEXTS = 3279 };

static char texts[TEXTS][LONGEST + 2]; /* with a slash in front */

static int make_texts(void **state) {
  (void)state;
  size_t count = 0, of_length = 3;
  for (size_t length = 1; length <= LONGEST; length++, of_length *= 3) {
    for (size_t n = 0; n < of_length; n++, count++) {
      texts[count][0] = '/';
      for (size_t i = 0, rest = n; i < length; i++, rest /= 3) texts[count][1 + i] = "a-1"[rest % 3];
    }
  }
  return count == TEXTS ? 0 : -1;
}

static void add_pattern(struct fixture *f, size_t n, const char *method) {
  struct pattern p = pattern_at(n);
  char line[128];
  /* a backslash, so that no literal is read as more of a name */
  const char *last = *p.literals[2] ? "\\-" : "";
  snprintf(line, sizeof line, "%s /:a%s\\%s:b%s\\%s:c%s%s", method, kinds[p.kinds[0]].text, p.literals[0],
           kinds[p.kinds[1]].text, p.literals[1], kinds[p.kinds[2]].text, last);
  struct wye_route route = route_of(line);
  route.id = (int32_t)n;
  assert_int_equal(fixture_add(f, &route, NULL), n);
}

static void check_hit(const struct fixture *f, const char *text) {
  struct wye_span spans[PARAMS];
  struct pattern p = pattern_at((size_t)f->context->outcome);
  if (!split(&p, 0, text + 1, strlen(text + 1), 0, spans)) fail_msg("%s: a hit where there is none", text);
}

static void check_spans(const struct fixture *f, const struct wye_span *spans, const char *text) {
  for (uint32_t i = 0; i < PARAMS; i++) {
    struct wye_span said = wye_param(f->context, i);
    if (said.offset - 1 != spans[i].offset || said.length != spans[i].length)
      fail_msg("pattern %d, %s: parameter %u is [%u, +%u)", f->context->outcome, text, i, said.offset, said.length);
  }
}

/* ------------------------------------------------------------------ tables of one route, and of several */

#if defined(__SANITIZE_ADDRESS__) || defined(WYE_TEST_SAMPLE)
enum { EACH = 7 }; /* of that many patterns one */
#else
enum { EACH = 1 };
#endif

static void test_one_route(void **state) {
  (void)state;
  for (size_t n = 0; n < PATTERNS; n += EACH) {
    struct fixture f;
    struct pattern p = pattern_at(n);
    fixture_begin(&f, NULL);
    add_pattern(&f, n, "GET");
    fixture_build(&f);
    for (size_t i = 0; i < TEXTS; i++) {
      struct wye_span spans[PARAMS];
      bool wanted = split(&p, 0, texts[i] + 1, strlen(texts[i] + 1), 0, spans);
      int32_t said = wye_match(f.table, f.context, "GET", 3, texts[i], strlen(texts[i]));
      if ((said >= 0) != wanted) fail_msg("pattern %zu, %s: %d", n, texts[i], said);
      if (wanted) check_spans(&f, spans, texts[i]);
    }
    fixture_drop(&f);
  }
}

/* The same text with every character escaped is found alike. */
static void check_escaped(const struct fixture *f, const char *text) {
  char escaped[3 * LONGEST + 2] = "/";
  int32_t outcome = f->context->outcome;
  uint64_t allow = f->context->allow;
  for (const char *at = text + 1; *at; at++) snprintf(strchr(escaped, 0), 4, "%%%02X", (uint8_t)*at);
  if (wye_match(f->table, f->context, "GET", 3, escaped, strlen(escaped)) != outcome)
    fail_msg("%s: %d, escaped %d", text, outcome, f->context->outcome);
  assert_int_equal(f->context->allow, allow);
}

enum { TOGETHER = 5 };

static uint32_t next_random(uint32_t *random) { return (*random = *random * 1664525 + 1013904223) >> 8; }

/* Whichever wins, one does if any matches; and a miss knows the methods of all that match. */
static void check_together(const size_t *numbers, const char *const *methods) {
  struct fixture f;
  fixture_begin(&f, NULL);
  for (size_t i = 0; i < TOGETHER; i++) add_pattern(&f, numbers[i], methods[i]);
  fixture_build(&f);
  for (size_t i = 0; i < TEXTS; i++) {
    uint32_t get = 0, allow = 0;
    for (size_t j = 0; j < TOGETHER; j++) {
      struct wye_span spans[PARAMS];
      struct pattern p = pattern_at(numbers[j]);
      if (!split(&p, 0, texts[i] + 1, strlen(texts[i] + 1), 0, spans)) continue;
      get += methods[j][0] == 'G';
      allow |= 1u << wye_table_method(f.table, methods[j], 3);
    }
    int32_t said = wye_match(f.table, f.context, "GET", 3, texts[i], strlen(texts[i]));
    if ((said >= 0) != (get > 0)) fail_msg("%s: %d, where %u match", texts[i], said, get);
    if (said >= 0) check_hit(&f, texts[i]);
    else assert_int_equal(f.context->allow, allow);
    check_escaped(&f, texts[i]);
  }
  fixture_drop(&f);
}

static void test_several_routes(void **state) {
  (void)state;
  static const char *const methods[TOGETHER] = {"GET", "GET", "PUT", "GET", "ADD"};
  uint32_t random = 7;
  for (int turn = 0; turn < 1500 / EACH; turn++) {
    size_t numbers[TOGETHER];
    for (size_t i = 0; i < TOGETHER; i++) numbers[i] = next_random(&random) % PATTERNS;
    for (size_t i = 1; i < TOGETHER; i++) /* no two alike */
      for (size_t j = 0; j < i; j++)
        if (numbers[i] == numbers[j]) numbers[i] = (numbers[i] + 1) % PATTERNS, j = (size_t)-1;
    check_together(numbers, methods);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_one_route), cmocka_unit_test(test_several_routes)};
  return cmocka_run_group_tests(tests, make_texts, NULL);
}
