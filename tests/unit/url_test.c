/* Reverse routing: what wye_url writes reaches its route again with the same values, or it says why not. */
#include "support.h"

enum { MOST_VALUES = 4 };

static void open_table(struct fixture *f, const struct wye_options *options, const char *const *lines) {
  struct wye_error error = {.detail = "none"};
  fixture_begin(f, options);
  for (; *lines; lines++) {
    struct wye_route route = route_of(*lines);
    if (fixture_add(f, &route, &error) < 0) fail_msg("%s: %s", *lines, error.detail);
  }
  fixture_build(f);
}

/* A failure as a text: "STATUS byte: detail". */
static const char *failure(struct fixture *f, const struct wye_error *error) {
  if (error->status == WYE_CONFLICT) snprintf(f->answer, sizeof f->answer, "CONFLICT with %u", error->other);
  else snprintf(f->answer, sizeof f->answer, "%s %u: %s", wye_status_name(error->status), error->offset, error->detail);
  return f->answer;
}

/* Looks the URL up as a client would ask for it: it reaches the route, with these values decoded, and no others. */
static void check_reaches(struct fixture *f, uint32_t index, const struct wye_value *values, uint32_t count,
                          const char *url, size_t length) {
  static char text[4 * WYE_MAX_PATH], decoded[WYE_MAX_PATH];
  struct wye_route route;
  assert_true(wye_table_route(f->table, index, &route));
  uint32_t method = wye_table_method(f->table, route.method, route.method_length);
  size_t size = (size_t)snprintf(text, sizeof text, "%s%.*s", route.host_length ? "https:" : "", (int)length, url);
  int32_t id = route.host_length ? wye_match_url(f->table, f->context, method, text, size)
                                 : wye_match_method(f->table, f->context, method, text, size);
  assert_int_equal(id, route.id);
  assert_int_equal(f->context->route, index);
  for (uint32_t i = 0; i < wye_table_param_count(f->table, index); i++) {
    struct wye_span span = wye_param(f->context, i);
    bool given = i < count && values[i].text;
    assert_int_equal(span.offset != WYE_NONE, given);
    if (!given) continue;
    const char *raw = text + span.offset;
    size_t read = wye_decode_param(f->table, index, i, raw, span.length, decoded, sizeof decoded);
    assert_int_equal(read, values[i].length);
    assert_memory_equal(decoded, values[i].text, values[i].length);
  }
}

/* The URL, or the failure. It takes as many bytes as are asked for where there are too few, and not one less. */
static const char *made_of(struct fixture *f, uint32_t route, const struct wye_value *values, uint32_t count) {
  static char large[4 * WYE_MAX_PATH];
  size_t length = 4711, again = 4711, needed = 4711;
  struct wye_error error = {.detail = "none", .other = 4711};
  int32_t status = wye_url(f->table, f->context, route, values, count, large, sizeof large, &length, &error);
  assert_int_equal(error.status, status);
  if (status < 0) assert_int_equal(length, 0);
  if (status < 0) return failure(f, &error);
  assert_string_equal(error.detail, "none");
  check_reaches(f, route, values, count, large, length);
  assert_int_equal(wye_url(f->table, f->context, route, values, count, NULL, 0, &needed, &error), WYE_NO_MEMORY);
  char *buffer = take(needed), *small = take(needed - 1);
  assert_int_equal(wye_url(f->table, f->context, route, values, count, buffer, needed, &again, NULL), WYE_OK);
  assert_int_equal(again, length);
  assert_memory_equal(buffer, large, length);
  assert_int_equal(wye_url(f->table, f->context, route, values, count, small, needed - 1, &again, NULL), WYE_NO_MEMORY);
  assert_int_equal(again, needed);
  snprintf(f->answer, sizeof f->answer, "%.*s", (int)length, buffer);
  free(buffer);
  free(small);
  return f->answer;
}

static const char *made(struct fixture *f, uint32_t route, const char *const texts[MOST_VALUES]) {
  struct wye_value values[MOST_VALUES];
  uint32_t count = 0;
  for (uint32_t i = 0; i < MOST_VALUES; i++) {
    bool none = !texts[i] || !strcmp(texts[i], "NONE");
    values[i] = (struct wye_value){none ? NULL : texts[i], none ? 0 : strlen(texts[i])};
    if (texts[i]) count = i + 1;
  }
  return made_of(f, route, values, count);
}

struct row {
  const char *line; /* the only route */
  const char *values[MOST_VALUES];
  const char *wanted;
};

