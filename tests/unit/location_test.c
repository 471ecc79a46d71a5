/* Where redirects lead: cleaned paths, the slash, letters as the pattern has them, what is escaped. */
#include "support.h"

#include "lookup/context.h"
#include "lookup/location.h"
#include "language/dot_segments.h"
#include "language/encoding.h"
#include "language/pattern.h"

/* ------------------------------------------------------------------ cleaning */

static const char *cleaned(const char *path) {
  static char answer[256];
  uint32_t length = (uint32_t)strlen(path);
  uint8_t *copy = copy_of(path, length), *to = take(length);
  uint32_t size = wye__clean(copy, length, to);
  assert_true(size <= length);
  snprintf(answer, sizeof answer, "%.*s", (int)size, (const char *)to);
  free(copy);
  free(to);
  return answer;
}

static void test_cleaned_paths(void **state) {
  (void)state;
  static const struct {
    const char *path, *wanted;
  } rows[] = {
      {"/", "/"},
      {"/a", "/a"},
      {"/a/", "/a/"},
      {"//", "/"},
      {"//a", "/a"},
      {"/a//b///c//", "/a/b/c/"},
      {"/abc/def/..", "/abc/"},
      {"/abc/def/../", "/abc/"},
      {"/a/..", "/"},
      {"/..", "/"},
      {"/../", "/"},
      {"/../../a", "/a"},
      {"/a/b/../../..", "/"},
      {"/a/b/../../../c", "/c"},
      {"/.", "/"},
      {"/./", "/"},
      {"/a/.", "/a/"},
      {"/a/./b/.", "/a/b/"},
      {"/a//..", "/"}, /* joined first: `/a/..` */
      {"/a/b//../c", "/a/c"},
      {"/%2e", "/"},
      {"/a/%2E%2e/b", "/b"},
      {"/a/.%2e", "/"},
      {"/a/%2e.", "/"},
      {"/...", "/..."},
      {"/a/..b/.c/d.", "/a/..b/.c/d."},
      {"/a%2F..", "/a%2F.."},
      {"/a/%2e%2e%2e", "/a/%2e%2e%2e"},
      {"/%", "/%"},
      {"/%2", "/%2"},
  };
  for (size_t i = 0; i < COUNT(rows); i++)
    if (strcmp(cleaned(rows[i].path), rows[i].wanted))
      fail_msg("%s: %s, not %s", rows[i].path, cleaned(rows[i].path), rows[i].wanted);
}

/* The words of RFC 3986 5.2.4, written down as they are there, for a path whose slashes are joined. */
static size_t remove_dot_segments(const char *path, char *to) {
  size_t size = 0;
  char input[64];
  strcpy(input, path);
  char *at = input;
  while (*at) {
    bool up = !strncmp(at, "/../", 4) || !strcmp(at, "/..");
    if (!strncmp(at, "/./", 3)) at += 2;
    else if (!strcmp(at, "/.")) at[1] = 0;
    else if (up) {
      if (at[3]) at += 3;
      else at[1] = 0;
      while (size && to[--size] != '/') {
      }
    } else do
        to[size++] = *at++;
      while (*at && *at != '/');
  }
  return size;
}

/* All paths of up to nine characters of `/`, `.` and `a`. */
static void test_every_short_path(void **state) {
  (void)state;
  for (uint32_t length = 1; length <= 9; length++) {
    uint32_t count = 1;
    for (uint32_t i = 1; i < length; i++) count *= 3;
    for (uint32_t number = 0; number < count; number++) {
      char path[16] = "/", joined[16], wanted[16];
      for (uint32_t i = 1, n = number; i < length; i++, n /= 3) path[i] = "/.a"[n % 3];
      size_t size = 0;
      for (uint32_t i = 0; i < length; i++)
        if (i == 0 || path[i] != '/' || path[i - 1] != '/') joined[size++] = path[i];
      joined[size] = 0;
      wanted[remove_dot_segments(joined, wanted)] = 0;
      if (strcmp(cleaned(path), wanted)) fail_msg("%s: %s, not %s", path, cleaned(path), wanted);
    }
  }
}

/* ------------------------------------------------------------------ escaping */

