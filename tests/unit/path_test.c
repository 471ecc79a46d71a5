/* Normal form, comparison in it, dot segments, and the decoding of values. */
#include "support.h"

#include "language/dot_segments.h"
#include "language/encoding.h"

struct row {
  const char *text, *wanted;
};

/* ------------------------------------------------------------------ normal form */

/* Bytes above 0x7E and controls as \xHH, so that a failure can be read. */
static const char *shown(const uint8_t *bytes, size_t length) {
  static char text[4096];
  size_t at = 0;
  text[0] = 0;
  for (size_t i = 0; i < length && at + 5 < sizeof text; i++)
    at += (size_t)snprintf(text + at, 5, bytes[i] < 0x20 || bytes[i] > 0x7E ? "\\x%02X" : "%c", bytes[i]);
  return text;
}

static const char *normal(const char *text, bool fold) {
  uint8_t to[512];
  size_t length = strlen(text);
  uint8_t *copy = copy_of(text, length);
  size_t size = wye__normalize(copy, length, fold, to, sizeof to);
  free(copy);
  return size == SIZE_MAX ? "no room" : shown(to, size);
}

static void check_normal(const struct row *rows, size_t count, bool fold) {
  for (size_t i = 0; i < count; i++) assert_string_equal(normal(rows[i].text, fold), rows[i].wanted);
}

static void test_unreserved_escapes_are_their_characters(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"", ""},
      {"abc", "abc"},
      {"%61dmin", "admin"},
      {"%41%5A%61%7a%30%39", "AZaz09"},
      {"%2D%2e%5F%7e", "-._~"},
      {"a%62c%64", "abcd"},
  };
  check_normal(rows, COUNT(rows), false);
}

/* What may not appear raw equals its escape (RFC 3986 2.1, 3.3). */
static void test_escapes_of_what_may_not_stand_raw(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"a b", "a b"},
      {"a%20b", "a b"},
      {"caf\xC3\xA9", "caf\\xC3\\xA9"},
      {"caf%C3%A9", "caf\\xC3\\xA9"},
      {"%c3%a9", "\\xC3\\xA9"},
      {"%22%3C%3E%5C%5E%7B%7C%7D%60", "\"<>\\^{|}`"},
      {"%3F%23", "?#"},
      {"%00%1F%7F%FF", "\\x00\\x1F\\x7F\\xFF"},
  };
  check_normal(rows, COUNT(rows), false);
}

/* The escape of a reserved character is not the character: '%' and the byte with its high bit set. */
static void test_escapes_of_reserved_characters(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"@", "@"},
      {"%40", "%\\xC0"},
      {"%2F", "%\\xAF"},
      {"%2f", "%\\xAF"},
      {"%3A", "%\\xBA"},
      {"%25", "%\\xA5"},
      {"!$&'()*+,;=:@", "!$&'()*+,;=:@"},
      {"%21%24%26%27%28%29%2A%2B%2C%3B%3D", "%\\xA1%\\xA4%\\xA6%\\xA7%\\xA8%\\xA9%\\xAA%\\xAB%\\xAC%\\xBB%\\xBD"},
      {"%5B%5D", "%\\xDB%\\xDD"},
  };
  check_normal(rows, COUNT(rows), false);
}

static void test_stray_percents(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"%", "%%"},       {"%4", "%%4"}, {"%4g", "%%4g"},   {"%g4", "%%g4"},   {"%%41", "%%A"},
      {"%%%", "%%%%%%"}, {"a%", "a%%"}, {"%4%41", "%%4A"}, {"% 41", "%% 41"}, {"%-1", "%%-1"},
  };
  check_normal(rows, COUNT(rows), false);
}

static void test_folds_letters_only(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"AbC", "abc"},           {"%41%5A", "az"},      {"@[`{", "@[`{"},  {"\xC3\x89", "\\xC3\\x89"},
      {"%C3%89", "\\xC3\\x89"}, {"%4A%2F", "j%\\xAF"}, {"%40", "%\\xC0"},
  };
  check_normal(rows, COUNT(rows), true);
}

