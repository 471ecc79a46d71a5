/* Constraints: where they end, each error with its byte, what they take, the automaton's bytes, and their limits. */
#include "support.h"

#include "language/expression.h"
#include "base/status.h"

enum { ROOM = 1 << 22, HEAD = 16 };

/* A constraint that was compiled from a text of its own, in an arena of its own. */
struct subject {
  struct wye__arena *arena;
  struct wye__constraint c;
  struct wye_error error;
  int32_t status;
  const void *automaton;
};

/* In a block of exactly `size` bytes, of which `head` are taken, so that a write after it is seen. */
static struct subject compile_in(const char *text, uint32_t size, uint32_t head) {
  struct subject s = {.arena = take(size)};
  uint8_t *copy = copy_of(text, strlen(text));
  uint32_t length = (uint32_t)strlen(text), end = wye__constraint_end(copy, length, 0);
  wye__arena_init(s.arena, size, head);
  assert_in_range(end, 1, length);
  s.status = wye__constraint_compile(s.arena, copy, 0, end, &s.c, &s.error);
  if (s.c.kind == WYE__AUTOMATON) s.automaton = wye__at(s.arena, s.c.automaton);
  free(copy);
  return s;
}

static struct subject compile(const char *text) { return compile_in(text, ROOM, HEAD); }

static void drop(struct subject *s) { free(s->arena); }

static bool reads_by_steps(const struct subject *s, const uint8_t *value, uint32_t length) {
  struct wye__constraint_state reading = {0};
  for (uint32_t at = 0; at < length;) {
    uint32_t taken = wye__constraint_step(&s->c, s->automaton, &reading, value + at, length - at);
    if (taken == 0) return false;
    at += taken;
  }
  return wye__constraint_accepts(&s->c, s->automaton, &reading);
}

/* Both ways of reading must agree. The value is in a block of its size. */
static bool holds(const struct subject *s, const char *value) {
  uint32_t length = (uint32_t)strlen(value);
  uint8_t *copy = copy_of(value, length);
  bool whole = wye__constraint_holds(&s->c, s->automaton, copy, length);
  if (reads_by_steps(s, copy, length) != whole) fail_msg("\"%s\": read by steps it is not %d", value, whole);
  free(copy);
  return whole;
}

struct row {
  const char *constraint;
  const char *yes[12], *no[12]; /* values; a NULL after the last */
};

static void check_values(const struct row *rows, size_t count) {
  for (size_t i = 0; i < count; i++) {
    struct subject s = compile(rows[i].constraint);
    if (s.status != WYE_OK) fail_msg("%s: %s", rows[i].constraint, s.error.detail);
    assert_true(wye__constraint_is_sound(&s.c, s.automaton, s.c.size));
    for (const char *const *value = rows[i].yes; *value; value++)
      if (!holds(&s, *value)) fail_msg("%s does not take %s", rows[i].constraint, *value);
    for (const char *const *value = rows[i].no; *value; value++)
      if (holds(&s, *value)) fail_msg("%s takes %s", rows[i].constraint, *value);
    drop(&s);
  }
}

/* ------------------------------------------------------------------ where it ends */

static void test_end(void **state) {
  (void)state;
  static const struct {
    const char *text;
    uint32_t end;
  } rows[] = {
      {"<int>", 5},
      {"<int>/x>", 5},
      {"<int(1..2)>.", 11},
      {"<int", 0},
      {"<", 0},
      {"(a)", 3},
      {"(a)b)", 3},
      {"((a)b)c", 6},
      {"(a", 0},
      {"((a)", 0},
      {"(\\))", 4},
      {"(\\)", 0},
      {"(a\\", 0},
      {"([)])x", 5},
      {"([\\])])", 7},
      {"([(])", 5},
      {"(a|(?:b|c))", 11},
      {"()", 2},
      {"([^)])", 6},
      {"([]a)", 5},
      {"(a[b)", 3},
      {"(a[b\\", 3},
      {"(a[b\\]", 3},
      {"([", 2},
      {"((a)[b)/c])/d", 11},
      {"(a/b)", 5},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    uint8_t *copy = copy_of(rows[i].text, strlen(rows[i].text));
    uint32_t end = wye__constraint_end(copy, (uint32_t)strlen(rows[i].text), 0);
    if (end != rows[i].end) fail_msg("%s ends at %u, not at %u", rows[i].text, rows[i].end, end);
    free(copy);
  }
}

/* ------------------------------------------------------------------ errors */

/* After a parameter, so that the offsets are seen to count from the pattern's first byte. */
static void check_error(const char *constraint, int32_t status, uint32_t offset) {
  static const char before[] = "/a:b";
  char text[8192];
  uint32_t start = sizeof before - 1, length = (uint32_t)snprintf(text, sizeof text, "%s%s", before, constraint);
  uint8_t *copy = copy_of(text, length);
  struct wye__arena *arena = take(ROOM);
  struct wye__constraint made;
  struct wye_error error = {0};
  wye__arena_init(arena, ROOM, HEAD);
  uint32_t end = wye__constraint_end(copy, length, start);
  assert_in_range(end, start + 1, length);
  int32_t got = wye__constraint_compile(arena, copy, start, end, &made, &error);
  if (got != status || error.status != status || error.offset != start + offset || !error.detail)
    fail_msg("%s: %s %u, not %s %u", constraint, wye_status_name(got), error.offset - start, wye_status_name(status),
             offset);
  assert_int_equal(arena->used, HEAD);
  assert_int_equal(wye__constraint_compile(arena, copy, start, end, &made, NULL), status);
  free(arena);
  free(copy);
}

