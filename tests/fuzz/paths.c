/*
 * Paths and URLs: a byte that chooses table, method and kind, then the text. Three builds of the lookup must agree on
 * it, and so must each way to write the same path: with every unreserved character escaped, and with none.
 */
#include "fuzz.h"

#include "variants/variants.h"

static const char *const lines[] = {
    "GET /",
    "GET /:x",
    "GET /a/:b",
    "GET /:a-:b",
    "GET /:a.:b/c",
    "GET /files/*rest",
    "GET /a/a/:c/a",
    "GET /a:y",
    "GET /aa:z/b",
    "POST /a/*any",
    "GET /static-segment-of-more-than-16-bytes/:x",
    "GET /static-segment-of-more-than-16-other/:x",
    "GET /caf\xC3\xA9/:x",
    "GET /%2F:x",
    "GET /:a-x",
    "GET //:x",
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
    "GET /q/:a\\2:b",
    NULL,
};
static const char *const methods[] = {"GET", "POST", "PUT", "DELETE", "OTHER", "HEAD", "PATCH", ""};

enum { TABLES = 2 };

static const struct wye_table *tables[TABLES];
static struct wye_context *contexts[TABLES];

/* Both live as long as the program. */
static void open_tables(void) {
  for (uint8_t i = 0; i < TABLES; i++) {
    const struct wye_options options = {.case_insensitive = i};
    struct wye_builder *builder = new_builder(1 << 20, &options);
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

struct said {
  int32_t outcome;
  uint32_t route, params, allow, path, path_end;
  struct wye_span spans[MOST_PARAMS];
};

static struct said say(const struct wye_table *table, const struct wye_context *c, int32_t outcome, size_t length) {
  struct said said = {outcome, c->route, c->params, c->allow, c->path, c->path_end, {{0, 0}}};
  check_context(table, c, outcome, length);
  CHECK(c->params <= MOST_PARAMS);
  for (uint32_t i = 0; i < MOST_PARAMS; i++) said.spans[i] = wye_param(c, i);
  return said;
}

/* The text at a place of its own, with bytes around it that mean something in a path. */
static const uint8_t *in_traps(const uint8_t *text, size_t length) {
  static const char traps[] = "/?#%2e%/../a-";
  static uint8_t *room;
  static size_t turn;
  if (!room) room = take((1 << 20) + 2 * SLACK);
  uint8_t *at = room + SLACK / 2 + turn++ % 4096;
  for (size_t i = 0; i < TRAPS; i++) at[length + i] = (uint8_t)traps[i % (sizeof traps - 1)];
  return memcpy(at, text, length);
}

static struct said look_up(uint8_t which, uint32_t method, const uint8_t *text, size_t length) {
  const struct wye_table *table = tables[which];
  struct wye_context *context = contexts[which];
  const uint8_t *exact = copy_of(text, length), *loose = in_traps(text, length);
  struct said said = say(table, context, wye_match_method(table, context, method, (const char *)exact, length), length);
  struct said fast = say(table, context, fuzz__match_fast(table, context, method, loose, 0, length), length);
  struct said portable = say(table, context, fuzz__match_portable(table, context, method, loose, 0, length), length);
  CHECK(memcmp(&said, &fast, sizeof said) == 0);
  CHECK(memcmp(&said, &portable, sizeof said) == 0);
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

/* A stray `%` makes of the characters behind it what they are not: such a path is left as it is. */
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

static void check_values(const uint8_t *a, const struct said *x, const uint8_t *b, const struct said *y) {
  char left[512], right[512];
  for (uint32_t i = 0; i < x->params; i++) {
    struct wye_span p = x->spans[i], q = y->spans[i];
    size_t length = wye_decode((const char *)a + p.offset, p.length, left, sizeof left);
    CHECK(wye_decode((const char *)b + q.offset, q.length, right, sizeof right) == length);
    CHECK(memcmp(left, right, length < sizeof left ? length : sizeof left) == 0);
  }
}

static void check_rewritten(uint8_t which, uint32_t method, const uint8_t *text, const struct said *said, bool escape) {
  uint8_t *other = take(3 * said->path_end);
  size_t length = rewrite(text, said->path_end, escape, other);
  if (length <= WYE_MAX_PATH) {
    struct said again = look_up(which, method, other, length);
    CHECK(again.outcome == said->outcome && again.route == said->route && again.allow == said->allow);
    check_values(text, said, other, &again);
  }
  free(other);
}

/* ------------------------------------------------------------------ the whole */

static void check_path(uint8_t which, uint32_t method, const uint8_t *text, size_t length) {
  struct said said = look_up(which, method, text, length);
  if (said.outcome == WYE_PATH_TOO_LONG || said.outcome == WYE_BAD_PATH) return;
  if (has_stray_percent(text, said.path_end)) return;
  check_rewritten(which, method, text, &said, true);
  check_rewritten(which, method, text, &said, false);
}

/* A URL gives what its path gives, further behind. */
static void check_url(uint8_t which, uint32_t method, const uint8_t *url, size_t length) {
  const struct wye_table *table = tables[which];
  char *exact = copy_of(url, length);
  struct said said = say(table, contexts[which], wye_match_url(table, contexts[which], method, exact, length), length);
  free(exact);
  if (said.outcome == WYE_BAD_PATH || said.path == length || url[said.path] != '/') return;
  struct said path = look_up(which, method, url + said.path, length - said.path);
  CHECK(said.outcome == path.outcome && said.route == path.route && said.allow == path.allow);
  CHECK(said.path_end - said.path == path.path_end);
  for (uint32_t i = 0; i < said.params; i++) CHECK(said.spans[i].offset - said.path == path.spans[i].offset);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!tables[0]) open_tables();
  if (size == 0 || size > 1 << 18) return 0;
  uint8_t which = data[0] & 1;
  const char *method = methods[data[0] >> 1 & 7];
  uint32_t number = wye_table_method(tables[which], method, strlen(method));
  if (data[0] & 0x10) check_url(which, number, data + 1, size - 1);
  else check_path(which, number, data + 1, size - 1);
  return 0;
}
