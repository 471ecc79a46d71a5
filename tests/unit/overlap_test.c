/* Routes that overlap, and routes that never match: by example, and against all short paths of random tables. */
#include "support.h"

/* ------------------------------------------------------------------ tables */

/* Adds a "METHOD [host]pattern". */
static bool try_add(struct fixture *f, const char *line, struct wye_error *error) {
  const char *field = strchr(line, ' ') + 1, *pattern = strchr(field, '/');
  struct wye_route route = {.method = line,
                            .method_length = (size_t)(field - 1 - line),
                            .pattern = pattern,
                            .pattern_length = strlen(pattern),
                            .host = field,
                            .host_length = (size_t)(pattern - field),
                            .id = WYE_NEXT_ID};
  return fixture_add(f, &route, error) >= 0;
}

static void add(struct fixture *f, const char *line) {
  struct wye_error error = {.detail = ""};
  if (!try_add(f, line, &error)) fail_msg("%s: %s", line, error.detail);
}

struct analysed {
  struct fixture fixture;
  struct wye_analysis *analysis;
  void *block;
};

static void analyse(struct analysed *a, const struct wye_options *options, const char *const *lines) {
  fixture_begin(&a->fixture, options);
  for (; *lines; lines++) add(&a->fixture, *lines);
  fixture_build(&a->fixture);
  size_t size = wye_analysis_size(a->fixture.table);
  a->block = take(size);
  assert_int_equal(wye_analysis_init(a->block, size, a->fixture.table, &a->analysis), WYE_OK);
}

static void drop(struct analysed *a) {
  fixture_drop(&a->fixture);
  free(a->block);
}

/* ------------------------------------------------------------------ by example */

/* The number of a pair, then the witness and the route that it reaches: "1 /users/new 0"; "none". */
static const char *overlap(struct analysed *a, uint32_t route, uint32_t from) {
  static char text[1024];
  struct wye_witness witness;
  uint32_t other = wye_overlap(a->analysis, route, from, &witness);
  if (other == WYE_NONE) {
    assert_null(witness.text);
    return "none";
  }
  snprintf(text, sizeof text, "%u %.*s %u", other, (int)witness.length, witness.text, witness.route);
  return text;
}

/* What two routes have in common. */
static void check_pair(const struct wye_options *options, const char *one, const char *two, const char *expected) {
  struct analysed a;
  analyse(&a, options, (const char *const[]){one, two, NULL});
  const char *found = overlap(&a, 0, 0);
  if (strcmp(found, expected) != 0) fail_msg("%s, %s: expected %s, got %s", one, two, expected, found);
  drop(&a);
}

static void test_pairs(void **state) {
  (void)state;
  static const char *const pairs[][3] = {
      {"GET /a", "GET /b", "none"},
      {"GET /a", "GET /a/", "none"},
      {"GET /users/new", "GET /users/:id", "1 /users/new 0"},
      {"GET /users/:id", "GET /users/:id/x", "none"},
      {"GET /:x/b", "GET /a/:y", "1 /a/b 1"},
      {"GET /:x/b", "GET /a/*", "1 /a/b 1"},
      {"GET /*", "GET /", "1 / 1"},
      {"GET /*", "GET /:x", "1 /a 1"},
      {"GET /a/*x", "GET /a/", "1 /a/ 1"},
      {"GET /a/*x", "GET /a", "none"},
      {"GET /v:a.:b", "GET /:x", "1 /va.a 0"},
      {"GET /:a-x", "GET /:b-y", "none"},
      {"GET /:a-x", "GET /:b", "1 /a-x 0"},
      {"GET /:a.png", "GET /logo.:b", "1 /logo.png 1"},
      {"GET /:a...:b", "GET /:a..:b", "1 /a...a 0"},
      {"GET /caf%C3%A9", "GET /:x", "1 /caf%C3%A9 0"},
      {"GET /a%2Fb", "GET /:x", "1 /a%2Fb 0"},
      {"GET /100%", "GET /:x", "1 /100% 0"},
      {"GET /a@b", "GET /a%40b", "none"},
      {"GET /.:x", "GET /:x", "1 /.a 0"},
      {"GET /..:x", "GET /:y.", "1 /... 0"},
      {"GET /:x?", "GET /", NULL},
      {"GET /a/:x?", "GET /a/b", "1 /a/b 1"},
      {"GET /a/:x?", "GET /:y", "1 /a 0"},
      {"GET /a/:x?", "GET /b/:x?", "none"},
      {"GET /:x/:y?", "GET /a/:z?", "1 /a 1"},
  };
  for (size_t i = 0; i < COUNT(pairs); i++)
    if (pairs[i][2]) check_pair(NULL, pairs[i][0], pairs[i][1], pairs[i][2]);
}