static void test_raw_units(void **state) {
  (void)state;
  struct wye__unit percent = wye__raw_unit('%', false), letter = wye__raw_unit('A', true),
                   kept = wye__raw_unit('A', false);
  assert_string_equal(shown(percent.bytes, percent.length), "%%");
  assert_int_equal(percent.raw, 1);
  assert_string_equal(shown(letter.bytes, letter.length), "a");
  assert_string_equal(shown(kept.bytes, kept.length), "A");
}

/* Each byte against its escape: one normal form where RFC 3986 calls them equivalent, otherwise two. */
static void test_units_are_told_apart(void **state) {
  (void)state;
  static const char unreserved_or_never_raw[] = "-._~ \"<>\\^`{|}?#";
  for (unsigned byte = 0; byte < 256; byte++) {
    uint8_t raw[1] = {(uint8_t)byte};
    char escape[4];
    snprintf(escape, sizeof escape, "%%%02X", byte);
    struct wye__unit a = wye__read_unit(raw, 1, false), b = wye__read_unit((const uint8_t *)escape, 3, false);
    bool alnum = (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
    bool same = alnum || byte < 0x20 || byte >= 0x7F || (byte && strchr(unreserved_or_never_raw, (int)byte));
    assert_int_equal(a.raw, 1);
    assert_int_equal(b.raw, 3);
    if ((a.length == b.length && memcmp(a.bytes, b.bytes, a.length) == 0) != same) fail_msg("byte 0x%02X", byte);
  }
}

static void test_normalize_stops_at_its_room(void **state) {
  (void)state;
  const uint8_t text[] = "ab%2Fc%";
  for (size_t capacity = 0; capacity < 7; capacity++) {
    uint8_t *to = take(capacity);
    assert_true(wye__normalize(text, 7, false, to, capacity) == SIZE_MAX);
    free(to);
  }
  uint8_t *to = take(7);
  assert_int_equal(wye__normalize(text, 7, false, to, 7), 7);
  assert_string_equal(shown(to, 7), "ab%\\xAFc%%");
  free(to);
}

/* ------------------------------------------------------------------ comparing */

/* "=3" where the text begins with the literal, taking 3 bytes; otherwise "<" or ">". */
static const char *compared(const char *text, const char *literal, bool fold) {
  static char said[16];
  uint8_t to[256], *copy = copy_of(text, strlen(text));
  size_t raw = 0, length = wye__normalize((const uint8_t *)literal, strlen(literal), fold, to, sizeof to);
  uint8_t *wanted = copy_of(to, length);
  int order = wye__compare(copy, strlen(text), fold, wanted, length, &raw);
  snprintf(said, sizeof said, order < 0 ? "<" : order > 0 ? ">" : "=%zu", raw);
  free(copy);
  free(wanted);
  return said;
}

struct comparison {
  const char *text, *literal, *wanted;
};

static void test_compare(void **state) {
  (void)state;
  static const struct comparison rows[] = {
      {"abc", "abc", "=3"},
      {"abcd", "abc", "=3"},
      {"ab", "abc", "<"},
      {"abd", "abc", ">"},
      {"abb", "abc", "<"},
      {"", "a", "<"},
      {"a", "", "=0"},
      {"", "", "=0"},
      {"%61bc", "abc", "=5"},
      {"ab%63", "abc", "=5"},
      {"%2F", "%2f", "=3"},
      {"%40", "@", "<"},
      {"@", "%40", ">"},
      {"%", "%25", "<"},
      {"%25", "%", ">"},
      {"a%", "a%", "=2"},
      {"caf%c3%A9", "caf\xC3\xA9", "=9"},
      {"caf\xC3\xA9", "caf%C3%A9", "=5"},
      {"%C3", "\xC3\xA9", "<"},
      {"ABC", "abc", "<"},
      {"%2", "%2F", "<"},
      {"%2Fx", "%2F", "=3"},
  };
  for (size_t i = 0; i < COUNT(rows); i++)
    assert_string_equal(compared(rows[i].text, rows[i].literal, false), rows[i].wanted);
}

static void test_compare_folded(void **state) {
  (void)state;
  assert_string_equal(compared("ABC", "abc", true), "=3");
  assert_string_equal(compared("abc", "ABC", true), "=3");
  assert_string_equal(compared("%41b", "aB", true), "=4");
  assert_string_equal(compared("\xC3\x89", "\xC3\xA9", true), "<");
}

/* A text begins with a literal exactly when its normal form does. */
static void test_compare_agrees_with_normalize(void **state) {
  (void)state;
  static const char *const texts[] = {"a",   "%61", "%2F",  "%",   "%%", "%2", "/",
                                      "%25", "A",   "\xC3", "%C3", "a%", "%a", "b%2Fc"};
  for (size_t i = 0; i < COUNT(texts); i++) {
    for (size_t j = 0; j < COUNT(texts); j++) {
      char text[64], literal[64];
      snprintf(text, sizeof text, "%s", normal(texts[i], false));
      snprintf(literal, sizeof literal, "%s", normal(texts[j], false));
      bool begins = strncmp(text, literal, strlen(literal)) == 0;
      if ((compared(texts[i], texts[j], false)[0] == '=') != begins) fail_msg("%s before %s", texts[i], texts[j]);
    }
  }
}

/* ------------------------------------------------------------------ dot segments */

static uint32_t last_dots(const char *path) {
  uint8_t *copy = copy_of(path, strlen(path));
  uint32_t found = wye__last_dot_segment(copy, (uint32_t)strlen(path));
  free(copy);
  return found;
}

static void test_finds_dot_segments(void **state) {
  (void)state;
  static const char *const paths[] = {
      "/.",   "/..",     "/./",   "/../",  "/a/.",     "/a/..", "/a/./b", "/a/../b",
      "/%2e", "/%2E%2e", "/.%2e", "/%2e.", "/a/%2e/b", "//.",   "/./..",
  };
  for (size_t i = 0; i < COUNT(paths); i++)
    if (!last_dots(paths[i])) fail_msg("none found in %s", paths[i]);
}

static void test_leaves_other_dots_alone(void **state) {
  (void)state;
  static const char *const paths[] = {
      "",    "/",          "//",  "/...",  "/.a",  "/a.",    "/..a",      "/a..",  "/.../",
      "/. ", "/%2e%2e%2e", "/%2", "/%2e%", "/.%2", "/%252e", "/a.b/c..d", "/.%2f",
  };
  for (size_t i = 0; i < COUNT(paths); i++)
    if (last_dots(paths[i])) fail_msg("one found in %s", paths[i]);
}

static void test_finds_the_last_dot_segment(void **state) {
  (void)state;
  static const struct {
    const char *path;
    uint32_t at;
  } rows[] = {
      {"/.", 1},        {"/./..", 3},   {"/./../a", 3},       {"/a/%2e/b", 3}, {"/../a/b/.c/..d", 1},
      {"/a/../b/.", 8}, {"/a/..//", 3}, {"/%2E%2e/%2e/x", 8}, {"/.../..", 5},  {"/a/.%2E", 3},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    if (last_dots(rows[i].path) != rows[i].at) fail_msg("%s: at %u", rows[i].path, last_dots(rows[i].path));
  }
}

/* ------------------------------------------------------------------ cleaning */

static const char *cleaned(const char *path) {
  size_t length = strlen(path);
  uint8_t *copy = copy_of(path, length), *to = take(length);
  uint32_t size = wye__clean(copy, (uint32_t)length, to);
  const char *said = size > length ? "longer than its path" : shown(to, size);
  free(copy);
  free(to);
  return said;
}

static void test_cleans_paths(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"/", "/"},
      {"//", "/"},
      {"/a", "/a"},
      {"/a/", "/a/"},
      {"//a///b//", "/a/b/"},
      {"/.", "/"},
      {"/..", "/"},
      {"/../..", "/"},
      {"/a/.", "/a/"},
      {"/a/..", "/"},
      {"/a/b/..", "/a/"},
      {"/a/../b", "/b"},
      {"/a/./b", "/a/b"},
      {"/./a", "/a"},
      {"/../a", "/a"},
      {"/a//../b", "/b"},
      {"/a/b/../..", "/"},
      {"/a/../../b", "/b"},
      {"/a/%2e%2E", "/"},
      {"/a/%2e/b", "/a/b"},
      {"/a/.%2e/b", "/b"},
      {"/a/...", "/a/..."},
      {"/.a/..b", "/.a/..b"},
      {"/a/b/../", "/a/"},
      {"/a/%2F/..", "/a/"},
      {"/abc/def/..", "/abc/"},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    const char *said = cleaned(rows[i].text);
    if (strcmp(said, rows[i].wanted) != 0) fail_msg("%s: %s, not %s", rows[i].text, said, rows[i].wanted);
  }
}