static void check(const struct row *rows, size_t count) {
  for (size_t i = 0; i < count; i++) {
    struct fixture f;
    open_table(&f, NULL, (const char *const[]){rows[i].line, NULL});
    const char *answer = made(&f, 0, rows[i].values);
    if (strcmp(answer, rows[i].wanted)) fail_msg("%s: %s, not %s", rows[i].line, answer, rows[i].wanted);
    fixture_drop(&f);
  }
}

/* ------------------------------------------------------------------ paths */

static void test_paths(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"GET /", {0}, "/"},
      {"GET /users/new", {0}, "/users/new"},
      {"GET /users/:id", {"42"}, "/users/42"},
      {"* /users/:id", {"42"}, "/users/42"},
      {"GET /:base...:head", {"main", "topic"}, "/main...topic"},
      {"GET /v:major.:minor", {"1", "2.3"}, "/v1.2.3"},
      {"GET /:name.png", {"a.b"}, "/a.b.png"},
      {"GET /:c/:a.:b.x", {"z", "1", "2.x"}, "/z/1.2.x.x"},
      {"GET /a/*/b", {"x"}, "/a/x/b"},
      {"GET /files/*path", {"a/b c"}, "/files/a/b%20c"},
      {"GET /files/*path", {""}, "/files/"},
      {"GET /files/*path", {"/a//b/"}, "/files//a//b/"},
      {"GET /*", {"x"}, "/x"},
      {"GET /x/", {0}, "/x/"},
      {"GET /a//:x/", {"1"}, "/a//1/"},
  };
  check(rows, COUNT(rows));
}

static void test_encoding(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"GET /:x", {"a/b"}, "/a%2Fb"},
      {"GET /:x", {"a?b#c%d"}, "/a%3Fb%23c%25d"},
      {"GET /:x", {"%41"}, "/%2541"},
      {"GET /:x", {"-._~!$&'()*+,;=:@"}, "/-._~!$&'()*+,;=:@"},
      {"GET /:x", {"\"<>[\\]^`{|} \x01\x7F"}, "/%22%3C%3E%5B%5C%5D%5E%60%7B%7C%7D%20%01%7F"},
      {"GET /:x", {"\xE6\x97\xA5 \xF0\x9F\x9A\x80"}, "/%E6%97%A5%20%F0%9F%9A%80"},
      {"GET /*x", {"a?b/%41"}, "/a%3Fb/%2541"},
      {"GET /*x", {"a%2Fb%2f%5C%5c"}, "/a%2Fb%2f%5C%5c"},
      {"GET /*x", {"%%2F%2%25"}, "/%25%2F%252%2525"},
      {"GET /*", {"..%2F"}, "/..%2F"},
      {"GET /:y/*x", {"%2F", "%2F"}, "/%252F/%2F"},
      /* literals: as they may appear in a path, however the pattern wrote them */
      {"GET /caf\xC3\xA9/a b", {0}, "/caf%C3%A9/a%20b"},
      {"GET /%63af%c3%a9/%41", {0}, "/caf%C3%A9/A"},
      {"GET /a%2fb%40/%25", {0}, "/a%2Fb%40/%25"},
      {"GET /\\:a\\*\\(\\?\\#\\{", {0}, "/:a*(%3F%23%7B"},
      {"GET /100%/%zz", {0}, "/100%/%zz"},
      {"GET /a\\/b/:x\\baz", {"1"}, "/a/b/1baz"},
      {"GET /@me/[x]", {0}, "/@me/[x]"},
  };
  check(rows, COUNT(rows));
}

static void test_optional(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"GET /users/:id?", {"42"}, "/users/42"},
      {"GET /users/:id?", {"NONE"}, "/users"},
      {"GET /users/:id?", {0}, "/users"},
      {"GET /:id?", {0}, "/"},
      {"GET /:id?", {"x"}, "/x"},
      {"GET /:a/:b<int>?", {"x", "NONE"}, "/x"},
      {"GET /:a/:b<int>?", {"x", "1"}, "/x/1"},
      {"GET /:a/:b(\\d+)?", {"x"}, "/x"},
      {"GET /:a/:b?", {"NONE", "1"}, "BAD_VALUE 1: this parameter needs a value"},
      {"GET /:a/:b?", {"x", ""}, "BAD_VALUE 4: the value is empty; only that of a catch-all at the end may be"},
      {"GET :t.com/:a?", {"x"}, "//x.com/"},
  };
  check(rows, COUNT(rows));
}

/* ------------------------------------------------------------------ hosts */

