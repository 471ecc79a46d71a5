/* Each limit of wye.h: the last that is taken, the first that is refused, and with what. */
#include "support.h"

/* ------------------------------------------------------------------ paths */

static int32_t match_length(struct fixture *f, const char *unit, size_t length) {
  char *path = repeat(unit, length / strlen(unit) + 1);
  path[0] = '/';
  answer_bytes(f, "GET", path, length);
  free(path);
  return f->context->outcome;
}

static void open_one(struct fixture *f, const char *line) {
  const char *const lines[] = {line, NULL};
  fixture_open(f, &longest, lines);
}

static void test_path_length(void **state) {
  (void)state;
  struct fixture f;
  open_one(&f, "GET /*rest");
  assert_int_equal(match_length(&f, "a", 65534), 0);
  assert_int_equal(match_length(&f, "a", 65535), 0);
  assert_int_equal(wye_param(f.context, 0).length, 65534);
  assert_int_equal(match_length(&f, "a", 65536), WYE_PATH_TOO_LONG);
  assert_int_equal(match_length(&f, "a", 1 << 20), WYE_PATH_TOO_LONG);
  fixture_drop(&f);
}

static void test_escaped_path_length(void **state) {
  (void)state;
  struct fixture f;
  open_one(&f, "GET /*rest");
  assert_int_equal(match_length(&f, "%41", 65535), 0);
  assert_int_equal(match_length(&f, "%41", 65536), WYE_PATH_TOO_LONG);
  fixture_drop(&f);
}

static void test_path_of_slashes(void **state) {
  (void)state;
  struct fixture f;
  open_one(&f, "GET /*rest");
  assert_int_equal(match_length(&f, "/", 65535), 0);
  assert_int_equal(match_length(&f, "/", 65536), WYE_PATH_TOO_LONG);
  fixture_drop(&f);
}

/* The query does not count, however long it is. */
static void check_with_query(struct fixture *f, size_t length, int32_t wanted) {
  char *text = repeat("q", 200000);
  text[0] = '/';
  text[length] = '?';
  answer_bytes(f, "GET", text, 200000);
  assert_int_equal(f->context->outcome, wanted);
  assert_int_equal(f->context->path_end, wanted == 0 ? length : 65536);
  free(text);
}

static void test_path_length_before_a_query(void **state) {
  (void)state;
  struct fixture f;
  open_one(&f, "GET /*rest");
  check_with_query(&f, 1, 0);
  check_with_query(&f, 65534, 0);
  check_with_query(&f, 65535, 0);
  check_with_query(&f, 65536, WYE_PATH_TOO_LONG);
  check_with_query(&f, 65537, WYE_PATH_TOO_LONG);
  fixture_drop(&f);
}

static int32_t match_url_of(struct fixture *f, size_t authority, size_t path) {
  char *url = repeat("h", authority + path + 1);
  memcpy(url, "http://", 7);
  if (path) url[authority] = '/';
  answer_url(f, "GET", url, authority + path);
  free(url);
  return f->context->outcome;
}

static void test_authority_length(void **state) {
  (void)state;
  struct fixture f;
  open_one(&f, "GET /*rest");
  assert_int_equal(match_url_of(&f, 4096, 10), 0);
  assert_int_equal(f.context->path, 4096);
  assert_int_equal(match_url_of(&f, 4097, 10), WYE_BAD_PATH);
  assert_int_equal(match_url_of(&f, 4096, 0), 0);
  assert_int_equal(match_url_of(&f, 4097, 0), WYE_BAD_PATH);
  assert_int_equal(match_url_of(&f, 1 << 20, 0), WYE_BAD_PATH);
  fixture_drop(&f);
}

static void test_path_length_in_a_url(void **state) {
  (void)state;
  struct fixture f;
  open_one(&f, "GET /*rest");
  assert_int_equal(match_url_of(&f, 4096, 65535), 0);
  assert_int_equal(f.context->path_end, 4096 + 65535);
  assert_int_equal(match_url_of(&f, 4096, 65536), WYE_PATH_TOO_LONG);
  assert_int_equal(match_url_of(&f, 8, 65536), WYE_PATH_TOO_LONG);
  fixture_drop(&f);
}