static const char *written(const char *text, size_t length, const char *escaped) {
  static char answer[1024];
  struct wye__writer to = {.bytes = (uint8_t *)answer, .capacity = sizeof answer - 1};
  wye__write_escaped(&to, (const uint8_t *)text, length, escaped);
  answer[to.size] = 0;
  return answer;
}

/* Each byte of a path: raw where RFC 3986 3.3 lets it stand, with `%` and `/`; and `[` and `]`, as browsers do. */
static void test_what_stands_raw_in_a_path(void **state) {
  (void)state;
  char raw[128] = "", wanted[8];
  for (unsigned byte = 0; byte < 256; byte++) {
    char text[1] = {(char)byte};
    const char *to = written(text, 1, WYE__NOT_IN_PATH);
    if (strlen(to) == 1) {
      strcat(raw, to);
      continue;
    }
    snprintf(wanted, sizeof wanted, "%%%02X", byte);
    assert_string_equal(to, wanted);
  }
  assert_string_equal(raw, "!$%&'()*+,-./0123456789:;=@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]_abcdefghijklmnopqrstuvwxyz~");
}

static void test_what_stands_raw_in_a_value(void **state) {
  (void)state;
  char raw[128] = "";
  for (unsigned byte = 0; byte < 256; byte++) {
    char text[1] = {(char)byte};
    const char *to = written(text, 1, WYE__NOT_IN_VALUE);
    if (strlen(to) == 1) strcat(raw, to);
  }
  assert_string_equal(raw, "!$&'()*+,-.0123456789:;=@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~");
  assert_string_equal(written("a/b", 3, &WYE__NOT_IN_VALUE[1]), "a/b");
}

/* ------------------------------------------------------------------ the target */

/* The target of a redirect from `text`, whose path is all before its first `?`. */
static const char *target(const char *text, size_t length, uint32_t flags) {
  static char answer[512];
  uint32_t end = 0;
  while (end < length && text[end] != '?' && text[end] != '#') end++;
  struct wye_context context = {.outcome = WYE_REDIRECT, .path_end = end, .redirect = (uint8_t)flags};
  size_t size = wye_location(NULL, &context, text, length, answer, sizeof answer);
  assert_int_equal(size, strlen(answer));
  return answer;
}

static void test_targets(void **state) {
  (void)state;
  static const struct {
    const char *text, *wanted;
    uint32_t flags;
  } rows[] = {
      {"/a/", "/a", WYE__DROP_SLASH},
      {"/a", "/a/", WYE__ADD_SLASH},
      {"/a?x=1", "/a/?x=1", WYE__ADD_SLASH},
      {"/a/?x=1/#y/", "/a?x=1/#y/", WYE__DROP_SLASH},
      {"/a/#y?z", "/a#y?z", WYE__DROP_SLASH},
      {"/a b/%41%2f/", "/a%20b/%41%2f", WYE__DROP_SLASH},
      {"/\\b/caf\xC3\xA9", "/%5Cb/caf%C3%A9/", WYE__ADD_SLASH},
      {"/a\r\nSet-Cookie: x/", "/a%0D%0ASet-Cookie:%20x", WYE__DROP_SLASH},
      {"/a?\r\nSet-Cookie: x", "/a/?%0D%0ASet-Cookie:%20x", WYE__ADD_SLASH},
      {"/a?\x7F\xC3\xA9\\\"<>[]{}|^`%zz", "/a/?%7F%C3%A9\\\"<>[]{}|^`%zz", WYE__ADD_SLASH},
  };
  for (size_t i = 0; i < COUNT(rows); i++)
    assert_string_equal(target(rows[i].text, strlen(rows[i].text), rows[i].flags), rows[i].wanted);
  assert_string_equal(target("/a\0b?\0c", 7, WYE__ADD_SLASH), "/a%00b/?%00c");
}

static void test_a_target_of_an_absolute_url(void **state) {
  (void)state;
  static const char url[] = "https://h.com/a/?x";
  char answer[32];
  struct wye_context context = {.outcome = WYE_REDIRECT, .path = 13, .path_end = 16, .redirect = WYE__DROP_SLASH};
  assert_int_equal(wye_location(NULL, &context, url, sizeof url - 1, answer, sizeof answer), 4);
  assert_string_equal(answer, "/a?x");
}