struct error_row {
  const char *constraint;
  uint32_t offset;
};

static void check_errors(const struct error_row *rows, size_t count) {
  for (size_t i = 0; i < count; i++) check_error(rows[i].constraint, WYE_BAD_PATTERN, rows[i].offset);
}

static void test_errors_of_types(void **state) {
  (void)state;
  static const struct error_row rows[] = {
      {"<>", 1},
      {"<foo>", 1},
      {"<Int>", 1},
      {"< int>", 1},
      {"<int >", 1},
      {"<in>", 1},
      {"<intt>", 1},
      {"<foo(1..2)>", 1},
      {"<(1..2)>", 1},
      {"<alnum/:b>", 1},
      {"<uuid(1..2)>", 5},
      {"<date(2020-01-01..)>", 5},
      {"<date()>", 5},
      {"<int()>", 4},
      {"<int(..)>", 4},
      {"<hex(..)>", 4},
      {"<int(1..2>", 4},
      {"<int(>", 4},
      {"<int(5)>", 5},
      {"<int(.)>", 5},
      {"<int(5.)>", 5},
      {"<int(1,2)>", 5},
      {"<int(x..4)>", 5},
      {"<int(-..4)>", 5},
      {"<int(+1..4)>", 5},
      {"<int( 1..4)>", 5},
      {"<int(1..x)>", 8},
      {"<int(1..-)>", 8},
      {"<int(1...2)>", 8},
      {"<int(1..2..3)>", 8},
      {"<int(1.. 2)>", 8},
      {"<int(..x)>", 7},
      {"<int(5..4)>", 5},
      {"<int(0..-1)>", 5},
      {"<int(-4..-5)>", 5},
      {"<uint(5..4)>", 6},
      {"<uint(-1..4)>", 6},
      {"<uint(1..-4)>", 9},
      {"<uint(-0..4)>", 6},
      {"<alpha(3..2)>", 7},
      {"<alpha(-3..2)>", 7},
      {"<int(9223372036854775808..)>", 5},
      {"<int(..9223372036854775808)>", 7},
      {"<int(-9223372036854775809..)>", 5},
      {"<uint(18446744073709551616..)>", 6},
      {"<uint(..18446744073709551616)>", 8},
      {"<uint(..99999999999999999999999)>", 8},
      {"<slug(..18446744073709551616)>", 8},
      {"<int(1..2)x>", 10},
      {"<int(1..2))>", 10},
      {"<int()x>", 4},
  };
  check_errors(rows, COUNT(rows));
}

static void test_errors_of_expressions(void **state) {
  (void)state;
  static const struct error_row rows[] = {
      /* emptiness */
      {"()", 1},
      {"(|a)", 1},
      {"(a|)", 3},
      {"(a||b)", 3},
      {"(?:)", 1},
      {"((?:))", 4},
      {"(())", 2},
      {"(a(|b))", 3},
      {"(a(b|)c)", 5},
      /* groups */
      {"(?:a)", 1},
      {"((?=a))", 2},
      {"((?!a))", 2},
      {"((?<=a))", 2},
      {"((?<n>a))", 2},
      {"((?P<n>a))", 2},
      {"((?i)a)", 2},
      {"((?))", 2},
      /* repetitions */
      {"(*)", 1},
      {"(+a)", 1},
      {"(a|*b)", 3},
      {"((?:+a))", 4},
      {"({2})", 1},
      {"(a|{2})", 3},
      {"(a**)", 3},
      {"(a+*)", 3},
      {"(a?\?)", 3},
      {"(a*?)", 3},
      {"(a+?)", 3},
      {"(a{2}?)", 5},
      {"(a++)", 3},
      {"(a*+)", 3},
      {"(a{2}{3})", 5},
      {"(a{2,1})", 2},
      {"(a{99999999999999999999,1})", 2},
      {"(a{)", 2},
      {"(a{})", 2},
      {"(a{,2})", 2},
      {"(a{x})", 2},
      {"(a{2)", 2},
      {"(a{2,)", 2},
      {"(a{2,3)", 2},
      {"(a{2 })", 2},
      {"(a{-2})", 2},
      {"(a{2,3,4})", 2},
      {"({)", 1},
      {"(a|{x)", 3},
      {"(a})", 2},
      {"(})", 1},
      /* anchors */
      {"(^a)", 1},
      {"(a$)", 2},
      {"(a|^b)", 3},
      {"((a$)b)", 3},
      /* escapes */
      {"(\\1)", 1},
      {"(a\\0)", 2},
      {"(\\b)", 1},
      {"(\\B)", 1},
      {"(\\n)", 1},
      {"(\\t)", 1},
      {"(\\r\\v\\f)", 1},
      {"(\\x41)", 1},
      {"(\\u0041)", 1},
      {"(\\p{L})", 1},
      {"(\\k<n>)", 1},
      {"(\\c)", 1},
      {"(\\ )", 1},
      {"(\\\xC3\xA9)", 1},
      {"([\\b])", 2},
      {"([a\\n])", 3},
      {"([\\1])", 2},
      /* classes */
      {"([])", 1},
      {"([]a])", 1},
      {"([^])", 1},
      {"(a[])", 2},
      {"([a)", 1},
      {"([", 1},
      {"([^", 1},
      {"([^)", 1},
      {"(a[b", 2},
      {"(a[b\\", 2},
      {"(a[b\\]", 2},
      {"(a[b)/x", 2},
      {"((((((((((((((((((((((((((((((((((((((((((((((((((([", 51},
      {"(])", 1},
      {"(a]b)", 2},
      {"([z-a])", 2},
      {"([b\\--\\+])", 3},
      {"([\xC3\xA9-a])", 2},
      {"([a--])", 2},
      {"([a-c--+])", 5},
      /* bytes that are no UTF-8 */
      {"(\xC3)", 1},
      {"(a\xFFz)", 2},
      {"([\xC3])", 2},
      {"([a-\xE2\x82])", 4},
      {"(\xED\xA0\x80)", 1},
      /* the first error is reported */
      {"(\\1[)", 1},
      {"(a**[)", 3},
  };
  check_errors(rows, COUNT(rows));
}