/* Each table has its own limit: one byte more is refused, in each way to ask. */
static void test_max_path_of_a_table(void **state) {
  (void)state;
  static const uint16_t limits[] = {1, 2, 15, 62, 63, 64, 65, 127, 128, 4097, 65535};
  static const char *const lines[] = {"GET /*rest", "GET /x/:a<slug>-:b<int>", NULL};
  for (size_t i = 0; i < COUNT(limits); i++) {
    const struct wye_options options = {.max_path = limits[i], .clean_path = i % 2, .trailing_slash = (uint8_t)(i % 3)};
    struct fixture f;
    fixture_open(&f, &options, lines);
    for (const char *unit = "a"; unit; unit = *unit == 'a' ? "/" : NULL) {
      assert_int_equal(match_length(&f, unit, limits[i]), 0);
      assert_int_equal(match_length(&f, unit, limits[i] + 1u), WYE_PATH_TOO_LONG);
    }
    assert_int_equal(match_url_of(&f, 20, limits[i]), 0);
    assert_int_equal(match_url_of(&f, 20, limits[i] + 1u), WYE_PATH_TOO_LONG);
    fixture_drop(&f);
  }
}

static void test_max_path_by_default(void **state) {
  (void)state;
  static const char *const lines[] = {"GET /*rest", NULL};
  struct fixture f;
  fixture_open(&f, NULL, lines);
  assert_int_equal(match_length(&f, "a", 8192), 0);
  assert_int_equal(match_length(&f, "a", 8193), WYE_PATH_TOO_LONG);
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ routes */

static int32_t add_route(struct wye_route route, struct wye_error *error) {
  struct fixture f;
  fixture_begin(&f, NULL);
  int32_t status = fixture_add(&f, &route, error);
  check_builder(f.builder);
  fixture_drop(&f);
  return status;
}

static int32_t add_pattern(const char *pattern, struct wye_error *error) {
  struct wye_route route = {
      .method = "GET", .method_length = 3, .pattern = pattern, .pattern_length = strlen(pattern), .id = 0};
  return add_route(route, error);
}

static void test_params_of_a_route(void **state) {
  (void)state;
  struct wye_error error;
  char *most = repeat("/*", WYE_MAX_PARAMS), *more = repeat("/*", WYE_MAX_PARAMS + 1);
  assert_int_equal(add_pattern(most, &error), 0);
  assert_int_equal(add_pattern(more, &error), WYE_TOO_MANY_PARAMS);
  assert_int_equal(error.offset, 2 * WYE_MAX_PARAMS + 1);
  memcpy(more + 2 * WYE_MAX_PARAMS, "/:", 2);
  assert_int_equal(add_pattern(more, &error), WYE_BAD_PATTERN);
  free(most);
  free(more);
}

static void test_64_params_are_found(void **state) {
  (void)state;
  struct fixture f;
  char line[WYE_MAX_PARAMS * 16] = "GET ", path[WYE_MAX_PARAMS * 16] = "";
  for (int i = 0; i < WYE_MAX_PARAMS; i++) {
    snprintf(line + strlen(line), 16, "%c:p%d", i % 2 ? '-' : '/', i);
    snprintf(path + strlen(path), 16, "%c%d", i % 2 ? '-' : '/', i);
  }
  open_one(&f, line);
  answer_bytes(&f, "GET", path, strlen(path));
  assert_int_equal(f.context->outcome, 0);
  assert_int_equal(f.context->params, WYE_MAX_PARAMS);
  struct wye_span last = wye_param(f.context, WYE_MAX_PARAMS - 1);
  assert_memory_equal(path + last.offset, "63", last.length);
  fixture_drop(&f);
}

static void test_pattern_length(void **state) {
  (void)state;
  struct wye_error error;
  char *pattern = repeat("/", 4098);
  memset(pattern + 1, 'a', 4097);
  pattern[4097] = 0;
  assert_int_equal(add_pattern(pattern, &error), WYE_PATTERN_TOO_LONG);
  assert_int_equal(error.offset, 4096);
  pattern[4096] = 0;
  assert_int_equal(add_pattern(pattern, &error), 0);
  free(pattern);
}

/* A length that nothing can be after is refused before anything is read. */
static void test_absurd_lengths(void **state) {
  (void)state;
  struct wye_route route = route_of("GET /a");
  route.pattern_length = SIZE_MAX;
  assert_int_equal(add_route(route, NULL), WYE_PATTERN_TOO_LONG);
  route = route_of("GET /a");
  route.method_length = SIZE_MAX;
  assert_int_equal(add_route(route, NULL), WYE_BAD_METHOD);
  route = route_of("GET /a");
  route.name = "a";
  route.name_length = SIZE_MAX;
  assert_int_equal(add_route(route, NULL), WYE_BAD_NAME);
}

static void test_method_length(void **state) {
  (void)state;
  char *method = repeat("M", 65);
  struct wye_route route = {.method = method, .method_length = 64, .pattern = "/", .pattern_length = 1};
  assert_int_equal(add_route(route, NULL), 0);
  route.method_length = 65;
  assert_int_equal(add_route(route, NULL), WYE_BAD_METHOD);
  free(method);
}

static void test_name_length(void **state) {
  (void)state;
  char *name = repeat("n", 256);
  struct wye_route route = {
      .method = "GET", .method_length = 3, .pattern = "/", .pattern_length = 1, .name = name, .name_length = 255};
  assert_int_equal(add_route(route, NULL), 0);
  route.name_length = 256;
  assert_int_equal(add_route(route, NULL), WYE_BAD_NAME);
  free(name);
}

/* ------------------------------------------------------------------ methods of a table */

static void add_methods(struct fixture *f, int count) {
  char line[16];
  for (int i = 0; i < count; i++) {
    snprintf(line, sizeof line, "M%02d /", i);
    assert_int_equal(fixture_add_line(f, line), i);
  }
}

static void test_65th_method_is_refused(void **state) {
  (void)state;
  struct fixture f;
  struct wye_route route = route_of("M64 /");
  struct wye_error error;
  fixture_begin(&f, NULL);
  add_methods(&f, 64);
  assert_int_equal(fixture_add(&f, &route, &error), WYE_TOO_MANY_METHODS);
  assert_string_equal(error.detail, "a table has at most 64 methods, \"*\" not counted");
  assert_int_equal(fixture_add_line(&f, "M63 /other"), 64);
  assert_int_equal(fixture_add_line(&f, "* /any"), 65);
  check_builder(f.builder);
  fixture_drop(&f);
}

/* All at one leaf, beside any method or not: each has its route, and `Allow` has all of them. */
static void check_64_methods(bool any) {
  struct fixture f;
  char request[16], wanted[16], allow[64 * 5 + 1] = "", buffer[64 * 5 + 1];
  fixture_begin(&f, NULL);
  add_methods(&f, 64);
  if (any) assert_int_equal(fixture_add_line(&f, "* /"), 64);
  fixture_build(&f);
  for (int i = 0; i < 64; i++) {
    snprintf(request, sizeof request, "M%02d /", i);
    snprintf(wanted, sizeof wanted, "%d", i);
    assert_string_equal(answer(&f, request), wanted);
    assert_int_equal(wye_table_method(f.table, request, 3), i);
    snprintf(allow + strlen(allow), sizeof allow - strlen(allow), "%sM%02d", i ? ", " : "", i);
  }
  answer(&f, "GET /");
  assert_int_equal(f.context->outcome, any ? 64 : WYE_METHOD_NOT_ALLOWED);
  assert_true(f.context->allow == (any ? 0 : UINT64_MAX));
  wye_allow(f.table, f.context, buffer, sizeof buffer);
  assert_string_equal(buffer, any ? "" : allow);
  fixture_drop(&f);
}

static void test_64_methods_are_served(void **state) {
  (void)state;
  check_64_methods(false);
  check_64_methods(true);
}

/* `http.METHODS` of Node 20. */
static const char *const node_methods[] = {
    "ACL",    "BIND",      "CHECKOUT", "CONNECT",    "COPY",       "DELETE", "GET",         "HEAD",   "LINK",
    "LOCK",   "M-SEARCH",  "MERGE",    "MKACTIVITY", "MKCALENDAR", "MKCOL",  "MOVE",        "NOTIFY", "OPTIONS",
    "PATCH",  "POST",      "PROPFIND", "PROPPATCH",  "PURGE",      "PUT",    "REBIND",      "REPORT", "SEARCH",
    "SOURCE", "SUBSCRIBE", "TRACE",    "UNBIND",     "UNLINK",     "UNLOCK", "UNSUBSCRIBE",
};

static void test_methods_of_node(void **state) {
  (void)state;
  struct fixture f;
  char line[32], wanted[16];
  fixture_begin(&f, NULL);
  for (size_t i = 0; i < COUNT(node_methods); i++) {
    snprintf(line, sizeof line, "%s /a/:x", node_methods[i]);
    assert_int_equal(fixture_add_line(&f, line), i);
  }
  fixture_build(&f);
  for (size_t i = 0; i < COUNT(node_methods); i++) {
    snprintf(line, sizeof line, "%s /a/b", node_methods[i]);
    snprintf(wanted, sizeof wanted, "%d x=b", (int)i);
    assert_string_equal(answer(&f, line), wanted);
  }
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ deep and long tables */

static void check_own_text(const char *pattern) {
  struct fixture f;
  struct wye_route route = {.method = "GET", .method_length = 3, .pattern = pattern, .pattern_length = strlen(pattern)};
  fixture_begin(&f, NULL);
  assert_int_equal(fixture_add(&f, &route, NULL), 0);
  fixture_build(&f);
  answer_bytes(&f, "GET", pattern, strlen(pattern));
  assert_int_equal(f.context->outcome, 0);
  answer_bytes(&f, "GET", pattern, strlen(pattern) - 1);
  assert_int_equal(f.context->outcome, WYE_NOT_FOUND);
  fixture_drop(&f);
}

static void test_pattern_of_4096_slashes(void **state) {
  (void)state;
  char *pattern = repeat("/", 4096);
  check_own_text(pattern);
  free(pattern);
}

static void test_pattern_of_2048_segments(void **state) {
  (void)state;
  char *pattern = repeat("/a", 2048);
  check_own_text(pattern);
  free(pattern);
}

/* In normal form twice as long as in the pattern. */
static void test_pattern_of_4095_stray_percents(void **state) {
  (void)state;
  char *pattern = repeat("%", 4096);
  pattern[0] = '/';
  check_own_text(pattern);
  free(pattern);
}

/* A dead end at the bottom of the deepest table: back through all of it, in the room that the table asked for. */
static void test_deepest_way_back(void **state) {
  (void)state;
  enum { DEEP = 2000 };
  struct fixture f;
  char *text = repeat("/a", DEEP), line[2 * DEEP + 16];
  fixture_begin(&f, NULL);
  for (int i = 1; i < DEEP; i++) {
    snprintf(line, sizeof line, "GET %.*s/:x/end%d", 2 * i - 2, text, i);
    if (i % 100 == 1) assert_true(fixture_add_line(&f, line) >= 0);
  }
  snprintf(line, sizeof line, "GET %s/b", text);
  assert_true(fixture_add_line(&f, line) >= 0);
  fixture_build(&f);
  snprintf(line, sizeof line, "%s/c", text);
  answer_bytes(&f, "GET", line, strlen(line));
  assert_int_equal(f.context->outcome, WYE_NOT_FOUND);
  assert_string_equal(answer(&f, "GET /a/end1"), "0 x=a");
  free(text);
  fixture_drop(&f);
}

enum { MANY = 50000 };

/* Static, bounded and plain siblings, 50,000 routes in all: each is found, and nothing else is. */
static const char *many_line(int i) {
  static const char *const forms[] = {"GET /s%d", "GET /deep/%d/:x", "GET /p%d-:x", "GET /b/:x-%d",
                                      "GET /a-segment-of-more-than-16-%d/end"};
  static char line[80];
  bool linear = i % 5 >= 3; /* these are tried one after the other, so there are fewer of them */
  snprintf(line, sizeof line, linear && i > 2000 ? "GET /%d/end" : forms[i % 5], i);
  return line;
}

static const char *many_request(int i) {
  static char request[80];
  snprintf(request, sizeof request, "%s", many_line(i));
  for (char *at; (at = strstr(request, ":x"));) memcpy(at, "vv", 2);
  return request;
}

static void test_many_routes(void **state) {
  (void)state;
  struct fixture f;
  fixture_begin(&f, NULL);
  for (int i = 0; i < MANY; i++) assert_int_equal(fixture_add_line(&f, many_line(i)), i);
  fixture_build(&f);
  for (int i = 0; i < MANY; i++) {
    answer(&f, many_request(i));
    if (f.context->outcome != i) fail_msg("%s: %s", many_request(i), f.answer);
  }
  assert_string_equal(answer(&f, "GET /s1"), "NOT_FOUND");
  fixture_drop(&f);
}

static void test_too_many_routes(void **state) {
  (void)state;
  struct fixture f;
  char pattern[16];
  fixture_begin(&f, NULL);
  struct wye_route route = {.method = "G", .method_length = 1, .pattern = pattern, .id = WYE_NEXT_ID};
  for (int i = 0; i < WYE_MAX_ROUTES; i++) {
    route.pattern_length = (size_t)snprintf(pattern, sizeof pattern, "/%x", (unsigned)i);
    int32_t id = fixture_add(&f, &route, NULL);
    if (id != i) fail_msg("route %d: %d", i, id);
  }
  struct wye_error error;
  route.pattern_length = (size_t)snprintf(pattern, sizeof pattern, "/more");
  assert_int_equal(fixture_add(&f, &route, &error), WYE_TOO_MANY_ROUTES);
  assert_int_equal(error.status, WYE_TOO_MANY_ROUTES);
  assert_int_equal(wye_builder_routes(f.builder), WYE_MAX_ROUTES);
  fixture_drop(&f);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(WYE_NO_SIMD)
#define AS_IT_SHIPS
/*
 * 4,200 patterns of 4,090 slashes are 17 million vertices of 64 bytes. Their numbers alone take 760 MB and some
 * seconds: once is enough.
 */
static void test_image_too_large(void **state) {
  (void)state;
  enum { BLOCK = 900 << 20, LENGTH = 4090 };
  struct wye_builder *builder;
  void *block = malloc(BLOCK);
  if (!block) skip();
  char *pattern = repeat("/", LENGTH);
  size_t size = 1;
  assert_int_equal(wye_builder_init(block, BLOCK, NULL, &builder), WYE_OK);
  for (int i = 0; i < 4200; i++) {
    struct wye_route route = {.method = "G", .method_length = 1, .pattern = pattern, .pattern_length = LENGTH};
    int length = snprintf(pattern, 8, "/%d", i);
    pattern[length] = '/';
    assert_int_equal(wye_builder_add(builder, &route, NULL), 0);
  }
  assert_int_equal(wye_builder_build(builder, NULL, 0, &size), WYE_IMAGE_TOO_LARGE);
  assert_int_equal(size, 0);
  check_builder(builder);
  free(pattern);
  free(block);
}
#endif

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_path_length),
      cmocka_unit_test(test_escaped_path_length),
      cmocka_unit_test(test_path_of_slashes),
      cmocka_unit_test(test_path_length_before_a_query),
      cmocka_unit_test(test_authority_length),
      cmocka_unit_test(test_path_length_in_a_url),
      cmocka_unit_test(test_params_of_a_route),
      cmocka_unit_test(test_64_params_are_found),
      cmocka_unit_test(test_pattern_length),
      cmocka_unit_test(test_absurd_lengths),
      cmocka_unit_test(test_method_length),
      cmocka_unit_test(test_name_length),
      cmocka_unit_test(test_65th_method_is_refused),
      cmocka_unit_test(test_64_methods_are_served),
      cmocka_unit_test(test_methods_of_node),
      cmocka_unit_test(test_max_path_of_a_table),
      cmocka_unit_test(test_max_path_by_default),
      cmocka_unit_test(test_pattern_of_4096_slashes),
      cmocka_unit_test(test_pattern_of_2048_segments),
      cmocka_unit_test(test_pattern_of_4095_stray_percents),
      cmocka_unit_test(test_deepest_way_back),
      cmocka_unit_test(test_many_routes),
      cmocka_unit_test(test_too_many_routes),
#if defined(AS_IT_SHIPS)
      cmocka_unit_test(test_image_too_large),
#endif
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
