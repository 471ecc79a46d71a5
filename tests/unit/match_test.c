/* Match order, backtracking, methods and texts, one table a test. tests/cases/ has the language in full. */
#include "support.h"

struct row {
  const char *request, *wanted;
};

/* Opens the lines as a table; each request must have its outcome. */
static void check(const struct wye_options *options, const char *const *lines, const struct row *rows, size_t count) {
  struct fixture f;
  fixture_open(&f, options, lines);
  for (size_t i = 0; i < count; i++) {
    const char *said = answer(&f, rows[i].request);
    if (strcmp(said, rows[i].wanted) != 0) print_error("%s\n", rows[i].request);
    assert_string_equal(said, rows[i].wanted);
  }
  fixture_drop(&f);
}

/* The same with the routes added the other way round, each with the id that it has here: the order does not matter. */
static void check_backwards(const char *const *lines, const struct row *rows, size_t count) {
  struct fixture f;
  size_t last = 0;
  while (lines[last]) last++;
  fixture_begin(&f, NULL);
  while (last--) {
    struct wye_route route = route_of(lines[last]);
    route.id = (int32_t)last;
    assert_int_equal(fixture_add(&f, &route, NULL), last);
  }
  fixture_build(&f);
  for (size_t i = 0; i < count; i++) assert_string_equal(answer(&f, rows[i].request), rows[i].wanted);
  fixture_drop(&f);
}

#define CHECK(lines, rows) (check(NULL, lines, rows, COUNT(rows)), check_backwards(lines, rows, COUNT(rows)))