/* ------------------------------------------------------------------ types */

#define M "00000000000000000000"

static void test_numbers(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"<uint>",
       {"0", "7", "007", "12345", "18446744073709551615", M M M M M "7", "%31%32", "1%32"},
       {"-1", "+1", "1.5", "1e3", "0x1", "1 ", "18446744073709551616", "28446744073709551615", "99999999999999999999",
        "%C3%A9"}},
      {"<uint>",
       {M "18446744073709551615"},
       {M "18446744073709551616", "a", "1a", "%", "1%", "%2", "1%3", "\xC3\xA9", "-"}},
      {"<int>",
       {"0", "-0", "-1", "-007", "12345", "9223372036854775807", "-9223372036854775808", "-" M M "7", "%2D1", "-%31"},
       {"-", "--1", "1-", "+1", "1-1", "9223372036854775808", "-9223372036854775809", "18446744073709551617",
        "-18446744073709551617", "%2D"}},
      {"<int>", {M "9223372036854775807", "-" M "9223372036854775808"}, {M "9223372036854775808", "-a", "a", "-%"}},
      {"<int(1..500)>", {"1", "500", "0500", "250"}, {"0", "501", "-1", "5000", "-0", "00501"}},
      {"<int(-5..7)>", {"-5", "-0", "0", "7", "-05", "007"}, {"-6", "8", "-50", "70"}},
      {"<int(-9..-5)>", {"-9", "-5", "-007"}, {"-10", "-4", "0", "5", "7", "-0"}},
      {"<int(-5..)>", {"-5", "0", "9223372036854775807"}, {"-6", "9223372036854775808"}},
      {"<int(..-5)>", {"-5", "-9223372036854775808"}, {"-4", "0", "5", "-9223372036854775809"}},
      {"<int(0..0)>", {"0", "-0", "000"}, {"1", "-1", "10"}},
      {"<int(-0..0)>", {"0", "-0"}, {"1", "-1"}},
      {"<int(-9223372036854775808..-9223372036854775808)>", {"-9223372036854775808"}, {"-9223372036854775807", "0"}},
      {"<int(9223372036854775807..9223372036854775807)>", {"9223372036854775807"}, {"9223372036854775806"}},
      {"<uint(..9)>", {"0", "9", "09"}, {"10", "90", "-0"}},
      {"<uint(10..)>", {"10", "18446744073709551615", "0010"}, {"9", "09", "0", "18446744073709551616"}},
      {"<uint(007..008)>", {"7", "8"}, {"6", "9"}},
      {"<uint(18446744073709551615..)>", {"18446744073709551615"}, {"18446744073709551614", "18446744073709551616"}},
      {"<uint(18446744073709551615..18446744073709551615)>", {"018446744073709551615"}, {"1844674407370955161"}},
  };
  check_values(rows, COUNT(rows));
}

static void test_texts(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"<hex>", {"0", "deadBEEF", "09afAF", "%61"}, {"g", "0x1", "a-", "-", "%", "%GG", "@", "G", "`", "/", ":"}},
      {"<alpha>", {"a", "Zz", "AZaz"}, {"a1", "[", "@", "`", "{", "\xC3\xA9", "%C3%A9", "a b"}},
      {"<alnum>", {"a1", "0Z", "09AZaz"}, {"a_b", "a-b", "%5F", ":", "/"}},
      {"<alpha(2..3)>", {"ab", "abc", "%61b"}, {"a", "abcd", "ab1"}},
      {"<alpha(2..)>", {"ab", "abcdefghij"}, {"a"}},
      {"<alpha(..2)>", {"a", "ab"}, {"abc"}},
      {"<alpha(..0)>", {NULL}, {"a"}},
      {"<alpha(0..1)>", {"a"}, {"ab"}},
      {"<hex(4..4)>", {"abcd"}, {"abc", "abcde"}},
      {"<alpha(18446744073709551615..)>", {NULL}, {"a"}},
      {"<slug>",
       {"a", "0", "a-b", "a1-b2-c3", "%61-b", "a%2Db"},
       {"-", "-a", "a-", "a--b", "A", "a_b", "a-B", "\xC3\xA9"}},
      {"<slug(3..4)>", {"abc", "a-b", "ab-c"}, {"ab", "abcde", "abc-", "abc-d", "ab-"}},
      {"<uuid>",
       {"01234567-89ab-cdef-0123-456789abcdef", "01234567-89AB-CDEF-0123-456789ABCDEF",
        "01234567%2D89ab-cdef-0123-456789abcde%66"},
       {"01234567-89ab-cdef-0123-456789abcde", "01234567-89ab-cdef-0123-456789abcdef0",
        "0123456789abcdef0123456789abcdef", "01234567-89ab-cdef-01234-56789abcdef",
        "g1234567-89ab-cdef-0123-456789abcdef", "01234567_89ab-cdef-0123-456789abcdef",
        "0123456--89ab-cdef-0123-456789abcdef"}},
      {"<date>",
       {"2024-02-29", "2000-02-29", "0000-02-29", "9999-12-31", "2023-02-28", "2024-01-31", "2024-04-30", "2024-08-31",
        "2024-07-31", "%32024%2D02-29", "2024-11-30"},
       {"2023-02-29", "1900-02-29", "2100-02-29", "2024-02-30", "2024-04-31", "2024-06-31", "2024-09-31", "2024-11-31",
        "2024-00-10", "2024-13-10", "2024-01-00"}},
      {"<date>",
       {"2024-03-31", "2024-05-31", "2024-10-31", "2024-12-31", "2024-06-30", "2024-09-30"},
       {"2024-01-32", "2024-1-01", "24-01-01", "2024-01-1", "2024-01-011", "2024/01/01", "-024-01-01", "2024-01-0a",
        "20240101"}},
  };
  check_values(rows, COUNT(rows));
}

