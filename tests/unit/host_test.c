/* Hosts of routes, and how the hosts of requests are hashed and compared. */
#include "support.h"

#include "language/host.h"

/* ------------------------------------------------------------------ reading */

/* "shape mask names", or "byte: detail". */
static const char *parsed_bytes(const char *text, size_t length) {
  static char answer[4096];
  struct wye__host host;
  struct wye_error error = {0};
  char *copy = (char *)copy_of(text, length);
  int32_t status = wye__host_parse(copy, length, &host, &error);
  if (status == WYE_OK) {
    int at = snprintf(answer, sizeof answer, "%.*s %x", (int)host.length, (const char *)host.shape, host.mask);
    for (uint32_t i = 0; i < host.params; i++)
      at += snprintf(answer + at, sizeof answer - (size_t)at, " %.*s", (int)host.names[i].length,
                     copy + host.names[i].offset);
    assert_int_equal(error.status, 0);
  } else {
    assert_int_equal(status, WYE_BAD_HOST);
    assert_int_equal(error.status, WYE_BAD_HOST);
    assert_int_equal(error.other, WYE_NONE);
    snprintf(answer, sizeof answer, "%u: %s", error.offset, error.detail);
  }
  free(copy);
  return answer;
}

static const char *parsed(const char *text) { return parsed_bytes(text, strlen(text)); }

static void test_shapes(void **state) {
  (void)state;
  static const struct {
    const char *text, *wanted;
  } rows[] = {
      {"", " 0"},
      {"localhost", "localhost 0"},
      {"API.Example.com", "api.example.com 0"},
      {"api.example.com.", "api.example.com 0"},
      {"a-b_C.9", "a-b_c.9 0"},
      {"127.0.0.1", "127.0.0.1 0"},
      {":tenant.Example.com.", ":.example.com 80000000 tenant"},
      {"www.:Tenant.com", "www.:.com 40000000 Tenant"},
      {":a.b.:_c9", ":.b.: a0000000 a _c9"},
      {":only", ": 80000000 only"},
      {"*.example.COM", "*.example.com 0"},
      {"*.com.", "*.com 0"},
      {"[::1]", "[::1] 0"},
      {"[2001:DB8::A]", "[2001:db8::a] 0"},
      {"[::ffff:1.2.3.4]", "[::ffff:1.2.3.4] 0"},
  };
  for (size_t i = 0; i < COUNT(rows); i++) assert_string_equal(parsed(rows[i].text), rows[i].wanted);
}

/* The byte, and a piece of what is said. */
static void test_errors(void **state) {
  (void)state;
  static const struct {
    const char *text, *byte, *said;
  } rows[] = {
      {".", "0:", "label of the host is empty"},
      {"..", "0:", "label of the host is empty"},
      {".a", "0:", "label of the host is empty"},
      {"a..b", "2:", "label of the host is empty"},
      {"a.b..", "4:", "label of the host is empty"},
      {"a b", "1:", "letters, digits"},
      {"a/b", "1:", "letters, digits"},
      {"a%41", "1:", "letters, digits"},
      {"{a}.b", "0:", "letters, digits"},
      {"caf\xC3\xA9.fr", "3:", "punycode"},
      {"example.com:80", "11:", "no port"},
      {"a:b.com", "1:", "whole label"},
      {"user@example.com", "4:", "letters, digits"},
      {"*", "0:", "*.example.com"},
      {"*.", "0:", "*.example.com"},
      {"*a.com", "0:", "*.example.com"},
      {"a.*.com", "2:", "*.example.com"},
      {"*.*.com", "2:", "*.example.com"},
      {"a*.com", "1:", "*.example.com"},
      {"*.:x.com", "2:", "no parameters"},
      {":", "0:", "needs a name"},
      {":.com", "0:", "needs a name"},
      {"a.:9.com", "2:", "needs a name"},
      {":x-y.com", "2:", "whole label"},
      {":x:y.com", "2:", "whole label"},
      {":x.:y.:x", "7:", "of the host has this name"},
      {"[::1", "4:", "brackets"},
      {"[::1]:80", "5:", "brackets"},
      {"[::1].a", "5:", "brackets"},
      {"[]", "1:", "brackets"},
      {"[:]", "2:", "brackets"},
      {"[::g]", "3:", "brackets"},
      {"a.[::1]", "2:", "letters, digits"},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    const char *answer = parsed(rows[i].text);
    if (strncmp(answer, rows[i].byte, strlen(rows[i].byte)) || !strstr(answer, rows[i].said))
      fail_msg("%s: %s", rows[i].text, answer);
  }
  assert_string_equal(parsed_bytes("a\0b", 3), "1: a label of a host has only letters, digits, \"-\" and \"_\"");
}