static void test_static_before_all(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /users/new", "GET /users/:id", "GET /users/n:x", "GET /users/*rest", NULL};
  static const struct row rows[] = {
      {"GET /users/new", "0"},    {"GET /users/net", "2 x=et"},     {"GET /users/old", "1 id=old"},
      {"GET /users/", "3 rest="}, {"GET /users/a/b", "3 rest=a/b"}, {"GET /users", "NOT_FOUND"},
  };
  CHECK(lines, rows);
}

/* The examples of the match order: at each position static text first. */
static void test_static_text_within_a_segment(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /ab:x", "GET /a:y-z", "GET /user/:id", "GET /us:x/:id", NULL};
  static const struct row rows[] = {
      {"GET /abc-z", "0 x=c-z"},    {"GET /ac-z", "1 y=c"},           {"GET /user/1", "2 id=1"},
      {"GET /use/1", "3 x=e id=1"}, {"GET /users/1", "3 x=ers id=1"},
  };
  CHECK(lines, rows);
}

static void test_longest_literal_first(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /:a-:b", "GET /:a--:b", "GET /:a.:b", "GET /:a", NULL};
  static const struct row rows[] = {
      {"GET /x--y", "1 a=x b=y"},    {"GET /x-y", "0 a=x b=y"},     {"GET /x.y", "2 a=x b=y"},
      {"GET /x-y.z", "0 a=x b=y.z"}, {"GET /x.y-z", "0 a=x.y b=z"}, {"GET /xyz", "3 a=xyz"},
      {"GET /x---y", "1 a=x b=-y"},  {"GET /-y", "3 a=-y"},
  };
  CHECK(lines, rows);
}

/* `~` is shorter in bytes than `%2F`, but an escape counts as one; then the byte order decides. */
static void test_literals_are_counted_in_normal_form(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /:a~:b", "GET /:a%2F:b", NULL};
  static const struct row rows[] = {
      {"GET /x~y%2Fz", "1 a=x~y b=z"}, {"GET /x%2Fy~z", "1 a=x b=y~z"}, {"GET /x~y", "0 a=x b=y"}};
  CHECK(lines, rows);
}

static void test_bounded_before_plain_before_catch_all(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /f/*rest", "GET /f/:a", "GET /f/:a.png", NULL};
  static const struct row rows[] = {
      {"GET /f/x.png", "2 a=x"},    {"GET /f/.png", "1 a=.png"}, {"GET /f/x.pn", "1 a=x.pn"},
      {"GET /f/x/y", "0 rest=x/y"}, {"GET /f/", "0 rest="},      {"GET /f/x.png.png", "2 a=x.png"},
      {"GET /f", "NOT_FOUND"},
  };
  CHECK(lines, rows);
}

static void test_first_occurrence_of_the_literal(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /:base...:head", "GET /v:major.:minor", NULL};
  static const struct row rows[] = {
      {"GET /a...b...c", "0 base=a head=b...c"},
      {"GET /a....b", "0 base=a head=.b"},
      {"GET /v1.2.3", "1 major=1 minor=2.3"},
      {"GET /v1...2", "1 major=1 minor=..2"},
      {"GET /...x", "NOT_FOUND"},
      {"GET /v.1.2", "1 major=.1 minor=2"},
      {"GET /v..1", "1 major=. minor=1"},
  };
  CHECK(lines, rows);
}

static void test_next_place_when_the_first_fails(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /:a-x", "GET /:a-:b-y", "GET /:a-:b/z", NULL};
  static const struct row rows[] = {
      {"GET /1-x", "0 a=1"},       {"GET /1-x-x", "0 a=1-x"},       {"GET /1-2-y", "1 a=1 b=2"},
      {"GET /1-y-y", "1 a=1 b=y"}, {"GET /1-2-3-y", "1 a=1 b=2-3"}, {"GET /1-x/z", "2 a=1 b=x"},
      {"GET /1-y", "NOT_FOUND"},   {"GET /-x", "NOT_FOUND"},        {"GET /--x", "0 a=-"},
  };
  CHECK(lines, rows);
}

static void test_backtracking_over_segments(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /a/b/c", "GET /a/:x/d", "GET /:y/b/e", "GET /:y/:z/f", "GET /*all", NULL};
  static const struct row rows[] = {
      {"GET /a/b/c", "0"},         {"GET /a/b/d", "1 x=b"},       {"GET /a/b/e", "2 y=a"},
      {"GET /a/b/f", "3 y=a z=b"}, {"GET /a/b/g", "4 all=a/b/g"}, {"GET /", "4 all="},
  };
  CHECK(lines, rows);
}

/* Where a static child is taken first, with nothing but one other form besides it. */
static void test_back_to_each_form(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /a/b/c",   "GET /a/*r",      "GET /b/b/c",
                                      "GET /b/b:x/d", "GET /c/b/c",     "GET /c/:x/d",
                                      "GET /d/b/c",   "GET /d/:x-:y/d", NULL};
  static const struct row rows[] = {
      {"GET /a/b/d", "1 r=b/d"},     {"GET /b/bb/d", "3 x=b"},      {"GET /b/b/d", "NOT_FOUND"},
      {"GET /c/b/d", "5 x=b"},       {"GET /a/%62/d", "1 r=%62/d"}, {"GET /c/%62/d", "5 x=%62"},
      {"GET /d/b-b/d", "7 x=b y=b"}, {"GET /d/b/d", "NOT_FOUND"},
  };
  CHECK(lines, rows);
}

static void test_backtracking_into_a_segment(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /abc:x/1", "GET /ab:x/2", "GET /a:x/3", "GET /:x/4", "GET /abcd/5", NULL};
  static const struct row rows[] = {
      {"GET /abcd/1", "0 x=d"},    {"GET /abcd/2", "1 x=cd"}, {"GET /abcd/3", "2 x=bcd"},
      {"GET /abcd/4", "3 x=abcd"}, {"GET /abcd/5", "4"},      {"GET /abcd/6", "NOT_FOUND"},
  };
  CHECK(lines, rows);
}

/* Each handler sees the names of its own pattern. */
static void test_names_are_kept_at_the_leaf(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /x/:a/one", "GET /x/:b/two", "GET /x/*/three", NULL};
  static const struct row rows[] = {{"GET /x/1/one", "0 a=1"}, {"GET /x/1/two", "1 b=1"}, {"GET /x/1/three", "2 0=1"}};
  CHECK(lines, rows);
}

static void test_empty_segments(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /a/:x/b", "GET /a//c", "GET //", "GET /", NULL};
  static const struct row rows[] = {
      {"GET /a//b", "NOT_FOUND"}, {"GET /a//c", "1"},      {"GET //", "2"}, {"GET /", "3"},
      {"GET ///", "NOT_FOUND"},   {"GET /a/1/b", "0 x=1"},
  };
  CHECK(lines, rows);
}

static void test_dot_segments_match_nothing(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /*all", "GET /a/:x", "GET /.:x", "GET /a/:x/c", NULL};
  static const struct row rows[] = {
      {"GET /a/.", "NOT_FOUND"},     {"GET /a/..", "NOT_FOUND"},   {"GET /..", "NOT_FOUND"},
      {"GET /a/%2e/c", "NOT_FOUND"}, {"GET /b/../c", "NOT_FOUND"}, {"GET /a/...", "1 x=..."},
      {"GET /.a", "2 x=a"},          {"GET /b/.c", "0 all=b/.c"},  {"PUT /a/..", "NOT_FOUND"},
  };
  CHECK(lines, rows);
}

/* Two forms of one route: the value is there, or nothing is. */
static void test_optional_segments(void **state) {
  (void)state;
  static const char *const lines[] = {
      "GET /users/:id<int>?", "GET /:lang?", "PUT /a/:x/:y?", "GET /a/:x", "GET /a/*r", NULL};
  static const struct row rows[] = {
      {"GET /users/42", "0 id=42"},
      {"GET /users", "0"},
      {"GET /users/", "NOT_FOUND"},
      {"GET /users/x", "NOT_FOUND"},
      {"GET /", "1"},
      {"GET /en", "1 lang=en"},
      {"PUT /a/1", "2 x=1"},
      {"PUT /a/1/2", "2 x=1 y=2"},
      {"PUT /a/1/", "METHOD_NOT_ALLOWED GET"},
      {"GET /a/1/2", "4 r=1/2"},
      {"GET /a/1", "3 x=1"},
      {"GET //", "NOT_FOUND"},
      {"PUT /a", "METHOD_NOT_ALLOWED GET"},
  };
  check(NULL, lines, rows, COUNT(rows));
}

/*
 * Among constraints at one position the first added is the first tried; before a plain parameter, after static text.
 */
static void test_constrained_before_plain(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /:plain",     "GET /:hex<hex>", "GET /:int<int>",
                                      "GET /:a<hex>-:b", "GET /:a-:b",     "GET /7",
                                      "PUT /:int<int>",  "PUT /:hex<hex>", NULL};
  static const struct row rows[] = {
      {"GET /12", "1 hex=12"},         {"GET /-12", "2 int=-12"}, {"GET /x", "0 plain=x"},
      {"GET /ab-x", "3 a=ab b=x"},     {"GET /7", "5"},           {"GET /x-y-z", "4 a=x b=y-z"},
      {"GET /%31%32", "1 hex=%31%32"}, {"PUT /12", "7 hex=12"},   {"PUT /-1", "6 int=-1"},
  };
  check(NULL, lines, rows, COUNT(rows));
}

/* The constraint decides which occurrence of the literal before it counts, not always the first. */
static void test_places_before_a_constraint(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /:a-:b<int>", "GET /:a<slug>-:b<slug>-:c<int>/x", "GET /:a.:b(\\d{2}).:c",
                                      NULL};
  static const struct row rows[] = {
      {"GET /a-b-7", "0 a=a-b b=7"},
      {"GET /a--7", "0 a=a b=-7"},
      {"GET /a-b-c-7/x", "1 a=a b=b-c c=7"},
      {"GET /a-b-c/x", "NOT_FOUND"},
      {"GET /a.b.12.x.34", "2 a=a.b b=12 c=x.34"},
      {"GET /a%2Db%2D7", "0 a=a%2Db b=7"},
  };
  CHECK(lines, rows);
}

/* ------------------------------------------------------------------ methods */

static void test_only_routes_of_the_method(void **state) {
  (void)state;
  static const char *const lines[] = {"POST /users/new", "GET /users/:id", "* /users/*any", NULL};
  static const struct row rows[] = {
      {"GET /users/new", "1 id=new"},
      {"POST /users/new", "0"},
      {"PUT /users/new", "2 any=new"},
      {"POST /users/x", "2 any=x"},
  };
  CHECK(lines, rows);
}

static void test_any_method_at_one_leaf(void **state) {
  (void)state;
  static const char *const lines[] = {"* /a", "GET /a", "GET /:x", NULL};
  static const struct row rows[] = {{"GET /a", "1"},
                                    {"PUT /a", "0"},
                                    {"UNHEARD-OF /a", "0"},
                                    {"GET /b", "2 x=b"},
                                    {"PUT /b", "METHOD_NOT_ALLOWED GET"}};
  CHECK(lines, rows);
}

static void test_any_method_at_a_better_leaf(void **state) {
  (void)state;
  static const char *const lines[] = {"* /a/b", "GET /a/:x", NULL};
  static const struct row rows[] = {{"GET /a/b", "0"}, {"GET /a/c", "1 x=c"}};
  CHECK(lines, rows);
}

static void test_allow_is_the_sorted_union(void **state) {
  (void)state;
  static const char *const lines[] = {"PUT /a/b",    "DELETE /a/:x", "GET /:y/b", "PATCH /*z",
                                      "POST /a/b:c", "HEAD /other",  NULL};
  static const struct row rows[] = {
      {"OPTIONS /a/b", "METHOD_NOT_ALLOWED DELETE, GET, PATCH, PUT"},
      {"OPTIONS /a/bc", "METHOD_NOT_ALLOWED DELETE, PATCH, POST"},
      {"HEAD /a", "METHOD_NOT_ALLOWED PATCH"},
      {"GET /", "METHOD_NOT_ALLOWED PATCH"},
      {"GET /a/b", "2 y=a"},
  };
  CHECK(lines, rows);
}

static void test_long_methods(void **state) {
  (void)state;
  static const char *const lines[] = {"PROPPATCHED /", "PROPPATCH /", "PROPPATCHX /x", "PROPPATC /y", NULL};
  static const struct row rows[] = {{"PROPPATCH /", "1"},
                                    {"PROPPATCHX /", "METHOD_NOT_ALLOWED PROPPATCH, PROPPATCHED"},
                                    {"PROPPATCHX /x", "2"},
                                    {"PROPPATC /y", "3"}};
  CHECK(lines, rows);
}

static void test_405_can_be_off(void **state) {
  (void)state;
  static const char *const lines[] = {"PUT /a", NULL};
  static const struct row rows[] = {{"GET /a", "NOT_FOUND"}, {"PUT /a", "0"}};
  const struct wye_options options = {.no_method_not_allowed = 1};
  check(&options, lines, rows, COUNT(rows));
}

/* ------------------------------------------------------------------ texts */

static void test_equivalent_paths(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /admin/caf\xC3\xA9/:x", "GET /a%2Fb", "GET /a/b", "GET /100%/:y", NULL};
  static const struct row rows[] = {
      {"GET /%61dmin/caf%C3%A9/%31", "0 x=%31"},
      {"GET /admin/caf%c3\xA9/1", "0 x=1"},
      {"GET /a%2fb", "1"},
      {"GET /a/b", "2"},
      {"GET /100%/1", "3 y=1"},
      {"GET /100%25/1", "NOT_FOUND"},
      {"GET /Admin/caf\xC3\xA9/1", "NOT_FOUND"},
  };
  CHECK(lines, rows);
}

static void test_bounds_in_normal_form(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /:a-:b", "GET /x:c", "GET /:d@:e", NULL};
  static const struct row rows[] = {
      {"GET /1%2D2", "0 a=1 b=2"}, {"GET /%781", "1 c=1"},        {"GET /1%402", "NOT_FOUND"},
      {"GET /1@2", "2 d=1 e=2"},   {"GET /%2D-1", "0 a=%2D b=1"}, {"GET /%41%2D%42", "0 a=%41 b=%42"},
  };
  CHECK(lines, rows);
}

/* A literal is looked for between escapes, not within them; the last one must end the segment. */
static void test_literals_beside_escapes(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /:a\\2:b", "GET /:c-x", "GET /:c-x/d", "GET /:e%2F", NULL};
  static const struct row rows[] = {
      {"GET /x%2Dy2z", "0 a=x%2Dy b=z"}, {"GET /%20-x-x", "1 c=%20-x"}, {"GET /%20-xx-x/d", "2 c=%20-xx"},
      {"GET /%2F%2F%2F", "3 e=%2F%2F"},  {"GET /%2F", "NOT_FOUND"},     {"GET /%20-x-y", "NOT_FOUND"},
  };
  CHECK(lines, rows);
}

static void test_case_insensitive_literals(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /Users/:id/EDIT", "GET /PRE:x-MID-:y", NULL};
  static const struct row rows[] = {
      {"GET /uSERS/AbC/edit", "0 id=AbC"},
      {"GET /%55sers/1/Edit", "0 id=1"},
      {"GET /preA-mid-B", "1 x=A y=B"},
      {"get /users/1/edit", "METHOD_NOT_ALLOWED GET"},
  };
  const struct wye_options options = {.case_insensitive = 1};
  check(&options, lines, rows, COUNT(rows));
}

static void test_path_ends_at_query_and_fragment(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /a", "GET /a/:x", "GET /f/*r", NULL};
  static const struct row rows[] = {
      {"GET /a?b=/c", "0"},  {"GET /a#b/c", "0"},        {"GET /a/1?/2#/3", "1 x=1"}, {"GET /f/?", "2 r="},
      {"GET /f/#", "2 r="},  {"GET /a/?x", "NOT_FOUND"}, {"GET /a/%3F", "1 x=%3F"},   {"GET ?/a", "BAD_PATH"},
      {"GET #", "BAD_PATH"}, {"GET a", "BAD_PATH"},      {"GET ", "BAD_PATH"},
  };
  CHECK(lines, rows);
}

/* `!` and `'` look like `#` and `%` to the scan; both are plain characters. */
static void test_look_alikes_of_stops(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /a!b'c/:x", NULL};
  static const struct row rows[] = {{"GET /a!b'c/!'?!", "0 x=!'"}, {"GET /a!b'c/'!#", "0 x='!"}};
  CHECK(lines, rows);
}

/* Segments around the 16 bytes of a key, and such that differ after them only. */
static void check_long_segment(int length) {
  char same[80], longer[80], other[80], wanted[80], text[64];
  memset(text, 'k', sizeof text);
  snprintf(same, sizeof same, "GET /%.*s/a", length, text);
  snprintf(longer, sizeof longer, "GET /%.*sx/b", length, text);
  snprintf(other, sizeof other, "GET /%.*sz/a", length - 1, text);
  snprintf(wanted, sizeof wanted, "2 x=%.*sz", length - 1, text);
  const char *const lines[] = {same, longer, "GET /:x/a", NULL};
  const struct row rows[] = {{same, "0"}, {longer, "1"}, {other, wanted}};
  CHECK(lines, rows);
}

static void test_long_static_segments(void **state) {
  (void)state;
  for (int length = 1; length <= 40; length++) check_long_segment(length);
}

/* Bytes that are no characters: NUL, and all above 0x7F. */
static void test_any_byte_in_a_path(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /:x/end", "GET /a", NULL};
  struct fixture f;
  fixture_open(&f, NULL, lines);
  assert_string_equal(answer_bytes(&f, "GET", "/a\0", 3), "NOT_FOUND");
  for (int byte = 0; byte < 256; byte++) {
    char path[] = "/b?/end";
    path[2] = (char)byte;
    bool ends = byte == '/' || byte == '?' || byte == '#';
    answer_bytes(&f, "GET", path, 7);
    assert_int_equal(f.context->outcome, ends ? WYE_NOT_FOUND : byte == '\\' ? WYE_BAD_PATH : 0);
  }
  fixture_drop(&f);
}

/* A raw backslash anywhere in a path, whatever else is there, ends the lookup, and the context has no path. */
static void test_backslashes(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /:x/:y", "GET /:x", "POST /*r", NULL};
  static const char *const fronts[] = {"", "/%41"};
  struct fixture f;
  fixture_open(&f, NULL, lines);
  for (size_t i = 0; i < COUNT(fronts); i++) {
    for (size_t at = 1; at < 300; at++) {
      char path[400];
      size_t front = strlen(fronts[i]);
      memcpy(path, fronts[i], front);
      memset(path + front, 'x', 300);
      path[front] = '/';
      path[front + at] = '\\';
      assert_string_equal(answer_bytes(&f, "GET", path, front + 300), "BAD_PATH");
      assert_int_equal(f.context->path_end, 0);
      path[front + at - 1] = at == 1 ? '/' : '?'; /* and after a query it is none of the path's */
      if (at > 1) assert_true(wye_match(f.table, f.context, "GET", 3, path, front + 300) != WYE_BAD_PATH);
    }
  }
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ URLs */

static const char *url(struct fixture *f, const char *text) { return answer_url(f, "GET", text, strlen(text)); }

static void test_urls(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /a/:x", "GET /", "GET /f/*r", NULL};
  struct fixture f;
  fixture_open(&f, NULL, lines);
  assert_string_equal(url(&f, "https://h/a/1?q"), "0 x=1");
  assert_int_equal(wye_param(f.context, 0).offset, 12);
  assert_string_equal(url(&f, "https://h"), "1");
  assert_string_equal(url(&f, "https://h?q"), "1");
  assert_string_equal(url(&f, "https://h#q"), "1");
  assert_string_equal(url(&f, "https://h/"), "1");
  assert_string_equal(url(&f, "http://user:pass@[::1]:8080/f/a/b"), "2 r=a/b");
  fixture_drop(&f);
}

static void test_bad_urls(void **state) {
  (void)state;
  static const char *const urls[] = {"",
                                     "/",
                                     "h/a",
                                     "https:/h/a",
                                     "https//h/a",
                                     "://h/",
                                     "1a://h/",
                                     "https://",
                                     "https:///a",
                                     "https://:80/",
                                     "https://h:x/",
                                     "https://[::1/",
                                     "https://[]/",
                                     "https://[:]/",
                                     "https://u@/",
                                     "https://h h/"};
  static const char *const lines[] = {"GET /*", NULL};
  struct fixture f;
  fixture_open(&f, NULL, lines);
  for (size_t i = 0; i < COUNT(urls); i++)
    if (strcmp(url(&f, urls[i]), "BAD_PATH") != 0) fail_msg("%s: %s", urls[i], f.answer);
  fixture_drop(&f);
}

/* A URL without a path has the path `/`; what a catch-all takes there is an empty span at the authority's end. */
static void test_url_without_a_path(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /*rest", NULL};
  struct fixture f;
  fixture_open(&f, NULL, lines);
  assert_string_equal(url(&f, "https://host?q"), "0 rest=");
  assert_int_equal(wye_param(f.context, 0).offset, 12);
  assert_int_equal(f.context->path, 12);
  assert_int_equal(f.context->path_end, 12);
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ tables without routes */

static void test_no_routes(void **state) {
  (void)state;
  static const char *const lines[] = {NULL};
  static const struct row rows[] = {
      {"GET /", "NOT_FOUND"}, {"GET /a/b", "NOT_FOUND"}, {"GET x", "BAD_PATH"}, {"GET /%2e", "NOT_FOUND"}};
  CHECK(lines, rows);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_static_before_all),
      cmocka_unit_test(test_static_text_within_a_segment),
      cmocka_unit_test(test_longest_literal_first),
      cmocka_unit_test(test_literals_are_counted_in_normal_form),
      cmocka_unit_test(test_bounded_before_plain_before_catch_all),
      cmocka_unit_test(test_first_occurrence_of_the_literal),
      cmocka_unit_test(test_next_place_when_the_first_fails),
      cmocka_unit_test(test_backtracking_over_segments),
      cmocka_unit_test(test_back_to_each_form),
      cmocka_unit_test(test_backtracking_into_a_segment),
      cmocka_unit_test(test_names_are_kept_at_the_leaf),
      cmocka_unit_test(test_empty_segments),
      cmocka_unit_test(test_dot_segments_match_nothing),
      cmocka_unit_test(test_optional_segments),
      cmocka_unit_test(test_constrained_before_plain),
      cmocka_unit_test(test_places_before_a_constraint),
      cmocka_unit_test(test_only_routes_of_the_method),
      cmocka_unit_test(test_any_method_at_one_leaf),
      cmocka_unit_test(test_any_method_at_a_better_leaf),
      cmocka_unit_test(test_allow_is_the_sorted_union),
      cmocka_unit_test(test_long_methods),
      cmocka_unit_test(test_405_can_be_off),
      cmocka_unit_test(test_equivalent_paths),
      cmocka_unit_test(test_bounds_in_normal_form),
      cmocka_unit_test(test_literals_beside_escapes),
      cmocka_unit_test(test_case_insensitive_literals),
      cmocka_unit_test(test_path_ends_at_query_and_fragment),
      cmocka_unit_test(test_look_alikes_of_stops),
      cmocka_unit_test(test_long_static_segments),
      cmocka_unit_test(test_any_byte_in_a_path),
      cmocka_unit_test(test_backslashes),
      cmocka_unit_test(test_urls),
      cmocka_unit_test(test_bad_urls),
      cmocka_unit_test(test_url_without_a_path),
      cmocka_unit_test(test_no_routes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