/* ------------------------------------------------------------------ expressions */

static void test_operators(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"(abc)", {"abc", "a%62c"}, {"ab", "abcd", "ABC", "xabc", "abd"}},
      {"(en|de|fr)", {"en", "de", "fr"}, {"e", "end", "EN", "ende", "xx"}},
      {"(a|ab|abc)", {"a", "ab", "abc"}, {"b", "abcd", "ac"}},
      {"(ab?c)", {"ac", "abc"}, {"abbc", "a", "bc"}},
      {"(ab*c)", {"ac", "abc", "abbbbc"}, {"a", "c", "abb"}},
      {"(ab+c)", {"abc", "abbc"}, {"ac", "bc"}},
      {"(a{3})", {"aaa"}, {"aa", "aaaa"}},
      {"(a{2,})", {"aa", "aaaaaa"}, {"a", "ab"}},
      {"(a{1,3})", {"a", "aa", "aaa"}, {"aaaa", "b"}},
      {"(a{01,003})", {"a", "aaa"}, {"aaaa"}},
      {"(ba{0})", {"b"}, {"ba", "a"}},
      {"(ba{0,0})", {"b"}, {"ba"}},
      {"(a{0})", {NULL}, {"a", "b"}},
      {"(ba{0,2})", {"b", "ba", "baa"}, {"baaa"}},
      {"(ba{0,})", {"b", "baaaaa"}, {"a"}},
      {"((?:ab){2})", {"abab"}, {"ab", "ababab", "abba"}},
      {"((ab|c){1,2}d)", {"abd", "cd", "abcd", "ccd"}, {"d", "abababd", "cccd"}},
      {"((?:a|b)*c)", {"c", "abbac"}, {"abba", "cc"}},
      {"((a?b?c?){2,3})", {"a", "abc", "cba", "abcabcabc", "ccc"}, {"cccc", "d"}},
      {"((a*)*b)", {"b", "aaab"}, {"aaa"}},
      {"(((a?){2}){2})", {"a", "aaaa"}, {"aaaaa"}},
      {"((a{2}){3})", {"aaaaaa"}, {"aaaaa", "aaaa", "aaaaaaa"}},
      {"((a{2,3}){2})", {"aaaa", "aaaaa", "aaaaaa"}, {"aaa", "aaaaaaa"}},
      {"((a+)+)", {"a", "aaaa"}, {"b"}},
      {"((?:(?:(a))))", {"a"}, {"aa"}},
      {"(a/b)", {"a%2Fb", "a/b"}, {"ab"}},
      {"(.)", {"a", "%2F", "\xC3\xA9", "%C3%A9", "%F0%9F%98%80", "%0A", "%", "%25"}, {"ab", "%C3", "\xC3\xA9\xC3\xA9"}},
      {"(.*)", {"a", "%0A%0D", "abc"}, {NULL}},
      {"(a.{2}b)",
       {"axyb", "a\xC3\xA9%C3%A9"
                "b"},
       {"axb", "axyzb"}},
      {"(\\(\\)\\[\\]\\{\\}\\.\\*\\+\\?\\|\\^\\$\\\\\\/\\-)", {"()[]{}.*+?|^$\\/-"}, {"()"}},
      {"(\\!\\\"\\#\\%\\&\\'\\,\\:\\;\\<\\=\\>\\@\\_\\`\\~)", {"!\"#%&',:;<=>@_`~"}, {"!"}},
      {"(%41)", {"%2541", "%25%34%31"}, {"A", "%41"}},
      {"(a,b-c&d:e)", {"a,b-c&d:e"}, {NULL}},
  };
  check_values(rows, COUNT(rows));
}