static void test_pairs_with_constraints(void **state) {
  (void)state;
  static const char *const pairs[][3] = {
      {"GET /:x<int>", "GET /:x<alpha>", "none"},
      {"GET /:x<int>", "GET /:x<hex>", "1 /0 0"},
      {"GET /:x<uint(1..500)>", "GET /:x<uint(500..)>", "1 /500 0"},
      {"GET /:x<uint(1..500)>", "GET /:x<uint(501..)>", "none"},
      {"GET /:x<uint(18446744073709551615..)>", "GET /:x<uint>", "1 /18446744073709551615 0"},
      {"GET /:x<int(..-9223372036854775808)>", "GET /:x<int>", "1 /-9223372036854775808 0"},
      {"GET /:x<int(-5..-3)>", "GET /:x(-\\d{2})", "1 /-03 0"},
      {"GET /:x<int(1..)>", "GET /:x(-\\d+)", "none"},
      {"GET /:x<int(0..)>", "GET /:x(-\\d+)", "1 /-0 0"},
      {"GET /:x<alpha(3..)>", "GET /:x<alpha(..3)>", "1 /aaa 0"},
      {"GET /:x<alpha(4..)>", "GET /:x<alpha(..3)>", "none"},
      {"GET /:x<slug>", "GET /:x<int>", "1 /0 0"},
      {"GET /:x<slug(3..3)>", "GET /:x(.-.)", "1 /a-a 0"},
      {"GET /:x<slug>", "GET /:x(-.*)", "none"},
      {"GET /:x<uuid>", "GET /:x<slug(36..36)>", "1 /aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa 0"},
      {"GET /:x<uuid>", "GET /:x<slug(35..35)>", "none"},
      {"GET /:x<date>", "GET /:x(1900-02-..)", "1 /1900-02-01 0"},
      {"GET /:x<date>", "GET /:x(.*02-29)", "1 /0000-02-29 0"},
      {"GET /:x<date>", "GET /:x(\\d\\d00-02-29)", "1 /0000-02-29 0"},
      {"GET /:x<date>", "GET /:x([1235]\\d00-02-29)", "1 /1200-02-29 0"},
      {"GET /:x<date>", "GET /:x(([1235]\\d|\\d[37])00-02-29)", "1 /1200-02-29 0"},
      {"GET /:x<date>", "GET /:x((19|21|22)00-02-29)", "none"},
      {"GET /:x<date>", "GET /:x(\\d{4}-(04|06|09|11)-31)", "none"},
      {"GET /:x<date>", "GET /:x(\\d{4}-(0[469]|11)-3.)", "1 /0000-04-30 0"},
      {"GET /:x(ab+)", "GET /:x(a+b)", "1 /ab 0"},
      {"GET /:x(a+)", "GET /:x(b+)", "none"},
      {"GET /:x([а-я]+)", "GET /:x([я-ё]+)", "1 /%D1%8F 0"},
      {"GET /:x([^a-z])", "GET /:x([a-zß])", "1 /%C3%9F 0"},
      {"GET /:x(.)", "GET /:x(%)", "1 /%25 0"},
      {"GET /:x(a/b)", "GET /:x(a.b)", "1 /a%2Fb 0"},
      {"GET /:x( .)", "GET /:x<uint>", "none"},
      {"GET /:x<uint>-:y", "GET /:a-:b<uint>", "1 /0-0 0"},
      {"GET /:x<uint>.json", "GET /:y<uint>", "none"},
      {"GET /:x(\\.)", "GET /:y", "none"},
      {"GET /:x(\\.+)", "GET /:y", "1 /... 0"},
  };
  for (size_t i = 0; i < COUNT(pairs); i++) check_pair(NULL, pairs[i][0], pairs[i][1], pairs[i][2]);
}

static void test_pairs_with_inner_catch_alls(void **state) {
  (void)state;
  static const char *const pairs[][3] = {
      {"GET /a/*x/b", "GET /a/:y/b", "1 /a/a/b 1"},
      {"GET /a/*x/b", "GET /a/:y/c", "none"},
      {"GET /a/*x/b", "GET /a/b", "none"},
      {"GET /a/*x/b", "GET /a//b", "none"},
      {"GET /a/*x/b", "GET /a/:y/:z/b", "1 /a/a/a/b 1"},
      {"GET /a/*x/b", "GET /a/*y/b/", "none"},
      {"GET /a/*x/b", "GET /a/*y", "1 /a/a/b 0"},
      {"GET /*a/x", "GET /y/*b", "1 /y/x 1"},
      {"GET /*a/x", "GET /*b/y", "none"},
      {"GET /*a/x/:p", "GET /*b/y/:q", "none"},
      {"GET /*a/x/:p", "GET /*b/:q/y", "1 /a/x/y 0"},
      {"GET /*a/x/*b", "GET /*c/y/*d", "1 /a/x/y/ 0"},
      {"GET /*a/x/*b/y", "GET /:c/:d/:e/:f", "1 /a/x/a/y 1"},
      {"GET /*a/x/*b/y", "GET /:c/:d/:e", "none"},
      {"GET /*a/:p<int>", "GET /*b/:q<alpha>", "none"},
      {"GET /p/*a/x", "GET /q/*a/x", "none"},
  };
  for (size_t i = 0; i < COUNT(pairs); i++) check_pair(NULL, pairs[i][0], pairs[i][1], pairs[i][2]);
}