/* A cleaned path is clean: every path of up to 7 characters of these. */
static void test_cleaning_twice_changes_nothing(void **state) {
  (void)state;
  static const char letters[] = {'/', '.', 'a'};
  for (uint32_t number = 0; number < 2187; number++) {
    uint8_t path[8] = "/", once[8], twice[8];
    uint32_t rest = number;
    for (int i = 1; i < 8; i++, rest /= 3) path[i] = (uint8_t)letters[rest % 3];
    for (uint32_t length = 1; length <= 8; length++) {
      uint32_t size = wye__clean(path, length, once);
      assert_in_range(size, 1, length);
      assert_int_equal(once[0], '/');
      assert_int_equal(wye__last_dot_segment(once, size), 0);
      for (uint32_t i = 1; i < size; i++) assert_false(once[i] == '/' && once[i - 1] == '/');
      assert_int_equal(wye__clean(once, size, twice), size);
      assert_memory_equal(once, twice, size);
    }
  }
}

/* ------------------------------------------------------------------ values */

static const char *decoded(const char *text, bool rest) {
  size_t length = strlen(text);
  uint8_t *copy = copy_of(text, length), *to = take(length);
  size_t size = wye__percent_decode(copy, length, rest, to, length);
  const char *said = size > length ? "longer than its text" : shown(to, size);
  free(copy);
  free(to);
  return said;
}