static void test_hosts(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"GET API.example.com./x", {0}, "//api.example.com/x"},
      {"GET :tenant.example.com/:id", {"acme", "a b"}, "//acme.example.com/a%20b"},
      {"GET :Tenant.example.com/", {"Acme-1_x"}, "//Acme-1_x.example.com/"},
      {"GET a.:b.:c/:d", {"1", "2", "3"}, "//a.1.2/3"},
      {"GET [2001:DB8::1]/:x", {"1"}, "//[2001:db8::1]/1"},
      {"GET *.example.com/x", {0}, "BAD_VALUE 0: \"*\" has no value, and a URL needs a whole host"},
      {"GET a.:t.com/", {0}, "BAD_VALUE 2: this parameter needs a value"},
      {"GET a.:t.com/", {""}, "BAD_VALUE 2: the value is empty; only that of a catch-all at the end may be"},
      {"GET a.:t.com/", {"x.y"}, "BAD_VALUE 2: a label of a host has only letters, digits, \"-\" and \"_\""},
      {"GET :t/", {"evil/"}, "BAD_VALUE 0: a label of a host has only letters, digits, \"-\" and \"_\""},
      {"GET :t/", {"me@x"}, "BAD_VALUE 0: a label of a host has only letters, digits, \"-\" and \"_\""},
      {"GET :t/", {"x:80"}, "BAD_VALUE 0: a label of a host has only letters, digits, \"-\" and \"_\""},
      {"GET :t/", {"caf\xC3\xA9"}, "BAD_VALUE 0: a label of a host has only letters, digits, \"-\" and \"_\""},
      {"GET a.com/:x", {0}, "BAD_VALUE 1: this parameter needs a value"},
      {"GET a.com//x", {0}, "BAD_VALUE 0: a path cannot begin with \"//\""},
  };
  check(rows, COUNT(rows));
}

/* ------------------------------------------------------------------ values that can not be */

static void test_bad_values(void **state) {
  (void)state;
  static const char differs[] = "the URL would not be read back as this value",
                    backslash[] = "\"\\\" in a catch-all would later be read as \"/\"; write \"%5C\" for a literal",
                    dots[] = "a segment cannot be \".\" or \"..\"",
                    unfit[] = "the value does not match this parameter's constraint";
  static const struct {
    const char *line, *values[MOST_VALUES];
    uint32_t offset;
    const char *detail;
  } rows[] = {
      {"GET /a/:x", {0}, 3, "this parameter needs a value"},
      {"GET /a/:x/:y", {"1"}, 6, "this parameter needs a value"},
      {"GET /a/:x", {"1", "2"}, 0, "there are more values than parameters"},
      {"GET /a", {"1"}, 0, "there are more values than parameters"},
      {"GET /a/*x", {"b\\c"}, 3, backslash},
      {"GET /:x/*", {"b\\c", "\\"}, 4, backslash},
      {"GET /a/:x", {""}, 3, "the value is empty; only that of a catch-all at the end may be"},
      {"GET /a/*/b/*", {"", "1"}, 3, "the value is empty; only that of a catch-all at the end may be"},
      {"GET /a/*", {"NONE"}, 3, "this parameter needs a value"},
      {"GET /a/*p", {"NONE"}, 3, "this parameter needs a value"},
      /* where a parameter without a name is */
      {"GET /\\*:a(\\*[*]*)x\\*/*/:b/*/c", {"*", "1", "2"}, 22, "this parameter needs a value"},
      {"GET /*/x/*/c", {"1"}, 5, "this parameter needs a value"},
      /* constraints */
      {"GET /a/:x<int>", {"1x"}, 3, unfit},
      {"GET /:a/:x<int(1..9)>", {"y", "10"}, 4, unfit},
      {"GET /:x(\\d{4})", {"123"}, 1, unfit},
      {"GET /:x(A)", {"%41"}, 1, unfit},
      {"GET /:x<alpha>-:y<int>", {"a", "b"}, 11, unfit},
      {"GET /:x<alpha>/a/long/text/after", {"1"}, 1, unfit},
      /* dot segments */
      {"GET /:x", {"."}, 1, dots},
      {"GET /:a/:x/:y", {"1", "..", "2"}, 4, dots},
      {"GET /:x.", {"."}, 1, dots},
      {"GET /a/.:x", {"."}, 4, dots},
      {"GET /f/*p", {"a/../b"}, 3, dots},
      {"GET /f/:a/*p", {"..", "b"}, 3, dots},
      {"GET /:a.:b/:c", {"1", "2", ".."}, 7, dots},
      /* read differently */
      {"GET /:a-:b", {"1-2", "3"}, 1, differs},
      {"GET /:x", {"\xFF"}, 1, differs},
      {"GET /a/:x", {"\xC3"}, 3, differs},
      {"GET /%:x", {"41"}, 2, differs},
      {"GET /*p", {"/x"}, 1, "a path cannot begin with \"//\""},
      {"GET //x", {0}, 0, "a path cannot begin with \"//\""},
      {"GET /\\%41", {0}, 0, "no URL reaches this route"},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct fixture f;
    char wanted[128];
    open_table(&f, NULL, (const char *const[]){rows[i].line, NULL});
    const char *answer = made(&f, 0, rows[i].values);
    snprintf(wanted, sizeof wanted, "BAD_VALUE %u: %s", rows[i].offset, rows[i].detail);
    if (strcmp(answer, wanted)) fail_msg("%s: %s, not %s", rows[i].line, answer, wanted);
    fixture_drop(&f);
  }
}