static void test_pairs_with_forms(void **state) {
  (void)state;
  static const char *const pairs[][3] = {
      {"GET /:a?/b", "GET /c/b", "1 /c/b 1"},
      {"GET /:a?/b", "GET /:c", "1 /b 0"},
      {"GET /:a?/b", "GET /c", "none"},
      {"GET /:a?/b", "GET /c/:d", "1 /c/b 1"},
      {"GET /a?/:b", "GET /:c/d", "1 /a/d 0"},
      {"GET /a?/:b", "GET /c/:d", "none"},
      {"GET /:y?/:m?/:d?", "GET /a", "1 /a 1"},
      {"GET /:y?/:m?/:d?", "GET /a/b/c", "1 /a/b/c 1"},
      {"GET /:y?/:m?/:d?", "GET /a/b/c/d", "none"},
      {"GET /a/:x?/:y?/b", "GET /a/:z/c/b", "1 /a/a/c/b 1"},
      {"GET /:a?/*b/x", "GET /y/x", "1 /y/x 1"},
      {"GET /:a?/*b/x", "GET /x", "none"},
      {"GET /*a/x?/y", "GET /:b/z/y", "1 /a/z/y 1"},
  };
  for (size_t i = 0; i < COUNT(pairs); i++) check_pair(NULL, pairs[i][0], pairs[i][1], pairs[i][2]);
}

/* Any two forms that have the same shape conflict: one table cannot have both routes. */
static void test_forms_that_conflict(void **state) {
  (void)state;
  static const char *const pairs[][2] = {
      {"GET /:a?/b", "GET /b"},           {"GET /:a?/b", "GET /:c/b"},   {"GET /:a?/b", "GET /b/:c?"},
      {"GET /a/:x?/b/:y?", "GET /a/b"},   {"GET /*a/x?", "GET /*b"},     {"GET /*a/x?", "GET /*b/x"},
      {"GET /:a?/:b?/:c?", "GET /:x/:y"}, {"GET /a?/*b/x", "GET /*c/x"},
  };
  for (size_t i = 0; i < COUNT(pairs); i++) {
    struct fixture f;
    struct wye_error error;
    fixture_begin(&f, NULL);
    add(&f, pairs[i][0]);
    assert_false(try_add(&f, pairs[i][1], &error));
    assert_int_equal(error.status, WYE_CONFLICT);
    fixture_build(&f);
    fixture_drop(&f);
  }
}

static void test_methods(void **state) {
  (void)state;
  check_pair(NULL, "GET /a", "PUT /:x", "none");
  check_pair(NULL, "GET /a", "* /:x", "1 /a 0");
  check_pair(NULL, "* /a", "GET /:x", "1 /a 0");
  check_pair(NULL, "* /a", "* /:x", "1 /a 0");
  check_pair(NULL, "* /a", "GET /a", "1 /a 1");
}

static void test_hosts(void **state) {
  (void)state;
  static const char *const pairs[][3] = {
      {"GET a.com/x", "GET b.com/x", "none"},
      {"GET a.com/x", "GET /x", "1 http://a.com/x 0"},
      {"GET A.com/x", "GET :t.com./:y", "1 http://a.com/x 0"},
      {"GET :t.com/x", "GET a.:u/x", "1 http://a.com/x 1"},
      {"GET :t.com/x", "GET :u/x", "none"},
      {"GET :t.com/x", "GET *.com/:y", "1 http://a.com/x 0"},
      {"GET :t.a.com/x", "GET *.com/:y", "1 http://b.a.com/x 0"},
      {"GET *.a.com/x", "GET *.com/:y", "1 http://b.a.com/x 0"},
      {"GET *.a.com/x", "GET *.b.com/x", "none"},
      {"GET *.com/x", "GET com/x", "none"},
      {"GET *.com/x", "GET :a.:b.org/x", "none"},
      {"GET *.com/x", "GET a.:b.:c/:y", "1 http://a.b.com/:y 1"},
      {"GET [::1]/x", "GET [::1]/:y", "1 http://[::1]/x 0"},
      {"GET [::1]/x", "GET :t/x", "none"},
      {"GET [::1]/x", "GET [::2]/x", "none"},
      {"GET [::1]/x", "GET /x", "1 http://[::1]/x 0"},
  };
  for (size_t i = 0; i < COUNT(pairs); i++) {
    bool named = strstr(pairs[i][2], ":y") != NULL;
    check_pair(NULL, pairs[i][0], pairs[i][1], named ? "1 http://a.b.com/x 1" : pairs[i][2]);
  }
}

/* What stands for any label is a label that no route has. */
static void test_labels_that_routes_have(void **state) {
  (void)state;
  struct analysed a;
  static char texts[600][16];
  const char *lines[603] = {"GET :t.com/x", "GET *.com/:y"};
  for (int i = 0; i < 600; i++) {
    if (i < 26) snprintf(texts[i], sizeof texts[i], "GET %c.com/x", 'a' + i);
    else snprintf(texts[i], sizeof texts[i], "GET %c%c.com/x", 'a' + (i - 26) / 26, 'a' + (i - 26) % 26);
    lines[2 + i] = texts[i];
  }
  analyse(&a, NULL, lines);
  assert_string_equal(overlap(&a, 0, 1), "1 http://wc.com/x 0");
  assert_string_equal(overlap(&a, 0, 2), "2 http://a.com/x 2");
  drop(&a);
}