/* As snprintf: the whole length, what fits of the text, and a NUL. */
static void test_a_short_buffer(void **state) {
  (void)state;
  struct wye_context context = {.outcome = WYE_REDIRECT, .path_end = 2, .redirect = WYE__ADD_SLASH};
  for (size_t capacity = 0; capacity < 8; capacity++) {
    char *buffer = take(capacity);
    char wanted[8];
    snprintf(wanted, capacity, "%s", "/a/?x");
    assert_int_equal(wye_location(NULL, &context, "/a?x", 4, capacity ? buffer : NULL, capacity), 5);
    if (capacity) assert_string_equal(buffer, wanted);
    free(buffer);
  }
}

static void test_other_outcomes_have_none(void **state) {
  (void)state;
  char answer[8] = "x";
  struct wye_context context = {.outcome = WYE_NOT_FOUND, .path_end = 2};
  assert_int_equal(wye_location(NULL, &context, "/a", 2, answer, sizeof answer), 0);
  assert_string_equal(answer, "");
  context = (struct wye_context){.outcome = 0, .path_end = 2};
  assert_int_equal(wye_location(NULL, &context, "/a", 2, answer, sizeof answer), 0);
}

static void test_no_target_is_another_host(void **state) {
  (void)state;
  static const struct {
    const char *path;
    bool wanted;
  } rows[] = {{"/", true}, {"/a", true}, {"/a//", true}, {"//", false}, {"//a", false}, {"/\\a", true}};
  for (size_t i = 0; i < COUNT(rows); i++) {
    uint32_t length = (uint32_t)strlen(rows[i].path);
    uint8_t *copy = copy_of(rows[i].path, length);
    if (wye__is_redirectable(copy, length) != rows[i].wanted) fail_msg("%s", rows[i].path);
    free(copy);
  }
}

/* ------------------------------------------------------------------ letters */

/* `path` with the letters of `pattern`; its parameters' spans are what is between `<` and `>`. */
static const char *recased(const char *pattern, const char *marked) {
  static char answer[256];
  uint8_t shape[512], path[256];
  struct wye__pattern parsed = {.shape = shape};
  struct wye_span spans[8];
  uint32_t length = 0, params = 0;
  assert_int_equal(wye__pattern_parse(pattern, strlen(pattern), false, &parsed, NULL), WYE_OK);
  for (; *marked; marked++) {
    if (*marked == '<') spans[params].offset = length;
    else if (*marked == '>') spans[params].length = length - spans[params].offset, params++;
    else path[length++] = (uint8_t)*marked;
  }
  uint8_t *exact = copy_of(path, length), *exact_shape = copy_of(shape, parsed.length);
  wye__recase(exact_shape, parsed.length, exact, length, spans, params);
  snprintf(answer, sizeof answer, "%.*s", (int)length, (const char *)exact);
  free(exact);
  free(exact_shape);
  return answer;
}

static void test_letters(void **state) {
  (void)state;
  static const struct {
    const char *pattern, *path, *wanted;
  } rows[] = {
      {"/", "/", "/"},
      {"/Users", "/uSERS", "/Users"},
      {"/users/:id/Edit", "/USERS/<Al>/eDIT", "/users/Al/Edit"},
      {"/Users", "/%75%53ers", "/%55%73ers"},
      {"/%41b", "/%61B", "/%41b"},
      {"/jk", "/%4A%4B", "/%6A%6B"},
      {"/jk", "/%4a%4b", "/%6a%6b"},
      {"/Zz", "/%7a%5A", "/%5a%7A"},
      {"/a@b", "/A@B", "/a@b"},
      {"/caf\xC3\xA9/X", "/CAF%c3%A9/x", "/caf%c3%A9/X"},
      {"/x%2Fy", "/X%2fY", "/x%2fy"},
      {"/100%/X", "/100%/x", "/100%/X"},
      {"/V:major.:Minor-X", "/v<1>.<A>-x", "/V1.A-X"},
      {"/n/:id<int>.JSON", "/N/<7>.json", "/n/7.JSON"},
      {"/n/:id(\\d+)/E", "/N/<7>/e", "/n/7/E"},
      {"/Files/*Rest", "/fILES/<A/b>", "/Files/A/b"},
      {"/a/*/B", "/A/<X>/b", "/a/X/B"},
      /* under `ignore` the path may have a slash more or less than the pattern */
      {"/Users", "/users/", "/Users/"},
      {"/Users/", "/users", "/Users"},
      {"/Files/*rest", "/files<>", "/Files"},
  };
  for (size_t i = 0; i < COUNT(rows); i++)
    if (strcmp(recased(rows[i].pattern, rows[i].path), rows[i].wanted))
      fail_msg("%s by %s: %s, not %s", rows[i].path, rows[i].pattern, recased(rows[i].pattern, rows[i].path),
               rows[i].wanted);
}