/* 255 bytes, a last dot counted; 32 labels where there are parameters, any number elsewhere. */
static void test_limits(void **state) {
  (void)state;
  char text[WYE_MAX_HOST + 2];
  memset(text, 'a', sizeof text);
  assert_non_null(strstr(parsed_bytes(text, WYE_MAX_HOST), " 0"));
  assert_string_equal(parsed_bytes(text, WYE_MAX_HOST + 1), "255: a host has at most 255 bytes");
  char *labels = repeat("a.", 127);
  assert_non_null(strstr(parsed(labels), " 0"));
  labels[2 * 31] = ':', labels[2 * 31 + 1] = 'x', labels[2 * 31 + 2] = 0;
  assert_non_null(strstr(parsed(labels), ": 1 x"));
  labels[2 * 31 + 2] = '.', labels[2 * 31 + 3] = 'a', labels[2 * 31 + 4] = 0;
  assert_string_equal(parsed(labels), "65: a host with parameters has at most 32 labels");
  free(labels);
  labels = repeat("a.", 40);
  labels[2 * 32] = ':', labels[2 * 32 + 1] = 'x', labels[2 * 32 + 2] = 0;
  assert_string_equal(parsed(labels), "64: a host with parameters has at most 32 labels");
  free(labels);
}

/* ------------------------------------------------------------------ requests */

/* Whether hash and comparison take `request` for the route's host `text`, labels read as its mask says. */
static bool takes(const char *request, const char *text) {
  struct wye__host host;
  assert_int_equal(wye__host_parse(text, strlen(text), &host, NULL), WYE_OK);
  uint32_t length = (uint32_t)strlen(request);
  uint8_t *copy = copy_of(request, length), *shape = copy_of(host.shape, host.length);
  bool same = wye__host_same(copy, length, host.mask, shape, host.length);
  if (same) assert_int_equal(wye__host_hash(copy, length, host.mask), wye__host_hash(shape, host.length, 0));
  free(copy);
  free(shape);
  return same;
}

static void test_requests_against_hosts(void **state) {
  (void)state;
  static const struct {
    const char *request, *text;
    bool wanted;
  } rows[] = {
      {"api.example.com", "api.example.com", true},
      {"API.eXAMPLE.cOM", "api.Example.com.", true},
      {"api.example.com", "api.example.org", false},
      {"api.example.co", "api.example.com", false},
      {"api.example.comm", "api.example.com", false},
      {"", "a", false},
      {"ACME.example.com", ":tenant.example.com", true},
      {"a.b.example.com", ":tenant.example.com", false},
      {"example.com", ":tenant.example.com", false},
      {".example.com", ":tenant.example.com", false},
      {"acme.example.comx", ":tenant.example.com", false},
      {"acme", ":tenant", true},
      {"acme.", ":tenant", false},
      {"a.b.c", ":x.b.:y", true},
      {"a.b.", ":x.b.:y", false},
      {"a.c.c", ":x.b.:y", false},
      {"a.b.c", "a.:x.c", true},
      {"[::1]", "[::1]", true},
      {"[2001:DB8::A]", "[2001:db8::a]", true},
      {"[::ffff:1.2.3.4]", ":a.:b.:c.:d", false},
  };
  for (size_t i = 0; i < COUNT(rows); i++)
    if (takes(rows[i].request, rows[i].text) != rows[i].wanted)
      fail_msg("%s against %s", rows[i].request, rows[i].text);
}

/* The labels that the mask names decide, not those that the shape would have as parameters. */
static void test_a_mask_is_not_guessed(void **state) {
  (void)state;
  const uint8_t *host = (const uint8_t *)"a.b.c", *shape = (const uint8_t *)"a.:.c";
  assert_true(wye__host_same(host, 5, 0x40000000u, shape, 5));
  assert_false(wye__host_same(host, 5, 0x80000000u, shape, 5));
  assert_false(wye__host_same(host, 5, 0, shape, 5));
  assert_false(wye__host_same(host, 5, 0x60000000u, shape, 5));
  assert_false(wye__host_same(host, 5, 0x40000000u, host, 5));
}

