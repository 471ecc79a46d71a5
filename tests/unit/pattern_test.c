/* Route patterns: the shapes drawn in pattern.h, the names, and each error with its byte. */
#include "support.h"

#include "language/pattern.h"

/* ------------------------------------------------------------------ shapes */

struct text {
  char bytes[1024];
  size_t length;
};

static void append(struct text *to, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void append(struct text *to, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int wanted = vsnprintf(to->bytes + to->length, sizeof to->bytes - to->length, format, arguments);
  va_end(arguments);
  if (wanted > 0) to->length += (size_t)wanted;
  if (to->length >= sizeof to->bytes) to->length = sizeof to->bytes - 1;
}

/* Marks as `/`, `{}`, `{!}`, `{*}` and `{**}`, bytes that cannot be read as \xHH. */
static void append_shape(struct text *to, const uint8_t *shape, uint32_t length) {
  static const char *const marks[] = {"?", "/", "{}", "{!}", "{*}", "{**}"};
  for (uint32_t i = 0; i < length; i += wye__shape_step(shape, i)) {
    if (wye__is_mark(shape, length, i, WYE__TYPED)) assert_int_equal(wye__shape_constraint(shape, i), 0);
    if (shape[i] == '/' && i + 1 < length) append(to, "%s", marks[shape[i + 1] % 6]);
    else append(to, shape[i] < 0x20 || shape[i] > 0x7E ? "\\x%02X" : "%c", shape[i]);
  }
}

/* The shapes of all forms, that with all segments first: "/a/{}|/a". */
static void append_shapes(struct text *to, const struct wye__pattern *pattern) {
  uint8_t *shape = take(pattern->length);
  for (uint32_t i = 0; i < pattern->forms; i++) {
    uint64_t params;
    uint32_t length = wye__pattern_form(pattern, i, shape, &params);
    if (i) append(to, "|");
    append_shape(to, shape, length);
  }
  free(shape);
}

static void append_names(struct text *to, const struct wye__pattern *pattern, const char *text) {
  for (uint32_t i = 0; i < pattern->params; i++) {
    struct wye_span name = pattern->names[i];
    if (name.offset == WYE_NONE) append(to, " #%u", name.length);
    else append(to, " %.*s", (int)name.length, text + name.offset);
    struct wye_span constraint = pattern->constraints[i];
    append(to, "%.*s", (int)constraint.length, text + constraint.offset);
  }
}

static void append_error(struct text *to, int32_t status, const struct wye_error *error) {
  append(to, "%s %u", wye_status_name(status), error->offset);
  if (error->status != status || error->other != WYE_NONE || !error->detail)
    append(to, ", and the error says otherwise");
}

/*
 * "/users|/{!} id<int>" for what can be read, "BAD_PATTERN 7" for what cannot. Text and shape have blocks of their
 * own.
 */
static const char *parsed_bytes(const char *text, size_t length, bool fold) {
  static struct text said;
  said.length = 0;
  char *copy = copy_of(text, length);
  struct wye__pattern pattern = {.shape = take(length * WYE__SHAPE_FACTOR)};
  struct wye_error error = {0};
  int32_t status = wye__pattern_parse(copy, length, fold, &pattern, &error);
  if (status < 0) append_error(&said, status, &error);
  else append_shapes(&said, &pattern), append_names(&said, &pattern, copy);
  free(pattern.shape);
  free(copy);
  return said.bytes;
}

static const char *parsed(const char *text) { return parsed_bytes(text, strlen(text), false); }

struct row {
  const char *pattern, *wanted;
};

static void check(const struct row *rows, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const char *said = parsed(rows[i].pattern);
    if (strcmp(said, rows[i].wanted) != 0) print_error("%s\n", rows[i].pattern);
    assert_string_equal(said, rows[i].wanted);
  }
}

/* The example of pattern.h, byte for byte. */
static void test_shape_is_as_drawn(void **state) {
  (void)state;
  static const char text[] = "/users/:id.json";
  uint8_t shape[2 * sizeof text];
  struct wye__pattern pattern = {.shape = shape};
  assert_int_equal(wye__pattern_parse(text, sizeof text - 1, false, &pattern, NULL), WYE_OK);
  static const uint8_t drawn[] = {'/', 1, 'u', 's', 'e', 'r', 's', '/', 1, '/', 2, '.', 'j', 's', 'o', 'n'};
  assert_int_equal(pattern.length, sizeof drawn);
  assert_memory_equal(shape, drawn, sizeof drawn);
  assert_int_equal(pattern.params, 1);
  assert_int_equal(pattern.names[0].offset, 8);
  assert_int_equal(pattern.names[0].length, 2);
}