static void test_classes(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"(\\d)", {"0", "9"}, {"a", "/", ":", "%D9%A1"}},
      {"(\\w)", {"a", "Z", "0", "_"}, {"-", "%C3%A9", " ", "`", "[", "@", "{"}},
      {"(\\s)", {" ", "%09", "%0A", "%0B", "%0C", "%0D"}, {"%08", "%0E", "%1F", "!", "%C2%A0"}},
      {"(\\D)", {"a", "/", ":", "%C3%A9"}, {"0", "9"}},
      {"(\\W)", {"-", "%C3%A9", " ", "`", "[", "@", "{", "%00"}, {"a", "Z", "0", "_"}},
      {"(\\S)", {"a", "%C2%A0", "%00", "%1F"}, {" ", "%09", "%0D"}},
      {"([abc])", {"a", "c"}, {"d", "ab", "A"}},
      {"([a-c])", {"a", "b", "c"}, {"d", "-", "`"}},
      {"([^a-c])", {"d", "%C3%A9", "-", "%0A"}, {"a", "b", "c", "dd"}},
      {"([-a])", {"-", "a"}, {"b"}},
      {"([a-])", {"-", "a"}, {"b"}},
      {"([^-a])", {"b"}, {"-", "a"}},
      {"([^a-])", {"b"}, {"-", "a"}},
      {"([a-c-e])", {"a", "b", "c", "-", "e"}, {"d"}},
      {"([a-\\d])", {"a", "-", "0"}, {"b"}},
      {"([\\W-z])", {"-", ".", "z", "%C3%A9"}, {"a", "0"}},
      {"([-])", {"-"}, {"a"}},
      {"([--/])", {"-", ".", "/"}, {",", "0"}},
      {"([+--])", {"+", ",", "-"}, {"*", "."}},
      {"([a\\-z])", {"a", "-", "z"}, {"b"}},
      {"([\\d\\-])", {"5", "-"}, {"a"}},
      {"([\\d-])", {"5", "-"}, {"a"}},
      {"([-\\d])", {"5", "-"}, {"a"}},
      {"([\\dx])", {"5", "x"}, {"y"}},
      {"([^\\dx])", {"y", "%C3%A9"}, {"5", "x"}},
      {"([\\D5])", {"y", "5", "%C3%A9"}, {"4"}},
      {"([^\\D5])", {"4"}, {"5", "y", "%C3%A9"}},
      {"([\\d\\D])", {"a", "1", "%C3%A9"}, {NULL}},
      {"([^\\d\\D])", {NULL}, {"a", "1", "%C3%A9"}},
      {"([^\\s\\S]|ab)", {"ab"}, {"a", "b"}},
      {"(x?[^\\d\\D]|b[^\\d\\D]c|ab)", {"ab"}, {"x", "b", "bc", "bxc"}},
      {"([.*+?(){}|^$])", {".", "*", "+", "?", "(", ")", "{", "}", "|", "^", "$"}, {"a", "\\"}},
      {"([[])", {"["}, {"]"}},
      {"([a^])", {"a", "^"}, {"b"}},
      {"([\\]\\\\\\^])", {"]", "\\", "^"}, {"["}},
      {"([\xC3\xA0-\xC3\xBC])", {"%C3%A0", "\xC3\xA9", "%C3%BC"}, {"%C3%9F", "%C3%BD", "a", "\xC3"}},
      {"([^\xC3\xA9])", {"a", "%C3%A8", "%C3%AA", "\xC3", "%F4%8F%BF%BF"}, {"%C3%A9", "\xC3\xA9"}},
      {"([a-\xC3\xA9])", {"a", "%7F", "%C2%80", "%C3%A9"}, {"`", "%C3%AA"}},
      {"([\xF0\x9F\x98\x80-\xF4\x8F\xBF\xBF])", {"%F0%9F%98%80", "%F4%8F%BF%BF"}, {"%F0%9F%97%BF", "%EF%BF%BD"}},
      {"(\xE2\x82\xAC+\xC3\xA9?)", {"\xE2\x82\xAC", "%E2%82%AC%E2%82%AC%C3%A9"}, {"%C3%A9", "%E2%82%AC%C3%A9%C3%A9"}},
      {"([\xC3\xA9\xC3\xA8]{2,3})",
       {"%C3%A9%C3%A8", "\xC3\xA9\xC3\xA9\xC3\xA9"},
       {"%C3%A9", "%C3%A9%C3%A9%C3%A9%C3%A9"}},
      {"([\xC2\x80-\xF4\x8F\xBF\xBF]+)",
       {"%C3%A9", "\xFF", "\xC3\xA9\xFF"},
       {"a",
        "%C3%A9"
        "a",
        "%FF"}},
  };
  check_values(rows, COUNT(rows));
}

/* A malformed escape is its three characters; a byte that is not UTF-8 is one above U+007F. */
static void test_characters(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"(.{1})", {"%41", "\xFF", "%E2%82%AC"}, {"%FF", "%4", "%G1", "\xE2\x82", "%C3%28"}},
      {"(.{2})",
       {"%4",
        "%C3%A9"
        "a",
        "\xE2\x82", "\xC3%C3%A9"},
       {"%41", "%FF"}},
      {"(.{3})", {"%FF", "%G1", "%80", "%C0", "%F5", "\xE2\x82\x41"}, {"%C3%28"}},
      {"(.{4})", {"%C3%28", "%C3(", "\xC3%A9"}, {"%C3%A9", "%E2%82%AC"}},
      {"(.{6})", {"%C3%C3", "%C0%80", "%E2%82"}, {"%C2%80"}},
      {"(.{9})", {"%E0%80%80", "%ED%A0%80", "%E2%82%4x"}, {"%E2%82%AC"}},
      {"(.{12})", {"%F4%90%80%80", "%F0%80%80%80"}, {"%F0%9F%98%80"}},
      {"(\xEF\xBF\xBD)", {"%EF%BF%BD", "\xFF"}, {"%FF"}},
      {"(%FF)", {"%FF", "%25FF", "%25%46F"}, {"%ff"}},
      {"([^%]+)", {"%41", "a"}, {"%FF", "%", "%25"}},
  };
  check_values(rows, COUNT(rows));
}

/* ------------------------------------------------------------------ what it becomes */