/* A value that holds NUL bytes, and one that ends where its block does. */
static void test_any_bytes(void **state) {
  (void)state;
  struct fixture f;
  open_table(&f, NULL, (const char *const[]){"GET /:x/:y", NULL});
  char *nul = (char *)copy_of("\0a", 2);
  struct wye_value values[2] = {{nul, 2}, {nul + 1, 1}};
  assert_string_equal(made_of(&f, 0, values, 2), "/%00a/a");
  free(nul);
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ other routes */

static void test_other_routes(void **state) {
  (void)state;
  struct fixture f;
  open_table(&f, NULL,
             (const char *const[]){"GET /users/:id", "GET /users/new", "POST /users/me", "GET /:a-:b", "GET /:x",
                                   "GET :t.com/x", "GET www.com/x", "POST /:x", NULL});
  assert_string_equal(made(&f, 0, (const char *const[MOST_VALUES]){"42"}), "/users/42");
  assert_string_equal(made(&f, 0, (const char *const[MOST_VALUES]){"me"}), "/users/me");
  assert_string_equal(made(&f, 0, (const char *const[MOST_VALUES]){"new"}), "CONFLICT with 1");
  assert_string_equal(made(&f, 4, (const char *const[MOST_VALUES]){"x"}), "/x");
  assert_string_equal(made(&f, 4, (const char *const[MOST_VALUES]){"x-y"}), "CONFLICT with 3");
  assert_string_equal(made(&f, 7, (const char *const[MOST_VALUES]){"x-y"}), "/x-y");
  assert_string_equal(made(&f, 5, (const char *const[MOST_VALUES]){"a"}), "//a.com/x");
  assert_string_equal(made(&f, 5, (const char *const[MOST_VALUES]){"WWW"}), "CONFLICT with 6");
  assert_string_equal(made(&f, 6, (const char *const[MOST_VALUES]){0}), "//www.com/x");
  fixture_drop(&f);
}

/* Policies do not help: the URL reaches the route as it stands. Nor does case get in the way. */
static void test_options(void **state) {
  (void)state;
  static const struct wye_options options = {WYE_SLASH_IGNORE, 1, 1, 1, 0};
  struct fixture f;
  open_table(&f, &options, (const char *const[]){"GET /Users/:id", "GET /Users/:id/", "GET /a/*p", "GET A.b/X", NULL});
  assert_string_equal(made(&f, 0, (const char *const[MOST_VALUES]){"Al"}), "/Users/Al");
  assert_string_equal(made(&f, 1, (const char *const[MOST_VALUES]){"Al"}), "/Users/Al/");
  assert_string_equal(made(&f, 2, (const char *const[MOST_VALUES]){""}), "/a/");
  assert_string_equal(made(&f, 3, (const char *const[MOST_VALUES]){0}), "//a.b/X");
  assert_string_equal(made(&f, 0, (const char *const[MOST_VALUES]){".."}),
                      "BAD_VALUE 7: a segment cannot be \".\" or \"..\"");
  fixture_drop(&f);
}

/* ------------------------------------------------------------------ limits and arguments */

static void test_long_paths(void **state) {
  (void)state;
  struct fixture f;
  open_table(&f, &longest, (const char *const[]){"GET /:x", "GET :t.com/*x", NULL});
  char *text = repeat("a", WYE_MAX_PATH + 1), *buffer = take(WYE_MAX_PATH + 16);
  size_t length;
  struct wye_value values[2] = {{text, WYE_MAX_PATH - 1}, {text, WYE_MAX_PATH - 1}};
  assert_int_equal(wye_url(f.table, f.context, 0, values, 1, buffer, WYE_MAX_PATH, &length, NULL), WYE_OK);
  assert_int_equal(length, WYE_MAX_PATH);
  values[0].length = 1;
  assert_int_equal(wye_url(f.table, f.context, 1, values, 2, buffer, WYE_MAX_PATH + 16, &length, NULL), WYE_OK);
  assert_int_equal(length, WYE_MAX_PATH + 7);
  for (size_t size = WYE_MAX_PATH; size <= WYE_MAX_PATH + 1; size++) {
    values[0].length = size;
    assert_string_equal(made_of(&f, 0, values, 1), "PATH_TOO_LONG 0: the path has more bytes than the table allows");
  }
  values[0].length = WYE_MAX_AUTHORITY - 10; /* `http://` and `.com` */
  values[1].length = 1;
  assert_string_equal(made_of(&f, 1, values, 2), "BAD_VALUE 0: the URL would not be read back as this value");
  free(text);
  free(buffer);
  fixture_drop(&f);
}

/* A URL that its own table would refuse is refused. */
static void test_max_path(void **state) {
  (void)state;
  static const struct wye_options eight = {.max_path = 8};
  struct fixture f;
  open_table(&f, &eight, (const char *const[]){"GET /:x", NULL});
  assert_string_equal(made(&f, 0, (const char *const[MOST_VALUES]){"1234567"}), "/1234567");
  assert_string_equal(made(&f, 0, (const char *const[MOST_VALUES]){"12345678"}),
                      "PATH_TOO_LONG 0: the path has more bytes than the table allows");
  assert_string_equal(made(&f, 0, (const char *const[MOST_VALUES]){"12345 "}),
                      "PATH_TOO_LONG 0: the path has more bytes than the table allows");
  fixture_drop(&f);
}

static void test_bad_arguments(void **state) {
  (void)state;
  struct fixture f, wide;
  struct wye_error error = {0};
  struct wye_value value = {"x", 1};
  char buffer[64];
  size_t length = 1;
  open_table(&f, NULL, (const char *const[]){"GET /:x", NULL});
  open_table(&wide, NULL, (const char *const[]){"GET /:a/:b/:c/:d/:e", "GET /:x", NULL});
  assert_string_equal(made(&f, 1, (const char *const[MOST_VALUES]){"x"}), "BAD_ARGUMENT 0: bad argument");
  assert_int_equal(wye_url(NULL, f.context, 0, &value, 1, buffer, 64, &length, &error), WYE_BAD_ARGUMENT);
  assert_int_equal(length, 0);
  assert_int_equal(wye_url(f.table, NULL, 0, &value, 1, buffer, 64, &length, NULL), WYE_BAD_ARGUMENT);
  assert_int_equal(wye_url(f.table, f.context, 0, NULL, 1, buffer, 64, &length, NULL), WYE_BAD_ARGUMENT);
  assert_int_equal(wye_url(f.table, f.context, 0, &value, 1, NULL, 64, &length, NULL), WYE_BAD_ARGUMENT);
  assert_int_equal(wye_url(f.table, f.context, 0, &value, 1, buffer, 64, NULL, &error), WYE_BAD_ARGUMENT);
  assert_int_equal(error.status, WYE_BAD_ARGUMENT);
  assert_int_equal(wye_url(wide.table, f.context, 1, &value, 1, buffer, 64, &length, &error), WYE_BAD_ARGUMENT);
  fixture_drop(&f);
  fixture_drop(&wide);
}

/* Parameters of host and pattern together, as many as there can be. */
static void test_many_parameters(void **state) {
  (void)state;
  char line[1024] = "GET ", wanted[1024] = "//";
  struct wye_value values[WYE_MAX_PARAMS];
  struct fixture f;
  size_t at = 4, to = 2;
  for (uint32_t i = 0; i < WYE_MAX_PARAMS; i++) {
    const char *before = i < 32 ? (i ? "." : "") : "/";
    at += (size_t)snprintf(line + at, sizeof line - at, "%s:p%u", before, i);
    to += (size_t)snprintf(wanted + to, sizeof wanted - to, "%sx", before);
    values[i] = (struct wye_value){"x", 1};
  }
  open_table(&f, NULL, (const char *const[]){line, NULL});
  assert_string_equal(made_of(&f, 0, values, WYE_MAX_PARAMS), wanted);
  fixture_drop(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_paths),        cmocka_unit_test(test_encoding),      cmocka_unit_test(test_optional),
      cmocka_unit_test(test_hosts),        cmocka_unit_test(test_bad_values),    cmocka_unit_test(test_any_bytes),
      cmocka_unit_test(test_other_routes), cmocka_unit_test(test_options),       cmocka_unit_test(test_long_paths),
      cmocka_unit_test(test_max_path),     cmocka_unit_test(test_bad_arguments), cmocka_unit_test(test_many_parameters),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