static void test_suffixes(void **state) {
  (void)state;
  const uint8_t *shape = (const uint8_t *)"*.example.com", *host = (const uint8_t *)"a.b.EXAMPLE.com";
  assert_int_equal(wye__host_hash_suffix(host + 3, 12), wye__host_hash(shape, 13, 0));
  assert_true(wye__host_same(host + 3, 12, 0, shape + 1, 12));
  assert_int_not_equal(wye__host_hash_suffix(host + 1, 14), wye__host_hash(shape, 13, 0));
  assert_int_not_equal(wye__host_hash(host + 3, 12, 0), wye__host_hash(shape, 13, 0));
}

/* Hosts that differ in one byte, wherever it is: their hashes fill the slots of a table well, by any bits. */
static void test_hashes_spread(void **state) {
  (void)state;
  static const char *const forms[] = {"t%03u.example.com", "www.t%03u.co.uk", "%03u", "a%03u.b", "x.y.z%03u"};
  for (size_t f = 0; f < COUNT(forms); f++)
    for (uint32_t shift = 0; shift <= 24; shift += 12) {
      uint8_t used[256] = {0};
      uint32_t filled = 0;
      for (uint32_t i = 0; i < 256; i++) {
        char host[32];
        uint32_t length = (uint32_t)snprintf(host, sizeof host, forms[f], i);
        uint8_t *place = &used[wye__host_hash((const uint8_t *)host, length, 0) >> shift & 255];
        filled += !*place;
        *place = 1;
      }
      if (filled < 128) fail_msg("%s by bits from %u: %u of 256 slots", forms[f], shift, filled); /* chance: 162 */
    }
}

static void test_spans_of_parameters(void **state) {
  (void)state;
  static const char url[] = "https://a.bb.ccc/x";
  uint8_t *copy = copy_of(url, sizeof url - 1);
  struct wye_span spans[WYE__HOST_LABELS];
  assert_int_equal(wye__host_params(copy, 8, 8, 0xA0000000u, spans), 2);
  assert_int_equal(spans[0].offset, 8);
  assert_int_equal(spans[0].length, 1);
  assert_int_equal(spans[1].offset, 13);
  assert_int_equal(spans[1].length, 3);
  assert_int_equal(wye__host_params(copy, 8, 8, 0x40000000u, spans), 1);
  assert_int_equal(spans[0].offset, 10);
  assert_int_equal(spans[0].length, 2);
  assert_int_equal(wye__host_params(copy, 8, 8, 0, spans), 0);
  free(copy);
}

/* 32 labels, all of them parameters; and a request of the longest authority. */
static void test_long_hosts(void **state) {
  (void)state;
  char text[256], request[4096];
  int at = 0;
  for (int i = 0; i < 32; i++) at += snprintf(text + at, sizeof text - (size_t)at, "%s:p%d", i ? "." : "", i);
  struct wye__host host;
  assert_int_equal(wye__host_parse(text, strlen(text), &host, NULL), WYE_OK);
  assert_int_equal(host.mask, 0xFFFFFFFFu);
  assert_int_equal(host.params, 32);
  at = 0;
  for (int i = 0; i < 32; i++) at += snprintf(request + at, sizeof request - (size_t)at, "%s%0100d", i ? "." : "", i);
  assert_true(takes(request, text));
  struct wye_span spans[WYE__HOST_LABELS];
  assert_int_equal(wye__host_params((const uint8_t *)request, 0, (uint32_t)at, host.mask, spans), 32);
  assert_int_equal(spans[31].offset, 31 * 101);
  assert_int_equal(spans[31].length, 100);
  snprintf(request + at, sizeof request - (size_t)at, ".x");
  assert_false(takes(request, text));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_shapes),
      cmocka_unit_test(test_errors),
      cmocka_unit_test(test_limits),
      cmocka_unit_test(test_requests_against_hosts),
      cmocka_unit_test(test_a_mask_is_not_guessed),
      cmocka_unit_test(test_suffixes),
      cmocka_unit_test(test_hashes_spread),
      cmocka_unit_test(test_spans_of_parameters),
      cmocka_unit_test(test_long_hosts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