static void test_kinds(void **state) {
  (void)state;
  static const uint64_t no_end = UINT64_MAX;
  static const struct {
    const char *text;
    uint32_t kind;
    uint64_t low, high;
    uint32_t beyond;
  } rows[] = {
      {"(\\d+)", WYE__RUN, 1, no_end, 0},
      {"([a-z]{2,8})", WYE__RUN, 2, 8, 0},
      {"(.{3})", WYE__RUN, 3, 3, 1},
      {"(x*)", WYE__RUN, 0, no_end, 0},
      {"(\\d{4})", WYE__RUN, 4, 4, 0},
      {"(a)", WYE__RUN, 1, 1, 0},
      {"(a?)", WYE__RUN, 0, 1, 0},
      {"([^/]{2,})", WYE__RUN, 2, no_end, 1},
      {"(\\W+)", WYE__RUN, 1, no_end, 1},
      {"((\\d+))", WYE__RUN, 1, no_end, 0},
      {"((?:(\\d))+)", WYE__RUN, 1, no_end, 0},
      {"(a{1000})", WYE__RUN, 1000, 1000, 0},
      {"([\\dA-F\\-]+)", WYE__RUN, 1, no_end, 0},
      {"<alpha(2..8)>", WYE__RUN, 2, 8, 0},
      {"<slug>", WYE__SLUG, 0, no_end, 0},
      {"<uint(3..4)>", WYE__UINT, 3, 4, 0},
      {"<int(-3..4)>", WYE__INT, (uint64_t)-3, 4, 0},
      {"<uuid>", WYE__UUID, 0, no_end, 0},
      {"<date>", WYE__DATE, 0, no_end, 0},
      {"(ab)", WYE__AUTOMATON, 0, 0, 0},
      {"(a|b)", WYE__AUTOMATON, 0, 0, 0},
      {"((\\d+)+)", WYE__AUTOMATON, 0, 0, 0},
      {"(\xC3\xA9+)", WYE__AUTOMATON, 0, 0, 0},
      {"([^\xC3\xA9]+)", WYE__AUTOMATON, 0, 0, 0},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct subject s = compile(rows[i].text);
    assert_int_equal(s.status, WYE_OK);
    if (s.c.kind != rows[i].kind) fail_msg("%s has kind %u", rows[i].text, s.c.kind);
    if (s.c.low != rows[i].low || s.c.high != rows[i].high || s.c.beyond != rows[i].beyond)
      fail_msg("%s: %llu to %llu, %u", rows[i].text, (unsigned long long)s.c.low, (unsigned long long)s.c.high,
               s.c.beyond);
    assert_int_equal(s.c.text.length, 0);
    assert_int_equal(s.c.size % 8, 0);
    assert_int_equal(s.arena->used, HEAD + s.c.size);
    assert_int_equal(s.c.automaton, s.c.size ? HEAD : 0);
    assert_true((s.c.size != 0) == (s.c.kind == WYE__AUTOMATON));
    drop(&s);
  }
}

/* `(ab|\xC3\xA9)` byte for byte, as drawn in expression.h. */
static void test_automaton_is_as_drawn(void **state) {
  (void)state;
  static const struct {
    uint16_t states, classes, ranges, zero;
    uint8_t ascii[128];
    uint32_t starts[3];
    uint16_t of[3];
    uint16_t next[3][4];
    uint8_t accepting;
    uint8_t zeros[5];
  } drawn = {
      .states = 3,
      .classes = 4,
      .ranges = 3,
      .ascii = {['a'] = 1, ['b'] = 2},
      .starts = {0x80, 0xE9, 0xEA},
      .of = {0, 3, 0},
      .next = {{0, 2, 0, 3}, {0, 0, 3, 0}, {0, 0, 0, 0}},
      .accepting = 1 << 2,
  };
  struct subject s = compile("(ab|\xC3\xA9)");
  assert_int_equal(s.status, WYE_OK);
  assert_int_equal(s.c.size, sizeof drawn);
  assert_memory_equal(s.automaton, &drawn, sizeof drawn);
  drop(&s);
}

static void test_same_text_same_bytes(void **state) {
  (void)state;
  static const char text[] = "((?:[a-z]{2,3}|\\d+)(-[^\xC3\xA9]{1,4})*)";
  struct subject a = compile(text), b = compile_in(text, ROOM / 2, 4096);
  assert_int_equal(a.c.kind, WYE__AUTOMATON);
  assert_int_equal(a.c.size, b.c.size);
  assert_memory_equal(a.automaton, b.automaton, a.c.size);
  assert_int_equal(b.c.automaton, 4096);
  drop(&a);
  drop(&b);
}

/* ------------------------------------------------------------------ limits */

static void check_status(const char *text, int32_t status) {
  struct subject s = compile(text);
  if (s.status != status) fail_msg("%.60s: %s", text, wye_status_name(s.status));
  if (status != WYE_OK) {
    assert_int_equal(s.error.offset, 0);
    assert_int_equal(s.error.status, status);
    assert_int_equal(s.arena->used, HEAD);
  }
  drop(&s);
}

/* `before`, then `unit` that many times, then `after`. */
static void check_repeated(const char *before, const char *unit, size_t times, const char *after, int32_t status) {
  char *middle = repeat(unit, times), *text = take(strlen(before) + strlen(middle) + strlen(after) + 1);
  strcpy(text, before);
  strcat(text, middle);
  strcat(text, after);
  check_status(text, status);
  free(text);
  free(middle);
}