static void test_static_segments(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"/", "/"},       {"//", "//"},   {"/a", "/a"},   {"/a/", "/a/"},       {"/a//b", "/a//b"},
      {"/...", "/..."}, {"/.a", "/.a"}, {"/a.", "/a."}, {"/a)b>c", "/a)b>c"}, {"/a+b@c!", "/a+b@c!"},
  };
  check(rows, COUNT(rows));
}

static void test_params(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"/:a", "/{} a"},
      {"/:a/:b", "/{}/{} a b"},
      {"/:_9/x", "/{}/x _9"},
      {"/:base...:head", "/{}...{} base head"},
      {"/v:major.:minor", "/v{}.{} major minor"},
      {"/:name.png", "/{}.png name"},
      {"/:a-b:c", "/{}-b{} a c"},
      {"/:id9", "/{} id9"},
      {"/:A/:a", "/{}/{} A a"},
  };
  check(rows, COUNT(rows));
}

static void test_stars(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"/*", "/{*} *"},
      {"/*path", "/{*} path"},
      {"/files/*path", "/files/{*} path"},
      {"/a/*/b", "/a/{}/b #0"},
      {"/*/", "/{}/ #0"},
      {"/*/*/*", "/{}/{}/{*} #0 #1 *"},
      {"/:x/*/b", "/{}/{}/b x #1"},
      {"/\\*", "/*"},
      {"/a\\*b", "/a*b"},
  };
  check(rows, COUNT(rows));
}

static void test_literals_in_normal_form(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"/%61dmin", "/admin"},
      {"/caf\xC3\xA9", "/caf\\xC3\\xA9"},
      {"/caf%C3%a9", "/caf\\xC3\\xA9"},
      {"/a b", "/a b"},
      {"/a%20b", "/a b"},
      {"/%2F%2f", "/%\\xAF%\\xAF"},
      {"/100%", "/100%%"},
      {"/%zz", "/%%zz"},
      {"/%25", "/%\\xA5"},
      {"/:a%2D:b", "/{}-{} a b"},
  };
  check(rows, COUNT(rows));
}

static void test_escaped_characters(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"/\\:id", "/:id"},     {"/a\\?", "/a?"},     {"/\\(\\<\\{\\}\\#\\\\", "/(<{}#\\"}, {"/:x\\baz", "/{}baz x"},
      {"/:x\\+", "/{}+ x"},   {"/:x\\*", "/{}* x"}, {"/:x\\\xC3\xA9", "/{}\\xC3\\xA9 x"}, {"/:x\\:y", "/{}:y x"},
      {"/\\a", "/a"},         {"/a\\/b", "/a/b"},   {"/:x\\/:y", "/{}/{} x y"},           {"/\\%41", "/%%41"},
      {"/*\\/b", "/{}/b #0"},
  };
  check(rows, COUNT(rows));
}

static void test_folds_literals_not_names(void **state) {
  (void)state;
  assert_string_equal(parsed_bytes("/Users/:ID", 10, true), "/users/{} ID");
  assert_string_equal(parsed_bytes("/\\A%41\xC3\x89", 8, true), "/aa\\xC3\\x89");
}

static void test_any_byte_in_a_literal(void **state) {
  (void)state;
  assert_string_equal(parsed_bytes("/a\x7F\tb", 5, false), "/a\\x7F\\x09b");
  assert_string_equal(parsed_bytes("/\xFF\xFE\x01", 4, false), "/\\xFF\\xFE\\x01");
}

/* ------------------------------------------------------------------ errors, each with its byte */

/* Each of them, at each byte of a pattern. */
static void test_no_nul_or_end_of_line(void **state) {
  (void)state;
  static const char text[] = "/a\\b/:c<int>/:d([e\\f])/*g", bytes[] = {'\0', '\n', '\r'};
  for (size_t at = 0; at < sizeof text - 1; at++)
    for (size_t i = 0; i < sizeof bytes; i++) {
      char changed[sizeof text], wanted[32];
      memcpy(changed, text, sizeof text);
      changed[at] = bytes[i];
      sprintf(wanted, "BAD_PATTERN %zu", at);
      assert_string_equal(parsed_bytes(changed, sizeof text - 1, false), wanted);
    }
}