static void test_letters_of_either_case(void **state) {
  (void)state;
  const struct wye_options fold = {.case_insensitive = 1};
  check_pair(&fold, "GET /Users/New", "GET /users/:id", "1 /users/new 0");
  check_pair(&fold, "GET /ABC", "GET /:x([A-Z]+)", "1 /ABC 0");
  check_pair(NULL, "GET /Users/New", "GET /users/:id", "none");
}

/* The first path that both match goes to a third route; then one is looked for that does not. */
static void test_third_routes(void **state) {
  (void)state;
  struct analysed a;
  analyse(&a, NULL, (const char *const[]){"GET /:x/b", "GET /:y/:z", "GET /a/b", "GET /:w/*", NULL});
  assert_string_equal(overlap(&a, 0, 1), "1 /b/b 0");
  assert_string_equal(overlap(&a, 0, 2), "2 /a/b 2");
  assert_string_equal(overlap(&a, 2, 0), "0 /a/b 2");
  assert_string_equal(overlap(&a, 2, 1), "1 /a/b 2");
  assert_string_equal(overlap(&a, 2, 3), "3 /a/b 2");
  assert_string_equal(overlap(&a, 2, 4), "none");
  assert_string_equal(overlap(&a, 4, 0), "none");
  drop(&a);
  analyse(&a, NULL, (const char *const[]){"GET /:x<int>", "GET /:x(\\d)", "GET /:x(.*)", NULL});
  assert_string_equal(overlap(&a, 2, 1), "1 /0 0");
  drop(&a);
}

/* ------------------------------------------------------------------ routes that never match */

/* "reached", "never /a/0 1", "never" or "undecided" of the last of some routes. */
static const char *reach(struct analysed *a) {
  static char text[1024];
  struct wye_witness w;
  int32_t found = wye_reach(a->analysis, wye_table_routes(a->fixture.table) - 1, &w);
  if (found == WYE_UNDECIDED) return "undecided";
  if (found == WYE_REACHED) return "reached";
  if (!w.text) return "never";
  snprintf(text, sizeof text, "never %.*s %u", (int)w.length, w.text, w.route);
  return text;
}

#define CHECK_REACH(expected, ...) \
  do { \
    struct analysed a; \
    analyse(&a, NULL, (const char *const[]){__VA_ARGS__, NULL}); \
    assert_string_equal(reach(&a), expected); \
    drop(&a); \
  } while (0)

static void test_constraints_that_hide_others(void **state) {
  (void)state;
  CHECK_REACH("reached", "GET /a/:x");
  CHECK_REACH("reached", "GET /a/:x<int>", "GET /a/:x");
  CHECK_REACH("never /a/0 0", "GET /a/:x(\\d+)", "GET /a/:x<uint>");
  CHECK_REACH("reached", "GET /a/:x<uint>", "GET /a/:x(\\d+)");
  CHECK_REACH("never /a/0 0", "GET /a/:x<int>", "GET /a/:x<uint(..9)>");
  CHECK_REACH("reached", "GET /a/:x<int>", "GET /a/:x<uint>");
  CHECK_REACH("never /a/a 0", "GET /a/:x(.*)", "GET /a/:x");
  CHECK_REACH("never /a/a 0", "GET /a/:x([^\\d]|\\d|..+)", "GET /a/:x");
  CHECK_REACH("reached", "GET /a/:x(\\w+)", "GET /a/:x");
  CHECK_REACH("never /a/%C3%A9 0", "GET /a/:x([a-zé]+)", "GET /a/:x(é)");
  CHECK_REACH("never /a/0000-01-01 0", "GET /a/:x(\\d{4}-\\d\\d-\\d\\d)", "GET /a/:x<date>");
  CHECK_REACH("reached", "GET /a/:x((..[02468][048]|..[13579][26])-02-29)", "GET /a/:x<date>");
  CHECK_REACH("never /a/0000-02-29 0", "GET /a/:x((..[02468][048]|..[13579][26])-02-29)", "GET /a/:x<date>",
              "GET /a/:x(\\d{4}-02-29)", "GET /a/:x(\\d{3}[048]-02-29)");
}

static void test_several_that_hide_one(void **state) {
  (void)state;
  CHECK_REACH("never /a/1 1", "GET /a/:x<uint(1..3)>", "GET /a/1", "GET /a/2", "GET /a/3", "GET /a/:x([1-3])");
  CHECK_REACH("reached", "GET /a/1", "GET /a/2", "GET /a/:x([1-3])");
  CHECK_REACH("never /a/1 0", "GET /a/1", "GET /a/2", "GET /a/3", "GET /a/:x([1-3])");
  CHECK_REACH("reached", "GET /a/1", "GET /a/2", "GET /a/3", "GET /a/:x<uint(1..3)>");
  CHECK_REACH("never /a/a 1", "GET /a/:x(\\d.*)", "GET /a/:x(\\D.*)", "GET /a/:x");
  CHECK_REACH("never /a/0 1", "GET /a/:x<int(..-1)>", "GET /a/:x<int(0..)>", "GET /a/:x<int>");
  CHECK_REACH("reached", "GET /a/:x<int(..-1)>", "GET /a/:x<int(1..)>", "GET /a/:x<int>");
  CHECK_REACH("never /a 0", "* /a", "GET /a/:x(.+)", "GET /:y(a)/:z?");
  CHECK_REACH("never /a/a 1", "GET /:x(a)/:y(.*)", "GET /a/:y(.*)", "GET /a/:z");
  CHECK_REACH("never /a/a 0", "GET /a/:y(.*)", "GET /:x(a)/:y");
  CHECK_REACH("reached", "GET /a/:y(.+)", "GET /:x(a|b)/:y");
}