static void test_limits(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int32_t status;
  } rows[] = {
      {"(a{1000})", WYE_OK},
      {"(a{1001})", WYE_EXPRESSION_TOO_LARGE},
      {"(a{1,1001})", WYE_EXPRESSION_TOO_LARGE},
      {"(a{1001,})", WYE_EXPRESSION_TOO_LARGE},
      {"(a{1000}b)", WYE_EXPRESSION_TOO_LARGE},
      {"(a{998}b)", WYE_OK},
      {"((ab){500})", WYE_EXPRESSION_TOO_LARGE},
      {"((ab){499}a?)", WYE_OK},
      {"((a|b){500})", WYE_OK},
      {"((a|b){501})", WYE_EXPRESSION_TOO_LARGE},
      {"(((a{1000}){1000}){1000})", WYE_EXPRESSION_TOO_LARGE},
      {"(((a{10}){10}){10})", WYE_EXPRESSION_TOO_LARGE},
      {"(((a{10}){10}){9})", WYE_OK},
      {"(a{4294967296})", WYE_EXPRESSION_TOO_LARGE},
      {"(a{99999999999999999999})", WYE_EXPRESSION_TOO_LARGE},
      {"(a{1,99999999999999999999})", WYE_EXPRESSION_TOO_LARGE},
      {"((?:a{0}){1000})", WYE_OK},
      {"((?:a{0}){1001})", WYE_EXPRESSION_TOO_LARGE},
      {"((?:a{1000}){0}b)", WYE_OK},
      {"(.*a.{8})", WYE_OK},
      {"(.*a.{9})", WYE_EXPRESSION_TOO_LARGE},
      {"(.*a.{100})", WYE_EXPRESSION_TOO_LARGE},
      {"((?:a?){900})", WYE_OK},
      {"([a-z]{1,500}-[a-z]{1,490})", WYE_OK},
  };
  for (size_t i = 0; i < COUNT(rows); i++) check_status(rows[i].text, rows[i].status);
}

/* Deep nesting costs no stack, and long texts no time. */
static void test_long_texts(void **state) {
  (void)state;
  check_repeated("(", "a", 999, ")", WYE_OK);
  check_repeated("(", "a", 1001, ")", WYE_EXPRESSION_TOO_LARGE);
  check_repeated("(", "a|", 999, "a)", WYE_OK);
  check_repeated("(a|", "a?", 1000, ")", WYE_EXPRESSION_TOO_LARGE);
  check_repeated("(", "[^\xC3\xA9]?", 500, ")", WYE_OK);
  enum { DEPTH = 1300 };
  static const char *const closers[] = {")", "+)", "?)"};
  for (size_t i = 0; i < COUNT(closers); i++) {
    char before[DEPTH + 2];
    memset(before, '(', DEPTH);
    strcpy(before + DEPTH, "a");
    check_repeated(before, closers[i], DEPTH - 1, ")", WYE_OK);
  }
}

/* 781 states of up to 780 nodes, and 27 classes: too much work, although it is not too large. */
static void test_work_is_limited(void **state) {
  (void)state;
  char text[4096] = "(";
  for (size_t i = 0; i < 780; i++) sprintf(text + strlen(text), "[^%c]?", 'a' + (int)(i % 26));
  check_status(strcat(text, ")"), WYE_EXPRESSION_TOO_LARGE);
  check_status("((?:[a-z0-9]?x?){400})", WYE_OK);
}

/* What expressions are feared for: as many steps as there are characters, whatever the expression. */
static void test_steps_are_linear(void **state) {
  (void)state;
  static const char *const texts[] = {"((a+)+b)", "((a|a)*b)", "((.*a){12})", "((a*)*b)", "(a+)", "((a|aa)+b)"};
  enum { LENGTH = 4000 };
  char *value = repeat("a", LENGTH);
  for (size_t i = 0; i < COUNT(texts); i++) {
    struct subject s = compile(texts[i]);
    struct wye__constraint_state reading = {0};
    uint32_t steps = 0;
    while (steps < LENGTH &&
           wye__constraint_step(&s.c, s.automaton, &reading, (uint8_t *)value + steps, LENGTH - steps) == 1)
      steps++;
    assert_int_equal(steps, LENGTH);
    assert_in_range(s.c.size, 0, 256);
    assert_int_equal(wye__constraint_accepts(&s.c, s.automaton, &reading), strchr(texts[i], 'b') == NULL);
    drop(&s);
  }
  free(value);
}

/* A reading ends with the first character after which no value can hold. */
static void test_readings_end_early(void **state) {
  (void)state;
  static const struct {
    const char *constraint, *value;
    uint32_t taken;
  } rows[] = {
      {"<uint(..99)>", "1000", 2},
      {"<uint(..99)>", "00099x", 5},
      {"<int(-20..99)>", "-21", 2},
      {"<int(-20..99)>", "100", 2},
      {"<int(5..)>", "-5", 0},
      {"<int(..-5)>", "5", 0},
      {"<int(0..)>", "-1", 1},
      {"<alpha(..2)>", "abc", 2},
      {"<hex>", "abxy", 2},
      {"<slug>", "a--b", 2},
      {"<slug(..3)>", "a-bc", 3},
      {"<date>", "2024-13-01", 6},
      {"<date>", "2023-02-29", 9},
      {"<date>", "2023-02-28x", 10},
      {"<uuid>", "0123-4567", 4},
      {"(abc)", "abd", 2},
      {"(abc)", "abcd", 3},
      {"(en|de)", "ex", 1},
      {"(a{2,3}b)", "aaaab", 3},
      {"(\\d{4})", "20245", 4},
      {"<uint>", "18446744073709551616", 19},
      {"<int>", "9223372036854775808", 18},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct subject s = compile(rows[i].constraint);
    struct wye__constraint_state reading = {0};
    uint32_t at = 0, taken = 1, length = (uint32_t)strlen(rows[i].value);
    while (at < length && taken) {
      taken = wye__constraint_step(&s.c, s.automaton, &reading, (const uint8_t *)rows[i].value + at, length - at);
      at += taken;
    }
    if (at != rows[i].taken) fail_msg("%s took %u of %s", rows[i].constraint, at, rows[i].value);
    drop(&s);
  }
}