static void test_must_begin_with_a_slash(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"", "BAD_PATTERN 0"},   {"a", "BAD_PATTERN 0"},    {"*", "BAD_PATTERN 0"},
      {":a", "BAD_PATTERN 0"}, {"%2Fa", "BAD_PATTERN 0"}, {"\\/a", "BAD_PATTERN 0"},
  };
  check(rows, COUNT(rows));
}

static void test_params_without_a_name(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"/:", "BAD_PATTERN 1"},         {"/a/:", "BAD_PATTERN 3"},  {"/:/a", "BAD_PATTERN 1"},
      {"/:9", "BAD_PATTERN 1"},        {"/a:-b", "BAD_PATTERN 2"}, {"/::a", "BAD_PATTERN 1"},
      {"/:\xC3\xA9", "BAD_PATTERN 1"}, {"/:\\a", "BAD_PATTERN 1"},
  };
  check(rows, COUNT(rows));
}

static void test_touching_params(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"/:a:b", "BAD_PATTERN 3"}, {"/x/:ab:cd-:e", "BAD_PATTERN 6"}, {"/:a-:b:c", "BAD_PATTERN 6"}};
  check(rows, COUNT(rows));
}

static void test_taken_names(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"/:a/:a", "BAD_PATTERN 5"},
      {"/:a/*a", "BAD_PATTERN 5"},
      {"/:a-:b-:a", "BAD_PATTERN 8"},
      {"/:id/:id2/:id", "BAD_PATTERN 11"},
  };
  check(rows, COUNT(rows));
}

static void test_after_a_name(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"/:a+", "BAD_PATTERN 3"},
      {"/:a*", "BAD_PATTERN 3"},
      {"/:caf\xC3\xA9", "BAD_PATTERN 5"},
  };
  check(rows, COUNT(rows));
}

static void test_after_a_constraint(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"/:a<int>+", "BAD_PATTERN 8"},
      {"/:a<int>*", "BAD_PATTERN 8"},
      {"/:a<int><hex>", "BAD_PATTERN 8"},
      {"/:a<int>(x)", "BAD_PATTERN 8"},
      {"/:a(x)<int>", "BAD_PATTERN 6"},
      {"/:a(x)(y)", "BAD_PATTERN 6"},
      {"/:a<int>:b", "BAD_PATTERN 8"},
      {"/:a(x):b", "BAD_PATTERN 6"},
      {"/:a<int>b", "/{!}b a<int>"},
      {"/:a(x)9", "/{!}9 a(x)"},
      {"/:a<int>\xC3\xA9", "/{!}\\xC3\\xA9 a<int>"},
      {"/:a<int>\\+", "/{!}+ a<int>"},
      {"/:a(x)\\(", "/{!}( a(x)"},
      {"/*<int>", "BAD_PATTERN 1"},
      {"/*a<int>", "BAD_PATTERN 1"},
      {"/*?", "BAD_PATTERN 1"},
      {"/*a?", "BAD_PATTERN 1"},
  };
  check(rows, COUNT(rows));
}

/* Constraints are found here, and read elsewhere: only their brackets count. */
static void test_constraints(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"/:a<int>", "/{!} a<int>"},
      {"/:a<>", "/{!} a<>"},
      {"/:a<no/such>/b", "/{!}/b a<no/such>"},
      {"/:a()", "/{!} a()"},
      {"/:a(b(c)d)e", "/{!}e a(b(c)d)"},
      {"/:a(\\))x", "/{!}x a(\\))"},
      {"/:a([)(])x", "/{!}x a([)(])"},
      {"/:a([\\]\\)])x", "/{!}x a([\\]\\)])"},
      {"/:a(x/y)/:b", "/{!}/{} a(x/y) b"},
      {"/:a<int>-:b(x)/:c", "/{!}-{!}/{} a<int> b(x) c"},
      {"/v:a<uint>.:b", "/v{!}.{} a<uint> b"},
      {"/:a<int", "BAD_PATTERN 3"},
      {"/:a(x", "BAD_PATTERN 3"},
      {"/:a(x\\)", "BAD_PATTERN 3"},
      {"/x/:ab((x)", "BAD_PATTERN 6"},
  };
  check(rows, COUNT(rows));
}