static void test_nothing_to_match(void **state) {
  (void)state;
  CHECK_REACH("never", "GET /:x(\\.)");
  CHECK_REACH("never", "GET /a", "GET /:x(\\.\\.?)");
  CHECK_REACH("never", "GET /:x([^\\d\\D])");
  CHECK_REACH("never", "GET /a/:x([^\\s\\S]b)/*");
}

/* A `*` route is reached by methods that the table does not name. */
static void test_methods_that_hide(void **state) {
  (void)state;
  CHECK_REACH("reached", "GET /a", "PUT /a", "* /a");
  CHECK_REACH("reached", "* /a", "GET /a");
  CHECK_REACH("reached", "PUT /:x(.*)", "GET /:x");
  CHECK_REACH("never /a 0", "* /:x(.*)", "GET /:x");
  CHECK_REACH("never /a 0", "* /:x(.*)", "GET /:x(.*)b", "* /:x");
}

static void test_hosts_that_hide(void **state) {
  (void)state;
  CHECK_REACH("reached", "GET a.com/:x", "GET /:x");
  CHECK_REACH("reached", "GET /:x(.*)", "GET a.com/:x");
  CHECK_REACH("reached", "GET a.com/:x", "GET :t.com/:x");
  CHECK_REACH("reached", "GET :t.com/:x", "GET *.com/:x");
  CHECK_REACH("reached", "GET :a.com/:x", "GET :a.:b.com/:x", "GET :a.:b.:c.com/:x", "GET *.com/:x");
  CHECK_REACH("reached", "GET *.com/x", "GET *.com/:y");
  CHECK_REACH("never http://a.com/a 0", "GET a.com/:x(.*)", "GET a.com/:y");
  CHECK_REACH("never http://a.b.com/a 0", "GET :t.b.com/:x(.*)", "GET *.com/:z", "GET :u.b.com/:y");
  CHECK_REACH("never http://[::1]/a 1", "GET [::1]/*x", "GET [::1]/:y(.*)", "GET [::1]/:y");
}

/* If both have a parameter with the same literal after it, the occurrence decides, which depends on the path. */
static void test_orders_that_depend_on_the_path(void **state) {
  (void)state;
  CHECK_REACH("undecided", "GET /:a-:b(.*)", "GET /:a-:b");
  CHECK_REACH("never /a-a 0", "GET /:a(.*)-:b(.*)", "GET /:a-:b");
  CHECK_REACH("never /a-x 0", "GET /:a(.*)-x", "GET /:a-x");
}

static void test_catch_alls_that_hide(void **state) {
  (void)state;
  CHECK_REACH("reached", "GET /*a/x", "GET /*b");
  CHECK_REACH("reached", "GET /:a/x", "GET /*b/x");
  CHECK_REACH("reached", "GET /*a/x/:p<int>", "GET /*b/x/:q");
  CHECK_REACH("never /a/b/a 0", "GET /a/b/:x(.*)", "GET /a/:y(b)/:z");
  CHECK_REACH("never /a/a/b 0", "GET /a/:x(.*)/b", "GET /a/:x/b", "GET /a/*y/b", "GET /a/:z(a)/b");
  CHECK_REACH("reached", "GET /a/*x/b", "GET /a/:y(a)/b");
  CHECK_REACH("reached", "GET /*a/x/*b", "GET /*c/x/*d/y");
  CHECK_REACH("undecided", "GET /*a/:p(.*)", "GET /*b/:q");
}

static void test_forms_that_hide(void **state) {
  (void)state;
  CHECK_REACH("reached", "GET /:a?/b", "GET /:c");
  CHECK_REACH("reached", "GET /:a/b", "GET /c", "GET /:d?/:e?");
  CHECK_REACH("never /a/b 0", "GET /a?/b", "GET /a/:x(b)");
  CHECK_REACH("never /b 0", "GET /a?/b", "GET /:x(b)");
  CHECK_REACH("never /a 0", "GET /:x(.*)/:y(.*)?", "GET /:p/:q?");
  CHECK_REACH("reached", "GET /:x(.*)/:y(.*)?", "GET /:p/:q?/:r?");
}

/* ------------------------------------------------------------------ arguments and limits */

static void test_blocks(void **state) {
  (void)state;
  struct fixture f;
  struct wye_analysis *analysis;
  fixture_begin(&f, NULL);
  add(&f, "GET :t.example.com/a/:x<int>");
  fixture_build(&f);
  size_t size = wye_analysis_size(f.table);
  void *block = take(size + 8);
  assert_int_equal(wye_analysis_init(block, size, f.table, NULL), WYE_BAD_ARGUMENT);
  assert_int_equal(wye_analysis_init(NULL, size, f.table, &analysis), WYE_BAD_ARGUMENT);
  assert_null(analysis);
  assert_int_equal(wye_analysis_init(block, size, NULL, &analysis), WYE_BAD_ARGUMENT);
  assert_int_equal(wye_analysis_init((char *)block + 4, size, f.table, &analysis), WYE_BAD_ARGUMENT);
  assert_int_equal(wye_analysis_init(block, size - 1, f.table, &analysis), WYE_NO_MEMORY);
  assert_null(analysis);
  assert_int_equal(wye_analysis_init(block, size, f.table, &analysis), WYE_OK);
  free(block);
  fixture_drop(&f);
}

