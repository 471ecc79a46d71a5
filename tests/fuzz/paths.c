/*
 * Paths and URLs: a byte that chooses table, method and kind, then the text. Three builds of the lookup must agree on
 * it, and so must each way to write the same path: with every unreserved character escaped, and with none. A redirect's
 * target is looked up too, and the URL that is made of what was found.
 */
#include "fuzz.h"

#include "../tables.h"
#include "lookup/context.h"
#include "variants/variants.h"

static const char *const lines[] = {
    PATH_ROUTES,
    "GET /static-segment-of-more-than-16-other/:x",
    "* /:a-:b-:c-:d-x",
    "PUT /:a--:b",
    "GET /v:major.:minor",
    "PUT /a/b/c",
    "DELETE /a/:x/c",
    "PATCH /:y/b/c",
    "GET /%25/:a%2D:b",
    "GET /100%/:p",
    "POST /*all",
    "GET /a b",
    "GET /\\?\\#/:q",
    "GET /:a%2F:b",
    "* /x/*/y/*/z",
    "GET /i/*n/x/:d",
    "PUT /i/*n/x/*m/:a-:b<int>/y",
    "* /i/:k?/x?/j/:l/*m/z",
    "GET /q/:a\\2:b",
    "GET /Users/:id<int(-5..500)>?",
    "PUT /Users/:id(\\d{2}|[a-f]+x?)/",
    "GET /t/:a<slug>-:b<slug>-:c<hex>/x",
    "GET /t/:a(.*)-:b(\\d+)",
    "GET /t/:a([^-]+)-x",
    "GET /d/:day<date>.:u<uuid>",
    "HEAD /u/:x(\xC3\xA9|\\W+)-:y<alnum(2..4)>",
    "DELETE /o/:x?",
    "GET a.b.com/a/:host",
    "GET :t.b.com/a/:x",
    "PUT :t.:u.com/a/:x<uint>",
    "PATCH *.com/a/*rest",
    "GET [::1]/:six",
    NULL,
};
static const char *const methods[] = {"GET", "POST", "PUT", "DELETE", "OTHER", "HEAD", "PATCH", ""};

static const struct wye_options options[] = {
    {0},
    {.case_insensitive = 1},
    {.trailing_slash = WYE_SLASH_REDIRECT, .clean_path = 1},
    {.trailing_slash = WYE_SLASH_IGNORE, .clean_path = 1, .no_method_not_allowed = 1},
};
enum { TABLES = 4, URL = 0x20 };

static const struct wye_table *tables[TABLES];
static struct wye_context *contexts[TABLES];

/* Both live as long as the program. */
static void open_tables(void) {
  for (uint8_t i = 0; i < TABLES; i++) {
    struct wye_builder *builder = new_builder(1 << 20, &options[i]);
    size_t size;
    add_lines(builder, lines);
    void *image = image_of(builder, &size);
    CHECK(wye_table_open(image, size, &tables[i], NULL) == WYE_OK);
    contexts[i] = new_context(tables[i]);
    free(builder);
  }
}

/* ------------------------------------------------------------------ three builds */

enum { MOST_PARAMS = 8, SLACK = 8192, TRAPS = 256 };

/* Compared as bytes: `unused` leaves no padding. */
struct said {
  uint64_t allow;
  int32_t outcome;
  uint32_t route, params, path, path_end, unused;
  struct wye_span spans[MOST_PARAMS];
};

static struct said say(const struct wye_table *table, const struct wye_context *c, int32_t outcome, size_t length) {
  struct said said = {c->allow, outcome, c->route, c->params, c->path, c->path_end, 0, {{0, 0}}};
  check_context(table, c, outcome, length);
  check_omitted(table, c);
  CHECK(c->params <= MOST_PARAMS);
  for (uint32_t i = 0; i < MOST_PARAMS; i++) said.spans[i] = wye_param(c, i);
  return said;
}

/* The text at a one of its own, with bytes around it that mean something in a path. */
static const uint8_t *in_traps(const uint8_t *text, size_t length) {
  static const char traps[] = "/?#%2e%/../a-";
  static uint8_t *room;
  static size_t turn;
  if (!room) room = take((1 << 20) + 2 * SLACK);
  uint8_t *at = room + SLACK / 2 + turn++ % 4096;
  for (size_t i = 0; i < TRAPS; i++) at[length + i] = (uint8_t)traps[i % (sizeof traps - 1)];
  return memcpy(at, text, length);
}