static void test_optional_segments(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"/users/:id?", "/users/{}|/users id"},
      {"/:id?", "/{}|/ id"},
      {"/a//:id?", "/a//{}|/a/ id"},
      {"/a/:id<int>?", "/a/{!}|/a id<int>"},
      {"/a/:id(x?)?", "/a/{!}|/a id(x?)"},
      {"/:a/:b?", "/{}/{}|/{} a b"},
      {"/a\\/:b?", "/a/{}|/a b"},
      {"//:b?", "//{}|/ b"},
      {"/:a?/b", "/{}/b|/b a"},
      {"/:a?/", "/{}/|/ a"},
      {"/x:a?", "BAD_PATTERN 4"},
      {"/:a-:b?", "BAD_PATTERN 6"},
      {"/:a?b", "BAD_PATTERN 3"},
      {"/:a??", "BAD_PATTERN 3"},
      {"/:a?<int>", "BAD_PATTERN 3"},
      {"/:a<int>??", "BAD_PATTERN 8"},
      {"/a/b?", "/a/b|/a"},
      {"/:a\\?", "/{}? a"},
  };
  check(rows, COUNT(rows));
}

/* A catch-all in the middle; at the end of a form it is one that takes the rest. */
static void test_catch_alls_in_the_middle(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"/*a/b", "/{**}/b a"},
      {"/v2/*name/blobs/:digest", "/v2/{**}/blobs/{} name digest"},
      {"/x/*name/", "/x/{**}/ name"},
      {"/*a/x/*b", "/{**}/x/{*} a b"},
      {"/*a//*b/", "/{**}//{**}/ a b"},
      {"/*a/*/:b", "/{**}/{}/{} a #1 b"},
      {"/*a/:b?", "/{**}/{}|/{*} a b"},
      {"/*a/b?/c?", "/{**}/b/c|/{*}|/{**}/b a"},
      {"/a?/*b/c?", "/a/{**}/c|/{**}/c|/a/{*}|/{*} b"},
      {"/*a/b?/*c", "BAD_PATTERN 7"},
      {"/*a/b?/:c?/*d/e", "BAD_PATTERN 11"},
      {"/*a/b/c?/*d", "/{**}/b/c/{*}|/{**}/b/{*} a d"},
  };
  check(rows, COUNT(rows));
}

static void test_forms(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"/a?", "/a|/"},
      {"/a?/:b?", "/a/{}|/|/a b"},
      {"/:a?/x/:b<int>?/y?", "/{}/x/{!}/y|/x/{!}/y|/{}/x|/x|/{}/x/{!}|/x/{!} a b<int>"},
      {"/a\\/:b?/c", "/a/{}/c|/a/c b"},
      {"/a?/", "/a/|/"},
      {"/a?b", "BAD_PATTERN 2"},
      {"/?", "BAD_PATTERN 1"},
      {"/a/?/b", "BAD_PATTERN 3"},
      {"/a??", "BAD_PATTERN 2"},
      {"/*?/b", "BAD_PATTERN 1"},
      {"/a?/./b", "BAD_PATTERN 4"},
      {"/a?/x/b?/x/c?/x/d?",
       "/a/x/b/x/c/x/d|/x/b/x/c/x/d|/a/x/x/c/x/d|/x/x/c/x/d|/a/x/b/x/x/d|/x/b/x/x/d|/a/x/x/x/d|"
       "/x/x/x/d|/a/x/b/x/c/x|/x/b/x/c/x|/a/x/x/c/x|/x/x/c/x|/a/x/b/x/x|/x/b/x/x|/a/x/x/x|/x/x/x"},
      {"/a?/x/b?/x/c?/x/d?/x/e?", "BAD_PATTERN 22"},
      {"/a?/b?/c?/d?/e?/f?/g?/h?/i?/j?/k?/l?/m?/n?/o?/p?", "BAD_PATTERN 47"},
  };
  check(rows, COUNT(rows));
}

static void test_misplaced_stars(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"/a*", "BAD_PATTERN 2"},        {"/*a/*b", "BAD_PATTERN 4"}, {"/**", "BAD_PATTERN 1"},
      {"/*-a", "BAD_PATTERN 1"},       {"/:a-*", "BAD_PATTERN 4"},  {"/*a-b", "BAD_PATTERN 1"},
      {"/x/*name/*", "BAD_PATTERN 9"}, {"/*:a", "BAD_PATTERN 1"},
  };
  check(rows, COUNT(rows));
}

static void test_stray_characters(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"/a(b)", "BAD_PATTERN 2"}, {"/<a>", "BAD_PATTERN 1"},  {"/a?b", "BAD_PATTERN 2"},
      {"/a#b", "BAD_PATTERN 2"},  {"/{id}", "BAD_PATTERN 1"}, {"/id}", "BAD_PATTERN 3"},
  };
  check(rows, COUNT(rows));
}