static void test_indexes_out_of_range(void **state) {
  (void)state;
  struct analysed a;
  struct wye_witness witness;
  analyse(&a, NULL, (const char *const[]){"GET /a", "GET /:x", NULL});
  assert_int_equal(wye_overlap(a.analysis, 2, 0, &witness), WYE_NONE);
  assert_int_equal(wye_overlap(a.analysis, 0, 2, &witness), WYE_NONE);
  assert_int_equal(wye_overlap(a.analysis, 0, WYE_NONE, &witness), WYE_NONE);
  assert_int_equal(wye_reach(a.analysis, 2, &witness), WYE_UNDECIDED);
  assert_int_equal(wye_reach(a.analysis, WYE_NONE, &witness), WYE_UNDECIDED);
  assert_null(witness.text);
  drop(&a);
  analyse(&a, NULL, (const char *const[]){NULL});
  assert_int_equal(wye_overlap(a.analysis, 0, 0, &witness), WYE_NONE);
  assert_int_equal(wye_reach(a.analysis, 0, &witness), WYE_UNDECIDED);
  drop(&a);
}

/* Half of a character is not a text that the search can follow. */
static void test_what_cannot_be_searched(void **state) {
  (void)state;
  struct analysed a;
  struct wye_witness witness;
  analyse(&a, NULL, (const char *const[]){"GET /%C3:x", "GET /:y(.*)", "GET /:z", NULL});
  assert_string_equal(overlap(&a, 0, 0), "none");
  assert_string_equal(overlap(&a, 1, 0), "2 /a 1");
  assert_int_equal(wye_reach(a.analysis, 0, &witness), WYE_UNDECIDED);
  assert_string_equal(reach(&a), "never /a 1");
  drop(&a);
}

/* Too many states: nothing is said. Each question ends soon. */
static void test_the_search_gives_up(void **state) {
  (void)state;
  CHECK_REACH("undecided", "GET /:x<alnum(..800000)>", "GET /:x<hex(..900000)>");
  check_pair(NULL, "GET /:x<alnum(500000..)>", "GET /:x<hex(..400000)>", "none");
}

/* ------------------------------------------------------------------ random tables */

static uint32_t seed;

static uint32_t random_below(uint32_t limit) {
  seed = seed * 1664525u + 1013904223u;
  return (seed >> 8) % limit;
}

enum { ROUTES = 6, LONGEST = 6, LINE = 160 };

static void put_random(char *line, const char *const *pieces, uint32_t count) {
  strcat(line, pieces[random_below(count)]);
}

/* Constraints in the same position, which often hide each other. */
static void random_constraint(char *line) {
  static const char *const constraints[] = {
      "(.*)",    "(\\d+)",  "(\\w+)", "<uint>",  "<int>",    "<uint(..11)>", "<int(0..)>",   "<hex>",
      "<alpha>", "<alnum>", "<slug>", "([^-]+)", "([ab1]*)", "(1|11)",       "<alnum(2..)>", "(.-?.)",
      "(a|b|1)", "(-?.+)",  "",       "",        "-:y",      "(.*)-:y",      "<uint>-:y",    "-:y(\\d)",
      "-:y(.)",  "a",       "<hex>a", "1",       "1-",       "(.)1"};
  strcpy(line, "GET /:x");
  put_random(line, constraints, COUNT(constraints));
}

static void random_line(char *line, bool hosts) {
  static const char *const methods[] = {"GET ", "GET ", "GET ", "PUT ", "* "};
  static const char *const some_hosts[] = {"", "", "a.b", ":t.b", "*.b", "*.a.b", ":t.:u"};
  static const char *const segments[] = {"/a",
                                         "/1",
                                         "/b-",
                                         "/:x",
                                         "/:x",
                                         "/:x-:y",
                                         "/a:x",
                                         "/:x-a",
                                         "/:x1",
                                         "/:x<int>",
                                         "/:x(1|a)",
                                         "/:x(\\d+)",
                                         "/:x(.*)",
                                         "/:x<slug(2..)>",
                                         "/:x-:y(.)",
                                         "/:x(.)-:y",
                                         "/:x([^-]+)",
                                         "/",
                                         "/:x<uint(..11)>",
                                         "/:x([ab1]+)",
                                         "/*",
                                         "/:x-:y-a",
                                         "/:x--:y",
                                         "/:x<alpha>a"};
  static const char *const ends[] = {"", "", "", "", "/*", "/:end?", "/:end(a|1)?", "/", "/:end<uint>", "/b"};
  line[0] = 0;
  put_random(line, methods, COUNT(methods));
  if (hosts) put_random(line, some_hosts, COUNT(some_hosts));
  put_random(line, segments, COUNT(segments));
  put_random(line, ends, COUNT(ends));
}