static void check_decoded(const struct row *rows, size_t count) {
  for (size_t i = 0; i < count; i++) assert_string_equal(decoded(rows[i].text, false), rows[i].wanted);
}

static void test_catch_all_keeps_separators(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"a%2Fb%2fc", "a%2Fb%2fc"}, {"%5C%5c", "%5C%5c"},   {"%41%2F%42", "A%2FB"},
      {"%252F", "%2F"},           {"%%2F", "%%2F"},       {"%2%5C", "%2%5C"},
      {"%E2%2F%82", "%E2%2F%82"}, {"%2E%2e%2F", "..%2F"}, {"%2", "%2"},
  };
  for (size_t i = 0; i < COUNT(rows); i++) assert_string_equal(decoded(rows[i].text, true), rows[i].wanted);
}

static void test_decodes_escapes(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"", ""},       {"plain", "plain"}, {"a%20b", "a b"}, {"%2F%2f", "//"}, {"%25%34%31", "%41"},
      {"a+b", "a+b"}, {"%00", "\\x00"},   {"%7F", "\\x7F"},
  };
  check_decoded(rows, COUNT(rows));
}

static void test_decodes_utf8(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"caf%C3%A9", "caf\\xC3\\xA9"},
      {"%c2%80", "\\xC2\\x80"},
      {"%DF%BF", "\\xDF\\xBF"},
      {"%E2%82%AC", "\\xE2\\x82\\xAC"},
      {"%E0%A0%80", "\\xE0\\xA0\\x80"},
      {"%ED%9F%BF", "\\xED\\x9F\\xBF"},
      {"%EF%BF%BF", "\\xEF\\xBF\\xBF"},
      {"%F0%9F%98%80", "\\xF0\\x9F\\x98\\x80"},
      {"%F0%90%80%80", "\\xF0\\x90\\x80\\x80"},
      {"%F4%8F%BF%BF", "\\xF4\\x8F\\xBF\\xBF"},
      {"\xC3\xA9", "\\xC3\\xA9"},
  };
  check_decoded(rows, COUNT(rows));
}