static void test_dot_segments(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"/.", "BAD_PATTERN 1"},      {"/..", "BAD_PATTERN 1"},        {"/a/./b", "BAD_PATTERN 3"},
      {"/a/../b", "BAD_PATTERN 3"}, {"/%2e", "BAD_PATTERN 1"},       {"/.%2E/", "BAD_PATTERN 1"},
      {"/\\.", "BAD_PATTERN 1"},    {"/a/\\.\\./", "BAD_PATTERN 3"}, {"/.\\/a", "BAD_PATTERN 1"},
  };
  check(rows, COUNT(rows));
}

static void test_backslash_at_the_end(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"/\\", "BAD_PATTERN 1"}, {"/a\\", "BAD_PATTERN 2"}, {"/\\\\\\", "BAD_PATTERN 3"}, {"/:a\\", "BAD_PATTERN 3"}};
  check(rows, COUNT(rows));
}

/* The first error is the one that is reported. */
static void test_first_error_counts(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"/a?b/:", "BAD_PATTERN 2"}, {"/./:", "BAD_PATTERN 1"}, {"/:a/:a/(", "BAD_PATTERN 5"}};
  check(rows, COUNT(rows));
}

static void test_error_is_optional(void **state) {
  (void)state;
  uint8_t shape[8];
  struct wye__pattern pattern = {.shape = shape};
  assert_int_equal(wye__pattern_parse("/:", 2, false, &pattern, NULL), WYE_BAD_PATTERN);
}

static void test_error_is_untouched_on_success(void **state) {
  (void)state;
  uint8_t shape[8];
  struct wye__pattern pattern = {.shape = shape};
  struct wye_error error = {.status = 7, .offset = 7, .other = 7, .detail = "untouched"};
  assert_int_equal(wye__pattern_parse("/:a", 3, false, &pattern, &error), WYE_OK);
  assert_string_equal(error.detail, "untouched");
  assert_int_equal(error.status + (int)error.offset + (int)error.other, 21);
}

/* ------------------------------------------------------------------ every short pattern */

/* The beginning and any five of these bytes: read, or refused with an offset inside the text. */
static void check_every_short_text(const char *beginning) {
  static const char bytes[] = "/:*\\.a%<(){?";
  enum { KINDS = sizeof bytes - 1, LENGTH = 5 };
  size_t total = 1;
  for (int i = 0; i < LENGTH; i++) total *= KINDS;
  for (size_t n = 0; n < total; n++) {
    char text[8];
    size_t rest = n, length = strlen(beginning);
    memcpy(text, beginning, length);
    for (int i = 0; i < LENGTH; i++, rest /= KINDS) text[length++] = bytes[rest % KINDS];
    uint8_t shape[2 * sizeof text];
    struct wye__pattern pattern = {.shape = shape};
    struct wye_error error = {0};
    int32_t status = wye__pattern_parse(text, length, false, &pattern, &error);
    if (status == WYE_OK) assert_in_range(pattern.length, 2, 2 * length);
    else assert_in_range(error.offset, 0, length);
  }
}

static void test_every_short_text(void **state) {
  (void)state;
  check_every_short_text("/");
  check_every_short_text("/:p");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_shape_is_as_drawn),
      cmocka_unit_test(test_static_segments),
      cmocka_unit_test(test_params),
      cmocka_unit_test(test_stars),
      cmocka_unit_test(test_literals_in_normal_form),
      cmocka_unit_test(test_escaped_characters),
      cmocka_unit_test(test_folds_literals_not_names),
      cmocka_unit_test(test_any_byte_in_a_literal),
      cmocka_unit_test(test_no_nul_or_end_of_line),
      cmocka_unit_test(test_must_begin_with_a_slash),
      cmocka_unit_test(test_params_without_a_name),
      cmocka_unit_test(test_touching_params),
      cmocka_unit_test(test_taken_names),
      cmocka_unit_test(test_after_a_name),
      cmocka_unit_test(test_after_a_constraint),
      cmocka_unit_test(test_constraints),
      cmocka_unit_test(test_optional_segments),
      cmocka_unit_test(test_catch_alls_in_the_middle),
      cmocka_unit_test(test_forms),
      cmocka_unit_test(test_misplaced_stars),
      cmocka_unit_test(test_stray_characters),
      cmocka_unit_test(test_dot_segments),
      cmocka_unit_test(test_backslash_at_the_end),
      cmocka_unit_test(test_first_error_counts),
      cmocka_unit_test(test_error_is_optional),
      cmocka_unit_test(test_error_is_untouched_on_success),
      cmocka_unit_test(test_every_short_text),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