/* Catch-alls in the middle, and optional segments anywhere. */
static void random_forms(char *line) {
  static const char *const segments[] = {"/a",  "/1",  "/:x",     "/:y",     "/:x<uint>",  "/:x-:y",  "/*m",
                                         "/*m", "/*n", "/:o?",    "/:p?",    "/:q<int>?",  "/a?",     "/1?",
                                         "/",   "/*",  "/:x(.*)", "/:x(.*)", "/:y([a1]+)", "/:o(.*)?"};
  strcpy(line, "GET ");
  for (uint32_t i = 0, count = 1 + random_below(4); i < count; i++) put_random(line, segments, COUNT(segments));
}

/* A table of routes, and one for each of them alone. */
enum mode { SEGMENTS, CONSTRAINTS, HOSTS, FORMS };

struct random_table {
  struct analysed all;
  struct fixture alone[ROUTES];
  char lines[ROUTES][LINE];
  uint32_t count;
};

static void begin_random(struct random_table *t, enum mode mode) {
  t->count = 0;
  fixture_begin(&t->all.fixture, NULL);
  for (uint32_t tries = 0; tries < 40 && t->count < ROUTES; tries++) {
    char *line = t->lines[t->count];
    if (mode == CONSTRAINTS) random_constraint(line);
    else if (mode == FORMS) random_forms(line);
    else random_line(line, mode == HOSTS);
    if (!try_add(&t->all.fixture, line, NULL)) continue;
    fixture_begin(&t->alone[t->count], NULL);
    add(&t->alone[t->count], line);
    fixture_build(&t->alone[t->count++]);
  }
  fixture_build(&t->all.fixture);
  size_t size = wye_analysis_size(t->all.fixture.table);
  t->all.block = take(size);
  assert_int_equal(wye_analysis_init(t->all.block, size, t->all.fixture.table, &t->all.analysis), WYE_OK);
}

static void end_random(struct random_table *t) {
  for (uint32_t i = 0; i < t->count; i++) fixture_drop(&t->alone[i]);
  drop(&t->all);
}

/* The route that a request takes; -1: none. */
static int32_t ask(const struct fixture *f, const char *method, const char *text, size_t length) {
  uint32_t number = wye_table_method(f->table, method, strlen(method));
  int32_t outcome = *text == '/' ? wye_match_method(f->table, f->context, number, text, length)
                                 : wye_match_url(f->table, f->context, number, text, length);
  return outcome < 0 ? -1 : (int32_t)f->context->route;
}

/* What all short requests say of a table. */
struct tried {
  bool reached[ROUTES];
  size_t both[ROUTES][ROUTES]; /* the shortest path that both match and one of them takes; 0: none */
  bool shared[ROUTES][ROUTES];
};

static void try_request(struct random_table *t, struct tried *tried, const char *method, const char *text,
                        size_t path_length) {
  bool matches[ROUTES] = {false};
  int32_t winner = ask(&t->all.fixture, method, text, strlen(text));
  if (winner < 0) return;
  tried->reached[winner] = true;
  for (uint32_t i = 0; i < t->count; i++) matches[i] = ask(&t->alone[i], method, text, strlen(text)) >= 0;
  assert_true(matches[winner]);
  for (uint32_t i = 0; i < t->count; i++) {
    for (uint32_t j = 0; j < t->count; j++) {
      if (i == j || !matches[i] || !matches[j]) continue;
      tried->shared[i][j] = true;
      size_t *least = &tried->both[i][j];
      bool taken = (uint32_t)winner == i || (uint32_t)winner == j;
      if (taken && (!*least || path_length < *least)) *least = path_length;
    }
  }
}

static void try_all(struct random_table *t, struct tried *tried, enum mode mode) {
  static const char *const before[] = {"", "http://a.b", "http://c.b", "http://c.a.b", "http://d.e", "http://f.g.b"};
  static const char characters[] = "a1b-/";
  memset(tried, 0, sizeof *tried);
  for (uint32_t length = 1; length <= LONGEST; length++) {
    uint32_t count = 1;
    for (uint32_t i = 1; i < length; i++) count *= sizeof characters - 1;
    for (uint32_t number = 0; number < count; number++) {
      char path[LONGEST + 1] = "/", text[64];
      for (uint32_t i = 1, left = number; i < length; i++, left /= sizeof characters - 1)
        path[i] = characters[left % (sizeof characters - 1)];
      path[length] = 0;
      for (size_t i = 0; i < (mode == HOSTS ? COUNT(before) : 1); i++) {
        snprintf(text, sizeof text, "%s%s", before[i], path);
        try_request(t, tried, "GET", text, length);
        try_request(t, tried, "PUT", text, length);
        try_request(t, tried, "OTHER", text, length);
      }
    }
  }
}

static const char *method_of(const char *one, const char *two) {
  const char *line = *one == '*' ? two : one;
  return *line == 'G' ? "GET" : *line == 'P' ? "PUT" : "OTHER";
}

static size_t path_length(const struct wye_witness *witness) {
  const char *host = memchr(witness->text, ':', witness->length);
  const char *path = *witness->text == '/' ? witness->text : strchr(host + 3, '/');
  return witness->length - (size_t)(path - witness->text);
}