/* The path as it is, and with one slash more, from this root on. */
static void check_builds(uint8_t which, uint32_t root, uint32_t method, const uint8_t *exact, const uint8_t *loose,
                         size_t length) {
  static fuzz__match_path *const looks[] = {wye__match_path, fuzz__match_path_fast, fuzz__match_path_portable};
  static fuzz__match_form *const others[] = {wye__match_form, fuzz__match_form_fast, fuzz__match_form_portable};
  const struct wye_table *table = tables[which];
  struct wye_context *c = contexts[which];
  struct said first = {0}, first_other = {0};
  for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
    const uint8_t *text = i ? loose : exact;
    struct said said = say(table, c, looks[i](table, c, root, method, text, 0, length), length);
    if (i == 0) first = said;
    CHECK(memcmp(&said, &first, sizeof said) == 0);
    if (said.outcome == WYE_BAD_PATH || said.outcome == WYE_PATH_TOO_LONG) continue;
    struct wye__path path = {.text = text,
                             .end = said.path_end,
                             .add_slash = true,
                             .escaped = c->escaped,
                             .folded = options[which].clean_path};
    int32_t outcome = others[i](table, c, root, method, &path, NULL);
    said = say(table, c, outcome, length);
    if (i == 0) first_other = said;
    CHECK(memcmp(&said, &first_other, sizeof said) == 0);
  }
}

static struct said look_up(uint8_t which, uint32_t method, const uint8_t *text, size_t length) {
  const struct wye_table *table = tables[which];
  struct wye_context *c = contexts[which];
  const uint8_t *exact = copy_of(text, length), *loose = in_traps(text, length);
  check_builds(which, 0, method, exact, loose, length);
  struct said said = say(table, c, wye_match_method(table, c, method, (const char *)exact, length), length);
  free((void *)(uintptr_t)exact);
  return said;
}

/* ------------------------------------------------------------------ other ways to write the path */