static void test_keeps_malformed_escapes(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"%", "%"},     {"%4", "%4"},     {"%zz", "%zz"},   {"100%", "100%"},
      {"%%20", "% "}, {"%2%20", "%2 "}, {"%C3%", "%C3%"}, {"%C3%A", "%C3%A"},
  };
  check_decoded(rows, COUNT(rows));
}

/* RFC 3629: lone continuations, cut sequences, over-long forms, surrogates, above U+10FFFF. */
static void test_keeps_escapes_that_are_no_utf8(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"%80", "%80"},
      {"%BF", "%BF"},
      {"%C3", "%C3"},
      {"%C3%20", "%C3 "},
      {"%C3a", "%C3a"},
      {"%C0%AF", "%C0%AF"},
      {"%C1%BF", "%C1%BF"},
      {"%E0%80%AF", "%E0%80%AF"},
      {"%E0%9F%BF", "%E0%9F%BF"},
      {"%ED%A0%80", "%ED%A0%80"},
      {"%ED%BF%BF", "%ED%BF%BF"},
      {"%F0%8F%BF%BF", "%F0%8F%BF%BF"},
      {"%F4%90%80%80", "%F4%90%80%80"},
      {"%F5%80%80%80", "%F5%80%80%80"},
      {"%FF", "%FF"},
      {"%FE%FE%FF%FF", "%FE%FE%FF%FF"},
      {"%E2%82", "%E2%82"},
      {"%E2%82%41", "%E2%82A"},
      {"%F0%9F%98", "%F0%9F%98"},
      {"%C3\xA9", "%C3\\xA9"},
      {"\xC3%A9", "\\xC3%A9"},
      {"%C3%C3%A9", "%C3\\xC3\\xA9"},
      {"%A9%C3%A9", "%A9\\xC3\\xA9"},
  };
  check_decoded(rows, COUNT(rows));
}

static void test_decode_stops_at_its_room(void **state) {
  (void)state;
  const uint8_t text[] = "a%C3%A9b";
  for (size_t capacity = 0; capacity <= 4; capacity++) {
    uint8_t *to = take(capacity);
    assert_int_equal(wye__percent_decode(text, 8, false, to, capacity), 4);
    assert_memory_equal(to,
                        "a\xC3\xA9"
                        "b",
                        capacity);
    free(to);
  }
}

static void test_decode_without_a_buffer(void **state) {
  (void)state;
  assert_int_equal(wye_decode("%41%42", 6, NULL, 0), 2);
  assert_int_equal(wye_decode("", 0, NULL, 0), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_unreserved_escapes_are_their_characters),
      cmocka_unit_test(test_escapes_of_what_may_not_stand_raw),
      cmocka_unit_test(test_escapes_of_reserved_characters),
      cmocka_unit_test(test_stray_percents),
      cmocka_unit_test(test_folds_letters_only),
      cmocka_unit_test(test_raw_units),
      cmocka_unit_test(test_units_are_told_apart),
      cmocka_unit_test(test_normalize_stops_at_its_room),
      cmocka_unit_test(test_compare),
      cmocka_unit_test(test_compare_folded),
      cmocka_unit_test(test_compare_agrees_with_normalize),
      cmocka_unit_test(test_finds_dot_segments),
      cmocka_unit_test(test_leaves_other_dots_alone),
      cmocka_unit_test(test_finds_the_last_dot_segment),
      cmocka_unit_test(test_cleans_paths),
      cmocka_unit_test(test_cleaning_twice_changes_nothing),
      cmocka_unit_test(test_decodes_escapes),
      cmocka_unit_test(test_decodes_utf8),
      cmocka_unit_test(test_keeps_malformed_escapes),
      cmocka_unit_test(test_keeps_escapes_that_are_no_utf8),
      cmocka_unit_test(test_catch_all_keeps_separators),
      cmocka_unit_test(test_decode_stops_at_its_room),
      cmocka_unit_test(test_decode_without_a_buffer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