static void check_witness(struct random_table *t, const char *method, const struct wye_witness *witness) {
  assert_int_equal(ask(&t->all.fixture, method, witness->text, witness->length), witness->route);
}

enum { THIRD = WYE_UNDECIDED + 1, ANSWERS };

static uint32_t answers[ANSWERS]; /* of wye_reach, and witnesses that a third route took where it need not */

static void check_overlap(struct random_table *t, const struct tried *tried, enum mode mode, uint32_t i, uint32_t j) {
  struct wye_witness witness;
  const char *method = method_of(t->lines[i], t->lines[j]);
  if (wye_overlap(t->all.analysis, i, j, &witness) != j) {
    assert_false(tried->shared[i][j]);
    return;
  }
  check_witness(t, method, &witness);
  assert_true(ask(&t->alone[i], method, witness.text, witness.length) >= 0);
  assert_true(ask(&t->alone[j], method, witness.text, witness.length) >= 0);
  if (!tried->both[i][j]) return;
  bool third = witness.route != i && witness.route != j;
  answers[THIRD] += third;
  if (!third && mode != HOSTS) assert_in_range(path_length(&witness), 1, tried->both[i][j]);
}

static void check_reach(struct random_table *t, const struct tried *tried, uint32_t i) {
  struct wye_witness witness;
  int32_t reach = wye_reach(t->all.analysis, i, &witness);
  answers[reach]++;
  assert_false(reach == WYE_NEVER && tried->reached[i]);
  if (witness.text) check_witness(t, method_of(t->lines[i], t->lines[i]), &witness);
  if (reach == WYE_REACHED) assert_int_equal(witness.route, i);
}

static void check_random(enum mode mode) {
  struct random_table t;
  struct tried tried;
  begin_random(&t, mode);
  try_all(&t, &tried, mode);
  for (uint32_t i = 0; i < t.count; i++) {
    check_reach(&t, &tried, i);
    for (uint32_t j = 0; j < t.count; j++)
      if (i != j) check_overlap(&t, &tried, mode, i, j);
  }
  end_random(&t);
}

static uint32_t table_seed;

/* After each test, also one that failed: WYE_SEED= that runs its last table alone. */
static int tell_seed(void **state) {
  (void)state;
  printf("the last table: WYE_SEED=%u\n", table_seed);
  return 0;
}

static void check_randoms(enum mode mode, uint32_t count) {
  const char *given = getenv("WYE_SEED");
  uint32_t first = given ? (uint32_t)strtoul(given, NULL, 10) : 1;
  memset(answers, 0, sizeof answers);
  for (uint32_t i = 0; i < (given ? 1 : count); i++) {
    table_seed = seed = first + i;
    check_random(mode);
  }
  printf("%u never, %u reached, %u undecided, %u by third routes\n", answers[WYE_NEVER], answers[WYE_REACHED],
         answers[WYE_UNDECIDED], answers[THIRD]);
  if (!given) assert_true(answers[WYE_UNDECIDED] + answers[THIRD] < count / 4);
}

static void test_random_segments(void **state) {
  (void)state;
  check_randoms(SEGMENTS, 40);
}

static void test_random_constraints(void **state) {
  (void)state;
  check_randoms(CONSTRAINTS, 60);
  if (!getenv("WYE_SEED")) assert_true(answers[WYE_NEVER] > 20);
}

static void test_random_hosts(void **state) {
  (void)state;
  check_randoms(HOSTS, 8);
}

static void test_random_forms(void **state) {
  (void)state;
  check_randoms(FORMS, 60);
  if (!getenv("WYE_SEED")) assert_true(answers[WYE_NEVER] > 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_pairs),
      cmocka_unit_test(test_pairs_with_constraints),
      cmocka_unit_test(test_pairs_with_inner_catch_alls),
      cmocka_unit_test(test_pairs_with_forms),
      cmocka_unit_test(test_forms_that_conflict),
      cmocka_unit_test(test_methods),
      cmocka_unit_test(test_hosts),
      cmocka_unit_test(test_labels_that_routes_have),
      cmocka_unit_test(test_letters_of_either_case),
      cmocka_unit_test(test_third_routes),
      cmocka_unit_test(test_constraints_that_hide_others),
      cmocka_unit_test(test_several_that_hide_one),
      cmocka_unit_test(test_nothing_to_match),
      cmocka_unit_test(test_methods_that_hide),
      cmocka_unit_test(test_hosts_that_hide),
      cmocka_unit_test(test_orders_that_depend_on_the_path),
      cmocka_unit_test(test_catch_alls_that_hide),
      cmocka_unit_test(test_forms_that_hide),
      cmocka_unit_test(test_blocks),
      cmocka_unit_test(test_indexes_out_of_range),
      cmocka_unit_test(test_what_cannot_be_searched),
      cmocka_unit_test(test_the_search_gives_up),
      cmocka_unit_test_teardown(test_random_segments, tell_seed),
      cmocka_unit_test_teardown(test_random_constraints, tell_seed),
      cmocka_unit_test_teardown(test_random_hosts, tell_seed),
      cmocka_unit_test_teardown(test_random_forms, tell_seed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