static bool is_unreserved(uint8_t c) {
  uint8_t lower = c | 0x20;
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

static int hex(uint8_t c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that an escape stands for; -1 where there is none. */
static int escaped(const uint8_t *text, size_t length) {
  if (length < 3 || text[0] != '%') return -1;
  int high = hex(text[1]), low = hex(text[2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

static size_t write_escape(uint8_t *to, uint8_t byte) {
  static const char digits[] = "0123456789ABCDEF";
  to[0] = '%', to[1] = (uint8_t)digits[byte >> 4], to[2] = (uint8_t)digits[byte & 15];
  return 3;
}

/* A stray `%` makes of the characters after it what they are not: such a path is left as it is. */
static bool has_stray_percent(const uint8_t *path, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (path[i] == '%' && escaped(path + i, length - i) < 0) return true;
  return false;
}

/* Every unreserved character escaped, or none of them; the other bytes as they are. */
static size_t rewrite(const uint8_t *path, size_t length, bool escape, uint8_t *to) {
  size_t size = 0;
  for (size_t i = 0; i < length;) {
    int byte = escaped(path + i, length - i);
    uint8_t meant = byte < 0 ? path[i] : (uint8_t)byte;
    if (!is_unreserved(meant) && byte >= 0) size += (memcpy(to + size, path + i, 3), 3);
    else if (is_unreserved(meant) && escape) size += write_escape(to + size, meant);
    else to[size++] = meant;
    i += byte < 0 ? 1 : 3;
  }
  return size;
}

static void check_values(const struct wye_table *table, const uint8_t *a, const struct said *x, const uint8_t *b,
                         const struct said *y) {
  char left[512], right[512];
  for (uint32_t i = 0; i < x->params; i++) {
    struct wye_span p = x->spans[i], q = y->spans[i];
    CHECK((p.offset == WYE_NONE) == (q.offset == WYE_NONE));
    if (p.offset == WYE_NONE) continue;
    const char *m = (const char *)a + p.offset, *n = (const char *)b + q.offset;
    size_t length = wye_decode_param(table, x->route, i, m, p.length, left, sizeof left);
    CHECK(wye_decode_param(table, y->route, i, n, q.length, right, sizeof right) == length);
    CHECK(memcmp(left, right, length < sizeof left ? length : sizeof left) == 0);
  }
}

static void check_rewritten(uint8_t which, uint32_t method, const uint8_t *text, const struct said *said, bool escape) {
  uint8_t *other = take(3 * said->path_end);
  size_t length = rewrite(text, said->path_end, escape, other);
  if (length <= WYE_MAX_PATH) {
    struct said again = look_up(which, method, other, length);
    CHECK(again.outcome == said->outcome && again.route == said->route && again.allow == said->allow);
    CHECK(again.params == said->params);
    check_values(tables[which], text, said, other, &again);
  }
  free(other);
}

/* ------------------------------------------------------------------ redirects */

/* The request comes back with the target, and is served; what is after the path has not changed. */
static void check_redirect(uint8_t which, uint32_t method, const char *text, size_t length, bool is_url) {
  const struct wye_table *table = tables[which];
  struct wye_context *c = contexts[which];
  uint32_t start = c->path, end = c->path_end;
  size_t size;
  char *target = location_of(table, c, text, length, &size);
  if (!target) return;
  char *back = take(start + size);
  memcpy(back, text, start);
  memcpy(back + start, target, size);
  int32_t outcome = is_url ? wye_match_url(table, c, method, back, start + size)
                           : wye_match_method(table, c, method, back, start + size);
  if (outcome != WYE_PATH_TOO_LONG) {
    CHECK(outcome >= 0);
    uint32_t in_target = c->path_end - start;
    if (end < length) CHECK(target[in_target] == text[end]);
    else CHECK(in_target == size);
  }
  free(back);
  free(target);
}

/* ------------------------------------------------------------------ URLs of what was found */

/* Whether nothing in the path could have been written otherwise. None is made that begins with two slashes. */
static bool is_simple(const uint8_t *path, size_t length) {
  if (length > 1 && path[1] == '/') return false;
  for (size_t i = 0; i < length; i++)
    if (!is_unreserved(path[i]) && path[i] != '/') return false;
  return true;
}

/* Whether a host's parameters may appear in one: what a request has for a host may be more. */
static bool is_simple_host(const uint8_t *text, const struct said *said) {
  for (uint32_t i = 0; i < said->params && said->spans[i].offset < said->path; i++)
    for (uint32_t j = 0; j < said->spans[i].length; j++) {
      uint8_t c = text[said->spans[i].offset + j];
      if (!is_unreserved(c) || c == '.' || c == '~') return false;
    }
  return true;
}

/*
 * The route and its values make a URL that reaches it with them; from a simple path, that path itself. Where the host
 * was a suffix none can be made, and a route of any method may be hidden by others.
 */
static void check_url_of(uint8_t which, uint32_t method, const uint8_t *text, const struct said *said, bool as_is) {
  const struct wye_table *table = tables[which];
  struct wye_context *c = contexts[which];
  struct wye_value values[MOST_PARAMS];
  struct wye_route route;
  size_t length, capacity = 3 * (said->path_end + 16) + 600;
  char *url = take(capacity + 5), *decoded[MOST_PARAMS];
  for (uint32_t i = 0; i < said->params; i++) {
    struct wye_span span = said->spans[i];
    decoded[i] = NULL;
    values[i] = (struct wye_value){NULL, 0};
    if (span.offset == WYE_NONE) continue;
    const char *raw = (const char *)text + span.offset;
    decoded[i] = take(span.length);
    size_t size = wye_decode_param(table, said->route, i, raw, span.length, decoded[i], span.length);
    values[i] = (struct wye_value){decoded[i], size};
  }
  CHECK(wye_table_route(table, said->route, &route));
  memcpy(url, "http:", 5);
  int32_t status = wye_url(table, c, said->route, values, said->params, url + 5, capacity, &length, NULL);
  CHECK(status == WYE_OK || status == WYE_BAD_VALUE || status == WYE_CONFLICT || status == WYE_PATH_TOO_LONG);
  if (status == WYE_OK) {
    uint32_t own = wye_table_method(table, route.method, route.method_length);
    int32_t outcome = route.host_length ? wye_match_url(table, c, own, url, length + 5)
                                        : wye_match_method(table, c, own, url + 5, length);
    struct said again = say(table, c, outcome, length + 5);
    CHECK(again.route == said->route && again.params == said->params);
    check_values(table, text, said, (const uint8_t *)url + (route.host_length ? 0 : 5), &again);
  }
  uint32_t served = wye_table_method(table, route.method, route.method_length);
  bool same_method = served == method && served != WYE_NO_METHOD, suffix = route.host_length && route.host[0] == '*';
  as_is = as_is && same_method && !suffix && is_simple_host(text, said);
  if (as_is && is_simple(text + said->path, said->path_end - said->path)) {
    CHECK(status == WYE_OK);
    size_t path = said->path_end - said->path;
    CHECK(length >= path && memcmp(url + 5 + length - path, text + said->path, path) == 0);
  }
  for (uint32_t i = 0; i < said->params; i++) free(decoded[i]);
  free(url);
}

/* ------------------------------------------------------------------ all matches */

/*
 * In order, each once, with spans in the text. The route that a lookup finds is one of them, with the same spans; where
 * none is found, or a policy sends the client elsewhere, there are none. No byte less will do.
 */
static void check_all(uint8_t which, uint32_t method, const uint8_t *text, size_t length, const struct said *said,
                      bool is_url) {
  const struct wye_table *table = tables[which];
  const char *exact = copy_of(text, length);
  size_t needed, size;
  int32_t (*find)(const struct wye_table *, struct wye_context *, uint32_t, const char *, size_t, struct wye_hit *,
                  size_t, size_t *) = is_url ? wye_match_all_url : wye_match_all;
  int32_t count = find(table, contexts[which], method, exact, length, NULL, 0, &needed);
  struct wye_hit *hits = take(needed);
  if (needed) CHECK(find(table, contexts[which], method, exact, length, hits, needed - 1, &size) == WYE_NO_MEMORY);
  if (needed) count = find(table, contexts[which], method, exact, length, hits, needed, &size);
  CHECK(needed ? count > 0 && size == needed : count <= 0);
  CHECK(said->outcome >= 0 ? count > 0 : needed == 0);
  if (said->outcome == WYE_BAD_PATH || said->outcome == WYE_PATH_TOO_LONG) CHECK(count == said->outcome);
  bool found = said->outcome < 0;
  for (uint32_t i = 0; count > 0 && i < (uint32_t)count; i++) {
    CHECK(i == 0 || hits[i - 1].route < hits[i].route);
    CHECK(hits[i].params <= MOST_PARAMS);
    bool same = hits[i].route == said->route && hits[i].id == said->outcome && hits[i].params == said->params;
    for (uint32_t j = 0; j < hits[i].params; j++) {
      struct wye_span span = wye_hit_param(hits, i, j);
      CHECK(is_span(span, length));
      CHECK(span.offset != WYE_NONE || j + 1 < hits[i].params);
      same = same && span.offset == said->spans[j].offset && span.length == said->spans[j].length;
    }
    found |= same;
  }
  CHECK(found);
  free(hits);
  free((void *)(uintptr_t)exact);
}

/* ------------------------------------------------------------------ the whole */

static void check_path(uint8_t which, uint32_t method, const uint8_t *text, size_t length) {
  struct said said = look_up(which, method, text, length);
  check_all(which, method, text, length, &said, false);
  look_up(which, method, text, length);
  if (said.outcome == WYE_PATH_TOO_LONG || said.outcome == WYE_BAD_PATH) return;
  check_redirect(which, method, (const char *)text, length, false);
  if (said.outcome >= 0) check_url_of(which, method, text, &said, which == 0);
  if (has_stray_percent(text, said.path_end)) return;
  check_rewritten(which, method, text, &said, true);
  check_rewritten(which, method, text, &said, false);
}

/* A URL gives what its path gives, further after, unless a route with a host is in it. */
static void check_url(uint8_t which, uint32_t method, const uint8_t *url, size_t length) {
  const struct wye_table *table = tables[which];
  struct wye_context *c = contexts[which];
  struct wye_route route;
  char *exact = copy_of(url, length);
  struct said said = say(table, c, wye_match_url(table, c, method, exact, length), length);
  check_redirect(which, method, exact, length, true);
  free(exact);
  check_all(which, method, url, length, &said, true);
  if (said.outcome == WYE_BAD_PATH || said.outcome == WYE_PATH_TOO_LONG) return;
  if (said.outcome >= 0) check_url_of(which, method, url, &said, which == 0 && said.path < said.path_end);
  if (said.path == length || url[said.path] != '/') return;
  struct said path = look_up(which, method, url + said.path, length - said.path);
  CHECK(said.path_end - said.path == path.path_end);
  bool with_host = wye_table_route(table, said.route, &route) && route.host_length;
  if (said.outcome >= 0 && !with_host) {
    CHECK(said.outcome == path.outcome && said.route == path.route && said.params == path.params);
    for (uint32_t i = 0; i < said.params; i++) {
      bool omitted = path.spans[i].offset == WYE_NONE;
      CHECK(said.spans[i].offset == (omitted ? WYE_NONE : said.path + path.spans[i].offset));
    }
  }
  if (said.outcome < 0) CHECK(path.outcome < 0);
  if (said.outcome == WYE_METHOD_NOT_ALLOWED) CHECK((path.allow & ~said.allow) == 0);
  if (said.outcome == WYE_NOT_FOUND) CHECK(path.outcome == WYE_NOT_FOUND);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!tables[0]) open_tables();
  if (size == 0 || size > 1 << 18) return 0;
  uint8_t which = data[0] % TABLES;
  const char *method = methods[data[0] >> 2 & 7];
  uint32_t number = wye_table_method(tables[which], method, strlen(method));
  if (data[0] & URL) check_url(which, number, data + 1, size - 1);
  else check_path(which, number, data + 1, size - 1);
  return 0;
}