/* ------------------------------------------------------------------ lookups */

/* Where a table sends the request; the outcome's name where it does not. */
static const char *sent(struct fixture *f, const char *path) {
  static char where[256];
  size_t length = strlen(path);
  uint8_t *copy = copy_of(path, length);
  int32_t outcome = wye_match(f->table, f->context, "GET", 3, (const char *)copy, length);
  if (outcome != WYE_REDIRECT) {
    snprintf(where, sizeof where, "%s", wye_status_name(outcome < 0 ? outcome : WYE_OK));
  } else {
    size_t size = wye_location(f->table, f->context, (const char *)copy, length, NULL, 0);
    char *exact = take(size + 1);
    assert_int_equal(wye_location(f->table, f->context, (const char *)copy, length, exact, size + 1), size);
    snprintf(where, sizeof where, "%s", exact);
    free(exact);
  }
  free(copy);
  return where;
}

static void test_policies_and_targets(void **state) {
  (void)state;
  static const char *const routes[] = {"GET /Users/:id/Edit", "GET /files/*path", "GET /a/", "GET /:x?", NULL};
  static const struct {
    const char *path, *redirect, *ignore;
  } rows[] = {
      {"/Users/Al/Edit", "OK", "OK"},
      {"/users/Al/%65DIT?q=/../%0a\n", "/Users/Al/%45dit?q=/../%0a%0A", "/Users/Al/%45dit?q=/../%0a%0A"},
      {"//Users/./Al/x/..//Edit", "/Users/Al/Edit", "/Users/Al/Edit"},
      {"/Users/Al/Edit/", "/Users/Al/Edit", "OK"},
      {"//USERS/Al b/edit/?q", "/Users/Al%20b/Edit?q", "/Users/Al%20b/Edit/?q"},
      {"/A", "OK", "OK"},
      {"/A/", "/A", "OK"},
      {"/./A/", "/A", "/A/"},
      {"/b/../a", "/a", "/a"},
      {"/FILES//a//../B", "/files/B", "/files/B"},
      {"/x/%2e%2e", "/", "/"},
      {"/x/y/z", "NOT_FOUND", "NOT_FOUND"},
  };
  for (uint8_t policy = WYE_SLASH_REDIRECT; policy <= WYE_SLASH_IGNORE; policy++) {
    struct fixture f;
    fixture_open(&f, &(struct wye_options){.trailing_slash = policy, .clean_path = 1}, routes);
    for (size_t i = 0; i < COUNT(rows); i++) {
      const char *wanted = policy == WYE_SLASH_REDIRECT ? rows[i].redirect : rows[i].ignore;
      if (strcmp(sent(&f, rows[i].path), wanted))
        fail_msg("%s under %d: %s, not %s", rows[i].path, policy, sent(&f, rows[i].path), wanted);
    }
    fixture_drop(&f);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_cleaned_paths),
      cmocka_unit_test(test_every_short_path),
      cmocka_unit_test(test_what_stands_raw_in_a_path),
      cmocka_unit_test(test_what_stands_raw_in_a_value),
      cmocka_unit_test(test_targets),
      cmocka_unit_test(test_a_target_of_an_absolute_url),
      cmocka_unit_test(test_a_short_buffer),
      cmocka_unit_test(test_other_outcomes_have_none),
      cmocka_unit_test(test_no_target_is_another_host),
      cmocka_unit_test(test_letters),
      cmocka_unit_test(test_policies_and_targets),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