/* ------------------------------------------------------------------ memory */

/* Every arena size from zero up, until it is enough: each refusal leaves the arena as it was. */
static uint32_t starve(const char *text) {
  struct subject wanted = compile(text);
  uint32_t size = HEAD;
  int32_t status = WYE_NO_MEMORY;
  for (; status == WYE_NO_MEMORY; size++) {
    struct subject s = compile_in(text, size, HEAD);
    status = s.status;
    assert_int_equal(s.arena->used, HEAD + (status == WYE_OK ? s.c.size : 0));
    for (uint32_t i = sizeof *s.arena; i < HEAD; i++) assert_int_equal(((uint8_t *)s.arena)[i], 0xA5);
    if (status == WYE_NO_MEMORY) assert_int_equal(s.error.offset, 0);
    if (status == WYE_OK) assert_memory_equal(&s.c, &wanted.c, sizeof s.c);
    if (status == WYE_OK && s.c.size) assert_memory_equal(s.automaton, wanted.automaton, s.c.size);
    drop(&s);
  }
  assert_int_equal(status, wanted.status);
  drop(&wanted);
  return size;
}

static void test_every_arena_size(void **state) {
  (void)state;
  assert_int_equal(starve("<int(1..500)>"), HEAD + 1);
  assert_in_range(starve("(\\d{4})"), 2048, 8192);
  assert_in_range(starve("(en|de|fr)"), 4096, 16384);
  assert_in_range(starve("((((((((((((((((["), 256, 4096);
  assert_in_range(starve("([\\W\\W\\W\\W\\W\\W][\\W\\W\\W\\W\\W\\W])"), 4096, 16384);
  assert_in_range(starve("(a{3}b{0}**)"), 256, 4096);
  assert_in_range(starve("((?:[a-z]{2,3}|\\d+)(-[^\xC3\xA9]{1,4})*)"), 4096, 20000);
}

/* ------------------------------------------------------------------ from strangers */

static const char *const probes[] = {"abab", "\xC3\xA9%C3%A9",      "\x7F%7E~", "%F4%8F%BF%BF",
                                     "0-9",  "aaaaaaaaaaaaaaaaaaaa"};

/* Whether the automaton is refused; if it is not, reading must stay inside of its block. */
static bool is_refused(const struct wye__constraint *c, const void *automaton, uint32_t size) {
  if (!wye__constraint_is_sound(c, automaton, size)) return true;
  struct subject s = {.c = *c, .automaton = automaton};
  for (size_t i = 0; i < COUNT(probes); i++) holds(&s, probes[i]);
  return false;
}

static void test_damaged_automata(void **state) {
  (void)state;
  static const uint8_t damages[] = {0x00, 0x01, 0x04, 0x7F, 0x80, 0xFF};
  struct subject s = compile("(ab|\xC3\xA9|[b-\x7F]{2})");
  uint32_t refused = 0;
  assert_int_equal(s.status, WYE_OK);
  uint8_t *copy = copy_of(s.automaton, s.c.size);
  assert_false(is_refused(&s.c, copy, s.c.size));
  for (uint32_t at = 0; at < s.c.size; at++) {
    for (size_t i = 0; i < COUNT(damages); i++) {
      uint8_t before = copy[at];
      copy[at] = damages[i];
      refused += is_refused(&s.c, copy, s.c.size);
      copy[at] = before;
    }
  }
  assert_in_range(refused, s.c.size, 6 * s.c.size);
  for (uint32_t size = 0; size < s.c.size; size += 8) {
    uint8_t *cut = copy_of(copy, size);
    assert_true(is_refused(&s.c, cut, size));
    free(cut);
  }
  free(copy);
  drop(&s);
}

static void test_damaged_constraints(void **state) {
  (void)state;
  for (uint32_t kind = 0; kind < 16; kind++) {
    struct wye__constraint c = {.kind = kind, .low = 5, .high = 3, .beyond = 0xFFFFFFFF};
    memset(c.ascii, 0xFF, sizeof c.ascii);
    assert_int_equal(is_refused(&c, NULL, 0), kind >= WYE__AUTOMATON);
    assert_true(is_refused(&c, NULL, kind < WYE__AUTOMATON ? 8 : 0));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_end),
      cmocka_unit_test(test_errors_of_types),
      cmocka_unit_test(test_errors_of_expressions),
      cmocka_unit_test(test_numbers),
      cmocka_unit_test(test_texts),
      cmocka_unit_test(test_operators),
      cmocka_unit_test(test_classes),
      cmocka_unit_test(test_characters),
      cmocka_unit_test(test_kinds),
      cmocka_unit_test(test_automaton_is_as_drawn),
      cmocka_unit_test(test_same_text_same_bytes),
      cmocka_unit_test(test_limits),
      cmocka_unit_test(test_long_texts),
      cmocka_unit_test(test_work_is_limited),
      cmocka_unit_test(test_steps_are_linear),
      cmocka_unit_test(test_readings_end_early),
      cmocka_unit_test(test_every_arena_size),
      cmocka_unit_test(test_damaged_automata),
      cmocka_unit_test(test_damaged_constraints),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
